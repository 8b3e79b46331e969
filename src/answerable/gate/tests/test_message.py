"""Headers as they came, and the ticket in Record-Route."""

from __future__ import annotations

from answerable.gate import message, ticket


def test_every_repetition_fold_and_compact_name_of_a_header_is_read() -> None:
    found = message.headers(
        "INVITE sip:4008123456@g SIP/2.0\r\nf: <sip:1@c>;tag=x\r\nI: abc\r\nP-Asserted-Identity : <sip:2@c>,\r\n <sip:3@c>\r\n"
        "p-asserted-identity:\t<tel:4>\r\nDiversion:\r\n\t<sip:5@c>\r\nX: no\r\n\r\nFrom: <sip:body@c>\r\n"
    )
    assert found["call-id"] == ["abc"]
    assert message.callers(found) == ("<sip:1@c>;tag=x", "<sip:2@c>, <sip:3@c>", "<tel:4>", "<sip:5@c>")


def test_bytes_that_are_not_utf_8_are_read_all_the_same() -> None:
    raw = b"INVITE x SIP/2.0\r\nFrom: \xb2\xe2\xca\xd4 <sip:13800138000@c>\r\n\r\n"
    found = message.headers(raw.decode("utf-8", "replace"))
    assert message.user(found["from"][0]) == "13800138000"


def test_ticket_is_good_for_its_call_alone() -> None:
    parameter = ticket.issue(b"secret", "call-1", "4008123456")
    route = f"<sip:127.0.0.1;lr=on;ftag=x{parameter};did=1>"
    assert ticket.check(b"secret", "call-1", ["<sip:other;lr>", route]) == "4008123456"
    assert ticket.check(b"secret", "call-2", [route]) is None
    assert ticket.check(b"other", "call-1", [route]) is None
    assert ticket.check(b"secret", "call-1", [route.replace("4008123456", "4008123457")]) is None
    assert ticket.check(b"secret", "call-1", []) is None
