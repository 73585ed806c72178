"""17TRACK as the one tracker that the seller has, over real HTTP."""

from collections.abc import Iterator

import pytest

from tests.connectors.tracking_servers import KEY, Books, serving, track17
from tradewind.connectors.track17.adapter import Track17
from tradewind.shipping import notices, ports


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    with serving(track17) as there:
        tracker = Track17(base=there.base, key=lambda: KEY)
        monkeypatch.setattr(ports, "_slots", {})
        ports.fill(tracker)
        notices.accept_from(tracker)
        yield there
