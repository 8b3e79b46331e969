"""Appeals: what was said stays, and nobody decides about their own measure."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE FUNCTION complaints_check_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an appeal stays' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.state <> 'open' OR (NEW.measure_id, NEW.person_id, NEW.text, NEW.filed_at, NEW.due_at)
        IS DISTINCT FROM (OLD.measure_id, OLD.person_id, OLD.text, OLD.filed_at, OLD.due_at)) THEN
        RAISE EXCEPTION 'an appeal is decided once and never changed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('upheld', 'rejected') AND EXISTS (
        SELECT FROM numbers_measure m WHERE m.id = NEW.measure_id AND m.staff_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'who took a measure does not decide the appeal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appeal_stays BEFORE INSERT OR UPDATE OR DELETE ON complaints_appeal
    FOR EACH ROW EXECUTE FUNCTION complaints_check_appeal();
"""
DROP = "DROP TRIGGER appeal_stays ON complaints_appeal; DROP FUNCTION complaints_check_appeal();"


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0001_initial'),
        ('numbers', '0006_measures'),
        ('parties', '0008_former_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=2000)),
                ('state', models.CharField(choices=[('open', '核查中'), ('upheld', '申诉成立'), ('rejected', '申诉不成立'), ('withdrawn', '已撤回')], default='open', max_length=9)),
                ('filed_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='numbers.measure')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'due_at'], name='appeals_by_clock')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('measure',), name='one_appeal_a_measure'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['upheld', 'rejected']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='appeal_decision_is_signed_and_explained')],
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
