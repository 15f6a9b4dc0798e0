"""Money: what was wrongly paid, kept or not collected, and whether a measure returns it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zhenggai.rules.wording.clauses import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhenggai.rules.wording.lexicon import Lexicon

AMOUNT = re.compile(
    r"\d[\d,]*(?:\.\d+)?\s*(?:余|多)?\s*(?:亿|万|千|百)?\s*(?:余|多)?元|[一二三四五六七八九十百千万]+元"
)
_MONEY = re.compile(
    r"津补贴|津贴|补贴|补助|奖金|福利|工资|薪酬|加班费|话费|电话费|[\u4e00-\u9fff]费(?!用?制度|用?管理)|款|资金|租金|押金|保证金|余额|公款|经费|礼金|购物卡|慰问金|油卡|现金|收入|费用|罚没|利息|税|交通工具"
)
_DONE = re.compile(r"已(?:经)?(?:于|在)?[^,。;]{0,24}?(?:全额|全部|足额)?(?:退|追|收|缴|清|还|扣)")
_NOT_DONE = re.compile(r"(?:未|没有|没|尚未|仍未)$")


def owed(problem: str, lexicon: Lexicon) -> str | None:
    """Return the words of a folded finding that name money wrongly paid, kept or not collected, or None."""
    for sentence in sentences(problem):
        for wrong in lexicon.pattern("wrong_money").finditer(sentence.text):
            if AMOUNT.search(sentence.text) is None and not _is_about_money(sentence.text, wrong):
                continue
            if _is_not_money(sentence.text, wrong):
                continue
            return _words_around(sentence.text, wrong)
    return None


def _is_about_money(sentence: str, wrong: re.Match[str]) -> bool:
    """Whether money is named right behind the words, or before those that say that it did not come: 补考费没有收取."""
    behind = re.split(r"[,。;]", sentence[wrong.end() : wrong.end() + 12])[0]
    before = sentence[max(0, wrong.start() - 40) : wrong.start()] if re.search("[未没不欠]", wrong[0]) else ""
    return _MONEY.search(behind) is not None or _MONEY.search(before) is not None


_THINGS = re.compile(
    r"(?:超标准|超范围|多报|虚报|多计|重复计|虚增|长期占用|多结|未退|没有退)[^,。;]{0,8}?(?:办公用房|用房|面积|造林|床位|人数|数据|车辆|编制|岗位|学分|学时|存栏|排放|存放|库存|人员|亩|户籍|户数)"
)


def _is_not_money(sentence: str, wrong: re.Match[str]) -> bool:
    """Whether the same words are said of something else: 虚报造林面积, 超标准办公用房."""
    return AMOUNT.search(sentence) is None and _THINGS.match(sentence, wrong.start()) is not None


def _words_around(sentence: str, wrong: re.Match[str]) -> str:
    end = min((p for p in (sentence.find(c, wrong.end()) for c in ",。;") if p >= 0), default=len(sentence))
    return sentence[wrong.start() : end].strip()


def returned_before(texts: Iterable[str], lexicon: Lexicon) -> bool:
    """Return whether the folded texts say that the money is back already, with a voucher."""
    for text in texts:
        done = any(_NOT_DONE.search(text[: m.start()]) is None for m in _DONE.finditer(text))
        if done and lexicon.pattern("vouchers").search(text):
            return True
    return False


def returns(measure: str, lexicon: Lexicon) -> bool:
    """Return whether a folded measure returns an amount: the act and the sum in one sentence, or in two on end."""
    found = [s.text for s in sentences(measure)]
    for place, text in enumerate(found):
        beside = text + (found[place + 1] if place + 1 < len(found) else "")
        if lexicon.pattern("returning").search(text) and AMOUNT.search(beside):
            return True
        if AMOUNT.search(text) and lexicon.pattern("returning").search(beside):
            return True
    return False
