"""Reading the form for a new discount code: a code on record, or words that say what would be right."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext_noop

from tradewind.checkout.codes import LONGEST, MOST_PERCENT, BadCode, NewCode, NotWorthIt, SameCode, made_up, make_code
from tradewind.checkout.models import DiscountCode
from tradewind.console import typed
from tradewind.console.codes.goods import read_categories, read_products
from tradewind.markets.queries import all_markets

_NO_OCCASION: Final = gettext_noop("Please choose the occasion: buyers trust a discount that has a reason.")
_NO_CODE: Final = gettext_noop("A code has 3 to {longest} letters, digits or hyphens.")
_SAME: Final = gettext_noop("There is a code of this name already. Please choose another.")
_PERCENT: Final = gettext_noop("Please write a percentage from 1 to {most}.")
_WORTH: Final = gettext_noop("Please give at least one amount, and for each a least value of goods above it.")
_EMAIL: Final = gettext_noop("Please write one whole e-mail address, like name@example.com.")
_ORDER: Final = gettext_noop("It ends before it begins. Please choose a later last day.")


def make_from(form: QueryDict, *, by: str, at: datetime) -> DiscountCode:
    """The code that the form asks for. Raises WrongInput."""
    new = _read(form, at)
    try:
        return make_code(new, by=by, at=at)
    except BadCode:
        raise typed.WrongInput("code", _NO_CODE, longest=LONGEST) from None
    except SameCode:
        raise typed.WrongInput("code", _SAME) from None
    except NotWorthIt:
        if new.gives == DiscountCode.Gives.PERCENT:
            raise typed.WrongInput("percent", _PERCENT, most=MOST_PERCENT) from None
        raise typed.WrongInput("amount", _WORTH) from None


def _read(form: QueryDict, at: datetime) -> NewCode:
    gives, occasion = form.get("gives", ""), form.get("occasion", "")
    if occasion not in DiscountCode.Occasion.values:
        raise typed.WrongInput("occasion", _NO_OCCASION)
    first, last = typed.read_day(form, "first"), typed.read_day(form, "last")
    starts_at, ends_at = typed.begin_of(first) if first else at, typed.end_of(last) if last else None
    if ends_at is not None and ends_at <= starts_at:
        raise typed.WrongInput("last", _ORDER)
    markets = all_markets(on=at.date())
    currencies = dict.fromkeys(market.currency for market in markets)
    return NewCode(
        code=typed.read_text(form, "code", longest=LONGEST, is_needed=False) or made_up(),
        occasion=occasion,
        gives=gives if gives in DiscountCode.Gives.values else DiscountCode.Gives.PERCENT,
        percent=typed.read_quantity(form, "percent") if gives == DiscountCode.Gives.PERCENT else 0,
        amounts=_amounts(form, "amount", currencies) if gives == DiscountCode.Gives.AMOUNT else None,
        least=_amounts(form, "least", currencies),
        markets=tuple(market.code for market in markets if market.code in form.getlist("market")),
        products=read_products(form),
        categories=read_categories(form),
        email=_email(form),
        starts_at=starts_at,
        ends_at=ends_at,
        most_uses=typed.read_quantity(form, "most_uses") if form.get("most_uses") else None,
        is_once_per_buyer=form.get("once") == "on",
        is_for_new_buyers=form.get("new_buyers") == "on",
    )


def _amounts(form: QueryDict, name: str, currencies: Iterable[str]) -> dict[str, int]:
    """By currency, as far as filled in."""
    return {
        currency: typed.read_amount(form, f"{name}-{currency}", currency=currency).amount
        for currency in currencies
        if form.get(f"{name}-{currency}", "").strip()
    }


def _email(form: QueryDict) -> str:
    email = typed.read_text(form, "email", longest=254, is_needed=False)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise typed.WrongInput("email", _EMAIL) from None
    return email
