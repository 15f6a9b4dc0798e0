from __future__ import annotations

from typing import TYPE_CHECKING

import django.db.models.deletion
from django.db import migrations, models

from zhenggai.web.ledger.search import tables

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def create(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    tables.create(editor.connection)


def drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    tables.drop(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="ledger.finding",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
