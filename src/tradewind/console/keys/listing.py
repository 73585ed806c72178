"""Keys of programs: which there are, and making another."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.account.again import asks_again
from tradewind.console.keys import form as forms
from tradewind.console.keys.wording import scope_words, scopes_in_words, state_tag
from tradewind.console.products.reading import Form
from tradewind.console.showing_once import remember
from tradewind.core.program_keys import KeyState, keys_within, scopes_for, state_of
from tradewind.core.staff import needs
from tradewind.lib.clock import utc_now

_OVER: Final = frozenset({KeyState.EXPIRED, KeyState.REVOKED})
# Of those that are over, the latest; the trail of changes has them all.
_MOST_OVER: Final = 20


@needs("keys.view")
@require_safe
def keys_page(request: HttpRequest) -> HttpResponse:
    return _show(request, forms.empty_form(utc_now()))


@needs("keys.change")
@asks_again("keys.make")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """A second click finds what the first has made."""
    form, staff, now = Form(request.POST), pages.staff_of(request), utc_now()
    wanted = forms.read_key(form, request.POST, staff=staff, now=now)
    if not form.errors:
        key, secret = forms.make_what_was_typed(form, wanted, by=staff, at=now)
        if key is not None:
            if secret:
                remember(request, "key", key.pk, secret)
            return pages.to_page("console:key", done="key-made", key_id=key.pk)
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    staff, now = pages.staff_of(request), utc_now()
    rows = [(row, state_of(row, at=now)) for row in keys_within(staff)]
    values: dict[str, Any] = {
        "rows": [(row, state_tag(state)) for row, state in rows if state not in _OVER],
        "over": [(row, state_tag(state)) for row, state in rows if state in _OVER][:_MOST_OVER],
        "account_names": forms.account_names(),
        "scopes_in_words": scopes_in_words,
        "scopes": [(scope, scope_words(scope)) for scope in scopes_for(staff)],
        "accounts": forms.accounts_to_choose(staff),
        "form": form,
        "ticked": {*request.POST.getlist("scope"), *request.POST.getlist("account")},
    }
    return pages.show(request, "keys/listing.html", values, status=status)
