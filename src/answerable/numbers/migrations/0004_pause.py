"""A pause by the holder (停机保号) has an end."""

from django.db import migrations, models
from django.db.models import Q

FILL = "UPDATE numbers_number SET paused_until = state_since + interval '180 days' WHERE business_state = 'paused_by_holder';"


class Migration(migrations.Migration):
    dependencies = [("numbers", "0003_line_carriers")]
    operations = [
        migrations.AddField("number", "paused_until", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "number",
            models.CheckConstraint(
                condition=~Q(business_state="paused_by_holder") | Q(paused_until__isnull=False), name="a_pause_has_an_end"
            ),
        ),
    ]
