"""What goes over the wire about 会议 and 议定事项. States are Chinese, as people read them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — pydantic needs the types at run time

from ninja import Field, Schema


class MeetingLineOut(Schema):
    """One meeting in a list; `late` says that its day is past and nobody has said that it was held."""

    id: int
    title: str
    kind: str
    inspection: str
    meets_on: dt.date
    starts_at: str
    place: str
    state: str
    moved: bool
    late: bool
    resolutions: int
    open_resolutions: int
    reason: str


class AgendaLineOut(Schema):
    """One line of an agenda; of a restricted finding only its reference."""

    id: int
    text: str
    department: str
    reported: str
    outcome: str
    secret: bool


class AgendaSectionOut(Schema):
    """A section of the agenda with its lines in order."""

    name: str
    lines: list[AgendaLineOut]


class AttendanceOut(Schema):
    """Somebody on the list: `state` is present, absent or empty where it was not taken."""

    name: str
    post: str
    part: str
    state: str
    reason: str
    deputy: str


class ResolutionOut(Schema):
    """One resolution; `version` goes back as `seen` with a step. Of one about a restricted finding nothing of its words."""

    id: int
    number: str
    matter: str
    responsible: str
    helping: str
    verifying: str
    due_on: dt.date
    state: str
    finding_id: int | None
    finding: str
    carried: int
    meeting_id: int
    version: int


class MeetingOut(Schema):
    """One meeting: when and where, its agenda, its people, its resolutions."""

    id: int
    title: str
    kind: str
    state: str
    number: int | None
    scheduled_on: dt.date
    meets_on: dt.date
    starts_at: str
    place: str
    chair: str
    recorder: str
    sections: list[AgendaSectionOut]
    attendance: list[AttendanceOut]
    resolutions: list[ResolutionOut]
    version: int


class StepOut(Schema):
    """One step of a resolution."""

    label: str
    text: str
    person: str
    at: dt.datetime


class ResolutionStoryOut(ResolutionOut):
    """One resolution with its steps."""

    steps: list[StepOut]


class ReportIn(Schema):
    """What was done for a resolution; `finished` asks for its acceptance."""

    seen: int
    text: str = Field("", max_length=4000)
    finished: bool = False


class AcceptIn(Schema):
    """Whether what is reported done is accepted; a return says what is missing."""

    seen: int
    accepted: bool
    text: str = Field("", max_length=4000)


class WithdrawIn(Schema):
    """Why a resolution need not be done any more."""

    seen: int
    text: str = Field("", max_length=4000)
