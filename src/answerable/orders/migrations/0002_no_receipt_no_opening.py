"""No receipt of the carrier's register, no opening: enforced in the action and here."""

from django.db import migrations

RULE = """
CREATE FUNCTION orders_check_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.business_state IN ('opening', 'working') AND OLD.business_state NOT IN ('opening', 'working', 'suspended', 'paused_by_holder', 'frozen')
       AND NOT EXISTS (
        SELECT FROM orders_registration r JOIN orders_order o ON o.order_no = r.order_id
        WHERE o.number_id = NEW.number AND o.enterprise_id = NEW.holder_id AND r.received_at IS NOT NULL AND r.receipt_no <> '') THEN
        RAISE EXCEPTION 'the register has given no receipt' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opening_needs_a_receipt BEFORE UPDATE OF business_state ON numbers_number
    FOR EACH ROW EXECUTE FUNCTION orders_check_receipt();
"""
DROP = "DROP TRIGGER opening_needs_a_receipt ON numbers_number; DROP FUNCTION orders_check_receipt();"


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("numbers", "0001_initial")]
    operations = [migrations.RunSQL(RULE, DROP)]
