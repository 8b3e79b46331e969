"""Facts are added and never changed: not by a bug, not by the application's role, not by the schema's owner."""

from django.db import migrations

FORBID = """
CREATE FUNCTION trail_forbid_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER facts_stay BEFORE UPDATE OR DELETE ON trail_fact FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'answerable') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON trail_fact FROM answerable;
    END IF;
END $$;
"""
ALLOW = "DROP TRIGGER facts_stay ON trail_fact; DROP FUNCTION trail_forbid_change();"


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
