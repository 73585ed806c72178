"""Who may do what with many orders at once: the same abilities as with one."""

from typing import Final

from tradewind.core.models import Staff
from tradewind.core.staff import may
from tradewind.orders.models import BulkRun

Act = BulkRun.Act
_ABILITIES: Final[dict[str, str]] = {
    Act.TAG: "orders.mark",
    Act.UNTAG: "orders.mark",
    Act.HOLD: "orders.hold",
    Act.RELEASE: "orders.hold",
    Act.DISPATCH: "orders.dispatch",
}


def acts_open_to(staff: Staff) -> list[str]:
    """The acts that a list offers, in its order."""
    return [act for act, ability in _ABILITIES.items() if may(staff, ability)]
