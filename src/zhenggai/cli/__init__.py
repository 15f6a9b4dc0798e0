"""The command `zhenggai`.

Every module directly in this package is one sub-command and holds `NAME`, `HELP`, `add_arguments(parser)` and
`run(args) -> int`. Commands are found, not listed. They are imported for `zhenggai --help` too, so a command imports at its
top only what is cheap and the rest where it is used. What several commands share stands in the packages below.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import TYPE_CHECKING, Protocol, cast

from zhenggai import __version__
from zhenggai.cli.terminal.faults import CommandError
from zhenggai.cli.terminal.parser import Parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

ABOUT = "整改：把整改方案、通报、报告、台账读成一本整改台账。"
USAGE_ERROR = 2
INTERRUPTED = 130
PIPE_CLOSED = 141


class Command(Protocol):
    """What a sub-command's module holds."""

    NAME: str
    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit status."""


def commands() -> dict[str, Command]:
    """Return the sub-commands by name, in alphabetical order."""
    modules = (
        cast("Command", importlib.import_module(f"{__name__}.{module.name}"))
        for module in pkgutil.iter_modules(__path__)
        if not module.ispkg
    )
    return {command.NAME: command for command in sorted(modules, key=lambda command: command.NAME)}


def build_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(prog="zhenggai", description=ABOUT, epilog="zhenggai 命令 --help 显示该命令的用法。")
    parser.add_argument("--version", action="version", version=f"zhenggai {__version__}", help="显示版本号并退出")
    choices = parser.add_subparsers(title="命令", metavar="命令", dest="command")
    for name, command in commands().items():
        sub = choices.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (by default the process's own) and return its exit status.

    0 done; 1 some of several files failed; 2 wrong usage or unreadable input; 130 interrupted; 141 the reader of our
    output went away.
    """
    _write_utf8()
    try:
        return _run(argv)
    except SystemExit as leaving:  # argparse leaves this way, after --help too
        return leaving.code if isinstance(leaving.code, int) else 0
    except CommandError as fault:
        sys.stderr.write(f"zhenggai：{fault}\n")
        return USAGE_ERROR
    except KeyboardInterrupt:
        sys.stderr.write("已中断。\n")
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return PIPE_CLOSED


def _run(argv: Sequence[str] | None) -> int:
    parser = build_parser()
    args = parser.parse_args(argv)
    if args.command is None:
        sys.stderr.write(parser.format_help())
        return USAGE_ERROR
    status: int = args.run(args)
    sys.stdout.flush()
    return status


def _write_utf8() -> None:
    """Write UTF-8 whatever the locale: under LANG=C Chinese text would otherwise end in an encoding error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence_stdout() -> None:
    """Let the interpreter's last flush go nowhere instead of failing on the closed pipe a second time."""
    try:
        target = sys.stdout.fileno()
    except (OSError, ValueError):  # not a real file, as under a test
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, target)
    os.close(nowhere)
