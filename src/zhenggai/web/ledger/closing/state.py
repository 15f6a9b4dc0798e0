"""What is signed: a finding, its measures and their evidence as plain values, in one canonical form with its hash."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.conf import settings

from zhenggai.web.audit.sealing import written
from zhenggai.web.ledger.models import Answer, EvidenceLink, EvidenceVersion, Finding, Measure, SignedState
from zhenggai.web.store import ALGORITHMS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from zhenggai.web.ledger.models import Closure, ClosureStep

FORMAT = 2
"""Of the canonical form; it stands in every state and seal, so that older ones can be read. Format 1 had neither a measure's class nor
the number of copies of a piece.
"""
_SINCE_2 = frozenset({"class", "copies"})

Matter = dict[str, Any]


def matters_of(findings: Iterable[int]) -> dict[int, Matter]:
    """Return what each finding's close-out is about, by its id: words, measures, limits, reported state, evidence by content.

    Five queries whatever the number. Who is responsible is not in it: a handover does not touch what was proved.
    """
    rows = list(Finding.objects.filter(pk__in=findings))
    answers = Answer.objects.filter(finding__in=[row.pk for row in rows], response__withdrawn_at=None)
    of_response: dict[int, list[int]] = defaultdict(list)
    for finding, response in answers.values_list("finding_id", "response_id"):
        of_response[response].append(finding)
    measures = list(Measure.objects.filter(response__in=of_response, withdrawn_at=None).order_by("reference"))
    evidence = _evidence_of([measure.pk for measure in measures])
    of_finding: dict[int, list[Matter]] = defaultdict(list)
    for measure in measures:
        described = _measure(measure, evidence.get(measure.pk, []))
        for finding in of_response[measure.response_id]:
            of_finding[finding].append(described)
    return {
        row.pk: {
            "finding": {
                "reference": row.reference,
                "text": row.text,
                "withdrawn": row.withdrawn_at is not None,
            },
            "measures": of_finding[row.pk],
        }
        for row in rows
    }


def matter_of(finding: Finding) -> Matter:
    """Return what the close-out of `finding` is about, as it stands now."""
    return matters_of([finding.pk])[finding.pk]


def state_of(closure: Closure, matter: Matter, steps: Iterable[ClosureStep]) -> dict[str, Any]:
    """Return what a person sees who is asked to sign: the matter, the application, and what others have signed."""
    return {
        "format": FORMAT,
        "unit": closure.unit_id,
        "inspection": closure.inspection.code,
        "cycle": closure.cycle,
        "attempt": closure.attempt,
        "application": closure.application,
        "matter": matter,
        "steps": [
            {
                "number": step.number,
                "transition": step.transition,
                "person": step.person_name,
                "at": written(step.at),
                "note": step.note,
                "details": step.details,
                "reason": step.reason_code,
                "state": step.state.digest,
            }
            for step in steps
        ],
    }


def canonical(content: dict[str, Any]) -> str:
    """Return `content` as JSON that is the same for the same content: keys sorted, no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str, algorithm: str | None = None) -> str:
    """Return the hash of `text` by `algorithm`, or by the one that the office has set."""
    return hashlib.new(algorithm or settings.EVENT_HASH, text.encode()).hexdigest()


def seal_of(matter: Matter) -> str:
    """Return what a closure remembers of its matter, and a page of what it shows: format, algorithm and hash."""
    return f"{FORMAT}:{settings.EVENT_HASH}:{digest(canonical(matter))}"


def seals(seal: str, matter: Matter) -> bool:
    """Say whether `seal` is that of `matter`, by the format and algorithm of its day; a seal that names none known to us is none."""
    head, _, signed = seal.rpartition(":")
    edition, _, algorithm = head.rpartition(":")
    if edition not in ("", str(FORMAT)) or algorithm not in ALGORITHMS:
        return False
    return digest(canonical(matter if edition else in_format_1(matter)), algorithm) == signed


def in_format_1(matter: Matter) -> Matter:
    """Return `matter` as it would have been before format 2."""
    measures = [_without_new(measure) for measure in matter["measures"]]
    for measure in measures:
        measure["evidence"] = [_without_new(piece) for piece in measure["evidence"]]
    return {**matter, "measures": measures}


def _without_new(row: Matter) -> Matter:
    return {name: value for name, value in row.items() if name not in _SINCE_2}


def keep_state(content: dict[str, Any]) -> SignedState:
    """Store what is signed, once, and return it."""
    text = canonical(content)
    state, _ = SignedState.objects.get_or_create(
        algorithm=settings.EVENT_HASH, digest=digest(text), defaults={"content": text}
    )
    return state


def _measure(measure: Measure, evidence: list[Matter]) -> Matter:
    return {
        "reference": measure.reference,
        "text": measure.text,
        "due_text": measure.due_text,
        "due_on": _day(measure.due_on),
        "original_due_on": _day(measure.original_due_on),
        "percent": measure.percent,
        "completion_status": measure.completion_status,
        "class": measure.rectification_class,
        "evidence": evidence,
    }


def _evidence_of(measures: list[int]) -> dict[int, list[Matter]]:
    """Return the standing evidence of each measure: its current version by content."""
    links = EvidenceLink.objects.filter(measure__in=measures, removed_at=None, evidence__withdrawn_at=None)
    links = links.select_related("evidence").order_by("evidence__reference")
    pieces = {link.evidence_id: link.evidence for link in links}
    versions = EvidenceVersion.objects.filter(evidence__in=pieces).select_related("file")
    current = {
        version.evidence_id: version for version in versions if version.number == pieces[version.evidence_id].number
    }
    found: dict[int, list[Matter]] = defaultdict(list)
    for link in links:
        piece, version = link.evidence, current[link.evidence_id]
        found[link.measure_id].append(
            {
                "reference": piece.reference,
                "title": piece.title,
                "kind": piece.kind,
                "formed_on": _day(piece.formed_on),
                "pages": piece.pages,
                "copies": piece.copies,
                "version": version.number,
                "file": f"{version.file.algorithm}:{version.file.digest}",
            }
        )
    return found


def _day(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
