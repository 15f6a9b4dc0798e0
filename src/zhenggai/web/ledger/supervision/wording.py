"""What a paper said when it was signed, as one hash that its event keeps."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import SupervisionPaper


def wording_of(paper: SupervisionPaper) -> str:
    """Return the SHA-256 of the paper's fields, reason and reason for levels left out."""
    said = {"body": paper.body, "reason": paper.reason, "skip_reason": paper.skip_reason, "level": paper.level_name}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
