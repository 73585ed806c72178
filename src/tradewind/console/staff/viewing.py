"""Looking at the console as a colleague sees it, to help them: looking only, and on record."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from tradewind.console import pages
from tradewind.console.staff.viewed import VIEWED
from tradewind.core.models import Staff
from tradewind.core.staff import OPEN_TO_ALL, needs
from tradewind.core.trail import write_audit
from tradewind.lib.clock import utc_now


@needs("staff.change")
@require_POST
def view_as(request: HttpRequest, staff_id: int) -> HttpResponse:
    viewer = pages.staff_of(request)
    colleague = get_object_or_404(Staff.objects.exclude(pk=viewer.pk), pk=staff_id, is_active=True)
    with transaction.atomic():
        subject, actor = ("staff", colleague.pk), pages.actor_of(request)
        write_audit("staff.viewed_as", subject=subject, by=actor, at=utc_now())
    request.session[VIEWED] = colleague.pk
    return pages.to_page("console:today")


@needs(OPEN_TO_ALL)
@require_POST
def end_viewing(request: HttpRequest) -> HttpResponse:
    viewed = request.session.pop(VIEWED, None)
    return pages.to_page("console:colleague", staff_id=viewed) if viewed else pages.to_page("console:today")
