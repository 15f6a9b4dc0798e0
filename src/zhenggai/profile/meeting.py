"""What an office holds about meetings: which there are, how often, who chairs and attends, and what is on the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.deadline import PERIODS
from zhenggai.profile.values import ProfileError, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

MEETING_TYPES: Mapping[str, str] = {
    "sync": "碰头会",
    "progress": "推进会",
    "leading_group": "领导小组会",
    "party_committee": "党委会",
    "democratic_life": "专题民主生活会",
    "consultation": "整改会商",
}
FREQUENCIES: Mapping[str, str] = {"none": "不定期"} | {
    freq: PERIODS[freq] for freq in ("week", "half_month", "month", "quarter", "half_year", "year")
}
NODES: Mapping[str, str] = {
    "feedback": "反馈后",
    "plan": "方案确定时",
    "mid_term": "整改中期",
    "report": "集中整改期满",
}
"""Moments of the course at which a meeting is held whatever its rhythm."""
ATTENDERS: Mapping[str, str] = {
    "principal": "主要负责人",
    "group": "领导小组",
    "lead_leader": "牵头领导",
    "responsible_leader": "责任领导",
    "office": "整改办",
    "department_head": "部门负责人",
    "handler": "经办人",
    "supervision": "督查组",
    "discipline": "纪检组（纪委）",
}
"""The roles that a profile may let chair or attend."""
SECTIONS: Mapping[str, str] = {
    "figures": "通报整改进展",
    "last_resolutions": "上次议定事项落实情况",
    "departments": "各责任部门汇报进展",
    "pressing": "逾期、临期和退回事项",
    "coordination": "需要协调解决的问题",
    "supervision": "督查组通报情况",
    "review": "审议事项",
    "closures": "审定销号",
    "next_period": "下一阶段任务",
    "other": "其他事项",
}
"""The sections of an agenda, in the order in which they stand on it."""
YES_NO: Mapping[str, str] = {"yes": "可以", "no": "不可以"}
_LATEST = 366


@dataclass(frozen=True, slots=True)
class MeetingCustom:
    """One kind of meeting. It recurs every `interval` periods of `freq`, on the day that `day` says (25日前), and at the `nodes`.

    `chair` and `attends` are roles; `agenda` are sections; a resolution without a date is due `resolution_days` days after the
    meeting; attendees are invited `invite_days` days before; `closes` says whether it may decide on close-outs.
    """

    type: str
    name: str
    freq: str
    interval: int
    day: str
    nodes: tuple[str, ...]
    chair: str
    attends: tuple[str, ...]
    agenda: tuple[str, ...]
    resolution_days: int
    invite_days: int
    closes: bool

    @property
    def rule(self) -> dict[str, Any] | None:
        """The rhythm as the plan format writes it, None for a meeting without one."""
        if self.freq == "none":
            return None
        return {
            "kind": "every", "freq": self.freq, "interval": self.interval, "times": None, "date_in_period": self.day or None,
        }  # fmt: skip


def parse_meetings(table: dict[str, Any], name: str) -> tuple[MeetingCustom, ...]:
    """Read the parts `[[meeting]]` of the profile `name`.

    Raises:
        ProfileError: there is none, two are of one type, or a value is not what it must be.
    """
    entries = table.get("meeting")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ProfileError(name, "缺少会议规定（[[meeting]]）。", "meeting")
    found = tuple(_meeting(entry, name, f"meeting.{place}.") for place, entry in enumerate(entries))
    types = [one.type for one in found]
    for place, kind in enumerate(types):
        if kind in types[:place]:
            raise ProfileError(name, f"中“{MEETING_TYPES[kind]}”规定了两次，请只保留一次。", f"meeting.{place}.type")
    return found


def _meeting(entry: dict[str, Any], name: str, at: str) -> MeetingCustom:
    day = entry.get("day", "")
    if not isinstance(day, str) or len(day) > 30:
        raise ProfileError(name, "的 day 应当是30字以内的文字，如“25日前”，没有的空着。", f"{at}day")
    resolution_days = _days(entry, "resolution_days", name, at, least=1)
    return MeetingCustom(
        type=_one(entry, "type", MEETING_TYPES, name, at),
        name=text(entry, "name", name, at=at),
        freq=_one(entry, "freq", FREQUENCIES, name, at),
        interval=number(entry, "interval", name, least=1, at=at),
        day=day.strip(),
        nodes=_some(entry, "nodes", NODES, name, at),
        chair=_one(entry, "chair", ATTENDERS, name, at),
        attends=_some(entry, "attends", ATTENDERS, name, at, least=1),
        agenda=_some(entry, "agenda", SECTIONS, name, at, least=1),
        resolution_days=resolution_days,
        invite_days=_days(entry, "invite_days", name, at, least=0),
        closes=_one(entry, "closes", YES_NO, name, at) == "yes",
    )


def _days(entry: dict[str, Any], key: str, name: str, at: str, *, least: int) -> int:
    value = number(entry, key, name, least=least, at=at)
    if value > _LATEST:
        raise ProfileError(name, f"的 {key} 应当是{least}至{_LATEST}之间的整数。", at + key)
    return value


def _one(entry: dict[str, Any], key: str, known: Mapping[str, str], name: str, at: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or value not in known:
        raise ProfileError(name, f"的 {key} 只能是 {'、'.join(known)}。", at + key)
    return value


def _some(
    entry: dict[str, Any], key: str, known: Mapping[str, str], name: str, at: str, *, least: int = 0
) -> tuple[str, ...]:
    values = entry.get(key)
    if not isinstance(values, list) or len(values) < least or not all(value in known for value in values):
        few = f"至少有{least}项，" if least else ""
        raise ProfileError(name, f"的 {key} 应当{few}从{'、'.join(known.values())}中选。", at + key)
    return tuple(code for code in known if code in values)
