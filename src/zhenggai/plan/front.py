"""What a document says of itself: kind, title, issuer, number, dates and totals."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.plan.lines import Line
from zhenggai.plan.marks import leading_mark
from zhenggai.plan.model import Announced
from zhenggai.text import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.plan.lines import Stretch
    from zhenggai.plan.model import Kind, Span

_TITLE_END = re.compile(
    r"(?:方案|报告|通报|情况(?:的?说明)?|台账|台帐|清单|公示|意见|公告|汇报|回复|的函|复函|决定|通知|一览表|汇总表|明细表|分解表|表|材料|计划|书)(?:\([^()]{1,20}\))*$"
)
_NO_TITLE = re.compile(
    r"[。!?;]|^(?:发布|来源|信息|时间|日期|浏览|字号|索引|单位|填报|报送|编号|密级|各|市|区|县|省)?.{0,8}:|^\d{4}[-年/]|^绝密|^机密|^秘密|^内部"
)
_NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]{1,14}(?:字|发|函|办|审|报)?\s*[\[〔(]\s*(?:19|20)\d{2}\s*[\]〕)]\s*第?\s*\d{1,4}\s*号"
)
_DATE = re.compile(r"(?:(?P<year>(?:19|20)\d{2})\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
_CN_DATE = re.compile(
    r"(?P<year>[二〇零○一三四五六七八九]{4})\s*年\s*(?P<month>[一二三四五六七八九十]{1,2})\s*月\s*(?P<day>[一二三四五六七八九十]{1,3})\s*日"
)
_ISO_DATE = re.compile(r"(?P<year>(?:19|20)\d{2})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})")
_YEAR = re.compile(r"(?P<year>(?:19|20)\d{2})\s*年")
_ISSUER = re.compile(
    r"^(?P<issuer>(?!关于|落实|贯彻)(?:中共)?[\u4e00-\u9fff()]{2,40}?(?:委员会|党组|党委|党工委|党总支|党支部|领导班子|人民政府|人民法院|人民检察院|局|院|学校|大学|中学|小学|公司|厅|委|所|中心|管委会|街道|镇|乡))(?:关于|落实|贯彻|20\d\d年|巡[视察]|整改|领导班子)"
)
_PUBLISHED = re.compile(
    r"(?:发布|发文|印发|成文|填报|报送|公开)(?:日期|时间)\s*:|^[(]?(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|[-./]\d{1,2}[-./]\d{1,2})[)]?(?:\s|$)"
)
_DAY = re.compile(
    r"(?:[\d零〇○一二三四五六七八九]{4}\s*年\s*)?[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
_DAY_ALONE = re.compile(_DAY.pattern + r"\s*(?:\((?:星期|周)[一二三四五六日天]\))?\s*(?:[上下]午|晚上?|当[天日])?")
_ORGANISATION = re.compile(
    r"(?:委员会|党组|党委|党工委|局|院|校|学|公司|办公室|政府|总支|支部|厅|委|班子|街道|镇|乡|所|中心)$"
)
_FEEDBACK = re.compile(r"反馈")


@dataclass(frozen=True, slots=True)
class Front:
    """What was found, with the places of the title."""

    kind: Kind
    title: str | None
    issuer: str | None
    document_number: str | None
    feedback_date: dt.date | None
    plan_date: dt.date | None
    title_spans: tuple[Span, ...]


def read_front(stretches: Sequence[Stretch], tail: Sequence[Line]) -> Front:
    """Read the front matter of a document; `tail` holds its closing lines (signature, date)."""
    lines = [s for s in stretches[:60] if isinstance(s, Line)]
    title_lines = _title_lines(lines) or _title_lines(_above_heads(stretches))
    title = "".join(line.raw for line in title_lines) or None
    plan_date = _plan_date(tail, lines)
    feedback = _feedback_date([line.text for line in lines], plan_date)
    return Front(
        _kind(title or "", stretches),
        title,
        _issuer(title_lines, tail),
        _document_number(lines[:20]),
        feedback,
        plan_date,
        tuple(line.span() for line in title_lines),
    )


def _above_heads(stretches: Sequence[Stretch]) -> list[Line]:
    """Return the lines of the first table's rows that hold one cell alone: what a sheet says above its heads."""
    table = next((s for s in stretches[:3] if not isinstance(s, Line)), None)
    if table is None or table.columns < 3:
        return []
    above: list[Line] = []
    for row in range(min(table.rows, 4)):
        cells = [cell for (at, _), cell in sorted(table.cells.items()) if at == row and cell.lines]
        if len(cells) > 1:
            break
        above += [line for cell in cells for line in cell.lines]
    return above


def _title_lines(lines: Sequence[Line]) -> list[Line]:
    for index, line in enumerate(lines[:30]):
        text = line.text.strip('《》“”" ')
        if len(text) > 80 or (leading_mark(text) is not None and len(text) < 8):
            continue
        if not (
            _TITLE_END.search(text)
            and not re.search(r"[。!?;]", text)
            and re.search("整改|问题|巡|督|反馈|审计|隐患", text)
        ) and not (line.heading == 1 and len(text) < 60 and leading_mark(text) is None):
            continue
        first = index
        while first > 0 and index - first < 2 and _continues_title(lines[first - 1].text):
            first -= 1
        last = index
        while last + 1 < len(lines) and last - index < 2 and _ends_title(lines[last + 1].text):
            last += 1
        return list(lines[first : last + 1])
    return []


def _ends_title(text: str) -> bool:
    """Whether a line goes on with a title broken over two lines: …反馈意见 / 整改落实工作方案."""
    return (
        len(text) < 30 and not _NO_TITLE.search(text) and leading_mark(text) is None and bool(_TITLE_END.search(text))
    )


def _continues_title(text: str) -> bool:
    return (
        4 <= len(text) <= 40
        and not _NO_TITLE.search(text)
        and leading_mark(text) is None
        and bool(re.search(r"[委组局院校司会班厅中心府]|关于|主题教育|整改", text))
    )


def _kind(title: str, stretches: Sequence[Stretch]) -> Kind:
    patterns: tuple[tuple[Kind, str], ...] = (
        ("plan", r"方案|整改计划"),
        ("ledger", r"台账|台帐|清单|一览表|汇总表|明细表|分解表|任务表|情况表|统计表|登记表"),
        ("report", r"报告|汇报|回复|复函|的函|情况的?说明"),
        ("notice", r"通报|公示|公告|情况"),
    )
    ends = {kind: max((m.end() for m in re.finditer(pattern, title)), default=0) for kind, pattern in patterns}
    last = max(ends, key=lambda kind: ends[kind])
    if ends[last]:
        return last
    if stretches and not any(isinstance(s, Line) and len(s.text) > 80 for s in stretches):
        return "ledger" if any(not isinstance(s, Line) for s in stretches) else "other"
    return "other"


def _issuer(title_lines: Sequence[Line], tail: Sequence[Line]) -> str | None:
    for line in tail:
        if (
            re.search(r"(?:委员会|党组|党委|党工委|局|院|校|公司|办公室|政府|总支|支部|厅|委)$", line.text)
            and len(line.text) < 40
        ):
            return line.raw
    for line in title_lines:
        match = _ISSUER.match(line.text)
        if match:
            return line.raw[match.start("issuer") : match.end("issuer")]
    return title_lines[0].raw if len(title_lines) > 1 and _ORGANISATION.search(title_lines[0].text) else None


def _document_number(lines: Sequence[Line]) -> str | None:
    for line in lines:
        match = _NUMBER.fullmatch(line.text.strip("() "))
        if match:
            return line.raw.strip("（）() ")
    return None


def read_date(match: re.Match[str], year: int | None) -> dt.date | None:
    """Return the date that `match` writes; `year` stands in where it writes none. None for a date that does not exist."""
    written = match["year"]
    value = (number(written) if written else None) or year
    if value is None:
        return None
    try:
        return dt.date(value, number(match["month"]) or 0, number(match["day"]) or 0)
    except ValueError:
        return None


def _dates(text: str) -> list[dt.date]:
    """Return the dates of `text` that exist; one without a year takes the year named before it."""
    found: list[dt.date] = []
    year: int | None = None
    matches = sorted(
        [*_DATE.finditer(text), *_CN_DATE.finditer(text), *_ISO_DATE.finditer(text), *_YEAR.finditer(text)],
        key=lambda m: m.start(),
    )
    for match in matches:
        if match.re is _YEAR:
            year = int(match["year"])
            continue
        date = read_date(match, year)
        if date is not None:
            if match["year"] is None and found and date < found[-1]:
                date = date.replace(year=date.year + 1)
            found.append(date)
            year = date.year
    return found


def _plan_date(tail: Sequence[Line], lines: Sequence[Line]) -> dt.date | None:
    for line in reversed(tail):
        if len(line.text) < 40:
            dates = _dates(line.text)
            if dates:
                return dates[-1]
    for line in lines[:12]:
        if len(line.text) < 80 and _PUBLISHED.search(line.text):
            dates = _dates(line.text)
            if dates:
                return dates[0]
    return None


def _feedback_date(texts: Iterable[str], plan_date: dt.date | None) -> dt.date | None:
    """Return the date of the feedback: the one in the clause that says 反馈, or a date that is the clause before it."""
    for text in texts:
        for found in _FEEDBACK.finditer(text):
            before = text[: found.start()]
            sentence = before[before.rfind("。") + 1 :]
            clauses = sentence.split(",")
            dated = _DAY.search(clauses[-1]) or (len(clauses) > 1 and _DAY_ALONE.fullmatch(clauses[-2].strip()))
            if not dated:
                continue
            dates = _dates(before) or (_dates(f"{plan_date.year}年{sentence}") if plan_date else [])
            if dates:
                return dates[-1]
    return None


# -- totals ------------------------------------------------------------------------------------------------------------

_CHINESE = "一二三四五六七八九十百两"
_NUMBER_WORD = rf"\d{{1,4}}|(?<![{_CHINESE}])[{_CHINESE}]{{1,5}}"
_COUNT = rf"(?<![第\d])(?<!第 )(?P<n>{_NUMBER_WORD})"
"""How many; 第3个 says which."""
_COUNT_BEHIND = rf"(?:共计?|合计|计)?\s*(?P<m>{_NUMBER_WORD})\s*(?:个|项|条)"
"""The same behind what is counted: 反馈问题21个."""
_TOTALS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("areas", re.compile(rf"{_COUNT}\s*(?:个|大)?\s*(?:大)?(?:方面|大类|板块|领域)")),
    (
        "findings",
        re.compile(
            rf"{_COUNT}\s*(?:个|项|条|类)\s*(?:反馈|主要|突出|重点)*(?:的)?(?:具体)(?:表现)?问题|具体问题{_COUNT_BEHIND}"
        ),
    ),
    ("items", re.compile(rf"{_COUNT}\s*(?:大|个大)?(?:项|条)\s*(?:具体|主要|重点)?(?:整改)?任务")),
    (
        "problems",
        re.compile(
            rf"{_COUNT}\s*(?:个|项|条)\s*(?:反馈|主要|突出|重点)*问题"
            rf"|(?:反馈|发现|指出|查出|查摆|提出|移交|梳理出?|共有?|方面)的?(?:主要|突出|重点)?问题{_COUNT_BEHIND}"
        ),
    ),
    (
        "measures",
        re.compile(rf"(?:整改)?(?:措施|举措){_COUNT_BEHIND}|{_COUNT}\s*(?:条|项|个)(?:具体)?(?:整改)?(?:措施|举措)"),
    ),
    (
        "completed",
        re.compile(
            rf"(?<!基本)(?<!阶段性)(?:已整改|(?:已)?(?:整改)?(?:完成|整改到位|销号)(?:整改)?)\s*(?!一个){_COUNT}\s*(?:个|项|条)"
        ),
    ),
    (
        "basically_done",
        re.compile(rf"(?:基本|阶段性)(?:整改)?(?:完成|整改到位|办结)(?:整改)?\s*{_COUNT}\s*(?:个|项|条)"),
    ),
    ("ongoing", re.compile(rf"(?:正在|持续|长期)(?:整改|推进|坚持)(?:中)?(?:的)?\s*{_COUNT}\s*(?:个|项|条)")),
)


_PART_OF_ALL = re.compile(
    r"(?:已(?:经)?|完成|销号|办结|解决|到位|其中有?|其余|剩余|[还尚]有|未(?:完成)?整改|正在(?:整改|推进)|持续(?:整改|推进)|基本(?:完成)?整改|已(?:经)?(?:全部)?整改)\s*的?$"
)
"""Before a number of problems: those done or still open, not all."""


def _total(name: str, pattern: re.Pattern[str], text: str) -> int | None:
    for match in pattern.finditer(text):
        if name == "problems" and _PART_OF_ALL.search(text, max(0, match.start() - 12), match.start()):
            continue
        if name == "areas" and "问题" not in text[match.end() : match.end() + 20]:
            return None
        groups = match.groupdict()
        return number(groups.get("n") or groups.get("m") or "")
    return None


def read_totals(texts: Iterable[str]) -> Announced:
    """Return the totals that the folded `texts` (lead and organisation parts) state; the first statement of each counts."""
    found: dict[str, int] = {}
    for text in texts:
        if "问题" not in text and "任务" not in text and "措施" not in text:
            continue
        for name, pattern in _TOTALS:
            value = _total(name, pattern, text) if name not in found else None
            if value is not None:
                found[name] = value
    problems = found.pop("problems", None)
    found.setdefault("findings", problems) if problems is not None else None
    return Announced(**found)
