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


class FindingLineOut(Schema):
    """A finding as a row of the ledger names it."""

    id: int
    reference: str
    text: str
    stage: str
    restricted: bool


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


class OrganizationOut(Schema):
    """A node of the unit's tree."""

    id: int
    name: str
    kind: str
    depth: int


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
