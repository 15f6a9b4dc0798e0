"""What a view file holds: a `Screen` for each address. Menu, addresses and the permission test are read off them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

PUBLIC = "public"
"""The act of a screen that needs no log-in."""
ANYONE = "anyone"
"""The act of a screen for everybody who has logged in; it shows each person only what is theirs."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A screen's entry in the navigation on the left."""

    title: str
    order: int


@dataclass(frozen=True, slots=True)
class Screen:
    """One address. `key` is its name for `{% url %}`, `path` is Django's, `act` is what one must be allowed to do.

    A request of another method than `methods` is refused. The check of `act` here only says whether the person may do it to
    anything at all; the view loads what it shows through access.
    """

    key: str
    path: str
    view: Callable[..., HttpResponseBase]
    act: str
    methods: tuple[str, ...] = ("GET",)
    menu: Menu | None = None


@cache
def screens() -> dict[str, Screen]:
    """Return all screens by key."""
    from zhenggai import discover  # noqa: PLC0415 — views import this module
    from zhenggai.web.pages import views as folder  # noqa: PLC0415

    return discover.collect(folder, Screen)
