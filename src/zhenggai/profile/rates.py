"""How an office shows rates and grades scores: digits and rounding, bands with their least score, what outweighs every score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from zhenggai.profile.values import ProfileError, number, text

if TYPE_CHECKING:
    from collections.abc import Mapping

ROUNDINGS: Mapping[str, str] = {"half_up": "四舍五入", "cut": "舍去（只舍不入）"}
MOST_DIGITS = 4
RATE_LABELS = {
    "rounding.digits": "百分比保留几位小数",
    "rounding.mode": "多余的小数",
    "grade.*.word": "等次",
    "grade.*.least": "最低得分（含）",
    "grading.veto.*": "一票否决情形（定为最低等次）",
}
RATE_CHOICES: dict[str, Mapping[str, str]] = {"rounding.mode": ROUNDINGS}


@dataclass(frozen=True, slots=True)
class RoundingCustom:
    """The custom of 百分比: `digits` behind the point, what is beyond them rounded `half_up` or cut off."""

    digits: int
    half_up: bool

    def rate(self, part: int, whole: int) -> str:
        """Return the share in percent as it is shown, — of nothing. What is not whole never reads 100%."""
        if not whole:
            return "—"
        step = Decimal(1).scaleb(-self.digits)
        exact = Decimal(100 * part) / whole
        shown = exact.quantize(step, ROUND_HALF_UP if self.half_up else ROUND_DOWN)
        if part < whole and shown >= 100:
            shown = Decimal(100) - step
        return f"{shown}%"


@dataclass(frozen=True, slots=True)
class Grade:
    """A band of scores: from `least` on up to the next better band."""

    word: str
    least: int


@dataclass(frozen=True, slots=True)
class GradingCustom:
    """The custom of 等次: bands with the best first; any one of `veto` makes it the last band, whatever the score."""

    grades: tuple[Grade, ...]
    veto: Mapping[str, str]

    def grade(self, score: Decimal | int, *, vetoed: bool = False) -> Grade:
        """Return the band of a score of 0 to 100."""
        return next((one for one in self.grades if not vetoed and score >= one.least), self.grades[-1])


def parse_rounding(table: dict[str, Any], name: str) -> RoundingCustom:
    """Read the part `[rounding]` of the profile `name`.

    Raises:
        ProfileError: it is missing, or a value in it is not what it must be.
    """
    part = table.get("rounding")
    if not isinstance(part, dict):
        raise ProfileError(name, "缺少百分比规定（[rounding]）。", "rounding")
    digits = number(part, "digits", name, at="rounding.")
    if digits > MOST_DIGITS:
        raise ProfileError(name, f"的 digits 应当是0至{MOST_DIGITS}之间的整数。", "rounding.digits")
    if part.get("mode") not in ROUNDINGS:
        raise ProfileError(name, f"的 mode 只能是 {'、'.join(ROUNDINGS)}。", "rounding.mode")
    return RoundingCustom(digits, part["mode"] == "half_up")


def parse_grading(table: dict[str, Any], name: str) -> GradingCustom:
    """Read the parts `[[grade]]` and `[grading.veto]` of the profile `name`.

    Raises:
        ProfileError: one is missing, or a value in it is not what it must be.
    """
    entries = table.get("grade")
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise ProfileError(name, "缺少等次（[[grade]]）。", "grade")
    grades = [
        Grade(text(one, "word", name, at=f"grade.{place}."), number(one, "least", name, at=f"grade.{place}."))
        for place, one in enumerate(entries)
    ]
    for place, (better, one) in enumerate(zip([None, *grades], grades, strict=False)):
        if one.least > 100 or (better is not None and one.least >= better.least):
            raise ProfileError(name, "的等次应当从高到低排列，最低得分逐级递减，不超过100。", f"grade.{place}.least")
    if grades[-1].least:
        raise ProfileError(name, "的最低等次应当从0分起，否则有的得分没有等次。", f"grade.{len(grades) - 1}.least")
    part = table.get("grading")
    veto = part.get("veto") if isinstance(part, dict) else None
    if not isinstance(veto, dict):
        raise ProfileError(name, "缺少一票否决情形（[grading.veto]）。", "grading.veto")
    return GradingCustom(tuple(grades), {code: text(veto, code, name, at="grading.veto.") for code in veto})
