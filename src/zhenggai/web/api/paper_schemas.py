"""What goes over the wire about 督办文书. Labels are Chinese; kinds, states, steps and grounds are English codes."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — pydantic needs the types at run time

from ninja import Field, Schema

Words = Field("", max_length=4000)
Short = Field("", max_length=500)


class PaperLineOut(Schema):
    """One paper in a list; `about` says nothing of a restricted matter's words. `version` goes back as `seen` with a step."""

    id: int
    called: str
    kind: str
    level: int
    level_name: str
    state: str
    state_code: str
    about: str
    inspection: str
    reason: str
    asks: bool
    day: dt.datetime
    answer_by: dt.date | None
    version: int


class PaperListOut(Schema):
    """A page of papers; `counts` say how many there are in each group, `next_before` is the `before` of the next page."""

    counts: dict[str, int]
    papers: list[PaperLineOut]
    next_before: int | None


class ReceiptOut(Schema):
    """Somebody to whom a paper goes, and when the receipt was signed."""

    name: str
    role: str
    received_at: dt.datetime | None


class PaperOut(Schema):
    """One paper: its fields by key, to whom it goes, its answer, and the codes of the steps that the caller may take."""

    id: int
    called: str
    kind: str
    level: int
    level_name: str
    state: str
    version: int
    measure_id: int | None
    finding_id: int | None
    department_id: int | None
    reason: str
    skip_reason: str
    numbered: str
    signed_by: str
    signed_at: dt.datetime | None
    served_at: dt.datetime | None
    answer_by: dt.date | None
    fields: dict[str, str]
    recipients: list[ReceiptOut]
    answer: str
    answered_by: str
    accepted: bool | None
    evidence: list[str]
    ending: str
    steps: list[str]


class PaperChanged(Schema):
    """A paper after a step."""

    id: int
    called: str
    state: str
    numbered: str
    version: int


class SeenIn(Schema):
    """The version that the caller has seen."""

    seen: int = Field(ge=0, le=2**31)


class RaiseIn(Schema):
    """A paper to draft by hand: its level and ground as the profile has them, why, and why levels are left out."""

    level: int = Field(ge=0, le=100)
    ground: str = Field("", max_length=20)
    reason: str = Words
    skip_reason: str = Short


class EditIn(SeenIn):
    """Fields of a draft by key; those that are not named stay."""

    fields: dict[str, str] = {}
    skip_reason: str = Short


class SignPaperIn(SeenIn):
    """A signature; without `fields` and `skip_reason` the draft is signed as it stands."""

    fields: dict[str, str] = {}
    skip_reason: str | None = None


class AnswerIn(SeenIn):
    """An answer, with pieces of evidence by id."""

    text: str = Words
    evidence: list[int] = Field(default_factory=list, max_length=100)


class JudgeIn(SeenIn):
    """What is judged of the answer."""

    accepted: bool
    note: str = Words


class CloseIn(SeenIn):
    """The closing words."""

    closing: str = Words


class WithdrawPaperIn(SeenIn):
    """Why the paper is taken back."""

    reason: str = Short
