"""Why somebody goes on to the regulator stands in the sealed file alone, so that it ends with the report's key."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_appeal_evidence")]
    operations = [migrations.RemoveField("escalation", "why")]
