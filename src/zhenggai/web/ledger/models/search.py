"""What the full-text search looks through: the words of each finding, made ready by `search.grams`."""

from __future__ import annotations

from django.db import models

from zhenggai.web.ledger.models.rows import Finding


class SearchText(models.Model):
    """The folded words of one finding, one line a field. The index over its bigrams is made by `search.tables`."""

    finding = models.OneToOneField(Finding, on_delete=models.CASCADE, primary_key=True, related_name="search_text")
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.finding_id}"
