"""What a verification found, as it is printed and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhenggai.web.ledger.proof.misfits import Misfit
    from zhenggai.web.ledger.proof.verification import Verification


def printed(found: Verification, removed: int = 0) -> dict[str, Any]:
    """Return it as plain JSON; `removed` counts the files that nobody named and that have been removed."""
    return {
        "schema": "zhenggai.verification/1",
        "holds": found.holds,
        "units": [
            {"id": u.unit_id, "name": u.name, "events": u.events, "hash": u.hash, "misfits": _misfits(u.misfits)}
            for u in found.units
        ],
        "misfits": _misfits(found.common),
        "files": found.files,
        "bytes": found.size,
        "orphans": [
            {"name": one.name, "modified": one.modified.isoformat(), "young": one.young} for one in found.orphans
        ],
        "removed": removed,
    }


def _misfits(misfits: list[Misfit]) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "where": one.where, "what": one.what, "event": one.event, "text": str(one)}
        for one in misfits
    ]
