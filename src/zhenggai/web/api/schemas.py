"""What goes over the wire. Words are Chinese, names and codes English; dates in ISO form."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — pydantic needs the types at run time

from ninja import Schema


class FaultOut(Schema):
    """Why something was not done."""

    fault: str
    message: str
    fields: dict[str, str] = {}


class InspectionOut(Schema):
    """One inspection or audit of one unit."""

    id: int
    code: str
    title: str
    issuer: str
    source: str
    unit_id: int
    feedback_date: dt.date | None
    plan_date: dt.date | None
    profile: str


class LightOut(Schema):
    """A colour of the profile, always with its words."""

    colour: str
    label: str
    words: str


class MeasureOut(Schema):
    """A measure as a row of the ledger."""

    id: int
    reference: str
    text: str
    rectification_class: str
    due_text: str
    due_on: dt.date | None
    light: LightOut
    percent: int
    status: str
    progress: str
    reported_at: dt.datetime | None
    version: int
    evidence: int


class FindingLineOut(Schema):
    """A finding as a row of the ledger names it."""

    id: int
    reference: str
    text: str
    stage: str
    restricted: bool
    lapsed: bool


class LedgerRowOut(Schema):
    """One row of the ledger; what spans several rows is said in each."""

    area: str
    item: str
    findings: list[FindingLineOut]
    objective: str
    parties: dict[str, str]
    measure: MeasureOut | None


class LedgerOut(Schema):
    """A page of the ledger. `after` is the key of the next page, "" on the last."""

    findings: int
    after: str
    rows: list[LedgerRowOut]


class ReportOut(Schema):
    """One progress update."""

    cycle: str
    revision: int
    percent: int | None
    status: str
    done: str
    difficulty: str
    next_step: str
    by: str
    at: dt.datetime
    late: bool
    sender: str


class MeasureStoryOut(Schema):
    """A measure with its reports, the newest first."""

    id: int
    reference: str
    text: str
    due_text: str
    due_on: dt.date | None
    original_due_on: dt.date | None
    light: LightOut
    percent: int
    status: str
    duties: str
    version: int
    reports: list[ReportOut]


class ResponseOut(Schema):
    """A block of measures with its parties: pairs of role and names."""

    id: int
    objective: str
    parties: list[tuple[str, str]]
    measures: list[MeasureStoryOut]


class FindingOut(Schema):
    """One finding and what answers it."""

    id: int
    reference: str
    text: str
    cause: str
    layer: str
    stage: str
    responses: list[ResponseOut]


class ProgressIn(Schema):
    """A progress update. `seen` is the version of the measure that the writer saw."""

    seen: int
    percent: int
    completion_status: str
    done: str
    difficulty: str = ""
    next_step: str = ""


class ProgressOut(Schema):
    """What was kept."""

    id: int
    cycle: str
    revision: int


class DraftOut(Schema):
    """A draft; `state` is uploaded, review, confirmed, dropped or failed, `message` says why it failed."""

    id: int
    state: str
    message: str
    version: int
    name: str
    inspection_id: int | None
    updated_at: dt.datetime


class ConfirmIn(Schema):
    """What a confirmation needs beside the draft."""

    seen: int
    title: str
    code: str
    profile: str
    issuer: str | None = None


class OrganizationOut(Schema):
    """A node of the unit's tree."""

    id: int
    name: str
    kind: str
    depth: int


class PersonLineOut(Schema):
    """A person in the directory: the posts and roles of today in words."""

    id: int
    name: str
    unit_id: int
    titles: str
    roles: str
    left_on: dt.date | None


class PeopleOut(Schema):
    """A page of the directory. `after` is the key of the next page, None on the last."""

    people: list[PersonLineOut]
    after: int | None


class PostOut(Schema):
    """A post that a person holds or held; both days belong to it."""

    organization: str
    title: str
    since: dt.date
    until: dt.date | None


class GrantOut(Schema):
    """A role over an organisation and all below it; `current` says that it has not ended."""

    role: str
    name: str
    scope: str
    since: dt.date
    until: dt.date | None
    current: bool


class NeedToKnowOut(Schema):
    """Why and until when a person may see the restricted layer of the unit."""

    reason: str
    since: dt.date
    until: dt.date | None


class DeputyOut(Schema):
    """Who acts for the person meanwhile."""

    deputy: str
    since: dt.date
    until: dt.date | None
    reason: str


class AccountOut(Schema):
    """A person's account."""

    login: str | None
    locked_until: dt.datetime | None
    has_code: bool


class PersonOut(Schema):
    """A person with everything given to them; `account` is None for who does not administer accounts."""

    id: int
    name: str
    unit_id: int
    left_on: dt.date | None
    posts: list[PostOut]
    grants: list[GrantOut]
    need_to_know: list[NeedToKnowOut]
    deputies: list[DeputyOut]
    account: AccountOut | None


class ChangeOut(Schema):
    """One field before and after; `about` is the reference where a difference is about several rows."""

    name: str
    label: str
    about: str
    before: str
    after: str


class DifferenceOut(Schema):
    """One difference. `choices` are pairs of code and words, `choice` is what holds, "" while somebody must choose.

    `offered` are pairs of reference and words that the row of the document can be linked to.
    """

    id: str
    group: str
    title: str
    kind: str
    reference: str
    place: str
    certain: bool
    note: str
    changes: list[ChangeOut]
    brings: list[str]
    offered: list[tuple[str, str]]
    suggestion: str
    choices: list[tuple[str, str]]
    choice: str
    reason: str


class DifferencesOut(Schema):
    """A page of differences. `version` and `versions` go back with the confirmation; `after` is "" on the last page."""

    version: int
    inspection_id: int
    from_sheet: bool
    notes: list[str]
    total: int
    undecided: int
    versions: dict[str, int]
    differences: list[DifferenceOut]
    after: str


class DecideIn(Schema):
    """Choices and reasons by the ids of differences. `seen` is the version of the draft that the chooser saw."""

    seen: int
    choices: dict[str, str] = {}
    reasons: dict[str, str] = {}


class LinkIn(Schema):
    """Which row of the ledger a row of the document is: a reference, or "new"."""

    seen: int
    difference: str
    reference: str


class ConfirmDifferencesIn(Schema):
    """The versions of draft and rows as they were seen; a row changed since is not written over."""

    seen: int
    versions: dict[str, int]


class AmendedOut(Schema):
    """The number of the new plan version, None where the document changed no plan."""

    plan: int | None


class EventOut(Schema):
    """One event in words; `number` counts on the chain of its unit."""

    id: int
    number: int
    at: dt.datetime
    who: str
    what: str
    about: str
    reason: str


class EventsOut(Schema):
    """A page of events, the newest first. `before` is the key of the next page."""

    events: list[EventOut]
    before: int | None


class EvidenceOut(Schema):
    """A piece of evidence. `measures` are pairs of id and reference, `remarks` what a person should notice.

    `number` is that of the current file, `version` counts changes and goes back as `seen`.
    """

    id: int
    reference: str
    title: str
    kind: str
    formed_on: dt.date | None
    pages: int | None
    copies: int
    note: str
    layer: str
    file: str
    size: int
    number: int
    measures: list[tuple[int, str]]
    remarks: list[str]
    withdrawn_at: dt.datetime | None
    version: int


class EvidenceAddedOut(EvidenceOut):
    """What came of an upload: `new` is False where the same file was there already; `notes` say what else happened."""

    new: bool
    notes: list[str]


class EvidenceListOut(Schema):
    """A page of evidence. `after` is the key of the next page, None on the last."""

    evidence: list[EvidenceOut]
    total: int
    after: int | None


class EvidenceVersionOut(Schema):
    """One file of a piece."""

    number: int
    name: str
    size: int
    algorithm: str
    digest: str
    by: str
    at: dt.datetime
    reason: str


class ComparedOut(Schema):
    """What is declared beside what the file says of itself."""

    label: str
    declared: str
    found: str
    differs: bool


class EvidenceStoryOut(EvidenceOut):
    """A piece with its files, the newest first."""

    versions: list[EvidenceVersionOut]
    compared: list[ComparedOut]


class DeclaredIn(Schema):
    """What is declared of a piece, whole. `seen` is the version of the piece that the writer saw.

    `reason` is demanded where a piece leaves the restricted layer.
    """

    seen: int
    title: str
    kind: str
    formed_on: dt.date | None = None
    pages: int | None = None
    copies: int = 1
    note: str = ""
    layer: str = "internal"
    reason: str = ""


class LinkEvidenceIn(Schema):
    """The measures that a piece shall prove too."""

    seen: int
    measures: list[int]


class UnlinkEvidenceIn(Schema):
    """The measure that a piece shall no longer prove, and why."""

    seen: int
    measure: int
    reason: str


class WithdrawEvidenceIn(Schema):
    """Why a piece is withdrawn."""

    seen: int
    reason: str
