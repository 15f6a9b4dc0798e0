"""The check that stands before every action on organisations, people and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhenggai.web.faults import Refused
from zhenggai.workflow import ACTS, ROLES

if TYPE_CHECKING:
    from zhenggai.web.accounts.rights import Rights


def refusal(act: str) -> Refused:
    """Return the fault that says who may do `act`."""
    names = "、".join(ROLES[role].name for role in ACTS[act].reach)
    return Refused(f"您没有“{ACTS[act].name}”的权限，可由{names}办理。", act=act)


def require(rights: Rights | None, act: str, unit_id: int) -> None:
    """Let pass who may do `act` in the whole unit. None is the system itself, which makes demonstrations and first accounts.

    Raises:
        Refused: the person may not.
    """
    if rights is not None and not rights.may_in(act, unit_id):
        raise refusal(act)
