"""Which special notices stand behind promises: in the days that were told, or in what is feared for them."""

from collections.abc import Iterable

from tradewind.markets.models import Announcement
from tradewind.promises.models import Promise
from tradewind.shipping.delays import notices_in
from tradewind.shipping.notice_hits import RISK


def notices_of(promises: Iterable[Promise]) -> list[Announcement]:
    """Those that moved these promises or put them at risk, the oldest first. One statement, none where there is no such."""
    given = list(promises)
    marked = {number for promise in given for number in notices_in(promise.inputs)}
    feared = {promise.risk for promise in given if promise.at_risk_since is not None and promise.risk.startswith(RISK)}
    numbers = marked | {int(risk.partition(":")[2]) for risk in feared}
    return list(Announcement.objects.filter(pk__in=numbers).order_by("pk")) if numbers else []
