"""A chain read from its first event to its head, link by link, in constant memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.web.audit.models import ChainHead, Event
from zhenggai.web.audit.sealing import FIELDS, Entry, is_sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold, and why, in Chinese."""

    number: int
    why: str


class Walk:
    """Iterating gives the events that hold, in order; `broken` then says where they end before their time.

    `number` and `hash` are those of the last event that held. People may go on working meanwhile.
    """

    def __init__(self, unit_id: int) -> None:
        """Begin before the first event of `unit_id`."""
        self.unit_id = unit_id
        self.number = 0
        self.hash = ""
        self.broken: Break | None = None
        self._last_id = 0

    def __iter__(self) -> Iterator[Entry]:
        """Give each event that fits the one before it, and stop at the first that does not."""
        known = -1
        while self.number > known:
            known = self.number
            yield from self._further()
            if self.broken:
                return
            head = ChainHead.objects.filter(unit_id=self.unit_id).values_list("number", "hash").first()
            if head == (self.number, self.hash) or (head is None and self.number == 0):
                return
            if head is None or head[0] <= self.number:
                break
        self.broken = self._wrong_end(head)

    def _further(self) -> Iterator[Entry]:
        events = Event.objects.filter(unit_id=self.unit_id).order_by("number")
        if self.number:
            events = events.filter(number__gt=self.number)
        for values in events.values_list(*FIELDS).iterator(chunk_size=_CHUNK):
            entry = Entry._make(values)
            self.broken = self._fault(entry)
            if self.broken is not None:
                return
            self.number, self.hash, self._last_id = entry.number, entry.hash, entry.id
            yield entry

    def _fault(self, entry: Entry) -> Break | None:
        if entry.number != self.number + 1:
            return Break(self.number + 1, "缺少记录")
        if entry.previous_hash != self.hash:
            return Break(entry.number, "与上一条记录不衔接")
        if not is_sealed(entry):
            return Break(entry.number, "内容与校验值不符")
        if entry.id <= self._last_id:
            return Break(entry.number, "存入的次序与编号不符")
        return None

    def _wrong_end(self, head: tuple[int, str] | None) -> Break:
        if head is None:
            return Break(self.number, "之后没有链尾登记，链尾登记缺失")
        if head[0] > self.number:
            return Break(self.number + 1, "末尾的记录缺失")
        if head[0] < self.number:
            return Break(head[0] + 1, "超出链尾登记，系末尾多出的记录")
        return Break(self.number, "与链尾登记的校验值不符")


def first_break(unit_id: int) -> Break | None:
    """Check the chain of a unit from its first event and return the first break, or None."""
    walk = Walk(unit_id)
    deque(walk, maxlen=0)
    return walk.broken
