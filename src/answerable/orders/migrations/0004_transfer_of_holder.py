"""Transfer of holder (过户): who passes a number on to whom, and no other way to change the holder of one in service."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

RULES = """
CREATE FUNCTION orders_check_holder_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.holder_id IS NOT NULL AND NEW.holder_id IS NOT NULL AND NEW.holder_id <> OLD.holder_id
        AND OLD.business_state IN ('opening', 'working', 'suspended', 'paused_by_holder', 'frozen')
        AND (OLD.business_state NOT IN ('working', 'paused_by_holder') OR NOT EXISTS (
            SELECT FROM orders_holdertransfer t
            JOIN orders_order o ON o.order_no = t.order_id AND o.enterprise_id = NEW.holder_id
            JOIN verification_dossier d ON d.order_no = o.order_no AND d.enterprise_id = NEW.holder_id
                AND d.number = NEW.number AND d.kind = 'holder' AND d.state = 'approved'
            JOIN verification_handling h ON h.dossier_id = d.id
            WHERE t.number_id = NEW.number AND t.giver_id = OLD.holder_id AND t.state = 'accepted' AND t.consent_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'a number in service passes on by an approved transfer alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_changes_holder BEFORE UPDATE OF holder_id ON numbers_number
    FOR EACH ROW EXECUTE FUNCTION orders_check_holder_change();

CREATE FUNCTION orders_check_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('open', 'accepted') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a transfer that is over stays so' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.number_id, NEW.giver_id, NEW.receiver_code, NEW.code, NEW.started_by_id, NEW.started_at, NEW.until)
        IS DISTINCT FROM (OLD.number_id, OLD.giver_id, OLD.receiver_code, OLD.code, OLD.started_by_id, OLD.started_at, OLD.until) THEN
        RAISE EXCEPTION 'a transfer stays as it was begun' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.order_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM orders_order o JOIN parties_enterprise e ON e.id = o.enterprise_id
        WHERE o.order_no = NEW.order_id AND o.kind = 'transfer' AND o.number_id = NEW.number_id AND e.credit_code = NEW.receiver_code) THEN
        RAISE EXCEPTION 'only the organisation that was named may accept' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_stays_as_begun BEFORE UPDATE ON orders_holdertransfer
    FOR EACH ROW EXECUTE FUNCTION orders_check_transfer();
"""
DROP = """
DROP TRIGGER transfer_stays_as_begun ON orders_holdertransfer; DROP FUNCTION orders_check_transfer();
DROP TRIGGER transfer_changes_holder ON numbers_number; DROP FUNCTION orders_check_holder_change();
"""
PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_takeover"), ("verification", "0016_transfer"), ("parties", "0008_former_names")]
    operations = [
        migrations.AlterField(
            model_name="order",
            name="kind",
            field=models.CharField(
                choices=[("new", "新开"), ("renewal", "续约"), ("takeover", "接管"), ("transfer", "过户")],
                default="new",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="HolderTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "receiver_code",
                    models.CharField(
                        help_text="The credit code of the one organisation that may accept.", max_length=18
                    ),
                ),
                ("code", models.CharField(max_length=8, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待接收"), ("accepted", "接收方办理中"), ("completed", "已过户"), ("cancelled", "已取消"),
                            ("declined", "未通过"), ("lapsed", "已过期"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                (
                    "until",
                    models.DateTimeField(help_text="To accept; then the receiver's order has its own clocks."),
                ),
                ("consent_pdf", models.BinaryField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("number", models.ForeignKey(on_delete=PROTECT, related_name="transfers", to="numbers.number")),
                ("giver", models.ForeignKey(on_delete=PROTECT, related_name="+", to="parties.enterprise")),
                ("started_by", models.ForeignKey(on_delete=PROTECT, related_name="+", to="parties.person")),
                (
                    "consent",
                    models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to="verification.document"),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True, on_delete=PROTECT, related_name="holder_transfer", to="orders.order"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(state__in=["open", "accepted"]),
                        fields=["number"],
                        name="one_open_transfer_a_number",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=["accepted", "completed"])
                        | Q(order__isnull=False, consent__isnull=False),
                        name="what_is_accepted_has_consent_and_order",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["open", "accepted"]) ^ Q(ended_at__isnull=False),
                        name="an_ended_transfer_says_when",
                    ),
                ]
            },
        ),
        migrations.RunSQL(RULES, DROP),
    ]
