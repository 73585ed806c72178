"""All connections with how they are, and of each the form, a button that tries it, and its history with a way back."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.audit.reading import changes_about
from tradewind.console.products.reading import Form
from tradewind.core import connecting, words
from tradewind.core.connecting import Connection, Outdated, TestFailed, Values, WrongPart
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


@needs("connections.view")
@require_safe
def connections_page(request: HttpRequest) -> HttpResponse:
    rows = [
        {"connection": each, "is_set": connecting.is_set(each.key), "is_fixed": bool(each.environment())}
        for each in connecting.connections()
    ]
    return pages.show(request, "connections/listing.html", {"rows": rows})


@needs("connections.view")
@require_safe
def connection_page(request: HttpRequest, key: str) -> HttpResponse:
    connection = _connection(key)
    return _show(request, connection, Form(_open_values(connection)))


@needs("connections.change")
@asks_again("connections.save")
@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    """With `test`, what was typed is tried out and nothing is stored."""
    connection = _connection(key)
    form = Form(request.POST)
    typed = {part.name: form.text(part.name, longest=part.longest) for part in connection.parts}
    if form.errors:
        return _show(request, connection, form, status=422)
    if "test" in request.POST:
        return _try_out(request, connection, form, typed)
    try:
        connecting.change(
            connection, typed, seen=request.POST.get("seen", ""), by=pages.actor_of(request), at=utc_now()
        )
    except WrongPart as wrong:
        form.complain(wrong.part, wrong.words, **wrong.values)
        return _show(request, connection, form, status=422)
    except Outdated:
        return _show(request, connection, form, status=HTTPStatus.CONFLICT)
    return pages.to_page("console:connection", done="connection", key=key)


@needs("connections.change")
@require_POST
def take_back(request: HttpRequest, key: str, entry_id: int) -> HttpResponse:
    """Fill the form with what stood before a change; nothing is stored until it is saved. Secrets stay as they are now."""
    connection = _connection(key)
    before = connecting.before_of(connection, entry_id)
    if before is None:
        raise Http404
    return _show(request, connection, Form(before), is_before=True)


def _try_out(request: HttpRequest, connection: Connection, form: Form, typed: Values) -> HttpResponse:
    values = connecting.with_kept_secrets(connection, typed, connecting.stored(connection).values)
    try:
        said = connection.test(values or connection.environment(), pages.staff_of(request).email)
    except WrongPart as wrong:
        form.complain(wrong.part, wrong.words, **wrong.values)
        return _show(request, connection, form, status=422)
    except TestFailed as problem:
        return _show(request, connection, form, failed=str(problem), status=422)
    return _show(request, connection, form, worked=said or "OK")


def _show(request: HttpRequest, connection: Connection, form: Form, *, status: int = 200, **more: Any) -> HttpResponse:
    stored = connecting.stored(connection)
    is_outdated = status == HTTPStatus.CONFLICT
    values = {
        "connection": connection,
        "choices": {
            part.name: [(value, words.say(words.spoken(), label)) for value, label in part.choices.items()]
            for part in connection.parts
        },
        "form": form,
        "fixed": connection.environment(),
        "has_secret": {name: name in stored.values for name in connection.secrets},
        "locked": stored.locked,
        "saved": _differing(form, _open_values(connection)) if is_outdated else {},
        "is_outdated": is_outdated,
        "seen": stored.digest if is_outdated or "seen" not in form.fields else form.fields["seen"],
        "changes": changes_about(connection.kind),
        "email": pages.staff_of(request).email,
        **more,
    }
    return pages.show(request, "connections/page.html", values, status=status)


def _connection(key: str) -> Connection:
    found = connecting.connection_of(key)
    if found is None:
        raise Http404
    return found


def _open_values(connection: Connection) -> Values:
    """Secrets never reach the page."""
    values = connection.environment() or connecting.stored(connection).values
    return {name: value for name, value in values.items() if name not in connection.secrets}


def _differing(form: Form, theirs: Values) -> Values:
    return {name: value for name, value in theirs.items() if form.fields.get(name, "").strip() != value}
