"""议程: assembled from the ledger, changed by hand, put in another order; what was reported and said on each line."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from zhenggai.profile import SECTIONS
from zhenggai.web.faults import Invalid, Refused, Unknown
from zhenggai.web.ledger import access, meeting_access
from zhenggai.web.ledger.actions.meetings import load, record_meeting
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.meeting_facts import facts_of
from zhenggai.web.ledger.models import AgendaItem, Finding, Meeting, Speech
from zhenggai.web.ledger.models.rows import Layer
from zhenggai.workflow.agenda import Line, agenda_of
from zhenggai.workflow.meetings import faults_of_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.audit.chain import Actor

_STEP = 10
_ROOM = 10_000
"""Room for the lines of one section."""
DEFAULT = ("last_resolutions", "departments", "pressing", "coordination", "next_period")


def assemble_agenda(*, actor: Actor, rights: Rights, meeting_id: int, seen: int) -> Meeting:
    """Make the agenda from the ledger, or bring it up to the ledger.

    Lines that a person has written, changed, taken off or spoken on stay as they are; others follow the ledger.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "assembled")
        custom = profile_of(meeting.inspection.profile).meeting(meeting.series.kind)
        sections = custom.agenda if custom else DEFAULT
        lines = agenda_of(sections, facts_of(meeting, actor.today))
        change(meeting, seen=seen, values={}, subject_type="meeting")
        added, gone = _follow(meeting, lines)
        record_meeting(actor, meeting, "assembled", after={"added": added, "dropped": gone})
    return meeting


def add_item(
    *, actor: Actor, rights: Rights, meeting_id: int, seen: int, section: str, text: str, finding_id: int | None = None
) -> AgendaItem:
    """Put a matter on the agenda by hand, perhaps about a finding.

    Raises:
        Invalid: fields `section`, `text` or `finding`.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "agenda_changed")
        faults = faults_of_words({"text": (text, "议题")}, longest=500)
        if section not in SECTIONS:
            faults["section"] = "请选择议程部分。"
        finding = _finding(rights, meeting, finding_id, faults)
        if faults:
            raise Invalid(faults)
        change(meeting, seen=seen, values={}, subject_type="meeting")
        item = AgendaItem.objects.create(
            unit_id=meeting.unit_id, meeting=meeting, section=section, key=f"hand:{uuid.uuid4().hex[:12]}",
            order=_next_order(meeting, section), text=text.strip(), finding=finding, edited=True,
        )  # fmt: skip
        record_meeting(actor, meeting, "agenda_changed", after={"item_added": _told(item, item.text)})
    return item


def change_item(
    *, actor: Actor, rights: Rights, item_id: int, seen: int, text: str, reported: str, outcome: str
) -> AgendaItem:
    """Say otherwise what the matter is, what the department reported, and what the meeting decided on it.

    Raises:
        Invalid: fields `text`, `reported` or `outcome`.
    """
    with transaction.atomic():
        item = meeting_access.item(rights, item_id, "meeting.prepare")
        code = "noted" if item.meeting.state != "planned" else "agenda_changed"
        meeting = load(rights, item.meeting_id, code)
        faults = faults_of_words({"text": (text, "议题")}, longest=500)
        faults |= faults_of_words({"reported": (reported, "汇报内容"), "outcome": (outcome, "议定意见")}, needed=False)
        if faults:
            raise Invalid(faults)
        before = item.text
        values = {"text": text.strip(), "reported": reported.strip(), "outcome": outcome.strip(), "edited": True}
        change(item, seen=seen, values=values, subject_type="agenda_item")
        after = {"item": _told(item, item.text), "item_reported": _told(item, item.reported)}
        after["item_outcome"] = _told(item, item.outcome)
        record_meeting(actor, meeting, code, before={"item": _told(item, before)}, after=after)
    return item


def remove_item(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, item_id: int) -> Meeting:
    """Take a line off the agenda; it stays off when the agenda follows the ledger again."""
    with transaction.atomic():
        meeting = load(rights, meeting_id, "agenda_changed")
        item = _item(meeting, item_id)
        change(meeting, seen=seen, values={}, subject_type="meeting")
        AgendaItem.objects.filter(pk=item.pk).update(removed_at=actor.at)
        record_meeting(actor, meeting, "agenda_changed", before={"item_removed": _told(item, item.text)})
    return meeting


def shift_item(*, actor: Actor, rights: Rights, meeting_id: int, seen: int, item_id: int, up: bool) -> Meeting:
    """Let a line change places with the one before or after it in its section.

    Raises:
        Refused: there is none.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "agenda_changed")
        item = _item(meeting, item_id)
        peers = list(meeting.items.filter(section=item.section, removed_at=None).order_by("order", "pk"))
        place = [peer.pk for peer in peers].index(item.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(peers):
            raise Refused(f"这项议题已在本部分最{'前' if up else '后'}。")
        change(meeting, seen=seen, values={}, subject_type="meeting")
        peers[place], peers[other] = peers[other], peers[place]
        orders = sorted(peer.order for peer in peers)
        for peer, order in zip(peers, _distinct(orders), strict=True):
            peer.order = order
        AgendaItem.objects.bulk_update(peers, ["order"])
        record_meeting(actor, meeting, "agenda_changed", after={"item_moved": _told(item, item.text)})
    return meeting


def set_agenda(*, actor: Actor, rights: Rights, meeting_id: int, seen: int) -> Meeting:
    """Say that the agenda stands.

    Raises:
        Refused: there is nothing on it.
    """
    with transaction.atomic():
        meeting = load(rights, meeting_id, "agenda_set")
        if not meeting.items.filter(removed_at=None).exists():
            raise Refused("议程还是空的，请先生成议程或者添加议题。")
        change(meeting, seen=seen, values={"state": "agenda_set"}, subject_type="meeting")
        record_meeting(actor, meeting, "agenda_set")
    return meeting


def note_speech(*, actor: Actor, rights: Rights, item_id: int, speaker: str, words: str) -> Speech:
    """Keep what somebody said on a matter.

    Raises:
        Invalid: fields `speaker` or `words`.
    """
    with transaction.atomic():
        item = meeting_access.item(rights, item_id, "meeting.prepare")
        meeting = load(rights, item.meeting_id, "noted")
        faults = faults_of_words({"speaker": (speaker, "发言人")}, longest=50)
        faults |= faults_of_words({"words": (words, "发言内容")})
        if faults:
            raise Invalid(faults)
        speech = Speech.objects.create(
            unit_id=meeting.unit_id, item=item, speaker=speaker.strip(), words=words.strip(),
            noted_by_id=actor.person_id, noted_at=actor.at,
        )  # fmt: skip
        after = {"item": _told(item, item.text), "speaker": speech.speaker, "words": _told(item, speech.words)}
        record_meeting(actor, meeting, "noted", after=after)
    return speech


def remove_speech(*, actor: Actor, rights: Rights, speech_id: int) -> Speech:
    """Strike what was noted by mistake, as long as the record is not signed; the event keeps that there was something."""
    with transaction.atomic():
        speech = Speech.objects.filter(pk=speech_id, removed_at=None).select_related("item").first()
        if speech is None:
            raise Unknown("这段发言")
        item = meeting_access.item(rights, speech.item_id, "meeting.prepare")
        meeting = load(rights, item.meeting_id, "noted")
        speech.removed_at = actor.at
        speech.save(update_fields=["removed_at"])
        before = {"speaker": speech.speaker, "words": _told(item, speech.words)}
        record_meeting(actor, meeting, "speech_removed", before=before)
    return speech


def _follow(meeting: Meeting, lines: Iterable[Line]) -> tuple[int, int]:
    """Bring the lines up to the ledger and return how many were added and dropped."""
    wanted = {line.key: line for line in lines}
    rows = {row.key: row for row in AgendaItem.objects.filter(meeting=meeting).prefetch_related("resolutions")}
    spoken = set(Speech.objects.filter(item__meeting=meeting).values_list("item_id", flat=True))
    gone = [
        row.pk
        for key, row in rows.items()
        if key not in wanted and not row.edited and row.removed_at is None and row.pk not in spoken
    ]
    AgendaItem.objects.filter(pk__in=gone).delete()
    stay = [row for key, row in rows.items() if key in wanted and not row.edited and row.removed_at is None]
    for row in stay:
        row.text, row.reported, row.department = _words(wanted[row.key])
    AgendaItem.objects.bulk_update(stay, ["text", "reported", "department"])
    new = [line for key, line in wanted.items() if key not in rows]
    last = dict(AgendaItem.objects.filter(meeting=meeting).values_list("section").annotate(Max("order")))
    made = []
    for line in new:
        order = last.get(line.section, _base(line.section)) + _STEP
        last[line.section] = order
        text, reported, department = _words(line)
        made.append(
            AgendaItem(
                unit_id=meeting.unit_id, meeting=meeting, section=line.section, key=line.key, order=order, text=text,
                reported=reported, department=department, finding_id=line.finding_id, measure_id=line.measure_id,
                resolution_id=line.resolution_id,
            )
        )  # fmt: skip
    AgendaItem.objects.bulk_create(made)
    return len(made), len(gone)


def _words(line: Line) -> tuple[str, str, str]:
    return line.text, line.reported, line.department[:200]


def _base(section: str) -> int:
    return (list(SECTIONS).index(section) + 1) * _ROOM


def _next_order(meeting: Meeting, section: str) -> int:
    last = meeting.items.filter(section=section).aggregate(last=Max("order"))["last"]
    return (last or _base(section)) + _STEP


def _distinct(orders: list[int]) -> list[int]:
    """Return the orders in their sequence, none twice."""
    found: list[int] = []
    for order in orders:
        found.append(max(order, found[-1] + 1) if found else order)
    return found


def _item(meeting: Meeting, item_id: int) -> AgendaItem:
    item = meeting.items.filter(pk=item_id, removed_at=None).select_related("finding").first()
    if item is None:
        raise Refused("这项议题已不在议程上，请刷新后查看。")
    return item


def _finding(rights: Rights, meeting: Meeting, finding_id: int | None, faults: dict[str, str]) -> Finding | None:
    if finding_id is None:
        return None
    found = access.findings(rights).filter(pk=finding_id, inspection=meeting.inspection_id).first()
    if found is None:
        faults["finding"] = "请选择本台账的问题。"
    return found


def _told(item: AgendaItem, words: str) -> str:
    """Return what an event says of a line: nothing of the words where its finding is restricted."""
    secret = item.finding is not None and item.finding.layer == Layer.RESTRICTED
    return f"（问题{item.finding.reference}，限知）" if secret and item.finding else words
