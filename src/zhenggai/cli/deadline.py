"""`zhenggai deadline`: says when a wording falls due, and which wording said so."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

from zhenggai.deadline import Context, Reading, read, recurrences
from zhenggai.deadline.kinds import TimePart, to_dict

if TYPE_CHECKING:
    import argparse

NAME = "deadline"
HELP = "解读时限用语，说明各部分的含义"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("text", nargs="*", metavar="用语", help="时限用语，如“2024年3月底前完成，并长期坚持”")
    parser.add_argument("--json", action="store_true", help="从标准输入逐行读取JSON，逐行输出JSON")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, metavar="日期", help="推定年份的参照日期，默认今天")
    parser.add_argument("--plan-date", type=dt.date.fromisoformat, metavar="日期", help="方案印发日期")
    parser.add_argument("--feedback-date", type=dt.date.fromisoformat, metavar="日期", help="反馈日期")


def run(args: argparse.Namespace) -> int:
    """Read the words and print what they mean; 2 where a line of JSON could not be understood."""
    if args.json:
        return _answer_lines(args)
    return 0


def _answer_lines(args: argparse.Namespace) -> int:
    status = 0
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            answer: dict[str, Any] = {"parts": [to_dict(part) for part in _parts(json.loads(line), args)]}
        except (ValueError, TypeError, KeyError) as error:
            answer, status = {"parts": [], "error": f"无法识别的输入：{error}"}, 2
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return status


def _parts(row: dict[str, Any], args: argparse.Namespace) -> tuple[TimePart, ...]:
    context = Context(
        plan_date=_date(row.get("plan_date")) or args.plan_date,
        feedback_date=_date(row.get("feedback_date")) or args.feedback_date,
        as_of=_date(row.get("context_date")) or args.as_of,
    )
    if row.get("mode") == "duty":
        return recurrences(row["text"], context=context)
    return read(row["text"], context=context).parts


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
