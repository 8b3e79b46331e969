"""What is asked again of a number or a line."""

from django.db import models
from django.db.models import F, Q

from answerable.numbers.models import Number
from answerable.parties.models import Enterprise, SmsCode, Staff
from answerable.verification.models.dossiers import Dossier


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
        RANGE_REFUSED = "range_refused", "线路号段不再受理"
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
