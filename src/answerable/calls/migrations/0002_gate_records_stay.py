"""What a gate wrote stays as it came."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial"), ("trail", "0002_facts_stay")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER gate_records_stay BEFORE UPDATE OR DELETE ON calls_gaterecord"
            " FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();",
            "DROP TRIGGER gate_records_stay ON calls_gaterecord;",
        )
    ]
