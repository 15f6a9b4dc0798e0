"""议程: what a meeting has to speak about, from the facts of the ledger. Plain facts in, lines with Chinese sentences out.

The same facts always give the same lines in the same order. A line over a restricted finding holds its reference and nothing of its
words, so that it can stand on a paper that lies before everybody.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LONGEST = 300
"""Characters of a line: what is longer stands in the ledger."""
NO_DEPARTMENT = "未明确责任部门"
MOST = 15
"""Lines of one section; of what is more the last line gives the number. Departments all speak."""


@dataclass(frozen=True, slots=True)
class ResolutionFact:
    """A resolution of an earlier meeting that is not finished, or was finished since the last one. `state` is Chinese."""

    id: int
    number: str
    matter: str
    responsible: str
    due_on: dt.date | None
    state: str
    open: bool
    finding_id: int | None = None
    finding: str = ""
    secret: bool = False
    carried: int = 0


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """A measure that is not withdrawn. `departments` act on it, `done` and `difficulty` are of the last report, `returned` why its finding's close-out came back."""

    id: int
    reference: str
    text: str
    finding_id: int
    finding: str
    departments: tuple[str, ...]
    due_on: dt.date | None
    status: str
    percent: int = 0
    finished: bool = False
    done: str = ""
    difficulty: str = ""
    returned: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class ClosureFact:
    """A finding that waits for the leading group."""

    finding_id: int
    finding: str
    text: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class AgendaFacts:
    """What is known on `today`: the meeting is on `meets_on`, the next of its series on `next_on`, and the period after it ends on `until`."""

    today: dt.date
    meets_on: dt.date
    next_on: dt.date
    until: dt.date
    resolutions: tuple[ResolutionFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()
    closures: tuple[ClosureFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an agenda. `key` is unique in the meeting and stays when the agenda is made anew; `reported` is what is known already."""

    section: str
    key: str
    text: str
    department: str = ""
    reported: str = ""
    finding_id: int | None = None
    measure_id: int | None = None
    resolution_id: int | None = None
    secret: bool = False


def agenda_of(sections: Sequence[str], facts: AgendaFacts) -> tuple[Line, ...]:
    """Return the lines of the `sections` in their order. A section without anything to say still has one line that says so."""
    lines: list[Line] = []
    for section in sections:
        found = list(_SECTIONS[section](facts))
        if len(found) > MOST and section != "departments":
            rest = f"另有{len(found) - MOST}项，见台账。"
            found = [*found[:MOST], Line(section, f"{section}:more", rest)]
        lines += found or [Line(section, section, _NOTHING.get(section, ""))]
    return tuple(line for line in lines if line.text)


def _figures(facts: AgendaFacts) -> Iterator[Line]:
    yield Line("figures", "figures", figures_of(facts))


def figures_of(facts: AgendaFacts) -> str:
    """Return how far the measures are, in one sentence of official style."""
    measures = {one.id: one for one in facts.measures}.values()
    done = sum(one.finished for one in measures)
    late = [one for one in measures if _is_late(one, facts.meets_on)]
    if not measures:
        return "台账中还没有整改措施。"
    share = f"{10000 * done // len(measures) / 100:.2f}%"
    words = f"截至{day_words(facts.today)}，共{len(measures)}项整改措施，已完成{done}项，完成率{share}"
    return words + (f"；逾期未完成{len(late)}项。" if late else "；没有逾期未完成的措施。")


def _last_resolutions(facts: AgendaFacts) -> Iterator[Line]:
    far = dt.date.max
    for one in sorted(facts.resolutions, key=lambda fact: (not fact.open, fact.due_on or far, fact.number, fact.id)):
        matter = f"问题{one.finding}的议定事项" if one.secret else _cut(one.matter)
        late = "，已逾期" if one.open and one.due_on and one.due_on < facts.meets_on else ""
        due = f"，{day_words(one.due_on)}前{late}" if one.due_on else ""
        again = f"，已结转{one.carried}次" if one.carried else ""
        yield Line(
            "last_resolutions", f"resolution:{one.id}", f"{one.number}：{matter}（{one.responsible}{due}{again}）",
            one.responsible, one.state, one.finding_id, None, one.id, one.secret,
        )  # fmt: skip


def _departments(facts: AgendaFacts) -> Iterator[Line]:
    """One line a department: how many it has, how many are done, what it last reported on those that are open."""
    by_name: dict[str, list[MeasureFact]] = defaultdict(list)
    for one in facts.measures:
        for name in dict.fromkeys(one.departments) or (NO_DEPARTMENT,):
            by_name[name].append(one)
    for name in sorted(by_name, key=lambda each: (each == NO_DEPARTMENT, each)):
        owed = list({one.id: one for one in by_name[name]}.values())
        still = [one for one in owed if not one.finished]
        late = [one for one in still if _is_late(one, facts.meets_on)]
        words = f"{name}：承担措施{len(owed)}项，已完成{len(owed) - len(still)}项"
        words += f"，逾期{len(late)}项" if late else ""
        words += f"，未完成的有{_references(still)}" if still else ""
        said = [f"{one.reference}：{_cut(one.done, 80)}" for one in _ordered(still) if one.done and not one.secret]
        yield Line("departments", f"department:{name}", f"{words}。", name, "\n".join(said[:8]))


def _pressing(facts: AgendaFacts) -> Iterator[Line]:
    """逾期 first, then what came back, then what is due before the next meeting; each measure once."""
    seen: set[int] = set()
    late = [one for one in facts.measures if _is_late(one, facts.meets_on)]
    returned = [one for one in facts.measures if one.returned]
    soon = [
        one
        for one in facts.measures
        if not one.finished and one.due_on and facts.meets_on <= one.due_on <= facts.next_on
    ]
    for kind, found in (("逾期", late), ("退回", returned), ("临期", soon)):
        for one in _ordered(found):
            if one.id not in seen:
                seen.add(one.id)
                yield _measure_line("pressing", one, _pressure(kind, one, facts))


def _pressure(kind: str, one: MeasureFact, facts: AgendaFacts) -> str:
    if kind == "退回":
        return "退回，销号申请需补充后重新提出" if one.secret else f"退回：{_cut(one.returned, 80)}"
    if kind == "逾期" and one.due_on:
        return f"逾期，应于{day_words(one.due_on)}完成，已逾期{(facts.meets_on - one.due_on).days}天"
    return f"临期，应于{day_words(one.due_on)}完成"


def _coordination(facts: AgendaFacts) -> Iterator[Line]:
    for one in _ordered(one for one in facts.measures if one.difficulty and not one.finished):
        yield _measure_line("coordination", one, "需要协调" if one.secret else f"存在困难：{_cut(one.difficulty, 120)}")


def _closures(facts: AgendaFacts) -> Iterator[Line]:
    for one in sorted(facts.closures, key=lambda fact: (fact.finding, fact.finding_id)):
        words = "" if one.secret else f"：{_cut(one.text, 120)}"
        yield Line(
            "closures", f"closure:{one.finding_id}", f"审定问题{one.finding}销号{words}",
            finding_id=one.finding_id, secret=one.secret,
        )  # fmt: skip


def _next_period(facts: AgendaFacts) -> Iterator[Line]:
    """What falls due after this meeting and up to the end of the period that follows it."""
    due = [
        one for one in facts.measures if not one.finished and one.due_on and facts.meets_on < one.due_on <= facts.until
    ]
    for one in _ordered(due):
        yield _measure_line("next_period", one, f"{day_words(one.due_on)}前完成")


def _one_line(section: str, text: str) -> Callable[[AgendaFacts], Iterator[Line]]:
    def lines(_facts: AgendaFacts) -> Iterator[Line]:
        yield Line(section, section, text)

    return lines


_SECTIONS: dict[str, Callable[[AgendaFacts], Iterator[Line]]] = {
    "figures": _figures,
    "last_resolutions": _last_resolutions,
    "departments": _departments,
    "pressing": _pressing,
    "coordination": _coordination,
    "supervision": _one_line("supervision", "督查组通报督查情况"),
    "review": _one_line("review", "审议有关事项"),
    "closures": _closures,
    "next_period": _next_period,
    "other": _one_line("other", "研究其他事项"),
}
_NOTHING = {
    "last_resolutions": "没有尚未办结的议定事项。",
    "departments": "台账中还没有整改措施。",
    "pressing": "没有逾期、退回和下次会议前到期的措施。",
    "coordination": "各部门没有提出需要协调的问题。",
    "closures": "没有等待审定销号的问题。",
    "next_period": "下一阶段没有到期的措施。",
}


def _measure_line(section: str, one: MeasureFact, why: str) -> Line:
    words = f"问题{one.finding}的措施{one.reference}" if one.secret else f"{one.reference} {_cut(one.text, 120)}"
    department = "、".join(one.departments) or NO_DEPARTMENT
    reported = (
        ""
        if one.secret or not one.done or section == "next_period"
        else f"{_cut(one.done, 200)}（完成进度{one.percent}%）"
    )
    return Line(
        section, f"{section}:{one.id}", f"{words}（{department}，{why}）", department, reported, one.finding_id, one.id,
        secret=one.secret,
    )  # fmt: skip


def _is_late(one: MeasureFact, day: dt.date) -> bool:
    return not one.finished and one.due_on is not None and one.due_on < day


def _ordered(measures: Sequence[MeasureFact] | Iterator[MeasureFact]) -> list[MeasureFact]:
    """Return the measures by date, those without one last; a measure of several findings once."""
    by_id = {one.id: one for one in reversed(list(measures))}
    return sorted(by_id.values(), key=lambda one: (one.due_on or dt.date.max, one.reference, one.id))


def _references(measures: Sequence[MeasureFact]) -> str:
    found = [one.reference for one in _ordered(measures)]
    return "、".join(found[:10]) + (f"等{len(found)}项" if len(found) > 10 else "")


def _cut(words: str, longest: int = LONGEST) -> str:
    plain = " ".join(words.split()).rstrip("。")
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
