"""While a number passes on, its present holder may verify again: one open holder dossier a number and organisation."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("verification", "0015_photo_consent")]
    operations = [
        migrations.RemoveConstraint("dossier", "one_open_holder_dossier_a_number"),
        migrations.AddConstraint(
            "dossier",
            models.UniqueConstraint(
                fields=["number", "enterprise"],
                name="one_open_holder_dossier_a_number",
                condition=Q(kind="holder", state__in=["draft", "submitted", "more_information_needed", "deferred"]),
            ),
        ),
    ]
