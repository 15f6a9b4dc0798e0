"""The words of a time limit or of a measure, read again after a person has changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhenggai import deadline
from zhenggai.deadline import kinds
from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.dates import context_of
from zhenggai.web.ledger.drafting.model import Draft, LimitDraft

if TYPE_CHECKING:
    from zhenggai.web.ledger.drafting.model import Places

LONGEST_LIMIT: Final = 300


def read_limit(draft: Draft, words: str, places: Places) -> LimitDraft | None:
    """Return the limit that `words` say, or None for no words.

    Raises:
        Invalid: they are too many; field `value`.
    """
    if not words:
        return None
    if len(words) > LONGEST_LIMIT:
        raise Invalid({"value": f"完成时限过长，请控制在{LONGEST_LIMIT}字以内。"})
    parts = deadline.read(words, context=context_of(draft)).parts
    return LimitDraft(text=words, parts=[dict(kinds.to_dict(part)) for part in parts], places=places)


def duties_in(draft: Draft, text: str) -> list[dict[str, Any]]:
    """Return the recurring duties that the words of a measure state."""
    return [dict(kinds.to_dict(part)) for part in deadline.recurrences(text, context=context_of(draft))]


def read_all_limits(draft: Draft) -> None:
    """Read every limit again: the dates that years and 天 are counted from have changed."""
    owners: list[Any] = [*draft["responses"], *draft["milestones"]]
    owners += [measure for response in draft["responses"] for measure in response["measures"]]
    for owner in owners:
        if owner["time_limit"]:
            owner["time_limit"] = read_limit(draft, owner["time_limit"]["text"], owner["time_limit"]["places"])
