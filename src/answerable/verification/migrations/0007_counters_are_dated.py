"""A handling happens at a counter that is open on the day, and by video only on a legal basis that two people recorded."""

from django.db import migrations

RULES = """
CREATE FUNCTION verification_check_counter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place parties_counter%ROWTYPE;
    today date := (NEW.at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    SELECT * INTO place FROM parties_counter WHERE code = NEW.counter_id;
    IF place.open_from > today OR place.open_until < today THEN
        RAISE EXCEPTION 'the counter is not open on that day' USING ERRCODE = 'check_violation';
    END IF;
    IF place.kind = 'video' AND NOT EXISTS (
        SELECT FROM parties_videobasis WHERE approved_by_id IS NOT NULL AND approved_by_id <> proposed_by_id AND since <= today) THEN
        RAISE EXCEPTION 'handling by video has no legal basis on record' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER handled_at_an_open_counter BEFORE INSERT ON verification_handling
    FOR EACH ROW EXECUTE FUNCTION verification_check_counter();
"""
DROP = "DROP TRIGGER handled_at_an_open_counter ON verification_handling; DROP FUNCTION verification_check_counter();"


class Migration(migrations.Migration):
    dependencies = [("verification", "0006_electronic_seals"), ("parties", "0006_dated_authorisation")]
    operations = [migrations.RunSQL(RULES, DROP)]
