"""One key: what it opens, how it is, another name, and ending it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.audit.reading import changes_about
from tradewind.console.keys.form import TAKEN, account_names, read_name, read_reason
from tradewind.console.keys.wording import scopes_in_words, state_tag
from tradewind.console.products.reading import Form
from tradewind.console.showing_once import take
from tradewind.core import words
from tradewind.core.models import ApiToken
from tradewind.core.program_keys import (
    NameTaken,
    NoSuchKey,
    accounts_lost,
    key_within,
    rename_key,
    revoke_key,
    scopes_lost,
    state_of,
)
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now


@needs("keys.view")
@require_safe
def key_page(request: HttpRequest, key_id: int) -> HttpResponse:
    key = _key(request, key_id)
    return _show(request, key, Form({"name": key.name}))


@needs("keys.change")
@require_POST
def rename(request: HttpRequest, key_id: int) -> HttpResponse:
    key, form = _key(request, key_id), Form(request.POST)
    name = read_name(form)
    if not form.errors:
        try:
            rename_key(key, name=name, by=pages.actor_of(request), at=utc_now())
        except NameTaken:
            form.complain("name", TAKEN)
        else:
            return pages.to_page("console:key", done="key-named", key_id=key_id)
    return _show(request, key, form, status=422)


@needs("keys.change")
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    key, form = _key(request, key_id), Form(request.POST)
    reason = read_reason(form)
    if form.errors:
        return _show(request, key, form, status=422)
    is_ended = revoke_key(key, reason=reason, by=pages.actor_of(request), at=utc_now())
    return pages.to_page("console:key", done="key-revoked" if is_ended else "gone", key_id=key_id)


def _key(request: HttpRequest, key_id: int) -> ApiToken:
    try:
        return key_within(pages.staff_of(request), key_id)
    except NoSuchKey:
        raise Http404 from None


def _show(request: HttpRequest, key: ApiToken, form: Form, *, status: int = 200) -> HttpResponse:
    named = [name for pk, name in account_names().items() if pk in (key.account_ids or ())]
    state = state_of(key, at=utc_now())
    values: dict[str, Any] = {
        "row": key,
        "state": state,
        "badge_of_state": state_tag(state),
        "secret": take(request, "key", key.pk),
        "scopes": scopes_in_words(key.scopes),
        "lost": scopes_in_words(scopes_lost(key)),
        "is_account_lost": accounts_lost(key),
        "accounts": words.listed(words.spoken(), named),
        "changes": changes_about("token", key.pk),
        "form": form,
    }
    return pages.show(request, "keys/detail.html", values, status=status)
