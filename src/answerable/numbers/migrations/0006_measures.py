"""Measures by degree; no number is stopped but by one that names its person, and none is rewritten."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE FUNCTION numbers_stop_has_a_measure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM numbers_number n WHERE n.number = NEW.number AND n.business_state = 'suspended')
        AND NOT EXISTS (SELECT FROM numbers_measure m
            WHERE m.number_id = NEW.number AND m.level = 'suspend' AND m.ended_at IS NULL) THEN
        RAISE EXCEPTION 'a stop names who made it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stop_has_a_measure AFTER INSERT OR UPDATE OF business_state ON numbers_number
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.business_state = 'suspended')
    EXECUTE FUNCTION numbers_stop_has_a_measure();

CREATE FUNCTION numbers_measure_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
        OR (NEW.number_id, NEW.holder_id, NEW.level, NEW.reason, NEW.words, NEW.about, NEW.staff_id, NEW.taken_at,
            NEW.appeal_until, NEW.commitment) IS DISTINCT FROM (OLD.number_id, OLD.holder_id, OLD.level, OLD.reason,
            OLD.words, OLD.about, OLD.staff_id, OLD.taken_at, OLD.appeal_until, OLD.commitment) THEN
        RAISE EXCEPTION 'a measure is ended once and never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER measure_stays BEFORE UPDATE OR DELETE ON numbers_measure
    FOR EACH ROW EXECUTE FUNCTION numbers_measure_stays();
"""
DROP = """
DROP TRIGGER measure_stays ON numbers_measure; DROP FUNCTION numbers_measure_stays();
DROP TRIGGER stop_has_a_measure ON numbers_number; DROP FUNCTION numbers_stop_has_a_measure();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('numbers', '0005_line_kinds'),
        ('parties', '0008_former_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('warn', '警示'), ('reverify', '重新核验'), ('limit', '限制时段'), ('suspend', '停机')], max_length=8)),
                ('reason', models.CharField(max_length=24)),
                ('words', models.CharField(blank=True, help_text='Said to the holder beside the reason.', max_length=300)),
                ('about', models.CharField(blank=True, help_text='What it rests on, such as `report:…` or `recheck:…`.', max_length=40)),
                ('taken_at', models.DateTimeField()),
                ('appeal_until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_how', models.CharField(blank=True, choices=[('lifted', '解除'), ('in_error', '申诉成立，撤销'), ('over', '号码不再使用')], max_length=8)),
                ('ended_by', models.CharField(blank=True, max_length=60)),
                ('commitment', models.CharField(blank=True, max_length=64)),
                ('opened_at', models.DateTimeField(null=True)),
                ('holder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='parties.enterprise')),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='numbers.number')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
            ],
            options={
                'ordering': ['-taken_at', '-id'],
                'indexes': [models.Index(fields=['number', 'taken_at'], name='measures_by_number')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('level__in', ['limit', 'suspend'])), fields=('number', 'level'), name='stopped_or_limited_once_at_a_time'), models.CheckConstraint(condition=models.Q(('level__in', ['warn', 'reverify', 'limit', 'suspend'])), name='measure_level_is_known'), models.CheckConstraint(condition=models.Q(('reason__in', ['ARREARS', 'NOT_TOPPED_UP', 'DOCS_EXPIRED', 'USER_NOT_REGISTRANT', 'USE_MISMATCH', 'FALSE_DOCS', 'COMPLAINT', 'FRAUD_ORDER', 'RECHECK_FAILED', 'AGENT_CLOSED', 'AGENT_SEIZED', 'ZERO_CALL', 'USER_REQUEST', 'CARRIER_OUTAGE'])), name='measure_has_a_known_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_how', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_how', ''), _negated=True)), _connector='OR'), name='measure_end_says_how'), models.CheckConstraint(condition=models.Q(('appeal_until__gt', models.F('taken_at'))), name='measure_can_be_appealed')],
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
