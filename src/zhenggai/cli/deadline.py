"""`zhenggai deadline`: says when a wording falls due, and which words said so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from zhenggai.cli.terminal.faults import CommandError
from zhenggai.text import day_words

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from collections.abc import Iterator

    from zhenggai.deadline import Context, Reading
    from zhenggai.deadline.kinds import TimePart

NAME = "deadline"
HELP = "解读时限用语，说明哪些文字定了什么时限"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `zhenggai deadline`."""
    parser.add_argument("texts", nargs="*", metavar="用语", help="时限用语，如 2024年3月底前完成，并长期坚持")
    parser.add_argument(
        "--json", action="store_true", help="从标准输入逐行读JSON（text、mode、各日期），逐行写出JSON（parts）"
    )
    parser.add_argument("--duty", action="store_true", help="把用语当作整改措施，只找其中的周期性任务")
    parser.add_argument("--plan-date", metavar="日期", type=_date, help="方案印发日期，如 2024-01-15")
    parser.add_argument("--feedback-date", metavar="日期", type=_date, help="反馈日期")
    parser.add_argument("--as-of", metavar="日期", type=_date, help="没有以上日期时，从这一天推定年份；默认今天")


def run(args: argparse.Namespace) -> int:
    """Explain the words, or answer lines of JSON; 2 where a line could not be understood.

    Raises:
        CommandError: there are no words to read.
    """
    if args.json:
        return _answer(args)
    if not args.texts:
        raise CommandError("没有写要解读的时限用语，如：zhenggai deadline 2024年3月底前完成，并长期坚持")
    for place, text in enumerate(args.texts):
        sys.stdout.write(("\n" if place else "") + "\n".join(_explanation(text, args)) + "\n")
    return 0


def _answer(args: argparse.Namespace) -> int:
    import json  # noqa: PLC0415 — as below: what reads is loaded only where something is read

    from zhenggai.deadline.kinds import to_dict  # noqa: PLC0415

    status = 0
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            answer: dict[str, Any] = {"parts": [to_dict(part) for part in _parts(json.loads(line), args)]}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
            answer, status = {"parts": [], "error": _fault_in_line(fault)}, 2
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return status


def _fault_in_line(fault: Exception) -> str:
    """Say what is wrong with a line of --json."""
    if isinstance(fault, KeyError):
        return "这一行的JSON缺少“text”。"
    if isinstance(fault, AttributeError):
        return '这一行的JSON不是对象，应写成 {"text": "2024年3月底前"}。'
    if isinstance(fault, TypeError):
        return "这一行的JSON里有一项不是文字：text 和各日期都应写成字符串。"
    if type(fault) is ValueError:
        return "这一行的JSON里有一个日期写法不对，应写成 2024-03-31。"
    return "这一行不是可用的JSON。"


def _parts(row: dict[str, Any], args: argparse.Namespace) -> tuple[TimePart, ...]:
    """Read one line. No clock: the same line gives the same answer on any day."""
    from zhenggai.deadline import Context, read, recurrences  # noqa: PLC0415

    context = Context(
        plan_date=_iso(row.get("plan_date")) or args.plan_date,
        feedback_date=_iso(row.get("feedback_date")) or args.feedback_date,
        as_of=_iso(row.get("context_date")) or args.as_of,
    )
    text = row["text"]
    if not isinstance(text, str):
        raise TypeError
    return recurrences(text, context=context) if row.get("mode") == "duty" else read(text, context=context).parts


def _explanation(text: str, args: argparse.Namespace) -> Iterator[str]:
    from zhenggai.deadline import Context, read  # noqa: PLC0415

    context = Context(plan_date=args.plan_date, feedback_date=args.feedback_date, as_of=args.as_of or _today())
    reading = read(text, context=context, mode="duty" if args.duty else "field")
    yield f"用语：{text}"
    yield from _wordings(reading)
    if not reading.parts:
        yield "没有读出时限。"
    yield from _dates(reading, context)
    for leftover in reading.leftovers:
        yield f"  未作时限解读：“{leftover.text}”"
    for doubt in reading.doubts:
        yield f"  存疑：{doubt}"


def _wordings(reading: Reading) -> Iterator[str]:
    from zhenggai.deadline import forms, show  # noqa: PLC0415

    titles = {form.key: form.title for form in forms()}
    for wording in reading.wordings:
        meaning = show(wording.parts) or "不是时限（属于事实、标签或不存在的日期）"
        yield f"  “{wording.text}” → {meaning}　〔{titles[wording.form]}，{wording.form}〕"


def _dates(reading: Reading, context: Context) -> Iterator[str]:
    from zhenggai.deadline import due, national, show  # noqa: PLC0415

    for found in due(reading.parts, anchors=context, workdays=national()):
        date = day_words(found.date) if found.date else "无"
        note = f"（{found.statement.rstrip('。')}）" if found.statement else ""
        yield f"  到期日：{date}{note}　〔{show((found.part,))}〕"


def _iso(text: str | None) -> dt.date | None:
    import datetime as dt  # noqa: PLC0415

    return dt.date.fromisoformat(text) if text else None


def _today() -> dt.date:
    import datetime as dt  # noqa: PLC0415

    return dt.date.today()  # noqa: DTZ011, TID251 — the command line is where the clock is read


def _date(text: str) -> dt.date:
    import argparse  # noqa: PLC0415

    try:
        found = _today() if text in {"今天", "today"} else _iso(text)
    except ValueError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2024-03-31")
    return found
