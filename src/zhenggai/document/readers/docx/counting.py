"""How Word writes a number: the number formats of automatic numbering (ECMA-376 part 1, 17.18.59)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST = 32_767
_LAST_LETTERS = 780


def show_number(value: int, number_format: str) -> str:
    """Return `value` as the Word number format writes it; `001` stands for digits in three places, the unknown for digits."""
    if not 0 <= value <= _LARGEST:
        return str(value)
    if number_format.startswith("0"):
        return str(value).zfill(len(number_format))
    writer = _WRITERS.get(number_format)
    return writer(value) if writer is not None else str(value)


def _positional(value: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(value))


def _chinese(value: int, digits: str = "零一二三四五六七八九", units: str = "十百千") -> str:
    """Write `value` by tens, hundreds and thousands: 21 → 二十一, 110 → 一百一十."""
    if value == 0:
        return digits[0]
    if value >= 10_000:
        rest = value % 10_000
        gap = digits[0] if 0 < rest < 1000 else ""
        return _chinese(value // 10_000, digits, units) + "万" + gap + (_chinese(rest, digits, units) if rest else "")
    out, zero = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit == 0:
            zero = bool(out)
            continue
        out += digits[0] * zero + digits[digit] + (units[power - 1] if power else "")
        zero = False
    return out


def _counted(value: int) -> str:
    """Write `value` as Chinese counting does: 10 → 十, 11 → 十一."""
    written = _chinese(value)
    return written[1:] if 10 <= value < 20 else written


def _counting(value: int) -> str:
    """chineseCounting: by tens below 100, digit by digit from there on."""
    return _counted(value) if value < 100 else _positional(value)


def _japanese(value: int) -> str:
    """japaneseCounting: 100 is 百 and 1000 千, without a one before them."""
    return re.sub(r"一(?=[十百千])", "", _chinese(value)).replace("零", "") or "〇"


def _legal(value: int) -> str:
    return _chinese(value, _LEGAL, "拾佰仟")


def _letters(value: int) -> str:
    """a, b … z, aa, bb …: Word repeats the letter, up to thirty times."""
    if value > _LAST_LETTERS:
        return str(value)
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value else ""


def _roman(value: int) -> str:
    out = ""
    for amount, sign in _ROMAN:
        count, value = divmod(value, amount)
        out += sign * count
    return out


def _circled(value: int) -> str:
    for first, last, start in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= value <= last:
            return chr(start + value - first)
    return str(value)


def _enclosed(first: int, limit: int) -> Callable[[int], str]:
    return lambda value: chr(first + value - 1) if 1 <= value <= limit else str(value)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)] if value else ""


def _zodiac(value: int) -> str:
    return _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12] if value else ""


def _full_width(value: int) -> str:
    return "".join(chr(ord(d) + 0xFEE0) for d in str(value))


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "none": lambda _: "",
    "bullet": lambda _: "",
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _enclosed(0x2488, 20),
    "decimalEnclosedParen": _enclosed(0x2474, 20),
    "ideographEnclosedCircle": _enclosed(0x3280, 10),
    "ideographDigital": _positional,
    "japaneseDigitalTenThousand": _positional,
    "taiwaneseDigital": _positional,
    "koreanDigital2": _positional,
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _counted,
    "taiwaneseCountingThousand": _counted,
    "japaneseCounting": _japanese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": lambda value: _chinese(value, "零壹貳參肆伍陸柒捌玖", "拾佰仟"),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographZodiacTraditional": _zodiac,
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "ordinal": str,
    "numberInDash": lambda value: f"- {value} -",
}
