"""What the days on the way were learnt from, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradewind.core.words import say, say_many


def learnt_words(inputs: Mapping[str, Any], language: str) -> Iterator[str]:
    """Nothing for what was promised before lanes were learnt, or agreed with one buyer."""
    if "learnt" not in inputs:
        return
    learnt = inputs["learnt"]
    if learnt is None:
        yield say(language, "Too few parcels have gone this way yet: this is the range that we state.")
    elif learnt["parcels"]:
        yield say_many(
            language,
            "Learnt from one parcel that went this way and from others of this market: nine of ten take as long.",
            "Learnt from {number} parcels that went this way and from others of this market: nine of ten take as long.",
            int(learnt["parcels"]),
        )
    else:
        yield say_many(
            language,
            "No parcel of this way has arrived yet. Learnt from another of this market, so the range is wide.",
            "No parcel of this way has arrived yet. Learnt from {number} others of this market, so the range is wide.",
            int(learnt["others"]),
        )
