"""The list of products in the order of the shop."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import labels, pages, typed
from tradewind.console.products.queries import Key, product_list
from tradewind.core.staff import needs

_LONGEST_TEXT = 100


@needs("products.view")
@require_safe
def products_page(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("state", "")
    states = labels.codes("product_state")
    state = asked if asked in states else ""
    text = request.GET.get("q", "").strip()[:_LONGEST_TEXT]
    after = _read_key(request.GET.get("after", ""))
    page = product_list(text=text, state=state, after=after)
    values = {
        "page": page,
        "text": text,
        "state": state,
        "states": states,
        "is_ignored": bool(asked) and not state,
        "older": f"{page.older[0]}~{page.older[1]}" if page.older else "",
        "is_first": after is None,
    }
    return pages.show(request, "products/listing.html", values)


def _read_key(carried: str) -> Key | None:
    position, _, number = carried.partition("~")
    pk = typed.read_id({"id": number}, "id")
    return (typed.read_id({"at": position}, "at"), pk) if pk else None
