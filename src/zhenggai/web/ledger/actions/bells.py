"""Setting up group robots, trying them, and sending again what did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from zhenggai.web.audit.chain import Actor, Subject, record
from zhenggai.web.faults import Invalid, Refused, Stale, Unknown
from zhenggai.web.ledger.access import require
from zhenggai.web.ledger.actions.staleness import change
from zhenggai.web.ledger.bells.mailing import Mailer, may_send
from zhenggai.web.ledger.bells.posting import MaybeSent, NotSent
from zhenggai.web.ledger.bells.secrecy import Sealed, conceal, reveal
from zhenggai.web.ledger.bells.sending import ring_robot
from zhenggai.web.ledger.models import Delivery, GroupRobot
from zhenggai.workflow.bells import FORMS, STYLES, fault_of_address

if TYPE_CHECKING:
    from zhenggai.web.accounts.models import Person
    from zhenggai.web.accounts.rights import Rights

_ACT = "bell.edit"
_LONGEST_NAME, _LONGEST_SECRET = 50, 200
TRIAL = "整改台账：这是一条测试消息，收到即表示设置正确。"


@dataclass(frozen=True, slots=True)
class RobotForm:
    """What somebody fills in for a robot. An empty `address` or `secret` of a robot that there is stays what it was."""

    name: str
    form: str
    style: str
    address: str = ""
    secret: str = ""
    active: bool = True
    forget_secret: bool = False


def add_robot(*, actor: Actor, rights: Rights, form: RobotForm) -> GroupRobot:
    """Add a robot of a group of the person's unit.

    Raises:
        Refused: the person may not.
        Invalid: fields `name`, `form`, `style`, `address` or `secret`.
    """
    require(rights, _ACT, rights.unit_id)
    faults = _faults(form)
    if fault := fault_of_address(form.address.strip(), settings.ROBOT_HOSTS):
        faults["address"] = fault
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        robot = GroupRobot.objects.create(unit_id=rights.unit_id, **_values(form))
        _record(actor, robot, "added", before={}, after=_told(robot))
    return robot


def change_robot(*, actor: Actor, rights: Rights, robot_id: int, seen: int, form: RobotForm) -> GroupRobot:
    """Change a robot.

    Raises:
        Unknown: there is none of the person's units.
        Invalid: as `add_robot`.
        Stale: somebody else has changed it since.
    """
    robot = robot_of(rights, robot_id)
    faults = _faults(form)
    if form.address.strip() and (fault := fault_of_address(form.address.strip(), settings.ROBOT_HOSTS)):
        faults["address"] = fault
    if faults:
        raise Invalid(faults)
    before = _told(robot)
    values = _values(form)
    if not form.address.strip():
        del values["address"], values["host"]
    if not form.secret.strip() and not form.forget_secret and form.form == "dingtalk":
        del values["secret"]
    with transaction.atomic():
        change(robot, seen=seen, values=values, subject_type="robot")
        after = _told(robot)
        if "address" in values:
            after["address"] = "已更换"
        _record(actor, robot, "changed", before=before, after=after)
    return robot


def end_robot(*, actor: Actor, rights: Rights, robot_id: int, seen: int) -> GroupRobot:
    """Use a robot no more, and forget its address; what it has sent stays on record. Faults as `change_robot`."""
    robot = robot_of(rights, robot_id)
    values = {"ended_at": actor.at, "active": False, "address": "", "secret": ""}
    with transaction.atomic():
        change(robot, seen=seen, values=values, subject_type="robot")
        _record(actor, robot, "ended", before=_told(robot), after={})
    return robot


def try_robot(*, actor: Actor, rights: Rights, robot_id: int) -> str:
    """Send a trial message to the group; return why it has not arrived, or ""."""
    robot = robot_of(rights, robot_id)
    try:
        ring_robot(robot, TRIAL, [], actor.at)
    except (NotSent, MaybeSent) as fault:
        return str(fault)
    return ""


def try_mail(*, rights: Rights, person: Person) -> str:
    """Send a trial message to the person's own address; return why it has not arrived, or ""."""
    require(rights, _ACT, rights.unit_id)
    if not may_send():
        return "没有设置邮件服务器"
    if not person.mail:
        return "请先在“我的账号”填写您的邮箱"
    try:
        with Mailer() as mailer:
            mailer.send(to=person.mail, subject="整改台账：测试邮件", text=f"{TRIAL}\n")
    except (NotSent, MaybeSent) as fault:
        return str(fault)
    return ""


def send_again(*, actor: Actor, rights: Rights, delivery_id: int) -> Delivery:
    """Let a delivery of today that did not arrive, or perhaps did not, be sent once more.

    Raises:
        Unknown: there is none of the person's units.
        Refused: it is of an earlier day, or has arrived.
        Stale: it is under way again already.
    """
    delivery = Delivery.objects.select_related("person", "robot").filter(pk=delivery_id).first()
    if delivery is None or not rights.may_in(_ACT, delivery.unit_id):
        raise Unknown("这次提醒")
    state = Delivery.State
    if delivery.day != actor.today:
        raise Refused("以前的提醒不再补发，没有送达的消息计入以后的提醒。")
    if delivery.state == state.SENT:
        raise Refused("这次提醒已经发出，不再重发。")
    with transaction.atomic():
        lost = Delivery.objects.filter(pk=delivery_id, state__in=(state.FAILED, state.UNSURE))
        if not lost.update(state=state.WAITING, attempts=0, next_at=actor.at, fault=""):
            raise Stale("这次提醒正在等待发送，请稍后查看结果。")
        whom = delivery.person.name if delivery.person else delivery.robot.name if delivery.robot else ""
        record(
            unit_id=delivery.unit_id,
            actor=actor,
            action="delivery.again",
            subject=Subject("delivery", delivery.pk, f"{whom}的提醒"),
        )
    return delivery


def robot_of(rights: Rights, pk: int) -> GroupRobot:
    """Return a robot that is in use and that the person may set up; faults as `change_robot`."""
    robot = GroupRobot.objects.filter(pk=pk, ended_at=None).first()
    if robot is None or not rights.may_in(_ACT, robot.unit_id):
        raise Unknown("这个群机器人")
    return robot


def readable(robot: GroupRobot) -> bool:
    """Say whether this installation can read the robot's address."""
    try:
        return bool(reveal(robot.address))
    except Sealed:
        return False


def _faults(form: RobotForm) -> dict[str, str]:
    faults = {}
    if not form.name.strip() or len(form.name.strip()) > _LONGEST_NAME:
        faults["name"] = f"请填写群的名称，{_LONGEST_NAME}字以内。"
    if form.form not in FORMS:
        faults["form"] = "请选择机器人的类型。"
    if form.style not in STYLES:
        faults["style"] = "请选择消息的格式。"
    if fault := _fault_of_secret(form.secret.strip(), form.form):
        faults["secret"] = fault
    return faults


def _fault_of_secret(secret: str, form: str) -> str:
    if secret and (len(secret) > _LONGEST_SECRET or not secret.isascii() or not secret.isprintable()):
        return "加签密钥只能有英文字母、数字和符号，请从群机器人的设置中整段复制。"
    return "企业微信群机器人没有加签密钥，请留空。" if secret and form == "wecom" else ""


def _values(form: RobotForm) -> dict[str, Any]:
    address = form.address.strip()
    return {
        "name": form.name.strip(),
        "form": form.form,
        "style": form.style,
        "address": conceal(address),
        "host": urlsplit(address).netloc[:200],
        "secret": conceal(form.secret.strip()),
        "active": form.active,
    }


def _told(robot: GroupRobot) -> dict[str, str]:
    """Return what an event says of a robot: nothing with which one could write to the group."""
    return {
        "name": robot.name,
        "kind": FORMS.get(robot.form, robot.form),
        "host": robot.host,
        "active": "启用" if robot.active else "停用",
    }


def _record(actor: Actor, robot: GroupRobot, act: str, *, before: dict[str, str], after: dict[str, str]) -> None:
    record(
        unit_id=robot.unit_id,
        actor=actor,
        action=f"robot.{act}",
        subject=Subject("robot", robot.pk, f"群机器人“{robot.name}”"),
        before=before,
        after=after,
    )
