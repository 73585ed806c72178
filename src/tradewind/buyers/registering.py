"""Registering: everyone who asks or buys becomes one buyer, known by an address or by a platform's own id.

An identity belongs to one buyer for ever; who is met again is found by it. Comparing different identities that may be
one person is not done here: that is proposed to staff and can be undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from tradewind.buyers.events import BuyerRegistered
from tradewind.buyers.models import Buyer, Identity
from tradewind.core import facts
from tradewind.core.models import FactSubject, SearchDocument
from tradewind.lib.refs import new_ref

# What a file makes us say of a buyer, and its being taken back.
_OF_FILES: Final = ("buyers.registered", "orders.imported", "orders.taken_back")


@dataclass(frozen=True, slots=True)
class ExternalBuyer:
    """A buyer as a shop account knows them. `value` is the account's own id."""

    value: str
    language: str
    country: str = ""
    name: str = ""


def normal_email(email: str) -> str:
    """The address as identities compare it. Capitals mean nothing to any mail service that people use."""
    return email.strip().casefold()


def register(*, email: str, name: str, language: str, country: str, at: datetime, by: str = "buyer") -> Buyer:
    """The buyer with this e-mail address, made when it is new.

    What is known already stays: an order under somebody else's address must not rename them. Only gaps are filled.
    """
    with transaction.atomic():
        buyer = _known_by_email(email) or _new_by_email(
            email, Buyer(name=name, language=language, country=country), at, by
        )
        gaps = {
            field: value
            for field, value in (("name", name), ("country", country))
            if value and not getattr(buyer, field)
        }
        if gaps:
            Buyer.objects.filter(pk=buyer.pk).update(**gaps)
            buyer.refresh_from_db()
        return buyer


def register_external(
    buyers: Iterable[ExternalBuyer], *, scope: int, at: datetime, by: str = facts.SYSTEM
) -> dict[str, int]:
    """Ids of buyers by the ids under which the shop account `scope` knows them; new ones are made, in a few statements.

    Two loads of one account must not run this at once: the caller holds the account's row.
    """
    wanted = {buyer.value: buyer for buyer in buyers}
    with transaction.atomic():
        known = _known_by_external(wanted, scope)
        newcomers = [buyer for value, buyer in wanted.items() if value not in known]
        made = Buyer.objects.bulk_create(
            Buyer(ref=_new_ref(), name=new.name, language=new.language, country=new.country, created_at=at)
            for new in newcomers
        )
        Identity.objects.bulk_create(
            _identity(buyer, Identity.Kind.EXTERNAL, new.value, at, scope=scope)
            for buyer, new in zip(made, newcomers, strict=True)
        )
        registered = [BuyerRegistered(buyer_id=buyer.pk, through=Identity.Kind.EXTERNAL.value) for buyer in made]
        facts.record_many(registered, by=by, at=at)
    return known | {new.value: buyer.pk for buyer, new in zip(made, newcomers, strict=True)}


def forget_unused(buyer_ids: Sequence[int], *, scope: int) -> int:
    """Buyers whom only the shop account `scope` told us of, and about whom nothing else was ever said: they go.

    The caller says that no order names them any more. Returns how many went.
    """
    told = FactSubject.objects.filter(kind="buyer", subject_id__in=buyer_ids).exclude(fact__name__in=_OF_FILES)
    others = Identity.objects.filter(buyer_id__in=buyer_ids).exclude(scope=scope, kind=Identity.Kind.EXTERNAL)
    in_use = set(told.values_list("subject_id", flat=True)) | set(others.values_list("buyer_id", flat=True))
    in_use |= set(Buyer.objects.filter(alias_of__in=buyer_ids).values_list("alias_of_id", flat=True))
    unused = [pk for pk in buyer_ids if pk not in in_use]
    SearchDocument.objects.filter(kind="buyer", subject_id__in=unused).delete()
    Buyer.objects.filter(pk__in=unused, alias_of=None).delete()
    return len(unused)


def _known_by_email(email: str) -> Buyer | None:
    identities = Identity.objects.filter(kind=Identity.Kind.EMAIL, scope=0, value=normal_email(email))
    return Buyer.objects.filter(identities__in=identities).first()


def _new_by_email(email: str, buyer: Buyer, at: datetime, by: str) -> Buyer:
    buyer.ref, buyer.created_at = _new_ref(), at
    try:
        # A savepoint: losing the race must not spoil the transaction of the order.
        with transaction.atomic():
            buyer.save(force_insert=True)
            _identity(buyer, Identity.Kind.EMAIL, normal_email(email), at, shown=email.strip()).save(force_insert=True)
            facts.record(BuyerRegistered(buyer_id=buyer.pk, through=Identity.Kind.EMAIL.value), by=by, at=at)
    except IntegrityError:
        winner = _known_by_email(email)
        if winner is None:
            raise
        return winner
    return buyer


def _known_by_external(values: Iterable[str], scope: int) -> dict[str, int]:
    rows = Identity.objects.filter(kind=Identity.Kind.EXTERNAL, scope=scope, value__in=list(values))
    return dict(rows.values_list("value", "buyer_id"))


def _identity(
    buyer: Buyer, kind: Identity.Kind, value: str, at: datetime, *, scope: int = 0, shown: str = ""
) -> Identity:
    return Identity(buyer=buyer, kind=kind, scope=scope, value=value, shown=shown or value, created_at=at)


def _new_ref() -> str:
    return new_ref("B")
