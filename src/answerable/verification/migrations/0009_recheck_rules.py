"""What the actions enforce about re-verification, once more in the database: it cannot be forgotten, weakened or faked.

Fulfilled names a code that a proven handler used for it, or an approved dossier submitted after it was asked; a deadline is
never put off, a level never lowered; neither the number's row nor a line's proof may outlast what is open.
"""

from django.db import migrations

RULES = """
CREATE OR REPLACE FUNCTION verification_check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') THEN
        IF NEW.kind = 'holder' AND NEW.needs_counter
            AND NOT EXISTS (SELECT FROM verification_handling WHERE dossier_id = NEW.id) THEN
            RAISE EXCEPTION 'not handled at a counter' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT NEW.needs_counter AND NOT (
            EXISTS (SELECT FROM verification_dossier d JOIN verification_handling h ON h.dossier_id = d.id
                WHERE d.number = NEW.number AND d.enterprise_id = NEW.enterprise_id AND d.kind = 'holder' AND d.state = 'approved')
            AND EXISTS (SELECT FROM verification_recheck r WHERE r.number_id = NEW.number AND r.enterprise_id = NEW.enterprise_id
                AND r.state = 'open' AND r.line = '' AND r.level < 3)
            AND NOT EXISTS (SELECT FROM verification_recheck r WHERE r.number_id = NEW.number AND r.state = 'open'
                AND r.line = '' AND r.level = 3)) THEN
            RAISE EXCEPTION 'papers alone answer what is asked of a holder who was handled at a counter'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NOT EXISTS (
            SELECT FROM verification_review a JOIN verification_review b
            ON b.dossier_id = a.dossier_id AND b.round = a.round AND b.reviewer_id <> a.reviewer_id
            WHERE a.dossier_id = NEW.id AND a.round = NEW.round
            AND a.stage = 'pre_check' AND a.decision = 'approve' AND b.stage = 'carrier_review' AND b.decision = 'approve') THEN
            RAISE EXCEPTION 'two reviewers must approve' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION verification_check_recheck() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was asked again stays' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a requirement begins open' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'open' AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a closed requirement stays as it was closed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.level < OLD.level OR (NEW.number_id, NEW.enterprise_id, NEW.line, NEW.ground, NEW.about, NEW.asked_by_id, NEW.asked_at,
        NEW.deadline) IS DISTINCT FROM (OLD.number_id, OLD.enterprise_id, OLD.line, OLD.ground, OLD.about, OLD.asked_by_id,
        OLD.asked_at, OLD.deadline) THEN
        RAISE EXCEPTION 'what was asked is only raised, never put off' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.sms_code_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM parties_smscode c JOIN parties_person p ON p.mobile = c.mobile
        JOIN parties_membership m ON m.person_id = p.id AND m.enterprise_id = NEW.enterprise_id AND m.proven_at IS NOT NULL
        WHERE c.id = NEW.sms_code_id AND c.about = 'recheck:' || NEW.id AND c.used_at >= NEW.asked_at) THEN
        RAISE EXCEPTION 'no code that a proven handler used for it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.dossier_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM verification_dossier d WHERE d.id = NEW.dossier_id AND d.state = 'approved' AND d.number = NEW.number_id
        AND d.enterprise_id = NEW.enterprise_id AND d.submitted_at >= NEW.asked_at
        AND CASE WHEN NEW.line <> '' THEN d.line = NEW.line ELSE d.kind = 'holder' AND (NEW.level < 3 OR EXISTS (
            SELECT FROM verification_handling WHERE dossier_id = d.id)) END) THEN
        RAISE EXCEPTION 'no approved dossier that answers it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recheck_is_answered BEFORE INSERT OR UPDATE OR DELETE ON verification_recheck
    FOR EACH ROW EXECUTE FUNCTION verification_check_recheck();

CREATE FUNCTION verification_check_recheck_bites() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM verification_recheck r JOIN numbers_number n ON n.number = r.number_id
        WHERE r.id = NEW.id AND r.state = 'open' AND r.line = '' AND (n.recheck_until IS NULL OR n.recheck_until > r.deadline)) THEN
        RAISE EXCEPTION 'the number does not know its deadline' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM verification_recheck r JOIN numbers_destination d ON d.number_id = r.number_id AND d.line = r.line
        WHERE r.id = NEW.id AND r.state = 'open' AND d.removed_at IS NULL AND d.proven_until > r.deadline) THEN
        RAISE EXCEPTION 'the line does not know its deadline' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER recheck_bites AFTER INSERT OR UPDATE ON verification_recheck DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION verification_check_recheck_bites();

CREATE FUNCTION numbers_check_recheck_until() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked timestamptz;
BEGIN
    SELECT min(deadline) INTO asked FROM verification_recheck WHERE number_id = NEW.number AND line = '' AND state = 'open';
    IF asked IS NOT NULL AND (NEW.recheck_until IS NULL OR NEW.recheck_until > asked) THEN
        RAISE EXCEPTION 'a re-verification is open until %', asked USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deadline_stays BEFORE UPDATE OF recheck_until ON numbers_number
    FOR EACH ROW EXECUTE FUNCTION numbers_check_recheck_until();

CREATE FUNCTION numbers_check_line_proof() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked timestamptz;
BEGIN
    SELECT min(deadline) INTO asked FROM verification_recheck
        WHERE number_id = NEW.number_id AND line = NEW.line AND state = 'open';
    IF asked IS NOT NULL AND NEW.proven_until > asked THEN
        RAISE EXCEPTION 'a new proof of the line is open until %', asked USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_deadline_stays BEFORE INSERT OR UPDATE OF proven_until ON numbers_destination
    FOR EACH ROW EXECUTE FUNCTION numbers_check_line_proof();
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0008_rechecks")]
    operations = [migrations.RunSQL(RULES, migrations.RunSQL.noop)]
