"""What falls on a day, and what is asked for: the common words of everything that stands in a calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.profile import Light
    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Inspection

KINDS = {
    "meeting": "会议",
    "milestone": "时间节点",
    "measure": "措施到期",
    "resolution": "议定事项",
    "paper": "督办答复",
    "cutoff": "填报截止",
    "phase": "工作阶段",
    "occurrence": "周期任务",
}
"""What an entry can be, in the order in which those of one day stand."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day, or on all days to `last`. `screen` and `argument` lead to it; `light` tells lateness on the day of asking.

    `uid` is the same whenever it is asked for, `sequence` grows with each change, `begins` is the moment of what has an hour.
    """

    uid: str
    kind: str
    start: dt.date
    last: dt.date
    title: str
    detail: str
    screen: str
    argument: int
    sequence: int = 0
    anchor: str = ""
    light: Light | None = None
    done: bool = False
    cancelled: bool = False
    begins: dt.datetime | None = None
    minutes: int = 0
    place: str = ""

    @property
    def kind_words(self) -> str:
        """What it is, in Chinese."""
        return KINDS[self.kind]

    @property
    def hour(self) -> str:
        """When on its day it begins, "" for what fills the day."""
        return f"{timezone.localtime(self.begins):%H:%M}" if self.begins else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the days from `start` to `last`; `mine` alone or all that the person sees; of all kinds or one.

    `gone_since` adds what was called off since that moment, for readers that must hear of it.
    """

    rights: Rights
    start: dt.date
    last: dt.date
    mine: bool
    kind: str = ""
    gone_since: dt.datetime | None = None
    inspections: tuple[Inspection, ...] = field(default=())

    @property
    def standing(self) -> Q:
        """The condition on rows that are withdrawn with a time."""
        standing = Q(withdrawn_at=None)
        return standing | Q(withdrawn_at__gte=self.gone_since) if self.gone_since else standing

    def within(self, name: str) -> Q:
        """Return the condition that the date `name` is among the days asked for."""
        return Q(**{f"{name}__gte": self.start, f"{name}__lte": self.last})
