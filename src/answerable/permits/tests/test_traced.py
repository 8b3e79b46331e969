"""A trace tells by which permit the gates rang a number at that moment, and that none was in force after a stop."""

import datetime as dt

from answerable.orders.actions import stop
from answerable.permits.models import Permit
from answerable.tracing.collect.permits import permits
from answerable.tracing.models import TraceCase

SECOND = dt.timedelta(seconds=1)


def test_trace_tells_the_permit_that_was_in_force_then(world, approve):
    order, _ = approve()
    world.open(order)
    world.work(order)
    permit = Permit.objects.get(number=order.number_id)
    then = TraceCase(number_id=order.number_id, moment=permit.issued_at + SECOND)
    (said,) = permits(then).permits
    assert (said["serial"], said["ground"], said["permit"]) == (permit.serial, "approval", permit.text)
    stop(world.number(order.number_id), "FRAUD_ORDER", staff=world.staff("sun"), at=world.at + 60 * SECOND)
    assert permits(TraceCase(number_id=order.number_id, moment=world.at + 120 * SECOND)).on_record is False
    assert permits(TraceCase(number_id=order.number_id, moment=permit.issued_at - SECOND)).on_record is False
    assert permits(then).on_record is True
