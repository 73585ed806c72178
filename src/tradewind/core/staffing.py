"""Who works here: another role, other accounts, leaving and coming back. One owner stays, whatever is clicked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tradewind.core.devices import log_out_everywhere
from tradewind.core.models import ShopAccount, Staff, StaffAccount
from tradewind.core.models.staff import Role
from tradewind.core.trail import write_audit


class LastOwner(Exception):
    """Without an owner nobody could let anybody in any more."""


class OwnAccess(Exception):
    """Nobody decides on their own role, accounts or leaving: another owner does."""


def change_work(staff_id: int, *, role: Role, account_ids: Sequence[int] | None, by: Staff, at: datetime) -> Staff:
    """Give somebody another role, or other accounts; None: all. Holds from their next click on.

    Raises Staff.DoesNotExist, LastOwner, OwnAccess.
    """
    with transaction.atomic():
        staff = _held(staff_id, by)
        if role != Role.OWNER:
            _keep_an_owner(staff)
        before = _work(staff)
        staff.role = role
        staff.save(update_fields=["role"])
        set_accounts(staff, None if role == Role.OWNER else account_ids)
        after = _work(staff)
        if after != before:
            subject, actor = ("staff", staff.pk), f"staff:{by.pk}"
            write_audit("staff.work_changed", subject=subject, by=actor, at=at, before=before, after=after)
    return staff


def let_go(staff_id: int, *, by: Staff, at: datetime) -> None:
    """Somebody leaves: logged out everywhere, and never let in again until they are back. What they did stays on record.

    Raises Staff.DoesNotExist, LastOwner, OwnAccess.
    """
    with transaction.atomic():
        staff = _held(staff_id, by)
        _keep_an_owner(staff)
        if staff.is_active:
            staff.is_active = False
            staff.save(update_fields=["is_active"])
            log_out_everywhere(staff)
            write_audit("staff.left", subject=("staff", staff.pk), by=f"staff:{by.pk}", at=at)


def take_back_in(staff_id: int, *, by: Staff, at: datetime) -> None:
    """Somebody is back, with their password of before. Raises Staff.DoesNotExist, OwnAccess."""
    with transaction.atomic():
        staff = _held(staff_id, by)
        if not staff.is_active:
            staff.is_active = True
            staff.save(update_fields=["is_active"])
            write_audit("staff.back", subject=("staff", staff.pk), by=f"staff:{by.pk}", at=at)


def log_out(staff: Staff, *, by: Staff, at: datetime) -> None:
    """End all of somebody's sessions, say because a laptop is lost."""
    with transaction.atomic():
        if log_out_everywhere(staff):
            write_audit("staff.logged_out", subject=("staff", staff.pk), by=f"staff:{by.pk}", at=at)


def set_accounts(staff: Staff, account_ids: Sequence[int] | None) -> None:
    """In the caller's transaction. Accounts that do not exist are left out."""
    staff.sees_all_accounts = account_ids is None
    staff.save(update_fields=["sees_all_accounts"])
    StaffAccount.objects.filter(staff=staff).delete()
    known = ShopAccount.objects.filter(pk__in=account_ids or ()).order_by("pk").values_list("pk", flat=True)
    StaffAccount.objects.bulk_create(StaffAccount(staff=staff, account_id=pk) for pk in known)
    staff.__dict__.pop("reach", None)


def _held(staff_id: int, by: Staff) -> Staff:
    """All owners are held with whom it is about, in the order of their numbers: two who let each other go take turns."""
    rows = Staff.objects.select_for_update().filter(Q(role=Role.OWNER) | Q(pk=staff_id))
    held = {row.pk: row for row in rows.order_by("pk")}
    if staff_id not in held:
        raise Staff.DoesNotExist
    if staff_id == by.pk:
        raise OwnAccess
    return held[staff_id]


def _keep_an_owner(staff: Staff) -> None:
    others = Staff.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=staff.pk)
    if staff.role == Role.OWNER and not others.exists():
        raise LastOwner


def _work(staff: Staff) -> dict[str, object]:
    accounts = None if staff.sees_all_accounts else sorted(staff.accounts.values_list("name", flat=True))
    return {"role": str(staff.role), "accounts": accounts}
