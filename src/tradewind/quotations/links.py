"""Links to a quotation: good for as long as they are in the right hands."""

from datetime import datetime

from tradewind.core.links import revoke_links
from tradewind.quotations.models import QuotationVersion
from tradewind.quotations.queries import latest_version


def end_links_of_others(*, quotation_id: int, email: str, at: datetime) -> None:
    """Whoever was written to last does not read on where the quotation, or its order, now belongs to another mailbox."""
    last = latest_version(quotation_id)
    if last is not None and _is_another(last.email, email):
        revoke_links(subject=("quotation", quotation_id), at=at)


def went_to_another(version: QuotationVersion) -> bool:
    """Has a newer version gone to another mailbox? Then this one's addressee gets no new link."""
    last = latest_version(version.quotation_id)
    return last is not None and _is_another(version.email, last.email)


def _is_another(before: str, now: str) -> bool:
    """Nobody was written to by mail where there was no address: a link that was handed on in a chat stays good."""
    return bool(before) and before.casefold() != now.casefold()
