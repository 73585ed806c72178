"""Facts of markets."""

from dataclasses import dataclass

from tradewind.core.facts import fact


@fact("markets.notice_changed", about={"announcement": "announcement_id"})
@dataclass(frozen=True, slots=True)
class NoticeChanged:
    """A special notice was made, changed or taken down: which promises it hits has to be looked at anew."""

    announcement_id: int
