"""Today: what is asked of a person, by due time, and what has to be known of the shop this minute."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.counts import count_words
from tradewind.console.today.agenda import agenda
from tradewind.console.today.duties import duties
from tradewind.console.today.notices import notices_part
from tradewind.console.today.offers import offers_of
from tradewind.console.today.promised import due_promises, not_shown
from tradewind.console.today.troubles import groups_of
from tradewind.core import todos
from tradewind.core.models import Todo
from tradewind.core.queries import count_stuck, open_todos
from tradewind.core.staff import may, needs
from tradewind.lib.clock import utc_now
from tradewind.messaging.queries import counts_by_state
from tradewind.orders.queries import COUNTED, count_in_state
from tradewind.orders.states import OrderState


@dataclass(frozen=True, slots=True)
class Count:
    """A number that leads to its list. Trouble is a number that should be zero."""

    key: str
    number: int
    address: str
    is_trouble: bool = False

    @property
    def shown(self) -> str:
        return count_words(self.number, most=COUNTED)


@needs("today.view")
@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    now = utc_now()
    reach = pages.reach_of(request)
    rows = open_todos(reach)
    is_seen = may(pages.staff_of(request), "orders.view")
    groups = groups_of(rows)
    promised = due_promises(reach, now=now, groups=groups) if is_seen else []
    rests = not_shown(reach, promised, now=now, groups=groups) if is_seen else []
    asked = duties(rows, now=now)
    shown = {"groups": agenda(promised, asked, now=now), "counts": _counts(request), "now": now, "rests": rests}
    shown |= {"offers": offers_of(request, asked, now=now), **notices_part(request, now=now)}
    return pages.show(request, "today/page.html", shown)


@needs("todos.finish")
@require_POST
def finish_todo(request: HttpRequest, todo_id: int) -> HttpResponse:
    todo = Todo.objects.filter(pk=todo_id).first()
    if todo is None:
        raise Http404
    try:
        todos.finish(todo, by=pages.staff_of(request), at=utc_now())
    except todos.AlreadyFinished:
        return pages.to_page("console:today", done="gone")
    return pages.to_page("console:today", done="todo")


def _counts(request: HttpRequest) -> list[Count]:
    """Only what this person may go and look at."""
    staff = pages.staff_of(request)
    counts = []
    if may(staff, "orders.view"):
        address = reverse("console:orders")
        counts += [
            Count(state, count_in_state(state, staff.reach), f"{address}?state={state}&kind=sale")
            for state in (OrderState.AWAITING_PAYMENT, OrderState.PAID)
        ]
    if may(staff, "messages.view"):
        failed = counts_by_state()["failed"]
        counts.append(Count("failed", failed, f"{reverse('console:messages')}?state=failed", failed > 0))
    if may(staff, "work.view"):
        stuck = count_stuck()
        counts.append(Count("stuck", stuck, reverse("console:work"), stuck > 0))
    return counts
