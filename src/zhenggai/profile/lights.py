"""Days left and the light that a profile shows for them. Both are computed when asked and never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from zhenggai.profile.model import Profile


@dataclass(frozen=True, slots=True)
class Light:
    """A colour with its words: `label` says what the colour means (临期), `words` how many days (还有3天)."""

    colour: str
    label: str
    words: str


def days_left(due_on: dt.date, today: dt.date) -> int:
    """Return the days from `today` to `due_on`; negative when it has passed."""
    return (due_on - today).days


def words_of(left: int) -> str:
    """Return how many days are left, or by how many it is late, in words."""
    return f"逾期{-left}天" if left < 0 else "今天到期" if left == 0 else f"还有{left}天"


def light_of(profile: Profile, due_on: dt.date | None, today: dt.date, *, done: bool = False) -> Light:
    """Return the light of something due on `due_on`. What is done has no lateness; what has no date has no colour."""
    if done:
        return Light("done", "已完成", "已完成")
    if due_on is None:
        return Light("none", "无日期", "未定日期")
    left = days_left(due_on, today)
    words = words_of(left)
    for threshold in profile.thresholds:
        if left <= threshold.days_left:
            return Light(threshold.colour, threshold.word, words)
    return Light("calm", "正常", words)
