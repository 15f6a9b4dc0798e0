"""Every step of a meeting and of a resolution from every state, who may accept, and which dates are refused."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from zhenggai.workflow import ACTS
from zhenggai.workflow.meetings import (
    FARTHEST,
    MEETING_STATES,
    MEETING_STEPS,
    RESOLUTION_STATES,
    RESOLUTION_STEPS,
    AcceptCase,
    fault_of_due_date,
    fault_of_held_date,
    fault_of_new_date,
    faults_of_words,
    refusal_of_meeting,
    refusal_of_resolution,
    refusal_to_accept,
)

TODAY = dt.date(2025, 6, 16)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
ALLOWED = {
    "planned": "arranged moved cancelled assembled agenda_changed agenda_set attendance_taken",
    "agenda_set": "arranged moved cancelled assembled agenda_changed attendance_taken held noted",
    "held": "attendance_taken noted resolved drafted record_signed",
    "minutes": "attendance_taken noted resolved drafted issued record_signed",
    "issued": "corrected record_signed",
    "cancelled": "",
}
RESOLUTION = {
    "open": "reported progressed carried withdrawn",
    "reported": "accepted returned carried withdrawn",
    "accepted": "",
    "withdrawn": "",
}


@pytest.mark.parametrize("state", MEETING_STATES)
def test_the_steps_of_a_meeting(state: str) -> None:
    assert {code for code in MEETING_STEPS if not refusal_of_meeting(code, state)} == set(ALLOWED[state].split())


@pytest.mark.parametrize("state", RESOLUTION_STATES)
def test_the_steps_of_a_resolution(state: str) -> None:
    assert {code for code in RESOLUTION_STEPS if not refusal_of_resolution(code, state)} == set(
        RESOLUTION[state].split()
    )


def test_a_refusal_says_the_state_and_which_would_do() -> None:
    assert refusal_of_meeting("held", "planned") == "当前状态是“待召开”，只有“议程已定”时才能记录会议已召开。"
    assert refusal_of_resolution("accepted", "open") == "当前状态是“办理中”，只有“已报办结”时才能验收通过。"


@pytest.mark.parametrize("step", [*MEETING_STEPS.values(), *RESOLUTION_STEPS.values()], ids=lambda step: step.code)
def test_every_step_has_an_act_and_known_states(step: object) -> None:
    states = MEETING_STATES if step in MEETING_STEPS.values() else RESOLUTION_STATES
    assert step.act in ACTS  # type: ignore[attr-defined]
    assert {*step.froms, step.to} - {""} <= states.keys()  # type: ignore[attr-defined]


def test_no_way_leads_out_of_an_end() -> None:
    reached = {"planned"}
    for _ in MEETING_STATES:
        reached |= {step.to for step in MEETING_STEPS.values() if step.to and reached & set(step.froms)}
    assert reached == MEETING_STATES.keys()


@pytest.mark.parametrize(("verifier", "belongs", "supervises", "acted"), [*itertools.product([True, False], repeat=4)])
def test_who_may_accept(verifier: bool, belongs: bool, supervises: bool, acted: bool) -> None:
    refused = refusal_to_accept(AcceptCase(verifier, belongs, supervises, acted))
    may = not acted and (belongs if verifier else supervises)
    assert (refused == "") is may


DATES = [
    (fault_of_new_date(None, TODAY), "请填写会议日期"),
    (fault_of_new_date(YESTERDAY, TODAY), "会议日期不能早于今天，2025年6月15日已经过去"),
    (fault_of_new_date(TODAY, TODAY), ""),
    (fault_of_new_date(TODAY + FARTHEST, TODAY), ""),
    (fault_of_new_date(dt.date(9999, 12, 31), TODAY), "会议日期不能晚于今天起5年"),
    (fault_of_due_date(TODAY + FARTHEST, TODAY), ""),
    (fault_of_due_date(dt.date(2205, 6, 30), TODAY), "完成时限不能晚于会议日期起5年"),
    (fault_of_held_date(None, TODAY), "请填写召开日期"),
    (fault_of_held_date(TOMORROW, TODAY), "召开日期不能晚于今天"),
    (fault_of_held_date(TODAY, TODAY), ""),
    (fault_of_due_date(YESTERDAY, TODAY), "完成时限不能早于会议日期2025年6月16日"),
    (fault_of_due_date(TODAY, TODAY), ""),
    (fault_of_due_date(None, TODAY), ""),
]


@pytest.mark.parametrize(("found", "wanted"), DATES)
def test_dates(found: str, wanted: str) -> None:
    assert found.startswith(wanted)
    assert bool(found) is bool(wanted)


def test_words_that_are_missing_or_too_long() -> None:
    faults = faults_of_words({"reason": (" ", "原因"), "text": ("长" * 2001, "内容"), "note": ("好", "说明")})
    assert faults == {"reason": "请填写原因。", "text": "内容过长，请控制在2000字以内（现为2001字）。"}
    assert faults_of_words({"reason": ("", "原因")}, needed=False) == {}
