"""`zhenggai rules`: lists the rules that `zhenggai check` knows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

NAME = "rules"
HELP = "列出检查规则，以及每条规则需要什么材料"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `zhenggai rules`: none."""


def run(_args: argparse.Namespace) -> int:
    """Print all rules."""
    from zhenggai.cli.checking.shapes import listed  # noqa: PLC0415 — rules are loaded only where they are wanted

    sys.stdout.write(listed())
    return 0
