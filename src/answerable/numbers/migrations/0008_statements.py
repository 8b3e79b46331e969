"""What organisations say beside a number: written after a decision, only ended."""

import django.db.models.deletion
from django.db import migrations, models


RULES = """
CREATE FUNCTION numbers_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR (NEW.number_id, NEW.holder_id, NEW.name, NEW.credit_code, NEW.about, NEW.said_at)
        IS DISTINCT FROM (OLD.number_id, OLD.holder_id, OLD.name, OLD.credit_code, OLD.about, OLD.said_at) THEN
        RAISE EXCEPTION 'a statement is only ended' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_stays BEFORE UPDATE OR DELETE ON numbers_statement
    FOR EACH ROW EXECUTE FUNCTION numbers_statement_stays();
"""
DROP = "DROP TRIGGER statement_stays ON numbers_statement; DROP FUNCTION numbers_statement_stays();"


class Migration(migrations.Migration):

    dependencies = [
        ('numbers', '0007_sold_through'),
        ('parties', '0009_agents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Of the organisation that says it.', max_length=120)),
                ('credit_code', models.CharField(max_length=18)),
                ('about', models.CharField(help_text='The decision it rests on: `disavowal:…`.', max_length=40, unique=True)),
                ('said_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='numbers.number')),
            ],
        ),
        migrations.RunSQL(RULES, DROP),
    ]
