"""Which special notices stand behind promises: in the days that were told, or in what is feared for them."""

from collections.abc import Iterable

from tradewind.markets.models import Announcement
from tradewind.promises.models import Promise
from tradewind.promises.risking import NOTICE, risks_of
from tradewind.shipping.delays import notices_in


def notices_of(promises: Iterable[Promise]) -> list[Announcement]:
    """Those that moved these promises or put them at risk, the oldest first. No statement where there is no such."""
    given = list(promises)
    marked = {number for promise in given for number in notices_in(promise.inputs)}
    feared = {risk.source_id for risks in risks_of(given).values() for risk in risks if risk.source_kind == NOTICE}
    numbers = marked | feared
    return list(Announcement.objects.filter(pk__in=numbers).order_by("pk")) if numbers else []
