"""Owns when somebody does not want to be woken: a span of the clock on their wall, whatever clocks do to it twice a year."""

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Half-open; over midnight where it ends earlier than it begins. What begins when it ends is never quiet."""

    begin: time
    end: time

    def hold(self, now: datetime, zone: ZoneInfo) -> bool:
        """Is it quiet at this moment, as the clock of the zone shows it?"""
        clock = now.astimezone(zone).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end
