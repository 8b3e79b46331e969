"""Dossiers are found by number, however many a holder has: the publisher asks for each number that it compiles."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("verification", "0017_filed_by_agent")]
    operations = [
        migrations.AddIndex(
            model_name="dossier", index=models.Index(fields=["number", "enterprise"], name="dossier_by_number")
        ),
    ]
