"""Sending e-mail over one connection, and whether a message was surely not taken or perhaps was."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from zhenggai.web.ledger.bells.posting import MaybeSent, NotSent, reason_of

if TYPE_CHECKING:
    from types import TracebackType

_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


class Unreachable(NotSent):
    """The server itself cannot be used: no other message would go out either."""


def may_send() -> bool:
    """Say whether the installation has a server for e-mail."""
    return bool(settings.MAIL.host)


class Mailer:
    """One connection to the server, opened when the first message goes out."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Send one message to one person.

        Raises:
            Unreachable: the server cannot be reached, or does not let the installation in.
            NotSent: the server has refused this message.
            MaybeSent: the connection broke while the message went out.
        """
        self._reach()
        message = EmailMessage(
            subject, text, settings.DEFAULT_FROM_EMAIL, [to], connection=self._connection,
            headers={"Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        try:
            message.send()
        except _REFUSED as fault:
            self._close()
            raise NotSent(f"邮件服务器没有接受：{_answer(fault)}") from None
        except ValueError:
            raise NotSent("邮箱地址或内容的格式不对") from None
        except (smtplib.SMTPException, OSError) as fault:
            self._close()
            raise MaybeSent(f"发出后没有收到答复：{reason_of(fault)}") from None

    def _reach(self) -> None:
        if self._open:
            return
        try:
            self._connection.open()
        except smtplib.SMTPAuthenticationError:
            raise Unreachable("邮件服务器的用户名或密码不对") from None
        except (smtplib.SMTPException, OSError) as fault:
            raise Unreachable(f"邮件服务器连接不上：{reason_of(fault)}") from None
        self._open = True

    def _close(self) -> None:
        if self._open:
            self._open = False
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError):  # it is gone anyway
                self._connection = get_connection()


def _answer(fault: smtplib.SMTPException) -> str:
    """Return what the server said, without any address."""
    code, words = 0, b""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(fault.recipients.values()))
    elif isinstance(fault, smtplib.SMTPResponseException):
        code, words = fault.smtp_code, _bytes(fault.smtp_error)
    text = words.decode(errors="replace")
    return f"{code or type(fault).__name__} {' '.join(word for word in text.split() if '@' not in word)}".strip()[:150]


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
