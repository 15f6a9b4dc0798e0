"""Fixtures: a unit with people in every role, and the project's sample imported into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from offices import Office, import_sample, make_office

if TYPE_CHECKING:
    from zhenggai.web.ledger.models import Inspection


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def inspection(office: Office) -> Inspection:
    return import_sample(office)
