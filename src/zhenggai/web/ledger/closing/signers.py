"""Who has had a hand in which part of an application's form, whether as signer, as the absent person or as a second verifier."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from zhenggai.web.ledger.models import ClosureStep
from zhenggai.workflow import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zhenggai.web.ledger.models import Closure

Signers = dict[str, set[int]]
"""The people of each part."""


def signers_of(closures: Iterable[Closure]) -> dict[int, Signers]:
    """Return who has signed each application, by its id. One query."""
    found: dict[int, Signers] = defaultdict(lambda: defaultdict(set))
    steps = ClosureStep.objects.filter(closure__in=list(closures))
    for closure, transition, person, through, details in steps.values_list(
        "closure_id", "transition", "person_id", "through_id", "details"
    ):
        verifiers = details.get("verification", {}).get("verifiers", ())
        found[closure][TRANSITIONS[transition].stage].update(filter(None, (person, through, *verifiers)))
    return found


def parts_of(signers: Signers, people: Collection[int]) -> frozenset[str]:
    """Return the parts in which one of `people` has had a hand."""
    return frozenset(part for part, hands in signers.items() if not hands.isdisjoint(people))
