"""The cases of the rules: one file for each, fragments on which it fires and such on which it does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zhenggai.profile import shipped
from zhenggai.rules import Outcome, check
from zhenggai.rules.specimen import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent / "cases"
PROFILE = shipped()["inspection-2024@1"]


def cases(code: str) -> dict[str, list[str]]:
    """Return the fragments of a rule by `fires` and `quiet`."""
    text = (CASES / f"{code}.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for section in text.split("== ")[1:]:
        kind, _, rest = section.partition("\n")
        found[kind.strip()] = [fragment.strip("\n") for fragment in rest.split("\n--\n")]
    return found


def all_cases() -> Iterator[tuple[str, str, str]]:
    """Yield code, kind and fragment of every case."""
    for file in sorted(CASES.glob("*.txt")):
        for kind, fragments in cases(file.stem).items():
            for fragment in fragments:
                yield file.stem, kind, fragment


def outcome_of(fragment: str, *codes: str) -> Outcome:
    """Carry out the rules `codes` on the plan that a fragment stands for."""
    return check(facts_of(fragment, PROFILE), select=codes)
