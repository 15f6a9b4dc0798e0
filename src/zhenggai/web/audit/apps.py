"""The application's name for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit of the web project."""

    name = "zhenggai.web.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
