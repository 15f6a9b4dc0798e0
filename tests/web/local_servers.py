"""Real servers of this machine for the tests: one that takes e-mail, one that takes what robots are sent."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

OK = b'{"errcode":0,"errmsg":"ok"}'


@dataclass
class Posts:
    """What came in at a robot: paths with their query, and bodies. `answer` is given to each: status, body, headers."""

    port: int = 0
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    answer: tuple[int, bytes, dict[str, str]] = (200, OK, {})
    before: Callable[[], None] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/send?key=k"


@contextmanager
def robot_server() -> Iterator[Posts]:
    """Run a server that takes what is posted to a robot, until the block ends."""
    posts = Posts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.paths.append(self.path)
            posts.bodies.append(json.loads(body))
            if posts.before:
                posts.before()
            status, answer, headers = posts.answer
            if status == 0:  # goes away without a word
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            posts.paths.append(f"GET {self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — the name is the base class's
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    posts.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield posts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Mails:
    """What came in at a mail server. `refuse` are addresses that it does not take; `after` is what it answers to a whole message."""

    port: int = 0
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    after: str = "250 OK"

    @property
    def to(self) -> list[str]:
        return sorted(to for to, _ in self.received)


@contextmanager
def mail_server() -> Iterator[Mails]:
    """Run a server that takes e-mail, until the block ends."""
    from aiosmtpd.controller import Controller  # noqa: PLC0415 — only where it is installed

    mails = Mails()

    class Handler:
        async def handle_RCPT(  # noqa: N802 — the library calls it so
            self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
        ) -> str:
            if address in mails.refuse:
                return f"550 no such mailbox {address}"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            message = message_from_bytes(envelope.content, policy=policy.default)
            mails.received += [(to, message) for to in envelope.rcpt_tos]
            return mails.after

    with socket.socket() as probe:  # the library asks its own port whether it is up, so that it must be told one
        probe.bind(("127.0.0.1", 0))
        mails.port = probe.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=mails.port)
    controller.start()
    try:
        yield mails
    finally:
        controller.stop()
