"""What goes over the wire about 销号. Stages and labels are Chinese, codes of steps, reasons and methods English."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — pydantic needs the types at run time

from ninja import Field, Schema

Words = Field("", max_length=4000)
Short = Field("", max_length=200)


class WaitingOut(Schema):
    """One finding that waits; `returns` says how often its applications came back, `gaps` which signatures nobody can give. `version` goes back as `seen` with the step; `why` says what to know first."""

    finding_id: int
    reference: str
    text: str
    inspection: str
    unit: str
    stage: str
    closure_id: int | None
    version: int | None
    attempt: int
    cycle: int
    returns: int
    since: dt.datetime | None
    key: bool
    lapsed: bool
    why: str
    gaps: list[str]


class QueueOut(Schema):
    """What waits for one act of the caller, longest waiting first; `more` says that there is more than is listed."""

    act: str
    title: str
    rows: list[WaitingOut]
    more: bool


class ProofOut(Schema):
    """A piece of evidence as the form lists it."""

    evidence_id: int
    reference: str
    title: str
    kind: str
    formed_on: dt.date | None
    pages: int | None


class ClaimOut(Schema):
    """A measure: what the plan says, what is claimed, what proves it; `unseen` counts pieces that are not for the token to see."""

    id: int
    reference: str
    text: str
    due_on: dt.date | None
    due_text: str
    status: str
    percent: int
    done: str
    completed_on: dt.date | None
    proofs: list[ProofOut]
    unseen: int


class SignatureOut(Schema):
    """One step; `state` is the hash of what was signed, `lines` are pairs of label and words."""

    label: str
    part: str
    who: str
    role: str
    at: dt.datetime
    note: str
    lines: list[tuple[str, str]]
    state: str
    agreed: bool


class AttemptOut(Schema):
    """One application with its signatures."""

    closure_id: int
    number: str
    cycle: int
    attempt: int
    stage: str
    signatures: list[SignatureOut]
    lapsed_at: dt.datetime | None
    resubmit_by: dt.date | None


class ReboundOut(Schema):
    """That a closure did not hold, and the new cycle's limit."""

    cycle: int
    trigger: str
    reason: str
    due_on: dt.date
    at: dt.datetime


class ChangeSinceOut(Schema):
    """One thing that is no longer as it was signed."""

    about: str
    before: str
    after: str


class StepOut(Schema):
    """A step that the caller may take: its code, what it is called, the act that a token needs, what must be handed in."""

    code: str
    label: str
    act: str
    demands: list[str]


class VerifierOut(Schema):
    """Somebody who may verify beside the caller; `objection` says why not, "" when nothing does."""

    id: int
    name: str
    objection: str


class EntryOut(Schema):
    """What is filled in of one measure; the date is "" while open."""

    done: str = Words
    completed_on: str = Short


class ApplicationOut(Schema):
    """The form as far as it is filled in. Money is in 分; `criteria` are codes of the profile with yes or not_applicable."""

    measures: dict[str, EntryOut] = {}
    institutions: str = Words
    money_found: int | None = None
    money_recovered: int | None = None
    money_note: str = Words
    people: int | None = None
    other: str = Words
    long_term: str = Words
    lateral: str = Words
    criteria: dict[str, str] = {}


class ClosureStoryOut(Schema):
    """The close-out of one finding. `version` goes back as `seen`; None, or `begun` false, is None for a new application."""

    finding_id: int
    reference: str
    key: bool
    stage: str
    closure_id: int | None
    version: int | None
    shown: str
    begun: bool
    department: str
    application: ApplicationOut
    measures: list[ClaimOut]
    due_on: dt.date | None
    attempts: list[AttemptOut]
    returns: int
    rebounds: list[ReboundOut]
    lapsed_at: dt.datetime | None
    changes: list[ChangeSinceOut]
    steps: list[StepOut]
    verifiers: list[VerifierOut]
    refusals: list[tuple[str, str]]
    gaps: list[str]


class ApplicationIn(Schema):
    """The form with the version of the application in hand, None where there is none."""

    seen: int | None
    application: ApplicationOut


class ApplyIn(ApplicationIn):
    """The form with the signature: `shown` is that of the close-out's answer, the seal of the measures and evidence as they were read."""

    shown: str = Field(max_length=100)


class ClosureOut(Schema):
    """An application after a step."""

    id: int
    finding_id: int
    cycle: int
    attempt: int
    stage: str
    version: int
    lapsed: bool


class HandedIn(Schema):
    """What is handed in with a step; which of it counts, the step's demands say.

    `verifiers` are ids of the supervision group, of those that the close-out's answer lists; `experts` are names of others who helped.
    """

    note: str = Words
    methods: list[str] = Field([], max_length=20)
    verifiers: list[int] = Field([], max_length=20)
    experts: list[str] = Field([], max_length=20)
    verified_on: dt.date | None = None
    findings: str = Words
    meeting: str = Short
    meeting_number: str = Short
    met_on: dt.date | None = None
    document: str = Short
    reason: str = Short
    missing: str = Words
    resubmit_by: dt.date | None = None
    trigger: str = Short
    due_on: dt.date | None = None


class SignIn(HandedIn):
    """A step by its code. `seen` is the version of the application that the signer saw, `shown` the seal of its matter.

    A recheck needs `shown`; with any other step it is looked at where it is given.
    """

    seen: int
    shown: str = Field("", max_length=100)
    transition: str


class WithdrawIn(Schema):
    """Why the application is taken back."""

    seen: int
    note: str


class ReopenIn(HandedIn):
    """A rebound: what showed it (`trigger`), what happened (`note`), until when (`due_on`)."""

    seen: int


class DecisionIn(SignIn):
    """What the meeting decides on one application."""

    closure_id: int = Field(ge=1, le=2**63 - 1)


class DecisionsIn(Schema):
    """What one meeting decides: all of it is kept, or nothing."""

    choices: list[DecisionIn] = Field(max_length=200)


class FileIn(Schema):
    """The version of the inspection that was seen."""

    seen: int


class FiledOut(Schema):
    """When the plan was filed with the office above."""

    id: int
    filed_at: dt.datetime
    version: int


class KeyIn(Schema):
    """Whether the finding is a key one."""

    seen: int
    key: bool


class KeyOut(Schema):
    """A finding and whether it is a key one."""

    id: int
    key: bool
    version: int
