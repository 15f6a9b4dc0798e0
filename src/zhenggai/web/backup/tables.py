"""Rows as lines of JSON, the same from either database, and back through the tables as they were when the backup was made."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import json
import uuid
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

from zhenggai.web.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.apps.registry import Apps

_MADE_ANEW = frozenset({"sessions", "contenttypes", "auth"})
"""Apps whose rows the program makes by itself, or which end with the process (sessions)."""
_INDEX = frozenset({"ledger.searchtext"})
_CHUNK = 2000

State = list[tuple[str, str]]


def state_now() -> State:
    """Return the migrations that the tables stand at."""
    return [(app, name) for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes()]


def kept_models(apps: Apps) -> list[type[models.Model]]:
    """Return the tables that a backup holds."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if _label(model) not in _INDEX and model._meta.app_label not in _MADE_ANEW]


def _label(model: type[models.Model]) -> str:
    return model._meta.label_lower


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """Give the rows of a table: first the names of the columns, then each row as a list, in the order of their keys."""
    names = [field.attname for field in model._meta.concrete_fields]
    yield json.dumps(names).encode() + b"\n"
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=_CHUNK):
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_printed).encode() + b"\n"


def _printed(value: object) -> str:
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    raise TypeError(f"{value!r} cannot stand in a backup")


def require_empty() -> None:
    """Let pass a database in which nothing is.

    Raises:
        StoreError: there is something.
    """
    if connection.introspection.table_names():
        raise StoreError(
            "数据库不是空的，恢复不会覆盖已有数据。请换一个空的数据库；如果是上次恢复中断留下的，请删除并重新建立这个数据库。"
        )


@contextmanager
def emptied_unless_filled() -> Iterator[None]:
    """Let something fill a database that was empty; where it does not come to its end, the database is empty again.

    Raises:
        StoreError: it failed, and what was written could not be removed.
    """
    try:
        yield
    except BaseException as fault:
        try:
            with connection.schema_editor() as editor:
                for table in connection.introspection.table_names():
                    editor.execute(editor.sql_delete_table % {"table": editor.quote_name(table)})
        except DatabaseError:
            raise StoreError(
                f"恢复没有完成，数据库中留有部分数据，请删除并重新建立数据库后重试。原因：{fault}"
            ) from fault
        raise


def fill(state: State, lines: Callable[[str], Iterable[bytes] | None], tick: Callable[[], None]) -> None:
    """Make the tables as they stood at `state` and write the rows, all of them or none; `lines` gives a table's by its label.

    Raises:
        StoreError: the program is older than the backup, or its rows cannot be read.
    """
    executor = MigrationExecutor(connection)
    known = set(executor.loader.graph.nodes)
    missing = [name for name in map(tuple, state) if name not in known]
    if missing:
        raise StoreError("这个备份是较新版本的程序做的，请先升级程序。")
    targets = [(app, name) for app, name in state]
    executor.migrate(targets)
    apps = executor.loader.project_state(targets).apps
    tables = kept_models(apps)
    with transaction.atomic():
        for model in tables:
            model._base_manager.all().delete()
        for model in tables:
            found = lines(_label(model))
            if found is not None:
                try:
                    _write(model, iter(found), tick)
                except (ValueError, TypeError, KeyError, StopIteration, ValidationError) as fault:
                    raise StoreError(
                        f"备份中“{_label(model)}”的数据不能读取，没有恢复。请换一份备份，或用做备份的版本恢复。"
                    ) from fault
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)


def _write(model: type[models.Model], lines: Iterator[bytes], tick: Callable[[], None]) -> None:
    names = json.loads(next(lines))
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for field in fields.values():
        for stamp in ("auto_now", "auto_now_add"):  # the time of the act, not that of the restoring
            if hasattr(field, stamp):
                setattr(field, stamp, False)
    readers = [_reader(fields[name]) for name in names]
    while batch := list(islice(lines, _CHUNK)):
        tick()
        rows = (json.loads(line) for line in batch)
        model._base_manager.bulk_create(
            model(**{name: read(value) for name, read, value in zip(names, readers, row, strict=True)}) for row in rows
        )


def _reader(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        return _as_it_is
    if isinstance(field, models.BinaryField):
        return lambda value: None if value is None else base64.b64decode(value)
    if isinstance(field, models.ForeignKey):
        return _as_it_is
    return field.to_python


def _as_it_is(value: Any) -> Any:
    return value
