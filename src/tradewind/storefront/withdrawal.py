"""Withdrawing from a contract: a form that anybody reaches, a second step that confirms, a receipt by mail.

No login, no link, no reason, and the same answer whether we know the order or not.
"""

import secrets
from http import HTTPStatus
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from tradewind.aftersales.withdrawing import BadDeclaration, declare_withdrawal, read_declaration
from tradewind.lib.clock import utc_now
from tradewind.storefront.pages import can_withdraw, never_kept, show
from tradewind.storefront.place import Place, in_place
from tradewind.storefront.reading import BadInput, texts

_FIELDS: Final = ("name", "order_ref", "email", "goods")
_LONGEST_REF: Final = 40
_LONGEST_KEY: Final = 40


@in_place
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Where no law asks for it there is no such page: returns are another thing."""
    if not can_withdraw(place):
        raise Http404
    if request.method == "POST":
        return never_kept(_next_step(request, place))
    if "received" in request.GET:
        return never_kept(show(request, place, "storefront/withdrawal/received.html", {}))
    typed = dict.fromkeys(_FIELDS, "") | {"order_ref": request.GET.get("order", "")[:_LONGEST_REF]}
    return never_kept(_form(request, place, typed, {}))


def _next_step(request: HttpRequest, place: Place) -> HttpResponse:
    typed = texts(request, [*_FIELDS, "step", "key"])
    asked = {field: typed[field] for field in _FIELDS}
    try:
        declaration = read_declaration(asked, language=place.language)
    except BadDeclaration as problem:
        return _form(request, place, asked, problem.errors)
    if typed["step"] == "change":
        return _form(request, place, asked, {})
    if typed["step"] != "confirm":
        values = {"declaration": declaration, "key": secrets.token_urlsafe(24)}
        return show(request, place, "storefront/withdrawal/confirming.html", values)
    if not 0 < len(typed["key"]) <= _LONGEST_KEY:
        raise BadInput("key")
    declare_withdrawal(declaration, key=typed["key"], market=place.market.code, language=place.language, at=utc_now())
    return HttpResponseRedirect(f"{place.url('withdrawal')}?received", status=HTTPStatus.SEE_OTHER)


def _form(request: HttpRequest, place: Place, typed: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    values = {"typed": typed, "errors": errors}
    return show(request, place, "storefront/withdrawal/form.html", values, status=status)
