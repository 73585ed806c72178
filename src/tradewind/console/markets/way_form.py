"""How a way carries, as a form: what stands in it, and what somebody has typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from tradewind.console import typed
from tradewind.console.markets.rates_form import RatesForm, as_sent, form_of, read_form
from tradewind.console.markets.trait_names import as_kept, trait_names
from tradewind.core.words import spoken
from tradewind.lib.money import Money
from tradewind.shipping.carrying import Carrying, read_traits
from tradewind.shipping.freight import freight_of
from tradewind.shipping.models import DeliveryOption

RATES: Final = "rates"
OWN: Final = "own"
_CARRIERS: Final = "CNY"
_NUMBERS: Final = ("max_weight_g", "divisor", "rounds_to_g", "longest_mm", "sides_mm")


@dataclass(frozen=True, slots=True)
class WayForm:
    """The fields of the form, and its two tables. `carrying` is None while something in a table is wrong."""

    fields: Mapping[str, str]
    rates: RatesForm
    own: RatesForm
    carrying: Carrying | None = None

    @property
    def has_mistakes(self) -> bool:
        return bool(self.rates.mistakes or self.own.mistakes)


def form_of_way(option: DeliveryOption) -> WayForm:
    """As it is kept."""
    freight = freight_of(option)
    fields = {name: str(getattr(option, name)) for name in ("kind", "duty", *_NUMBERS)}
    fields |= {
        "is_tracked": "on" if option.is_tracked else "",
        "refuses": trait_names(option.refuses, spoken()),
        "free_from": str(freight.free_from.decimal) if freight.free_from is not None else "",
    }
    return WayForm(fields, form_of(RATES, freight.rates, option.currency), form_of(OWN, freight.own, _CARRIERS))


def read_way(request: HttpRequest, option: DeliveryOption) -> WayForm:
    """As it was sent. Raises WrongInput, NotValid."""
    fields = request.POST
    rates = read_form(request, RATES, option.currency, must_rise=True)
    currency = typed.read_text(fields, f"{OWN}.currency", longest=3).upper()
    own = read_form(request, OWN, currency, must_rise=False)
    form = WayForm(fields.dict(), rates, own)
    if form.has_mistakes:
        return form
    numbers = {name: typed.read_quantity(fields, name) for name in _NUMBERS}
    carrying = Carrying(
        kind=fields.get("kind", ""),
        duty=fields.get("duty", ""),
        is_tracked=fields.get("is_tracked") == "on",
        refuses=read_traits(as_kept(typed.read_text(fields, "refuses", is_needed=False, longest=600))),
        free_from=_free_from(fields, option.currency),
        rates=rates.rates,
        own=own.rates,
        **numbers,
    )
    return WayForm(fields.dict(), rates, own, carrying)


def sent_way(request: HttpRequest, option: DeliveryOption) -> WayForm:
    """What was sent, although something of it cannot be read: nothing that was typed is lost."""
    currency = request.POST.get(f"{OWN}.currency", "")[:3].upper()
    tables = ((RATES, option.currency, True), (OWN, currency, False))
    forms = []
    for name, each, must_rise in tables:
        try:
            forms.append(read_form(request, name, each, must_rise=must_rise))
        except typed.WrongInput:
            forms.append(as_sent(request, name, each))
    rates, own = forms
    return WayForm(request.POST.dict(), rates, own)


def _free_from(fields: Mapping[str, str], currency: str) -> Money | None:
    if not fields.get("free_from", "").strip():
        return None
    return typed.read_amount(fields, "free_from", currency=currency)
