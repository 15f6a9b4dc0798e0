"""Running the command in this process, and small files to read."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from zhenggai import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def zhenggai(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    def run(*arguments: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = cli.main([str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return run


PLAN = """云溪县第二幼儿园巡察整改方案
一、整改任务
（一）党的建设方面
1.学习不够经常。
整改措施：每月集中学习1次。（责任部门：办公室；完成时限：2025年6月底前。）
2.制度不够健全。
整改措施：修订三项制度。（责任部门：办公室；完成时限：2025年7月底前。）
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "方案.txt"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    return path
