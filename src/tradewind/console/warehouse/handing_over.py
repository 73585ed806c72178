"""Parcels that stand ready, and the courier who collects many of them at once."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tradewind.console import pages, typed
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.shipping.handing_over import MOST, hand_over, parcels_waiting


@needs("orders.dispatch")
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_page(request: HttpRequest) -> HttpResponse:
    """The longest waiting first; posting hands over those that are ticked."""
    reach = pages.reach_of(request)
    if request.method == "POST":
        ids = [typed.read_id({"id": number}, "id") for number in request.POST.getlist("parcel")[:MOST]]
        count = hand_over(parcel_ids=ids, reach=reach, by=pages.actor_of(request), at=utc_now())
        return pages.to_page("console:waiting-parcels", done="handed-over" if count else "gone")
    carrier = request.GET.get("carrier", "")[:60]
    rows = parcels_waiting(reach)
    carriers = sorted(set(rows.order_by().values_list("carrier", flat=True)[:MOST]))
    shown = list((rows.filter(carrier=carrier) if carrier else rows)[:MOST])
    values = {"rows": shown, "carrier": carrier, "carriers": carriers, "is_full": len(shown) == MOST}
    return pages.show(request, "warehouse/waiting.html", values)
