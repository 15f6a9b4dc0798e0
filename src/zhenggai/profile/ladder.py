"""What an office holds about supervision: the levels of its ladder, what sets each off, and the papers with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.profile.values import ProfileError, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPER_KINDS: Mapping[str, str] = {
    "reminder": "提醒函",
    "order": "督办单",
    "letter": "督办函",
    "interview": "约谈通知书",
    "circular": "通报",
}
"""The papers that a level may lead to; `TRANSFER` is no paper."""
TRANSFER = "transfer"
"""The last step, of which the ledger keeps counts only."""
ADDRESSEES: Mapping[str, str] = {
    "handler": "经办人",
    "department_head": "责任部门负责人",
    "responsible_leader": "责任领导",
    "lead_leader": "牵头领导",
    "principal": "主要负责人",
    "all_departments": "各部门负责人",
}
SIGNERS: Mapping[str, str] = {
    "office": "整改办",
    "supervision": "督查组",
    "group": "领导小组",
    "principal": "主要负责人",
}
GROUNDS: Mapping[str, str] = {
    "quality": "整改质量不高",
    "meeting": "会议决定",
    "instruction": "领导批示",
    "rebound": "再次反弹",
    "false": "虚假整改",
    "refusal": "拒不整改",
    "other": "其他情形",
}
"""Why a person may raise a paper by hand."""
TRIGGERS = {
    "days_left": "到期前剩余天数不超过（0为不采用）",
    "overdue_days": "逾期满几天（0为不采用）",
    "missed_reports": "连续几个填报周期没有进展（0为不采用）",
    "returned": "销号申请被退回满几次（0为不采用）",
    "orders": "同一事项已发督办单满几份（0为不采用）",
    "on_time_below": "部门按期完成率低于百分之几（0为不采用）",
    "last_in_ranking": "部门按期完成率连续几个月末位（0为不采用）",
}
OF_DEPARTMENTS = frozenset({"on_time_below", "last_in_ranking"})
"""Triggers that look at a department and never at an item."""
_KEYS = frozenset({"level", "name", "paper", "answer_workdays", "recipients", "signed_by", "by_hand"}) | TRIGGERS.keys()
YEAR, NUMBER = "{年}", "{号}"


@dataclass(frozen=True, slots=True)
class Level:
    """One level. `triggers` hold those in use; who gets the paper answers within `answer_workdays`, 0 where none is asked for."""

    level: int
    name: str
    paper: str
    answer_workdays: int
    recipients: tuple[str, ...]
    signed_by: frozenset[str]
    by_hand: tuple[str, ...]
    triggers: Mapping[str, int]

    @property
    def asks(self) -> bool:
        """Whether its paper asks for an answer."""
        return self.answer_workdays > 0


@dataclass(frozen=True, slots=True)
class PaperCustom:
    """What a paper is called, and the pattern of its number: `{年}` and `{号}` are filled in when it is signed."""

    name: str
    pattern: str

    def numbered(self, year: int, count: int) -> str:
        """Return the number `count` of `year` as it is written."""
        return self.pattern.replace(YEAR, str(year)).replace(NUMBER, str(count))


@dataclass(frozen=True, slots=True)
class LadderCustom:
    """The custom of 督办: the levels, the lowest first, and the papers by kind.

    A department counts from `least_due` measures on whose first date has come.
    """

    levels: tuple[Level, ...]
    papers: Mapping[str, PaperCustom]
    least_due: int


def parse_ladder(table: dict[str, Any], name: str) -> LadderCustom:
    """Read the parts `[supervision]`, `[paper.…]` and `[[ladder]]` of the profile `name`.

    Raises:
        ProfileError: one is missing, or a value in it is not what it must be.
    """
    entries = table.get("ladder")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ProfileError(name, "缺少督办台阶（[[ladder]]）。", "ladder")
    levels = tuple(_level(entry, place, name) for place, entry in enumerate(entries))
    _in_order(levels, name)
    part = table.get("supervision")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少督办规定（[supervision]）。", "supervision")
    least = number(part, "least_due", name, least=1, at="supervision.")
    return LadderCustom(levels, _papers(table, name), least)


def _level(entry: dict[str, Any], place: int, name: str) -> Level:
    at = f"ladder.{place}."
    if entry.get("level") != place:
        raise ProfileError(name, f"的 level 应当从0起依次为各级的序号，这一级应当是{place}。", f"{at}level")
    unknown = [key for key in entry if key not in _KEYS]
    if unknown:
        raise ProfileError(name, f"的督办第{place}级中有不认识的项目：{'、'.join(unknown)}。", f"{at}{unknown[0]}")
    paper = text(entry, "paper", name, at=at)
    if paper not in PAPER_KINDS and paper != TRANSFER:
        raise ProfileError(name, f"的 paper 只能是 {'、'.join([*PAPER_KINDS, TRANSFER])}。", f"{at}paper")
    triggers = {key: number(entry, key, name, at=at) for key in TRIGGERS if key in entry}
    if triggers.get("on_time_below", 0) > 100:
        raise ProfileError(name, "的 on_time_below 应当是0至100之间的整数。", f"{at}on_time_below")
    by_hand = _codes(entry, "by_hand", GROUNDS, name, at, least=0)
    used = {key: value for key, value in triggers.items() if value}
    if paper == TRANSFER and used:
        raise ProfileError(name, "的移送只能由人提出，不能设自动触发条件。", f"{at}{next(iter(used))}")
    if not used and not by_hand:
        raise ProfileError(name, f"的督办第{place}级没有触发条件，也不能由人提出，请至少设一项。", f"{at}by_hand")
    return Level(
        level=place,
        name=text(entry, "name", name, at=at),
        paper=paper,
        answer_workdays=number(entry, "answer_workdays", name, at=at),
        recipients=_codes(entry, "recipients", ADDRESSEES, name, at, least=0 if paper == TRANSFER else 1),
        signed_by=frozenset(_codes(entry, "signed_by", SIGNERS, name, at, least=0 if paper == TRANSFER else 1)),
        by_hand=by_hand,
        triggers=used,
    )


def _codes(
    entry: dict[str, Any], key: str, known: Mapping[str, str], name: str, at: str, *, least: int
) -> tuple[str, ...]:
    codes = entry.get(key, [])
    if not isinstance(codes, list) or len(codes) < least or not all(code in known for code in codes):
        few = "应当至少有一项，从" if least else "只能从"
        raise ProfileError(name, f"的 {key} {few}{'、'.join(known.values())}中选。", at + key)
    return tuple(codes)


def _in_order(levels: tuple[Level, ...], name: str) -> None:
    """Refuse a ladder that does not rise: the higher level comes later before the date, and later after it.

    Raises:
        ProfileError: a level comes before the one below it, or something stands above the transfer.
    """
    for key, sign, words in (("days_left", -1, "小于"), ("overdue_days", 1, "大于")):
        last = None
        for level in levels:
            days = level.triggers.get(key)
            if days is None:
                continue
            if last is not None and sign * days <= sign * last:
                raise ProfileError(name, f"的 {key} 应当{words}上一级的{last}天。", f"ladder.{level.level}.{key}")
            last = days
    before_due = [level.level for level in levels if "days_left" in level.triggers]
    overdue = [level.level for level in levels if "overdue_days" in level.triggers]
    if before_due and overdue and before_due[-1] >= overdue[0]:
        raise ProfileError(name, "的 overdue_days 不能设在到期前提醒以下的级别。", f"ladder.{overdue[0]}.overdue_days")
    early = next((level for level in levels[:-1] if level.paper == TRANSFER), None)
    if early:
        raise ProfileError(name, "的移送应当是最高一级。", f"ladder.{early.level}.paper")


def _papers(table: dict[str, Any], name: str) -> dict[str, PaperCustom]:
    part = table.get("paper")
    if not isinstance(part, dict) or not all(isinstance(part.get(kind), dict) for kind in PAPER_KINDS):
        raise ProfileError(name, f"缺少督办文书（[paper]），应当有 {'、'.join(PAPER_KINDS)}。", "paper")
    papers: dict[str, PaperCustom] = {}
    for kind in PAPER_KINDS:
        at = f"paper.{kind}."
        pattern = text(part[kind], "number", name, at=at)
        if pattern.count(YEAR) != 1 or pattern.count(NUMBER) != 1:
            raise ProfileError(
                name, f"的 number 应当含有一个 {YEAR} 和一个 {NUMBER}，如“整督〔{YEAR}〕{NUMBER}号”。", f"{at}number"
            )
        if any(pattern == other.pattern for other in papers.values()):
            raise ProfileError(name, f"的 number 与另一种文书相同（{pattern}），请改成不同的字号。", f"{at}number")
        papers[kind] = PaperCustom(text(part[kind], "name", name, at=at), pattern)
    return papers
