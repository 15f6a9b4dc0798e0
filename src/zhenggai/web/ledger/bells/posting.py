"""Posting to a group robot: one request, no redirects, and whether it was surely not taken or perhaps was."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from zhenggai.workflow.bells import fault_of_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 10.0
"""Seconds that a robot may take to be reached and to answer."""
_LONGEST_ANSWER = 65_536


class NotSent(Exception):  # noqa: N818 — as the ledger's faults
    """It has surely not arrived; `str(fault)` says why, in Chinese."""


class MaybeSent(Exception):  # noqa: N818
    """It was on its way when something broke: it may have arrived."""


def post(address: str, body: Mapping[str, Any]) -> None:
    """Post `body` to `address`, which must have been checked.

    Raises:
        NotSent: the robot could not be reached, or has answered that it does not take it.
        MaybeSent: the connection broke after the message had begun to go out.
    """
    parts = urlsplit(address)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        try:
            connection.connect()
        except (OSError, ssl.SSLError, UnicodeError) as fault:
            raise NotSent(f"连接不上{parts.hostname}：{reason_of(fault)}") from None
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        data = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
        try:
            connection.request("POST", target, data, headers)
            answer = connection.getresponse()
            answered = answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as fault:
            raise MaybeSent(f"发出后没有收到答复：{reason_of(fault)}") from None
    finally:
        connection.close()
    if refused := fault_of_answer(answer.status, answered):
        raise NotSent(refused)


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=PATIENCE)


def reason_of(fault: BaseException) -> str:
    """Return in Chinese why a connection failed."""
    if isinstance(fault, TimeoutError):
        return "超时"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "对方的证书不可信"
    if isinstance(fault, ConnectionRefusedError):
        return "对方拒绝连接"
    if isinstance(fault, socket.gaierror):
        return "找不到这个主机"
    if isinstance(fault, ssl.SSLError):
        return "加密连接没有建立"
    return "网络不通" if isinstance(fault, OSError) else type(fault).__name__
