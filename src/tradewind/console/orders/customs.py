"""The customs papers of one order: filling in what is missing, and the declaration as a file."""

from collections.abc import Iterator
from typing import Any, Final
from unicodedata import normalize

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.orders.customs_shown import PARTS
from tradewind.console.orders.detail import show_order
from tradewind.console.orders.papers import as_pdf
from tradewind.console.typed import Problem
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.countries import COUNTRIES
from tradewind.orders.models import Order
from tradewind.papers.customs_papers import NothingToDeclare, customs_papers
from tradewind.shipping.customs import HS_CODE, Why
from tradewind.shipping.customs_filling import CustomsOutdated, Erased, Filled, NoSuchNumber, fill_customs

FORM: Final = "customs"
_NO_HS: Final = gettext_noop("An HS code has six to ten digits, like 691200.")
_NO_COUNTRY: Final = gettext_noop("Please write the country as two letters, like CN.")
_NO_NUMBER: Final = gettext_noop(
    "Customs there would not accept this number. Please compare it with what the buyer wrote."
)
_OUTDATED: Final = gettext_noop(
    "Somebody else has filled this in since you opened the page. Compare it with yours, then save again."
)
_ERASED: Final = gettext_noop("The buyer's data was erased: nothing personal is written down again.")
_NOTHING: Final = gettext_noop("There is no declaration: something is missing, or no border is crossed.")


@needs("orders.dispatch")
@require_POST
def fill(request: HttpRequest, order_id: int) -> HttpResponse:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    try:
        filled = _read(request.POST, order)
        seen = request.POST.get("seen", "")
        fill_customs(order_id=order_id, filled=filled, seen=seen, by=pages.actor_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, wrong, status=422)
    except NoSuchNumber:
        return _refuse(request, order_id, typed.WrongInput("tax_number", _NO_NUMBER), status=422)
    except CustomsOutdated:
        return _refuse(request, order_id, typed.WrongInput("", _OUTDATED), status=409)
    except Erased:
        return _refuse(request, order_id, typed.WrongInput("tax_number", _ERASED), status=409)
    return pages.to_page("console:order", done="customs", anchor="customs", order_id=order_id)


@needs("orders.view")
@require_safe
def customs_file(request: HttpRequest, order_id: int) -> HttpResponse:
    """Made anew each time: it says what the order says now."""
    order = Order.objects.select_related("account").filter(pk=order_id).first()
    if order is None:
        raise Http404
    try:
        made = customs_papers([order], at=utc_now())
    except NothingToDeclare:
        return _refuse(request, order_id, typed.WrongInput("", _NOTHING), status=409)
    return as_pdf(made.content, f"{order.ref}-customs.pdf")


def _read(fields: typed.Fields, order: Order) -> Filled:
    """Raises WrongInput."""
    why = fields.get("why", "")
    return Filled(
        why=Why(why) if why in set(Why) else Why.SALE,
        platform_number=typed.read_text(fields, "platform_number", longest=40, is_needed=False),
        platform_eori=typed.read_text(fields, "platform_eori", longest=40, is_needed=False),
        lines={str(pk): dict(_line(fields, pk, order.currency)) for pk in order.lines.values_list("pk", flat=True)},
        tax_number=typed.read_text(fields, "tax_number", longest=32, is_needed=False),
    )


def _line(fields: typed.Fields, pk: int, currency: str) -> Iterator[tuple[str, Any]]:
    """What was typed for a line. Raises WrongInput."""
    for part, longest in PARTS.items():
        name = f"line-{pk}-{part}"
        text = typed.read_text(fields, name, longest=longest, is_needed=False)
        if not text:
            continue
        if part == "value":
            yield part, typed.read_amount(fields, name, currency=currency).amount
            yield "currency", currency
        elif part == "weight_g":
            yield part, typed.read_quantity(fields, name)
        else:
            yield part, _text(part, name, text)


def _text(part: str, name: str, text: str) -> str:
    """Raises WrongInput."""
    if part == "hs_code":
        text = "".join(sign for sign in normalize("NFKC", text) if sign not in " .")
        if not HS_CODE.fullmatch(text):
            raise typed.WrongInput(name, _NO_HS)
    if part == "origin":
        text = text.upper()
        if text not in COUNTRIES:
            raise typed.WrongInput(name, _NO_COUNTRY)
    return text


def _refuse(request: HttpRequest, order_id: int, wrong: typed.WrongInput, *, status: int) -> HttpResponse:
    entered = {name: str(value) for name, value in request.POST.items()}
    return show_order(request, order_id, problem=Problem(FORM, wrong.field, wrong.words, entered), status=status)
