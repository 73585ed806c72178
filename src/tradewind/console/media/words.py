"""Why a file was not taken, in words that say what would be."""

from typing import Final

from django.utils.translation import gettext_noop

from tradewind.catalog.media_checking import MediaRefused
from tradewind.core import words

_REFUSED: Final = {
    "empty": gettext_noop("The file is empty."),
    "not_media": gettext_noop(
        "This is no picture or video that we can read. JPEG, PNG, WebP, AVIF, MP4 and WebM can be used."
    ),
    "wrong_container": gettext_noop("Browsers do not all play this kind of video. Please save it as MP4 or WebM."),
    "too_large": gettext_noop("The file is too large: at most {megabytes} MB, please."),
    "too_many_pixels": gettext_noop("The picture has too many pixels: at most {megapixels} million, please."),
    "too_small": gettext_noop("The picture is too small: each side needs {pixels} pixels at least."),
    "animated": gettext_noop("The picture moves. Please upload a still picture, or a video."),
    "wrong_ending": gettext_noop(
        "The file is a {format}, but its name says otherwise. Please let it end in .{ending}."
    ),
    "too_many": gettext_noop("A product has at most {most} pictures and videos. Remove one first."),
}


def refusal_in_words(problem: MediaRefused) -> str:
    return words.say(words.spoken(), _REFUSED[problem.code], **problem.facts)
