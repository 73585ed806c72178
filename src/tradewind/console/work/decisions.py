"""What a person decides about stuck work: try it again, or give it up with a reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from tradewind.console import pages, typed
from tradewind.console.work.overview import show_work
from tradewind.core import work
from tradewind.core.queries import KINDS
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


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
    except typed.WrongInput as wrong:
        return show_work(request, problem=wrong.words, problem_at=f"{kind}-{work_id}", status=422)
    moved = work.drop(model, work_id, reason=reason, by=pages.staff_of(request), at=utc_now())
    return pages.to_page("console:work", done="dropped" if moved else "gone")


def _kind(name: str, work_id: int) -> work.Kind:
    kind = KINDS.get(name)
    if kind is None or not kind._default_manager.filter(pk=work_id).exists():
        raise Http404
    return kind
