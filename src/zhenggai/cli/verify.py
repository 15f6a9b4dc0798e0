"""`zhenggai verify`: does everything in the data folder still fit what was recorded?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

    from zhenggai.web.ledger.proof.verification import Progress, Verification

NAME = "verify"
HELP = "核验操作记录、签字和佐证文件是否被改动"
_BROKEN = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is checked and how it is told."""
    parser.add_argument("--data", metavar="文件夹", help="数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")
    parser.add_argument("--unit", metavar="单位", help="只核验这个单位（名称或编号）")
    parser.add_argument("--all", action="store_true", help="列出每一处不符，不只是第一处")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    parser.add_argument("--repair-orphans", action="store_true", help="清理未被引用、一小时前的文件")
    parser.add_argument("--quiet", action="store_true", help="不显示进度")


def run(args: argparse.Namespace) -> int:
    """Check everything; 0 all fits, 1 something does not, 2 it cannot be checked."""
    from zhenggai.web import serving, store  # noqa: PLC0415 — only this command needs the web framework

    try:
        serving.open_store(args.data)
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
    from django.db import DatabaseError  # noqa: PLC0415

    try:
        return _verify(args)
    except DatabaseError as fault:
        raise CommandError(
            f"数据库不能读取，没有核验完：{(str(fault).strip() or '原因不明').splitlines()[0]}"
        ) from None
    except store.StoreError as fault:
        raise CommandError(f"没有核验完：{fault}") from None
    except OSError as fault:
        where = f"“{fault.filename}”" if fault.filename else ""
        raise CommandError(f"数据文件夹不能读取，没有核验完：{where}{fault.strerror or fault}。") from None


def _verify(args: argparse.Namespace) -> int:
    from django.utils import timezone  # noqa: PLC0415 — Django is loaded by now

    from zhenggai.web.accounts.queries import unit_named  # noqa: PLC0415
    from zhenggai.web.ledger.proof.files import remove_orphan  # noqa: PLC0415
    from zhenggai.web.ledger.proof.printed import printed  # noqa: PLC0415
    from zhenggai.web.ledger.proof.verification import verify  # noqa: PLC0415

    units = None
    if args.unit:
        unit = unit_named(args.unit)
        if unit is None:
            raise CommandError(f"没有名称或编号为“{args.unit}”的单位。")
        units = frozenset({unit})
    line = _ProgressLine(shown=not args.quiet and sys.stderr.isatty())
    found = verify(now=timezone.now(), units=units, all_of_them=args.all, report=line.show)
    line.clear()
    removed = sum(remove_orphan(one, timezone.now()) for one in found.orphans) if args.repair_orphans else 0
    if args.json:
        sys.stdout.write(json.dumps(printed(found, removed), ensure_ascii=False, indent=2) + "\n")
    else:
        for words in _told(found, removed):
            sys.stdout.write(words + "\n")
    return 0 if found.holds else _BROKEN


class _ProgressLine:
    """One line on standard error that says how far things are, written over itself."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._last: Progress | None = None

    def show(self, progress: Progress) -> None:
        if self._shown and progress != self._last:
            self._last = progress
            words = f"已核验{progress.events}条操作记录，{progress.files}份文件（{progress.size / 2**20:.0f} MB）"
            sys.stderr.write(f"\r{words}\033[K")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._last is not None:
            sys.stderr.write("\r\033[K")


def _told(found: Verification, removed: int) -> list[str]:
    lines = []
    for unit in found.units:
        if unit.misfits:
            lines += [f"{unit.name}：{misfit}" for misfit in unit.misfits]
        elif unit.events:
            lines.append(f"{unit.name}：{unit.events}条操作记录前后衔接，未发现改动。末条校验值{unit.hash}")
    lines += [str(misfit) for misfit in found.common]
    lines.append(f"共核验{found.files}份文件，{found.size / 2**20:.1f} MB。")
    old = [one for one in found.orphans if not one.young]
    if removed:
        lines.append(f"已清理{removed}个未被引用的文件。")
    elif old:
        lines.append(
            f"有{len(old)}个文件未被引用，可用 --repair-orphans 清理：" + "、".join(o.name[:16] for o in old[:5])
        )
    if len(old) < len(found.orphans):
        lines.append(f"另有{len(found.orphans) - len(old)}个一小时内的文件未被引用，可能正在上传。")
    lines.append("全部相符。" if found.holds else "有不符之处，请保留现场并立即报告。")
    return lines
