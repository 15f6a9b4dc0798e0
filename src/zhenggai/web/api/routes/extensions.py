"""延期: applications for a later date, asked, answered, taken back."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 — ninja reads the types at run time
from typing import TYPE_CHECKING, Any

from ninja import Field, Schema

from zhenggai.web.api.registration import Id, caller_of, route
from zhenggai.web.ledger.actions.extensions import ask_extension, decide_extension, withdraw_extension
from zhenggai.web.ledger.actions.layers import record_restricted_reads
from zhenggai.web.ledger.queries.extensions import extension_list, extension_story
from zhenggai.web.ledger.queries.finding import restricted_of_measure

if TYPE_CHECKING:
    from django.http import HttpRequest


class ExtensionOut(Schema):
    """One application. `due_on` is the date that the measure had then, `until` the one asked for, `granted_until` the one given."""

    id: int
    number: int
    state: str
    state_code: str
    reference: str
    measure: str
    measure_id: int
    inspection: str
    due_on: dt.date
    until: dt.date
    reason: str
    progress: str
    asked_by: str
    asked_at: dt.datetime
    answer_by: dt.date
    granted_until: dt.date | None
    note: str
    decided_by: str
    decided_at: dt.datetime | None
    version: int


class ExtensionStoryOut(ExtensionOut):
    """One application with the first date of the measure, and who answers."""

    original_due_on: dt.date | None
    finding_id: int
    deciders: list[str]


class ExtensionChangedOut(Schema):
    """What the application is now."""

    id: int
    number: int
    state: str
    until: dt.date
    answer_by: dt.date
    granted_until: dt.date | None
    version: int


class ExtensionIn(Schema):
    """Until when, why, and how far things are; `seen` is the version of the measure that the caller has."""

    seen: int
    until: dt.date | None = None
    reason: str = Field("", max_length=4000)
    progress: str = Field("", max_length=4000)


class AnswerIn(Schema):
    """Whether it is granted, until when, and the opinion."""

    seen: int
    granted: bool | None = None
    until: dt.date | None = None
    note: str = Field("", max_length=4000)


class SeenIn(Schema):
    """The version of the application that the caller has."""

    seen: int


@route("GET", "/extensions", "ledger.read", list[ExtensionOut], "延期申请")
def list_extensions(request: HttpRequest) -> Any:
    """Return the applications that the caller sees: those that wait first."""
    return list(extension_list(caller_of(request).rights))


@route("GET", "/extensions/{pk}", "ledger.read", ExtensionStoryOut, "一份延期申请")
def read_extension(request: HttpRequest, pk: Id) -> Any:
    """Return one application."""
    return _story(request, pk)


@route("POST", "/measures/{pk}/extensions", "extension.ask", ExtensionChangedOut, "申请延期")
def ask_for_extension(request: HttpRequest, pk: Id, body: ExtensionIn) -> Any:
    """Ask for a later date, before the one that stands."""
    caller = caller_of(request)
    return ask_extension(actor=caller.actor, rights=caller.rights, measure_id=pk, **body.dict())


@route("POST", "/extensions/{pk}/decide", "extension.decide", ExtensionChangedOut, "答复延期申请")
def answer_extension(request: HttpRequest, pk: Id, body: AnswerIn) -> Any:
    """Grant or refuse; what is granted becomes the measure's date."""
    caller = caller_of(request)
    return decide_extension(actor=caller.actor, rights=caller.rights, extension_id=pk, **body.dict())


@route("POST", "/extensions/{pk}/withdraw", "extension.ask", ExtensionChangedOut, "撤回延期申请")
def take_back_extension(request: HttpRequest, pk: Id, body: SeenIn) -> Any:
    """Take back an application that has not been answered."""
    caller = caller_of(request)
    return withdraw_extension(actor=caller.actor, rights=caller.rights, extension_id=pk, seen=body.seen)


def _story(request: HttpRequest, pk: int) -> dict[str, Any]:
    caller = caller_of(request)
    story = extension_story(caller.rights, pk)
    secret = restricted_of_measure(caller.rights, story.line.measure_id)
    record_restricted_reads(actor=caller.actor, findings=secret, where="接口")
    return {
        **{name: getattr(story.line, name) for name in ExtensionOut.model_fields},
        "original_due_on": story.original_due_on,
        "finding_id": story.finding_id,
        "deciders": list(story.deciders),
    }
