"""Profiles that an office has made for itself from one that was there."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from zhenggai.web.ledger.models.inspections import ORGANIZATION, PERSON


class OwnProfile(models.Model):
    """One version of a unit's own profile. It is never changed: a change makes the next version.

    `content` is the table that a shipped profile's TOML would write, as JSON text, so that its order stays; `based_on` is the
    key of the profile it was made from.
    """

    unit = models.ForeignKey(ORGANIZATION, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.TextField()
    based_on = models.CharField(max_length=60)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="own_profile_version_once")]
        indexes = [models.Index(fields=["unit", "code", "-version"], name="own_profile_of_unit")]

    def __str__(self) -> str:
        return self.key

    @property
    def table(self) -> dict[str, Any]:
        """What it says, value by value, in order."""
        table: dict[str, Any] = json.loads(self.content)
        return table

    @property
    def key(self) -> str:
        """The name under which an inspection remembers it."""
        return f"{self.code}@{self.version}"
