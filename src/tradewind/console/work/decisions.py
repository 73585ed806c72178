"""What a person decides about stuck work: try it again, or give it up with a reason."""

from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.work.overview import show_work
from tradewind.core import deliveries, work
from tradewind.core.models import Delivery
from tradewind.core.models.staff import Staff
from tradewind.core.queries import KINDS
from tradewind.core.staff import needs
from tradewind.core.words import say, spoken
from tradewind.lib.clock import utc_now

_HAPPENED: Final = gettext_noop(
    "It was done outside already, and only has to be written down here. Please try it again."
)


@needs("work.decide")
@require_POST
def retry_work(request: HttpRequest, kind: str, work_id: int) -> HttpResponse:
    moved = work.retry(_kind(kind, work_id), work_id, by=pages.staff_of(request), at=utc_now())
    return pages.to_page("console:work", done="retried" if moved else "gone")


@needs("work.decide")
@require_POST
def drop_work(request: HttpRequest, kind: str, work_id: int) -> HttpResponse:
    model = _kind(kind, work_id)
    try:
        reason = typed.read_text(request.POST, "reason")
        moved = _drop(model, work_id, reason=reason, by=pages.staff_of(request), at=utc_now())
    except typed.WrongInput as wrong:
        return show_work(request, problem=wrong.words, problem_at=f"{kind}-{work_id}", status=422)
    except deliveries.HappenedOutside:
        return show_work(request, problem=say(spoken(), _HAPPENED), problem_at=f"{kind}-{work_id}", status=409)
    return pages.to_page("console:work", done="dropped" if moved else "gone")


def _drop(kind: work.Kind, work_id: int, *, reason: str, by: Staff, at: datetime) -> bool:
    """Raises HappenedOutside."""
    if kind is Delivery:
        return deliveries.drop(work_id, reason=reason, by=by, at=at)
    return work.drop(kind, work_id, reason=reason, by=by, at=at)


def _kind(name: str, work_id: int) -> work.Kind:
    kind = KINDS.get(name)
    if kind is None or not kind._default_manager.filter(pk=work_id).exists():
        raise Http404
    return kind
