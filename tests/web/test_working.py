"""The worker beside the server: begun before the server forks, begun anew when it dies, ended with the block."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING

from zhenggai.web import working

if TYPE_CHECKING:
    import pytest


class _Process:
    """A process that dies when it is told to."""

    def __init__(self) -> None:
        self.begun_by = threading.current_thread()
        self.dead = threading.Event()
        self.ended = False

    def poll(self) -> int | None:
        return 0 if self.dead.is_set() else None

    def terminate(self) -> None:
        self.ended = True

    def wait(self, _seconds: float | None = None) -> int:
        return 0


def test_the_worker_is_begun_before_the_server_forks_and_anew_when_it_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[_Process] = []
    anew = threading.Event()

    def begin(*_command: object, **_options: object) -> _Process:
        made.append(_Process())
        if len(made) > 1:
            anew.set()
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", begin)
    monkeypatch.setattr(working, "_AGAIN_AFTER", 0)
    with working.worker_beside():
        assert [one.begun_by for one in made] == [threading.current_thread()], "a fork meanwhile would hold its pipe"
        made[0].dead.set()
        assert anew.wait(10)
    assert [one.ended for one in made] == [False, True]
