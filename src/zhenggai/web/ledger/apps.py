"""The application's name for Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Ledger of the web project."""

    name = "zhenggai.web.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
