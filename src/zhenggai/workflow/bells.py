"""提醒: what leaves the house by e-mail or a group robot. Counts and an address, never a word of a finding. No network here.

The forms of the robots are those that 企业微信 and 钉钉 document: a JSON body posted to the robot's address, answered by JSON
whose `errcode` is 0.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlsplit

from zhenggai.text import day_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

FORMS: Mapping[str, str] = {"wecom": "企业微信", "dingtalk": "钉钉"}
STYLES: Mapping[str, str] = {"markdown": "带格式", "text": "纯文字"}
MOST_ATTEMPTS = 5
LONGEST_ADDRESS = 500
_PAUSES = (2, 10, 30, 60)
"""Minutes between one attempt and the next."""
_LONGEST = {"text": 2000, "markdown": 4000}
"""Bytes of a message; 企业微信 takes 2048 and 4096."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many notices of a kind, or how many entries of it by the words of the profile's lights."""

    kind: str
    notices: int
    entries: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        if self.entries:
            return f"{self.kind}：{'、'.join(f'{word}{count}项' for word, count in self.entries)}"
        return f"{self.kind}：{self.notices}件"


def subject_of_mail(counts: Sequence[Count]) -> str:
    """Return the subject of a person's digest."""
    return f"整改台账：您有{sum(count.notices for count in counts)}条未读消息"


def text_of_mail(counts: Sequence[Count], *, name: str, day: dt.date, address: str) -> str:
    """Return the words of a person's digest; `address` is that of the inbox, "" where nobody has said under which name one reaches it."""
    lines = [f"{name}：", "", f"截至{day_words(day)}，您在整改台账有以下未读消息："]
    lines += [f"　　{count}" for count in counts]
    lines += ["", f"请登录后在“消息”中查看并办理：{address}" if address else "请登录整改台账，在“消息”中查看并办理。"]
    lines += ["", "本邮件由系统自动发送，请勿回复，也请勿在邮件中谈论整改内容。不需要提醒的，可在“我的账号”中关闭。"]
    return "\n".join(lines) + "\n"


def text_of_group(counts: Sequence[Count], *, people: int, day: dt.date, address: str, style: str) -> str:
    """Return the words of a group's digest."""
    title = f"整改台账 {day_words(day)}提醒"
    lines = [f"**{title}**" if style == "markdown" else title, f"共有{people}人有新消息："]
    lines += [f"> {count}" if style == "markdown" else f"{count}" for count in counts]
    if address:
        lines.append(f"[登录查看]({address})" if style == "markdown" else f"请登录查看：{address}")
    else:
        lines.append("请登录整改台账查看。")
    return ("\n\n" if style == "markdown" else "\n").join(lines)


def body_of(form: str, style: str, text: str, mentioned: Sequence[str]) -> dict[str, Any]:
    """Return what is posted to a robot. `mentioned` are people's names in that group; those that no longer fit are not mentioned."""
    most = _LONGEST[style]
    names = list(mentioned)
    inline = form == "dingtalk" or style == "markdown"
    mark = "<@{}>" if form == "wecom" else "@{}"
    while True:
        called = " ".join(mark.format(name) for name in names) if inline else ""
        whole = f"{text}\n\n{called}" if called else text
        if not names or len(whole.encode()) <= most:
            break
        names.pop()
    if form == "wecom":
        if style == "markdown":
            return {"msgtype": "markdown", "markdown": {"content": whole}}
        return {"msgtype": "text", "text": {"content": whole, "mentioned_list": names}}
    at = {"atUserIds": names, "isAtAll": False}
    if style == "markdown":
        return {"msgtype": "markdown", "markdown": {"title": "整改台账提醒", "text": whole}, "at": at}
    return {"msgtype": "text", "text": {"content": whole}, "at": at}


def signed(address: str, secret: str, at: dt.datetime) -> str:
    """Return the address with the time and the signature that 钉钉 asks for: HMAC-SHA256 over time and secret, keyed by the secret."""
    moment = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    sign = quote_plus(base64.b64encode(digest).decode())
    return f"{address}{'&' if urlsplit(address).query else '?'}timestamp={moment}&sign={sign}"


def fault_of_address(address: str, allowed: Collection[str]) -> str:
    """Return what is wrong with a robot's address, or "".

    It is https to a name; anything else only where the installation allows host or host:port by name.
    """
    if not address:
        return "请填写机器人的地址。"
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return "地址只能有英文字母、数字和符号，请从群机器人的设置中整段复制。"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "地址的格式不对，请从群机器人的设置中整段复制。"
    host = parts.hostname or ""
    known = host in allowed or f"{host}:{port}" in allowed
    rules = (
        (parts.scheme not in ("https", "http") or not host, "地址应当以 https:// 开头，请从群机器人的设置中整段复制。"),
        ("@" in parts.netloc or bool(parts.fragment), "地址中不能有用户名、密码和#号。"),
        (
            not known and parts.scheme != "https",
            "地址应当以 https:// 开头；单位内部不用 https 的，请系统管理员在服务器上把它列入允许的地址。",
        ),
        (
            not known and ("." not in host or _is_number(host)),
            "地址应当是域名；单位内部的地址，请系统管理员在服务器上把它列入允许的地址。",
        ),
    )
    return next((why for wrong, why in rules if wrong), "")


def fault_of_answer(status: int, body: bytes) -> str:
    """Return why a robot has not taken a message, or "" if it has."""
    if 300 <= status < 400:
        return f"对方要求转到别的地址（{status}），没有照办，请核对机器人的地址"
    if status != 200:
        return f"对方返回错误{status}"
    try:
        answer = json.loads(body)
    except ValueError:
        return "对方的答复看不懂，请核对机器人的地址"
    if not isinstance(answer, dict) or not isinstance(answer.get("errcode"), int):
        return "对方的答复看不懂，请核对机器人的地址"
    if answer["errcode"]:
        return f"对方没有接受，错误{answer['errcode']}：{str(answer.get('errmsg', ''))[:120]}"
    return ""


def pause_after(attempts: int) -> dt.timedelta | None:
    """Return how long to wait after so many failed attempts, or None when it has been enough."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return dt.timedelta(minutes=_PAUSES[min(attempts, len(_PAUSES)) - 1])


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit()
    return True
