"""Every route of the API × every role × own or another unit × layer, as `test_permissions` does for the screens.

What must come out follows from the table of acts; what does come out stands in api_permissions.tsv, for people to read.
Write it anew with WRITE_PERMISSIONS=1 and look at the difference. A route with {pk} without an entry in SUBJECTS fails, one
that is written to without an entry in BODIES too.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from answers import content_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from test_permissions import may_step
from worlds import LAYERS, lay

from zhenggai.web.accounts.actions.tokens import digest_of
from zhenggai.web.accounts.models import Token
from zhenggai.web.api.routes import ROUTES, Route
from zhenggai.web.ledger.actions.closures import prepare_application
from zhenggai.web.ledger.models import ImportDraft, Measure
from zhenggai.workflow import ACTS, ROLES, Reach

if TYPE_CHECKING:
    from collections.abc import Callable

    from worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]
TABLE = Path(__file__).with_name("api_permissions.tsv")
NAMES = [f"{route.method} {route.path}" for route in ROUTES]

SUBJECTS = {
    "inspections": "inspection",
    "findings": "finding",
    "measures": "measure",
    "drafts": "draft",
    "people": "person",
    "closures": "closure",
    "evidence": "evidence",
    "papers": "paper",
    "meetings": "meeting",
    "resolutions": "resolution",
    "occurrences": "occurrence",
    "extensions": "extension",
    "duties": "own_duty",
}
"""What {pk} names, by the first word of the path; the draft of a later document is `later`."""

BODIES: dict[str, Callable[[int], dict[str, Any]]] = {
    "POST /measures/{pk}/progress": lambda pk: {
        "seen": Measure.objects.get(pk=pk).version,
        "percent": 30,
        "completion_status": "ongoing",
        "done": "已起草。",
    },
    "POST /drafts/{pk}/confirm": lambda pk: {
        "seen": ImportDraft.objects.get(pk=pk).version,
        "title": "整改",
        "code": "Z-9",
        "profile": "inspection-2024@1",
    },
    "POST /drafts/{pk}/differences/decide": lambda pk: {"seen": ImportDraft.objects.get(pk=pk).version, "choices": {}},
    "POST /drafts/{pk}/differences/link": lambda pk: {
        "seen": ImportDraft.objects.get(pk=pk).version,
        "difference": "nothing",
        "reference": "C005",
    },
    "POST /drafts/{pk}/differences/confirm": lambda pk: {
        "seen": ImportDraft.objects.get(pk=pk).version,
        "versions": {},
    },
    "POST /occurrences/{pk}/report": lambda _: {"seen": 0, "count": 1, "held_on": "2025-05-20", "text": "已开展。"},
    "POST /occurrences/{pk}/move": lambda _: {"seen": 0, "due_on": "2089-05-20", "reason": "校历调整"},
    "POST /occurrences/{pk}/evidence": lambda _: {"evidence": []},
    "POST /measures/{pk}/duties": lambda _: {"wording": "每月一次", "reason": ""},
    "POST /duties/{pk}/give-up": lambda _: {"seen": 0, "reason": "不再需要"},
    "POST /measures/{pk}/extensions": lambda _: {"seen": 0},
    "POST /extensions/{pk}/decide": lambda _: {"seen": 0},
    "POST /extensions/{pk}/withdraw": lambda _: {"seen": 0},
    "POST /notices/read": lambda _: {},
    "POST /measures/{pk}/papers": lambda _: {"level": 2},
    "POST /findings/{pk}/papers": lambda _: {"level": 2},
    "POST /papers/{pk}/judge": lambda _: {"seen": 0, "accepted": False},
    **{
        f"POST /papers/{{pk}}/{step}": lambda _: {"seen": 0}
        for step in ("edit", "sign", "serve", "receive", "answer", "close", "withdraw")
    },
    "POST /proof": lambda _: {},
    "POST /findings/{pk}/proof": lambda _: {},
    "POST /evidence/{pk}": lambda _: {"seen": 1, "title": "记录", "kind": "meeting"},
    "POST /evidence/{pk}/link": lambda pk: {
        "seen": 1,
        "measures": [Measure.objects.get(evidence_links__evidence=pk).pk],
    },
    "POST /evidence/{pk}/unlink": lambda pk: {
        "seen": 1,
        "measure": Measure.objects.get(evidence_links__evidence=pk).pk,
        "reason": "关联错误",
    },
    "POST /evidence/{pk}/withdraw": lambda _: {"seen": 1, "reason": "有误"},
    "POST /findings/{pk}/closure/prepare": lambda _pk: {"seen": 0, "application": {}},
    "POST /findings/{pk}/closure/apply": lambda _pk: {"seen": 0, "shown": "", "application": {}},
    "POST /findings/{pk}/closure/reopen": lambda _pk: {"seen": 0},
    "POST /findings/{pk}/key": lambda _pk: {"seen": 0, "key": True},
    "POST /inspections/{pk}/file": lambda _pk: {"seen": 0},
    "POST /closures/decisions": lambda _pk: {"choices": []},
    "POST /resolutions/{pk}/report": lambda _pk: {"seen": 0, "text": "已办"},
    "POST /resolutions/{pk}/accept": lambda _pk: {"seen": 0, "accepted": True},
    "POST /resolutions/{pk}/withdraw": lambda _pk: {"seen": 0, "text": "无必要"},
    "POST /closures/{pk}/withdraw": lambda _pk: {"seen": 0, "note": "x"},
}
SIGNED = {
    "review": "reviewed", "endorse": "endorsed", "verify": "verified", "approve": "approved", "confirm": "confirmed"
}  # fmt: skip
BODIES |= {
    f"POST /closures/{{pk}}/{word}": lambda _pk, code=code: {"seen": 0, "transition": code}
    for word, code in SIGNED.items()
}
"""A body that somebody with the right could send; a file goes to those in FILES."""
FILES = {"POST /measures/{pk}/evidence", "POST /evidence/{pk}/file", "POST /drafts", "POST /inspections/{pk}/later"}


def subject_of(route: Route) -> str:
    if "{pk}" not in route.path:
        return ""
    if "/differences" in route.path:
        return "later"
    word = route.path.split("/")[1]
    assert word in SUBJECTS, f"add {word} to SUBJECTS: {route.path}"
    step = route.path.rpartition("/")[2]
    return PAPER_STATES.get(step, SUBJECTS[word]) if word == "papers" else SUBJECTS[word]


PAPER_STATES = {"edit": "draft_paper", "sign": "draft_paper", "serve": "signed_paper", "judge": "answered_paper", "close": "accepted_paper"}  # fmt: skip
"""Which paper a step is tried on: one that stands so that somebody may take it."""


def places(route: Route) -> tuple[tuple[str, str], ...]:
    subject = subject_of(route)
    if not subject:
        return (("own", "internal"),)
    layers = (
        LAYERS
        if subject in ("finding", "measure", "closure", "evidence", "resolution", "occurrence", "extension", "own_duty")
        or subject.endswith("paper")
        else ("internal",)
    )
    return tuple((place, layer) for place in ("own", "other") for layer in layers)


def expected(route: Route, role: str, place: str, layer: str) -> str:  # noqa: PLR0911 — one line a rule
    """Return what the table of acts says."""
    reach = ACTS[route.act].of(role)
    if reach is Reach.NONE:
        return "403"
    if not subject_of(route):
        return "allowed"
    hidden = place == "other" or layer == "restricted" or ROLES[role].above  # nothing has been filed yet
    if route.path.endswith("/reopen") and not hidden:
        return "403"  # it is not closed, and the table says so before anybody looks at the version
    if route.path == "/extensions/{pk}/decide" and not hidden and role not in ("group", "principal"):
        return "403"  # whom the profile lets answer
    key = f"paper_{route.path.rpartition('/')[2]}"
    if route.path.startswith("/papers/") and not hidden and not may_step(key, role, layer):
        return "403"
    if route.path == "/resolutions/{pk}/accept" and not hidden:
        return "403"  # nobody has reported it done
    if reach is Reach.OWN and route.path == "/resolutions/{pk}/report" and not hidden:
        return "allowed" if role in ("handler", "department_head") else "403"  # whose department acts on it
    return "404" if hidden else "allowed"


def ask(client: Client, route: Route, pk: int) -> int:
    url = "/api/v1" + route.path.replace("{pk}", str(pk))
    name = f"{route.method} {route.path}"
    if route.method == "GET":
        answer = client.get(url)
        content_of(answer)
        return answer.status_code
    if name in FILES:
        return client.post(
            url, {"file": SimpleUploadedFile("整改.txt", "一、整改措施".encode()), "seen": "1", "reason": "补充"}
        ).status_code
    assert name in BODIES, f"add {name} to BODIES"
    answer = client.post(url, BODIES[name](pk), content_type="application/json")
    content_of(answer)
    return answer.status_code


def outcome(status: int) -> str:
    if status in (403, 404):
        return str(status)
    assert status in (200, 409, 422), status  # the last two: let in, though not with what was sent
    return "allowed"


def client_as(world: World, role: str, acts: list[str]) -> Client:
    key = f"zg_{role}"
    now = timezone.now()
    Token.objects.create(
        person=world.offices["own"].people[role],
        name="测试",
        digest=digest_of(key),
        acts=acts,
        created_at=now,
        expires_at=now + dt.timedelta(days=3),
    )
    return Client(headers={"authorization": f"Bearer {key}"})


@pytest.fixture(scope="module", name="world")
def world_with_applications(world: World) -> World:
    """Return the two units, each with an application in hand; a version that nobody saw is a conflict to who may sign."""
    for place, office in world.offices.items():
        closure = prepare_application(
            actor=office.actor("handler"), rights=office.rights("handler"), finding_id=int(world.ids[place]["finding"]),
            seen=None, content={},
        )  # fmt: skip
        world.ids[place]["closure"] = closure.pk
    return world


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_route_lets_in_whom_the_table_lets_in(route: Route, world: World) -> None:
    name, subject = f"{route.method} {route.path}", subject_of(route)
    lines = []
    for role in ROLES:
        for place, layer in places(route):
            with transaction.atomic():
                lay(world, place, layer, world.offices["own"].people[role])
                client = client_as(world, role, list(ACTS))
                status = ask(client, route, world.ids[place].get(subject, 0))
                lines.append((name, role, place, layer, outcome(status)))
                transaction.set_rollback(True)
    assert not [line for line in lines if line[4] != expected(route, *line[1:4])]
    if os.environ.get("WRITE_PERMISSIONS"):
        kept = [line for line in read_table() if line[0] != name]
        TABLE.write_text("".join("\t".join(line) + "\n" for line in sorted(kept + lines)), encoding="utf-8")
    assert sorted(lines) == [line for line in read_table() if line[0] == name]


def read_table() -> list[tuple[str, ...]]:
    if not TABLE.exists():
        return []
    return [tuple(line.split("\t")) for line in TABLE.read_text(encoding="utf-8").splitlines()]


def test_the_table_has_no_entry_of_a_route_that_is_gone() -> None:
    assert {line[0] for line in read_table()} == set(NAMES)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_a_token_without_the_act_is_refused_and_no_token_is_unknown(route: Route, world: World) -> None:
    pk = world.ids["own"].get(subject_of(route), 0)
    assert ask(Client(), route, pk) == 401
    role = next(role for role in ROLES if ACTS[route.act].of(role))
    assert ask(client_as(world, role, [act for act in ACTS if act != route.act]), route, pk) == 403


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_another_method_is_refused(path: str, world: World) -> None:
    answer = client_as(world, "office", list(ACTS)).delete("/api/v1" + path.replace("{pk}", "1"))
    assert answer.status_code == 405
    assert answer.json()["fault"] == "not_allowed"
    assert "DELETE" not in answer["Allow"]
