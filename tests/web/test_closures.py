"""The chain of 销号 through its actions: who may, with what, and what becomes of it when something changes."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from closings import CHAIN, apply, closable, close, form, handed_for, prove, step
from offices import NOW, TODAY

from zhenggai.web.accounts import actions as accounts
from zhenggai.web.accounts.models import Deputy, Grant
from zhenggai.web.audit.chain import first_break
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.actions import closures
from zhenggai.web.ledger.actions.closures import Choice
from zhenggai.web.ledger.actions.editing import add_measure, change_finding, change_measure
from zhenggai.web.ledger.actions.filing import file_plan, set_key
from zhenggai.web.ledger.actions.progress import report_progress
from zhenggai.web.ledger.closing.lapse import lapse_changed
from zhenggai.web.ledger.closing.state import digest
from zhenggai.web.ledger.models import (
    Assignment,
    Closure,
    ClosureStep,
    EvidenceLink,
    EvidenceVersion,
    Finding,
    Measure,
    Rebound,
)

if TYPE_CHECKING:
    from offices import Office

    from zhenggai.web.ledger.models import Inspection


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
        (lambda f: f.update(money_found=100), "money_recovered"),
        (lambda f: f.update(money_found=100, money_recovered=99), "money_note"),
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
            seen=None, content=content,
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


def test_nobody_signs_two_stages(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:1])
    leader = office.people["responsible_leader"]
    Grant.objects.create(person=leader, role="supervision", scope=office.unit, since=TODAY)
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "responsible_leader", "verified")
    deputy = office.people["supervision"]
    Deputy.objects.create(person=leader, deputy=deputy, since=TODAY)
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "supervision", "verified")


def test_whoever_filled_in_the_form_has_signed_the_application(office: Office, finding: Finding) -> None:
    """The handler begins it, a second handler goes on: neither reviews or verifies, whatever role they have besides."""
    second = office.people["supervision"]
    for role in ("handler", "supervision"):
        closure = Closure.objects.filter(stage="prepared").first()
        if role == "supervision":
            Grant.objects.create(person=second, role="handler", scope=office.unit, since=TODAY)
            name_handler(office, finding, "supervision")
        for _ in range(2):
            closure = closures.prepare_application(
                actor=office.actor(role), rights=office.rights(role), finding_id=finding.pk,
                seen=closure.version if closure else None, content=form(finding),
            )  # fmt: skip
    finding.responses.get().assignments.filter(person=second).delete()
    closure = close(office, Finding.objects.get(pk=finding.pk), CHAIN[:1])
    signed = list(closure.steps.order_by("number").values_list("transition", "person_name"))
    names = [office.people[role].name for role in ("handler", "supervision", "department_head")]
    assert signed[:3] == list(zip(("prepared", "prepared", "applied"), names, strict=True))
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "supervision", "verified")
    assert first_break(office.unit.pk) is None


def absent(office: Office, person: str, deputy: str) -> None:
    Deputy.objects.create(person=office.people[person], deputy=office.people[deputy], since=TODAY)


def test_a_deputy_with_a_role_of_the_kind_signs_for_the_absent_whom_the_plan_names(
    office: Office, finding: Finding
) -> None:
    """The deputy is a responsible leader too, but of other findings: the signature is the absent leader's."""
    leader, other = office.people["responsible_leader"], office.people["archivist"]
    Grant.objects.create(person=other, role="responsible_leader", scope=office.unit, since=TODAY)
    Grant.objects.create(person=leader, role="group", scope=office.unit, since=TODAY)
    absent(office, "responsible_leader", "archivist")
    closure = close(office, finding, (("archivist", "reviewed"),))
    signed = closure.steps.get(transition="reviewed")
    assert (signed.role, signed.through_id) == ("responsible_leader", leader.pk)
    Deputy.objects.all().delete()
    closure = step(office, closure, "supervision", "verified")
    with pytest.raises(Refused, match="同一人不能"):
        step(office, closure, "responsible_leader", "approved")


def test_a_role_of_ones_own_that_admits_comes_first(office: Office, finding: Finding) -> None:
    absent(office, "lead_leader", "responsible_leader")
    signed = close(office, finding, CHAIN[:1]).steps.get(transition="reviewed")
    assert (signed.role, signed.through_id) == ("responsible_leader", None)


def name_handler(office: Office, finding: Finding, who: str) -> None:
    person = office.people[who]
    finding.responses.get().assignments.create(
        unit=office.unit, inspection=finding.inspection, role="handler", person=person, name=person.name, since=TODAY
    )


def test_the_head_of_another_department_who_handles_a_measure_does_not_apply(office: Office, finding: Finding) -> None:
    other = office.people["archivist"]
    Grant.objects.create(person=other, role="department_head", scope=office.unit, since=TODAY)
    accounts.hold_post(
        actor=office.actor("office"), person=other, organization=office.departments["总务处"], since=TODAY
    )
    name_handler(office, finding, "archivist")
    closures.prepare_application(
        actor=office.actor("archivist"), rights=office.rights("archivist"), finding_id=finding.pk, seen=None,
        content=form(finding),
    )  # fmt: skip
    with pytest.raises(Refused, match="其他部门的负责人"):
        apply(office, finding, "archivist")
    Closure.objects.all().update(stage="returned")
    Finding.objects.update(closure_stage="returned")
    with pytest.raises(Refused, match="其他部门的负责人"):
        apply(office, Finding.objects.get(pk=finding.pk), "archivist")


@pytest.mark.parametrize("scope", ["总务处", None])
def test_ones_own_headship_and_the_department_of_the_absent_do_not_add_up(
    office: Office, finding: Finding, scope: str | None
) -> None:
    """The head of 总务处 stands in for a handler of 教务处, or holds a post there without its headship."""
    other = office.people["archivist"]
    place = office.departments[scope] if scope else office.unit
    Grant.objects.create(person=other, role="department_head", scope=place, since=TODAY)
    home = office.departments["教务处" if scope else "总务处"]
    accounts.hold_post(actor=office.actor("office"), person=other, organization=home, since=TODAY)
    absent(office, "handler", "archivist")
    with pytest.raises(Refused):
        apply(office, finding, "archivist")


def test_who_verifies_is_not_of_the_department(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:1])
    accounts.hold_post(
        actor=office.actor("office"),
        person=office.people["supervision"],
        organization=office.departments["教务处"],
        since=TODAY,
    )
    with pytest.raises(Refused, match="本部门"):
        step(office, closure, "supervision", "verified")


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


def test_who_signed_does_not_recheck(office: Office, finding: Finding) -> None:
    closure = close(office, finding, CHAIN[:3])
    Grant.objects.create(person=office.people["group"], role="supervision", scope=office.unit, since=TODAY)
    Measure.objects.filter(reference="C005").update(percent=90)
    lapse_changed(actor=office.actor("office"), findings=[finding.pk])
    with pytest.raises(Refused, match="不能复核"):
        step(office, closure, "group", "rechecked")
    assert step(office, closure, "supervision", "rechecked").lapsed_at is None


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
            choice=Choice(closure.pk, seen, "verified", handed_for("verified")),
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
