"""The form of how a person is rung, which stands on the person's own page and on that of those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from zhenggai.web.pages.forms import text_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from zhenggai.web.accounts.models import Person


class Bells(TypedDict):
    """How a person is rung."""

    mail: str
    group_name: str
    bells: bool


def bells_typed(request: HttpRequest) -> Bells:
    """Return what the form sends."""
    return {
        "mail": text_of(request, "mail"),
        "group_name": text_of(request, "group_name"),
        "bells": "bells" in request.POST,
    }


def bells_kept(person: Person) -> Bells:
    """Return what is kept of a person."""
    return {"mail": person.mail, "group_name": person.group_name, "bells": person.bells}
