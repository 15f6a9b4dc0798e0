"""From a file to what the rules say about it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from zhenggai.cli.terminal import paths
from zhenggai.cli.terminal.faults import CommandError
from zhenggai.document import known_formats, read_bytes, read_document
from zhenggai.document.faults import DocumentError
from zhenggai.document.reader import Limits
from zhenggai.plan import build_plan
from zhenggai.profile import Profile, ProfileError, load, shipped
from zhenggai.rules import Facts, Outcome, RuleError, check, gather

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from zhenggai.cli.reading.inputs import Input
    from zhenggai.document.blocks import Document
    from zhenggai.plan.model import Plan

INSPECTION = "inspection-2024@1"
AUDIT = "audit-60@1"
"""The custom that a document is held to where none is named: an audit's where its title says so."""


class Wish(NamedTuple):
    """What a person asks for: which rules, on which day, by which custom, beside which feedback."""

    select: Sequence[str]
    ignore: Sequence[str]
    today: dt.date
    profile: str | None = None
    feedback: Plan | None = None


class Checked(NamedTuple):
    """A document and what was found in it."""

    name: str
    document: Document
    outcome: Outcome


def suffixes() -> set[str]:
    """Return the suffixes of the files that can be read."""
    return {suffix for known in known_formats() for suffix in known.suffixes}


def inspect(file: Input, wish: Wish) -> Checked:
    """Read a file and carry out the rules on it.

    Raises:
        CommandError: it cannot be read, or the wish names what there is not.
    """
    document = _read(file)
    plan = build_plan(document, as_of=wish.today)
    facts = Facts(wish.today, _profile(wish.profile, plan), gather(document, plan), wish.feedback)
    try:
        outcome = check(facts, select=wish.select, ignore=wish.ignore)
    except RuleError as fault:
        raise CommandError(str(fault)) from fault
    return Checked(file.name, document, outcome)


def read_feedback(path: Path, today: dt.date) -> Plan:
    """Read a feedback letter.

    Raises:
        CommandError: it cannot be read, or no problem was found in it.
    """
    try:
        plan = build_plan(read_document(path), as_of=today)
    except DocumentError as fault:
        raise CommandError(f"“{path}”：{fault}") from fault
    if not plan.findings:
        raise CommandError(f"“{path}”中没有找到反馈的问题，请确认文件是否为反馈意见。")
    return plan


def _read(file: Input) -> Document:
    if file.path is not None and paths.is_folder(file.path):
        raise CommandError(f"“{file.name}”：文件夹里没有可以读的文件。")
    try:
        if file.path is None:
            return read_bytes(sys.stdin.buffer.read(Limits().file_size + 1), file.name)
        return read_document(file.path)
    except DocumentError as fault:
        raise CommandError(f"“{file.name}”：{fault}") from fault


def _profile(name: str | None, plan: Plan) -> Profile:
    if name is None:
        title = plan.title or ""
        audit = "审计" in title and "巡察" not in title and "巡视" not in title
        return shipped()[AUDIT if audit else INSPECTION]
    try:
        return load(name)
    except ProfileError as fault:
        raise CommandError(str(fault)) from fault
