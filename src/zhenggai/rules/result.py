"""What a check says: results, and rules that could not be carried out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhenggai.plan.model import Span


class Severity(StrEnum):
    """How much a result weighs: `block` must be mended or explained, `warn` is shown to reviewers, `info` is a hint."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"

    @property
    def word(self) -> str:
        """What people call it."""
        return {"block": "须处理", "warn": "请核实", "info": "供参考"}[self.value]

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return ("block", "warn", "info").index(self.value)


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a rule asks people to look at.

    `finding` is the identifier of the finding that it belongs to, None for the document as a whole; `quote` are words of the
    document, `spans` their places. `why` says what needs verifying, `fix` how it may be mended.
    """

    rule: str
    name: str
    severity: Severity
    finding: str | None
    finding_text: str | None
    quote: str
    spans: tuple[Span, ...]
    why: str
    fix: str
    evidence: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the result as a JSON object."""
        return {
            "rule": self.rule,
            "name": self.name,
            "severity": self.severity.value,
            "object": "finding" if self.finding else "document",
            "finding": self.finding,
            "finding_text": self.finding_text,
            "message": self.why,
            "quote": self.quote,
            "spans": [span._asdict() for span in self.spans],
            "fix": self.fix,
            "evidence": list(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that raised on one object: what it would have found there is not known."""

    rule: str
    subject: str
    error: str
