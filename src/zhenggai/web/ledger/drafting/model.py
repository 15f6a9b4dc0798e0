"""What a draft consists of. It is stored as JSON as it stands; places are [[block, start, end], …] of the document.

Ids (A1, I1, F1, R1, M1) are unique in the draft; `next_id` numbers what a person adds. Blank texts are "", never None, except
`area` and `item`, which are None where there is none.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired, TypedDict

SCHEMA: Final = "zhenggai.draft/1"
Place = list[int]
Places = list[Place]
PARTY_ROLES: Final = (
    "lead_leader",
    "responsible_leader",
    "responsible_person",
    "responsible_department",
    "cooperating_department",
    "verifying_department",
    "supervising_department",
)
PERSON_ROLES: Final = frozenset({"lead_leader", "responsible_leader", "responsible_person"})

GROUP_FUNCTIONS: Final = ("leader", "deputies", "director", "members")
"""What somebody is in a group, as its draft names it."""


class Head(TypedDict):
    """What the document says of itself; dates in ISO form or "". `feedback_body` is who inspected; older drafts do not have it."""

    kind: str
    title: str
    issuer: str
    document_number: str
    feedback_date: str
    plan_date: str
    announced: dict[str, int | None]
    feedback_body: NotRequired[str]


class AreaDraft(TypedDict):
    """方面."""

    id: str
    number: str
    title: str
    places: Places


class ItemDraft(TypedDict):
    """条."""

    id: str
    area: str | None
    number: str
    title: str
    places: Places


class FindingDraft(TypedDict):
    """具体问题. `layer` as in the ledger."""

    id: str
    area: str | None
    item: str | None
    number: str
    text: str
    cause: str
    layer: str
    places: Places


class LimitDraft(TypedDict):
    """A time limit: its words and what they mean, the parts as the plan format prints them."""

    text: str
    parts: list[dict[str, Any]]
    places: Places


class MeasureDraft(TypedDict):
    """One measure with its own time limit, if it has one, and its recurring duties."""

    id: str
    number: str
    text: str
    time_limit: LimitDraft | None
    recurrences: list[dict[str, Any]]
    places: Places


class ProgressDraft(TypedDict):
    """One entry of progress that the document reports."""

    number: str
    text: str
    places: Places


class ResponseDraft(TypedDict):
    """A block of measures with its fields. `parties` gives names by role, as the document writes them."""

    id: str
    findings: list[str]
    objective: str
    parties: dict[str, list[str]]
    labels: dict[str, str]
    time_limit: LimitDraft | None
    status: str
    status_text: str
    measures: list[MeasureDraft]
    progress: list[ProgressDraft]
    places: Places


class PhaseDraft(TypedDict):
    """A phase; dates in ISO form or ""."""

    number: str
    title: str
    start: str
    end: str
    text: str
    places: Places


class MilestoneDraft(TypedDict):
    """A dated act."""

    text: str
    time_limit: LimitDraft
    places: Places


class MechanismDraft(TypedDict):
    """A standing arrangement."""

    name: str
    recurrences: list[dict[str, Any]]
    text: str
    places: Places


class GroupDraft(TypedDict):
    """A group; `members` gives names by function (leader, deputies, director, members)."""

    name: str
    parent: str
    members: dict[str, list[str]]
    duties: str
    places: Places


class DoubtDraft(TypedDict):
    """What could not be read for certain; `state` says whether a person has settled it, and `answer` how."""

    id: str
    code: str
    message: str
    places: Places
    state: Literal["open", "settled"]
    answer: str


class LeftoverDraft(TypedDict):
    """Text that was not understood; settled once a person has assigned it or said that it is not part of the ledger."""

    id: str
    text: str
    places: Places
    state: Literal["open", "settled"]
    answer: str


class DecisionDraft(TypedDict):
    """What a person has decided on one difference; `value` is the suggestion that was taken, `reason` why a row is withdrawn."""

    choice: str
    value: str
    reason: str


class Draft(TypedDict):
    """The whole draft."""

    schema: str
    next_id: int
    head: Head
    areas: list[AreaDraft]
    items: list[ItemDraft]
    findings: list[FindingDraft]
    responses: list[ResponseDraft]
    phases: list[PhaseDraft]
    milestones: list[MilestoneDraft]
    mechanisms: list[MechanismDraft]
    groups: list[GroupDraft]
    doubts: list[DoubtDraft]
    unassigned: list[LeftoverDraft]
    names: dict[str, dict[str, Any]]
    """What each name of `parties` means: {"person": id} | {"organization": id} | {"new": "person" | "organization"} | {}."""
    decisions: NotRequired[dict[str, DecisionDraft]]
    """Of a later document: what was decided, by the ids of differences."""
    links: NotRequired[dict[str, str]]
    """Of a later document: which row of the ledger a row of it is: its id → a reference, or "new"."""


def empty_draft() -> Draft:
    """Return a draft without anything, for a ledger that is begun by hand."""
    head = Head(kind="plan", title="", issuer="", document_number="", feedback_date="", plan_date="", announced={})
    return Draft(
        schema=SCHEMA,
        next_id=1,
        head=head,
        areas=[],
        items=[],
        findings=[],
        responses=[],
        phases=[],
        milestones=[],
        mechanisms=[],
        groups=[],
        doubts=[],
        unassigned=[],
        names={},
    )
