"""No hand-held photo is stored without a consent of its own in force (PIPL art. 29); answers stay written down."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE FUNCTION verification_check_photo_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM verification_photoconsent
        WHERE dossier_id = NEW.dossier_id AND answer = 'given' AND ended_at IS NULL) THEN
        RAISE EXCEPTION 'no consent to the hand-held photo' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER photo_needs_consent BEFORE INSERT OR UPDATE OF slot, dossier_id ON verification_document
    FOR EACH ROW WHEN (NEW.slot = 'handler_photo') EXECUTE FUNCTION verification_check_photo_consent();

CREATE FUNCTION verification_check_photo_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
        OR (NEW.dossier_id, NEW.answer, NEW.text_version, NEW.person_id, NEW.at)
            IS DISTINCT FROM (OLD.dossier_id, OLD.answer, OLD.text_version, OLD.person_id, OLD.at) THEN
        RAISE EXCEPTION 'an answer is never changed, only ended' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER photo_answers_stay BEFORE UPDATE OR DELETE ON verification_photoconsent
    FOR EACH ROW EXECUTE FUNCTION verification_check_photo_answer();
"""
DROP = """
DROP TRIGGER photo_answers_stay ON verification_photoconsent; DROP FUNCTION verification_check_photo_answer();
DROP TRIGGER photo_needs_consent ON verification_document; DROP FUNCTION verification_check_photo_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0008_former_names"), ("verification", "0014_range_refused")]

    operations = [
        migrations.CreateModel(
            name="PhotoConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answer", models.CharField(choices=[("given", "同意"), ("declined", "不提供")], max_length=8)),
                ("text_version", models.CharField(help_text="Which text the person was shown (`verification.consent`).", max_length=16)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(help_text="Answered otherwise since: withdrawn, or given after all.", null=True)),
                ("dossier", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="photo_consents", to="verification.dossier")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.person")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("answer__in", ["given", "declined"])), name="photo_consent_answer_is_known"),
                    models.UniqueConstraint(condition=models.Q(("ended_at", None)), fields=("dossier",), name="one_photo_consent_in_force_a_dossier"),
                ],
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]  # fmt: skip
