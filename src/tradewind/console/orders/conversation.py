"""The whole conversation about an order: what machines and people wrote, what came back, and what was not said."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.console import pages, timeline
from tradewind.core.staff import needs
from tradewind.messaging.conversation import conversation
from tradewind.orders.models import Order, OrderNote


@needs("messages.view")
@require_safe
def conversation_page(request: HttpRequest, order_id: int) -> HttpResponse:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise Http404
    said = conversation(order_id)
    writers = {each.row.by for each in said if isinstance(each.row, OrderNote)}
    values = {"order": order, "said": said, "names": timeline.actor_names(writers)}
    return pages.show(request, "orders/conversation.html", values)
