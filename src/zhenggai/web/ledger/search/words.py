"""The words by which a finding is found: its own, those above it, and those of its measures and responsible parties."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.web.ledger.models import Answer, Assignment, Finding, Measure
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Words:
    """One field: what it is called in Chinese, its text, and the measure it is of."""

    label: str
    text: str
    measure_id: int | None = None


def words_of(ids: Sequence[int]) -> dict[int, tuple[Words, ...]]:
    """Return the fields of each finding, the finding's own first, in four queries.

    A response that also answers a restricted finding counts for restricted findings only.
    """
    findings = Finding.objects.filter(pk__in=ids).values(
        "pk", "reference", "text", "cause", "layer", "item__title", "area__title"
    )
    answers = list(
        Answer.objects.filter(finding__in=ids, response__withdrawn_at=None)
        .order_by("response__order", "response_id")
        .values("finding_id", "response_id", "response__objective")
    )
    responses = {answer["response_id"] for answer in answers}
    hidden = set(
        Answer.objects.filter(response__in=responses, finding__layer=Layer.RESTRICTED).values_list(
            "response_id", flat=True
        )
    )
    below = _below(responses)
    answered: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for answer in answers:
        answered[answer["finding_id"]].append((answer["response_id"], answer["response__objective"]))
    found = {}
    for finding in findings:
        words = _own(finding)
        for response, objective in answered[finding["pk"]]:
            if finding["layer"] == Layer.RESTRICTED or response not in hidden:
                words.append(Words("整改目标", objective))
                words.extend(below[response])
        found[finding["pk"]] = tuple(field for field in words if field.text)
    return found


def _own(finding: Mapping[str, Any]) -> list[Words]:
    item = finding["item__title"] or ""
    return [
        Words("问题", finding["text"]),
        Words("编号", finding["reference"]),
        Words("原因分析", finding["cause"]),
        Words("反馈问题", item if item != finding["text"] else ""),
        Words("聚焦方面", finding["area__title"] or ""),
    ]


def _below(responses: set[int]) -> dict[int, list[Words]]:
    below: dict[int, list[Words]] = defaultdict(list)
    measures = Measure.objects.filter(response__in=responses, withdrawn_at=None).order_by("order", "pk")
    for pk, response, reference, text in measures.values_list("pk", "response_id", "reference", "text"):
        below[response] += [Words(f"措施{reference}", text, pk), Words("措施编号", reference, pk)]
    parties: dict[int, dict[str, None]] = defaultdict(dict)
    assigned = Assignment.objects.filter(response__in=responses, until=None).order_by("order", "pk")
    for response, name in assigned.values_list("response_id", "name"):
        parties[response][name] = None
    for response, names in parties.items():
        below[response].append(Words("责任", "、".join(names)))
    return below
