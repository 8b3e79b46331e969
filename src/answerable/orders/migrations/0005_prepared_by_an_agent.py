"""Which agent prepared an order: an agent at work, written with the order, never afterwards."""

import django.db.models.deletion
from django.db import migrations, models


RULES = """
CREATE FUNCTION orders_check_agent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'who prepared an order stays' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM parties_agent WHERE id = NEW.agent_id AND state = 'active') THEN
        RAISE EXCEPTION 'only an agent at work prepares orders' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER order_of_an_agent_at_work BEFORE INSERT ON orders_order FOR EACH ROW
    WHEN (NEW.agent_id IS NOT NULL) EXECUTE FUNCTION orders_check_agent();
CREATE TRIGGER who_prepared_stays BEFORE UPDATE ON orders_order FOR EACH ROW
    WHEN (OLD.agent_id IS DISTINCT FROM NEW.agent_id) EXECUTE FUNCTION orders_check_agent();
"""
DROP = """
DROP TRIGGER who_prepared_stays ON orders_order; DROP TRIGGER order_of_an_agent_at_work ON orders_order; DROP FUNCTION orders_check_agent();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_transfer_of_holder'),
        ('parties', '0009_agents'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='agent',
            field=models.ForeignKey(help_text='Who prepared it; empty: at the operator. A trigger keeps it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='parties.agent'),
        ),
        migrations.RunSQL(RULES, DROP),
    ]
