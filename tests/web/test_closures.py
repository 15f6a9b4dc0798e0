"""The chain of 销号 through its actions: who may, with what, and what becomes of it when something changes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, apply, closable, close, form, handed_for, prove, shown_of, step
from offices import NOW, TODAY

from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.editing import add_measure, change_finding, change_measure
from zhenggai.web.ledger.actions.filing import file_plan, set_key
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.closing.state import canonical, digest, in_format_1, matter_of, seals
from zhenggai.web.ledger.models import (
    Assignment,
    Closure,
    ClosureStep,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Finding,
    Inspection,
    Measure,
    Rebound,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from offices import Office


@pytest.fixture
def finding(office: Office, inspection: Inspection) -> Finding:
    return closable(office, inspection)


def test_five_people_close_a_finding(office: Office, finding: Finding) -> None:
    closure = close(office, finding)
    finding.refresh_from_db()
    assert (closure.stage, finding.closure_stage) == ("confirmed", "confirmed")
    steps = list(closure.steps.order_by("number"))
    assert [s.transition for s in steps] == ["prepared", "applied", *(transition for _, transition in CHAIN)]
    assert len({s.person_id for s in steps}) == 5
    assert first_break(office.unit.pk) is None
    told = Event.objects.filter(action__startswith="closure.").order_by("number")
    assert [event.action for event in told] == [f"closure.{s.transition}" for s in steps]
    assert [event.after["state"] for event in told] == [s.state.digest for s in steps]


def test_each_signature_keeps_what_it_saw(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:2])
    last = closure.steps.select_related("state").get(transition="verified")
    state = json.loads(last.state.content)
    assert digest(last.state.content) == last.state.digest
    assert [s["transition"] for s in state["steps"]] == ["prepared", "applied", "reviewed"]
    assert state["matter"]["measures"][0]["evidence"][0]["file"].startswith("sha256:")
    assert state["application"]["lateral"] == "对照排查其他处室，未发现同类问题"


def test_a_return_and_a_second_application(office: Office, finding: Finding) -> None:
    first = close(office, finding, CHAIN[:1])
    first = step(office, first, "supervision", "verification_returned")
    assert (first.stage, first.resubmit_by) == ("returned", TODAY + dt.timedelta(days=10))
    returned = first.steps.get(transition="verification_returned")
    assert (returned.reason_code, returned.details["return"]["missing"]) == (
        "evidence_insufficient",
        "请补充执行记录。",
    )
    second = apply(office, Finding.objects.get(pk=finding.pk))
    assert (second.attempt, second.stage) == (2, "applied")
    with pytest.raises(Refused, match="已经结束"):
        step(office, first, "responsible_leader", "reviewed")


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda f: f["measures"]["C005"].update(done=" "), "done:C005"),
        (lambda f: f["measures"]["C005"].update(completed_on=""), "completed_on:C005"),
        (lambda f: f["measures"]["C005"].update(completed_on="2025-05-21"), "completed_on:C005"),
        (lambda f: f["measures"]["C005"].update(completed_on="2024-01-01"), "completed_on:C005"),
        (lambda f: f["measures"]["C005"].update(completed_on="五月"), "completed_on:C005"),
        (lambda f: f["criteria"].pop("fact"), "criteria:fact"),
        (lambda f: f["criteria"].update(fact="no"), "criteria:fact"),
        (lambda f: f["criteria"].update(fact="not_applicable"), "criteria:fact"),
        (lambda f: f["criteria"].update(measures="not_applicable"), "criteria:measures"),
        (lambda f: f.update(money_found=100, money_recovered=100), "criteria:money"),
        (lambda f: (f.update(money_found=100), f["criteria"].update(money="yes")), "money_recovered"),
        (
            lambda f: (f.update(money_found=100, money_recovered=99), f["criteria"].update(money="yes")),
            "money_note",
        ),
        (lambda f: f.update(institutions="", long_term=""), "institutions"),
        (lambda f: f.update(lateral=""), "lateral"),
        (lambda f: f.update(people=-1), "people"),
        (lambda f: f.update(lateral="长" * 4001), "lateral"),
    ],
)
def test_an_incomplete_form_is_refused_by_field(office: Office, finding: Finding, spoil: object, field: str) -> None:
    content = form(finding)
    spoil(content)  # type: ignore[operator]
    with pytest.raises(Invalid) as caught:
        closures.apply_for_closure(
            actor=office.actor("department_head"), rights=office.rights("department_head"), finding_id=finding.pk,
            seen=None, shown=shown_of(finding), content=content,
        )  # fmt: skip
    assert set(caught.value.fields) == {field}
    assert not Closure.objects.exists(), "nothing is half-stored"


def test_no_evidence_no_application(office: Office, finding: Finding) -> None:
    measure = Measure.objects.filter(response__findings=finding).order_by("reference")[0]
    measure.evidence_links.all().delete()
    prove(office, measure, kind="statement", text="说明")
    with pytest.raises(Invalid, match="不能单独作为佐证"):
        apply(office, finding)
    measure.evidence_links.all().update(removed_at=NOW)
    with pytest.raises(Invalid, match="没有佐证材料"):
        apply(office, finding)


def test_a_measure_that_is_not_reported_done_is_refused(office: Office, finding: Finding) -> None:
    Measure.objects.filter(reference="C005").update(completion_status="ongoing", percent=60)
    with pytest.raises(Invalid) as caught:
        apply(office, finding)
    assert "status:C005" in caught.value.fields


def test_verification_and_meeting_keep_their_order(office: Office, finding: Finding) -> None:
    """核查 is not before the application, the meeting not before 核查; each on the same day is in order."""
    closure = apply(office, finding)
    step(office, closure, "responsible_leader", "reviewed")
    with pytest.raises(Invalid) as caught:
        step(office, closure, "supervision", "verified", verified_on=TODAY - dt.timedelta(days=1))
    assert set(caught.value.fields) == {"verified_on"}
    step(office, closure, "supervision", "verified", verified_on=TODAY)
    with pytest.raises(Invalid) as caught:
        step(office, closure, "group", "approved", met_on=TODAY - dt.timedelta(days=1))
    assert set(caught.value.fields) == {"met_on"}
    assert "核查日期2025年" in caught.value.fields["met_on"]
    assert step(office, closure, "group", "approved", met_on=TODAY).stage == "approved"


def test_a_key_finding_needs_the_lead_leader(office: Office, finding: Finding) -> None:
    set_key(
        actor=office.actor("office"),
        rights=office.rights("office"),
        finding_id=finding.pk,
        seen=finding.version,
        key=True,
    )
    closure = close(office, Finding.objects.get(pk=finding.pk), CHAIN[:1])
    with pytest.raises(Refused, match="牵头领导"):
        step(office, closure, "supervision", "verified")
    closure = step(office, closure, "lead_leader", "endorsed")
    assert step(office, closure, "supervision", "key_verified").stage == "verified"


def test_where_only_a_lead_leader_is_named_one_review_is_enough(office: Office, finding: Finding) -> None:
    Finding.objects.filter(pk=finding.pk).update(key=True)
    Assignment.objects.filter(response__findings=finding, role="responsible_leader").delete()
    closure = close(office, Finding.objects.get(pk=finding.pk), (("lead_leader", "reviewed"),))
    assert step(office, closure, "supervision", "verified").stage == "verified"


def test_a_changed_measure_lapses_what_was_signed(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:3])
    measure = Measure.objects.get(reference="C005")
    change_measure(
        actor=office.actor("office"), rights=office.rights("office"), measure_id=measure.pk, seen=measure.version,
        text=measure.text + "并公示。", due_text=measure.due_text,
    )  # fmt: skip
    closure.refresh_from_db()
    assert closure.lapsed_at
    with pytest.raises(Refused, match="须复核"):
        step(office, closure, "inspection_office", "confirmed")
    closure = step(office, closure, "supervision", "rechecked")
    assert (closure.stage, closure.lapsed_at) == ("approved", None)
    assert step(office, closure, "inspection_office", "confirmed").stage == "confirmed"
    assert Event.objects.filter(action="closure.lapsed").count() == 1


def test_what_else_lapses_and_what_does_not(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:1])
    measure = Measure.objects.get(reference="C005")
    actor, rights = office.actor("handler"), office.rights("handler")
    report_progress(
        actor=actor, rights=rights, measure_id=measure.pk, seen=measure.version, percent=100,
        completion_status="completed", done="又检查一次。",
    )  # fmt: skip
    closure.refresh_from_db()
    assert closure.lapsed_at is None, "one more report of the same state changes nothing that was signed"
    report_progress(
        actor=actor, rights=rights, measure_id=measure.pk, seen=measure.version + 1, percent=80,
        completion_status="ongoing", done="发现还有遗漏。",
    )  # fmt: skip
    closure.refresh_from_db()
    assert closure.lapsed_at
    with pytest.raises(Refused, match="须复核"):
        step(office, closure, "supervision", "verified")
    assert step(office, closure, "supervision", "supplement_asked").stage == "returned"


@pytest.mark.parametrize("what", ["finding", "new_measure"])
def test_other_changes_of_the_finding_lapse_too(office: Office, finding: Finding, what: str) -> None:
    closure = close(office, finding, CHAIN[:2])
    actor, rights = office.actor("office"), office.rights("office")
    if what == "finding":
        fresh = Finding.objects.get(pk=finding.pk)
        change_finding(
            actor=actor, rights=rights, finding_id=finding.pk, seen=fresh.version, text="另一个问题。", cause=""
        )
    else:
        add_measure(actor=actor, rights=rights, finding_id=finding.pk, text="再检查一次。", due_text="")
    closure.refresh_from_db()
    assert closure.lapsed_at


def test_a_change_behind_the_back_is_refused_all_the_same(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:2])
    Measure.objects.filter(reference="C005").update(percent=10)
    with pytest.raises(Refused, match="须复核"):
        step(office, closure, "group", "approved")


def test_a_rebound_makes_a_new_cycle_that_points_back(office: Office, finding: Finding) -> None:
    closure = close(office, finding)
    rebound = closures.reopen_finding(
        actor=office.actor("supervision"), rights=office.rights("supervision"), finding_id=finding.pk,
        seen=closure.version, handed=handed_for("reopened"),
    )  # fmt: skip
    finding.refresh_from_db()
    closure.refresh_from_db()
    assert (finding.closure_stage, finding.cycle, closure.stage) == ("none", 2, "confirmed")
    assert (rebound.closure_id, rebound.cycle) == (closure.pk, 2)
    with pytest.raises(Invalid) as caught:
        apply(office, finding)
    assert {"evidence:C005", "status:C005"} <= set(caught.value.fields), "what was proved before proves nothing now"
    assert Rebound.objects.count() == 1
    with pytest.raises((Refused, Stale)):
        closures.reopen_finding(
            actor=office.actor("supervision"), rights=office.rights("supervision"), finding_id=finding.pk,
            seen=closure.version, handed=handed_for("reopened"),
        )  # fmt: skip


def test_after_a_rebound_evidence_counts_by_the_day_of_its_file(office: Office, finding: Finding) -> None:
    closure = close(office, finding)
    closures.reopen_finding(
        actor=office.actor("supervision"), rights=office.rights("supervision"), finding_id=finding.pk,
        seen=closure.version, handed=handed_for("reopened"),
    )  # fmt: skip
    finding.refresh_from_db()
    later = NOW + dt.timedelta(days=3)
    links = EvidenceLink.objects.filter(measure__reference__in=("C005", "C006"))
    links.update(linked_at=later)
    piece = links.get(measure__reference="C006").evidence
    EvidenceVersion.objects.create(
        evidence=piece, number=2, file=piece.versions.get().file, name="新.pdf", uploaded_at=later
    )
    links.filter(evidence=piece).update(linked_at=NOW)
    piece.number = 2
    piece.save()
    with pytest.raises(Invalid) as caught:
        apply(office, finding)
    assert "evidence:C005" in caught.value.fields, "linked anew, but the file is from before"
    assert "evidence:C006" not in caught.value.fields, "linked before, but the file is new"


@pytest.mark.parametrize("source", ["inspection", "audit", "special_check"])
@pytest.mark.parametrize("transition", ["confirmed", "not_confirmed", "reopened"])
def test_the_body_above_that_has_the_last_word_fits_the_source(
    office: Office, finding: Finding, source: str, transition: str
) -> None:
    closure = close(office, finding, CHAIN[:3])
    Inspection.objects.update(source=source)
    bodies = ["inspection_office", "audit_office"]
    right, wrong = reversed(bodies) if source == "audit" else bodies

    def take(role: str) -> object:
        if transition != "reopened":
            return step(office, closure, role, transition)
        return closures.reopen_finding(
            actor=office.actor(role), rights=office.rights(role), finding_id=finding.pk, seen=closure.version,
            handed=handed_for("reopened"),
        )  # fmt: skip

    with pytest.raises(Refused, match="由审计机关认定"):
        take(wrong)
    assert take(right)


@pytest.mark.parametrize(
    ("transition", "field", "longest"),
    [
        ("verified", "findings", 2000), ("supplement_asked", "missing", 2000), ("supplement_asked", "note", 2000),
        ("approved", "meeting", 100), ("approved", "meeting_number", 50), ("confirmed", "document", 50),
    ],
)  # fmt: skip
def test_what_is_too_long_is_refused_at_its_own_field(
    office: Office, finding: Finding, transition: str, field: str, longest: int
) -> None:
    before = {"verified": 1, "supplement_asked": 1, "approved": 2, "confirmed": 3}[transition]
    role = "supervision" if before == 1 else CHAIN[before][0]
    closure = close(office, finding, CHAIN[:before])
    with pytest.raises(Invalid) as caught:
        step(office, closure, role, transition, **{field: "长" * (longest + 1)})
    assert list(caught.value.fields) == [field]
    closure = step(office, closure, role, transition, **{field: "长" * longest})
    kept = closure.steps.order_by("number").last()
    assert kept
    assert "长" * longest in json.dumps([kept.details, kept.note], ensure_ascii=False)


def send_back_what_was_shown(office: Office, closure: Closure, shown: str) -> Closure:
    closure = Closure.objects.get(pk=closure.pk)
    return closures.sign(
        actor=office.actor("supervision"), rights=office.rights("supervision"),
        choice=Choice(closure.pk, closure.version, "rechecked", handed_for("rechecked", office), shown),
    )  # fmt: skip


def test_a_recheck_vouches_for_what_was_shown_and_nothing_else(office: Office, finding: Finding) -> None:
    """What has lapsed lapses only once: a second change does not count the version up."""
    closure = close(office, finding, CHAIN[:3])
    actor = office.actor("office")
    Measure.objects.filter(reference="C005").update(percent=90)
    lapse_changed(actor=actor, findings=[finding.pk])
    closure.refresh_from_db()
    shown, version = shown_of(finding), closure.version
    Measure.objects.filter(reference="C005").update(percent=10)
    lapse_changed(actor=actor, findings=[finding.pk])
    closure.refresh_from_db()
    assert closure.version == version
    for wrong in (shown, "", closure.matter, "2:md5:1", "长"):
        with pytest.raises(Stale, match="有改动"):
            send_back_what_was_shown(office, closure, wrong)
    assert send_back_what_was_shown(office, closure, shown_of(finding)).lapsed_at is None


def test_an_application_is_signed_over_what_was_shown(office: Office, finding: Finding) -> None:
    shown = shown_of(finding)
    measure = Measure.objects.get(reference="C005")
    change_measure(
        actor=office.actor("office"), rights=office.rights("office"), measure_id=measure.pk, seen=measure.version,
        text=measure.text + "并公示。", due_text=measure.due_text,
    )  # fmt: skip
    with pytest.raises(Stale, match="有改动"):
        closures.apply_for_closure(
            actor=office.actor("department_head"), rights=office.rights("department_head"), finding_id=finding.pk,
            seen=None, shown=shown, content=form(finding),
        )  # fmt: skip
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("change", "lapses"),
    [
        (lambda: Measure.objects.filter(reference="C005").update(rectification_class="long_term"), True),
        (lambda: Evidence.objects.filter(title="C005佐证").update(copies=9), True),
        (lambda: Evidence.objects.filter(title="C005佐证").update(note="另有原件"), False),
        (lambda: Evidence.objects.filter(title="C005佐证").update(layer="restricted"), False),
    ],
)
def test_what_is_signed_is_what_the_form_says(
    office: Office, finding: Finding, change: Callable[[], int], lapses: bool
) -> None:
    closure = close(office, finding, CHAIN[:1])
    former = closure.matter.split(":")
    old = f"{former[1]}:{digest(canonical(in_format_1(matter_of(finding))))}"
    assert change()
    lapse_changed(actor=office.actor("office"), findings=[finding.pk])
    closure.refresh_from_db()
    assert bool(closure.lapsed_at) is lapses
    assert seals(old, matter_of(finding)), "a seal of the first format knows nothing of either"
    Measure.objects.filter(reference="C005").update(percent=1)
    assert not seals(old, matter_of(finding))


def test_a_batch_is_decided_whole_or_not_at_all(office: Office, inspection: Inspection) -> None:
    found = [closable(office, inspection, reference) for reference in ("W001", "W003")]
    made = [close(office, one, CHAIN[:2]) for one in found]
    actor, rights = office.actor("group"), office.rights("group")
    choices = [
        Choice(made[0].pk, made[0].version, "approved", handed_for("approved")),
        Choice(made[1].pk, made[1].version, "continued", handed_for("continued", missing="")),
    ]
    with pytest.raises(Invalid) as caught:
        closures.decide_batch(actor=actor, rights=rights, choices=choices)
    assert set(caught.value.fields) == {f"missing:{made[1].pk}"}
    assert not ClosureStep.objects.filter(transition="approved").exists()
    early = handed_for("approved", met_on=TODAY - dt.timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        closures.decide_batch(
            actor=actor, rights=rights, choices=[choices[1], Choice(made[0].pk, made[0].version, "approved", early)]
        )
    assert caught.value.fields["met_on"].startswith("问题W001：会议日期早于核查日期")
    choices[1] = Choice(made[1].pk, made[1].version, "continued", handed_for("continued"))
    decided = closures.decide_batch(actor=actor, rights=rights, choices=choices)
    assert sorted(one.stage for one in decided) == ["approved", "returned"]
    with pytest.raises(Invalid):
        closures.decide_batch(actor=actor, rights=rights, choices=[])


def test_two_people_on_one_application(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:1])
    seen = closure.version
    step(office, closure, "supervision", "verified")
    with pytest.raises(Stale, match="督查组某某"):
        closures.sign(
            actor=office.actor("supervision"), rights=office.rights("supervision"),
            choice=Choice(closure.pk, seen, "verified", handed_for("verified", office)),
        )  # fmt: skip


def test_drafts_are_kept_and_taken_up_by_the_head(office: Office, finding: Finding) -> None:
    content = form(finding) | {"lateral": "", "unknown": "x"}
    closure = closures.prepare_application(
        actor=office.actor("handler"),
        rights=office.rights("handler"),
        finding_id=finding.pk,
        seen=None,
        content=content,
    )
    assert "unknown" not in closure.application
    content["lateral"] = "已排查"
    closure = closures.prepare_application(
        actor=office.actor("handler"),
        rights=office.rights("handler"),
        finding_id=finding.pk,
        seen=closure.version,
        content=content,
    )
    with pytest.raises(Stale):
        closures.prepare_application(
            actor=office.actor("handler"),
            rights=office.rights("handler"),
            finding_id=finding.pk,
            seen=1,
            content=content,
        )
    with pytest.raises(Refused):
        apply(office, finding, "handler")
    assert apply(office, finding).application["lateral"] == "对照排查其他处室，未发现同类问题"
    closure = Closure.objects.get()
    closure = closures.withdraw_application(
        actor=office.actor("department_head"), rights=office.rights("department_head"), closure_id=closure.pk,
        seen=closure.version, note="还要补充",
    )  # fmt: skip
    finding.refresh_from_db()
    assert (closure.stage, finding.closure_stage) == ("none", "none")


@pytest.mark.parametrize("role", ["office", "handler", "discipline", "archivist", "principal", "system_administrator"])
def test_others_do_not_review(office: Office, finding: Finding, role: str) -> None:
    closure = close(office, finding, ())
    with pytest.raises((Refused, Unknown)):
        step(office, closure, role, "reviewed")


def test_the_office_above_confirms_only_what_is_filed(office: Office, finding: Finding, inspection: Inspection) -> None:
    closure = close(office, finding, CHAIN[:3])
    with pytest.raises(Refused, match="已经报送"):
        file_plan(actor=office.actor("office"), rights=office.rights("office"), inspection_id=inspection.pk, seen=99)
    inspection.refresh_from_db()
    inspection.filed_at = None
    inspection.save()
    with pytest.raises(Unknown):
        step(office, closure, "inspection_office", "confirmed")
