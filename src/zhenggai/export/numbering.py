"""Numbers before words, as they are set in print."""

from __future__ import annotations

import re

from zhenggai import text


def numbered(number: str | None, words: str) -> str:
    """Return `words` behind their number as it is set in print: 1. 一、 （一） 一是 ① 问题一：."""
    if not number or words.startswith(number):
        return words
    if re.fullmatch(r"[0-9]+(\.[0-9]+)*", number):
        return f"{number}.{'' if not words[:1].isdigit() else ' '}{words}"
    if text.number(number) is not None and text.circled(number) is None:
        return f"{number}、{words}"
    if number[-1].isalnum() and not number.endswith("是") and text.circled(number) is None:
        return f"{number}：{words}"
    return number + words
