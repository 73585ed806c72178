"""Letting people in by a link: a new colleague, or one who has lost their password. They choose it themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tradewind.core.devices import log_out_everywhere
from tradewind.core.links import LinkExpired, LinkInvalid, make_link, open_link, revoke_links
from tradewind.core.models import Invitation, Staff
from tradewind.core.models.staff import Role
from tradewind.core.staff import COMMAND, NewStaff, add_staff, check_password_strength
from tradewind.core.staffing import set_accounts
from tradewind.core.trail import write_audit

INVITED_FOR: Final = timedelta(days=7)
# A colleague who waits for it is at the phone; who finds it later should not get in.
PASSWORD_FOR: Final = timedelta(days=1)
_PURPOSE: Final = "staff.welcome"


class BadAddress(Exception):
    """Not one whole e-mail address."""


class AlreadyHere(Exception):
    """Somebody on the staff has this address, whether they may log in at present or not."""


class InvitationGone(Exception):
    """The link was used, taken back, is too old, or never existed."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Who shall come. `account_ids` are the accounts that the role holds for; None: all."""

    email: str
    role: Role
    language: str
    account_ids: tuple[int, ...] | None = None


def invite(person: Invited, *, by: Staff, at: datetime) -> tuple[Invitation, str]:
    """Invite somebody; the token of the link is returned once. An older invitation of the same address is taken back.

    Raises BadAddress, AlreadyHere.
    """
    email = person.email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise BadAddress from None
    with transaction.atomic():
        if Staff.objects.filter(email__iexact=email).exists():
            raise AlreadyHere
        _take_back(Invitation.objects.filter(kind=Invitation.Kind.NEW, email__iexact=email), at)
        row = Invitation.objects.create(
            email=email,
            role=person.role,
            language=person.language,
            account_ids=None if person.account_ids is None else list(person.account_ids),
            created_by=by,
            created_at=at,
            expires_at=at + INVITED_FOR,
        )
        after = {"email": email, "role": person.role, "accounts": row.account_ids}
        write_audit("staff.invited", subject=("invitation", row.pk), by=f"staff:{by.pk}", at=at, after=after)
        return row, _link(row, at)


def offer_new_password(staff: Staff, *, by: Staff | None, at: datetime) -> tuple[Invitation, str]:
    """A link with which a colleague chooses a new password. The old one holds until then. `by` None: by a command."""
    with transaction.atomic():
        _take_back(Invitation.objects.filter(kind=Invitation.Kind.RENEWAL, staff=staff), at)
        row = Invitation.objects.create(
            kind=Invitation.Kind.RENEWAL,
            email=staff.email,
            role=staff.role,
            language=staff.language,
            created_by=by,
            created_at=at,
            expires_at=at + PASSWORD_FOR,
            staff=staff,
        )
        actor = f"staff:{by.pk}" if by is not None else COMMAND
        write_audit("staff.password_offered", subject=("staff", staff.pk), by=actor, at=at)
        return row, _link(row, at)


def invitation_of(token: str, *, at: datetime) -> Invitation:
    """What the link is for. Raises InvitationGone."""
    try:
        _, row_id = open_link(_PURPOSE, token, at=at)
    except (LinkInvalid, LinkExpired):
        raise InvitationGone from None
    row = Invitation.objects.select_related("staff").filter(pk=row_id, used_at=None, revoked_at=None).first()
    if row is None:
        raise InvitationGone
    return row


def accept(token: str, *, name: str, password: str, at: datetime) -> Staff:
    """Come in, or choose a new password, which logs out every browser of the old one.

    Raises InvitationGone, and NotValid for a weak password.
    """
    check_password_strength(password)
    with transaction.atomic():
        # The lock makes two clicks one person.
        row = Invitation.objects.select_for_update().get(pk=invitation_of(token, at=at).pk)
        if row.used_at is not None or row.revoked_at is not None:
            raise InvitationGone
        staff = _let_in(row, name, password, at) if row.staff_id is None else _with_password(row, password, at)
        row.used_at, row.staff = at, staff
        row.save(update_fields=["used_at", "staff"])
        revoke_links(subject=("invitation", row.pk), at=at)
    return staff


def take_back(invitation_id: int, *, by: Staff, at: datetime) -> bool:
    """The link opens nothing any more. False where it was used or taken back before."""
    with transaction.atomic():
        taken = _take_back(Invitation.objects.filter(pk=invitation_id), at)
        if taken:
            subject = ("invitation", invitation_id)
            write_audit("staff.invitation_taken_back", subject=subject, by=f"staff:{by.pk}", at=at)
    return bool(taken)


def open_invitations(*, at: datetime) -> list[Invitation]:
    """To new colleagues, who have not come yet; the latest first."""
    waiting = Invitation.objects.filter(kind=Invitation.Kind.NEW, used_at=None, revoked_at=None, expires_at__gt=at)
    return list(waiting.select_related("created_by").order_by("-pk"))


def _let_in(row: Invitation, name: str, password: str, at: datetime) -> Staff:
    if Staff.objects.filter(email__iexact=row.email).exists():  # added on the command line meanwhile
        raise InvitationGone
    person = NewStaff(row.email, name, Role(row.role), row.language)
    staff = add_staff(person, password=password, at=at, by=f"staff:{row.created_by_id}")
    set_accounts(staff, row.account_ids)
    return staff


def _with_password(row: Invitation, password: str, at: datetime) -> Staff:
    staff = row.staff
    if staff is None or not staff.is_active:
        raise InvitationGone
    staff.password = make_password(password)
    staff.save(update_fields=["password"])
    log_out_everywhere(staff)
    write_audit("staff.password_changed", subject=("staff", staff.pk), by=f"staff:{staff.pk}", at=at)
    return staff


def _take_back(rows: "Iterable[Invitation]", at: datetime) -> int:
    taken = 0
    for row in rows:
        if row.used_at is None and row.revoked_at is None:
            row.revoked_at = at
            row.save(update_fields=["revoked_at"])
            revoke_links(subject=("invitation", row.pk), at=at)
            taken += 1
    return taken


def _link(row: Invitation, at: datetime) -> str:
    return make_link(_PURPOSE, subject=("invitation", row.pk), at=at, expires_at=row.expires_at)
