"""What an organisation says of a number stays as it was said, is contested and decided once, and is not decided by who entered it."""

import django.db.models.deletion
from django.db import migrations, models


RULES = """
CREATE FUNCTION complaints_check_disavowal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a disavowal stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.number_id, NEW.holder_id, NEW.credit_code, NEW.name, NEW.text, NEW.person_id, NEW.entered_by_id, NEW.letter_sha256, NEW.filed_at, NEW.contest_until)
        IS DISTINCT FROM (OLD.number_id, OLD.holder_id, OLD.credit_code, OLD.name, OLD.text, OLD.person_id, OLD.entered_by_id, OLD.letter_sha256, OLD.filed_at, OLD.contest_until)
        OR NEW.letter IS DISTINCT FROM OLD.letter THEN
        RAISE EXCEPTION 'what was said of a number does not change' USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.state <> 'open' OR OLD.contested_at IS NOT NULL) AND (NEW.contest, NEW.contested_by_id, NEW.contested_at)
        IS DISTINCT FROM (OLD.contest, OLD.contested_by_id, OLD.contested_at) THEN
        RAISE EXCEPTION 'it is contested once, while it is open' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'open' AND ((NEW.state, NEW.decided_by_id, NEW.decided_at, NEW.answer)
        IS DISTINCT FROM (OLD.state, OLD.decided_by_id, OLD.decided_at, OLD.answer) OR OLD.ended_at IS NOT NULL) THEN
        RAISE EXCEPTION 'it is decided once and ended once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disavowal_stays BEFORE UPDATE OR DELETE ON complaints_disavowal
    FOR EACH ROW EXECUTE FUNCTION complaints_check_disavowal();
"""
DROP = "DROP TRIGGER disavowal_stays ON complaints_disavowal; DROP FUNCTION complaints_check_disavowal();"


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0004_rules'),
        ('numbers', '0007_sold_through'),
        ('parties', '0009_agents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disavowal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('credit_code', models.CharField(max_length=18)),
                ('name', models.CharField(max_length=120)),
                ('text', models.CharField(max_length=2000)),
                ('letter', models.BinaryField(help_text='Sealed under the master key.', null=True)),
                ('letter_sha256', models.CharField(blank=True, max_length=64)),
                ('filed_at', models.DateTimeField()),
                ('contest_until', models.DateTimeField()),
                ('contest', models.CharField(blank=True, max_length=2000)),
                ('contested_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('open', '核查中'), ('upheld', '声明成立，公开显示'), ('rejected', '声明不成立'), ('withdrawn', '已撤回')], default='open', max_length=9)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('ended_at', models.DateTimeField(help_text='The statement was taken down again.', null=True)),
                ('contested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disavowals', to='numbers.number')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'contest_until'], name='disavowals_by_clock')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('number', 'credit_code'), name='one_open_disavowal_of_an_organisation'), models.CheckConstraint(condition=models.Q(models.Q(('entered_by__isnull', True), ('letter__isnull', True), ('letter_sha256', ''), ('person__isnull', False)), models.Q(('entered_by__isnull', False), ('letter__isnull', False), ('letter_sha256__regex', '^[0-9a-f]{64}$'), ('person__isnull', True)), _connector='OR'), name='disavowed_by_a_proven_person_or_a_letter'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['upheld', 'rejected']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='disavowal_decision_is_signed_and_explained'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'upheld'), _negated=True), ('contested_at__isnull', False), ('decided_at__gt', models.F('contest_until')), _connector='OR'), name='a_disavowal_is_not_upheld_before_it_could_be_contested'), models.CheckConstraint(condition=models.Q(('entered_by__isnull', True), ('decided_by__isnull', True), models.Q(('decided_by', models.F('entered_by')), _negated=True), _connector='OR'), name='who_entered_a_letter_does_not_decide')],
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
