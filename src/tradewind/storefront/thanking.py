"""Two questions on the page of an order that has just been placed. Nobody has to answer."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.checkout.models import ThankYouAnswer
from tradewind.checkout.thanking import LONGEST, BadAnswer, answer_after_order, answer_of, is_time_to_ask
from tradewind.core.words import say
from tradewind.lib.clock import utc_now
from tradewind.orders.queries import OrderRow
from tradewind.storefront.order_access import behind_link
from tradewind.storefront.place import Place
from tradewind.storefront.reading import BadInput, texts

_FOUND_BY: Final = {
    ThankYouAnswer.FoundBy.SEARCH: gettext_noop("With a search engine"),
    ThankYouAnswer.FoundBy.SOCIAL: gettext_noop("On a social network"),
    ThankYouAnswer.FoundBy.FRIEND: gettext_noop("Somebody told me"),
    ThankYouAnswer.FoundBy.MARKETPLACE: gettext_noop("On a marketplace"),
    ThankYouAnswer.FoundBy.ADVERTISEMENT: gettext_noop("Through an advertisement"),
    ThankYouAnswer.FoundBy.PRESS: gettext_noop("In a magazine, a video or a podcast"),
    ThankYouAnswer.FoundBy.BOUGHT_BEFORE: gettext_noop("I have bought here before"),
    ThankYouAnswer.FoundBy.OTHER: gettext_noop("In another way"),
}


def thanks_part(row: OrderRow, language: str) -> dict[str, object]:
    """What the order's page needs in order to ask, or to thank for the answer."""
    is_time = is_time_to_ask(state=row.state, placed_at=row.placed_at, at=utc_now())
    is_answered = is_time and answer_of(row.id) is not None
    return {
        "is_asked": is_time and not is_answered,
        "has_answered": is_answered,
        "found_by": found_by_words(language),
        "longest_answer": LONGEST,
    }


def found_by_words(language: str) -> dict[str, str]:
    """Code -> words, in the order in which they are offered."""
    return {code: say(language, words) for code, words in _FOUND_BY.items()}


@behind_link
@require_POST
def answer_questions(request: HttpRequest, place: Place, token: str, order_id: int) -> HttpResponse:
    answers = texts(request, ("found_by", "words"))
    try:
        answer_after_order(order_id=order_id, found_by=answers["found_by"], words=answers["words"], at=utc_now())
    except BadAnswer:
        raise BadInput("found_by") from None
    return HttpResponseRedirect(place.url("order", token=token) + "#thanks", status=HTTPStatus.SEE_OTHER)
