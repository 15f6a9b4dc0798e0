"""`zhenggai daily`: the work of the day by hand, which the application does by itself as long as it runs."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING

from zhenggai.cli.terminal.faults import CommandError

if TYPE_CHECKING:
    import argparse

NAME = "daily"
HELP = "办理每日例行事项（平时自动办理，可重复运行）"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the data lies and for which day."""
    parser.add_argument("--data", metavar="文件夹", help="数据文件夹（默认 ./data，或环境变量 ZHENGGAI_DATA）")
    parser.add_argument("--as-of", metavar="日期", help="按这一天办理，格式2026-07-20（默认今天，不能晚于今天）")


def run(args: argparse.Namespace) -> int:
    """Do the day's work; 0 done, 1 some of it failed, 2 it cannot be done."""
    day = _day(args.as_of)
    from zhenggai.web import serving, store  # noqa: PLC0415 — only this command needs the web framework

    try:
        serving.open_store(args.data)
    except store.StoreError as fault:
        raise CommandError(str(fault)) from None
    from django.db import DatabaseError, InterfaceError  # noqa: PLC0415 — Django is loaded by now
    from django.utils import timezone  # noqa: PLC0415

    from zhenggai.web.ledger.daily import run_daily  # noqa: PLC0415

    now = timezone.localtime()
    if day and day > now.date():
        raise CommandError("不能按以后的日期办理。")
    try:
        found = run_daily(dt.datetime.combine(day, now.timetz()) if day else now)
    except (DatabaseError, InterfaceError) as fault:
        raise CommandError(
            f"数据库不能写入，没有办理完，可以再次运行：{(str(fault).strip() or '原因不明').splitlines()[0]}"
        ) from None
    sys.stdout.write(f"{found}\n")
    for words in found.faults:
        sys.stderr.write(f"zhenggai：{words}，可以再次运行。\n")
    return 1 if found.faults else 0


def _day(text: str | None) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"日期“{text}”不正确，请按2026-07-20的格式填写。") from None
