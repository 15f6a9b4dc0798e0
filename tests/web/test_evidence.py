"""佐证材料: kept once, numbered, replaced, corrected, linked, withdrawn; who sees which piece."""

from __future__ import annotations

import datetime as dt
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from closings import CHAIN, apply, closable, close, step
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from files_of_evidence import pdf, picture
from offices import NOW, TODAY, Office, import_sample, make_office

from zhenggai.web.accounts.models import RestrictedGrant
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Invalid, LedgerFault, Refused, Stale, Unknown
from zhenggai.web.ledger import access
from zhenggai.web.ledger.actions.declarations import Declared
from zhenggai.web.ledger.actions.evidence import (
    Added,
    add_evidence,
    correct_evidence,
    link_evidence,
    replace_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from zhenggai.web.ledger.actions.layers import record_restricted_evidence_reads
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.evidence.vault import vault
from zhenggai.web.ledger.models import Closure, Evidence, EvidenceLink, Finding, Inspection, Measure, StoredFile
from zhenggai.web.ledger.queries.evidence import (
    EvidenceFilters,
    evidence_counts,
    evidence_file,
    evidence_of_measures,
    evidence_page,
    evidence_story,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

DECLARED = Declared(kind="meeting", formed_on=dt.date(2025, 5, 1), pages=2)


def upload(data: bytes | None = None, name: str = "会议记录.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if data is None else data)


@pytest.fixture
def measure(inspection: Inspection) -> Measure:
    return Measure.objects.get(inspection=inspection, reference="C005")


def add(office: Office, *measures: Measure, data: bytes | None = None, role: str = "handler", **more: Any) -> Added:
    declared = more.pop("declared", DECLARED)
    return add_evidence(
        actor=office.actor(role),
        rights=office.rights(role),
        measure_ids=[measure.pk for measure in measures],
        upload=upload(data, **more),
        declared=declared,
    )


def proved(office: Office, inspection: Inspection) -> Finding:
    """Return a finding that can be closed; the numbers of its evidence are taken."""
    finding = closable(office, inspection)
    Inspection.objects.filter(pk=inspection.pk).update(last_evidence=Evidence.objects.count())
    return finding


def kept() -> int:
    return sum(1 for _ in vault().digests())


def give_need_to_know(office: Office, role: str) -> None:
    RestrictedGrant.objects.create(
        person=office.people[role], unit=office.unit, reason="承办该事项", since=TODAY, until=None
    )


class TestAdding:
    def test_a_piece_has_a_number_a_file_and_an_event(self, office: Office, measure: Measure) -> None:
        added = add(office, measure)
        piece = added.evidence
        assert (added.new, added.notes) == (True, ())
        assert (piece.reference, piece.title, piece.kind, piece.pages) == ("Z001", "会议记录", "meeting", 2)
        assert vault().exists(piece.versions.get().file.digest)
        event = Event.objects.get(action="evidence.added")
        assert event.subject_label == "佐证Z001"
        assert event.after["measure"] == ["C005"]
        assert event.after["digest"] == piece.versions.get().file.digest

    def test_the_content_decides_the_kind_where_nobody_does(self, office: Office, measure: Measure) -> None:
        photo = add(office, measure, data=picture("JPEG"), name="a.jpg", declared=Declared()).evidence
        other = add(office, measure, declared=Declared()).evidence
        assert (photo.kind, other.kind) == ("photo", "other")

    def test_the_same_file_is_linked_and_not_kept_again(self, office: Office, measure: Measure) -> None:
        other = measure.response.measures.exclude(pk=measure.pk).first()
        assert other
        add(office, measure)
        before = kept()
        again = add(office, other, name="另一个名字.pdf")
        assert (again.new, again.notes) == (False, ("与Z001相同，已直接关联。",))
        third = add(office, measure, other)
        assert third.notes == ("与Z001相同，此前已关联，没有重复保存。",)
        assert (Evidence.objects.count(), StoredFile.objects.count(), EvidenceLink.objects.count()) == (1, 1, 2)
        assert kept() == before
        assert list(Event.objects.filter(action__startswith="evidence.").values_list("action", flat=True)) == [
            "evidence.added",
            "evidence.linked",
        ]

    def test_a_wrong_suffix_is_put_right_with_a_note(self, office: Office, measure: Measure) -> None:
        added = add(office, measure, data=picture("PNG"), name="照片.jpg")
        assert added.evidence.versions.get().name == "照片.png"
        assert "已改名为“照片.png”" in added.notes[0]

    @pytest.mark.parametrize(
        ("data", "name", "why"),
        [
            (b"MZ" + bytes(90), "x.pdf", "程序"),
            (b"", "x.pdf", "空"),
            (pdf(), "x.pdf.exe", "改名"),
            (pdf(locked=True), "x.pdf", "密码"),
        ],
        ids=["a program", "nothing", "two suffixes", "a password"],
    )
    def test_what_is_refused_leaves_nothing(
        self, office: Office, measure: Measure, data: bytes, name: str, why: str
    ) -> None:
        before = kept()
        with pytest.raises(Invalid, match=why) as fault:
            add(office, measure, data=data, name=name)
        assert set(fault.value.fields) == {"file"}
        assert not Evidence.objects.exists()
        assert not StoredFile.objects.exists()
        assert kept() == before
        assert not list(vault().unfinished())

    def test_too_large_a_file_is_refused(self, office: Office, measure: Measure, settings: Any) -> None:
        settings.EVIDENCE_LIMIT = 1 << 20
        with pytest.raises(Invalid, match="超过1MB"):
            add(office, measure, data=bytes(1 + (1 << 20)))

    def test_the_profile_says_how_large_a_file_may_be(
        self, office: Office, measure: Measure, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        profile = profile_of(measure.inspection.profile)
        small = replace(profile, closing=replace(profile.closing, evidence_megabytes=1))
        monkeypatch.setattr("zhenggai.web.ledger.evidence.limits.profile_of", lambda _: small)
        with pytest.raises(Invalid, match="超过1MB") as fault:
            add(office, measure, data=pdf() + bytes(1 << 20))
        assert set(fault.value.fields) == {"file"}
        add(office, measure)

    @pytest.mark.parametrize(
        ("declared", "name"),
        [
            (Declared(kind="poem"), "kind"),
            (Declared(formed_on=dt.date(2025, 5, 21)), "formed_on"),
            (Declared(formed_on=dt.date(1024, 5, 21)), "formed_on"),
            (Declared(pages=0), "pages"),
            (Declared(copies=None), "copies"),
            (Declared(copies=10**9), "copies"),
            (Declared(note="长" * 501), "note"),
            (Declared(title="长" * 201), "title"),
            (Declared(layer="secret"), "layer"),
            (Declared(layer="restricted"), "layer"),
        ],
    )
    def test_the_wrong_field_is_named(self, office: Office, measure: Measure, declared: Declared, name: str) -> None:
        with pytest.raises(Invalid) as fault:
            add(office, measure, declared=declared)
        assert set(fault.value.fields) == {name}

    def test_a_measure_of_another_department_is_refused(self, office: Office, inspection: Inspection) -> None:
        foreign = Measure.objects.exclude(response__measures__reference="C005").first()
        assert foreign
        with pytest.raises(Unknown):
            add(office, foreign)
        with pytest.raises(Refused, match="经办人"):
            add(office, foreign, role="office")

    def test_no_measure_is_no_evidence(self, office: Office) -> None:
        with pytest.raises(Invalid, match="选择"):
            add(office)


class TestChanging:
    def test_a_new_version_leaves_the_old_one_to_be_seen(self, office: Office, measure: Measure) -> None:
        piece = add(office, measure).evidence
        old = piece.versions.get().file.digest
        replace_evidence(
            actor=office.actor("handler"),
            rights=office.rights("handler"),
            evidence_id=piece.pk,
            seen=piece.version,
            upload=upload(pdf(3), "会议记录（补页）.pdf"),
            reason="补充签到页",
        )
        story = evidence_story(office.rights("office"), piece.pk)
        assert [version.number for version in story.versions] == [2, 1]
        assert (story.piece.number, story.piece.remarks) == (2, ("申报2页，文件为3页",))
        for number, expected in ((1, pdf()), (2, pdf(3)), (None, pdf(3))):
            _, file = evidence_file(office.rights("office"), piece.pk, number)
            with file.stream as stream:
                assert stream.read() == expected
        event = Event.objects.get(action="evidence.replaced")
        assert (event.before["digest"], event.reason) == (old, "补充签到页")

    def test_the_same_file_is_no_new_version(self, office: Office, measure: Measure) -> None:
        piece = add(office, measure).evidence
        with pytest.raises(Invalid, match="完全相同"):
            replace_evidence(
                actor=office.actor("handler"), rights=office.rights("handler"), evidence_id=piece.pk,
                seen=piece.version, upload=upload(), reason="补充",
            )  # fmt: skip

    def test_what_was_declared_can_be_corrected(self, office: Office, measure: Measure) -> None:
        piece = add(office, measure).evidence
        as_it_is = Declared("会议记录", "meeting", dt.date(2025, 5, 1), 2)
        who = {"actor": office.actor("handler"), "rights": office.rights("handler"), "evidence_id": piece.pk}
        correct_evidence(**who, seen=1, declared=as_it_is)
        assert not Event.objects.filter(action="evidence.changed").exists()
        correct_evidence(**who, seen=1, declared=Declared("校务会记录", "meeting", dt.date(2025, 5, 2), 2))
        event = Event.objects.get(action="evidence.changed")
        assert event.before == {"title": "会议记录", "formed_on": "2025-05-01"}
        with pytest.raises(Stale, match="经办人某某"):
            correct_evidence(**who, seen=1, declared=Declared("又一个", "meeting"))
        with pytest.raises(Invalid) as fault:
            correct_evidence(**who, seen=2, declared=Declared())
        assert set(fault.value.fields) == {"title", "kind"}

    def test_links_are_made_and_ended_and_the_last_one_stays(self, office: Office, measure: Measure) -> None:
        other = measure.response.measures.exclude(pk=measure.pk).first()
        assert other
        piece = add(office, measure).evidence
        who = {"actor": office.actor("handler"), "rights": office.rights("handler"), "evidence_id": piece.pk}
        link_evidence(**who, seen=1, measure_ids=[other.pk])
        with pytest.raises(Invalid, match="已经关联"):
            link_evidence(**who, seen=2, measure_ids=[other.pk])
        with pytest.raises(Invalid, match="请填写取消关联的原因"):
            unlink_evidence(**who, seen=2, measure_id=other.pk, reason=" ")
        unlink_evidence(**who, seen=2, measure_id=other.pk, reason="关联错误")
        with pytest.raises(Invalid, match="请改为“撤回材料”"):
            unlink_evidence(**who, seen=3, measure_id=measure.pk, reason="关联错误")
        assert evidence_counts(office.rights("office"), [measure.pk, other.pk]) == {measure.pk: 1}
        link_evidence(**who, seen=3, measure_ids=[other.pk])
        assert EvidenceLink.objects.filter(measure=other).count() == 2

    def test_a_piece_that_is_withdrawn_counts_for_nothing_and_is_still_there(
        self, office: Office, measure: Measure
    ) -> None:
        piece = add(office, measure).evidence
        who = {"actor": office.actor("handler"), "rights": office.rights("handler"), "evidence_id": piece.pk}
        withdraw_evidence(**who, seen=1, reason="材料有误")
        assert evidence_counts(office.rights("office"), [measure.pk]) == {}
        assert evidence_of_measures(office.rights("office"), [measure.pk])[measure.pk] == ()
        assert evidence_story(office.rights("office"), piece.pk).piece.withdrawn_at == NOW
        with pytest.raises(Refused, match="已撤回"):
            withdraw_evidence(**who, seen=2, reason="材料有误")
        assert add(office, measure).evidence.reference == "Z002"

    @pytest.mark.parametrize("act", ["replace", "correct", "unlink", "withdraw"])
    def test_who_may_only_look_is_refused(self, office: Office, measure: Measure, act: str) -> None:
        piece = add(office, measure).evidence
        who = {"actor": office.actor("office"), "rights": office.rights("office"), "evidence_id": piece.pk, "seen": 1}
        acts = {
            "replace": lambda: replace_evidence(**who, upload=upload(pdf(4)), reason="x"),
            "correct": lambda: correct_evidence(**who, declared=Declared("x", "other")),
            "unlink": lambda: unlink_evidence(**who, measure_id=measure.pk, reason="x"),
            "withdraw": lambda: withdraw_evidence(**who, reason="x"),
        }
        with pytest.raises(Refused, match="更换佐证材料"):
            acts[act]()

    def test_a_change_after_a_signature_asks_for_another_look(self, office: Office, inspection: Inspection) -> None:
        finding = proved(office, inspection)
        measure = Measure.objects.filter(response__findings=finding).order_by("pk")[0]
        piece = add(office, measure).evidence
        closure = apply(office, finding)
        replace_evidence(
            actor=office.actor("handler"), rights=office.rights("handler"), evidence_id=piece.pk, seen=1,
            upload=upload(pdf(7)), reason="补充",
        )  # fmt: skip
        closure = Closure.objects.get(pk=closure.pk)
        assert closure.lapsed_at is not None
        assert Event.objects.filter(action="closure.lapsed").count() == 1


class TestSeeing:
    def see(self, office: Office, role: str) -> list[str]:
        return list(access.evidence(office.rights(role)).order_by("pk").values_list("reference", flat=True))

    def test_the_unit_sees_all_a_department_its_own_others_nothing(self, office: Office, measure: Measure) -> None:
        add(office, measure)
        seeing = [role for role in office.people if self.see(office, role)]
        assert sorted(seeing) == sorted(
            ["principal", "office", "supervision", "group", "discipline", "archivist", "department_head", "handler"]
        )

    def test_evidence_of_a_restricted_finding_is_secret(self, office: Office, measure: Measure) -> None:
        piece = add(office, measure).evidence
        Finding.objects.filter(responses__measures=measure).update(layer="restricted")
        assert not self.see(office, "office")
        with pytest.raises(Unknown):
            evidence_story(office.rights("office"), piece.pk)
        give_need_to_know(office, "office")
        assert self.see(office, "office") == ["Z001"]

    def test_a_restricted_piece_is_seen_by_who_needs_to_know(self, office: Office, measure: Measure) -> None:
        give_need_to_know(office, "handler")
        declared = Declared(kind="talk", layer="restricted")
        piece = add(office, measure, declared=declared).evidence
        assert self.see(office, "handler") == ["Z001"]
        for role in ("office", "department_head"):
            rights = office.rights(role)
            assert not self.see(office, role)
            assert evidence_counts(rights, [measure.pk]) == {}
            assert not any(evidence_of_measures(rights, [measure.pk]).values())
            with pytest.raises(Unknown):
                evidence_file(rights, piece.pk)

    def test_the_same_file_does_not_tell_of_a_secret_piece(self, office: Office, measure: Measure) -> None:
        give_need_to_know(office, "handler")
        add(office, measure, declared=Declared(kind="talk", layer="restricted"))
        again = add(office, measure, role="department_head")
        assert (again.new, again.notes) == (True, ())
        assert StoredFile.objects.count() == 1

    def test_of_a_link_to_a_secret_measure_only_the_fact_is_told(self, office: Office, inspection: Inspection) -> None:
        give_need_to_know(office, "handler")
        first, second = Finding.objects.filter(inspection=inspection, reference__in=("W003", "W006")).order_by(
            "reference"
        )
        for finding in (first, second):
            for response in finding.responses.all():
                response.assignments.create(
                    unit=office.unit, inspection=inspection, role="responsible_department",
                    organization=office.departments["教务处"], name="教务处", since=TODAY,
                )  # fmt: skip
        measures = [Measure.objects.filter(response__findings=finding)[0] for finding in (first, second)]
        second.layer = "restricted"
        second.save()
        piece = add(office, *measures).evidence
        story = evidence_story(office.rights("office"), piece.pk)
        assert [line.reference for line in story.measures] == [measures[0].reference]
        assert story.events[0].changes == ()
        assert [line.reference for line in evidence_story(office.rights("handler"), piece.pk).measures] == [
            measure.reference for measure in measures
        ]

    def test_the_office_above_sees_what_a_finding_was_closed_upon(self, office: Office, inspection: Inspection) -> None:
        finding = proved(office, inspection)
        Closure.objects.all().delete()
        other = Measure.objects.exclude(response__findings=finding)[0]
        other.response.assignments.create(
            unit=office.unit, inspection=inspection, role="responsible_department",
            organization=office.departments["教务处"], name="教务处", since=TODAY,
        )  # fmt: skip
        add(office, other)
        proofs = Measure.objects.filter(response__findings=finding).count()
        close(office, finding, CHAIN[:2])
        assert not self.see(office, "inspection_office")
        closure = Closure.objects.get()
        step(office, closure, "group", "approved")
        assert len(self.see(office, "inspection_office")) == proofs

    def test_a_look_at_a_restricted_piece_is_one_event(self, office: Office, measure: Measure) -> None:
        give_need_to_know(office, "handler")
        add(office, measure, declared=Declared(kind="talk", layer="restricted"))
        page = evidence_page(office.rights("handler"), measure.inspection, EvidenceFilters())
        for minutes in (0, 5, 20):
            actor = office.actor("handler", NOW + dt.timedelta(minutes=minutes))
            record_restricted_evidence_reads(actor=actor, pieces=page.restricted, where="佐证材料目录")
        assert Event.objects.filter(action="restricted.read", subject_label="佐证Z001").count() == 2


class TestList:
    @pytest.fixture
    def filled(self, office: Office, measure: Measure) -> Measure:
        for n in range(5):
            add(office, measure, data=pdf(1, words=f"n{n}"), declared=Declared(title=f"材料{n}", kind="meeting"))
        add(office, measure, data=picture("JPEG"), name="现场.jpg", declared=Declared(kind="photo"))
        return measure

    @pytest.mark.parametrize(
        ("filters", "count"),
        [({}, 6), ({"kind": "photo"}, 1), ({"q": "材料3"}, 1), ({"q": "z002"}, 1), ({"measure": "c005"}, 6),
         ({"measure": "C001"}, 0), ({"state": "withdrawn"}, 0), ({"layer": "restricted"}, 0), ({"kind": "poem"}, 6)],
    )  # fmt: skip
    def test_filters(self, office: Office, filled: Measure, filters: dict[str, str], count: int) -> None:
        page = evidence_page(office.rights("office"), filled.inspection, EvidenceFilters.read(filters))
        assert (page.total, len(page.pieces)) == (count, count)

    def test_pages_by_key(self, office: Office, filled: Measure) -> None:
        rights, found, after = office.rights("office"), [], None
        for _ in range(3):
            page = evidence_page(rights, filled.inspection, EvidenceFilters(), after=after, size=2)
            found += [piece.reference for piece in page.pieces]
            after = page.after
        assert found == [f"Z00{n}" for n in range(1, 7)]
        assert after is None

    def test_the_number_of_queries_is_fixed(
        self, office: Office, filled: Measure, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        rights, inspection = office.rights("office"), filled.inspection
        with django_assert_num_queries(6):
            evidence_page(rights, inspection, EvidenceFilters())
        with django_assert_num_queries(5):
            evidence_of_measures(rights, [filled.pk])
        with django_assert_num_queries(1):
            evidence_counts(rights, [filled.pk])


@pytest.mark.slow
class TestAtOnce:
    """Several people send the same file at the same time, on real transactions."""

    def test_one_piece_and_one_file_come_of_eight(self, transactional_db: None) -> None:
        office = make_office()
        measure = Measure.objects.get(inspection=import_sample(office), reference="C005")
        data = picture("PNG", colour="green") + os.urandom(8)
        before = kept()
        said: list[tuple[str, ...] | Exception] = []

        def send() -> None:
            try:
                said.append(add(office, measure, data=data, name="a.png").notes)
            except LedgerFault as fault:
                said.append(fault)
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(str, said)) == ["('与Z001相同，此前已关联，没有重复保存。',)"] * 7 + ["()"]
        assert (Evidence.objects.count(), EvidenceLink.objects.count(), StoredFile.objects.count()) == (1, 1, 1)
        assert kept() == before + 1
