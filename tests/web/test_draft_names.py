"""Which person or department a name of the document means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zhenggai.web.ledger.drafting.model import PARTY_ROLES, Draft, empty_draft
from zhenggai.web.ledger.drafting.names import OFFERED, Known, bare, proposals, settle_exact

if TYPE_CHECKING:
    from zhenggai.web.ledger.drafting.names import Proposal

KNOWN = (
    Known("person", 1, "石某某"),
    Known("person", 2, "林某某"),
    Known("person", 3, "林某某"),
    Known("person", 4, "欧阳某某"),
    Known("organization", 11, "教务处", "教务"),
    Known("organization", 12, "党委办公室", "党办"),
    Known("organization", 13, "总务处"),
)


def draft(name: str, role: str = "responsible_leader") -> Draft:
    made = empty_draft()
    made["responses"] = [
        {
            "id": "R1", "findings": [], "objective": "", "parties": {r: [] for r in PARTY_ROLES} | {role: [name]},
            "labels": {}, "time_limit": None, "status": "", "status_text": "", "measures": [], "progress": [], "places": [],
        }
    ]  # fmt: skip
    return made


def proposal(name: str, role: str = "responsible_leader") -> Proposal:
    return proposals(draft(name, role), KNOWN)[0]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("石某某", "person:1"),
        ("石 某 某", "person:1"),
        ("石某某同志", "person:1"),
        ("石某某副书记", "person:1"),
        ("欧阳某某校长", "person:4"),
        ("教务处", "organization:11"),
        ("教务", "organization:11"),
        ("党办", "organization:12"),
        ("党委 办公室", "organization:12"),
        ("林某某", ""),  # two of that name: a person must say which
        ("石某", ""),
        ("总务外", ""),
        ("同志", ""),
        ("党委书记石某某", ""),
        ("无关的人", ""),
    ],
)
def test_a_name_is_answered_where_it_can_mean_one_only(name: str, answer: str) -> None:
    assert proposal(name).answer == answer


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("林某某", [2, 3]),
        ("党委书记石某某", [1]),
        ("总务外", [13]),
        ("党委办公", [12]),
        ("外请专家组", []),
    ],
)
def test_what_a_name_could_mean_is_offered(name: str, offered: list[int]) -> None:
    assert [one.id for one in proposal(name).offers] == offered


def test_not_more_are_offered_than_a_person_can_look_through() -> None:
    many = [Known("person", pk, "林某某") for pk in range(20)]
    assert len(proposals(draft("林某木"), many)[0].offers) == OFFERED


def test_names_beyond_doubt_are_answered_at_once_and_answers_are_kept() -> None:
    content = draft("石某某")
    assert settle_exact(content, KNOWN) == 1
    assert content["names"] == {"石某某": {"person": 1}}
    content["names"]["石某某"] = {}
    assert settle_exact(content, KNOWN) == 0
    assert proposals(content, KNOWN)[0].answer == "text"
    assert settle_exact(draft("林某某"), KNOWN) == 0


@pytest.mark.parametrize(("role", "is_person"), [("responsible_person", True), ("responsible_department", False)])
def test_the_role_says_whether_a_person_is_meant(role: str, is_person: bool) -> None:
    assert proposal("某某", role).is_person is is_person


@pytest.mark.parametrize(
    ("written", "name"),
    [("石某某同志", "石某某"), ("主任", "主任"), ("　石某某 书记", "石某某"), ("石某某书记同志", "石某某"), ("", "")],
)
def test_titles_and_blanks_are_no_part_of_a_name(written: str, name: str) -> None:
    assert bare(written) == name
