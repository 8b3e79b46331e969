"""What a legal hold keeps is not erased, whoever asks; what was erased stays written down."""

from django.db import migrations

RULES = """
CREATE FUNCTION verification_check_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_number varchar;
BEGIN
    IF TG_TABLE_NAME = 'verification_dossier' THEN
        of_number := NEW.number;
    ELSE
        SELECT number INTO of_number FROM verification_dossier WHERE id = NEW.dossier_id;
    END IF;
    IF EXISTS (
        SELECT FROM verification_legalhold h
        WHERE h.enterprise_id = NEW.enterprise_id AND h.confirmed_at IS NOT NULL AND h.ended_at IS NULL
        AND h.until >= (NEW.erased_at AT TIME ZONE 'Asia/Shanghai')::date
        AND (h.number = '' OR of_number IS NULL OR h.number = of_number)) THEN
        RAISE EXCEPTION 'kept by a legal hold' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER no_erasure_under_a_hold BEFORE UPDATE OF erased_at ON verification_document
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION verification_check_erasure();
CREATE TRIGGER no_erasure_under_a_hold BEFORE UPDATE OF erased_at ON verification_dossier
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION verification_check_erasure();
CREATE TRIGGER erasures_stay BEFORE UPDATE OR DELETE ON verification_erasure
    FOR EACH ROW EXECUTE FUNCTION trail_forbid_change();
"""
DROP = """
DROP TRIGGER erasures_stay ON verification_erasure;
DROP TRIGGER no_erasure_under_a_hold ON verification_dossier; DROP TRIGGER no_erasure_under_a_hold ON verification_document;
DROP FUNCTION verification_check_erasure();
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0010_retention"), ("trail", "0002_facts_stay")]
    operations = [migrations.RunSQL(RULES, DROP)]
