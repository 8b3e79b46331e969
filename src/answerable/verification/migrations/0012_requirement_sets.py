"""Requirement sets by purpose, industry and channel, with their policy; changed by two compliance officers, never in place."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q, Value

RULES = """
CREATE FUNCTION verification_check_requirement_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a requirement set stays' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state <> 'proposed' THEN
            RAISE EXCEPTION 'a requirement set that is decided never changes' USING ERRCODE = 'check_violation';
        END IF;
        IF to_jsonb(NEW) - ARRAY['state', 'decided_by_id', 'decided_at', 'decided_why']
            <> to_jsonb(OLD) - ARRAY['state', 'decided_by_id', 'decided_at', 'decided_why'] THEN
            RAISE EXCEPTION 'what was proposed is decided as it stands' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.proposed_by_id IS NOT NULL AND NEW.state <> 'proposed' THEN
        RAISE EXCEPTION 'a proposal waits for a second officer' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM parties_staff WHERE id IN (NEW.proposed_by_id, NEW.decided_by_id) AND NOT 'compliance' = ANY (roles)) THEN
        RAISE EXCEPTION 'requirement sets are the compliance officers'' to change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requirement_sets_stay BEFORE INSERT OR UPDATE OR DELETE ON verification_requirementset
    FOR EACH ROW EXECUTE FUNCTION verification_check_requirement_set();

CREATE FUNCTION verification_check_set_of_dossier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM verification_requirementset WHERE id = NEW.requirement_set_id AND state = 'approved') THEN
        RAISE EXCEPTION 'a dossier is filed under an approved requirement set' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.requirement_set_id <> OLD.requirement_set_id THEN
        RAISE EXCEPTION 'a dossier keeps the requirement set it was filed under' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dossier_keeps_its_set BEFORE INSERT OR UPDATE OF requirement_set_id ON verification_dossier
    FOR EACH ROW EXECUTE FUNCTION verification_check_set_of_dossier();
"""
DROP = """
DROP TRIGGER dossier_keeps_its_set ON verification_dossier; DROP FUNCTION verification_check_set_of_dossier();
DROP TRIGGER requirement_sets_stay ON verification_requirementset; DROP FUNCTION verification_check_requirement_set();
"""
PURPOSES = [
    ("open", "新开"), ("reverify", "重新核验"), ("change_handler", "变更经办人"), ("change_name", "变更单位名称"),
    ("change_representative", "变更法定代表人"), ("transfer", "过户"), ("pause", "停机保号"), ("release", "销号"),
]  # fmt: skip
STATES = [("proposed", "待核准"), ("approved", "已核准"), ("rejected", "未核准")]


def text(length: int) -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=length)


def staff() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.staff"
    )


FIELDS: dict[str, models.Field] = {
    "industry": text(40),
    "channel": text(20),
    "purpose": models.CharField(choices=PURPOSES, db_default="open", default="open", max_length=24),
    "policy": models.JSONField(
        blank=True, db_default=Value({}, models.JSONField()), default=dict, help_text="What differs from checks.facts.Policy."
    ),
    "needs_handling": models.BooleanField(db_default=True, default=True, help_text="Whether the counter must handle it."),
    "state": models.CharField(choices=STATES, db_default="approved", default="approved", max_length=8),
    "proposed_by": staff(),
    "proposed_at": models.DateTimeField(blank=True, null=True),
    "why": text(200),
    "decided_by": staff(),
    "decided_at": models.DateTimeField(blank=True, null=True),
    "decided_why": text(200),
}
KEY = ["carrier", "subject_type", "use", "industry", "channel", "purpose"]


class Migration(migrations.Migration):
    dependencies = [("verification", "0011_no_erasure_under_a_hold"), ("parties", "0007_sms_code_about")]
    operations = [
        *(migrations.AddField("requirementset", name, field) for name, field in FIELDS.items()),
        migrations.AlterField("requirementset", "subject_type", models.CharField(blank=True, max_length=20)),
        migrations.AlterField("requirementset", "use", models.CharField(blank=True, max_length=20)),
        migrations.AlterField(
            "requirementset", "slots",
            models.JSONField(help_text="List of {slot, required: always|handler|never, pages, when} (requirements.content)."),
        ),
        migrations.RemoveConstraint("requirementset", "requirement_set_version"),
        migrations.AddConstraint(
            "requirementset", models.UniqueConstraint(fields=[*KEY, "version"], name="requirement_set_version")
        ),
        migrations.AddConstraint(
            "requirementset",
            models.UniqueConstraint(condition=Q(state="proposed"), fields=KEY, name="one_proposal_at_a_time"),
        ),
        migrations.AddConstraint(
            "requirementset",
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="nobody_approves_their_own_proposal",
            ),
        ),
        migrations.AddConstraint(
            "requirementset",
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, proposed_by__isnull=True, state="approved")
                | Q(decided_by__isnull=True, proposed_by__isnull=False, state="proposed")
                | Q(decided_by__isnull=False, proposed_by__isnull=False, state__in=["approved", "rejected"]),
                name="a_set_is_loaded_or_decided_by_two",
            ),
        ),
        migrations.RunSQL(RULES, DROP),
    ]
