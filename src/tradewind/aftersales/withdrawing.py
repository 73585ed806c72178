"""Withdrawing from a contract made at a distance (Directive (EU) 2023/2673): written down as declared, never judged here.

Whether a period has ended is for a person to say: when the goods arrived is often not known to us.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tradewind.aftersales.events import WithdrawalDeclared
from tradewind.aftersales.models import Withdrawal
from tradewind.core.accounts import own_shop
from tradewind.core.facts import record
from tradewind.core.models import ShopAccount
from tradewind.core.todos import ask_for_hand
from tradewind.core.words import say
from tradewind.orders.changes import standing_for
from tradewind.orders.models import Order

DECLARED: Final = "order.withdrawal"
LOOK_WITHIN: Final = timedelta(days=1)
_LONGEST: Final = {"name": 120, "order_ref": 40, "email": 254, "goods": 500}
_NEEDED: Final = ("name", "order_ref", "email")
_UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the law lets us ask for, and no more. `goods` says which ones; empty means all."""

    name: str
    order_ref: str
    email: str
    goods: str = ""


class BadDeclaration(Exception):
    """Some fields cannot be used: field -> words in the buyer's language."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


def read_declaration(typed: dict[str, str], *, language: str) -> Declaration:
    """Raises BadDeclaration with every field that cannot be used."""
    values = {field: _UNSEEN.sub(" ", typed.get(field, "")).strip() for field in _LONGEST}
    errors = {field: say(language, "Please fill in this field.") for field in _NEEDED if not values[field]}
    for field, longest in _LONGEST.items():
        if len(values[field]) > longest:
            errors[field] = say(language, "Please use at most {longest} characters.", longest=longest)
    if "email" not in errors:
        try:
            validate_email(values["email"])
        except ValidationError:
            errors["email"] = say(language, "This is not an e-mail address: check it, we send the receipt there.")
    if errors:
        raise BadDeclaration(errors)
    return Declaration(**values)


def declare_withdrawal(
    declaration: Declaration, *, key: str, market: str, language: str, at: datetime
) -> tuple[Withdrawal, bool]:
    """Write it down and ask a person to act. With a key that was used, the declaration that exists, and False."""
    with transaction.atomic():
        order = _order_meant(declaration)
        withdrawal, is_new = Withdrawal.objects.get_or_create(
            key=key,
            defaults={
                "order": order,
                "order_ref": declaration.order_ref,
                "name": declaration.name,
                "email": declaration.email,
                "goods": declaration.goods,
                "market": market,
                "language": language,
                "declared_at": at,
            },
        )
        if is_new:
            # Who names an order that we cannot find has read of the right on the own shop's pages.
            account_id = order.account_id if order else own_shop(at=at).pk
            subject, due_at = ("withdrawal", withdrawal.pk), at + LOOK_WITHIN
            ask_for_hand(DECLARED, subject=subject, account_id=account_id, due_at=due_at, at=at)
            record(WithdrawalDeclared(withdrawal.pk, order.pk if order else None), by="buyer", at=at)
    return withdrawal, is_new


def _order_meant(declaration: Declaration) -> Order | None:
    """Only with the address that the order was placed with: a number alone proves nothing."""
    own = Order.objects.filter(account__channel=ShopAccount.Channel.OWN, kind=Order.Kind.SALE)
    meant = own.select_for_update(of=("self",)).filter(
        ref__iexact=declaration.order_ref, email__iexact=declaration.email
    )
    order = meant.first()
    # Under its lock: one that is just being taken in by another leads to that one.
    return Order.objects.get(pk=standing_for(order.pk)) if order is not None else None
