"""Review in two stages, the operator's pre-check and the carrier's review; the thread of a dossier."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
ALTER TABLE verification_review DISABLE TRIGGER reviews_stay;
UPDATE verification_review r SET stage = 'carrier_review' WHERE decision = 'approve' AND EXISTS (
    SELECT FROM verification_review e WHERE e.dossier_id = r.dossier_id AND e.round = r.round AND e.decision = 'approve' AND e.id < r.id);
ALTER TABLE verification_review ENABLE TRIGGER reviews_stay;

CREATE FUNCTION verification_check_stage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held varchar[];
    needed varchar := CASE NEW.stage WHEN 'carrier_review' THEN 'carrier_reviewer' ELSE 'reviewer' END;
BEGIN
    SELECT roles INTO held FROM parties_staff WHERE id = NEW.reviewer_id;
    IF NOT needed = ANY (held) THEN
        RAISE EXCEPTION 'stage % needs the role %', NEW.stage, needed USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stage = 'carrier_review' AND NOT EXISTS (
        SELECT FROM verification_review WHERE dossier_id = NEW.dossier_id AND round = NEW.round
        AND stage = 'pre_check' AND decision = 'approve' AND reviewer_id <> NEW.reviewer_id) THEN
        RAISE EXCEPTION 'the carrier reviews what another reviewer has pre-checked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stages_in_order BEFORE INSERT ON verification_review FOR EACH ROW EXECUTE FUNCTION verification_check_stage();

CREATE OR REPLACE FUNCTION verification_check_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') THEN
        IF NEW.kind = 'holder' AND NOT EXISTS (SELECT FROM verification_handling WHERE dossier_id = NEW.id) THEN
            RAISE EXCEPTION 'not handled at a counter' USING ERRCODE = 'check_violation';
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

CREATE FUNCTION verification_check_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.text <> ''::bytea
        OR (NEW.dossier_id, NEW.at, NEW.person_id, NEW.staff_id, NEW.is_internal)
        IS DISTINCT FROM (OLD.dossier_id, OLD.at, OLD.person_id, OLD.staff_id, OLD.is_internal) THEN
        RAISE EXCEPTION 'a message stays as it was written; only its text may be erased' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messages_stay BEFORE UPDATE OR DELETE ON verification_message
    FOR EACH ROW EXECUTE FUNCTION verification_check_message();
"""


class Migration(migrations.Migration):
    dependencies = [("verification", "0002_four_eyes"), ("parties", "0004_carrier_reviewers")]
    operations = [
        migrations.AddField(
            model_name="review",
            name="stage",
            field=models.CharField(
                choices=[("pre_check", "初审"), ("carrier_review", "复审")],
                db_default="pre_check",
                default="pre_check",
                max_length=14,
            ),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("is_internal", models.BooleanField(default=False)),
                ("text", models.BinaryField()),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="verification.dossier",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.person"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.staff"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", True), ("staff__isnull", True), _connector="XOR"),
                        name="a_message_has_one_author",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_internal", False), ("staff__isnull", False), _connector="OR"),
                        name="only_staff_writes_notes",
                    ),
                ]
            },
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
