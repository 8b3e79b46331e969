"""Through whom a number was sold: written with the tenure, never afterwards."""

import django.db.models.deletion
from django.db import migrations, models


RULES = """
CREATE FUNCTION numbers_sale_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'through whom a number was sold stays' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER sale_stays BEFORE UPDATE ON numbers_tenure FOR EACH ROW
    WHEN ((OLD.number_id, OLD.holder_id, OLD.since, OLD.agent_id) IS DISTINCT FROM (NEW.number_id, NEW.holder_id, NEW.since, NEW.agent_id))
    EXECUTE FUNCTION numbers_sale_stays();
"""
DROP = "DROP TRIGGER sale_stays ON numbers_tenure; DROP FUNCTION numbers_sale_stays();"


class Migration(migrations.Migration):

    dependencies = [
        ('numbers', '0006_measures'),
        ('parties', '0009_agents'),
    ]

    operations = [
        migrations.AddField(
            model_name='tenure',
            name='agent',
            field=models.ForeignKey(blank=True, help_text='Through whom it was sold; empty: at the operator. A trigger keeps it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.agent'),
        ),
        migrations.RunSQL(RULES, DROP),
    ]
