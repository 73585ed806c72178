"""Is what an address names within the reach of whoever asks? One table for all addresses of the console.

A row of another account is answered like one that does not exist, so that nobody learns which orders there are. A kind
of row that this table does not know is refused, as is a view that declares no ability.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured

from tradewind.aftersales.queries import account_of_withdrawal
from tradewind.core.models import Todo
from tradewind.core.reach import Reach
from tradewind.orders.importing.queries import account_of_file
from tradewind.orders.queries import account_of_order
from tradewind.quotations.queries import account_of_quotation
from tradewind.shipping.trouble_queries import account_of_group, account_of_trouble

AccountOf = Callable[[int], int | None]


def _of_todo(todo_id: int) -> int | None:
    return Todo.objects.filter(pk=todo_id).values_list("account_id", flat=True).first()


def _itself(account_id: int) -> int:
    return account_id


# Part of an address -> whose row it names.
_ACCOUNT_OF: Final[Mapping[str, AccountOf]] = {
    "account_id": _itself,
    "file_id": account_of_file,
    "order_id": account_of_order,
    "quotation_id": account_of_quotation,
    "todo_id": _of_todo,
    "trouble_group_id": account_of_group,
    "trouble_id": account_of_trouble,
    "withdrawal_id": account_of_withdrawal,
}
# Of the business as a whole, or of the own shop, which abilities decide; the rest stands below an order.
_OF_NO_ACCOUNT: Final = frozenset(
    {
        "announcement_id",
        "bulk_id",  # its own page says no to whoever did not begin it
        "choice_id",
        "code_id",
        "device_id",
        "entry_id",
        "event_file_id",  # its pages judge by who handed it in
        "hold_id",
        "hook_id",  # hears of orders: its page and acts judge by webhooks.queries
        "invitation_id",
        "key",
        "key_id",  # its page and acts judge by core.program_keys
        "kind",
        "language",  # of letters
        "layout_id",
        "mail_id",
        "market_id",
        "medium_id",
        "message_id",
        "moment",  # the order of its preview is judged by its page
        "name",
        "note_id",
        "option_id",
        "paper_id",
        "photo_id",
        "passkey_id",
        "product_id",
        "receiver_id",  # of alerts, which abilities of all accounts decide; a note shows each what is within their reach
        "refund_id",
        "run_id",
        "sentence",  # of letters, all of the own shop
        "staff_id",
        "tag_id",
        "version_id",  # of such a sentence
        "view_id",
        "warehouse_id",
        "work_id",
    }
)


def is_within(reach: Reach, parts: Mapping[str, Any]) -> bool:
    """May somebody of this reach see what the parts of an address name? Raises ImproperlyConfigured for an unknown part."""
    unknown = parts.keys() - _ACCOUNT_OF.keys() - _OF_NO_ACCOUNT
    if unknown:
        msg = f"console.reaching does not say to which account {', '.join(sorted(unknown))} belongs"
        raise ImproperlyConfigured(msg)
    if reach.is_whole:
        return True
    return all(reach.holds(_ACCOUNT_OF[part](value)) for part, value in parts.items() if part in _ACCOUNT_OF)
