"""Webhooks: which programs are told what, and making a new one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.hooks import form, wording
from tradewind.console.showing_once import remember
from tradewind.console.typed import Problem, WrongInput
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.webhooks.queries import subscriptions_within
from tradewind.webhooks.subscribing import NameTaken, Wanted, subscribe


@needs("hooks.view")
@require_safe
def hooks_page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@needs("hooks.change")
@asks_again("hooks.make")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """A second click finds what the first has made."""
    try:
        wanted = form.read_wanted(request.POST)
        made = _subscribe(request, wanted)
    except WrongInput as wrong:
        return _show(request, problem=form.problem_of(request, wrong), status=422)
    return pages.to_page("console:hook", done="hook-made", hook_id=made)


def _subscribe(request: HttpRequest, wanted: Wanted) -> int:
    try:
        made, secret = subscribe(
            wanted=wanted,
            reach=pages.reach_of(request),
            answers=pages.staff_of(request),
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except NameTaken as taken:
        other = taken.other
        if (other.address, other.created_by_id) == (wanted.address, pages.staff_of(request).pk):
            return other.pk
        raise form.refusal(taken) from None
    except form.REFUSED as problem:
        raise form.refusal(problem) from None
    remember(request, "hook", made.pk, secret)
    return made.pk


def _show(request: HttpRequest, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    reach = pages.reach_of(request)
    rows = subscriptions_within(reach)
    values = {
        "rows": [
            (row, wording.active_tag(is_active=row.is_active, is_failing=row.failing_since is not None)) for row in rows
        ],
        "kinds_in_words": wording.kinds_in_words,
        "kinds": wording.kinds_to_choose(),
        "accounts": form.accounts_to_choose(reach),
        "problem": problem,
        "otherwise": {},
    }
    return pages.show(request, "hooks/listing.html", values, status=status)
