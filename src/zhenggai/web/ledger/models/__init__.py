"""The ledger's tables. Only this package touches them, through access, queries and actions."""

from zhenggai.web.ledger.models.documents import DocumentText, ImportDraft, PlanVersion, SourceDocument
from zhenggai.web.ledger.models.inspections import Inspection, Round
from zhenggai.web.ledger.models.responsibility import Assignment, Handover, ProgressUpdate
from zhenggai.web.ledger.models.rows import Answer, Area, Finding, Item, Measure, Response
from zhenggai.web.ledger.models.schedule import Mechanism, Milestone, SchedulePhase, WorkGroup
from zhenggai.web.ledger.models.search import SearchText

__all__ = [
    "Answer",
    "Area",
    "Assignment",
    "DocumentText",
    "Finding",
    "Handover",
    "ImportDraft",
    "Inspection",
    "Item",
    "Measure",
    "Mechanism",
    "Milestone",
    "PlanVersion",
    "ProgressUpdate",
    "Response",
    "Round",
    "SchedulePhase",
    "SearchText",
    "SourceDocument",
    "WorkGroup",
]
