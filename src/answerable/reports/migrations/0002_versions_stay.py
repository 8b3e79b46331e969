"""What was made stays as it was made; sending and the reminder are written once; versions follow each other."""

from django.db import migrations

RULES = """
CREATE FUNCTION reports_check_weekly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.sent_at IS NOT NULL OR NEW.reminded_at IS NOT NULL THEN
            RAISE EXCEPTION 'a report begins unsent' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.version > 1 AND NOT EXISTS (SELECT FROM reports_weeklyreport WHERE week = NEW.week AND version = NEW.version - 1) THEN
            RAISE EXCEPTION 'versions follow each other' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a report stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.week, NEW.version, NEW.made_at, NEW.counted_at, NEW.made_by_id, NEW.why, NEW.figures, NEW.corrected, NEW.csv, NEW.csv_sha256,
        NEW.pdf, NEW.pdf_sha256, NEW.send_by) IS DISTINCT FROM (OLD.week, OLD.version, OLD.made_at, OLD.counted_at, OLD.made_by_id, OLD.why,
        OLD.figures, OLD.corrected, OLD.csv, OLD.csv_sha256, OLD.pdf, OLD.pdf_sha256, OLD.send_by)
        OR (OLD.reminded_at IS NOT NULL AND NEW.reminded_at IS DISTINCT FROM OLD.reminded_at)
        OR (OLD.sent_at IS NOT NULL AND (NEW.sent_at, NEW.sent_by_id, NEW.receipt) IS DISTINCT FROM (OLD.sent_at, OLD.sent_by_id, OLD.receipt)) THEN
        RAISE EXCEPTION 'a report is frozen' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER weekly_reports_stay BEFORE INSERT OR UPDATE OR DELETE ON reports_weeklyreport
    FOR EACH ROW EXECUTE FUNCTION reports_check_weekly();
"""
DROP = "DROP TRIGGER weekly_reports_stay ON reports_weeklyreport; DROP FUNCTION reports_check_weekly();"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(RULES, DROP)]
