"""督办台阶: what is to be proposed now for one item, or one department. Plain facts in, a decision with its Chinese reason out.

The level is the one that holds today, however long nobody has looked. A cause is never proposed twice; a higher level may follow the
same cause. While an answer is awaited nothing is proposed. An answer that was accepted, a paper that was withdrawn and an extension
that was granted stop the clock: days count afresh from there. The ladder looks at the item, the ranking at the department.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — the dataclasses carry dates at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.profile.ladder import TRANSFER
from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.profile import LadderCustom, Level

ISSUED = frozenset({"signed", "served", "received", "answered", "accepted", "rejected", "closed"})
"""States of a paper that somebody has signed and nobody has taken back."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A paper that there is about the item. `called` is its kind with its number; `stopped_on` the day of its acceptance or withdrawal.

    `cause` is what it was proposed for, "" for one raised by hand.
    """

    id: int
    level: int
    kind: str
    called: str
    state: str
    asks: bool
    cause: str = ""
    signed_on: dt.date | None = None
    answer_by: dt.date | None = None
    stopped_on: dt.date | None = None

    def silent(self, today: dt.date) -> bool:
        """Whether its answer is overdue."""
        return (
            self.asks and self.state in ("served", "received") and self.answer_by is not None and self.answer_by < today
        )

    def running(self, today: dt.date) -> bool:
        """Whether an answer to it, or the judgement of one, may still be waited for."""
        waits = self.state in ("signed", "served", "received", "answered")
        return self.asks and waits and not self.silent(today)


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of a measure or a finding on the day.

    `settled` says why nothing is asked for any more, "" where something is. `missed` counts the reporting periods that have ended
    without progress, from `missed_since` (key) and `missed_label` on; `returned` the returns of the application that is now returned, in
    the `cycle`.
    """

    due_on: dt.date | None = None
    percent: int = 0
    settled: str = ""
    missed: int = 0
    missed_since: str = ""
    missed_label: str = ""
    returned: int = 0
    cycle: int = 1
    extended_on: dt.date | None = None
    papers: tuple[Earlier, ...] = ()
    """In the order in which they were made."""


@dataclass(frozen=True, slots=True)
class Department:
    """How a department stands: measures whose first date has come in the `quarter`, and of these on time; months as the last in a row."""

    name: str
    due: int = 0
    on_time: int = 0
    quarter: str = ""
    last_months: int = 0
    last_since: str = ""
    papers: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A paper to draft. `follows` is the paper that it comes after, `skip_reason` why levels between were left out.

    `facts` are the facts alone, `reason` says with them which level they come up to and what went before.
    """

    level: int
    cause: str
    facts: str
    reason: str
    skip_reason: str = ""
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done: a paper proposed, and drafts that have lapsed, by id, with the reason."""

    proposal: Proposal | None = None
    lapsed: tuple[tuple[int, str], ...] = ()


NOTHING = Decision()


@dataclass(frozen=True, slots=True)
class _Holding:
    """That a level holds by a cause; `words` say by which facts."""

    level: int
    cause: str
    words: str
    follows: int | None = None


def propose(item: Item, custom: LadderCustom, today: dt.date) -> Decision:
    """Return what is to be done about an item on the day."""
    holding = [*_triggered(item, custom, today), *_unanswered(item.papers, custom, today)]
    return _decide(holding, item.papers, custom, today, item.settled, item.extended_on)


def propose_for_department(department: Department, custom: LadderCustom, today: dt.date) -> Decision:
    """Return what is to be done about a department on the day."""
    holding = [*_ranked(department, custom), *_unanswered(department.papers, custom, today)]
    return _decide(holding, department.papers, custom, today, "", None)


def stopped_on(papers: Iterable[Earlier], extended_on: dt.date | None) -> dt.date | None:
    """Return the day from which days count afresh, None where nothing has stopped the clock."""
    days = [paper.stopped_on for paper in papers if paper.stopped_on]
    return max([*days, *([extended_on] if extended_on else [])], default=None)


def skipped(level: int, papers: Iterable[Earlier], levels: Sequence[Level]) -> tuple[Level, ...]:
    """Return the levels below `level` that ask for an answer and of which the item has had no paper."""
    had = {paper.level for paper in papers if paper.state in ISSUED}
    highest = max(had, default=-1)
    return tuple(one for one in levels[:level] if one.asks and one.level not in had and one.level > highest)


def _triggered(item: Item, custom: LadderCustom, today: dt.date) -> Iterable[_Holding]:
    stop = stopped_on(item.papers, item.extended_on)
    for level in custom.levels:
        for trigger, bound in level.triggers.items():
            if words := _words(trigger, bound, item, stop, today):
                yield _Holding(level.level, _cause(trigger, item), words)


def _words(trigger: str, bound: int, item: Item, stop: dt.date | None, today: dt.date) -> str:
    """Return the facts by which the trigger holds, or ""."""
    if trigger == "days_left" and item.due_on and 0 <= (item.due_on - today).days <= bound:
        return words_of_due(item.due_on, item.percent, today)
    if trigger == "overdue_days" and item.due_on:
        afresh = (today - max(item.due_on, stop or item.due_on)).days
        if afresh < bound:
            return ""
        since = f"，自{day_words(stop)}上一份文书办结起又过了{afresh}天" if stop and stop > item.due_on else ""
        return words_of_due(item.due_on, item.percent, today, since=since)
    if trigger == "missed_reports" and item.missed >= bound:
        return f"自{item.missed_label}起，连续{item.missed}个填报周期没有填报进展"
    if trigger == "returned" and item.returned >= bound:
        return f"销号申请已被退回{item.returned}次，尚未重新申请"
    return ""


def words_of_due(due_on: dt.date, percent: int, today: dt.date, *, since: str = "") -> str:
    """Return how a matter stands to its date, without a full stop."""
    left = (due_on - today).days
    stands = f"已逾期{-left}天" if left < 0 else f"还有{left}天" if left else "今天到期"
    return f"应于{day_words(due_on)}完成，{stands}{since}，完成进度{percent}%"


def _cause(trigger: str, item: Item) -> str:
    if trigger in ("days_left", "overdue_days"):
        return f"due:{item.due_on}"
    return f"missed:{item.missed_since}" if trigger == "missed_reports" else f"returned:{item.cycle}.{item.returned}"


def _ranked(department: Department, custom: LadderCustom) -> Iterable[_Holding]:
    for level in custom.levels:
        below, months = level.triggers.get("on_time_below", 0), level.triggers.get("last_in_ranking", 0)
        if department.due >= custom.least_due and 100 * department.on_time < below * department.due:
            rate = 100 * department.on_time // department.due
            words = f"{department.name}到期措施{department.due}项，按期完成{department.on_time}项，按期完成率{rate}%，低于{below}%"
            yield _Holding(level.level, f"rate:{department.quarter}", words)
        if months and department.last_months >= months:
            words = f"{department.name}的按期完成率连续{department.last_months}个月居末位"
            yield _Holding(level.level, f"last:{department.last_since}", words)


def _unanswered(papers: Iterable[Earlier], custom: LadderCustom, today: dt.date) -> Iterable[_Holding]:
    """Say what follows a paper without an answer, and one whose answer was not accepted."""
    for paper in papers:
        if paper.silent(today):
            above = _above(paper.level, custom)
            if above is not None:
                words = f"{paper.called}应于{day_words(paper.answer_by)}前答复，至今没有答复"
                yield _Holding(above, f"silent:{paper.id}", words, paper.id)
        elif paper.state == "rejected":
            level = min(paper.level, _top(custom))
            yield _Holding(level, f"rejected:{paper.id}", f"{paper.called}的答复未予认可", paper.id)


def _above(level: int, custom: LadderCustom) -> int | None:
    return next((one.level for one in custom.levels[level + 1 :] if one.paper != TRANSFER), None)


def _top(custom: LadderCustom) -> int:
    """Return the highest level that leads to a paper; a paper may be of a higher one that the profile had before."""
    return max(one.level for one in custom.levels if one.paper != TRANSFER)


def _decide(
    holding: list[_Holding],
    papers: tuple[Earlier, ...],
    custom: LadderCustom,
    today: dt.date,
    settled: str,
    extended_on: dt.date | None,
) -> Decision:
    drafts = [paper for paper in papers if paper.state == "draft"]
    if not holding and not drafts:
        return NOTHING
    holding = [_raised(one, papers, custom) for one in holding]
    busy = any(paper.running(today) for paper in papers)
    lapsed = [
        (draft.id, why) for draft in drafts if draft.cause and (why := _why_lapsed(draft, holding, settled, busy=busy))
    ]
    if settled or busy:
        return Decision(None, tuple(lapsed))
    standing = [draft for draft in drafts if draft.id not in dict(lapsed)]
    winner = _winner(holding, papers, standing, extended_on, _top(custom))
    if winner is None or any(not draft.cause or draft.level >= winner.level for draft in standing):
        return Decision(None, tuple(lapsed))
    lapsed += [
        (draft.id, f"情况已达到“{custom.levels[winner.level].name}”，由更高一级的文书代替。") for draft in standing
    ]
    open_ones = [paper.id for paper in papers if paper.state == "rejected" or paper.silent(today)]
    return Decision(_proposal(winner, papers, custom, max(open_ones, default=None)), tuple(lapsed))


def _raised(one: _Holding, papers: tuple[Earlier, ...], custom: LadderCustom) -> _Holding:
    """Return what holds, at the level to which so many orders on the same item lift it."""
    orders = sum(paper.kind == "order" and paper.state in ISSUED for paper in papers)
    lifted = [level for level in custom.levels if 0 < level.triggers.get("orders", 0) <= orders]
    if custom.levels[one.level].paper != "order" or not lifted or lifted[-1].level <= one.level:
        return one
    words = f"{one.words}；同一事项已发督办单{orders}份"
    return _Holding(lifted[-1].level, one.cause, words, one.follows)


def _why_lapsed(draft: Earlier, holding: list[_Holding], settled: str, *, busy: bool) -> str:
    if settled:
        return settled
    if busy:
        return "同一事项已有文书在办，答复期内不再发文。"
    if max((one.level for one in holding if one.cause == draft.cause), default=-1) < draft.level:
        return "情况已经变化，不再达到这一级的条件。"
    return ""


def _winner(
    holding: list[_Holding],
    papers: tuple[Earlier, ...],
    standing: list[Earlier],
    extended_on: dt.date | None,
    top: int,
) -> _Holding | None:
    """Return the highest level that holds by a cause which has not had it, and is not below what has been issued since the last stop."""
    drafts = {draft.id for draft in standing}
    had: dict[str, int] = {}
    for paper in papers:
        if paper.cause and (paper.state in ISSUED or paper.state == "withdrawn" or paper.id in drafts):
            had[paper.cause] = max(had.get(paper.cause, -1), paper.level)
    floor = min(top, _floor(holding, papers, extended_on))
    fresh = [one for one in holding if one.level >= floor and had.get(one.cause, -1) < one.level]
    return max(fresh, key=lambda one: (one.level, one.follows or 0), default=None)


def _floor(holding: list[_Holding], papers: tuple[Earlier, ...], extended_on: dt.date | None) -> int:
    """Return the highest level issued whose clock has not been stopped and whose cause still stands."""
    stopped = max((paper.id for paper in papers if paper.stopped_on), default=0)
    causes = {one.cause for one in holding}
    return max(
        (
            paper.level
            for paper in papers
            if paper.state in ISSUED
            and paper.id > stopped
            and not (extended_on and paper.signed_on and paper.signed_on <= extended_on)
            and (paper.cause in causes or paper.cause.partition(":")[0] in ("", "silent", "rejected"))
        ),
        default=-1,
    )


def _proposal(winner: _Holding, papers: tuple[Earlier, ...], custom: LadderCustom, follows: int | None) -> Proposal:
    level = custom.levels[winner.level]
    issued = [paper for paper in papers if paper.state in ISSUED]
    before = f"；此前最近一份是{issued[-1].called}" if issued else "；此前没有发过督办文书"
    if issued and winner.follows == issued[-1].id:
        before = ""  # the words name it already
    left_out = skipped(winner.level, papers, custom.levels)
    names = "、".join(f"“{one.name}”" for one in left_out)
    return Proposal(
        level=winner.level,
        cause=winner.cause,
        facts=f"{winner.words}。",
        reason=f"{winner.words}，达到“{level.name}”的条件{before}。",
        skip_reason=f"{winner.words}，已直接达到“{level.name}”的条件，{names}期间没有发文。" if left_out else "",
        follows=winner.follows or follows,
    )
