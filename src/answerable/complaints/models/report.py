"""What the public reports, without an account. Trust: a report never shows the holder who complained."""

from django.db import models


class Report(models.Model):
    """One report about a number, with the operator's 15-day clock (电信用户申诉处理办法)."""

    class Class(models.TextChoices):
        FRAUD = "fraud", "涉嫌诈骗"
        FALSE_REGISTRATION = "false_registration", "冒用或虚假登记"
        PRICE = "price", "收费争议"
        ATTITUDE = "attitude", "服务态度"
        PROVIDER_GONE = "provider_gone", "代理失联"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        RECEIVED = "received", "已收到"
        IN_HAND = "in_hand", "处理中"
        ANSWERED = "answered", "已答复"

    reference = models.CharField(max_length=14, primary_key=True)
    number = models.CharField(max_length=10, db_index=True)
    report_class = models.CharField(max_length=20, choices=Class)
    text = models.CharField(max_length=1000, blank=True)
    called_on = models.DateField(null=True)
    money_paid = models.BooleanField(default=False)
    contact = models.BinaryField(default=bytes, help_text="The reporter's contact, sealed; may be empty.")
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
