"""Files with an appeal, under the same rule as a report's: they are only erased."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

RULE = """
CREATE OR REPLACE FUNCTION complaints_check_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.erased_at IS NOT NULL OR
       (NEW.id, NEW.report_id, NEW.appeal_id, NEW.position, NEW.sha256, NEW.stored_at) IS DISTINCT FROM
       (OLD.id, OLD.report_id, OLD.appeal_id, OLD.position, OLD.sha256, OLD.stored_at) THEN
        RAISE EXCEPTION 'evidence is only erased' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_disavowals")]
    operations = [
        migrations.AlterField(
            "evidence",
            "report",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="complaints.report",
            ),
        ),
        migrations.AddField(
            "evidence",
            "appeal",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="complaints.appeal",
            ),
        ),
        migrations.AddConstraint(
            "evidence", models.UniqueConstraint(fields=["appeal", "position"], name="appeal_evidence_has_its_place")
        ),
        migrations.AddConstraint(
            "evidence", models.UniqueConstraint(fields=["appeal", "sha256"], name="appeal_evidence_is_kept_once")
        ),
        migrations.AddConstraint(
            "evidence",
            models.CheckConstraint(
                condition=Q(report__isnull=True) ^ Q(appeal__isnull=True), name="evidence_is_of_one_thing"
            ),
        ),
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
    ]
