"""提醒设置: the robots of a unit, and what was sent to whom and became of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from zhenggai.web.accounts.models import Person
from zhenggai.web.ledger.access import require
from zhenggai.web.ledger.actions.bells import readable, robot_of
from zhenggai.web.ledger.bells.mailing import may_send
from zhenggai.web.ledger.models import Delivery, GroupRobot
from zhenggai.workflow.bells import FORMS, STYLES

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.web.accounts.rights import Rights

PAGE = 50
_COLOURS = {"sent": "green", "failed": "red", "unsure": "orange", "waiting": "none", "sending": "blue"}


@dataclass(frozen=True, slots=True)
class RobotLine:
    """One robot; `readable` says whether this installation can use its address."""

    id: int
    name: str
    form: str
    form_name: str
    style: str
    style_name: str
    host: str
    signs: bool
    active: bool
    readable: bool
    version: int


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery: to whom, by which way, what became of it, and whether it may be sent again."""

    id: int
    day: dt.date
    channel: str
    whom: str
    state: str
    colour: str
    attempts: int
    fault: str
    at: dt.datetime | None
    may_again: bool


@dataclass(frozen=True, slots=True)
class BellsPage:
    """What the screen shows. `server` is the mail server, "" where there is none; `with_mail` counts people who can be rung by it."""

    server: str
    sender: str
    hour: int
    address: str
    with_mail: int
    people: int
    robots: tuple[RobotLine, ...]
    today: tuple[tuple[str, str, int], ...]
    deliveries: tuple[DeliveryLine, ...]
    following: int | None


def bells_page(rights: Rights, *, before: int | None = None) -> BellsPage:
    """Return the bells of the person's unit and a page of its deliveries, the newest first.

    Raises:
        Refused: the person may not set them up.
    """
    require(rights, "bell.edit", rights.unit_id)
    unit = rights.unit_id
    people = Person.objects.filter(unit=unit, is_active=True, left_on=None).exclude(login=None)
    rows = Delivery.objects.filter(unit=unit).select_related("person", "robot").order_by("-pk")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    states = Counter(Delivery.objects.filter(unit=unit, day=rights.today).values_list("state", flat=True))
    return BellsPage(
        server=f"{settings.MAIL.host}:{settings.MAIL.port}" if may_send() else "",
        sender=settings.MAIL.sender,
        hour=settings.BELL_HOUR,
        address=settings.PUBLIC_ADDRESS,
        with_mail=people.filter(bells=True).exclude(mail="").count(),
        people=people.count(),
        robots=tuple(robot_line(robot) for robot in GroupRobot.objects.filter(unit=unit, ended_at=None).order_by("pk")),
        today=tuple(
            (Delivery.State(state).label, _COLOURS[state], states[state]) for state in _COLOURS if states[state]
        ),
        deliveries=tuple(_delivery(row, rights.today) for row in found[:PAGE]),
        following=found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def one_robot(rights: Rights, pk: int) -> RobotLine:
    """Return one robot; faults as `actions.bells.change_robot`."""
    return robot_line(robot_of(rights, pk))


def robot_line(robot: GroupRobot) -> RobotLine:
    """Return a robot as the screen shows it, without its address."""
    return RobotLine(
        id=robot.pk,
        name=robot.name,
        form=robot.form,
        form_name=FORMS.get(robot.form, robot.form),
        style=robot.style,
        style_name=STYLES.get(robot.style, robot.style),
        host=robot.host,
        signs=bool(robot.secret),
        active=robot.active,
        readable=readable(robot),
        version=robot.version,
    )


def _delivery(row: Delivery, today: dt.date) -> DeliveryLine:
    state = Delivery.State(row.state)
    lost = state in (Delivery.State.FAILED, Delivery.State.UNSURE)
    return DeliveryLine(
        id=row.pk,
        day=row.day,
        channel=Delivery.Channel(row.channel).label,
        whom=row.person.name if row.person else row.robot.name if row.robot else "",
        state=state.label,
        colour=_COLOURS[row.state],
        attempts=row.attempts,
        fault=row.fault,
        at=row.sent_at or row.begun_at,
        may_again=lost and row.day == today,
    )
