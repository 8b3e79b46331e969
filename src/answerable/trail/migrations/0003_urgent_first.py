"""Rows that are taken before all others, found at once however many wait."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_facts_stay")]
    operations = [
        migrations.AddField(
            model_name="dirtynumber",
            name="is_urgent",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Taken before all others: a trigger writes such a row for every stop.",
            ),
        ),
        migrations.AddIndex(
            model_name="dirtynumber", index=models.Index(fields=["number"], name="dirty_by_number")
        ),
        migrations.AddIndex(
            model_name="dirtynumber",
            index=models.Index(condition=Q(("is_urgent", True)), fields=["id"], name="dirty_urgent"),
        ),
    ]
