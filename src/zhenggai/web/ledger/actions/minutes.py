"""纪要: drafted from the meeting, put right by hand, issued and frozen with a hash; a later change is a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from zhenggai.web.faults import Invalid, Stale
from zhenggai.web.ledger.actions.meeting_notices import tell_attendees
from zhenggai.web.ledger.actions.meetings import load, record_meeting
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.closing.state import canonical, digest
from zhenggai.web.ledger.meeting_minutes import frozen, paragraphs_of
from zhenggai.web.ledger.models import Meeting, MinutesIssue
from zhenggai.workflow.meetings import faults_of_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor

MOST_COPIES = 999


def draft_minutes(*, actor: Actor, rights: Rights, meeting_id: int, seen: int) -> Meeting:
    """Write the minutes from what the meeting did; what was written before is replaced.

    Raises:
        Unknown, Refused, Stale: as usual.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "drafted")
        values = {"state": "minutes", "minutes": paragraphs_of(meeting, actor.today)}
        change(meeting, seen=seen, values=values, subject_type="meeting")
        record_meeting(actor, meeting, "drafted", after={"paragraphs": len(meeting.minutes)})
    return meeting


def change_minutes(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, texts: Mapping[int, str]) -> Meeting:
    """Put the draft into other words: `texts` by the place of the paragraph; one that is emptied goes.

    Raises:
        Invalid: fields `text:place`, or `minutes` where nothing is left.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "drafted")
        faults = faults_of_words({f"text:{place}": (words, "内容") for place, words in texts.items()}, needed=False)
        paragraphs = _reworded(meeting, texts)
        if not paragraphs:
            faults["minutes"] = "纪要不能没有内容。"
        if faults:
            raise Invalid(faults)
        change(meeting, seen=seen, values={"minutes": paragraphs}, subject_type="meeting")
        record_meeting(actor, meeting, "drafted", after={"paragraphs": len(paragraphs)})
    return meeting


def issue_minutes(
    *, actor: Actor, rights: Rights, meeting_id: int, seen: int, scope: str, copies: int | None
) -> MinutesIssue:
    """Sign and issue the minutes: from then on they stand as they are, and the attendees are told.

    Raises:
        Invalid: fields `scope` or `copies`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "issued")
        faults = _faults(scope, copies)
        if faults or copies is None:
            raise Invalid(faults)
        change(meeting, seen=seen, values={"state": "issued"}, subject_type="meeting")
        return _issue(actor, meeting, scope=scope.strip(), copies=copies)


def correct_minutes(
    *,
    actor: Actor,
    rights: Rights,
    meeting_id: int,
    seen: int,
    texts: Mapping[int, str],
    scope: str,
    copies: int | None,
    reason: str,
) -> MinutesIssue:
    """Issue the minutes again in other words, and say why; what was issued before stays.

    Raises:
        Invalid: fields `text:place`, `scope`, `copies`, `reason`, or `minutes` where nothing is changed.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "corrected")
        faults = _faults(scope, copies) | faults_of_words({"reason": (reason, "更正原因")}, longest=300)
        faults |= faults_of_words({f"text:{place}": (words, "内容") for place, words in texts.items()}, needed=False)
        paragraphs = _reworded(meeting, texts)
        if paragraphs == meeting.minutes:
            faults["minutes"] = "内容没有改动，不需要更正。"
        if faults or copies is None:
            raise Invalid(faults)
        change(meeting, seen=seen, values={"minutes": paragraphs}, subject_type="meeting")
        return _issue(actor, meeting, scope=scope.strip(), copies=copies, reason=reason.strip())


def _issue(actor: Actor, meeting: Meeting, *, scope: str, copies: int, reason: str = "") -> MinutesIssue:
    number = MinutesIssue.objects.filter(meeting=meeting).count() + 1
    text = canonical(frozen(meeting, scope=scope, copies=copies, reason=reason, signer=actor.name))
    issue = MinutesIssue.objects.create(
        unit_id=meeting.unit_id, meeting=meeting, number=number, content=text,
        digest=f"{settings.EVENT_HASH}:{digest(text)}", scope=scope, copies=copies, reason=reason,
        issued_by_id=actor.person_id or 0, issued_at=actor.at,
    )  # fmt: skip
    act = "corrected" if reason else "issued"
    after = {"minutes_number": number, "minutes_hash": issue.digest, "scope_of_issue": scope, "printed": copies}
    record_meeting(actor, meeting, act, after=after, reason=reason)
    words = f"会议纪要已更正：{reason}" if reason else "会议纪要已印发，请按议定事项抓好落实"
    tell_attendees(actor=actor, meeting=meeting, key=f"minutes:{number}", why=words)
    return issue


def _reworded(meeting: Meeting, texts: Mapping[int, str]) -> list[dict[str, object]]:
    if any(not 0 <= place < len(meeting.minutes) for place in texts):
        raise Stale("纪要的段落已有变化，请刷新后再修改。您填写的内容已保留。")
    found = []
    for place, paragraph in enumerate(meeting.minutes):
        words = texts.get(place, paragraph["text"]).strip()
        if words:
            found.append({**paragraph, "text": words})
    return found


def _faults(scope: str, copies: int | None) -> dict[str, str]:
    faults = faults_of_words({"scope": (scope, "印发范围")}, longest=300)
    if copies is None or not 1 <= copies <= MOST_COPIES:
        faults["copies"] = f"份数请填写1至{MOST_COPIES}之间的整数。"
    return faults
