"""提醒设置 and the person's own form: what is kept, what is refused, what nobody sees again, and what the events say."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core import mail as outbox
from django.utils import timezone
from local_servers import robot_server
from offices import BACKEND, PASSWORD, Office

from zhenggai.web import mail, store
from zhenggai.web.accounts.models import Person
from zhenggai.web.audit.models import Event
from zhenggai.web.ledger.bells.secrecy import Sealed, conceal, reveal
from zhenggai.web.ledger.models import Delivery, GroupRobot
from zhenggai.web.mail import Outgoing

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=sample-key"
ROBOT = {"name": "整改工作群", "form": "wecom", "style": "text", "address": ADDRESS, "secret": ""}


@pytest.fixture
def clerk(client: Client, office: Office) -> Client:
    client.force_login(office.people["office"], backend=BACKEND)
    return client


def _robot() -> GroupRobot:
    return GroupRobot.objects.get()


def test_a_robot_is_added_and_its_address_is_never_shown_again(clerk: Client) -> None:
    told = clerk.post("/bells/robots/", ROBOT, follow=True).content.decode()
    assert "已增加群机器人“整改工作群”" in told
    assert "qyapi.weixin.qq.com" in told
    assert "sample-key" not in told
    robot = _robot()
    assert "sample-key" not in robot.address
    assert reveal(robot.address) == ADDRESS
    assert "sample-key" not in clerk.get(f"/bells/robots/{robot.pk}/").content.decode()
    event = Event.objects.get(action="robot.added")
    assert "sample-key" not in str(event.after)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "群" * 51}, "name"),
        ({"form": "other"}, "form"),
        ({"style": ""}, "style"),
        ({"address": ""}, "address"),
        ({"address": "http://qyapi.weixin.qq.com/send"}, "address"),
        ({"address": "https://127.0.0.1/send"}, "address"),
        ({"secret": "SEC1"}, "secret"),
        ({"form": "dingtalk", "secret": "密钥"}, "secret"),
    ],
)
def test_a_bad_value_is_named_at_its_field_and_what_was_typed_stays(
    clerk: Client, values: dict[str, str], field: str
) -> None:
    answer = clerk.post("/bells/robots/", ROBOT | values)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f"r-{field}-fault" in text
    assert field == "name" or 'value="整改工作群"' in text
    assert not GroupRobot.objects.exists()


def test_what_is_left_empty_stays_and_an_old_page_is_told(clerk: Client) -> None:
    clerk.post("/bells/robots/", ROBOT | {"form": "dingtalk", "secret": "SECone"})
    robot = _robot()
    change = {"name": "新名称", "form": "dingtalk", "style": "markdown", "address": "", "secret": "", "seen": 1}
    assert clerk.post(f"/bells/robots/{robot.pk}/", change | {"active": "on"}).status_code == 302
    robot.refresh_from_db()
    assert (robot.name, robot.style, robot.active, robot.version) == ("新名称", "markdown", True, 2)
    assert (reveal(robot.address), reveal(robot.secret)) == (ADDRESS, "SECone")
    answer = clerk.post(f"/bells/robots/{robot.pk}/", change | {"name": "迟到的名称"})
    assert answer.status_code == 409
    assert "迟到的名称" in answer.content.decode()
    assert clerk.post(f"/bells/robots/{robot.pk}/", change | {"seen": 2, "forget_secret": "on"}).status_code == 302
    robot.refresh_from_db()
    assert (robot.secret, robot.active) == ("", False)


def test_a_robot_that_is_taken_away_keeps_no_address(clerk: Client) -> None:
    clerk.post("/bells/robots/", ROBOT)
    robot = _robot()
    clerk.post(f"/bells/robots/{robot.pk}/end/", {"seen": 1})
    robot.refresh_from_db()
    assert (robot.address, robot.active) == ("", False)
    assert clerk.get(f"/bells/robots/{robot.pk}/").status_code == 404
    assert "整改工作群" not in clerk.get("/bells/").content.decode().split("<h3>")[0]


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_trial_says_whether_it_arrived(clerk: Client, settings: Settings) -> None:
    with robot_server() as posts:
        settings.ROBOT_HOSTS = frozenset({"127.0.0.1"})
        clerk.post("/bells/robots/", ROBOT | {"address": posts.address})
        path = f"/bells/robots/{_robot().pk}/try/"
        assert "测试消息已发出" in clerk.post(path, follow=True).content.decode()
        assert posts.bodies[0]["text"]["content"].startswith("整改台账：这是一条测试消息")
        posts.answer = (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', {})
        assert (
            "没有发出：对方没有接受，错误93000：invalid webhook url。" in clerk.post(path, follow=True).content.decode()
        )


def test_a_robot_of_another_installation_is_told(clerk: Client, settings: Settings) -> None:
    clerk.post("/bells/robots/", ROBOT)
    settings.SECRET_KEY = "another installation's key"  # noqa: S105
    with pytest.raises(Sealed):
        reveal(_robot().address)
    client = clerk
    client.force_login(Person.objects.get(login="office"), backend=BACKEND)
    assert "地址不能读取，请重新填写" in client.get("/bells/").content.decode()


def test_trial_mail(clerk: Client, office: Office, settings: Settings) -> None:
    assert "没有设置邮件服务器" in clerk.post("/bells/mail/", follow=True).content.decode()
    settings.MAIL = Outgoing("smtp.unit.example", 587, sender="zhenggai@unit.example")
    assert "请先在“我的账号”填写您的邮箱" in clerk.post("/bells/mail/", follow=True).content.decode()
    Person.objects.filter(pk=office.people["office"].pk).update(mail="office@unit.example")
    assert "测试邮件已发出" in clerk.post("/bells/mail/", follow=True).content.decode()
    assert [message.to for message in outbox.outbox] == [["office@unit.example"]]


def test_what_did_not_arrive_is_sent_again_today_only(clerk: Client, office: Office) -> None:
    now = timezone.now()
    robot = GroupRobot.objects.create(unit=office.unit, name="群", form="wecom", style="text", address="", host="")
    today = timezone.localdate()
    rows = {
        state: Delivery.objects.create(
            unit=office.unit, day=today if state != "old" else today - dt.timedelta(days=1), channel="robot",
            robot=robot if state == "failed" else None, person=office.people[role] if role else None,
            state="failed" if state == "old" else state, attempts=5, fault="对方返回错误500", until=1, next_at=now,
        )
        for state, role in (("failed", ""), ("unsure", "handler"), ("sent", "group"), ("old", "archivist"))
    }  # fmt: skip
    text = clerk.get("/bells/").content.decode()
    assert text.count("再发一次") == 2
    assert "对方返回错误500" in text
    for row in rows.values():
        clerk.post(f"/bells/deliveries/{row.pk}/again/")
        row.refresh_from_db()
    assert [row.state for row in rows.values()] == ["waiting", "waiting", "sent", "failed"]
    assert Event.objects.filter(action="delivery.again").count() == 2
    assert "正在等待发送" in clerk.post(f"/bells/deliveries/{rows['failed'].pk}/again/", follow=True).content.decode()


def test_one_sets_ones_own_bells(client: Client, office: Office) -> None:
    client.force_login(office.people["handler"], backend=BACKEND)
    sent = {"mail": "handler@unit.example", "group_name": "zhang.san", "bells": "on"}
    assert "提醒设置已保存" in client.post("/account/bells/", sent, follow=True).content.decode()
    person = Person.objects.get(login="handler")
    assert (person.mail, person.group_name, person.bells) == ("handler@unit.example", "zhang.san", True)
    event = Event.objects.get(action="person.bells_set")
    assert event.after == {"mail": "有", "group_name": "有"}, "which address it is, is the person's own affair"
    client.post("/account/bells/", sent | {"bells": ""})
    client.post("/account/bells/", sent)
    assert Event.objects.filter(action="person.bells_set").count() == 1, "nothing changed, nothing is told"
    client.post("/account/bells/", {"mail": "", "group_name": ""})
    assert not Person.objects.get(login="handler").bells


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"mail": "handler"}, "mail"),
        ({"mail": "handler@unit.example\r\nBcc: x@y.example"}, "mail"),
        ({"mail": "经办@unit.example"}, "mail"),
        ({"mail": f"{'x' * 200}@unit.example"}, "mail"),
        ({"group_name": "@all"}, "group_name"),
        ({"group_name": "ALL"}, "group_name"),
        ({"group_name": "<@x>"}, "group_name"),
        ({"group_name": "张三"}, "group_name"),
    ],
)
def test_a_bad_address_is_refused(client: Client, office: Office, values: dict[str, str], field: str) -> None:
    client.force_login(office.people["handler"], backend=BACKEND)
    answer = client.post("/account/bells/", {"mail": "", "group_name": "", "bells": "on"} | values)
    assert answer.status_code == 422
    assert f"b-{field}-fault" in answer.content.decode()
    assert Person.objects.get(login="handler").mail == ""


def test_the_office_sets_the_bells_of_its_people_and_nobody_else_does(client: Client, office: Office) -> None:
    path = f"/people/{office.people['handler'].pk}/bells/"
    sent = {"mail": "handler@unit.example", "bells": "on"}
    for role, status in (("principal", 403), ("group", 403), ("office", 302)):
        client.force_login(office.people[role], backend=BACKEND)
        assert client.post(path, sent).status_code == status
    assert Person.objects.get(login="handler").mail == "handler@unit.example"
    client.force_login(office.people["office"], backend=BACKEND)
    answer = client.post(path, {"mail": "x", "bells": "on"})
    assert answer.status_code == 422
    assert "b-mail-fault" in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"ZHENGGAI_SMTP_TLS": "yes"}, "ZHENGGAI_SMTP_TLS"),
        ({"ZHENGGAI_SMTP_PORT": "0"}, "ZHENGGAI_SMTP_PORT"),
        ({"ZHENGGAI_SMTP_PORT": "smtp"}, "ZHENGGAI_SMTP_PORT"),
        ({"ZHENGGAI_SMTP_FROM": ""}, "ZHENGGAI_SMTP_FROM"),
        ({"ZHENGGAI_SMTP_USER": "x"}, "ZHENGGAI_SMTP_PASSWORD_FILE"),
        ({"ZHENGGAI_SMTP_USER": "x", "ZHENGGAI_SMTP_PASSWORD_FILE": "/nowhere"}, "/nowhere"),
        ({"ZHENGGAI_SMTP_USER": "x", "ZHENGGAI_SMTP_TLS": "none"}, "不加密"),
        ({"ZHENGGAI_BELL_HOUR": "24"}, "ZHENGGAI_BELL_HOUR"),
    ],
)
def test_a_bad_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], part: str) -> None:
    good = {"ZHENGGAI_SMTP_HOST": "smtp.unit.example", "ZHENGGAI_SMTP_FROM": "zhenggai@unit.example"}
    for name, value in (good | values).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(store.StoreError, match=part):
        (mail.outgoing(), mail.bell_hour())


def test_settings_that_are_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert mail.outgoing() == Outgoing()
    secret = tmp_path / "password"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    for name, value in {"HOST": "smtp.unit.example", "USER": "z@unit.example", "PASSWORD_FILE": str(secret)}.items():
        monkeypatch.setenv(f"ZHENGGAI_SMTP_{name}", value)
    found = mail.outgoing()
    assert (found.port, found.tls, found.password, found.sender) == (587, "starttls", PASSWORD, "z@unit.example")
    monkeypatch.setenv("ZHENGGAI_SMTP_TLS", "ssl")
    assert mail.outgoing().port == 465


def test_nothing_that_was_concealed_can_be_read_in_the_store() -> None:
    assert conceal("") == ""
    assert conceal(ADDRESS) != conceal(ADDRESS)
    assert "qyapi" not in conceal(ADDRESS)
