"""All wordings that are known."""

from __future__ import annotations

from functools import cache

from zhenggai import discover
from zhenggai.deadline import forms as folder
from zhenggai.deadline.form import Form


@cache
def forms() -> tuple[Form, ...]:
    """Return every form, in the order of their keys. For the reader, the reference documents and the tests."""
    return tuple(discover.collect(folder, Form).values())
