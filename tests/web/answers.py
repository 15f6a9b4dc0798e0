"""Answers of the test client."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpResponse


def content_of(answer: HttpResponse) -> bytes:
    """Return what an answer holds; one that streams is read to its end, which closes what it was made from."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
