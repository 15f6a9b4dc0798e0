"""The application form (销号申请表): what a person fills in, checked against the measures and their evidence."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import F

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.closing.recurring import named, periods_of
from zhenggai.web.ledger.models import Answer, EvidenceLink, Measure, ProgressUpdate, Rebound
from zhenggai.web.ledger.models.rows import CompletionStatus, RectificationClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhenggai.profile import ClosingCustom
    from zhenggai.web.ledger.models import Closure, Finding

LONGEST = 4000
"""Characters of one field of the form."""
MOST_MONEY = 10**15
"""In 分; more is a slip of the pen."""
CRITERION_ANSWERS = {"yes": "是", "not_applicable": "不涉及"}


class MeasureEntry(TypedDict):
    """What was done about one measure, and when it was complete (ISO, "" while open)."""

    done: str
    completed_on: str


class Application(TypedDict):
    """The form. Money is in 分, None where nothing is said; `criteria` gives an answer for each criterion of the profile."""

    measures: dict[str, MeasureEntry]
    institutions: str
    money_found: int | None
    money_recovered: int | None
    money_note: str
    people: int | None
    other: str
    long_term: str
    lateral: str
    criteria: dict[str, str]


TEXTS = {
    "institutions": "建章立制",
    "money_note": "金额差异说明",
    "other": "其他成效",
    "long_term": "长效机制",
    "lateral": "举一反三情况",
}
NUMBERS = {"money_found": "涉及金额", "money_recovered": "已追缴、退还金额", "people": "处理人数"}


def empty_application() -> Application:
    """Return a form in which nothing has been filled in."""
    return Application(
        measures={}, institutions="", money_found=None, money_recovered=None, money_note="", people=None, other="",
        long_term="", lateral="", criteria={},
    )  # fmt: skip


def cleaned(raw: Mapping[str, Any], *, references: set[str], custom: ClosingCustom) -> Application:
    """Return the form with nothing in it but what the form has: an unfinished one is kept as it is.

    Raises:
        Invalid: a field that cannot be kept: `done:C005`, `completed_on:C005`, or the name of a field of `Application`.
    """
    faults: dict[str, str] = {}
    form = empty_application()
    given = raw.get("measures")
    for reference, entry in given.items() if isinstance(given, dict) else ():
        if reference in references and isinstance(entry, dict):
            done, day = _words(entry.get("done")), _words(entry.get("completed_on"))
            form["measures"][reference] = MeasureEntry(done=done, completed_on=day)
            _check_text(f"done:{reference}", done, faults)
            if day and _day(day) is None:
                faults[f"completed_on:{reference}"] = "完成日期请按“2025-06-30”的格式填写。"
    for name in TEXTS:
        form[name] = _words(raw.get(name))  # type: ignore[literal-required]
        _check_text(name, form[name], faults)  # type: ignore[literal-required]
    for name, words in NUMBERS.items():
        value = raw.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MOST_MONEY):
            faults[name] = f"{words}请填写不小于0的数，且不要过大。"
        else:
            form[name] = value  # type: ignore[literal-required]
    answers = raw.get("criteria")
    for code, answer in answers.items() if isinstance(answers, dict) else ():
        if code in custom.criteria and answer in CRITERION_ANSWERS:
            form["criteria"][code] = answer
    if faults:
        raise Invalid(faults)
    return form


def require_complete(closure: Closure, form: Application, *, custom: ClosingCustom, today: dt.date) -> None:
    """Let pass a form that can be applied with: everything answered, every measure done and proved.

    Raises:
        Invalid: fields as in `cleaned`, and `evidence:C005` or `status:C005` for what is missing of a measure itself.
    """
    finding = closure.finding
    measures = _measures(finding)
    faults: dict[str, str] = {}
    if not measures:
        faults["measures"] = "这个问题还没有整改措施，不能申请销号。"
    since = _open_since(finding)
    proved, weakly = _proved(measures, custom, since)
    reported = _cycles(measures, since)
    periods = periods_of(measures, today, weak=custom.weak_evidence, since=since)
    for measure in measures:
        reference = measure.reference
        entry = form["measures"].get(reference) or MeasureEntry(done="", completed_on="")
        if not entry["done"]:
            faults[f"done:{reference}"] = f"请填写措施{reference}的落实情况。"
        _check_day(reference, entry["completed_on"], measure, finding, today, faults)
        if measure.pk not in proved:
            words = "本轮整改以来" if since else ""
            faults[f"evidence:{reference}"] = (
                f"措施{reference}只有情况说明类材料，不能单独作为佐证，请补充其他材料。"
                if measure.pk in weakly
                else f"措施{reference}{words}没有佐证材料，请先上传。"
            )
        elif measure.pk in periods and periods[measure.pk].unproved:
            missing = named(periods[measure.pk].unproved)
            faults[f"evidence:{reference}"] = (
                f"措施{reference}的周期任务，{missing}已填报，但没有能够单独证明的佐证材料，请在相应的周期任务中上传或选择。"
            )
        fault = _status_fault(measure, reported.get(measure.pk, 0), custom, since is not None)
        if fault:
            faults[f"status:{reference}"] = fault
    _check_outcome(form, custom, faults)
    if faults:
        raise Invalid(faults)


def _measures(finding: Finding) -> list[Measure]:
    responses = Answer.objects.filter(finding=finding, response__withdrawn_at=None).values("response_id")
    return list(Measure.objects.filter(response__in=responses, withdrawn_at=None).order_by("order", "pk"))


def references_of(finding: Finding) -> set[str]:
    """Return the references of the measures that the form asks about."""
    return {measure.reference for measure in _measures(finding)}


def _open_since(finding: Finding) -> dt.datetime | None:
    """Return when the finding was opened anew, for then what was proved before proves nothing; None in the first cycle."""
    rebound = Rebound.objects.filter(finding=finding, cycle=finding.cycle).first()
    return rebound.made_at if rebound else None


def _proved(measures: list[Measure], custom: ClosingCustom, since: dt.datetime | None) -> tuple[set[int], set[int]]:
    """Return the measures that have evidence which can stand, and those that have only weak evidence.

    With `since` only what was uploaded later counts, by the current version: an old piece that is linked anew is still old, and an
    old piece with a new file is new.
    """
    links = EvidenceLink.objects.filter(measure__in=measures, removed_at=None, evidence__withdrawn_at=None)
    if since:
        links = links.filter(
            evidence__versions__number=F("evidence__number"), evidence__versions__uploaded_at__gt=since
        )
    strong: set[int] = set()
    weak: set[int] = set()
    for measure, kind in links.values_list("measure_id", "evidence__kind"):
        (weak if kind in custom.weak_evidence else strong).add(measure)
    return strong, weak - strong


def _cycles(measures: list[Measure], since: dt.datetime | None) -> dict[int, int]:
    """Return in how many reporting cycles each measure has been reported on."""
    updates = ProgressUpdate.objects.filter(measure__in=measures)
    if since:
        updates = updates.filter(reported_at__gt=since)
    seen = {(measure, cycle) for measure, cycle in updates.values_list("measure_id", "cycle")}
    counts: dict[int, int] = {}
    for measure, _ in seen:
        if measure is not None:
            counts[measure] = counts.get(measure, 0) + 1
    return counts


def _status_fault(measure: Measure, cycles: int, custom: ClosingCustom, again: bool) -> str:
    if again and not cycles:
        return f"措施{measure.reference}在本轮整改中还没有填报进展。"
    if measure.completion_status == CompletionStatus.COMPLETED:
        return ""
    if measure.rectification_class == RectificationClass.LONG_TERM:
        if cycles >= custom.long_term_periods:
            return ""
        return f"长期坚持的措施至少要有{custom.long_term_periods}个周期的进展才能申请销号，措施{measure.reference}现有{cycles}个。"
    return f"措施{measure.reference}的完成状态还不是“已完成”，请先填报进展。"


def _check_day(
    reference: str, words: str, measure: Measure, finding: Finding, today: dt.date, faults: dict[str, str]
) -> None:
    day = _day(words)
    field = f"completed_on:{reference}"
    if day is None:
        if measure.completion_status == CompletionStatus.COMPLETED:
            faults[field] = f"请填写措施{reference}的实际完成日期。"
    elif day > today:
        faults[field] = f"措施{reference}的完成日期不能晚于今天。"
    elif finding.inspection.feedback_date and day < finding.inspection.feedback_date:
        faults[field] = f"措施{reference}的完成日期早于反馈日期，请核对；反馈前已完成的事项不能作为本次整改。"


def _check_outcome(form: Application, custom: ClosingCustom, faults: dict[str, str]) -> None:
    for code, words in custom.criteria.items():
        if code not in form["criteria"]:
            faults[f"criteria:{code}"] = f"请逐项确认销号条件：{words}。"
        elif form["criteria"][code] != "yes" and code in custom.always:
            faults[f"criteria:{code}"] = f"“{words}”是每个问题销号的前提，不能选“不涉及”；还没有做到的，请先落实。"
    if form["criteria"].get("system") == "yes" and not (form["institutions"] or form["long_term"]):
        faults["institutions"] = "原因已经消除、制度已经执行的，请写明建章立制或长效机制：制度名称、文号、印发日期等。"
    if form["criteria"].get("lateral") == "yes" and not form["lateral"]:
        faults["lateral"] = "已经举一反三的，请写明排查的范围和结果。"
    found, recovered = form["money_found"], form["money_recovered"]
    if (found or recovered) and form["criteria"].get("money") == "not_applicable":
        faults["criteria:money"] = "填写了涉及或追缴、退还的金额，这一条不能选“不涉及”。"
    if found is not None and recovered is None:
        faults["money_recovered"] = "填写了涉及金额，请同时填写已追缴、退还金额。"
    elif (found or 0) != (recovered or 0) and not form["money_note"]:
        faults["money_note"] = "已追缴、退还金额与涉及金额不一致，请说明差异原因。"


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _check_text(name: str, words: str, faults: dict[str, str]) -> None:
    if len(words) > LONGEST:
        faults[name] = f"内容过长，请控制在{LONGEST}字以内（现为{len(words)}字）。"
    elif "\0" in words:
        faults[name] = "内容中有不能保存的字符，请删除后重试。"


def _day(words: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        return None
