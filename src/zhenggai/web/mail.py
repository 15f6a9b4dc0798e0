"""Where e-mail goes out, as the environment says; without it no e-mail is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from zhenggai.web.store import StoreError

HOST, PORT, TLS = "ZHENGGAI_SMTP_HOST", "ZHENGGAI_SMTP_PORT", "ZHENGGAI_SMTP_TLS"
USER, PASSWORD, SENDER = "ZHENGGAI_SMTP_USER", "ZHENGGAI_SMTP_PASSWORD_FILE", "ZHENGGAI_SMTP_FROM"
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A server that takes e-mail. `tls` is starttls, ssl or none; `host` is "" where there is none."""

    host: str = ""
    port: int = 25
    tls: str = "starttls"
    user: str = ""
    password: str = ""
    sender: str = ""


def outgoing() -> Outgoing:
    """Return the server that the environment names.

    Raises:
        StoreError: a value cannot be used; the message names the variable.
    """
    host = _value(HOST)
    if not host:
        return Outgoing()
    tls = _value(TLS) or "starttls"
    if tls not in _PORTS:
        raise StoreError(f"{TLS} 应当是 starttls、ssl 或 none，现在是“{tls}”。")
    port = _value(PORT) or str(_PORTS[tls])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise StoreError(f"{PORT} 应当是端口号，现在是“{port}”。")
    user, sender = _value(USER), _value(SENDER)
    sender = sender or (user if "@" in user else "")
    if "@" not in sender or not sender.isascii() or not sender.isprintable():
        raise StoreError(f"{SENDER} 应当是发件人的邮箱地址，现在是“{sender}”。")
    if tls == "none" and user:
        raise StoreError(f"{TLS} 为 none 时不能用 {USER}：密码会不加密地传送。")
    return Outgoing(host, int(port), tls, user, _password(user), sender)


def _password(user: str) -> str:
    name = _value(PASSWORD)
    if not user:
        return ""
    if not name:
        raise StoreError(f"设了 {USER}，还要用 {PASSWORD} 指明存放密码的文件。")
    try:
        password = Path(name).expanduser().read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise StoreError(f"{PASSWORD} 指明的文件“{name}”不能读取：{fault}。") from None
    if not password:
        raise StoreError(f"{PASSWORD} 指明的文件“{name}”是空的。")
    return password


def bell_hour() -> int:
    """Return the hour of the day, where the office is, from which bells may ring.

    Raises:
        StoreError: it is no hour.
    """
    text = _value("ZHENGGAI_BELL_HOUR") or "8"
    if not (text.isascii() and text.isdigit() and int(text) < 24):
        raise StoreError(f"ZHENGGAI_BELL_HOUR 应当是0至23之间的整数，现在是“{text}”。")
    return int(text)


def public_address(origins: list[str]) -> str:
    """Return under which address people reach the application, without a stroke at its end; "" where nobody has said."""
    address = _value("ZHENGGAI_ADDRESS") or (origins[0] if origins else "")
    return address.rstrip("/") if address.startswith(("https://", "http://")) else ""


def _value(name: str) -> str:
    return os.environ.get(name, "").strip()
