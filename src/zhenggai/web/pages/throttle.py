"""How often one address may ask for what needs no log-in, in this process. It knows nothing of what is asked for."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

_KEPT = 10_000
"""Addresses remembered at once; of more the oldest are forgotten."""


@dataclass(slots=True)
class Throttle:
    """Lets an address ask `most` times in `seconds`."""

    most: int
    seconds: int
    _asked: dict[str, deque[float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, address: str, now: dt.datetime) -> int:
        """Count a request and return 0, or return the seconds to wait where there have been too many."""
        moment = now.timestamp()
        with self._lock:
            asked = self._asked.pop(address, deque())
            while asked and asked[0] <= moment - self.seconds:
                asked.popleft()
            if len(self._asked) >= _KEPT:
                self._asked.pop(next(iter(self._asked)))
            self._asked[address] = asked
            if len(asked) >= self.most:
                return max(1, int(asked[0] + self.seconds - moment))
            asked.append(moment)
            return 0
