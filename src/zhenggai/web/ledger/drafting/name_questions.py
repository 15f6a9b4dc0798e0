"""Names of a later document that are probably others misspelt: a question each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.ledger.drafting.difference import Difference
from zhenggai.web.ledger.drafting.later import names_in
from zhenggai.web.ledger.drafting.model import PARTY_ROLES, PERSON_ROLES
from zhenggai.web.ledger.drafting.nearness import near_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zhenggai.web.ledger.drafting.compared import Compared


def name_questions(
    compared: Compared, differences: Sequence[Difference], *, known_names: Iterable[str]
) -> Iterable[Difference]:
    """Return a question for each name in `differences` that nobody has, and that is near to a name that somebody has."""
    standing = compared.standing
    used = dict.fromkeys(
        name for row in standing.of("response") for role in PARTY_ROLES for name in names_in(row.fields.get(role, ""))
    )
    settled = {*used, *standing.people, *standing.departments, *known_names}
    for role, name, place in _written_names(compared, differences):
        if name in settled:
            continue
        settled.add(name)
        near = near_name(name, (*(standing.people if role in PERSON_ROLES else standing.departments), *used))
        if near:
            yield Difference(
                f"name:{name}",
                "name",
                f"“{name}”",
                note=f"机构人员中没有“{name}”，是否为“{near}”？",
                place=compared.later.name_places.get(name, place),
                suggestion=near,
            )


def _written_names(compared: Compared, differences: Sequence[Difference]) -> Iterable[tuple[str, str, str]]:
    for difference in differences:
        rows = [compared.incoming[key] for key in difference.rows if key in compared.incoming]
        fields = [(change.name, change.after) for change in difference.fields]
        fields += [pair for row in rows for pair in row.fields.items()]
        for role, words in fields:
            if role in PARTY_ROLES:
                yield from ((role, name, difference.title) for name in names_in(words))
