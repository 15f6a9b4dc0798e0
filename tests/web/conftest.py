"""Fixtures: a unit with people in every role, and the project's sample imported into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from offices import Office, import_sample, make_office
from worlds import World, make_world

from zhenggai.web.ledger import custom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

    from zhenggai.web.ledger.models import Inspection


@pytest.fixture(autouse=True)
def own_profiles() -> None:
    """A store that is rolled back after each test has other profiles under the same keys."""
    custom.forget()


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def inspection(office: Office) -> Inspection:
    return import_sample(office)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
