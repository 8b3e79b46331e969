"""Dossiers, documents, the handling at the counter, and the two reviews.

Trust: whoever can write here can make a holder look verified, but not without two reviewers' rows and a handling row: a
trigger in the database asks for them (migrations/0002).
"""

import uuid

from django.db import models
from django.db.models import F, Q, Value

from answerable.numbers.models import Number
from answerable.parties.models import Counter, Enterprise, Membership, Person, SmsCode, Staff


class RequirementSet(models.Model):
    """What a carrier asks of a kind of application, dated; a dossier keeps the version it was filed under.

    Subject type, use, industry and channel may be empty: any. What is in force came from the operator's file, or was
    proposed by one compliance officer and approved by another; a version never changes (migrations/0012).
    """

    class Purpose(models.TextChoices):
        OPEN = "open", "新开"
        REVERIFY = "reverify", "重新核验"
        CHANGE_HANDLER = "change_handler", "变更经办人"
        CHANGE_NAME = "change_name", "变更单位名称"
        CHANGE_REPRESENTATIVE = "change_representative", "变更法定代表人"
        TRANSFER = "transfer", "过户"
        PAUSE = "pause", "停机保号"
        RELEASE = "release", "销号"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待核准"
        APPROVED = "approved", "已核准"
        REJECTED = "rejected", "未核准"

    carrier = models.CharField(max_length=10)
    subject_type = models.CharField(max_length=20, blank=True)
    use = models.CharField(max_length=20, blank=True)
    industry = models.CharField(max_length=40, blank=True, default="", db_default="")
    channel = models.CharField(max_length=20, blank=True, default="", db_default="")
    purpose = models.CharField(max_length=24, choices=Purpose, default=Purpose.OPEN, db_default=Purpose.OPEN)
    version = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    slots = models.JSONField(
        help_text="List of {slot, required: always|handler|never, pages, when} (requirements.content)."
    )
    policy = models.JSONField(
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text="What differs from checks.facts.Policy.",
    )
    needs_handling = models.BooleanField(default=True, db_default=True, help_text="Whether the counter must handle it.")
    verification_days = models.PositiveSmallIntegerField(default=365)
    line_proof_days = models.PositiveSmallIntegerField(default=365)
    state = models.CharField(max_length=8, choices=State, default=State.APPROVED, db_default=State.APPROVED)
    proposed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_why = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "subject_type", "use", "industry", "channel", "purpose", "version"],
                name="requirement_set_version",
            ),
            models.UniqueConstraint(
                fields=["carrier", "subject_type", "use", "industry", "channel", "purpose"],
                condition=Q(state="proposed"),
                name="one_proposal_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="nobody_approves_their_own_proposal",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, decided_by__isnull=True, state="approved")
                | Q(proposed_by__isnull=False, decided_by__isnull=True, state="proposed")
                | Q(proposed_by__isnull=False, decided_by__isnull=False, state__in=["approved", "rejected"]),
                name="a_set_is_loaded_or_decided_by_two",
            ),
            models.CheckConstraint(
                condition=Q(needs_handling=True) | ~Q(purpose__in=["open", "reverify", "transfer"]),
                name="a_holder_is_handled_at_a_counter",
            ),
        ]

    KEY = ("carrier", "subject_type", "use", "industry", "channel", "purpose")

    @property
    def key(self) -> dict[str, str]:
        """Return what tells this set's versions from those of another set."""
        return {name: getattr(self, name) for name in self.KEY}


class Dossier(models.Model):
    """Everything one application for verification rests on: of a holder, or of one destination."""

    class Kind(models.TextChoices):
        HOLDER = "holder", "机主实名"
        DESTINATION = "destination", "目的码核验"
        CHANGE = "change", "变更"

    class State(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "已提交"
        MORE_INFORMATION_NEEDED = "more_information_needed", "待补充"
        DEFERRED = "deferred", "暂缓"
        APPROVED = "approved", "已通过"
        DECLINED = "declined", "未通过"
        LAPSED = "lapsed", "已失效"
        REVOKED = "revoked", "已撤销"
        UNSUCCESSFUL = "unsuccessful", "未完成（我方原因）"

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=24, choices=State, default=State.DRAFT)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="dossiers")
    number = models.CharField(max_length=10)
    order_no = models.CharField(max_length=20, blank=True)
    requirement_set = models.ForeignKey(RequirementSet, on_delete=models.PROTECT)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    role = models.CharField(max_length=20, choices=Membership.Role)
    needs_counter = models.BooleanField(
        default=True, db_default=True, help_text="False: papers alone, for a number whose holder was handled before."
    )
    claims = models.BinaryField(
        default=bytes, help_text="What the applicant stated (checks.facts), sealed: holds ID numbers."
    )
    line = models.CharField(max_length=16, blank=True, help_text="The destination this dossier proves.")
    submitted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1, help_text="Counts up each time it is submitted again.")
    claimed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True)
    verified_until = models.DateTimeField(null=True)
    line_proven_until = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(null=True, help_text="Set when what it was filed for ends; locked from then on.")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(keep_until__isnull=False, erased_at__gte=F("keep_until"), claims=b""),
                name="dossier_is_erased_when_due",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "draft",
                        "submitted",
                        "more_information_needed",
                        "deferred",
                        "approved",
                        "declined",
                        "lapsed",
                        "revoked",
                        "unsuccessful",
                    ]
                ),
                name="dossier_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(kind="change")
                | Q(verified_until__isnull=False)
                | Q(line_proven_until__isnull=False),
                name="an_approval_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(needs_counter=True) | Q(kind="holder", order_no=""), name="papers_alone_open_no_number"
            ),
            models.UniqueConstraint(
                fields=["number"],
                name="one_open_holder_dossier_a_number",
                condition=Q(kind="holder", state__in=["draft", "submitted", "more_information_needed", "deferred"]),
            ),
            models.UniqueConstraint(
                fields=["number"],
                name="one_open_change_a_number",
                condition=Q(
                    kind="change",
                    state__in=["draft", "submitted", "more_information_needed", "deferred", "unsuccessful"],
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="review_queue")]

    @property
    def purpose(self) -> str:
        """Return what it is filed for."""
        return self.requirement_set.purpose

    @property
    def visits_counter(self) -> bool:
        """Say whether the counter must handle it: a holder (MIIT 452 (七)二), and a change where its set says so."""
        if self.kind == "change":
            return self.requirement_set.needs_handling
        return self.kind == "holder" and self.needs_counter

    @property
    def opens_a_number(self) -> bool:
        """Say whether a number waits for this verdict; else it renews the proof of one that is in service."""
        return self.kind == "holder" and self.order_no != ""


class Document(models.Model):
    """One uploaded file, stored sealed. The row keeps no byte of it; `reading` is sealed too."""

    class Reading(models.TextChoices):
        WAITING = "waiting", "等待识别"
        READING = "reading", "识别中"
        DONE = "done", "已识别"
        FAILED = "failed", "无法识别"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="documents")
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="documents")
    order_no = models.CharField(max_length=20, blank=True)
    slot = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=1)
    sha256 = models.CharField(max_length=64, db_index=True)
    mime = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_by_staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    sealed_by = models.CharField(
        max_length=160,
        blank=True,
        default="",
        help_text="Who sealed a PDF electronically, and the certificate's digest.",
    )
    replaced_at = models.DateTimeField(null=True)
    keep_until = models.DateTimeField(
        null=True, help_text="Service plus two years (MIIT Order 25), set when service ends."
    )
    reading_state = models.CharField(max_length=8, choices=Reading, default=Reading.WAITING)
    reading_stage = models.CharField(max_length=40, blank=True)
    reading = models.BinaryField(default=bytes)
    reading_error = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(keep_until__isnull=False, erased_at__gte=F("keep_until"), reading=b""),
                name="document_is_erased_when_due",
            ),
        ]
        indexes = [models.Index(fields=["keep_until"], condition=Q(erased_at=None), name="documents_to_erase")]


class DocumentMark(models.Model):
    """What a paper is told apart by: keyed hashes of the numbers on it, and the digest of its applicant's seal."""

    class Kind(models.TextChoices):
        CREDIT_CODE = "credit_code", "统一社会信用代码"
        ID_NUMBER = "id_number", "身份证号码"
        QR = "qr", "二维码"
        SEAL = "seal", "印文指纹"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.CharField(max_length=64, help_text="A keyed hash; of a seal its digest, 256 bits in hexadecimal.")
    is_own_seal = models.BooleanField(
        default=False, help_text="The seal's ring bears the applicant's own name, read to the last character."
    )
    like = models.ManyToManyField("self", help_text="Seals on other applicants' papers that look the same.")

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="same_mark_elsewhere")]


class Appointment(models.Model):
    """A visit booked at a counter; staff finds the dossier by its code."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="appointments")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT)
    code = models.CharField(max_length=8, unique=True)
    day = models.DateField()
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)


class Handling(models.Model):
    """The fact that the operator's own staff handled an application in person (受理, MIIT 452 (七)二)."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="handling")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    originals_seen = models.JSONField()
    id_reader = models.BinaryField(help_text="Result of the ID reader, sealed.")
    id_reader_matches = models.BooleanField()
    photo = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    acceptance_form = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id_reader_matches=True), name="handled_by_the_person_on_the_card")
        ]


class Review(models.Model):
    """One reviewer's decision, with what the reviewer was shown."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "同意"
        ASK = "ask", "要求补充"
        DECLINE = "decline", "不予通过"
        DEFER = "defer", "暂缓"
        UNSUCCESSFUL = "unsuccessful", "我方原因未完成"

    class Stage(models.TextChoices):
        PRE_CHECK = "pre_check", "初审"
        CARRIER_REVIEW = "carrier_review", "复审"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=14, choices=Stage, default=Stage.PRE_CHECK, db_default=Stage.PRE_CHECK)
    reviewer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=12, choices=Decision)
    reasons = models.JSONField(default=list)
    note = models.TextField(blank=True, help_text="For staff; the applicant never sees it.")
    message = models.TextField(blank=True, help_text="For the applicant.")
    shown = models.JSONField(help_text="Digests of the documents and the findings the reviewer was shown.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "round", "reviewer"], name="a_reviewer_decides_once_a_round")
        ]


class CallBack(models.Model):
    """One call by the platform to a line that is to be proven: whoever answers hears a code and enters it on the page.

    The code itself is never kept: the caller makes it as the call begins, here lies its keyed hash.
    """

    class State(models.TextChoices):
        DUE = "due", "待拨打"
        CALLING = "calling", "拨打中"
        DONE = "done", "已结束"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="callbacks")
    line = models.CharField(max_length=16, db_index=True)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    listed_until = models.DateTimeField(help_text="Until then the gate knows the line as one to be proven.")
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=~Q(state="done"), name="one_call_back_a_line_at_a_time"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | (Q(state="done") & Q(outcome="answered")),
                name="only_an_answered_call_is_confirmed",
            ),
        ]


class Message(models.Model):
    """One thing said about a dossier: in the thread with the applicant, or a note that only staff sees. Sealed."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    is_internal = models.BooleanField(default=False)
    text = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(staff__isnull=True), name="a_message_has_one_author"
            ),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(staff__isnull=False), name="only_staff_writes_notes"
            ),
        ]


class DocumentView(models.Model):
    """Who was shown which document, and why (access log, PIPL art. 51)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    who_kind = models.CharField(max_length=8)
    who_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    purpose = models.CharField(max_length=40)


class Recheck(models.Model):
    """A re-verification that is asked of a number or of one of its lines (Anti-Telecom-Fraud Law art. 11), with a deadline.

    At the deadline the number pauses at the gate by itself; what fulfils it brings the number back.
    """

    class Ground(models.TextChoices):
        RISK = "risk", "风控要求"
        STOCK_CHECK = "stock_check", "存量核查"
        EXPIRING = "expiring", "证照将到期"
        YEARLY = "yearly", "年度核验"
        CARRIER_CHANGED = "carrier_changed", "线路换网"
        COMPLAINT = "complaint", "投诉"

    class Level(models.IntegerChoices):
        CODE = 1, "点击并输入短信验证码"
        PAPERS = 2, "提交材料"
        IN_PERSON = 3, "到营业厅办理"

    class State(models.TextChoices):
        OPEN = "open", "待完成"
        FULFILLED = "fulfilled", "已完成"
        WITHDRAWN = "withdrawn", "已撤回"
        ENDED = "ended", "已随服务终止"

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="rechecks")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    line = models.CharField(max_length=16, blank=True, help_text="Empty: the holder; else the line to be proven anew.")
    ground = models.CharField(max_length=16, choices=Ground)
    about = models.CharField(max_length=40, blank=True, help_text="What gave rise to it: a finding, a report.")
    note = models.CharField(max_length=300, blank=True, help_text="For staff; the holder never sees it.")
    level = models.PositiveSmallIntegerField(choices=Level)
    asked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="From then on it is currently due.")
    deadline = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    closed_at = models.DateTimeField(null=True)
    sms_code = models.ForeignKey(SmsCode, null=True, on_delete=models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="rechecks")
    withdrawn_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.CharField(max_length=300, blank=True)
    proof_ended_early = models.DateTimeField(null=True, help_text="The end that the line's proof had before.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3]), name="recheck_level_is_known"),
            models.CheckConstraint(condition=Q(line="") | Q(level=2), name="a_line_is_proven_by_papers"),
            models.CheckConstraint(
                condition=Q(due_at__lte=F("deadline"), asked_at__lt=F("deadline")), name="recheck_clocks_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="a_closed_recheck_says_when",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="fulfilled")
                    & (
                        Q(sms_code__isnull=False, dossier__isnull=True, level=1)
                        | Q(sms_code__isnull=True, dossier__isnull=False)
                    )
                )
                | (~Q(state="fulfilled") & Q(sms_code__isnull=True, dossier__isnull=True)),
                name="fulfilled_names_how",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="withdrawn", withdrawn_by__isnull=False)
                    & ~Q(withdrawn_why="")
                    & (Q(asked_by__isnull=True) | ~Q(withdrawn_by=F("asked_by")))
                )
                | (~Q(state="withdrawn") & Q(withdrawn_by__isnull=True, withdrawn_why="")),
                name="withdrawn_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["number", "ground", "about"], condition=Q(state="open", line=""), name="asked_once_of_a_number"
            ),
            models.UniqueConstraint(
                fields=["number", "line"], condition=Q(state="open") & ~Q(line=""), name="asked_once_of_a_line"
            ),
        ]
        indexes = [models.Index(fields=["deadline"], condition=Q(state="open"), name="recheck_open")]


class LegalHold(models.Model):
    """What an authority ordered kept (PIPL art. 19): suspends the erasure of an organisation's papers. Two people place it, two end it."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="legal_holds")
    number = models.CharField(max_length=10, blank=True, help_text="Only what belongs to this number; empty: all.")
    agency = models.CharField(max_length=100)
    document_no = models.CharField(max_length=100)
    until = models.DateField(help_text="The order's last day.")
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    end_asked_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    end_asked_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("placed_by"))),
                name="two_people_place_a_legal_hold",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | (
                    Q(ended_by__isnull=False, ended_at__isnull=False, end_asked_by__isnull=False)
                    & ~Q(ended_by=F("end_asked_by"))
                ),
                name="two_people_end_a_legal_hold",
            ),
            models.UniqueConstraint(
                fields=["enterprise", "number", "document_no"], condition=Q(ended_at=None), name="a_legal_hold_once"
            ),
        ]


class Erasure(models.Model):
    """What was erased of an organisation in one go, and when no backup can hold its keys any more. It names no content."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="erasures")
    at = models.DateTimeField()
    asked_by = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who asked (PIPL art. 47); else the clock.",
    )
    documents = models.PositiveIntegerField()
    dossiers = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()
    backups_gone_on = models.DateField()
