"""Chinese text made comparable: widths, numerals and blanks, with every position kept; and dates as official papers write them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

CHINESE_DIGITS = "〇零一二三四五六七八九十百两廿卅"
"""The characters of which small Chinese numerals are written."""

_BLANKS = "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\ufeff\u200b\t"
_TRADITIONAL = "題牽頭領導責門協時單辦況實進項務銷號驗復對標據長組員職績態狀級審計內報關於貫徹來個處條問現線開會議點發規範嚴違紀監檢視見後沒無為與結確認馬動從過還這產業經費資財應當達運輸隊機構係體學黨幹區縣鎮鄉衛鄰總書記劃戰屬舉斷續約談誡勵獎罰積極強專檔舊兩萬億數節儉樓臺賬帳圖館採購齊隱環廳聯誰織離備屆選換歷黃廣東"
_SIMPLIFIED = "题牵头领导责门协时单办况实进项务销号验复对标据长组员职绩态状级审计内报关于贯彻来个处条问现线开会议点发规范严违纪监检视见后没无为与结确认马动从过还这产业经费资财应当达运输队机构系体学党干区县镇乡卫邻总书记划战属举断续约谈诫励奖罚积极强专档旧两万亿数节俭楼台账账图馆采购齐隐环厅联谁织离备届选换历黄广东"
"""The traditional characters that labels, marks and words of state are written with; names stay as they are."""
_FOLDED = (
    {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
    | {ord(blank): " " for blank in _BLANKS}
    | {ord(dash): "-" for dash in "‐‑‒–—―－﹣−─━"}
    | {ord(tilde): "~" for tilde in "～〜∼"}
    | str.maketrans(_TRADITIONAL, _SIMPLIFIED)
    | {ord("．"): ".", ord("〔"): "[", ord("〕"): "]", ord("﹝"): "[", ord("﹞"): "]", ord("｜"): "|"}
)
_TABLE = list(range(max(_FOLDED) + 1))
"""What each character becomes, by its code: a dictionary of those that change would raise an exception for every other."""
for _code, _folded in _FOLDED.items():
    _TABLE[_code] = ord(_folded) if isinstance(_folded, str) else _folded
_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "Ｏ": 0, "两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_CIRCLED = {chr(code): int(unicodedata.numeric(chr(code))) for code in (*range(0x2460, 0x2474), *range(0x3251, 0x3260))}


def fold(text: str) -> str:
    """Return `text` with letters, digits, marks, dashes and blanks in half width, and traditional characters simplified.

    The result has the length of `text`, so that a position in one is the same position in the other.
    """
    return text.translate(_TABLE)


def leaping(begins: str, pattern: str) -> re.Pattern[str]:
    """Return what is searched for as `pattern` (its group `whole`) where it begins with one of the characters `begins`.

    A search leaps from one character of such a set to the next, but tries a pattern of alternatives at every place.
    """
    return re.compile(rf"[{begins}](?<=(?=(?P<whole>{pattern}))[\s\S])")


def compact(text: str) -> str:
    """Return the letters and digits of `text` alone, folded: for comparing, never for showing."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def circled(character: str) -> int | None:
    """Return the number in a circle (① to ㊱) that `character` is, or None."""
    return _CIRCLED.get(character)


def number(text: str) -> int | None:
    """Return the whole number that `text` writes in Arabic, circled or Chinese numerals, or None.

    Understands 12, １２, ⑫, 十二, 一百零三, 廿五 and digit by digit 二〇二四.
    """
    text = fold(text).strip()
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return int(text)
    if len(text) == 1 and text in _CIRCLED:
        return _CIRCLED[text]
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text or any(c not in _DIGIT and c not in _UNIT for c in text):
        return None
    if not any(c in _UNIT for c in text):
        return int("".join(str(_DIGIT[c]) for c in text))
    return _by_units(text)


def day_words(date: dt.date | None) -> str:
    """Return a date as official papers write it, 2026年7月20日; nothing for none."""
    return f"{date.year}年{date.month}月{date.day}日" if date else ""


def _by_units(text: str) -> int | None:
    total = section = digit = 0
    for c in text:
        if c in _DIGIT:
            digit = _DIGIT[c]
        elif c == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section, digit = section + (digit or 1) * _UNIT[c], 0
    return total + section + digit


def chinese(value: int) -> str:
    """Return `value` (1 to 99) as a Chinese numeral: 3 → 三, 10 → 十, 21 → 二十一.

    Raises:
        ValueError: outside 1 to 99.
    """
    if not 1 <= value <= 99:
        raise ValueError(f"{value} is not between 1 and 99")
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones else "")
