"""What agents reserve: within quota and cap, once a number, 45 days at most; and an agent's people apply for nobody else."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


RULES = """
CREATE FUNCTION orders_check_reservation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who parties_agent; held integer; working integer;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state <> 'open' THEN
            RAISE EXCEPTION 'a reservation that is over stays so' USING ERRCODE = 'check_violation';
        END IF;
        IF (NEW.agent_id, NEW.number_id, NEW.customer_code, NEW.made_by_id, NEW.code, NEW.offer_fen, NEW.reserved_at, NEW.until)
            IS DISTINCT FROM (OLD.agent_id, OLD.number_id, OLD.customer_code, OLD.made_by_id, OLD.code, OLD.offer_fen, OLD.reserved_at,
            OLD.until) THEN
            RAISE EXCEPTION 'a reservation is never extended' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.order_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM orders_order o JOIN parties_enterprise e ON e.id = o.enterprise_id WHERE o.order_no = NEW.order_id
            AND o.agent_id = NEW.agent_id AND o.number_id = NEW.number_id AND e.credit_code = NEW.customer_code) THEN
            RAISE EXCEPTION 'only the named customer accepts' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO who FROM parties_agent WHERE id = NEW.agent_id FOR UPDATE;
    SELECT count(*) INTO held FROM orders_reservation WHERE agent_id = NEW.agent_id AND state = 'open';
    SELECT count(*) INTO working FROM numbers_tenure WHERE agent_id = NEW.agent_id AND until IS NULL;
    IF who.state <> 'active' OR held >= who.quota OR held >= greatest(who.cap_floor, working * who.cap_permille / 1000)
        OR NEW.until > NEW.reserved_at + make_interval(days => who.reserve_days) THEN
        RAISE EXCEPTION 'an agent reserves within its quota, cap and days' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reservation_within_quota BEFORE INSERT OR UPDATE ON orders_reservation
    FOR EACH ROW EXECUTE FUNCTION orders_check_reservation();

CREATE FUNCTION orders_check_applicant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM parties_agentmember m JOIN parties_agent a ON a.id = m.agent_id
               WHERE m.person_id = NEW.person_id AND m.until IS NULL AND a.organisation_id <> NEW.enterprise_id) THEN
        RAISE EXCEPTION 'an agent applies for nobody' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agents_apply_for_nobody BEFORE INSERT ON orders_order FOR EACH ROW EXECUTE FUNCTION orders_check_applicant();
"""
DROP = """
DROP TRIGGER agents_apply_for_nobody ON orders_order; DROP FUNCTION orders_check_applicant();
DROP TRIGGER reservation_within_quota ON orders_reservation; DROP FUNCTION orders_check_reservation();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_a_transfer_has_its_bank_reference'),
        ('numbers', '0007_sold_through'),
        ('orders', '0005_prepared_by_an_agent'),
        ('parties', '0009_agents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_code', models.CharField(help_text='The credit code of the one organisation that may accept.', max_length=18)),
                ('code', models.CharField(max_length=8, unique=True)),
                ('use', models.CharField(choices=[('own', '自用'), ('call_centre', '经营呼叫中心'), ('platform_agency', '平台代理'), ('outsourced', '经营外包呼叫中心')], max_length=20)),
                ('industry', models.CharField(max_length=40)),
                ('offer_fen', models.PositiveIntegerField(help_text='What the agent asks for the term, in all.')),
                ('state', models.CharField(choices=[('open', '待客户接受'), ('accepted', '客户已接受'), ('withdrawn', '已撤回'), ('lapsed', '已过期')], default='open', max_length=9)),
                ('reserved_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='parties.agent')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.person')),
                ('number', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='numbers.number')),
                ('order', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservation', to='orders.order')),
                ('package', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='billing.package')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agent', 'number'), name='an_agent_reserves_a_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('number',), name='one_reservation_a_number'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('reserved_at')), ('until__lte', django.db.models.expressions.CombinedExpression(models.F('reserved_at'), '+', models.Value(datetime.timedelta(days=45))))), name='a_reservation_lasts_45_days_at_most'), models.CheckConstraint(condition=models.Q(('state', 'accepted'), ('order__isnull', True), _connector='XOR'), name='what_a_customer_accepted_has_its_order'), models.CheckConstraint(condition=models.Q(('state', 'open'), ('ended_at__isnull', False), _connector='XOR'), name='an_ended_reservation_says_when')],
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
