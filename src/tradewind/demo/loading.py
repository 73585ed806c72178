"""Loads the demo: shop, goods, staff, a real history, and a few orders that stand at different points of their way.

In stages. Each is either one transaction or harmless to repeat, and is noted when it is done: a start that was cut off is
taken up by the next one, and a demo that is complete is only looked at.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from tradewind.core import preferences
from tradewind.demo.example_orders import place_examples
from tradewind.demo.example_parcels import place_parcels
from tradewind.demo.example_quotations import place_quotations
from tradewind.demo.goods import load_goods
from tradewind.demo.loading_history import load_history
from tradewind.demo.past_parcels import load_past_parcels
from tradewind.demo.setting_up import set_up_shop

Say = Callable[[str], None]
Clock = Callable[[], datetime]


def _stages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(stage, str) for stage in value):
        msg = "must be a list of stages"
        raise ValueError(msg)
    return tuple(value)


_NOTHING: Final[tuple[str, ...]] = ()
LOADED: Final = preferences.Setting("demo.loaded", default=_NOTHING, parse=_stages, words="What the demo has loaded")


def load_demo(*, say: Say, now: Clock) -> bool:
    """Load what is missing. False when nothing is."""
    done = LOADED.read()
    missing = [stage for stage in _STAGES if stage not in done]
    if missing:
        say("Loading the demo shop. This happens once.")
    for stage in missing:
        words, load = _STAGES[stage]
        say(f"  {words} …")
        load(now)
    return bool(missing)


def _load_shop(now: Clock) -> None:
    at = now()
    with transaction.atomic():
        set_up_shop(at=at)
        load_goods(at=at)
        _note("shop", at)


def _load_history(now: Clock) -> None:
    load_history(now=now())
    _note("history", now())


def _place_examples(now: Clock) -> None:
    place_examples(now=now)
    place_quotations(now=now)
    _note("examples", now())


def _load_parcels(now: Clock) -> None:
    """Lanes first: what is promised afterwards says what was learnt."""
    load_past_parcels(at=now())
    place_parcels(now=now)
    _note("parcels", now())


def _note(stage: str, at: datetime) -> None:
    preferences.change(LOADED, [*LOADED.read(), stage], by="system", at=at)


_STAGES: Final[dict[str, tuple[str, Callable[[Clock], None]]]] = {
    "shop": ("shop, goods, prices and stock", _load_shop),
    "history": ("a real history of orders from 37 countries", _load_history),
    "parcels": ("parcels of the past months and in every state", _load_parcels),
    "examples": ("orders of today", _place_examples),
}
