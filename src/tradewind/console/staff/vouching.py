"""For which languages a colleague vouches: whose words go out once they have looked at them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.core.models import Staff
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.wording.writing import vouch


@needs("staff.change")
@asks_again("staff.vouching")
@require_POST
def change_languages(request: HttpRequest, staff_id: int) -> HttpResponse:
    colleague = get_object_or_404(Staff, pk=staff_id, is_active=True)
    vouch(colleague, request.POST.getlist("language"), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:colleague", done="staff", anchor="vouching-title", staff_id=staff_id)
