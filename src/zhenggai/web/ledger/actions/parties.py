"""Who is answerable: names that a person typed become people and departments of the unit, and assignments over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.faults import Invalid
from zhenggai.web.ledger.drafting.edits import split_names
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, PERSON_ROLES
from zhenggai.web.ledger.drafting.names import bare
from zhenggai.web.ledger.drafting.nearness import near_name
from zhenggai.web.ledger.models import Assignment, Response
from zhenggai.web.ledger.queries.organization import known_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from zhenggai.web.audit.chain import Actor
    from zhenggai.web.ledger.drafting.names import Known


def resolved(
    unit_id: int, parties: Mapping[str, str], *, standing: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Known | None]]:
    """Return whom each name in `parties` means, by role; None for one that is `standing` in the role and stays so.

    Raises:
        Invalid: the unit has nobody of such a name, or several; the roles as fields.
    """
    known = known_names(unit_id)
    meant: dict[str, dict[str, Known | None]] = {}
    fields: dict[str, str] = {}
    for role in PARTY_ROLES:
        try:
            names = split_names(parties.get(role, ""))
            meant[role] = {name: None if name in standing[role] else _meant(known, role, name) for name in names}
        except Invalid as fault:
            fields |= fault.fields
    if fields:
        raise Invalid(fields)
    return meant


def _meant(known: Sequence[Known], role: str, name: str) -> Known:
    wanted = "person" if role in PERSON_ROLES else "organization"
    same = [one for one in known if bare(name) in (bare(one.name), bare(one.short_name) or None)]
    same = [one for one in same if one.kind == wanted] or same
    if len(same) > 1:
        raise Invalid({role: f"机构人员中有{len(same)}个“{name}”，请先在机构人员中区分名称。"})
    if not same:
        near = near_name(name, tuple(one.name for one in known))
        hint = f"是否为“{near}”？请改正，或先到“机构人员”中添加。" if near else "请先到“机构人员”中添加。"
        raise Invalid({role: f"机构人员中没有“{name}”，{hint}"})
    return same[0]


def standing_names(response: Response, role: str) -> list[str]:
    """Return the names that are answerable for the whole response in `role` now."""
    return list(_current(response, role).order_by("order", "pk").values_list("name", flat=True))


def assign_anew(*, actor: Actor, response: Response, role: str, names: Mapping[str, Known | None]) -> None:
    """End what is not wanted any more today and begin what is new; within the caller's transaction."""
    current = _current(response, role)
    last = max(current.values_list("order", flat=True), default=0)
    current.exclude(name__in=names).update(until=actor.today)
    for n, (name, known) in enumerate(names.items(), start=1):
        if known is not None:
            Assignment.objects.create(
                unit_id=response.unit_id,
                inspection_id=response.inspection_id,
                response=response,
                role=role,
                name=name[:100],
                person_id=known.id if known.kind == "person" else None,
                organization_id=known.id if known.kind == "organization" else None,
                order=last + n,
                since=actor.today,
            )


def _current(response: Response, role: str) -> QuerySet[Assignment]:
    return Assignment.objects.filter(response=response, measure=None, role=role, until=None)
