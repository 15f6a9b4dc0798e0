"""What an office asks for before a finding is closed: criteria, ways of verifying, reasons for a return, limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zhenggai.profile.values import ProfileError, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

EVIDENCE_KINDS: Mapping[str, str] = {
    "institution": "制度文件",
    "meeting": "会议材料",
    "voucher": "财务凭证",
    "sanction": "处理处分文件",
    "photo": "照片",
    "register": "台账登记",
    "notice": "公示公告",
    "contract": "合同、验收材料",
    "talk": "谈话记录",
    "survey": "问卷、满意度汇总",
    "statement": "情况说明",
    "other": "其他材料",
}
"""The kinds of evidence that a profile may speak of."""


@dataclass(frozen=True, slots=True)
class ClosingCustom:
    """The custom of 销号. Mappings go from code to words, in the order in which they are shown.

    `verifiers` people at least verify; after a return the unit applies again within `resubmit_days` days; a measure of lasting effect
    needs reports in `long_term_periods` cycles; evidence of the kinds `weak_evidence` cannot stand alone,
    and a file of evidence has at most `evidence_megabytes`, or what the server takes if that is less. The criteria `always`
    concern every finding: nobody can answer that they do not.
    """

    verifiers: int
    resubmit_days: int
    long_term_periods: int
    weak_evidence: frozenset[str]
    evidence_megabytes: int
    always: frozenset[str]
    reasons: Mapping[str, str]
    methods: Mapping[str, str]
    criteria: Mapping[str, str]


def parse_closing(table: dict[str, Any], name: str) -> ClosingCustom:
    """Read the part `[closure]` of the profile `name`.

    Raises:
        ProfileError: it is missing, or a value in it is not what it must be.
    """
    part = table.get("closure")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少销号要求（[closure]）。", "closure")
    weak = _codes(part, "weak_evidence")
    if weak is None or not weak <= EVIDENCE_KINDS.keys():
        raise ProfileError(name, "的 weak_evidence 应当是材料类别的列表。", "closure.weak_evidence")
    criteria = _words(part, "criteria", name)
    always = _codes(part, "always")
    if always is None or not always <= criteria.keys():
        raise ProfileError(name, "的 always 应当是销号条件代码的列表。", "closure.always")
    return ClosingCustom(
        verifiers=number(part, "verifiers", name, least=1, at="closure."),
        resubmit_days=number(part, "resubmit_days", name, least=1, at="closure."),
        long_term_periods=number(part, "long_term_periods", name, least=1, at="closure."),
        weak_evidence=weak,
        evidence_megabytes=number(part, "evidence_megabytes", name, least=1, at="closure."),
        always=always,
        reasons=_words(part, "reasons", name),
        methods=_words(part, "methods", name),
        criteria=criteria,
    )


def _words(part: dict[str, Any], key: str, name: str) -> dict[str, str]:
    words = part.get(key)
    if not isinstance(words, dict) or not words:
        raise ProfileError(name, f"的 [closure.{key}] 应当至少有一项。", f"closure.{key}")
    return {code: text(words, code, name, at=f"closure.{key}.") for code in words}


def _codes(part: dict[str, Any], key: str) -> frozenset[str] | None:
    """Return the codes listed under `key`, none where nothing is said; None when it is no list of codes."""
    codes = part.get(key, [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        return None
    return frozenset(codes)
