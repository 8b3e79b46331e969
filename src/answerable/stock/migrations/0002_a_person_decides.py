"""A finding is decided once, by another person than started the check, and stays (PIPL art. 24)."""

from django.db import migrations

RULES = """
CREATE FUNCTION stock_check_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' THEN
            RAISE EXCEPTION 'a finding begins as a proposal' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'proposed' OR (NEW.stock_check_id, NEW.number_id, NEW.enterprise_id, NEW.kind, NEW.evidence,
        NEW.found_at) IS DISTINCT FROM (OLD.stock_check_id, OLD.number_id, OLD.enterprise_id, OLD.kind, OLD.evidence, OLD.found_at) THEN
        RAISE EXCEPTION 'a finding stays, and is decided once' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.decided_by_id = (SELECT started_by_id FROM stock_stockcheck WHERE id = NEW.stock_check_id) THEN
        RAISE EXCEPTION 'whoever started the check decides nothing' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.recheck_id IS NOT NULL AND NOT EXISTS (SELECT FROM verification_recheck r WHERE r.id = NEW.recheck_id
        AND r.number_id = NEW.number_id AND r.enterprise_id = NEW.enterprise_id AND r.ground = 'stock_check' AND r.about = NEW.kind) THEN
        RAISE EXCEPTION 'what is asked must follow from the finding' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_person_decides BEFORE INSERT OR UPDATE OR DELETE ON stock_stockfinding
    FOR EACH ROW EXECUTE FUNCTION stock_check_finding();
"""
DROP = "DROP TRIGGER a_person_decides ON stock_stockfinding; DROP FUNCTION stock_check_finding();"


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("verification", "0009_recheck_rules")]
    operations = [migrations.RunSQL(RULES, DROP)]
