"""Changes of handler, name or representative, and pauses, as dossiers: reviewed in two stages, handled where their set says so."""

from django.db import migrations, models
from django.db.models import Q

RULES = """
CREATE FUNCTION verification_check_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What was approved without a line's proof must not become what rests on one.
    IF TG_OP = 'UPDATE' AND NEW.kind <> OLD.kind THEN
        RAISE EXCEPTION 'a dossier stays of its kind' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'change' AND NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved')
        AND (SELECT needs_handling FROM verification_requirementset WHERE id = NEW.requirement_set_id)
        AND NOT EXISTS (SELECT FROM verification_handling WHERE dossier_id = NEW.id) THEN
        RAISE EXCEPTION 'not handled at a counter' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER change_is_handled BEFORE INSERT OR UPDATE ON verification_dossier
    FOR EACH ROW EXECUTE FUNCTION verification_check_change();

CREATE OR REPLACE FUNCTION verification_check_call_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> 'change' AND NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') AND NOT EXISTS (
        SELECT FROM verification_callback WHERE dossier_id = NEW.id AND line = NEW.line AND confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the line was not proven by a call-back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
DROP = "DROP TRIGGER change_is_handled ON verification_dossier; DROP FUNCTION verification_check_change();"


class Migration(migrations.Migration):
    dependencies = [("verification", "0012_requirement_sets")]
    operations = [
        migrations.AlterField(
            "dossier",
            "kind",
            models.CharField(
                choices=[("holder", "机主实名"), ("destination", "目的码核验"), ("change", "变更")], max_length=12
            ),
        ),
        migrations.RemoveConstraint("dossier", "an_approval_has_an_end"),
        migrations.AddConstraint(
            "dossier",
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(kind="change")
                | Q(verified_until__isnull=False)
                | Q(line_proven_until__isnull=False),
                name="an_approval_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            "dossier",
            models.UniqueConstraint(
                condition=Q(
                    kind="change",
                    state__in=["draft", "submitted", "more_information_needed", "deferred", "unsuccessful"],
                ),
                fields=["number"],
                name="one_open_change_a_number",
            ),
        ),
        migrations.AddConstraint(
            "requirementset",
            models.CheckConstraint(
                condition=Q(needs_handling=True) | ~Q(purpose__in=["open", "reverify", "transfer"]),
                name="a_holder_is_handled_at_a_counter",
            ),
        ),
        migrations.RunSQL(RULES, DROP),
    ]
