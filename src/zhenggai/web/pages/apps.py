"""The application's name for Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages of the web project."""

    name = "zhenggai.web.pages"
    label = "pages"
    default_auto_field = "django.db.models.BigAutoField"
