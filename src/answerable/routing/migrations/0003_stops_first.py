"""Whoever ends a number, the publisher takes it before everything that waits: a row for it, in the same transaction."""

from django.db import migrations

RULE = """
CREATE FUNCTION routing_take_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO trail_dirtynumber (number, is_urgent) VALUES (NEW.number, true);
    PERFORM pg_notify('dirty', '');
    RETURN NULL;
END $$;
CREATE TRIGGER an_end_is_taken_first AFTER UPDATE OF business_state ON numbers_number FOR EACH ROW
    WHEN (NEW.business_state IS DISTINCT FROM OLD.business_state
          AND NEW.business_state IN ('suspended', 'frozen', 'paused_by_holder', 'released', 'aging')
          AND (NEW.business_state = 'suspended'
               OR OLD.business_state NOT IN ('suspended', 'frozen', 'paused_by_holder', 'released', 'aging')))
    EXECUTE FUNCTION routing_take_first();
"""
DROP = "DROP TRIGGER an_end_is_taken_first ON numbers_number; DROP FUNCTION routing_take_first();"


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0002_choices_and_trunks"), ("trail", "0003_urgent_first"), ("numbers", "0001_initial"),
    ]  # fmt: skip
    operations = [migrations.RunSQL(RULE, DROP)]
