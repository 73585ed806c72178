"""What staff can be told of. Whatever asks for a person's hand is told by the kind of its to-do; the rest by facts."""

from typing import Final

RISK: Final = "risk"
LATE: Final = "late"
TROUBLE: Final = "trouble"
MONEY: Final = "money"
MAIL: Final = "mail"
STOCK: Final = "stock"
ASKED: Final = "asked"
MACHINE: Final = "machine"
# The figures of a day: not ticked, but seen by those alone who see orders.
FIGURES: Final = "figures"
# The most urgent first: so they stand in a message.
KINDS: Final = (MACHINE, MONEY, LATE, RISK, TROUBLE, STOCK, MAIL, ASKED)
# What costs more with every hour.
URGENT: Final = frozenset({MACHINE, MONEY, LATE})
# The machine's letters go to whom the page of alarms names.
NOT_BY_MAIL: Final = frozenset({MACHINE})

# What somebody has to be let do to be told of it; of the rest, look at Today.
_ASKS_FOR: Final = {MACHINE: "work.view", LATE: "orders.view", RISK: "orders.view", FIGURES: "orders.view"}

_BY_NAME: Final = {
    "order.overpaid": MONEY,
    "order.paid_after_cancel": MONEY,
    "order.check_failed": TROUBLE,
    "parcel.trouble": TROUBLE,
    "mail.stopped": MACHINE,
}
_BY_FAMILY: Final = {
    "payment": MONEY,
    "message": MAIL,
    "mail": MAIL,
    "backup": MACHINE,
    "webhook": MACHINE,
    "connection": MACHINE,
    "alert": MACHINE,
    "job": MACHINE,
}


def kind_of_todo(kind: str) -> str:
    """Of a to-do that nobody has sorted, that somebody asks for something."""
    return _BY_NAME.get(kind) or _BY_FAMILY.get(kind.partition(".")[0], ASKED)


def ability_of(kind: str) -> str:
    """Without which nobody is told of it, and nobody sees it on the page of a message."""
    return _ASKS_FOR.get(kind, "today.view")
