"""Entries are added at the end and never changed: their indices have no gap, and nobody takes one out."""

from django.db import migrations

RULES = """
CREATE FUNCTION transparency_check_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE a.index <> 0 AND NOT EXISTS (SELECT FROM transparency_entry e WHERE e.index = a.index - 1)) THEN
        RAISE EXCEPTION 'an entry is added at the end' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_are_added_at_the_end AFTER INSERT ON transparency_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION transparency_check_entries();
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON transparency_entry FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'answerable') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON transparency_entry FROM answerable;
        REVOKE UPDATE ON transparency_pending, transparency_opening FROM answerable;
    END IF;
END $$;
"""
DROP = """
DROP TRIGGER entries_stay ON transparency_entry;
DROP TRIGGER entries_are_added_at_the_end ON transparency_entry; DROP FUNCTION transparency_check_entries();
"""


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial"), ("trail", "0002_facts_stay")]
    operations = [migrations.RunSQL(RULES, DROP)]
