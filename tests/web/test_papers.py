"""督办文书 in the store: proposed once however often it is asked, numbered without gaps, signed, answered and judged by different people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from offices import NOW, TODAY

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.chain import Actor
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions import paper_answers, papers
from zhenggai.web.ledger.actions.cycles import keep_cycles
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension
from zhenggai.web.ledger.actions.ladder import climb
from zhenggai.web.ledger.actions.paper_raising import About, raise_paper
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.actions.transfers import count_transfer, withdraw_transfer
from zhenggai.web.ledger.daily import run_daily
from zhenggai.web.ledger.models import (
    Finding,
    Inspection,
    Measure,
    Notice,
    PaperAnswer,
    PaperRecipient,
    ProgressUpdate,
    SupervisionPaper,
    TransferCount,
)
from zhenggai.web.ledger.proof.papers import paper_misfits
from zhenggai.web.ledger.queries.restricted import hidden_subjects

if TYPE_CHECKING:
    from offices import Office

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def measure(office: Office, inspection: Inspection) -> Measure:
    """C005 alone is open, with leaders and the department of the handler, due tomorrow."""
    Measure.objects.filter(inspection=inspection).update(completion_status="completed", original_due_on=None)
    measure = Measure.objects.get(inspection=inspection, reference="C005")
    measure.due_on = measure.original_due_on = TODAY + DAY
    measure.completion_status = "ongoing"
    measure.save()
    for role in ("lead_leader", "responsible_leader"):
        measure.response.assignments.create(
            unit=office.unit, inspection=inspection, role=role, person=office.people[role],
            name=office.people[role].name, since=TODAY,
        )  # fmt: skip
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=TODAY + 400 * DAY)  # nobody is asked for reports here
    return measure


def run(inspection: Inspection, days: int) -> dict[str, int]:
    return dict(climb(actor=Actor(None, "系统", NOW + days * DAY), inspection_id=inspection.pk))


def drafts() -> list[SupervisionPaper]:
    return list(SupervisionPaper.objects.filter(state="draft").order_by("pk"))


class Acting:
    """Steps of papers, by role and day."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def who(self, role: str, days: int) -> dict[str, object]:
        return {
            "actor": self.office.actor(role, NOW + days * DAY),
            "rights": self.office.rights(role, TODAY + days * DAY),
        }

    def sign(self, paper: SupervisionPaper, days: int, role: str = "office", **more: object) -> SupervisionPaper:
        paper.refresh_from_db()
        return papers.sign_paper(**self.who(role, days), paper_id=paper.pk, seen=paper.version, **more)

    def serve(self, paper: SupervisionPaper, days: int) -> SupervisionPaper:
        paper.refresh_from_db()
        return papers.serve_paper(**self.who("office", days), paper_id=paper.pk, seen=paper.version)

    def receive(self, paper: SupervisionPaper, days: int, role: str = "department_head") -> SupervisionPaper:
        paper.refresh_from_db()
        return papers.receive_paper(**self.who(role, days), paper_id=paper.pk, seen=paper.version)

    def answer(self, paper: SupervisionPaper, days: int, role: str = "department_head", **more: object) -> PaperAnswer:
        paper.refresh_from_db()
        given = {"text": "已完成8成，月底前办结。", "evidence_ids": ()} | more
        return paper_answers.answer_paper(**self.who(role, days), paper_id=paper.pk, seen=paper.version, **given)

    def judge(
        self,
        paper: SupervisionPaper,
        days: int,
        accepted: bool | None = True,
        role: str = "supervision",
        note: str = "",
    ) -> SupervisionPaper:
        paper.refresh_from_db()
        return paper_answers.judge_paper(
            **self.who(role, days), paper_id=paper.pk, seen=paper.version, accepted=accepted, note=note
        )

    def withdraw(
        self, paper: SupervisionPaper, days: int, reason: str = "情况已核实", role: str = "office"
    ) -> SupervisionPaper:
        paper.refresh_from_db()
        return papers.withdraw_paper(**self.who(role, days), paper_id=paper.pk, seen=paper.version, reason=reason)

    def close(self, paper: SupervisionPaper, days: int, closing: str = "按期落实，同意办结。") -> SupervisionPaper:
        paper.refresh_from_db()
        return paper_answers.close_paper(
            **self.who("supervision", days), paper_id=paper.pk, seen=paper.version, closing=closing
        )

    def raise_one(self, about: About, days: int, level: int | None = 2, **more: object) -> SupervisionPaper:
        given = {"ground": "meeting", "reason": "领导小组会议要求", "skip_reason": ""} | more
        return raise_paper(**self.who("supervision", days), about=about, level=level, **given)


@pytest.fixture
def acting(office: Office) -> Acting:
    return Acting(office)


def test_a_draft_comes_up_once_and_rises_with_the_days(
    office: Office, inspection: Inspection, measure: Measure
) -> None:
    assert run(inspection, 0) == {"拟发督办文书": 1, "失效的督办草稿": 0}
    (draft,) = drafts()
    assert (draft.level, draft.kind, draft.measure_id) == (1, "reminder", measure.pk)
    assert "还有1天" in draft.reason
    assert not any(run(inspection, 0).values()), "asked twice on a day"
    assert not any(run(inspection, 1).values()), "asked on the next"
    assert run(inspection, 2) == {"拟发督办文书": 1, "失效的督办草稿": 1}
    (draft,) = drafts()
    assert (draft.level, draft.kind, draft.cause) == (2, "order", f"due:{TODAY + DAY}")
    assert SupervisionPaper.objects.filter(state="lapsed", ending__contains="更高一级").count() == 1
    told = Event.objects.filter(action="paper.proposed").order_by("pk")
    assert [event.after for event in told] == [{"proposed": 1, "lapsed": 0}, {"proposed": 1, "lapsed": 1}]


@pytest.mark.parametrize("asked", [range(41), [3, 3, 17, 40], [40]], ids=["daily", "now and then", "once"])
def test_after_days_off_the_level_that_holds_now_stands_alone(
    inspection: Inspection, measure: Measure, asked: list[int]
) -> None:
    for days in asked:
        run(inspection, days)
    (draft,) = drafts()
    assert (draft.level, draft.kind) == (4, "interview")
    assert "“督办”、“重点督办”期间没有发文" in draft.skip_reason


def test_a_draft_lapses_when_the_work_is_done_and_comes_back_when_it_is_not(
    inspection: Inspection, measure: Measure
) -> None:
    run(inspection, 2)
    Measure.objects.filter(pk=measure.pk).update(completion_status="completed")
    assert run(inspection, 3) == {"拟发督办文书": 0, "失效的督办草稿": 1}
    Measure.objects.filter(pk=measure.pk).update(completion_status="ongoing")
    assert run(inspection, 4)["拟发督办文书"] == 1


def test_from_draft_to_the_closing_by_different_people(
    office: Office, inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    run(inspection, 2)
    (paper,) = drafts()
    signed = acting.sign(paper, 2)
    assert (signed.numbered, signed.state, signed.signed_by_name) == ("整督〔2025〕1号", "signed", "整改办某某")
    people = {one.person_id: one.role for one in signed.recipients.all()}
    assert (
        people.items()
        >= {
            office.people["department_head"].pk: "department_head",
            office.people["lead_leader"].pk: "lead_leader",
            office.people["principal"].pk: "principal",
        }.items()
    )
    assert not access.papers(office.rights("department_head")).exists(), "nobody sees what has not been served"
    served = acting.serve(paper, 2)
    assert served.answer_by == dt.date(2025, 5, 29), "five working days after 22 May"
    assert Notice.objects.filter(kind="paper", person=office.people["department_head"]).count() == 1
    acting.receive(paper, 3)
    with pytest.raises(Refused, match="已签收"):
        acting.receive(paper, 3)
    acting.receive(paper, 3, "lead_leader")
    acting.answer(paper, 4)
    for role in ("office", "supervision"):
        assert access.papers(office.rights(role), "paper.judge").filter(pk=paper.pk).exists()
    acting.judge(paper, 5)
    done = acting.close(paper, 6)
    assert (done.state, done.answer.accepted, done.ending) == ("closed", True, "按期落实，同意办结。")
    told = [event.action for event in Event.objects.filter(subject_type="paper").order_by("pk")]
    assert told == [f"paper.{step}" for step in ("signed", "served", "received", "received", "answered", "accepted", "closed")]  # fmt: skip
    assert not run(inspection, 15)["拟发督办文书"], "the clock was stopped on the fifth day"
    assert run(inspection, 21)["拟发督办文书"] == 1


def test_an_answer_that_does_not_come_leads_up_and_the_next_paper_closes_the_one_before(
    office: Office, inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    run(inspection, 2)
    (first,) = drafts()
    acting.serve(acting.sign(first, 2), 2)
    assert not any(run(inspection, 9).values()), "the answer runs until 29 May"
    assert run(inspection, 10)["拟发督办文书"] == 1
    (second,) = drafts()
    assert (second.level, second.kind, second.follows_id) == (3, "letter", first.pk)
    assert "至今没有答复" in second.reason
    acting.sign(second, 10, "supervision")
    first.refresh_from_db()
    assert (first.state, first.ending) == ("closed", "由督办函（整督函〔2025〕1号）接续")
    acting.serve(second, 10)
    acting.answer(second, 11)
    acting.judge(second, 12, accepted=False, note="没有写明完成日期")
    run(inspection, 12)
    (third,) = drafts()
    assert (third.level, third.cause) == (3, f"rejected:{second.pk}")


def test_a_late_answer_lets_the_next_paper_lapse(inspection: Inspection, measure: Measure, acting: Acting) -> None:
    run(inspection, 2)
    (first,) = drafts()
    acting.serve(acting.sign(first, 2), 2)
    run(inspection, 10)
    acting.answer(first, 11)
    assert run(inspection, 11) == {"拟发督办文书": 0, "失效的督办草稿": 1}


def test_an_extension_stops_the_clock(office: Office, inspection: Inspection, measure: Measure) -> None:
    run(inspection, 0)
    asked = ask_extension(
        actor=office.actor("department_head"), rights=office.rights("department_head"), measure_id=measure.pk,
        seen=measure.version, until=TODAY + 60 * DAY, reason="等待批复", progress="已报送",
    )  # fmt: skip
    assert not any(run(inspection, 0).values()), "to ask is not to be granted"
    decide_extension(
        actor=office.actor("principal"), rights=office.rights("principal"), extension_id=asked.pk, seen=1,
        granted=True, until=TODAY + 60 * DAY, note="",
    )  # fmt: skip
    assert run(inspection, 1) == {"拟发督办文书": 0, "失效的督办草稿": 1}
    assert not any(run(inspection, 39).values())
    assert run(inspection, 40)["拟发督办文书"] == 1


def test_numbers_have_no_gaps_and_are_never_given_again(
    inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    found = []
    for days in range(3):
        paper = acting.raise_one(About("measure", measure.pk), days)
        found.append(acting.sign(paper, days).numbered)
        acting.withdraw(paper, days)
    assert found == ["整督〔2025〕1号", "整督〔2025〕2号", "整督〔2025〕3号"]
    later = acting.raise_one(About("measure", measure.pk), 300)
    assert acting.sign(later, 300).numbered == "整督〔2026〕1号", "every year begins anew"
    letter = acting.raise_one(
        About("finding", Finding.objects.order_by("pk")[0].pk), 3, level=3, skip_reason="影响恶劣"
    )
    with pytest.raises(Refused, match="不由您的角色签发"):
        acting.sign(letter, 3)


def test_one_draft_and_one_running_paper_for_a_matter(inspection: Inspection, measure: Measure, acting: Acting) -> None:
    about = About("measure", measure.pk)
    first = acting.raise_one(about, 2)
    with pytest.raises(Refused, match="已有待签发的文书"):
        acting.raise_one(about, 2)
    assert not any(run(inspection, 2).values()), "a draft by hand is left alone"
    acting.sign(first, 2)
    second = acting.raise_one(about, 2)
    with pytest.raises(Refused, match="已有文书在办"):
        acting.sign(second, 2)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"level": None}, "level"),
        ({"level": 6}, "level"),
        ({"level": 5}, "skip_reason"),
        ({"ground": "refusal"}, "ground"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 1001}, "reason"),
        ({"level": 3}, "skip_reason"),
    ],
)
def test_bad_input_when_raising_is_named(
    measure: Measure, acting: Acting, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        acting.raise_one(About("measure", measure.pk), 2, **given)
    assert set(caught.value.fields) == {field}


def test_a_level_left_out_wants_a_reason_when_it_is_signed(
    inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    run(inspection, 20)
    (paper,) = drafts()
    assert paper.level == 3
    with pytest.raises(Invalid, match="请填写越级理由"):
        acting.sign(paper, 20, "supervision", skip_reason=" ")
    assert acting.sign(paper, 20, "supervision", skip_reason="系统启用前已逾期").skip_reason == "系统启用前已逾期"


def test_empty_fields_are_named_when_it_is_signed(inspection: Inspection, measure: Measure, acting: Acting) -> None:
    run(inspection, 40)
    (paper,) = drafts()
    with pytest.raises(Invalid) as caught:
        acting.sign(paper, 40, "principal")
    assert set(caught.value.fields) == {"time", "place", "interviewer", "recorder"}
    body = {"time": "2025年7月1日9时", "place": "第一会议室", "interviewer": "主要负责人某某", "recorder": "整改办某某"}
    assert acting.sign(paper, 40, "principal", body=body).body["place"] == "第一会议室"


@pytest.mark.parametrize(
    "role", ["handler", "department_head", "lead_leader", "discipline", "principal", "inspection_office"]
)
def test_who_may_not_sign_is_refused(inspection: Inspection, measure: Measure, acting: Acting, role: str) -> None:
    run(inspection, 2)
    with pytest.raises((Refused, Unknown)):
        acting.sign(drafts()[0], 2, role)


def test_nobody_signs_a_paper_to_oneself_nor_judges_an_own_answer(
    office: Office, inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    measure.response.assignments.create(
        unit=office.unit, inspection=inspection, role="lead_leader", person=office.people["office"],
        name="整改办某某", since=TODAY,
    )  # fmt: skip
    run(inspection, 2)
    (paper,) = drafts()
    with pytest.raises(Refused, match="发送对象"):
        acting.sign(paper, 2)
    acting.serve(acting.sign(paper, 2, "supervision"), 2)
    acting.answer(paper, 3)
    with pytest.raises(Refused, match="不能是答复人"):
        acting.judge(paper, 3, role="office")
    acting.judge(paper, 3, role="supervision")


def test_an_old_page_and_bad_words_are_told(inspection: Inspection, measure: Measure, acting: Acting) -> None:
    run(inspection, 2)
    (paper,) = drafts()
    with pytest.raises(Stale):
        papers.sign_paper(**acting.who("office", 2), paper_id=paper.pk, seen=9)
    with pytest.raises(Invalid, match="请填写撤回原因"):
        acting.withdraw(paper, 2, reason="")
    acting.serve(acting.sign(paper, 2), 2)
    with pytest.raises(Invalid, match="请填写办理结果"):
        acting.answer(paper, 3, text="")
    with pytest.raises(Invalid, match="不属于这一事项"):
        acting.answer(paper, 3, evidence_ids=[4711])
    acting.answer(paper, 3)
    with pytest.raises(Invalid, match="请选择认可"):
        acting.judge(paper, 3, accepted=None)
    with pytest.raises(Invalid, match="不予认可的理由"):
        acting.judge(paper, 3, accepted=False)
    with pytest.raises(Refused, match="已答复"):
        acting.withdraw(paper, 3)


def test_the_signers_hear_of_drafts_once_a_day(office: Office, inspection: Inspection, measure: Measure) -> None:
    run(inspection, 2)
    run(inspection, 2)
    told = Notice.objects.filter(kind="paper")
    assert {notice.person_id for notice in told} == {office.people["office"].pk, office.people["supervision"].pk}
    assert {notice.why for notice in told} == {"有1份督办文书待签发。"}


def test_a_missed_period_and_a_return_propose_by_themselves(
    office: Office, inspection: Inspection, measure: Measure
) -> None:
    Measure.objects.filter(pk=measure.pk).update(due_on=None, rectification_class="time_limited")
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=dt.date(2025, 5, 10))

    def proposed(days: int) -> list[SupervisionPaper]:
        keep_cycles(actor=Actor(None, "系统", NOW + days * DAY), inspection_id=inspection.pk)
        run(inspection, days)
        return [one for one in drafts() if one.measure_id == measure.pk]

    assert proposed(0) == [], "the period runs until 31 May"
    assert proposed(14) == [], "and takes reports until 3 June, the first day after the holidays"
    (draft,) = proposed(15)
    assert (draft.level, draft.cause) == (1, "missed:2025-05-2")
    at = NOW + 16 * DAY
    report_progress(
        actor=office.actor("handler", at), rights=office.rights("handler", at.date()), measure_id=measure.pk,
        seen=Measure.objects.get(pk=measure.pk).version, percent=20, completion_status="ongoing", done="已开展摸底。",
    )  # fmt: skip
    assert proposed(16) == [], "a report for the next period: the draft has lapsed"
    finding = Finding.objects.get(inspection=inspection, reference="W001")
    closure = finding.closures.create(
        unit=office.unit, inspection=inspection, stage="returned", created_at=NOW, application={}
    )
    Finding.objects.filter(pk=finding.pk).update(closure_stage="returned")
    run(inspection, 15)
    (back,) = [one for one in drafts() if one.finding_id]
    assert (back.level, back.finding_id) == (2, finding.pk)
    assert closure.pk


def test_a_report_in_the_days_of_grace_is_none_for_the_next_period(
    office: Office, inspection: Inspection, measure: Measure
) -> None:
    Measure.objects.filter(pk=measure.pk).update(due_on=None, rectification_class="immediate")
    monday = 6
    for days in range(16):
        at = NOW + days * DAY
        keep_cycles(actor=Actor(None, "系统", at), inspection_id=inspection.pk)
        run(inspection, days)
        if days == monday:
            report_progress(
                actor=office.actor("handler", at), rights=office.rights("handler", at.date()), measure_id=measure.pk,
                seen=Measure.objects.get(pk=measure.pk).version, percent=20, completion_status="ongoing", done="已摸底。",
            )  # fmt: skip
    (draft,) = drafts()
    assert draft.cause == "missed:2025-W22", (
        "Monday's report was for the week before, for which it could still be given"
    )


def test_a_department_is_proposed_for_by_its_own_rate(office: Office, inspection: Inspection, measure: Measure) -> None:
    late = Measure.objects.filter(inspection=inspection)
    late.filter(response=measure.response).update(
        original_due_on=TODAY - 9 * DAY, due_on=None, completion_status="ongoing"
    )
    others = list(late.exclude(response=measure.response).order_by("pk")[:6])
    for one in others:
        one.response.assignments.create(
            unit=office.unit, inspection=inspection, role="responsible_department",
            organization=office.departments["总务处"], name="总务处", since=TODAY,
        )  # fmt: skip
        Measure.objects.filter(pk=one.pk).update(
            original_due_on=TODAY - 9 * DAY, due_on=None, completion_status="ongoing"
        )
    run(inspection, 0)
    found = [(one.department_id, one.level, one.cause) for one in drafts() if one.department_id]
    assert (office.departments["总务处"].pk, 4, "rate:2025-Q2") in found


def test_the_number_of_queries_does_not_grow(inspection: Inspection, measure: Measure) -> None:
    def asked() -> int:
        with (
            CaptureQueriesContext(
                connection,
            ) as context,
            transaction.atomic(),
        ):
            run(inspection, 2)
            transaction.set_rollback(True)
        return len(context)

    one = asked()
    Measure.objects.filter(inspection=inspection).update(completion_status="ongoing", due_on=TODAY)
    assert Measure.objects.filter(inspection=inspection).count() > 20
    many = asked()
    assert many <= one + 1, (one, many)


def test_a_paper_on_a_restricted_finding_is_for_those_who_may_know(
    office: Office, inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    Finding.objects.filter(responses__measures=measure).update(layer="restricted")
    run(inspection, 2)
    (paper,) = drafts()
    assert not access.papers(office.rights("office")).exists()
    assert ("paper", str(paper.pk)) in hidden_subjects(office.rights("office"), [office.unit.pk])
    for role in ("office", "department_head"):
        RestrictedGrant.objects.create(
            person=office.people[role], unit=office.unit, reason="承办", since=TODAY - 30 * DAY
        )
    signed = acting.sign(paper, 2)
    assert [one.role for one in signed.recipients.all()] == ["department_head"], "nobody else may know"
    acting.serve(paper, 2)
    notice = Notice.objects.get(person=office.people["department_head"], kind="paper")
    assert measure.reference not in notice.what
    assert "签收" not in notice.why


def test_the_daily_run_has_the_step(inspection: Inspection, measure: Measure) -> None:
    assert run_daily(NOW + 2 * DAY).counts["拟发督办文书"] == 1
    assert not run_daily(NOW + 2 * DAY).counts["拟发督办文书"]


SPOILED = {
    "number": ({"number": 7, "numbered": "整督〔2025〕7号"}, "文号"),
    "state": ({"state": "accepted"}, "的状态与"),
    "words": ({"body": {"content": "不必办理"}}, "的内容或签发人"),
    "ending": ({"ending": "无须办结"}, "审结意见"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_was_changed_behind_the_events_is_found(
    office: Office, inspection: Inspection, measure: Measure, acting: Acting, what: str
) -> None:
    run(inspection, 2)
    (paper,) = drafts()
    acting.serve(acting.sign(paper, 2), 2)
    acting.answer(paper, 3)
    acting.judge(paper, 4)
    acting.close(paper, 5)
    assert not list(paper_misfits(office.unit.pk, lambda: None))
    values, words = SPOILED[what]
    SupervisionPaper.objects.filter(pk=paper.pk).update(**values)
    assert words in "".join(map(str, paper_misfits(office.unit.pk, lambda: None)))


def test_answers_recipients_and_whole_papers_are_held_against_their_events(
    office: Office, inspection: Inspection, measure: Measure, acting: Acting
) -> None:
    def found() -> str:
        return "".join(map(str, paper_misfits(office.unit.pk, lambda: None)))

    run(inspection, 2)
    (paper,) = drafts()
    acting.serve(acting.sign(paper, 2), 2)
    acting.answer(paper, 3)
    acting.judge(paper, 4, accepted=False, note="没有写明日期")
    PaperAnswer.objects.update(accepted=True)
    assert "审定意见" in found()
    PaperAnswer.objects.update(text="已全部办结")
    assert "的答复与" in found()
    PaperRecipient.objects.filter(role="principal").delete()
    assert "发送对象" in found()
    PaperRecipient.objects.all().delete()
    PaperAnswer.objects.all().delete()
    paper.delete()
    assert "的督办文书缺失" in found()
    assert "份数与操作记录不符" in found()


def test_transfers_are_counted_and_nothing_else_is_kept(office: Office) -> None:
    who = {"actor": office.actor("discipline"), "rights": office.rights("discipline")}
    row = count_transfer(**who, transferred_on=TODAY, count=2, body="discipline")
    assert {field.name for field in TransferCount._meta.get_fields()} == {
        "id", "unit", "transferred_on", "count", "body", "counted_by", "counted_at", "withdrawn_at",
    }  # fmt: skip
    with pytest.raises(Invalid) as caught:
        count_transfer(**who, transferred_on=TODAY + DAY, count=0, body="张某")
    assert set(caught.value.fields) == {"transferred_on", "count", "body"}
    with pytest.raises(Refused):
        count_transfer(actor=office.actor("office"), rights=office.rights("office"), transferred_on=TODAY, count=1, body="other")  # fmt: skip
    assert not list(paper_misfits(office.unit.pk, lambda: None))
    TransferCount.objects.update(count=3)
    assert "移送数量与操作记录不符" in "".join(map(str, paper_misfits(office.unit.pk, lambda: None)))
    withdraw_transfer(**who, transfer_id=row.pk)
    with pytest.raises(Unknown):
        withdraw_transfer(**who, transfer_id=row.pk)


def test_a_report_is_progress(office: Office, inspection: Inspection, measure: Measure) -> None:
    Measure.objects.filter(pk=measure.pk).update(due_on=None)
    Inspection.objects.filter(pk=inspection.pk).update(plan_date=dt.date(2025, 5, 10))
    ProgressUpdate.objects.create(
        unit=office.unit, inspection=inspection, response=measure.response, measure=measure, cycle="2025-05-2",
        done="已起草", reported_at=NOW,
    )  # fmt: skip
    assert not any(run(inspection, 25).values())
