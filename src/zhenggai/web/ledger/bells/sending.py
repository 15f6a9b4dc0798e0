"""Ringing: one digest a day for each person and each robot, sent once, whoever runs this and however often.

A row is taken by a conditional update that is committed before anything goes out, and what came of it is noted after. A process that
is killed in between leaves the row as being sent; it is then told as unsure and not sent again: a bell too few, never one twice.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from zhenggai.web.accounts.models import Person
from zhenggai.web.ledger.bells.counting import mail_people, tallies_of_people, tally_of_group
from zhenggai.web.ledger.bells.mailing import Mailer, Unreachable, may_send
from zhenggai.web.ledger.bells.posting import MaybeSent, NotSent, post
from zhenggai.web.ledger.bells.secrecy import Sealed, reveal
from zhenggai.web.ledger.models import Delivery, GroupRobot
from zhenggai.workflow.bells import (
    Count,
    body_of,
    fault_of_address,
    pause_after,
    signed,
    subject_of_mail,
    text_of_group,
    text_of_mail,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhenggai.web.ledger.bells.counting import Tally

_LOG = logging.getLogger("zhenggai.bells")
State, Channel = Delivery.State, Delivery.Channel
LOST = dt.timedelta(minutes=10)
"""After so long nobody is sending any more who had begun."""
VANISHED = "发送时程序中断，不能确定是否送达，没有自动重发"
OVER = "当天没有发出，以后的提醒中再计"
MOST_MENTIONED = 100


def send_due(
    at: dt.datetime,
    *,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
    clock: Callable[[], dt.datetime] | None = None,
) -> Counter[str]:
    """Ring for what is new in the inboxes as of `at`; return how many deliveries there are of what became of them, in Chinese.

    Before the hour from which bells may ring nothing is done. Call it outside of any transaction; `clock` tells a run of many
    deliveries when each of them is begun.
    """
    clock = clock or (lambda: at)
    settle(at)
    found: Counter[str] = Counter()
    if timezone.localtime(at).hour < settings.BELL_HOUR:
        return found
    _lay_out(at)
    waiting = Delivery.objects.filter(state=State.WAITING, day=_day(at), next_at__lte=at).order_by("pk")
    rows = list(waiting.values_list("pk", "channel"))
    with Mailer() as mailer:
        reachable = True
        for done, (pk, channel) in enumerate(rows):
            tell(done, len(rows))
            if channel == Channel.MAIL and not reachable:
                continue
            row = _take(pk, clock())
            if row is None:
                continue
            try:
                state, fault = _ring(row, mailer, at), ""
            except Unreachable as gone:
                reachable = False
                state, fault = State.FAILED, str(gone)
                others = Delivery.objects.filter(channel=Channel.MAIL, state=State.WAITING, day=row.day)
                others.update(fault=fault, next_at=at + (pause_after(1) or dt.timedelta(0)))
            except NotSent as gone:
                state, fault = State.FAILED, str(gone)
            except MaybeSent as gone:
                state, fault = State.UNSURE, str(gone)
            found[_note(row, state, fault, clock()).label] += 1
    tell(len(rows), len(rows))
    return found


def settle(at: dt.datetime) -> None:
    """Say of what was begun and never noted that nobody knows, and of what waits from an earlier day that it is over."""
    begun = Delivery.objects.filter(state=State.SENDING, begun_at__lt=at - LOST)
    begun.update(state=State.UNSURE, fault=VANISHED)
    Delivery.objects.filter(state=State.WAITING, day__lt=_day(at), fault="").update(state=State.FAILED, fault=OVER)
    Delivery.objects.filter(state=State.WAITING, day__lt=_day(at)).update(state=State.FAILED)


def _lay_out(at: dt.datetime) -> None:
    """Make the day's deliveries that there is something for and that are not there yet."""
    day = _day(at)
    new = []
    if may_send():
        has = Delivery.objects.filter(day=day, person__isnull=False).values("person")
        people = dict(mail_people().exclude(pk__in=has).values_list("pk", "unit_id"))
        for person, tally in tallies_of_people(people, at).items():
            new.append(_delivery(tally, at, Channel.MAIL, person_id=person, unit_id=people[person]))
    robots = GroupRobot.objects.filter(active=True, ended_at=None).exclude(deliveries__day=day)
    for robot in robots:
        tally = tally_of_group(robot, at)
        if tally.notices:
            made = _delivery(tally, at, Channel.ROBOT, robot_id=robot.pk, unit_id=robot.unit_id)
            made.mentioned = _mentioned(tally)
            new.append(made)
    Delivery.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)


def _delivery(
    tally: Tally,
    at: dt.datetime,
    channel: str,
    *,
    unit_id: int,
    person_id: int | None = None,
    robot_id: int | None = None,
) -> Delivery:
    return Delivery(
        unit_id=unit_id,
        day=_day(at),
        channel=channel,
        person_id=person_id,
        robot_id=robot_id,
        counts=[[count.kind, count.notices, [list(entry) for entry in count.entries]] for count in tally.counts()],
        people=len(tally.people),
        until=tally.until,
        next_at=at,
    )


def _mentioned(tally: Tally) -> list[str]:
    """Return by which names the group calls those whom it concerns."""
    known = Person.objects.filter(pk__in=tally.people, bells=True, is_active=True, left_on=None).exclude(group_name="")
    return list(known.order_by("pk").values_list("group_name", flat=True)[:MOST_MENTIONED])


def _take(pk: int, at: dt.datetime) -> Delivery | None:
    """Take a row that waits, so that nobody else sends it; None if somebody has."""
    waiting = Delivery.objects.filter(pk=pk, state=State.WAITING)
    if not waiting.update(state=State.SENDING, begun_at=at, attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("person", "robot").get(pk=pk)


def _ring(row: Delivery, mailer: Mailer, at: dt.datetime) -> Delivery.State:
    counts = [
        Count(kind, notices, tuple((word, count) for word, count in entries)) for kind, notices, entries in row.counts
    ]
    address = inbox_address()
    if row.person is not None:
        text = text_of_mail(counts, name=row.person.name, day=row.day, address=address)
        mailer.send(to=row.person.mail, subject=subject_of_mail(counts), text=text)
    elif row.robot is not None:
        text = text_of_group(counts, people=row.people, day=row.day, address=address, style=row.robot.style)
        ring_robot(row.robot, text, row.mentioned, at)
    return State.SENT


def ring_robot(robot: GroupRobot, text: str, mentioned: list[str], at: dt.datetime) -> None:
    """Post a text to the robot's group.

    Raises:
        NotSent, MaybeSent: as `posting.post`.
    """
    try:
        address, secret = reveal(robot.address), reveal(robot.secret)
    except Sealed:
        raise NotSent("机器人的地址是用另一套系统的密钥保存的，请重新填写") from None
    if fault := fault_of_address(address, settings.ROBOT_HOSTS):
        raise NotSent(fault.rstrip("。"))
    if secret and robot.form == "dingtalk":
        address = signed(address, secret, at)
    post(address, body_of(robot.form, robot.style, text, mentioned))


def inbox_address() -> str:
    """Return where people find their inbox, or "" where nobody has said under which address they reach the application."""
    try:
        return f"{settings.PUBLIC_ADDRESS}{reverse('notices')}" if settings.PUBLIC_ADDRESS else ""
    except NoReverseMatch:
        return settings.PUBLIC_ADDRESS


def _note(row: Delivery, state: Delivery.State, fault: str, at: dt.datetime) -> Delivery.State:
    """Keep what became of a delivery; one that has surely not arrived waits for its next attempt, if it has one."""
    pause = pause_after(row.attempts)
    if state == State.FAILED and pause is not None:
        state = State.WAITING
    if fault:
        _LOG.warning("delivery %s: %s", row.pk, fault)
    mine = Delivery.objects.filter(pk=row.pk, attempts=row.attempts, state__in=(State.SENDING, State.UNSURE))
    mine.update(
        state=state,
        fault=fault[:300],
        sent_at=at if state == State.SENT else None,
        next_at=at + (pause or dt.timedelta(0)),
    )
    return state


def _day(at: dt.datetime) -> dt.date:
    return timezone.localtime(at).date()
