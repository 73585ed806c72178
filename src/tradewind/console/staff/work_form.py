"""What somebody does here: a role, a language, and the accounts that the role holds for."""

from collections.abc import Sequence
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_noop

from tradewind.console.products.reading import Form
from tradewind.core.models import ShopAccount, Staff
from tradewind.core.models.staff import Role

ALL: Final = "all"
SOME: Final = "some"
_ROLE: Final = gettext_noop("Please choose what they will do.")
_ACCOUNTS: Final = gettext_noop("Please tick at least one account, or choose all of them.")


def read_role(form: Form) -> Role | None:
    asked = form.fields.get("role", "")
    if asked not in Role.values:
        form.complain("role", _ROLE)
        return None
    return Role(asked)


def read_accounts(form: Form, query: QueryDict, accounts: Sequence[ShopAccount]) -> tuple[int, ...] | None:
    """The ticked ones; None for all, which owners always have."""
    if form.fields.get("reach", ALL) != SOME or form.fields.get("role") == Role.OWNER:
        return None
    ticked = set(query.getlist("account"))
    chosen = tuple(account.pk for account in accounts if str(account.pk) in ticked)
    if not chosen:
        form.complain("account", _ACCOUNTS)
    return chosen


def all_accounts() -> list[ShopAccount]:
    return list(ShopAccount.objects.order_by("name", "id"))


def fields_of(staff: Staff) -> dict[str, str]:
    """The form as it stands for somebody. Ticked accounts are in `ticked_of`."""
    return {"role": staff.role, "reach": ALL if staff.reach.is_whole else SOME}


def ticked_of(staff: Staff) -> set[int]:
    return set(staff.reach.account_ids or ())
