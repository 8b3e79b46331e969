"""Carriers, the operator, counters, enterprises, and the people who act for them.

Trust: whoever can write `Staff` can become two reviewers; whoever can write `RegisterEntry` can make a firm exist.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Carrier(models.Model):
    """A basic telecommunications carrier (基础电信企业) and the 400 prefixes that stay with it."""

    code = models.CharField(max_length=10, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    prefixes = ArrayField(models.CharField(max_length=4))
    ask_at = models.CharField(max_length=60, help_text="Where the public asks about a number that is not ours.")

    @classmethod
    def of_prefix(cls, number: str) -> "Carrier | None":
        """Return whose range a number is in."""
        return cls.objects.filter(prefixes__contains=[number[:4]]).first()


class Operator(models.Model):
    """Who runs this installation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    credit_code = models.CharField(max_length=18)
    hotline = models.CharField(max_length=10)
    bank_account = models.CharField(max_length=200)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_operator")]


class Authorisation(models.Model):
    """A carrier's document that lets the operator run 400 numbers for it: dated, with a scope, kept when it has ended.

    Without one in force for a number's carrier nothing is applied for, signed, handled or renewed.
    """

    document = models.CharField(max_length=200, primary_key=True, help_text="The document: title, number, scope.")
    carriers = ArrayField(models.CharField(max_length=10))
    since = models.DateField()
    until = models.DateField(help_text="The last day.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="authorisation_ends_after_it_begins")
        ]


class Counter(models.Model):
    """A place where the operator's own staff handles applications (受理). Agents and the web are not values (MIIT 452 (七)二).

    `video` is a value, and off: a trigger refuses a handling by it until two compliance officers recorded its legal basis.
    """

    class Kind(models.TextChoices):
        OWN_COUNTER = "own_counter", "自有营业厅"
        OWN_STAFF_VISIT = "own_staff_visit", "客户经理上门"
        VIDEO = "video", "视频受理"

    code = models.CharField(max_length=20, primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    address_zh = models.CharField(max_length=200)
    address_en = models.CharField(max_length=200)
    open_from = models.DateField(null=True, blank=True, help_text="The first day; empty: since ever.")
    open_until = models.DateField(null=True, blank=True, help_text="The last day; empty: no end.")
    closed_days = ArrayField(models.DateField(), default=list, blank=True)
    visits_a_day = models.PositiveSmallIntegerField(default=40)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["own_counter", "own_staff_visit", "video"]), name="counter_is_the_operators_own"
            )
        ]


class VideoBasis(models.Model):
    """The legal basis on which handling by video is switched on: proposed by one compliance officer, approved by another."""

    document = models.CharField(max_length=200)
    since = models.DateField()
    proposed_by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey("Staff", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")), name="video_basis_needs_two"
            )
        ]


class SubjectType(models.TextChoices):
    """Kinds of organisation. There is no value for a natural person (MIIT 452 (七)一)."""

    COMPANY = "company", "企业"
    SOLE_TRADER = "sole_trader", "个体工商户"
    PUBLIC_INSTITUTION = "public_institution", "事业单位"
    SOCIAL_ORGANISATION = "social_organisation", "社会组织"
    GOVERNMENT = "government", "党政机关"


class RegisterEntry(models.Model):
    """A row of the enterprise register that the operator loads (国家企业信用信息公示系统 and its like)."""

    credit_code = models.CharField(max_length=18, primary_key=True)
    name = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=20, choices=SubjectType)
    legal_representative = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    status = models.CharField(max_length=20, default="存续")
    industry = models.CharField(max_length=60, blank=True)
    loaded_at = models.DateTimeField()


class BlacklistEntry(models.Model):
    """A firm (by credit code) or a person (by keyed hash of the ID number) that may not apply."""

    kind = models.CharField(max_length=6, choices=[("firm", "firm"), ("person", "person")])
    value = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="blacklisted_once")]


class TrustedRoot(models.Model):
    """The root certificate of a licensed certification authority (E-Signature Law art. 16) whose seals are accepted.

    Trust: whoever can write here can make any electronic seal hold; loading and removing are facts.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    der = models.BinaryField()
    loaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class Enterprise(models.Model):
    """An organisation that holds or applies for numbers."""

    credit_code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    subject_type = models.CharField(max_length=20, choices=SubjectType)
    legal_representative = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    complaint_contact = models.CharField(max_length=60, blank=True)
    quota = models.PositiveSmallIntegerField(default=5, help_text="Numbers per carrier (MIIT 452 (七)四).")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(subject_type__in=SubjectType.values), name="holder_is_an_organisation"),
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUW-Y]{18}$"), name="credit_code_has_18_characters"
            ),
        ]


class FormerName(models.Model):
    """What an organisation was called, and who represented it, until a change that was verified: rows are only added.

    With the tenures this says for any day past by what name who answered for a number.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=120)
    legal_representative = models.CharField(max_length=60)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enterprise", "until"], name="one_former_name_a_moment")]


class Person(models.Model):
    """Somebody who signs in by mobile and SMS code, and acts for enterprises."""

    mobile = models.CharField(max_length=11, unique=True)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, default="zh-hans")
    created_at = models.DateTimeField()


class Membership(models.Model):
    """A person acts for an enterprise, as its legal representative (法定代表人) or as its handler (经办人)."""

    class Role(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人"
        HANDLER = "handler", "经办人"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField()
    proven_at = models.DateTimeField(
        null=True,
        help_text="Two reviewers approved a dossier this person brought to the counter; until then they see only their own.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "enterprise"], name="member_once")]


class Staff(models.Model):
    """A member of the operator's staff: password (Argon2) and a one-time code (RFC 6238)."""

    username = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    roles = ArrayField(models.CharField(max_length=24))
    password = models.CharField(max_length=200)
    totp_secret = models.BinaryField(help_text="Sealed under the master key.")
    totp_last_step = models.BigIntegerField(default=0, help_text="A one-time code is used once.")
    counter = models.ForeignKey(Counter, null=True, blank=True, on_delete=models.PROTECT)
    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text="The same human being as an applicant, if so.",
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="zh-hans")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(roles__overlap=["counter", "cashier"])
                | ~Q(roles__overlap=["reviewer", "carrier_reviewer"]),
                name="reviewer_is_neither_counter_nor_cashier",
            )
        ]


class SmsCode(models.Model):
    """A six-digit code sent to a mobile; kept as a keyed hash."""

    mobile = models.CharField(max_length=11, db_index=True)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    about = models.CharField(
        max_length=40, blank=True, db_default="", help_text="What it confirms (recheck:12); empty signs in."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="sms_code_expires_after_it_is_sent")
        ]


class SignInFailure(models.Model):
    """A failed staff sign-in, counted for throttling: by name and address, by address, and by name."""

    username = models.CharField(max_length=30, db_index=True)
    address = models.GenericIPAddressField(null=True, db_index=True)
    at = models.DateTimeField()


class SignInAddress(models.Model):
    """An address from which a member of staff has signed in: strangers' failures elsewhere do not lock it."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="addresses")
    address = models.GenericIPAddressField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "address"], name="sign_in_address_once")]


class Notice(models.Model):
    """A message in a person's notification centre; the same words go out by SMS."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)
    key = models.CharField(
        max_length=120, blank=True, db_default="", help_text="What it is about, where a person is to be told once."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="told_once_of_one_thing")
        ]
        indexes = [models.Index(fields=["person", "-at"], name="notice_newest_first")]
