"""督办台阶: what fires and what stays quiet, as data; and that it comes to the same however often and however late it is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhenggai import profile as profiles
from zhenggai.workflow.ladder import (
    ISSUED,
    Department,
    Earlier,
    Item,
    Proposal,
    propose,
    propose_for_department,
    skipped,
)

CUSTOM = profiles.load("inspection-2024@1").ladder
LINES = [
    line.split("\t")
    for line in Path(__file__).with_name("ladder.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
DAY = dt.timedelta(days=1)
START = dt.date(2026, 3, 2)


def date_in(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text not in ("", "-") else None


def papers_in(text: str) -> tuple[Earlier, ...]:
    found = []
    for number, words in enumerate(filter(None, text.split(";")), start=1):
        level, kind, state, *rest = words.split(" ")
        named = dict(one.split("=") for one in rest if "=" in one)
        found.append(
            Earlier(
                number, int(level), kind, f"{level}级文书{number}号", state, CUSTOM.levels[int(level)].asks,
                cause=next((one for one in rest if "=" not in one), ""),
                signed_on=date_in(named.get("signed", "2026-01-05")),
                answer_by=date_in(named.get("by", "")), stopped_on=date_in(named.get("stop", "")),
            )
        )  # fmt: skip
    return tuple(found)


@pytest.mark.parametrize("line", LINES, ids=[line[0] for line in LINES])
def test_what_fires_and_what_stays_quiet(line: list[str]) -> None:
    _, today, due, percent, settled, missed, returned, extended, papers, level, lapsed, words = line
    item = Item(
        due_on=date_in(due), percent=int(percent), settled=settled, missed=int(missed), missed_since="2026-04-1",
        missed_label="2026年4月上半月", returned=int(returned), extended_on=date_in(extended), papers=papers_in(papers),
    )  # fmt: skip
    decision = propose(item, CUSTOM, dt.date.fromisoformat(today))
    found = decision.proposal
    assert (str(found.level) if found else "-") == level
    assert ",".join(str(pk) for pk, _ in decision.lapsed) == lapsed
    told = "".join(why for _, why in decision.lapsed) + (found.reason + found.skip_reason if found else "")
    assert all(part in told for part in words.split("|")), told


def test_the_case_file_has_both_and_every_trigger() -> None:
    levels = [line[9] for line in LINES]
    assert levels.count("-") > 15
    assert {"0", "1", "2", "3", "4"} <= set(levels)


@pytest.mark.parametrize(
    ("department", "level", "words"),
    [
        (Department("总务处", due=4, on_time=1, quarter="2026-Q2"), None, ""),
        (Department("总务处", due=10, on_time=8, quarter="2026-Q2"), None, ""),
        (Department("总务处", due=10, on_time=7, quarter="2026-Q2"), 4, "按期完成率70%，低于80%，达到“约谈”"),
        (Department("总务处", due=9, on_time=9, last_months=1, last_since="2026-05"), None, ""),
        (Department("总务处", due=9, on_time=9, last_months=2, last_since="2026-04"), 5, "连续2个月居末位"),
        (Department("总务处", due=10, on_time=7, quarter="2026-Q2", papers=papers_in("4 interview accepted rate:2026-Q2 stop=2026-06-01")), None, ""),
        (Department("总务处", due=10, on_time=7, quarter="2026-Q3", papers=papers_in("4 interview closed rate:2026-Q2 stop=2026-06-01")), 4, "70%"),
        (Department("总务处", due=10, on_time=7, quarter="2026-Q2", papers=papers_in("4 interview served rate:2026-Q2 by=2026-06-10")), 5, "至今没有答复，达到“通报”"),
    ],
)  # fmt: skip
def test_a_department_is_looked_at_by_its_rate_and_rank_alone(
    department: Department, level: int | None, words: str
) -> None:
    decision = propose_for_department(department, CUSTOM, dt.date(2026, 6, 20))
    assert (decision.proposal.level if decision.proposal else None) == level
    assert words in (decision.proposal.reason if decision.proposal else "")


def test_an_item_never_climbs_by_what_its_department_does() -> None:
    """The ranking of the department is no trigger of an item, in any level."""
    bare = replace(CUSTOM, levels=tuple(replace(one, triggers={"on_time_below": 100, "last_in_ranking": 1}) for one in CUSTOM.levels))  # fmt: skip
    late = Item(due_on=START, missed=9, missed_since="x", returned=9)
    assert propose(late, bare, START + 400 * DAY).proposal is None


def test_a_level_is_left_out_only_above_what_there_has_been() -> None:
    assert [one.level for one in skipped(4, papers_in("1 reminder served"), CUSTOM.levels)] == [2, 3]
    assert [one.level for one in skipped(4, papers_in("3 letter closed"), CUSTOM.levels)] == []
    assert [one.level for one in skipped(4, papers_in("2 order withdrawn"), CUSTOM.levels)] == [2, 3]


def test_a_paper_of_a_level_that_the_profile_has_no_more_is_followed_by_the_highest_there_is() -> None:
    short = replace(CUSTOM, levels=CUSTOM.levels[:4])
    for state in ("served", "rejected"):
        paper = papers_in(f"5 circular {state} by=2026-06-01")
        decision = propose(Item(papers=paper), short, dt.date(2026, 6, 20))
        assert (decision.proposal.level if decision.proposal else None) == (3 if state == "rejected" else None)


@dataclass
class Matter:
    """One item through the days, with the papers as the office would keep them."""

    due: dt.date
    papers: list[Earlier] = field(default_factory=list)
    done_on: dt.date | None = None
    extended_on: dt.date | None = None
    stops: list[int] = field(default_factory=list)

    def item(self, today: dt.date) -> Item:
        settled = "整改已完成。" if self.done_on and self.done_on <= today else ""
        return Item(due_on=self.due, settled=settled, extended_on=self.extended_on, papers=tuple(self.papers))

    def run(self, today: dt.date) -> Proposal | None:
        decision = propose(self.item(today), CUSTOM, today)
        gone = {pk for pk, _ in decision.lapsed}
        self.papers = [replace(one, state="lapsed") if one.id in gone else one for one in self.papers]
        if decision.proposal:
            level = CUSTOM.levels[decision.proposal.level]
            number = len(self.papers) + 1
            made = Earlier(
                number, level.level, level.paper, f"{number}号", "draft", level.asks, decision.proposal.cause
            )
            self.papers.append(made)
        return decision.proposal

    def move(self, what: str, today: dt.date) -> None:
        """Let people do what they may: sign and serve, answer, judge, withdraw, extend."""
        last = next((one for one in reversed(self.papers) if one.state not in ("lapsed", "closed", "withdrawn")), None)
        if what == "extend" and today <= self.due:
            self.due, self.extended_on = self.due + 30 * DAY, today
            self.stops.append(len(self.papers))
        if last is None:
            return
        states = {
            ("sign", "draft"): {"state": "served", "signed_on": today, "answer_by": today + 7 * DAY},
            ("answer", "served"): {"state": "answered"},
            ("accept", "answered"): {"state": "accepted", "stopped_on": today},
            ("reject", "answered"): {"state": "rejected"},
            ("withdraw", "draft"): {"state": "withdrawn", "stopped_on": today},
            ("withdraw", "served"): {"state": "withdrawn", "stopped_on": today},
        }
        new = states.get((what, last.state))
        if new is None or (what == "answer" and not last.asks):
            return
        if what == "sign":
            self.papers = [
                replace(one, state="closed") if one.asks and one.state in ("served", "rejected") else one
                for one in self.papers
            ]
        self.papers[last.id - 1] = replace(last, **new)
        if "stopped_on" in new:
            self.stops.append(last.id)


MOVES = st.lists(
    st.tuples(
        st.integers(0, 90), st.sampled_from(["sign", "sign", "answer", "accept", "reject", "withdraw", "extend"])
    ),
    max_size=14,
)


@given(moves=MOVES, due=st.integers(0, 60), done=st.none() | st.integers(0, 90))
def test_never_twice_for_a_cause_never_down_never_while_an_answer_runs(
    moves: list[tuple[int, str]], due: int, done: int | None
) -> None:
    matter = Matter(START + due * DAY, done_on=None if done is None else START + done * DAY)
    for number in range(91):
        today = START + number * DAY
        running = any(one.running(today) for one in matter.papers)
        drafts = [one for one in matter.papers if one.state == "draft"]
        found = matter.run(today)
        assert matter.run(today) is None, "run twice, it comes to the same"
        if found:
            assert not running
            assert not (done is not None and done <= number)
            issued = [one for one in matter.papers if one.state in ISSUED and one.id > max(matter.stops, default=0)]
            assert all(found.level >= one.level for one in issued), "down without a stop"
            assert all(found.level > one.level for one in drafts if one.id == len(matter.papers) - 1 and one.cause == found.cause)  # fmt: skip
        assert sum(one.state == "draft" for one in matter.papers) <= 1
        for day, what in moves:
            if day == number:
                matter.move(what, today)
    kept = [(one.cause, one.level) for one in matter.papers if one.state != "lapsed"]
    assert len(set(kept)) == len(kept), "the same cause and level twice"


@given(due=st.integers(0, 60), until=st.integers(0, 90), days=st.sets(st.integers(0, 90)), signed=st.booleans())
def test_days_off_come_to_the_level_that_holds_now(due: int, until: int, days: set[int], *, signed: bool) -> None:
    """Asked on every day, on some, or on the last alone: the draft that stands at the end is the same."""
    found = []
    for asked in (range(until + 1), [day for day in sorted(days) if day < until] + [until], [until]):
        matter = Matter(START + due * DAY)
        if signed:
            matter.run(START)
            matter.move("sign", START)
        for number in asked:
            matter.run(START + number * DAY)
        found.append([(one.level, one.cause) for one in matter.papers if one.state == "draft"])
    assert found[0] == found[1] == found[2]
    assert all(len(drafts) <= 1 for drafts in found)
