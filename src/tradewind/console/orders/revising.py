"""Other goods in a paid order: fewer, more, or some in the place of others. First what it would come to, then the decision."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.catalog.models import Variant
from tradewind.checkout.code_words import code_problem
from tradewind.checkout.rebilling import CodeFails
from tradewind.checkout.revising import revise_order
from tradewind.checkout.revisions import Goods, Revision, look_at_revision
from tradewind.console import pages, typed
from tradewind.console.orders.changes import in_words, read_act
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.lib.money import Money
from tradewind.lib.money_words import format_money
from tradewind.orders.changing import NotChangeable
from tradewind.orders.models import Order, OrderLine

FORM: Final = "revision"
# So many articles that are new to the order can be named at once; the form offers two rows.
MOST_ROWS: Final = 20
_PREFIXES: Final = ("left-", "sku-", "units-")
_NO_ARTICLE: Final = gettext_noop("There is no article with this number.")
_NO_UNITS: Final = gettext_noop("Please say how many, at least 1.")
_CODE_FAILS: Final = gettext_noop(
    "{why} Without the code, these goods would cost {total}; with it the order costs {before} now. Leave more in the order, or send money back by hand."
)


@needs("orders.change")
@require_POST
def revise_goods(request: HttpRequest, order_id: int) -> HttpResponse:
    """Without `agreed`, nothing is changed: the page shows what would be. With it, `delivery` says at which price."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    agreed = typed.read_id(request.POST, "recosted" if _is_recosted(request) else "agreed")
    try:
        wanted = _read(request, order_id)
        if "agreed" not in request.POST:
            revision = look_at_revision(order_id=order_id, wanted=wanted, at=utc_now())
            return show_order(request, order_id, revision=revision, recosted=_recosted(order_id, wanted, revision))
        revise_order(order_id=order_id, wanted=wanted, agreed=agreed, act=read_act(request))
    except typed.WrongInput as wrong:
        return _refuse(request, order_id, wrong, status=422)
    except CodeFails as refusal:
        return _refuse(request, order_id, _code_in_words(order, refusal), status=409)
    except NotChangeable as refusal:
        return _refuse(request, order_id, in_words(refusal, "left"), status=409)
    return pages.to_page("console:order", done="revised", order_id=order_id)


def _is_recosted(request: HttpRequest) -> bool:
    return request.POST.get("delivery") == "recosted"


def _recosted(order_id: int, wanted: Goods, revision: Revision) -> Revision | None:
    """The same with the delivery at the price that it has for these goods today; None where that cannot be chosen."""
    if revision.recosted is None:
        return None
    with suppress(NotChangeable):
        return look_at_revision(order_id=order_id, wanted=replace(wanted, is_recosted=True), at=utc_now())
    return None


def _read(request: HttpRequest, order_id: int) -> Goods:
    """Raises WrongInput."""
    left = {}
    for line in OrderLine.objects.filter(order_id=order_id, kind=OrderLine.Kind.GOODS):
        name = f"left-{line.pk}"
        if name in request.POST:
            left[line.pk] = typed.read_quantity(request.POST, name)
    added: dict[int, int] = {}
    for row in range(1, MOST_ROWS + 1):
        sku = typed.read_text(request.POST, f"sku-{row}", longest=60, is_needed=False)
        if not sku:
            continue
        variant_id = Variant.objects.filter(sku__iexact=sku).values_list("pk", flat=True).first()
        if variant_id is None:
            raise typed.WrongInput(f"sku-{row}", _NO_ARTICLE)
        units = typed.read_quantity(request.POST, f"units-{row}")
        if not units:
            raise typed.WrongInput(f"units-{row}", _NO_UNITS)
        added[variant_id] = added.get(variant_id, 0) + units
    return Goods(left, request.POST.get("seen", ""), added, is_recosted=_is_recosted(request))


def _code_in_words(order: Order, refusal: CodeFails) -> typed.WrongInput:
    locale, before = words.spoken_locale(), Money(order.total, order.currency)
    return typed.WrongInput(
        "left",
        _CODE_FAILS,
        why=code_problem(refusal.valued, words.spoken()),
        total=format_money(refusal.without, locale),
        before=format_money(before, locale),
    )


def _refuse(request: HttpRequest, order_id: int, wrong: typed.WrongInput, *, status: int) -> HttpResponse:
    entered = {name: value for name, value in request.POST.dict().items() if name.startswith(_PREFIXES)}
    return show_order(request, order_id, problem=Problem(FORM, wrong.field, wrong.words, entered), status=status)
