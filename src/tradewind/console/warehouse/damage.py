"""Goods that arrived damaged: said on the page of their order, and counted by product beside how it is packed."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from tradewind.catalog.models import Product
from tradewind.catalog.packing import packing_of_all
from tradewind.console import pages, typed
from tradewind.console.orders.detail import show_order
from tradewind.console.typed import Problem, WrongInput
from tradewind.console.warehouse.damage_shown import FORM, cause_names
from tradewind.core.staff import needs
from tradewind.core.words import pick, spoken
from tradewind.lib.clock import utc_now
from tradewind.orders.models import Order
from tradewind.shipping.damage import PERIOD, MoreThanLeft, NoSuchLine, damage_by_product, note_damage, said_by_carriers
from tradewind.shipping.models import Damage

_WHICH: Final = gettext_noop("Choose which goods.")
_WHY: Final = gettext_noop("Choose because of what.")
_MORE: Final = gettext_noop("Only {left} have left.")


@needs("orders.mark")
@require_POST
def note(request: HttpRequest, order_id: int) -> HttpResponse:
    if not Order.objects.filter(pk=order_id).exists():
        raise Http404
    line_id = typed.read_id(request.POST, "line")
    try:
        quantity = typed.read_quantity(request.POST, "quantity")
        cause = _cause(request)
        note_damage(
            order_id=order_id, line_id=line_id, quantity=quantity, cause=cause, by=pages.actor_of(request), at=utc_now()
        )
    except NoSuchLine:
        return _refuse(request, order_id, WrongInput("line", _WHICH))
    except MoreThanLeft as more:
        return _refuse(request, order_id, WrongInput("quantity", _MORE, left=more.left))
    except WrongInput as wrong:
        return _refuse(request, order_id, wrong)
    return pages.to_page("console:order", done="damage", anchor="damage", order_id=order_id)


@needs("orders.view")
@require_safe
def damage_page(request: HttpRequest) -> HttpResponse:
    reach, now = pages.reach_of(request), utc_now()
    counted = damage_by_product(reach, since=now - PERIOD)
    keys = [each.product_id for each in counted]
    products, rules = Product.objects.in_bulk(keys), packing_of_all(keys)
    values = {
        "rows": [_row(each.product_id, products, rules) | {"counted": each} for each in counted],
        "causes": cause_names().items(),
        "said": said_by_carriers(reach),
        "days": PERIOD.days,
    }
    return pages.show(request, "warehouse/damage.html", values)


def _row(product_id: int, products: dict[int, Product], rules: dict[int, Any]) -> dict[str, Any]:
    rule = rules.get(product_id)
    title = pick(products[product_id].content.get("title", {}), spoken())
    return {"id": product_id, "title": title or products[product_id].slug, "rule": rule.rule if rule else ""}


def _cause(request: HttpRequest) -> Damage.Cause:
    """Raises WrongInput."""
    try:
        return Damage.Cause(request.POST.get("cause", ""))
    except ValueError:
        raise WrongInput("cause", _WHY) from None


def _refuse(request: HttpRequest, order_id: int, wrong: WrongInput) -> HttpResponse:
    entered = {name: request.POST.get(name, "") for name in ("line", "quantity", "cause")}
    return show_order(request, order_id, problem=Problem(FORM, wrong.field, wrong.words, entered), status=422)
