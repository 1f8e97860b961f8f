"""Today in a time zone, without asking the calendar each time."""

from __future__ import annotations

import datetime
import time
import zoneinfo


class Clock:
    """Knows the date until it changes; the wall clock is looked at each time, the calendar once a quarter of an hour.

    A quarter, because that is the step of all time zones: a date changes nowhere between two of them.
    """

    STEP = 900

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        self._zone = zone
        self._known: tuple[int, datetime.date] | None = None

    def today(self) -> datetime.date:
        """The current date."""
        step = int(time.time()) // self.STEP
        known = self._known
        if known is not None and known[0] == step:
            return known[1]
        today = datetime.datetime.fromtimestamp(step * self.STEP, self._zone).date()
        self._known = (step, today)
        return today
