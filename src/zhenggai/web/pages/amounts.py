"""Money on a form: typed and shown in 元, kept in 分."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")


def amount_in(words: str) -> int | None:
    """Return the amount in 分 that `words` give in 元, with or without commas; None where they give none."""
    found = _AMOUNT.fullmatch(words.replace(",", "").replace("，", "").removesuffix("元"))
    if found is None or (not words.isascii() and not words.removesuffix("元").replace("，", "").isascii()):
        return None
    whole, cents = found.groups()
    return int(whole) * 100 + int((cents or "0").ljust(2, "0"))


def amount_out(amount: int | None) -> str:
    """Return an amount in 分 as 元 with two decimals; "" for None."""
    return "" if amount is None else f"{amount // 100}.{amount % 100:02d}"
