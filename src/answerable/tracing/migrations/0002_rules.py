"""What was asked and what was made stays; nothing of an authority's case is made before the second person's word."""

from django.db import migrations

RULES = """
CREATE FUNCTION tracing_keep_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a trace stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.reference, NEW.number_id, NEW.moment, NEW.since, NEW.until, NEW.caller, NEW.ground, NEW.basis, NEW.parts, NEW.why,
        NEW.report_id, NEW.holder_id, NEW.asked_by_id, NEW.opened_at, NEW.due_at)
        IS DISTINCT FROM
       (OLD.reference, OLD.number_id, OLD.moment, OLD.since, OLD.until, OLD.caller, OLD.ground, OLD.basis, OLD.parts, OLD.why,
        OLD.report_id, OLD.holder_id, OLD.asked_by_id, OLD.opened_at, OLD.due_at) THEN
        RAISE EXCEPTION 'what was asked in a trace never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trace_case_stays BEFORE UPDATE OR DELETE ON tracing_tracecase
    FOR EACH ROW EXECUTE FUNCTION tracing_keep_case();

CREATE FUNCTION tracing_keep_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a request stays' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.confirmed_at IS NOT NULL OR OLD.refused_at IS NOT NULL OR
       (NEW.case_id, NEW.agency_kind, NEW.agency, NEW.document_no, NEW.officers, NEW.scope, NEW.deadline, NEW.hold_until,
        NEW.scan, NEW.scan_sha256, NEW.taken_by_id, NEW.taken_at)
        IS DISTINCT FROM
       (OLD.case_id, OLD.agency_kind, OLD.agency, OLD.document_no, OLD.officers, OLD.scope, OLD.deadline, OLD.hold_until,
        OLD.scan, OLD.scan_sha256, OLD.taken_by_id, OLD.taken_at) THEN
        RAISE EXCEPTION 'a request is decided once and never changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trace_request_stays BEFORE UPDATE OR DELETE ON tracing_authorityrequest
    FOR EACH ROW EXECUTE FUNCTION tracing_keep_request();

CREATE FUNCTION tracing_check_bundle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a bundle''s row stays' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('ready', 'deleted') AND
       (NEW.case_id, NEW.built_at, NEW.sha256, NEW.manifest_sha256, NEW.size_bytes, NEW.calls, NEW.until)
        IS DISTINCT FROM
       (OLD.case_id, OLD.built_at, OLD.sha256, OLD.manifest_sha256, OLD.size_bytes, OLD.calls, OLD.until) THEN
        RAISE EXCEPTION 'a bundle that was made never changes' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM tracing_tracecase c WHERE c.reference = NEW.case_id AND c.ground = 'authority') AND NOT EXISTS (
        SELECT FROM tracing_authorityrequest r WHERE r.case_id = NEW.case_id AND r.confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a second person confirms before a bundle is made' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trace_bundle_stays BEFORE INSERT OR UPDATE OR DELETE ON tracing_tracebundle
    FOR EACH ROW EXECUTE FUNCTION tracing_check_bundle();
"""
DROP = """
DROP TRIGGER trace_case_stays ON tracing_tracecase; DROP FUNCTION tracing_keep_case();
DROP TRIGGER trace_request_stays ON tracing_authorityrequest; DROP FUNCTION tracing_keep_request();
DROP TRIGGER trace_bundle_stays ON tracing_tracebundle; DROP FUNCTION tracing_check_bundle();
"""


class Migration(migrations.Migration):

    dependencies = [('tracing', '0001_initial')]

    operations = [migrations.RunSQL(RULES, DROP)]
