"""`zhenggai rule P06`: the manual page of a rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "rule"
HELP = "说明一条检查规则：怎么判定、为什么、反例和正例"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `zhenggai rule`."""
    parser.add_argument("codes", nargs="+", metavar="编号", help="规则编号，如 P06")


def run(args: argparse.Namespace) -> int:
    """Print the manual page of each rule.

    Raises:
        CommandError: there is no such rule.
    """
    from zhenggai.cli.checking.shapes import explained  # noqa: PLC0415 — rules are loaded only where they are wanted

    pages = []
    for code in args.codes:
        try:
            pages.append(explained(code.upper()))
        except KeyError:
            raise CommandError(f"没有规则“{code}”。用 zhenggai rules 查看全部规则。") from None
    sys.stdout.write("\n".join(pages))
    return 0
