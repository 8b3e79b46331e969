"""Former names of organisations, kept for good."""

import django.db.models.deletion
from django.db import migrations, models

RULES = "CREATE TRIGGER former_names_stay BEFORE UPDATE OR DELETE ON parties_formername FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();"
DROP = "DROP TRIGGER former_names_stay ON parties_formername;"


class Migration(migrations.Migration):
    dependencies = [("parties", "0007_sms_code_about"), ("trail", "0002_facts_stay")]
    operations = [
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("legal_representative", models.CharField(max_length=60)),
                ("until", models.DateTimeField()),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="former_names", to="parties.enterprise"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("enterprise", "until"), name="one_former_name_a_moment")
                ]
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
