"""The ledger's tables. Only this package touches them, through access, queries and actions."""

from zhenggai.web.ledger.models.bells import Delivery, GroupRobot
from zhenggai.web.ledger.models.closures import Closure, ClosureStep, Rebound, SignedState
from zhenggai.web.ledger.models.cycles import ExpectedUpdate, ReportingCycle, ReturnedSheet, SentSheet
from zhenggai.web.ledger.models.documents import DocumentText, ImportDraft, PlanVersion, SourceDocument
from zhenggai.web.ledger.models.duties import Duty, Occurrence, OccurrenceProof, OccurrenceReport, UnitTerm
from zhenggai.web.ledger.models.evidence import Evidence, EvidenceLink, EvidenceVersion, StoredFile
from zhenggai.web.ledger.models.extensions import Extension
from zhenggai.web.ledger.models.inspections import Inspection, Round
from zhenggai.web.ledger.models.jobs import Job
from zhenggai.web.ledger.models.meetings import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingSeries,
    MinutesIssue,
    Resolution,
    ResolutionStep,
    Speech,
)
from zhenggai.web.ledger.models.notices import Notice, Reminder
from zhenggai.web.ledger.models.papers import PaperAnswer, PaperRecipient, SupervisionPaper, TransferCount
from zhenggai.web.ledger.models.profiles import OwnProfile
from zhenggai.web.ledger.models.responsibility import Assignment, Handover, ProgressUpdate
from zhenggai.web.ledger.models.rows import Answer, Area, Finding, Item, Measure, Response
from zhenggai.web.ledger.models.schedule import Mechanism, Milestone, SchedulePhase, WorkGroup
from zhenggai.web.ledger.models.search import SearchText

__all__ = [
    "AgendaItem",
    "Answer",
    "Area",
    "Assignment",
    "Attendance",
    "Closure",
    "ClosureStep",
    "Delivery",
    "DocumentText",
    "Duty",
    "Evidence",
    "EvidenceLink",
    "EvidenceVersion",
    "ExpectedUpdate",
    "Extension",
    "Finding",
    "GroupRobot",
    "Handover",
    "ImportDraft",
    "Inspection",
    "Item",
    "Job",
    "Measure",
    "Mechanism",
    "Meeting",
    "MeetingSeries",
    "Milestone",
    "MinutesIssue",
    "Notice",
    "Occurrence",
    "OccurrenceProof",
    "OccurrenceReport",
    "OwnProfile",
    "PaperAnswer",
    "PaperRecipient",
    "PlanVersion",
    "ProgressUpdate",
    "Rebound",
    "Reminder",
    "ReportingCycle",
    "Resolution",
    "ResolutionStep",
    "Response",
    "ReturnedSheet",
    "Round",
    "SchedulePhase",
    "SearchText",
    "SentSheet",
    "SignedState",
    "SourceDocument",
    "Speech",
    "StoredFile",
    "SupervisionPaper",
    "TransferCount",
    "UnitTerm",
    "WorkGroup",
]
