"""A group of the demo's staff that a simulated robot tells what needs them."""

from datetime import datetime, time
from typing import Final

from tradewind.alerting.kinds import KINDS
from tradewind.alerting.receiving import Place, Rules, add
from tradewind.core.models import Staff
from tradewind.core.models.staff import Role

_NAME: Final = "店铺群"
# The simulator's code and address: the demo is always served with it.
_ROBOT: Final = Place("simulator", "https://robot.invalid/shop")


def tell_a_group(*, at: datetime) -> None:
    """In the caller's transaction, when its people are there."""
    owner = Staff.objects.filter(role=Role.OWNER).order_by("pk").first()
    if owner is None:
        return
    rules = Rules(
        name=_NAME,
        language="zh",
        zone="Asia/Shanghai",
        kinds=KINDS,
        quiet_from=time(23),
        quiet_until=time(7, 30),
        is_woken=True,
        group_minutes=2,
        figures_at=time(9),
    )
    add(rules=rules, place=_ROBOT, answers=owner, by="system", at=at)
