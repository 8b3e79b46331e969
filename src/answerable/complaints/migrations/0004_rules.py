"""What was said stays as it was said; an answer and a decision are given once; showings are only added."""

from django.db import migrations

RULES = """
CREATE FUNCTION complaints_check_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.reference, NEW.number, NEW.report_class, NEW.kind, NEW.called_on, NEW.money_paid, NEW.paid_at, NEW.source, NEW.external_reference,
        NEW.received_at, NEW.answer_due_at, NEW.urgent_due_at) IS DISTINCT FROM
       (OLD.reference, OLD.number, OLD.report_class, OLD.kind, OLD.called_on, OLD.money_paid, OLD.paid_at, OLD.source, OLD.external_reference,
        OLD.received_at, OLD.answer_due_at, OLD.urgent_due_at) THEN
        RAISE EXCEPTION 'what was reported, and its clocks, do not change' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.text, NEW.contact, NEW.mobile_hash) IS DISTINCT FROM (OLD.text, OLD.contact, OLD.mobile_hash)
       AND NOT (NEW.erased_at IS NOT NULL AND NEW.text = '' AND NEW.contact = '' AND NEW.mobile_hash = '') THEN
        RAISE EXCEPTION 'what was said is only erased whole' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'answered' AND (NEW.state, NEW.answered_at, NEW.answer) IS DISTINCT FROM (OLD.state, OLD.answered_at, OLD.answer) THEN
        RAISE EXCEPTION 'a report is answered once' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.decision <> '' AND (NEW.decision, NEW.decided_by_id, NEW.decided_at, NEW.why) IS DISTINCT FROM
       (OLD.decision, OLD.decided_by_id, OLD.decided_at, OLD.why) THEN
        RAISE EXCEPTION 'the first decision stays' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.mobile_confirmed_at IS NOT NULL AND (NEW.mobile_confirmed_at, NEW.calls_matched) IS DISTINCT FROM
       (OLD.mobile_confirmed_at, OLD.calls_matched) THEN
        RAISE EXCEPTION 'a mobile is confirmed once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER what_was_said_stays BEFORE UPDATE OR DELETE ON complaints_report
    FOR EACH ROW EXECUTE FUNCTION complaints_check_report();

CREATE FUNCTION complaints_check_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.erased_at IS NOT NULL OR (NEW.id, NEW.report_id, NEW.position, NEW.sha256, NEW.stored_at) IS DISTINCT FROM
       (OLD.id, OLD.report_id, OLD.position, OLD.sha256, OLD.stored_at) THEN
        RAISE EXCEPTION 'evidence is only erased' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_is_only_erased BEFORE UPDATE OR DELETE ON complaints_evidence
    FOR EACH ROW EXECUTE FUNCTION complaints_check_evidence();

CREATE FUNCTION complaints_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER showings_are_only_added BEFORE UPDATE OR DELETE ON complaints_evidenceview
    FOR EACH ROW EXECUTE FUNCTION complaints_only_added();
CREATE TRIGGER an_escalation_stays BEFORE UPDATE OR DELETE ON complaints_escalation
    FOR EACH ROW EXECUTE FUNCTION complaints_only_added();
CREATE TRIGGER what_staff_was_told_stays BEFORE UPDATE OR DELETE ON complaints_dutynotice
    FOR EACH ROW EXECUTE FUNCTION complaints_only_added();
"""
DROP = """
DROP TRIGGER what_was_said_stays ON complaints_report; DROP FUNCTION complaints_check_report();
DROP TRIGGER evidence_is_only_erased ON complaints_evidence; DROP FUNCTION complaints_check_evidence();
DROP TRIGGER showings_are_only_added ON complaints_evidenceview; DROP TRIGGER an_escalation_stays ON complaints_escalation;
DROP TRIGGER what_staff_was_told_stays ON complaints_dutynotice; DROP FUNCTION complaints_only_added();
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_evidence_duty_escalation")]
    operations = [migrations.RunSQL(RULES, DROP)]
