"""Which person or department of the unit a name of the document means: the same, near ones, or nobody yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz, process

from zhenggai.web.ledger.drafting.model import PERSON_ROLES
from zhenggai.web.ledger.drafting.parts import all_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhenggai.web.ledger.drafting.model import Draft

NEAR = 60
"""How alike, of 100, a name must be to be offered."""
OFFERED = 4
_TITLES = re.compile(r"(同志|老师|书记|副书记|校长|副校长|主任|副主任|处长|科长|部长|院长|局长|所长|组长)+$")


@dataclass(frozen=True, slots=True)
class Known:
    """A person or an organisation of the unit."""

    kind: Literal["person", "organization"]
    id: int
    name: str
    short_name: str = ""

    @property
    def answer(self) -> str:
        """The answer that means this one, as the edit `name` takes it."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name with what it could mean. `answer` is what has been said, or what is beyond doubt; else ""."""

    name: str
    is_person: bool
    answer: str
    settled: bool
    offers: tuple[Known, ...]


def proposals(draft: Draft, known: Sequence[Known]) -> tuple[Proposal, ...]:
    """Return every name of the draft with its proposals."""
    return tuple(_proposal(draft, name, roles, known) for name, roles in all_names(draft).items())


def settle_exact(draft: Draft, known: Sequence[Known]) -> int:
    """Answer in `draft` every name that means just one person or organisation, and return how many those were."""
    count = 0
    for proposal in proposals(draft, known):
        if not proposal.settled and proposal.answer:
            kind, _, pk = proposal.answer.partition(":")
            draft["names"][proposal.name] = {kind: int(pk)}
            count += 1
    return count


def _proposal(draft: Draft, name: str, roles: set[str], known: Sequence[Known]) -> Proposal:
    is_person = bool(roles & PERSON_ROLES)
    said = draft["names"].get(name)
    same = [one for one in known if bare(name) in (bare(one.name), bare(one.short_name) or None)]
    offers = same or _near(name, known)
    if said is not None:
        return Proposal(name, is_person, _answer(said), settled=True, offers=tuple(offers))
    return Proposal(name, is_person, same[0].answer if len(same) == 1 else "", settled=False, offers=tuple(offers))


def _answer(said: dict[str, object]) -> str:
    for kind in ("person", "organization"):
        if said.get(kind):
            return f"{kind}:{said[kind]}"
    return f"new-{said['new']}" if said.get("new") else "text"


def _near(name: str, known: Sequence[Known]) -> list[Known]:
    """Return those whose name stands within `name`, as in 党委书记张某某, then those whose name is written almost so."""
    written = bare(name)
    within = [one for one in known if len(one.name) > 1 and bare(one.name) in written]
    found = process.extract(
        written, [bare(one.name) for one in known], scorer=fuzz.ratio, limit=OFFERED, score_cutoff=NEAR
    )
    alike = [known[index] for _, _, index in found]
    return list(dict.fromkeys([*within, *alike]))[:OFFERED]


def bare(name: str) -> str:
    """Return a name without blanks and without a title behind it: 张 某某同志 is 张某某."""
    close = re.sub(r"\s", "", name)
    return _TITLES.sub("", close) or close
