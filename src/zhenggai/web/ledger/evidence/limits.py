"""How large a file of evidence may be: what the custom of the inspection says, and never more than the server takes."""

from __future__ import annotations

from django.conf import settings

from zhenggai.web.ledger.custom import profile_of
from zhenggai.web.ledger.models import Inspection


def evidence_limit(inspection: Inspection | int) -> int:
    """Return the largest size in bytes of a file for the inspection, given as itself or by its id."""
    found = Inspection.objects.get(pk=inspection) if isinstance(inspection, int) else inspection
    return min(profile_of(found.profile).closing.evidence_megabytes * 2**20, settings.EVIDENCE_LIMIT)


def too_large(name: str, limit: int) -> str:
    """Return the sentence about a file of more than `limit` bytes."""
    return f"“{name}”超过{limit // 2**20}MB，请压缩图片或拆分后再上传。"
