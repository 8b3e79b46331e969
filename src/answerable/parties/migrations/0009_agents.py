"""Agents, one level deep (MIIT 452 (五)): signed up by the operator's staff alone, ended by two, penalties only added."""

import django.db.models.deletion
from django.db import migrations, models


RULES = """
CREATE FUNCTION parties_check_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'active' THEN
            RAISE EXCEPTION 'an agency begins active' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM parties_staff s JOIN parties_agentmember m ON m.person_id = s.person_id AND m.until IS NULL
                   WHERE s.id = NEW.added_by_id) THEN
            RAISE EXCEPTION 'nobody who acts for an agent signs an agent up' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM parties_blacklistentry b JOIN parties_enterprise e ON e.credit_code = b.value
                   WHERE b.kind = 'firm' AND e.id = NEW.organisation_id) THEN
            RAISE EXCEPTION 'a blacklisted organisation is no agent' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'ended' THEN
        RAISE EXCEPTION 'an ended agency stays ended' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.organisation_id, NEW.agreement_no, NEW.agreement_sha256, NEW.agreement_signed_on, NEW.agreement_until, NEW.added_by_id,
        NEW.added_at) IS DISTINCT FROM (OLD.organisation_id, OLD.agreement_no, OLD.agreement_sha256, OLD.agreement_signed_on,
        OLD.agreement_until, OLD.added_by_id, OLD.added_at) THEN
        RAISE EXCEPTION 'an agency stays as it was signed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'ended' AND (NEW.end_proposed_by_id, NEW.end_kind, NEW.end_reason)
        IS DISTINCT FROM (OLD.end_proposed_by_id, OLD.end_kind, OLD.end_reason) THEN
        RAISE EXCEPTION 'the second person ends what the first proposed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agency_is_one_level BEFORE INSERT OR UPDATE ON parties_agent FOR EACH ROW EXECUTE FUNCTION parties_check_agent();

CREATE FUNCTION parties_check_penalty_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id = (SELECT proposed_by_id FROM parties_agentpenalty WHERE id = NEW.penalty_id) THEN
        RAISE EXCEPTION 'a penalty needs two people' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER penalty_needs_two BEFORE INSERT ON parties_agentpenaltyapproval
    FOR EACH ROW EXECUTE FUNCTION parties_check_penalty_approval();
CREATE TRIGGER penalties_stay BEFORE UPDATE OR DELETE ON parties_agentpenalty FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
CREATE TRIGGER penalty_approvals_stay BEFORE UPDATE OR DELETE ON parties_agentpenaltyapproval
    FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
CREATE TRIGGER agent_spells_stay BEFORE UPDATE OR DELETE ON parties_agentspell FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
"""
DROP = """
DROP TRIGGER agent_spells_stay ON parties_agentspell; DROP TRIGGER penalty_approvals_stay ON parties_agentpenaltyapproval;
DROP TRIGGER penalties_stay ON parties_agentpenalty; DROP TRIGGER penalty_needs_two ON parties_agentpenaltyapproval;
DROP FUNCTION parties_check_penalty_approval(); DROP TRIGGER agency_is_one_level ON parties_agent; DROP FUNCTION parties_check_agent();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0008_former_names'),
        ('trail', '0002_facts_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('licence_no', models.CharField(max_length=60)),
                ('licence_scope', models.CharField(max_length=200)),
                ('licence_until', models.DateField(help_text='The last day.')),
                ('agreement_no', models.CharField(max_length=60, unique=True)),
                ('agreement_signed_on', models.DateField()),
                ('agreement_until', models.DateField(help_text='The last day.')),
                ('agreement_pdf', models.BinaryField(help_text='Sealed under the master key.')),
                ('agreement_sha256', models.CharField(max_length=64)),
                ('real_name_duty', models.BooleanField(help_text='The agreement names the real-name duty.')),
                ('sanctions', models.BooleanField(help_text='The agreement names the sanctions for a breach.')),
                ('quota', models.PositiveIntegerField(help_text='Numbers it may have reserved at one time.')),
                ('cap_floor', models.PositiveIntegerField(default=2000, help_text='Hoarding cap: at least this many.')),
                ('cap_permille', models.PositiveSmallIntegerField(default=75, help_text='Of its working numbers, if that is more.')),
                ('reserve_days', models.PositiveSmallIntegerField(default=45, help_text='A reservation lasts this long, at most.')),
                ('state', models.CharField(choices=[('active', '合作中'), ('suspended', '暂停合作'), ('ended', '已终止')], default='active', max_length=9)),
                ('added_at', models.DateTimeField()),
                ('end_kind', models.CharField(blank=True, choices=[('agreed', '协议到期或协商终止'), ('breach', '违规终止')], max_length=6)),
                ('end_reason', models.CharField(blank=True, max_length=200)),
                ('end_proposed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('end_proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agencies', to='parties.enterprise')),
            ],
        ),
        migrations.CreateModel(
            name='AgentMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='parties.agent')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agent_memberships', to='parties.person')),
            ],
        ),
        migrations.CreateModel(
            name='AgentPenalty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('fine', '违约金'), ('warning', '书面警告'), ('quota', '压减额度'), ('suspension', '暂停合作'), ('other', '其他措施')], max_length=10)),
                ('rule', models.CharField(help_text='The article of the agreement or the law.', max_length=200)),
                ('amount_fen', models.PositiveBigIntegerField(default=0)),
                ('measure', models.CharField(blank=True, max_length=200)),
                ('because', models.CharField(choices=[('finding', '核查发现'), ('complaint', '举报'), ('stop', '停机'), ('other', '其他')], max_length=9)),
                ('reference', models.CharField(help_text='The number, finding or complaint it rests on.', max_length=60)),
                ('proposed_at', models.DateTimeField()),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='penalties', to='parties.agent')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
            ],
        ),
        migrations.CreateModel(
            name='AgentPenaltyApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
                ('penalty', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='approval', to='parties.agentpenalty')),
            ],
        ),
        migrations.CreateModel(
            name='AgentResponsible',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('id_hash', models.CharField(max_length=64)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responsible', to='parties.agent')),
            ],
        ),
        migrations.CreateModel(
            name='AgentSpell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('active', '合作中'), ('suspended', '暂停合作'), ('ended', '已终止')], max_length=9)),
                ('since', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spells', to='parties.agent')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.staff')),
            ],
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('organisation',), name='one_agency_an_organisation'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('real_name_duty', True), ('sanctions', True)), name='an_agent_accepts_duty_and_sanctions'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('agreement_until__gte', models.F('agreement_signed_on'))), name='agreement_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('agreement_sha256__regex', '^[0-9a-f]{64}$')), name='an_agreement_has_its_digest'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('reserve_days__range', (1, 45))), name='reserved_at_most_45_days'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ended'), ('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_kind', ''), _negated=True)), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at__isnull', True), ('ended_by__isnull', True)), _connector='OR'), name='an_ended_agency_says_when'),
        ),
        migrations.AddConstraint(
            model_name='agent',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by__isnull', True), models.Q(('end_proposed_by__isnull', False), models.Q(('ended_by', models.F('end_proposed_by')), _negated=True)), _connector='OR'), name='an_agency_is_ended_by_two'),
        ),
        migrations.AddConstraint(
            model_name='agentmember',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('person',), name='one_agent_a_person'),
        ),
        migrations.AddConstraint(
            model_name='agentpenalty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('kind', 'fine')), models.Q(models.Q(('kind', 'fine'), _negated=True), ('amount_fen', 0), models.Q(('measure', ''), _negated=True)), _connector='OR'), name='a_penalty_is_an_amount_or_a_measure'),
        ),
        migrations.AddConstraint(
            model_name='agentresponsible',
            constraint=models.UniqueConstraint(fields=('agent', 'id_hash'), name='responsible_once'),
        ),
        migrations.RunSQL(RULES, DROP),
    ]
