"""Work in the background for voices."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two more kinds of job."""

    dependencies = (("replique", "0006_jobs"),)

    operations = (
        migrations.AlterField(
            "job",
            "kind",
            models.CharField(
                max_length=12,
                choices=[
                    ("scan", "Scan"),
                    ("takes", "Takes"),
                    ("export", "Export"),
                    ("voice", "Voice"),
                    ("models", "Models"),
                ],
            ),
        ),
    )
