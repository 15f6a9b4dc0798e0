"""`zhenggai read`: documents become ledgers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse
    import datetime as dt

NAME = "read"
HELP = "读取整改方案、通报、报告或台账，显示或导出整改台账"
SUFFIXES = {"table": ".txt", "xlsx": ".xlsx", "json": ".json", "blocks": ".tsv", "text": ".txt"}
"""Form → the suffix of its files."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `zhenggai read`."""
    parser.add_argument("files", nargs="+", metavar="文件", help="要读的文件或文件夹（含下级文件夹）；- 表示标准输入")
    parser.add_argument(
        "--format",
        choices=tuple(SUFFIXES),
        metavar="格式",
        help="table 台账（默认）；xlsx 电子表格台账；json 结构化数据，读多个文件时每行一个；blocks 编号的文本块；text 纯文本。"
        "不写时按输出文件的后缀",
    )
    parser.add_argument("-o", "--output", metavar="输出", type=Path, help="输出文件；读多个文件或文件夹时是输出文件夹")
    parser.add_argument(
        "--as-of",
        metavar="日期",
        type=_date,
        help="文中没写年份、也推不出年份时，从这一天算起，如 2024-03-31 或 今天",
    )


def run(args: argparse.Namespace) -> int:
    """Read the files and write their ledgers; return 0, 1 (some of several failed) or 2 (nothing could be read)."""
    form = _form(args.format, args.output)
    from zhenggai.cli.reading import batch, shapes  # noqa: PLC0415 — what reads files is loaded only where files are read

    return batch.run(args.files, batch.Job(shapes.Shape(form, args.as_of), args.output, SUFFIXES[form]))


def _form(chosen: str | None, output: Path | None) -> str:
    if chosen is None:
        chosen = next(
            (form for form, suffix in SUFFIXES.items() if output and output.suffix.lower() == suffix), "table"
        )
    if chosen == "xlsx" and output is None and sys.stdout.isatty():
        raise CommandError("电子表格不能显示在终端上，请用 -o 写明输出文件。")
    return chosen


def _date(text: str) -> dt.date:
    import argparse  # noqa: PLC0415
    import datetime as dt  # noqa: PLC0415

    if text in {"今天", "today"}:
        return dt.date.today()  # noqa: DTZ011, TID251 — the command line is where the clock is read
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2024-03-31") from None
