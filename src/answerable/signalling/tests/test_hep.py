"""A packet is read whole or not at all, whatever it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.signalling import hep, message

INVITE = (
    b"INVITE sip:4008123456@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1\r\n"
    b"From: <sip:13800138000@192.0.2.9>;tag=1\r\nTo: <sip:400-812-3456@192.0.2.1>\r\nCall-ID: one@192.0.2.9\r\n"
    b"CSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
)
COPY = hep.Copy(1_800_000_000.25, "192.0.2.9:5060", "192.0.2.1:5460", INVITE, b"sesame")


def test_packet_is_read_as_it_was_written() -> None:
    assert hep.read(hep.write(COPY)) == COPY


def test_packet_of_kamailio_5_6_is_read() -> None:
    head = (
        "48455033{:04x}000000010007020000000200071100000003000a7f0000010000000400 0a7f000001000000070008ba0e000000080008ab15"
        "00000009000a6b08291d0000000a000a0000e5cb0000000b0007010000000c000a000001900000000e000c736573616d650000000f{:04x}"
    ).replace(" ", "")
    size = 6 + 7 + 7 + 10 + 10 + 8 + 8 + 10 + 10 + 7 + 10 + 12 + 6 + len(INVITE)
    packet = bytes.fromhex(head.format(size, 6 + len(INVITE))) + INVITE
    assert hep.read(packet) == hep.Copy(
        0x6B08291D + 0xE5CB / 1e6, "127.0.0.1:47630", "127.0.0.1:43797", INVITE, b"sesame"
    )


@given(st.integers(0, len(hep.write(COPY)) - 1))
def test_cut_packet_is_refused(length: int) -> None:
    with pytest.raises(hep.BadPacket):
        hep.read(hep.write(COPY)[:length])


@given(st.binary(max_size=300), st.booleans())
def test_garbage_is_refused_or_read_and_never_raises_anything_else(garbage: bytes, is_framed: bool) -> None:
    packet = hep.MAGIC + (len(garbage) + 6).to_bytes(2, "big") + garbage if is_framed else garbage
    try:
        hep.read(packet)
    except hep.BadPacket:
        return
    raise AssertionError("No garbage names two ends and a SIP message.")


def test_other_protocols_are_refused() -> None:
    rtcp = hep.write(COPY).replace(b"\x00\x00\x00\x0b\x00\x07\x01", b"\x00\x00\x00\x0b\x00\x07\x05")
    with pytest.raises(hep.BadPacket):
        hep.read(rtcp)


def test_credentials_are_taken_out_in_every_spelling() -> None:
    secret = b'Digest username="caller",\r\n response="feed"\r\nPROXY-authorization : Digest nonce="feed"\r\n'
    bare = message.without_credentials(INVITE.replace(b"CSeq", b"Authorization: " + secret + b"CSeq"))
    assert b"feed" not in bare
    assert b"\r\nAuthorization: (not kept)\r\nPROXY-authorization : (not kept)\r\nCSeq: 1 INVITE" in bare
    assert message.without_credentials(INVITE) == INVITE


def test_call_is_found_in_its_short_name_too() -> None:
    assert message.call_id(INVITE.replace(b"Call-ID:", b"i :")) == "one@192.0.2.9"


def test_outline_names_nobody() -> None:
    assert message.outline(INVITE) == {"what": "INVITE", "cseq": "1 INVITE", "reason": ""}
    reply = b'SIP/2.0 403 Number Stopped\r\nCSeq: 1 INVITE\r\nReason: Q.850;cause=21;text="STOPPED"\r\n\r\n'
    assert message.outline(reply)["what"] == "403 Number Stopped"
    assert message.outline(reply)["reason"] == 'Q.850;cause=21;text="STOPPED"'
