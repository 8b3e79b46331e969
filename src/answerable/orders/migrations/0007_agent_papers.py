"""An agent files papers for its customer by that customer's leave alone; what was given is only ended."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE FUNCTION orders_check_agent_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM orders_agentpapersconsent c JOIN orders_reservation r ON r.id = c.reservation_id
        JOIN verification_dossier d ON d.order_no = r.order_id
        WHERE d.id = NEW.dossier_id AND d.kind = 'holder' AND r.agent_id = NEW.filed_by_agent_id AND c.ended_at IS NULL) THEN
        RAISE EXCEPTION 'the customer has not allowed its agent to file papers' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agent_files_by_consent BEFORE INSERT OR UPDATE OF filed_by_agent_id, dossier_id ON verification_document
    FOR EACH ROW WHEN (NEW.filed_by_agent_id IS NOT NULL) EXECUTE FUNCTION orders_check_agent_paper();

CREATE FUNCTION orders_check_agent_papers_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
        OR (NEW.reservation_id, NEW.text_version, NEW.given_by_id, NEW.given_at)
            IS DISTINCT FROM (OLD.reservation_id, OLD.text_version, OLD.given_by_id, OLD.given_at) THEN
        RAISE EXCEPTION 'leave given to an agent is never changed, only ended' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agent_papers_consents_stay BEFORE UPDATE OR DELETE ON orders_agentpapersconsent
    FOR EACH ROW EXECUTE FUNCTION orders_check_agent_papers_consent();
"""
DROP = """
DROP TRIGGER agent_papers_consents_stay ON orders_agentpapersconsent; DROP FUNCTION orders_check_agent_papers_consent();
DROP TRIGGER agent_files_by_consent ON verification_document; DROP FUNCTION orders_check_agent_paper();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0006_reservations'),
        ('parties', '0009_agents'),
        ('verification', '0017_filed_by_agent'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgentPapersConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_version', models.CharField(help_text='Which text the person was shown (`orders.agent_papers`).', max_length=16)),
                ('given_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
                ('reservation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers_consents', to='orders.reservation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('reservation',), name='one_agent_papers_consent_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='an_ended_agent_papers_consent_says_who')],
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
