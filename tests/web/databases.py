"""Databases of their own for work in other processes."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings

from zhenggai.web.store import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database(name: str) -> Iterator[dict[str, str]]:
    """Give the variables of a database of its own: SQLite in a file, or on the PostgreSQL server that the tests run on."""
    default = settings.DATABASES["default"]
    if not default["ENGINE"].endswith("postgresql"):
        yield {DATABASE: ""}
        return
    import psycopg  # noqa: PLC0415 — only there on that run

    name = f"{name}_{os.getpid()}"
    host, user = default["OPTIONS"].get("host") or default["HOST"], default["USER"]
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield {DATABASE: f"postgresql://{user}@/{name}?host={host}"}
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
