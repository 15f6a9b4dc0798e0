"""The Chinese words for codes, for screens that may not see the tables."""

from __future__ import annotations

from zhenggai.web.ledger.closing.application import CRITERION_ANSWERS
from zhenggai.web.ledger.closing.application import TEXTS as APPLICATION_TEXTS
from zhenggai.web.ledger.models import Assignment, Evidence, ImportDraft, Inspection, Rebound
from zhenggai.web.ledger.models.rows import ClosureStage, CompletionStatus, Layer, RectificationClass

__all__ = [
    "APPLICATION_TEXTS", "ASSIGNMENT_ROLES", "CLOSURE_STAGES", "COMPLETION_STATUSES", "CRITERION_ANSWERS", "DRAFT_STATES", "EVIDENCE_KINDS",
    "LAYERS", "REBOUND_TRIGGERS",
    "RECTIFICATION_CLASSES", "SOURCES",
]  # fmt: skip

COMPLETION_STATUSES: dict[str, str] = dict(CompletionStatus.choices)
CLOSURE_STAGES: dict[str, str] = dict(ClosureStage.choices)
RECTIFICATION_CLASSES: dict[str, str] = dict(RectificationClass.choices)
LAYERS: dict[str, str] = dict(Layer.choices)
ASSIGNMENT_ROLES: dict[str, str] = dict(Assignment.Role.choices)
DRAFT_STATES: dict[str, str] = dict(ImportDraft.State.choices)
REBOUND_TRIGGERS: dict[str, str] = dict(Rebound.Trigger.choices)
SOURCES: dict[str, str] = dict(Inspection.Source.choices)
EVIDENCE_KINDS: dict[str, str] = dict(Evidence.Kind.choices)
