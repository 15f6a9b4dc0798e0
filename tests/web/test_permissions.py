"""Every screen × every role × own or another unit × internal, restricted or known: allowed, refused (403) or not known (404).

`known` is restricted, with a need to know over the own unit.

What must come out follows from the table of acts; what does come out also stands in permissions.tsv, for people to read.
Write it anew with WRITE_PERMISSIONS=1 and look at the difference. A screen without an entry in SUBJECTS fails.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from offices import BACKEND
from worlds import LAYERS, lay

from zhenggai.web.pages.screen import ANYONE, PUBLIC, Screen, screens
from zhenggai.workflow import ACTS, ROLES, Reach

if TYPE_CHECKING:
    from worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]
TABLE = Path(__file__).with_name("permissions.tsv")

SUBJECTS: dict[str, tuple[str, ...]] = {
    "handbook_chapter": ("chapter",),
    "ledger": ("inspection",),
    "ledger_names": ("inspection",),
    "ledger_export": ("inspection",),
    "finding": ("finding",),
    "finding_layer": ("finding",),
    "finding_key": ("finding",),
    "closure": ("finding",),
    "closure_sign": ("finding",),
    "application": ("finding",),
    "plan_file": ("inspection",),
    "extension_ask": ("measure",),
    "extension": ("extension",),
    "extension_decide": ("extension",),
    "extension_withdraw": ("extension",),
    "reporting_overview": ("inspection",),
    "reporting_adjust": ("cycle",),
    "reporting_sheet": ("cycle",),
    "reporting_sheets": ("cycle",),
    "returned_sheet": ("returned",),
    "packed_sheets": ("packed",),
    "packed_file": ("packed",),
    "occurrences": ("inspection",),
    "occurrence": ("occurrence",),
    "occurrence_report": ("occurrence",),
    "occurrence_move": ("occurrence",),
    "duty_new": ("measure",),
    "duty_give_up": ("own_occurrence",),
    "occurrence_prove": ("occurrence",),
    "occurrence_unprove": ("occurrence",),
    "calendar_feed": ("feed",),
    "meeting_lay_out": ("inspection",),
    "meeting": ("meeting",),
    "meeting_change": ("meeting",),
    "meeting_item": ("agenda_item",),
    "meeting_item_change": ("agenda_item",),
    "meeting_minutes": ("meeting",),
    "meeting_minutes_change": ("meeting",),
    "meeting_issue": ("meeting",),
    "meeting_record": ("meeting",),
    "meeting_record_sign": ("meeting",),
    "meeting_closures": ("meeting",),
    "resolution": ("resolution",),
    "resolution_report": ("resolution",),
    "resolution_accept": ("resolution",),
    "resolution_withdraw": ("resolution",),
    "profile": ("profile",),
    "profile_change": ("profile",),
    "profile_bind": ("inspection",),
    "new_finding": ("inspection",),
    "new_measure": ("finding",),
    "edit_finding": ("finding",),
    "edit_measure": ("measure",),
    "edit_parties": ("response",),
    "progress": ("measure",),
    "document": ("document",),
    "document_file": ("document",),
    "draft": ("draft",),
    "draft_field": ("draft",),
    "draft_edit": ("draft",),
    "draft_confirm": ("draft",),
    "draft_drop": ("draft",),
    "difference": ("later",),
    "difference_decide": ("later",),
    "difference_link": ("later",),
    "difference_confirm": ("later",),
    "upload_later": ("inspection",),
    "evidence_list": ("inspection",),
    "evidence_upload": ("measure",),
    "evidence": ("evidence",),
    "evidence_file": ("evidence", "first"),
    "evidence_preview": ("evidence", "first", "first"),
    "evidence_change": ("evidence",),
    "evidence_replace": ("evidence",),
    "evidence_link": ("evidence",),
    "evidence_unlink": ("evidence",),
    "evidence_withdraw": ("evidence",),
    "unit": ("unit",),
    "add_organization": ("unit",),
    "add_person": ("unit",),
    "edit_organization": ("unit", "department"),
    "person": ("person",),
    "handover_record": ("handover",),
    "notice": ("notice",),
    "robot": ("robot",),
    "robot_try": ("robot",),
    "robot_end": ("robot",),
    "delivery_again": ("delivery",),
    "notice_open": ("notice",),
    "proof_finding": ("finding",),
    "paper": ("paper",),
    "paper_edit": ("draft_paper",),
    "paper_sign": ("draft_paper",),
    "paper_serve": ("signed_paper",),
    "paper_receive": ("paper",),
    "paper_answer": ("paper",),
    "paper_judge": ("answered_paper",),
    "paper_close": ("accepted_paper",),
    "paper_withdraw": ("paper",),
    "paper_of_measure": ("measure",),
    "paper_of_finding": ("finding",),
    "paper_of_department": ("inspection", "department"),
    "transfer_withdraw": ("transfer",),
    "job": ("job",),
    "job_retry": ("job",),
    "verification": ("verification",),
}
"""What stands in a screen's address; a screen without anything in it needs no entry."""
SUBJECTS |= {key: ("person",) for key in screens() if key.startswith("person_")}


def address(screen: Screen, ids: dict[str, int | str]) -> str:
    wanted = screen.path.count("<")
    subjects = SUBJECTS.get(screen.key, ())
    assert len(subjects) == wanted, f"add {screen.key} to SUBJECTS: {screen.path}"
    return reverse(screen.key, args=[ids[subject] for subject in subjects])


def outcome(status: int) -> str:
    if status in (403, 404):
        return str(status)
    assert status < 500, status
    assert status != 405
    return "allowed"


def places(screen: Screen) -> tuple[tuple[str, str], ...]:
    """Return (place, layer) that make a difference for a screen."""
    subjects = SUBJECTS.get(screen.key, ())
    if not subjects:
        return (("own", "internal"),)
    if subjects[0] in (
        "finding",
        "measure",
        "response",
        "document",
        "evidence",
        "extension",
        "occurrence",
        "agenda_item",
        "resolution",
        "own_occurrence",
    ) or (subjects[0].endswith("paper")):
        return tuple((place, layer) for place in ("own", "other") for layer in LAYERS)
    return (("own", "internal"), ("other", "internal"))


def expected(screen: Screen, role: str, place: str, layer: str) -> str:  # noqa: C901, PLR0911, PLR0912 — one line a rule
    """Return what the table of acts says."""
    if screen.act in (PUBLIC, ANYONE):
        if (SUBJECTS.get(screen.key) or ("",))[0] == "notice":  # each sees what they have been told themselves
            return "allowed" if (role, place) == ("supervision", "own") else "404"
        return "404" if screen.key == "first_run" else "allowed"  # there is somebody already
    act = ACTS[screen.act]
    reach = act.of(role)
    if reach is Reach.NONE:
        return "403"
    subject = (SUBJECTS.get(screen.key) or ("",))[0]
    if not subject:
        return "403" if screen.key in WHOLE_UNIT and reach is not Reach.UNIT else "allowed"
    if layer == "restricted":
        return "404"
    if ROLES[role].above:  # nothing has been filed yet
        return "404"
    if place == "other":
        return "404"
    if subject == "document" and reach is not Reach.UNIT:
        return "404"
    if reach is Reach.OWN and screen.key in (
        "resolution_report",
        "resolution_accept",
    ):  # the department of these two acts on it
        acts_on_it = role in ("handler", "department_head") and screen.key == "resolution_report"
        return "allowed" if acts_on_it else "403"
    if screen.key == "extension_decide" and role not in ("group", "principal"):  # whom the profile lets answer
        return "403"
    if not may_step(screen.key, role, layer):
        return "403"
    if (
        reach is Reach.OWN and screen.key == "person_deputy"
    ):  # the person is the handler, who may name an own deputy only
        return {"handler": "404", "principal": "403"}.get(role, "403")
    if reach is Reach.OWN and screen.key == "person_end_deputy":
        return "allowed" if ACTS["organization.read"].of(role) else "404"
    return "allowed"


def may_step(key: str, role: str, layer: str) -> bool:
    """Say whether the table of papers lets the role take the step that the screen is for."""
    if key == "paper_sign":  # the profile names who signs; among those who may know nobody is there to whom it could go
        return role in ("office", "supervision") and layer != "known"
    if key == "paper_withdraw":  # it has been signed, so those take it back who could have signed it
        return role in ("office", "supervision")
    return key != "paper_receive" or role in ("department_head", "lead_leader", "principal")


WHOLE_UNIT = frozenset({"import_upload", "import_start"})


@pytest.mark.parametrize("key", sorted(screens()))
def test_a_screen_lets_in_whom_the_table_lets_in(key: str, world: World) -> None:
    screen = screens()[key]
    lines = []
    for role in ROLES:
        person = world.offices["own"].people[role]
        for place, layer in places(screen):
            with transaction.atomic():
                lay(world, place, layer, person)
                client = Client()
                client.force_login(person, backend=BACKEND)
                url = address(screen, world.ids[place])
                target = "head::title" if key == "draft_field" else ""
                answer = (
                    client.get(url, {"target": target} if target else {})
                    if "GET" in screen.methods
                    else client.post(url)
                )
                if answer.streaming:
                    b"".join(answer)  # a file is closed when it has been read
                lines.append((key, role, place, layer, outcome(answer.status_code)))
                transaction.set_rollback(True)
    wrong = [line for line in lines if line[4] != expected(screen, *line[1:4])]
    assert not wrong
    if os.environ.get("WRITE_PERMISSIONS"):
        kept = [line for line in read_table() if line[0] != key]
        TABLE.write_text("".join("\t".join(line) + "\n" for line in sorted(kept + lines)), encoding="utf-8")
    assert sorted(lines) == [line for line in read_table() if line[0] == key]


def read_table() -> list[tuple[str, ...]]:
    if not TABLE.exists():
        return []
    return [tuple(line.split("\t")) for line in TABLE.read_text(encoding="utf-8").splitlines()]


def test_the_table_has_no_entry_of_a_screen_that_is_gone() -> None:
    assert {line[0] for line in read_table()} <= screens().keys()


@pytest.mark.parametrize("key", sorted(key for key, screen in screens().items() if screen.act != PUBLIC))
def test_nobody_gets_in_without_logging_in(key: str, world: World) -> None:
    screen = screens()[key]
    client = Client()
    url = address(screen, world.ids["own"])
    answer = client.get(url) if "GET" in screen.methods else client.post(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("key", sorted(screens()))
def test_another_method_is_refused(key: str, world: World) -> None:
    screen = screens()[key]
    client = Client()
    client.force_login(world.offices["own"].people["office"], backend=BACKEND)
    method = "DELETE" if "POST" in screen.methods else "POST"
    assert client.generic(method, address(screen, world.ids["own"])).status_code == 405
