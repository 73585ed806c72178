"""One declaration of withdrawal in the buyer's own words."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tradewind.aftersales.models import Withdrawal
from tradewind.console import pages
from tradewind.core.staff import needs
from tradewind.messaging.queries import messages_about


@needs("messages.view")
@require_safe
def withdrawal_page(request: HttpRequest, withdrawal_id: int) -> HttpResponse:
    withdrawal = Withdrawal.objects.select_related("order").filter(pk=withdrawal_id).first()
    if withdrawal is None:
        raise Http404
    values = {"withdrawal": withdrawal, "messages": messages_about("withdrawal", withdrawal.pk)}
    return pages.show(request, "withdrawals/detail.html", values)
