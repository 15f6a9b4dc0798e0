"""提醒 against real servers of this machine: what goes out, that it goes out once, and that no failure blocks anything."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from local_servers import Mails, Posts, mail_server, robot_server
from offices import NOW, TODAY, Office

from zhenggai.web.accounts.models import Person, RestrictedGrant
from zhenggai.web.audit.chain import Actor
from zhenggai.web.ledger.actions.notices import Line, Telling, tell
from zhenggai.web.ledger.bells import mailing, posting, sending
from zhenggai.web.ledger.bells.secrecy import conceal
from zhenggai.web.ledger.bells.sending import send_due
from zhenggai.web.ledger.models import Delivery, Finding, GroupRobot, Notice
from zhenggai.web.mail import Outgoing
from zhenggai.workflow.bells import MOST_ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from zhenggai.web.ledger.models import Inspection

pytestmark = [pytest.mark.django_db, pytest.mark.allow_hosts(["127.0.0.1"])]
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
WITH_MAIL = pytest.mark.tool("aiosmtpd")


@pytest.fixture
def mails(settings: Settings) -> Iterator[Mails]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = False
        settings.DEFAULT_FROM_EMAIL = "zhenggai@unit.example"
        settings.MAIL = Outgoing("127.0.0.1", server.port, "none", "", "", "zhenggai@unit.example")
        settings.PUBLIC_ADDRESS = "https://zhenggai.unit.example"
        yield server


@pytest.fixture
def posts(settings: Settings) -> Iterator[Posts]:
    with robot_server() as server:
        settings.ROBOT_HOSTS = frozenset({f"127.0.0.1:{server.port}"})
        yield server


def _people(office: Office, *roles: str) -> None:
    for role in roles:
        Person.objects.filter(pk=office.people[role].pk).update(mail=f"{role}@unit.example", group_name=f"id-{role}")


def _robot(office: Office, posts: Posts, form: str = "wecom", style: str = "text", secret: str = "") -> GroupRobot:
    return GroupRobot.objects.create(
        unit=office.unit, name="整改工作群", form=form, style=style, address=conceal(posts.address), host="127.0.0.1",
        secret=conceal(secret),
    )  # fmt: skip


def _tell(
    office: Office, *roles: str, key: str = "k", kind: str = "paper", at: dt.datetime = NOW, **more: object
) -> None:
    tellings = [
        Telling(office.people[role].pk, kind, key, "问题W001 党委会记录不实", "请在三日内改正", "ledgers", **more)  # type: ignore[arg-type]
        for role in roles
    ]
    with transaction.atomic():
        tell(actor=Actor(None, "系统", at), unit_id=office.unit.pk, tellings=tellings)


def _states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


@WITH_MAIL
def test_one_digest_a_person_and_day_with_counts_and_no_word_of_a_finding(office: Office, mails: Mails) -> None:
    _people(office, "handler", "group", "archivist")
    _tell(office, "handler", "group", key="a")
    _tell(office, "handler", key="b", kind="closure_waiting")
    lines = (Line("措施C001", "", "逾期", "ledgers"), Line("措施C002", "", "临期", "ledgers", None, None, 4))
    _tell(office, "handler", key="c", kind="due", lines=lines)
    for minutes in (0, 5, 60):
        send_due(NOW + minutes * MINUTE)
    assert mails.to == ["group@unit.example", "handler@unit.example"], "who has nothing new is not rung"
    message = next(message for to, message in mails.received if to.startswith("handler"))
    text = message.get_content()
    assert message["Subject"] == "整改台账：您有3条未读消息"
    assert message["To"] == "handler@unit.example"
    assert "销号待办：1件" in text
    assert "到期提醒：逾期1项、临期4项" in text
    assert "https://zhenggai.unit.example/notices/" in text
    for word in ("W001", "记录不实", "三日内", "C001"):
        assert word not in text
    assert _states() == ["sent", "sent"]


@WITH_MAIL
def test_the_next_day_counts_what_is_new_and_still_unread(office: Office, mails: Mails) -> None:
    _people(office, "handler", "group")
    _tell(office, "handler", "group", key="a")
    send_due(NOW)
    _tell(office, "handler", key="b", at=NOW + 60 * MINUTE)
    _tell(office, "handler", key="c", at=NOW + 60 * MINUTE)
    Notice.objects.filter(key="b").update(read_at=NOW + 61 * MINUTE)
    send_due(NOW + 90 * MINUTE)
    assert len(mails.received) == 2
    send_due(NOW + DAY)
    assert [message["Subject"] for _, message in mails.received[2:]] == ["整改台账：您有1条未读消息"]
    send_due(NOW + 2 * DAY)
    assert len(mails.received) == 3, "nothing new, no bell"


@WITH_MAIL
@pytest.mark.parametrize(
    "values", [{"bells": False}, {"mail": ""}, {"is_active": False}, {"left_on": TODAY}, {"login": None}]
)
def test_whoever_wants_no_bell_or_has_left_gets_none(office: Office, mails: Mails, values: dict[str, object]) -> None:
    _people(office, "handler")
    _tell(office, "handler")
    Person.objects.filter(pk=office.people["handler"].pk).update(**values)
    send_due(NOW)
    assert not mails.received
    assert not Delivery.objects.exists()


def test_without_a_mail_server_and_before_the_hour_nothing_is_done(
    office: Office, posts: Posts, settings: Settings
) -> None:
    _people(office, "handler")
    _tell(office, "handler")
    _robot(office, posts)
    settings.BELL_HOUR = 10
    assert not send_due(NOW)
    assert not Delivery.objects.exists()
    assert send_due(NOW + 60 * MINUTE) == {"已发送": 1}
    assert Delivery.objects.get().channel == "robot"


@WITH_MAIL
def test_of_restricted_findings_only_counts_go_to_who_may_know_and_nothing_to_groups(
    office: Office, inspection: Inspection, mails: Mails, posts: Posts
) -> None:
    finding = Finding.objects.filter(inspection=inspection)[0]
    Finding.objects.filter(pk=finding.pk).update(layer="restricted")
    Notice.objects.all().delete()
    for role in ("handler", "group"):
        RestrictedGrant.objects.create(person=office.people[role], unit=office.unit, reason="核查", since=TODAY)
    _people(office, "handler", "group")
    _robot(office, posts)
    _tell(office, "handler", "group", key="a", finding_id=finding.pk)
    _tell(office, "handler", key="b", kind="due", lines=(Line("措施C001", "", "逾期", "ledgers", None, finding.pk),))
    RestrictedGrant.objects.filter(person=office.people["group"]).update(until=TODAY - DAY)
    send_due(NOW)
    assert mails.to == ["handler@unit.example"]
    assert not posts.bodies


@WITH_MAIL
def test_an_address_that_is_refused_is_tried_again_and_keeps_no_other_from_theirs(office: Office, mails: Mails) -> None:
    _people(office, "handler", "group")
    _tell(office, "handler", "group")
    mails.refuse = {"handler@unit.example"}
    assert send_due(NOW) == {"待发送": 1, "已发送": 1}
    row = Delivery.objects.get(person=office.people["handler"])
    assert row.fault.startswith("邮件服务器没有接受：550 no such mailbox")
    assert "@" not in row.fault
    assert not send_due(NOW + MINUTE), "not before its pause is over"
    for hours in range(1, 9):
        send_due(NOW + hours * 60 * MINUTE)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", MOST_ATTEMPTS)
    assert mails.to == ["group@unit.example"]
    mails.refuse = set()
    send_due(NOW + DAY)
    assert mails.to == ["group@unit.example", "handler@unit.example"], "what never arrived is counted the next day"


@WITH_MAIL
def test_a_server_that_is_away_is_told_on_every_row_and_asked_again(
    office: Office, mails: Mails, settings: Settings
) -> None:
    _people(office, "handler", "group")
    _tell(office, "handler", "group")
    settings.EMAIL_PORT = 9
    assert send_due(NOW) == {"待发送": 1}, "the others are not even tried"
    assert [row.fault for row in Delivery.objects.all()] == ["邮件服务器连接不上：对方拒绝连接"] * 2
    settings.EMAIL_PORT = mails.port
    assert send_due(NOW + 3 * MINUTE) == {"已发送": 2}


@WITH_MAIL
def test_whoever_is_killed_between_sending_and_noting_rings_no_second_time(
    office: Office, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    _people(office, "handler")
    _tell(office, "handler")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "_note", killed)
        with pytest.raises(KeyboardInterrupt):
            send_due(NOW)
    assert _states() == ["sending"]
    send_due(NOW + MINUTE)
    assert _states() == ["sending"], "perhaps somebody is still at it"
    send_due(NOW + 11 * MINUTE)
    row = Delivery.objects.get()
    assert (row.state, row.fault) == ("unsure", sending.VANISHED)
    assert len(mails.received) == 1


@WITH_MAIL
def test_a_line_that_breaks_in_the_middle_is_unsure_and_not_repeated(
    office: Office, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    _people(office, "handler")
    _tell(office, "handler")

    def broken(*_: object, **__: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(mailing.EmailMessage, "send", broken)
        assert send_due(NOW) == {"不能确定是否送达": 1}
    send_due(NOW + 60 * MINUTE)
    assert not mails.received


@pytest.mark.parametrize("style", ["text", "markdown"])
@pytest.mark.parametrize("form", ["wecom", "dingtalk"])
def test_a_group_hears_once_a_day_in_the_form_of_its_robot(office: Office, posts: Posts, form: str, style: str) -> None:
    _people(office, "handler", "group")
    _robot(office, posts, form, style, secret="SECsample" if form == "dingtalk" else "")
    _tell(office, "handler", "group", "archivist", key="a", kind="closure_waiting")
    line = Line("措施C001", "5月30日到期", "临期", "ledgers")
    for role in ("handler", "group"):
        _tell(office, role, key=f"due{role}", kind="due", lines=(line,))
    for minutes in (0, 5, 300):
        send_due(NOW + minutes * MINUTE)
    (body,) = posts.bodies
    assert body["msgtype"] == style
    text = body[style].get("content") or body[style]["text"]
    assert "共有3人有新消息" in text
    assert "销号待办：1件" in text, "one matter that three people hear of is one"
    assert "到期提醒：临期1项" in text
    assert "W001" not in text
    assert "C001" not in text
    called = {
        ("wecom", "text"): body["text"].get("mentioned_list") if style == "text" else None,
        ("wecom", "markdown"): ["id-group", "id-handler"] if "<@id-group>" in text and "<@id-handler>" in text else [],
    }.get((form, style), body.get("at", {}).get("atUserIds"))
    assert sorted(called or []) == ["id-group", "id-handler"]
    assert ("&sign=" in posts.paths[0]) is (form == "dingtalk")
    _tell(office, "group", key="b", at=NOW + DAY)
    send_due(NOW + DAY)
    assert len(posts.bodies) == 2


@pytest.mark.parametrize(
    ("answer", "state", "part"),
    [
        ((200, b'{"errcode":93000,"errmsg":"invalid"}', {}), "waiting", "错误93000"),
        ((302, b"", {"Location": "/elsewhere"}), "waiting", "没有照办"),
        ((500, b"", {}), "waiting", "错误500"),
        ((200, b"<html>", {}), "waiting", "看不懂"),
        ((0, b"", {}), "unsure", "没有收到答复"),
    ],
    ids=["refused", "redirected", "broken", "unreadable", "gone"],
)
def test_what_a_robot_does_not_take(
    office: Office, posts: Posts, answer: tuple[int, bytes, dict[str, str]], state: str, part: str
) -> None:
    _robot(office, posts)
    _tell(office, "handler")
    posts.answer = answer
    send_due(NOW)
    row = Delivery.objects.get()
    assert row.state == state
    assert part in row.fault
    assert len(posts.paths) == 1, "nobody follows to another address"
    assert "key=k" not in row.fault


def test_an_address_that_is_no_longer_allowed_or_cannot_be_read_is_not_asked(
    office: Office, posts: Posts, settings: Settings
) -> None:
    robot = _robot(office, posts)
    _tell(office, "handler")
    settings.ROBOT_HOSTS = frozenset()
    send_due(NOW)
    assert "https://" in Delivery.objects.get().fault
    GroupRobot.objects.filter(pk=robot.pk).update(address="of another installation")
    send_due(NOW + 5 * MINUTE)
    assert "密钥" in Delivery.objects.get().fault
    assert not posts.paths


def test_what_waits_from_an_earlier_day_is_over(office: Office, posts: Posts) -> None:
    _robot(office, posts)
    _tell(office, "handler")
    posts.answer = (500, b"", {})
    send_due(NOW)
    posts.answer = (200, b'{"errcode":0}', {})
    send_due(NOW + DAY)
    assert _states() == ["failed", "sent"]
    assert "1件" in posts.bodies[-1]["text"]["content"]


def test_a_certificate_that_nobody_vouches_for_is_refused(posts: Posts) -> None:
    with pytest.raises(posting.NotSent, match="连接不上"):
        posting.post(posts.address.replace("http://", "https://"), {})
    assert not posts.paths


@WITH_MAIL
@pytest.mark.django_db(transaction=True)
def test_two_nodes_at_once_ring_once(office: Office, mails: Mails, posts: Posts) -> None:
    roles = ("handler", "group", "archivist", "principal", "supervision")
    _people(office, *roles)
    _robot(office, posts)
    _tell(office, *roles)
    start = threading.Barrier(3)

    def node() -> None:
        try:
            start.wait(10)
            send_due(NOW)
        finally:
            connection.close()

    nodes = [threading.Thread(target=node) for _ in range(3)]
    for one in nodes:
        one.start()
    for one in nodes:
        one.join()
    assert mails.to == sorted(f"{role}@unit.example" for role in roles)
    assert len(posts.bodies) == 1
    assert set(_states()) == {"sent"}
