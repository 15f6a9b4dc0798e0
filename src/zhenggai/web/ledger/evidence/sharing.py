"""A piece of evidence that proves several measures: who may change it for all of them, and what may be linked without showing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from zhenggai.web.faults import Invalid, Refused
from zhenggai.web.ledger import access
from zhenggai.web.ledger.models import Assignment, EvidenceLink
from zhenggai.web.ledger.models.rows import Layer

if TYPE_CHECKING:
    from collections.abc import Collection

    from zhenggai.web.accounts.rights import Rights
    from zhenggai.web.ledger.models import Evidence


def others_proved(rights: Rights, piece: Evidence) -> str:
    """Return in words what a piece proves that is not the person's to prove, "" where there is nothing.

    Nothing is told of measures whose findings are secret to the person, not even that it is they.
    """
    beyond = access.measures_beyond(rights, piece)
    if not beyond.exists():
        return ""
    responses = beyond.filter(access.shown(rights, "response")).values("response")
    current = Q(until=None) | Q(until__gte=rights.today)
    role = Assignment.Role.RESPONSIBLE_DEPARTMENT
    parties = Assignment.objects.filter(current, response__in=responses, role=role).values_list("name", flat=True)
    names = "、".join(sorted(set(parties))[:5])
    return f"其他部门（{names}）的措施" if names else "不由您承办的措施"


def why_not_alone(rights: Rights, piece: Evidence) -> str:
    """Return why the person cannot change a piece, and what to do instead; "" where all that it proves is theirs."""
    others = others_proved(rights, piece)
    if not others:
        return ""
    return (
        f"佐证{piece.reference}还证明{others}，不能由您一方更正、更换或撤回。"
        "只涉及您承办的措施的，请取消关联后另行上传；涉及全部措施的，请与对方商定后各自办理。"
    )


def require_all(rights: Rights, piece: Evidence) -> None:
    """Let pass who may change the evidence of every measure that the piece proves.

    Raises:
        Refused: there are others.
    """
    if reason := why_not_alone(rights, piece):
        raise Refused(reason)


def may_join(piece: Evidence, measures: Collection[int]) -> bool:
    """Say whether the piece can be linked to the measures and no more people come to know of it.

    One that proves nothing but measures of restricted findings is as secret as they are.
    """
    proved = set(EvidenceLink.objects.filter(evidence=piece, removed_at=None).values_list("measure_id", flat=True))
    if piece.layer == Layer.RESTRICTED or not proved <= access.restricted_measures(proved):
        return True
    return set(measures) <= access.restricted_measures(measures)


def require_no_wider(piece: Evidence, measures: Collection[int]) -> None:
    """Let pass links by which no more people come to know of the piece.

    Raises:
        Invalid: field `measures`.
    """
    if not may_join(piece, measures):
        raise Invalid(
            {
                "measures": f"{piece.reference}目前只证明限知问题的措施，关联到其他问题后会让更多人看到。"
                "确需使用的，请在其他问题的措施下另行上传。"
            }
        )
