"""提醒: forms of the robots, the signature, addresses and answers, as data."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from zhenggai.workflow import bells

DAY = dt.date(2025, 5, 20)
COUNTS = (bells.Count("到期提醒", 1, (("逾期", 2), ("临期", 3))), bells.Count("销号待办", 4))
ALLOWED = {"robots.unit.example", "10.2.3.4:8080"}


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", True),
        ("https://oapi.dingtalk.com/robot/send?access_token=x", True),
        ("https://robots.unit.example:8443/send", True),
        ("http://robots.unit.example/send", True),
        ("http://10.2.3.4:8080/send", True),
        ("", False),
        ("robot", False),
        ("http://qyapi.weixin.qq.com/send", False),
        ("ftp://qyapi.weixin.qq.com/send", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://127.0.0.1/send", False),
        ("https://[::1]/send", False),
        ("https://2130706433/send", False),
        ("https://10.2.3.4/send", False),
        ("http://10.2.3.4:8081/send", False),
        ("https://localhost/send", False),
        ("https://a:b@qyapi.weixin.qq.com/send", False),
        ("https://qyapi.weixin.qq.com/send#x", False),
        ("https://qyapi.weixin.qq.com/se nd", False),
        ("https://qyapi.weixin.qq.com/send\r\nHost: x", False),
        ("https://qyapi.weixin.qq.com:port/send", False),
        ("https://微信.example/send", False),
        ("https://qyapi.weixin.qq.com/" + "x" * 500, False),
    ],
)
def test_addresses(address: str, good: bool) -> None:
    assert (bells.fault_of_address(address, ALLOWED) == "") is good


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [
        (200, '{"errcode":0,"errmsg":"ok"}', ""),
        (200, '{"errcode":93000,"errmsg":"invalid webhook url"}', "93000"),
        (200, '{"errcode":310000,"errmsg":"sign not match"}', "sign not match"),
        (200, "<html>", "看不懂"),
        (200, '"ok"', "看不懂"),
        (200, '{"ok":true}', "看不懂"),
        (200, '{"errcode":"0"}', "看不懂"),
        (302, "", "没有照办"),
        (404, '{"errcode":0}', "404"),
        (500, "", "500"),
    ],
)
def test_answers(status: int, body: str, part: str) -> None:
    fault = bells.fault_of_answer(status, body.encode())
    assert part in fault
    assert bool(fault) is bool(part)


@pytest.mark.parametrize(
    ("form", "style", "expected"),
    [
        ("wecom", "text", {"msgtype": "text", "text": {"content": "字", "mentioned_list": ["a", "b"]}}),
        ("wecom", "markdown", {"msgtype": "markdown", "markdown": {"content": "字\n\n<@a> <@b>"}}),
        (
            "dingtalk",
            "text",
            {"msgtype": "text", "text": {"content": "字\n\n@a @b"}, "at": {"atUserIds": ["a", "b"], "isAtAll": False}},
        ),
        (
            "dingtalk",
            "markdown",
            {
                "msgtype": "markdown",
                "markdown": {"title": "整改台账提醒", "text": "字\n\n@a @b"},
                "at": {"atUserIds": ["a", "b"], "isAtAll": False},
            },
        ),
    ],
)
def test_the_forms_of_the_robots(form: str, style: str, expected: dict[str, object]) -> None:
    assert bells.body_of(form, style, "字", ["a", "b"]) == expected


@pytest.mark.parametrize("form", bells.FORMS)
@pytest.mark.parametrize("style", bells.STYLES)
def test_a_message_is_never_longer_than_a_group_takes(form: str, style: str) -> None:
    body = bells.body_of(form, style, "提醒", [f"person{number:04}" for number in range(2000)])
    words = body[style].get("content") or body[style].get("text")
    assert len(words.encode()) <= 4096
    assert json.dumps(body).count("person1999") == (1 if (form, style) == ("wecom", "text") else 0)


def test_the_signature_is_the_one_that_the_robot_makes_again() -> None:
    at = dt.datetime(2025, 5, 20, 1, 30, tzinfo=dt.UTC)
    address = bells.signed("https://oapi.dingtalk.com/robot/send?access_token=t", "SECsample", at)
    query = parse_qs(urlsplit(address).query)
    assert query["access_token"] == ["t"]
    assert query["timestamp"] == ["1747704600000"]
    # printf '1747704600000\nSECsample' | openssl dgst -sha256 -hmac SECsample -binary | base64
    assert query["sign"] == ["o0n1+pwayCMRetQf1InGwDjvNn2lwc8h5+Q6w4SAFDI="]
    assert bells.signed("https://x.example/send", "s", at).startswith("https://x.example/send?timestamp=")


def test_words_are_counts_and_an_address() -> None:
    text = bells.text_of_mail(COUNTS, name="甲某某", day=DAY, address="https://zhenggai.example/notices/")
    assert bells.subject_of_mail(COUNTS) == "整改台账：您有5条未读消息"
    assert "到期提醒：逾期2项、临期3项\n　　销号待办：4件\n" in text
    assert "https://zhenggai.example/notices/" in text
    assert "请登录整改台账" in bells.text_of_mail(COUNTS, name="甲某某", day=DAY, address="")
    group = bells.text_of_group(COUNTS, people=3, day=DAY, address="https://z.example/notices/", style="markdown")
    assert group.startswith("**整改台账 2025年5月20日提醒**\n\n共有3人有新消息：\n\n> 到期提醒：逾期2项、临期3项")
    assert "[登录查看](https://z.example/notices/)" in group


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 2), (2, 10), (3, 30), (4, 60), (5, None), (9, None)])
def test_pauses(attempts: int, minutes: int | None) -> None:
    found = bells.pause_after(attempts)
    assert (found.total_seconds() / 60 if found else None) == minutes
