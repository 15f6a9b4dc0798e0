from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_first_dates(apps: Any, _editor: Any) -> None:
    """The day to which each was laid out; of one that was moved before, the day that its rule gives."""
    occurrences = apps.get_model("ledger", "Occurrence").objects
    occurrences.filter(moved=False).update(first_due_on=models.F("due_on"))
    occurrences.filter(moved=True).update(first_due_on=models.F("scheduled_on"))


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0008_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="by_hand",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="duty",
            name="end_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="取消原因"),
        ),
        migrations.AddField(
            model_name="duty",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="made_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="设立原因"),
        ),
        migrations.AddField(
            model_name="duty",
            name="wording",
            field=models.CharField(blank=True, max_length=60, verbose_name="要求"),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="first_due_on",
            field=models.DateField(null=True, verbose_name="原到期日"),
        ),
        migrations.RunPython(keep_first_dates, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="occurrence",
            name="first_due_on",
            field=models.DateField(verbose_name="原到期日"),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="move_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="调整原因"),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="moved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="moved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="OccurrenceProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occurrence_proofs",
                        to="ledger.evidence",
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "occurrence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="ledger.occurrence"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("occurrence", "evidence"),
                        name="occurrence_proof_once",
                    )
                ],
            },
        ),
    ]
