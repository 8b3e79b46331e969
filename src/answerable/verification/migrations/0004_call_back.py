"""A line is proven by a call-back: somebody at it heard a code and entered it; without that nothing is approved."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE FUNCTION verification_check_call_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved') AND NOT EXISTS (
        SELECT FROM verification_callback WHERE dossier_id = NEW.id AND line = NEW.line AND confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the line was not proven by a call-back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_is_called_back BEFORE INSERT OR UPDATE ON verification_dossier
    FOR EACH ROW EXECUTE FUNCTION verification_check_call_back();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0004_carrier_reviewers"),
        ("verification", "0003_two_stages"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallBack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.CharField(db_index=True, max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "待拨打"), ("calling", "拨打中"), ("done", "已结束")],
                        default="due",
                        max_length=8,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                (
                    "listed_until",
                    models.DateTimeField(help_text="Until then the gate knows the line as one to be proven."),
                ),
                ("taken_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("code_hash", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="callbacks", to="verification.dossier"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="parties.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=("line",),
                        name="one_call_back_a_line_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True),
                            models.Q(("state", "done"), ("outcome", "answered")),
                            _connector="OR",
                        ),
                        name="only_an_answered_call_is_confirmed",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
