"""Which signatures nobody can give: found beforehand from the plan's names, roles and posts, so that no application runs into a wall.

It asks the table of transitions for every person as the signing itself does. Deputies do not count: what a deputy signs counts for
the absent as well, so a deputy is never one person more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.accounts.models import Grant, OrganizationClosure, Post
from zhenggai.web.ledger.closing.lapse import current_closures
from zhenggai.web.ledger.closing.naming import Above, Names, above_of, involved, names_of, roles_named
from zhenggai.web.ledger.closing.signers import signers_of
from zhenggai.web.ledger.custom import profile_of
from zhenggai.workflow import ACTS, TRANSITIONS, Case, Reach
from zhenggai.workflow.closures import CLOSED, GUARDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from zhenggai.web.ledger.closing.signers import Signers
    from zhenggai.web.ledger.models import Closure, Finding
    from zhenggai.workflow import Transition

_STEPS = {
    "application": ("部门负责人签字申请", ("applied",)),
    "review": ("审核", ("reviewed",)),
    "endorsement": ("牵头领导审核", ("endorsed",)),
    "verification": ("核查", ("verified", "key_verified")),
    "approval": ("审定", ("approved",)),
}
"""The parts up to the closing of a finding in their order: what each is called, and the steps that sign it."""
_SIGNED = {
    "applied": 1,
    "reviewed": 2,
    "endorsed": 3,
    "verified": 4,
}
"""How many of the parts have been signed at a stage."""
_REMEDIES = {
    "application": "请在人员页面登记责任部门负责人的任职，并由安全管理员授予“部门负责人”角色；方案没有对应到部门的，请整改办修改责任分工",
    "review": "请整改办在“修改责任分工”中明确责任领导（没有的，明确牵头领导），并由安全管理员授予相应角色",
    "endorsement": "请整改办在“修改责任分工”中另行明确牵头领导或责任领导，或者取消重点问题标记",
    "verification": "请安全管理员授予其他人员“督查组”角色",
    "approval": "请安全管理员授予其他人员“领导小组”角色",
}
"""What to do where a signature is wanting."""


@dataclass(frozen=True, slots=True)
class _Holder:
    """A role that somebody holds over an organisation."""

    role: str
    scope: int
    person: int


@dataclass(frozen=True, slots=True)
class _Staff:
    """Who holds the roles that sign, and where everybody belongs."""

    holders: tuple[_Holder, ...]
    people: dict[int, str]
    posts: dict[int, list[int]]
    above: Above


def gaps_of(findings: Iterable[Finding], today: dt.date) -> dict[int, tuple[str, ...]]:
    """Return for each finding that is not closed which signatures nobody can give and what to do, in Chinese, by its id.

    Inspections must be loaded. The number of queries does not depend on how many findings there are.
    """
    rows = [row for row in findings if row.closure_stage not in CLOSED and row.withdrawn_at is None]
    if not rows:
        return {}
    closures = current_closures(row.pk for row in rows)
    signers = signers_of(closures.values())
    names = names_of([row.pk for row in rows], today)
    staff = _staff({row.unit_id for row in rows}, today)
    verifiers = {code: profile_of(code).closing.verifiers for code in {row.inspection.profile for row in rows}}
    found = {}
    for row in rows:
        closure = closures.get(row.pk)
        current = closure if closure and closure.cycle == row.cycle and closure.stage != "returned" else None
        able = _able(row, names[row.pk], current, signers[current.pk] if current else {}, staff)
        wanted = {part: verifiers[row.inspection.profile] if part == "verification" else 1 for part in able}
        found[row.pk] = tuple(_told(able, wanted, staff.people))
    return found


def _staff(units: set[int], today: dt.date) -> _Staff:
    acts = {TRANSITIONS[code].act for _, codes in _STEPS.values() for code in codes}
    roles = {role for act in acts for role in ACTS[act].reach}
    around = OrganizationClosure.objects.filter(descendant__in=units).values("ancestor")
    below = OrganizationClosure.objects.filter(ancestor__in=units).values("descendant")
    grants = Grant.objects.filter(Grant.current(today), role__in=roles, person__is_active=True)
    grants = grants.filter(Q(scope__in=around) | Q(scope__in=below))
    rows = list(grants.values_list("role", "scope_id", "person_id", "person__name"))
    people = {person: name for _, _, person, name in rows}
    posts: dict[int, list[int]] = defaultdict(list)
    current = Post.objects.filter(Post.current(today), person__in=people)
    for person, organization in current.values_list("person_id", "organization_id"):
        posts[person].append(organization)
    scopes = {scope for _, scope, _, _ in rows}
    above = above_of(units | scopes | {post for held in posts.values() for post in held})
    return _Staff(tuple(_Holder(role, scope, person) for role, scope, person, _ in rows), people, posts, above)


def _able(
    finding: Finding, names: Names, closure: Closure | None, signers: Signers, staff: _Staff
) -> dict[str, set[int]]:
    """Return who can sign each part that is still to be signed, without those who have had a hand in another part."""
    done = _SIGNED.get(finding.closure_stage, 0)
    found: dict[str, set[int]] = {}
    for number, (part, (_, codes)) in enumerate(_STEPS.items()):
        if number < done or (part == "endorsement" and not GUARDS["key"].holds(_bare(finding, names), part)):
            continue
        others = {person for one, hands in signers.items() if one != part for person in hands}
        found[part] = {
            holder.person
            for holder in staff.holders
            for code in codes
            if holder.person not in others and _may(TRANSITIONS[code], finding, names, closure, holder, staff)
        }
    return found


def _bare(finding: Finding, names: Names) -> Case:
    return Case(
        stage="",
        reach=Reach.NONE,
        key=finding.key,
        source=finding.inspection.source,
        leaders=frozenset(names.leaders),
        department_named=bool(names.departments),
    )


def _may(
    step: Transition, finding: Finding, names: Names, closure: Closure | None, holder: _Holder, staff: _Staff
) -> bool:
    """Say whether the table would let the holder take the step once the application has come so far."""
    reach = ACTS[step.act].of(holder.role)
    posts = staff.posts[holder.person]
    assigned = roles_named(names, finding.unit_id, holder.person, posts, holder.scope, staff.above)
    whole = holder.scope in staff.above[finding.unit_id]
    if reach is Reach.NONE or (reach is Reach.OWN and not assigned) or (reach is not Reach.OWN and not whole):
        return False
    bare = _bare(finding, names)
    case = Case(
        stage=step.froms[0],
        reach=reach,
        role=holder.role,
        assigned=assigned,
        involved=involved(names, finding, closure, [holder.person], posts, staff.above),
        key=bare.key,
        source=bare.source,
        leaders=bare.leaders,
        department_named=bare.department_named,
    )
    return not step.obstacle(case)


def _told(able: dict[str, set[int]], wanted: dict[str, int], people: dict[int, str]) -> Iterator[str]:
    """Yield what cannot be signed: parts that too few can sign, and parts that only the same people can."""
    short = [part for part, found in able.items() if len(found) < wanted[part]]
    for part in short:
        words = _STEPS[part][0]
        names = "、".join(people[one] for one in sorted(able[part]))
        if able[part]:
            yield f"“{words}”要{wanted[part]}人，现在只有{names}能办理。{_REMEDIES[part]}。"
        else:
            yield f"没有人能办理“{words}”。{_REMEDIES[part]}。"
    enough = {part: found for part, found in able.items() if part not in short}
    clash = _clash(enough, wanted)
    if clash:
        parts, persons = clash
        words = "、".join(f"“{_STEPS[part][0]}”" for part in parts)
        names = "、".join(people[one] for one in sorted(persons))
        remedy = next(_REMEDIES[part] for part in ("endorsement", *reversed(_STEPS)) if part in parts)
        yield f"{words}合起来只有{names}能办理，同一人不能签两个环节。{remedy}。"


def _clash(able: dict[str, set[int]], wanted: dict[str, int]) -> tuple[list[str], set[int]] | None:
    """Return parts that cannot all be signed because too few people share them, with these people; None where all can be.

    People are given seats one by one; who cannot be seated even after others have moved shows which seats are contested (Hall).
    """
    seats = [(part, n) for part in able for n in range(wanted[part])]
    holder: dict[int, tuple[str, int]] = {}

    def seat(one: tuple[str, int], tried: set[int]) -> bool:
        for person in able[one[0]]:
            if person not in tried:
                tried.add(person)
                if person not in holder or seat(holder[person], tried):
                    holder[person] = one
                    return True
        return False

    for one in seats:
        tried: set[int] = set()
        if not seat(one, tried):
            contested = {one[0], *(holder[person][0] for person in tried if person in holder)}
            return [part for part in able if part in contested], tried
    return None
