"""A permit never changes but to be used up, and every stop and every end of service uses it up, whoever writes it."""

from django.db import migrations

RULE = """
CREATE FUNCTION permits_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a permit is never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.number, OLD.serial, OLD.request_id, OLD.text, OLD.issued_at)
       IS DISTINCT FROM (NEW.number, NEW.serial, NEW.request_id, NEW.text, NEW.issued_at)
       OR (OLD.used_up_at IS NOT NULL AND OLD.used_up_at IS DISTINCT FROM NEW.used_up_at) THEN
        RAISE EXCEPTION 'a permit is only ever used up' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER permits_stay BEFORE UPDATE OR DELETE ON permits_permit FOR EACH ROW EXECUTE FUNCTION permits_stay();
CREATE FUNCTION permits_use_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE permits_permit SET used_up_at = NEW.state_since WHERE number = NEW.number AND used_up_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER a_stop_uses_permits_up AFTER UPDATE OF business_state ON numbers_number FOR EACH ROW
    WHEN (NEW.business_state IN ('suspended', 'released', 'aging', 'unverified', 'spare')
          AND NEW.business_state IS DISTINCT FROM OLD.business_state)
    EXECUTE FUNCTION permits_use_up();
"""
DROP = """
DROP TRIGGER a_stop_uses_permits_up ON numbers_number; DROP FUNCTION permits_use_up();
DROP TRIGGER permits_stay ON permits_permit; DROP FUNCTION permits_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("permits", "0001_initial"), ("numbers", "0001_initial")]
    operations = [migrations.RunSQL(RULE, DROP)]
