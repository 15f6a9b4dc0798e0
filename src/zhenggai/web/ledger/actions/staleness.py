"""Two people on one row: the second is told who changed what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from zhenggai.text import day_words
from zhenggai.web.audit.models import Event
from zhenggai.web.faults import Stale

if TYPE_CHECKING:
    from django.db.models import Model


def change(row: Model, *, seen: int, values: dict[str, Any], subject_type: str) -> None:
    """Write `values` to `row` if its version is still `seen`, and count the version up; within the caller's transaction.

    Raises:
        Stale: somebody else has changed the row since.
    """
    manager = type(row)._default_manager  # noqa: SLF001 — Django's documented way to a model's manager
    if not manager.filter(pk=row.pk, version=seen).update(**values, version=seen + 1):
        raise stale(subject_type, row.pk)
    for name, value in (values | {"version": seen + 1}).items():
        setattr(row, name, value)


def stale(subject_type: str, pk: object) -> Stale:
    """Return the fault that names the last change of the row."""
    events = Event.objects.filter(subject_type=subject_type, subject_id=str(pk))
    changes = events.exclude(
        Q(action="restricted.read") | Q(action__startswith="sheet.")
    )  # these leave the row as it was
    last = changes.order_by("-id").first()
    if last is None:
        return Stale("这一内容已被他人修改，请刷新页面后再办理。")
    when = timezone.localtime(last.at)
    return Stale(
        f"{last.actor_name}已在{day_words(when)}{when:%H:%M}修改了{last.subject_label}，"
        "您看到的是修改前的内容。您填写的内容已保留，请核对后再提交。"
    )
