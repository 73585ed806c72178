"""One webhook: what it is told, what was said and how it was answered, and what can be done with it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages, typed
from tradewind.console.account.again import asks_again
from tradewind.console.hooks import form, wording
from tradewind.console.showing_once import remember, take
from tradewind.console.typed import Problem, WrongInput
from tradewind.core import words
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now
from tradewind.webhooks import planning, subscribing
from tradewind.webhooks.models import Subscription
from tradewind.webhooks.queries import (
    NoSuchMessage,
    NoSuchSubscription,
    message_of,
    messages_of,
    subscription_within,
)

_PAGE = 30


@needs("hooks.view")
@require_safe
def hook_page(request: HttpRequest, hook_id: int) -> HttpResponse:
    return _show(request, _row(request, hook_id))


@needs("hooks.change")
@asks_again("hooks.save")
@require_POST
def save(request: HttpRequest, hook_id: int) -> HttpResponse:
    row = _row(request, hook_id)
    try:
        wanted = form.read_wanted(request.POST)
        subscribing.change(
            subscription=row,
            wanted=wanted,
            reach=pages.reach_of(request),
            by=pages.actor_of(request),
            at=utc_now(),
        )
    except form.REFUSED as problem:
        return _show(request, row, problem=form.problem_of(request, form.refusal(problem)), status=422)
    except WrongInput as wrong:
        return _show(request, row, problem=form.problem_of(request, wrong), status=422)
    return pages.to_page("console:hook", done="hook-saved", hook_id=hook_id)


@needs("hooks.change")
@require_POST
def switch(request: HttpRequest, hook_id: int) -> HttpResponse:
    is_on = request.POST.get("on") == "yes"
    subscribing.switch(subscription=_row(request, hook_id), on=is_on, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:hook", done="hook-on" if is_on else "hook-off", hook_id=hook_id)


@needs("hooks.change")
@asks_again("hooks.secret")
@require_POST
def renew_secret(request: HttpRequest, hook_id: int) -> HttpResponse:
    row = _row(request, hook_id)
    remember(
        request, "hook", hook_id, subscribing.renew_secret(subscription=row, by=pages.actor_of(request), at=utc_now())
    )
    return pages.to_page("console:hook", done="hook-secret", hook_id=hook_id)


@needs("hooks.change")
@require_POST
def remove(request: HttpRequest, hook_id: int) -> HttpResponse:
    subscribing.remove(subscription=_row(request, hook_id), by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:hooks", done="hook-removed")


@needs("hooks.change")
@require_POST
def send_test(request: HttpRequest, hook_id: int) -> HttpResponse:
    row = _row(request, hook_id)
    return _sent(hook_id, lambda: planning.send_test(subscription=row, at=utc_now()))


@needs("hooks.change")
@require_POST
def send_again(request: HttpRequest, hook_id: int, message_id: int) -> HttpResponse:
    try:
        message = message_of(_row(request, hook_id), pk=message_id)
    except NoSuchMessage:
        raise Http404 from None
    return _sent(hook_id, lambda: planning.send_again(message=message, at=utc_now()))


def _sent(hook_id: int, send: Callable[[], object]) -> HttpResponse:
    try:
        send()
    except planning.SwitchedOff:
        return pages.to_page("console:hook", done="gone", hook_id=hook_id)
    return pages.to_page("console:hook", done="hook-sent", anchor="said", hook_id=hook_id)


def _row(request: HttpRequest, hook_id: int) -> Subscription:
    try:
        return subscription_within(pages.reach_of(request), pk=hook_id)
    except NoSuchSubscription:
        raise Http404 from None


def _show(
    request: HttpRequest, row: Subscription, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    after = typed.read_id(request.GET, "after") or None
    page = messages_of(row, after=after, size=_PAGE)
    accounts = form.accounts_to_choose(pages.reach_of(request))
    values = {
        "row": row,
        "state": wording.active_tag(is_active=row.is_active, is_failing=row.failing_since is not None),
        "secret": take(request, "hook", row.pk),
        "kind_words": wording.kind_words,
        "kinds_in_words": wording.kinds_in_words,
        "messages": [(message, wording.state_tag(message.state)) for message in page.rows],
        "older": page.older,
        "is_first": after is None,
        "kinds": wording.kinds_to_choose(),
        "accounts": accounts,
        "heard_of": words.listed(words.spoken(), [name for pk, name in accounts if pk in (row.account_ids or [])]),
        "problem": problem,
        "otherwise": form.typed_of(row),
    }
    return pages.show(request, "hooks/detail.html", values, status=status)
