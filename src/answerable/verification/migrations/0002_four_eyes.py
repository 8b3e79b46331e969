"""What the actions enforce, once more in the database: four eyes, the counter, and nothing in service without both."""

from django.db import migrations

RULES = """
CREATE FUNCTION verification_check_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dossier verification_dossier%ROWTYPE;
    same_person bigint;
BEGIN
    SELECT * INTO dossier FROM verification_dossier WHERE id = NEW.dossier_id;
    IF EXISTS (SELECT FROM verification_handling WHERE dossier_id = NEW.dossier_id AND staff_id = NEW.reviewer_id) THEN
        RAISE EXCEPTION 'whoever handled a dossier cannot review it' USING ERRCODE = 'check_violation';
    END IF;
    SELECT person_id INTO same_person FROM parties_staff WHERE id = NEW.reviewer_id;
    IF same_person IS NOT NULL AND same_person IN (dossier.submitted_by_id, dossier.opened_by_id) THEN
        RAISE EXCEPTION 'whoever submitted a dossier cannot review it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER four_eyes BEFORE INSERT ON verification_review FOR EACH ROW EXECUTE FUNCTION verification_check_review();
CREATE TRIGGER reviews_stay BEFORE UPDATE OR DELETE ON verification_review FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
CREATE TRIGGER handlings_stay BEFORE UPDATE OR DELETE ON verification_handling FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();

CREATE FUNCTION verification_check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') THEN
        IF NEW.kind = 'holder' AND NOT EXISTS (SELECT FROM verification_handling WHERE dossier_id = NEW.id) THEN
            RAISE EXCEPTION 'not handled at a counter' USING ERRCODE = 'check_violation';
        END IF;
        IF (SELECT count(DISTINCT reviewer_id) FROM verification_review
            WHERE dossier_id = NEW.id AND round = NEW.round AND decision = 'approve') < 2 THEN
            RAISE EXCEPTION 'two reviewers must approve' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_needs_two BEFORE INSERT OR UPDATE ON verification_dossier
    FOR EACH ROW EXECUTE FUNCTION verification_check_approval();

CREATE FUNCTION numbers_check_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.business_state IN ('opening', 'working') AND NOT EXISTS (
        SELECT FROM verification_dossier d JOIN verification_handling h ON h.dossier_id = d.id
        WHERE d.number = NEW.number AND d.enterprise_id = NEW.holder_id AND d.kind = 'holder' AND d.state = 'approved') THEN
        RAISE EXCEPTION 'no approved and handled dossier for this holder' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER service_needs_a_dossier BEFORE INSERT OR UPDATE OF business_state, holder_id ON numbers_number
    FOR EACH ROW EXECUTE FUNCTION numbers_check_service();
"""
DROP = """
DROP TRIGGER service_needs_a_dossier ON numbers_number; DROP FUNCTION numbers_check_service();
DROP TRIGGER approval_needs_two ON verification_dossier; DROP FUNCTION verification_check_approval();
DROP TRIGGER handlings_stay ON verification_handling; DROP TRIGGER reviews_stay ON verification_review;
DROP TRIGGER four_eyes ON verification_review; DROP FUNCTION verification_check_review();
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0001_initial"), ("numbers", "0001_initial"), ("trail", "0002_facts_stay")]
    operations = [migrations.RunSQL(RULES, DROP)]
