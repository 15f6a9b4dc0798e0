"""Who of the supervision group may verify one application together with who signs: checked as the signer is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhenggai.web.accounts.models import Deputy, Grant, Person, Post
from zhenggai.web.ledger.closing.naming import above_of, involved, names_of
from zhenggai.web.ledger.closing.signers import parts_of, signers_of
from zhenggai.workflow import Case, Reach
from zhenggai.workflow.closures import GUARDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from zhenggai.web.ledger.models import Closure, Finding

_ASKED = {"outside": "属于责任部门或参与整改", "not_signed": "已在本次销号中签过其他环节"}
"""The conditions of the table that hold for a second verifier as for the first, and what is said where they do not."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Somebody of the supervision group; `objection` says why the person cannot verify this application, "" when nothing does."""

    id: int
    name: str
    objection: str


def verifiers_of(
    finding: Finding, closure: Closure, today: dt.date, *, besides: Collection[int]
) -> tuple[Verifier, ...]:
    """Return the supervision group of the finding's unit without `besides`, who sign. Eight queries whatever the number."""
    above = above_of([finding.unit_id])
    grants = Grant.objects.filter(Grant.current(today), role="supervision", scope__in=above[finding.unit_id])
    people = Person.objects.filter(grants__in=grants, is_active=True, left_on=None).exclude(pk__in=besides)
    group = list(people.distinct().order_by("name", "pk"))
    both = _with_the_absent(group, today)
    posts = _posts({person for people in both.values() for person in people}, today)
    above = above_of({post for held in posts.values() for post in held})
    names = names_of([finding.pk], today)[finding.pk]
    signers = signers_of([closure])[closure.pk]
    found = []
    for person in group:
        pair = both[person.pk]
        held = [post for one in pair for post in posts[one]]
        case = Case(
            stage=closure.stage,
            reach=Reach.UNIT,
            signed=parts_of(signers, pair),
            involved=involved(names, finding, closure, pair, held, above),
        )
        against = (words for code, words in _ASKED.items() if not GUARDS[code].holds(case, "verification"))
        found.append(Verifier(person.pk, person.name, next(against, "")))
    return tuple(found)


def _with_the_absent(group: list[Person], today: dt.date) -> dict[int, set[int]]:
    """Return each person with those whom the person stands in for: what either signed counts for both."""
    found = {person.pk: {person.pk} for person in group}
    for deputy, person in Deputy.objects.filter(Deputy.current(today), deputy__in=group).values_list(
        "deputy_id", "person_id"
    ):
        found[deputy].add(person)
    return found


def _posts(people: set[int], today: dt.date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for person, organization in Post.objects.filter(Post.current(today), person__in=people).values_list(
        "person_id", "organization_id"
    ):
        found[person].append(organization)
    return found
