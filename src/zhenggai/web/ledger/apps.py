"""The application's name for Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """Ledger of the web project."""

    name = "zhenggai.web.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let a store that is older than the search be indexed once its tables are there."""
        post_migrate.connect(_index, sender=self, dispatch_uid="search")


def _index(**_: object) -> None:
    from zhenggai.web.ledger import search  # noqa: PLC0415 — models are not loaded before

    search.index_missing()
