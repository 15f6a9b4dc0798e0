"""The command itself: help, errors, leaving."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from zhenggai import __version__, cli
from zhenggai.cli.terminal.parser import Parser, in_chinese, width

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome


def run_apart(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    command = [sys.executable, "-m", "zhenggai", *map(str, arguments)]
    return subprocess.run(command, env=kept | environment, capture_output=True, check=False)


def test_help_lists_every_command_in_chinese(zhenggai: Callable[..., Outcome]) -> None:
    outcome = zhenggai("--help")
    assert outcome.status == 0
    assert outcome.out.startswith("用法：zhenggai")
    for name, command in cli.commands().items():
        assert f"  {name} " in outcome.out
        assert command.HELP in outcome.out
    assert "usage" not in outcome.out
    assert "show this help" not in outcome.out


@pytest.mark.parametrize("name", sorted(cli.commands()))
def test_every_command_explains_itself(zhenggai: Callable[..., Outcome], name: str) -> None:
    outcome = zhenggai(name, "--help")
    assert outcome.status == 0
    assert f"用法：zhenggai {name}" in outcome.out
    for english in ("usage:", "positional arguments", "options:"):
        assert english not in outcome.out


def test_version(zhenggai: Callable[..., Outcome]) -> None:
    assert zhenggai("--version") == (0, f"zhenggai {__version__}\n", "")


def test_without_a_command_the_help_is_shown(zhenggai: Callable[..., Outcome]) -> None:
    outcome = zhenggai()
    assert outcome.status == 2
    assert outcome.out == ""
    assert "命令" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["唱歌"], "不能是 '唱歌'"),
        (["read"], "缺少参数：文件"),
        (["read", "方案.txt", "--faster"], "不认识的参数：--faster"),
        (["read", "方案.txt", "--format", "pptx"], "--format 不能是 'pptx'，可以是"),
        (["read", "方案.txt", "--form", "json"], "不认识的参数：--form"),
        (["read", "方案.txt", "-o"], "-o/--output 后面要写一个值"),
        (["read", "方案.txt", "--as-of", "明年"], "“明年”不是日期"),
        (["read", "方案.txt", "--as-of", "2024-02-30"], "“2024-02-30”不是日期"),
        (["--version=2"], "--version 后面不能写 '2'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage(zhenggai: Callable[..., Outcome], arguments: list[str], words: str) -> None:
    outcome = zhenggai(*arguments)
    assert outcome.status == 2
    assert outcome.out == ""
    assert words in outcome.err
    assert outcome.err.startswith("zhenggai")
    assert outcome.err.count("\n") == 1


def test_an_error_without_a_translation_stays_as_it_is() -> None:
    assert in_chinese("something nobody thought of") == "something nobody thought of"


def test_help_lines_up_by_columns_and_not_by_characters() -> None:
    parser = Parser(prog="x")
    parser.add_argument("--form", metavar="格式", help="解释")
    parser.add_argument("--plain", metavar="N", help="解释")
    lines = [line for line in parser.format_help().splitlines() if "解释" in line]
    assert len({width(line.partition("解释")[0]) for line in lines}) == 1


def test_long_help_is_broken_by_columns_and_never_inside_a_word() -> None:
    parser = Parser(prog="x")
    parser.add_argument("--form", help="很长的解释" * 20 + " 2024-03-31 " + "很长的解释" * 20)
    text = parser.format_help()
    assert all(width(line) <= 80 for line in text.splitlines())
    assert "2024-03-31" in text


def test_interrupting_says_so(zhenggai: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_args: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.commands()["read"], "run", interrupted)
    assert zhenggai("read", "方案.txt") == (130, "", "已中断。\n")


def test_a_reader_that_goes_away_is_no_error(plan: Path) -> None:
    command = [sys.executable, "-m", "zhenggai", "read", plan, "--format", "text"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_output_is_utf8_whatever_the_locale(plan: Path) -> None:
    for arguments in (["--help"], ["read", plan, "--format", "text"], ["read", plan]):
        run = run_apart(*arguments, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
        assert run.returncode == 0, run.stderr.decode()
        assert "整改" in run.stdout.decode("utf-8")
