"""The application's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of the web project."""

    name = "zhenggai.web.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
