"""One shop account: its name, what it holds, and whether it takes orders."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from tradewind.console import pages
from tradewind.console.orderfiles.naming import file_tag
from tradewind.console.products.reading import Form
from tradewind.core.accounts import LONGEST_NAME, OwnShopStays, close_account, open_account, rename_account
from tradewind.core.models import ShopAccount
from tradewind.core.staff import NotValid, may, needs
from tradewind.lib.clock import utc_now
from tradewind.orders.by_account import account_row
from tradewind.orders.importing.queries import file_list

_FILES: Final = 5


@needs("accounts.view")
@require_safe
def account_page(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(ShopAccount, pk=account_id)
    return _show(request, account, Form({"name": account.name}))


@needs("accounts.change")
@require_POST
def rename(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(ShopAccount, pk=account_id)
    form = Form(request.POST)
    name = form.text("name", longest=LONGEST_NAME, is_needed=True)
    if not form.errors:
        try:
            rename_account(account.pk, name=name, by=pages.actor_of(request), at=utc_now())
        except NotValid as wrong:
            form.complain(wrong.field, wrong.words)
        except OwnShopStays:
            return _show(request, account, form, status=409)
        else:
            return pages.to_page("console:account", done="account-renamed", account_id=account.pk)
    return _show(request, account, form, status=422)


@needs("accounts.change")
@require_POST
def close(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(ShopAccount, pk=account_id)
    try:
        close_account(account.pk, by=pages.actor_of(request), at=utc_now())
    except OwnShopStays:
        return _show(request, account, Form({"name": account.name}), status=409)
    return pages.to_page("console:account", done="account-closed", account_id=account.pk)


@needs("accounts.change")
@require_POST
def open_again(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(ShopAccount, pk=account_id)
    try:
        open_account(account.pk, by=pages.actor_of(request), at=utc_now())
    except OwnShopStays:
        return _show(request, account, Form({"name": account.name}), status=409)
    return pages.to_page("console:account", done="account-opened", account_id=account.pk)


def _show(request: HttpRequest, account: ShopAccount, form: Form, *, status: int = 200) -> HttpResponse:
    can_see_files = may(pages.staff_of(request), "orders.import")
    files, _ = file_list(pages.reach_of(request), account_id=account.pk, size=_FILES) if can_see_files else ([], 0)
    values = {"row": account_row(account), "form": form, "files": files, "file_tag": file_tag}
    return pages.show(request, "accounts/detail.html", values, status=status)
