"""`zhenggai check`: finds in a plan what inspectors would find."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from collections.abc import Iterable

    from zhenggai.cli.checking.inspection import Checked, Wish
    from zhenggai.cli.reading.inputs import Input

NAME = "check"
HELP = "检查整改方案，列出需要处理和核实的地方"
FOUND = 1
UNREADABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `zhenggai check`."""
    parser.add_argument("files", nargs="+", metavar="文件", help="要检查的文件或文件夹（含下级文件夹）；- 表示标准输入")
    parser.add_argument("--format", choices=("text", "json"), default="text", metavar="格式", help="text（默认）；json")
    parser.add_argument("--select", metavar="规则", default="", help="只用这些规则或类别，如 P,C01")
    parser.add_argument("--ignore", metavar="规则", default="", help="不用这些规则或类别，如 P16,F")
    parser.add_argument("--today", metavar="日期", type=_date, help="按哪一天检查，如 2024-03-31；默认今天")
    parser.add_argument("--feedback", metavar="反馈意见", type=Path, help="反馈意见文件：逐条对照有没有漏项")
    parser.add_argument(
        "--profile", metavar="规则配置", help="规则配置的编码，如 inspection-2024@1；默认按文件是不是审计整改选"
    )


def run(args: argparse.Namespace) -> int:
    """Check the files; 0 nothing that must be mended, 1 something, 2 a file could not be read.

    Raises:
        CommandError: the only file cannot be read, or what is asked for is not there.
    """
    from zhenggai.cli.checking import inspection, shapes  # noqa: PLC0415 — what reads files is loaded only here
    from zhenggai.cli.reading import inputs  # noqa: PLC0415

    today = args.today or _today()
    feedback = inspection.read_feedback(args.feedback, today) if args.feedback else None
    wish = inspection.Wish(_codes(args.select), _codes(args.ignore), today, args.profile, feedback)
    found = inputs.find(args.files, inspection.suffixes())
    checked, unread = _check_all(found.files, wish, many=found.many)
    if args.format == "json":
        sys.stdout.write(shapes.as_json(checked))
    else:
        sys.stdout.write("\n".join(shapes.as_text(one) for one in checked))
    sys.stderr.writelines(f"没有读成　{fault}\n" for fault in unread)
    if args.format == "json":
        sys.stderr.writelines(
            f"规则 {f.rule} 在“{f.subject}”处出错，没有查完：{f.error}\n"
            for one in checked
            for f in one.outcome.failures
        )
    if unread:
        return UNREADABLE
    return FOUND if any(one.outcome.blocks for one in checked) else 0


def _check_all(files: Iterable[Input], wish: Wish, *, many: bool) -> tuple[list[Checked], list[str]]:
    from zhenggai.cli.checking import inspection  # noqa: PLC0415

    checked: list[Checked] = []
    unread: list[str] = []
    for file in files:
        try:
            checked.append(inspection.inspect(file, wish))
        except CommandError as fault:
            if not many:
                raise
            unread.append(str(fault))
    return checked, unread


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.replace("，", ",").split(",") if code.strip())


def _today() -> dt.date:
    import datetime as dt  # noqa: PLC0415

    return dt.date.today()  # noqa: DTZ011, TID251 — the command line is where the clock is read


def _date(text: str) -> dt.date:
    import argparse  # noqa: PLC0415
    import datetime as dt  # noqa: PLC0415

    if text in {"今天", "today"}:
        return _today()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2024-03-31") from None
