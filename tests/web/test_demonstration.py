"""The demonstration is made by the same actions as a person's work, so what it leaves fits its own events."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhenggai.web.demonstration import make_demonstration
from zhenggai.web.ledger.models import ExpectedUpdate, Occurrence, SupervisionPaper
from zhenggai.web.ledger.proof.verification import verify


@pytest.mark.django_db
def test_the_demonstration_verifies() -> None:
    assert len(make_demonstration()) > 10
    found = verify(now=timezone.now(), all_of_them=True)
    assert found.holds, [str(misfit) for unit in found.units for misfit in unit.misfits]
    assert Occurrence.objects.filter(moved=True).exists()
    states = set(SupervisionPaper.objects.values_list("state", flat=True))
    assert {"draft", "served", "closed"} <= states
    assert SupervisionPaper.objects.filter(kind="letter", state="draft", cause__startswith="silent").exists()
    standings = {
        (row.late, row.answer_id is None) for row in ExpectedUpdate.objects.filter(cycle__closed_at__isnull=False)
    }
    assert standings == {(False, False), (True, False), (False, True)}, "in time, late and missing"
    assert any(one.shortfall(timezone.localdate()) for one in Occurrence.objects.all())
