"""Trunks that sign in, trunks over TLS, and what each side of a call sees of the other's hosts."""

from __future__ import annotations

import hashlib
import re
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.snapshot.records import REALM

from .phone import SDP, Caller, Line, Message, check
from .world import NUMBER, World, destination, free_port, wait

pytestmark = pytest.mark.calls
USER, PASSWORD = "shanghai-2", "a long password"


def answer(challenge: str, uri: str, password: str) -> str:
    """Answer a digest challenge (RFC 3261 section 22, RFC 7616 with MD5)."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324  SIP's digest

    nonce = re.search(r'nonce="([^"]+)"', challenge)
    assert nonce is not None
    ha1, ha2 = md5(f"{USER}:{REALM}:{password}"), md5(f"INVITE:{uri}")
    response = md5(f"{ha1}:{nonce[1]}:00000001:c:auth:{ha2}")
    return (
        f'Proxy-Authorization: Digest username="{USER}",realm="{REALM}",nonce="{nonce[1]}",uri="{uri}",qop=auth,nc=00000001,'
        f'cnonce="c",response="{response}",algorithm=MD5\r\n'
    )


def sign_in(world: World, password: str, number: str = NUMBER) -> tuple[Message, Message]:
    """Call from an unknown address; return the first answer and the one to the credentials."""
    with Caller(world.settings.port) as caller:
        first = caller.invite(number)
        caller.branch += "b"
        credentials = answer(first.get("Proxy-Authenticate"), caller.uri, password)
        caller.send(
            caller.request("INVITE", caller.uri, cseq=2, extra=credentials, body=SDP.format(own="127.0.0.1", port=6000))
        )
        second = caller.await_final()
        if second.status == 200:
            caller.bye()
        return first, second


def test_trunk_signs_in_with_its_password_and_with_no_other(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.trunk_user(USER, PASSWORD)
        world.start_with_build()
        first, second = sign_in(world, PASSWORD)
        assert (first.status, second.status) == (407, 200)
        check(sign_in(world, "another")[1], "SOURCE_UNKNOWN")
    answered = wait(lambda: world.spool("answered"), "recorded")
    assert {(record["source"], record["trunk"]) for record in answered} == {("trunk", "电信上海二")}
    assert "Proxy-Authorization" not in line.invites()[0].text


def test_stranger_gets_one_and_the_same_answer_while_some_trunk_signs_in(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.number(destinations=[destination(free_port())])
    world.number("4008123457", stop="fraud_report")
    world.trunk_user(USER, PASSWORD)
    world.start_with_build()
    seen = set()
    for number in (NUMBER, "4008123457", "4009999999", "1"):
        with Caller(world.settings.port) as caller:
            reply = caller.invite(number)
            seen.add((reply.first, tuple(sorted(name for name in ("Reason", "Contact", "Server") if reply.all(name)))))
    assert seen == {("SIP/2.0 407 Proxy Authentication Required", ())}


def test_user_name_that_is_no_text_is_a_strangers(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.trunk_user(USER, PASSWORD)
    world.start_with_build()
    with Caller(world.settings.port) as caller:
        first = caller.invite(NUMBER)
        caller.branch += "b"
        credentials = answer(first.get("Proxy-Authenticate"), caller.uri, PASSWORD)
        body = SDP.format(own="127.0.0.1", port=6000)
        text = caller.request("INVITE", caller.uri, cseq=2, extra=credentials, body=body)
        caller.send(text.encode().replace(USER.encode(), b"\xb2\xe2"))
        assert caller.await_final().status in {403, 407}
    assert world.spool("refused") == []


def test_trunk_calls_over_tls(world_of: Callable[..., World], tmp_path: Path) -> None:
    key, certificate, port = tmp_path / "tls.key", tmp_path / "tls.pem", free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=gate.example", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True,
    )  # fmt: skip
    world = world_of(tls_port=port, tls_certificate=certificate, tls_key=key)
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.any_port()
        world.start_with_build()
        context = ssl.create_default_context(cafile=str(certificate))
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as raw,
            context.wrap_socket(raw, server_hostname="gate.example") as secure,
        ):
            body = SDP.format(own="127.0.0.1", port=6000)
            secure.sendall(
                (
                    f"INVITE sip:{NUMBER}@127.0.0.1:{port};transport=tls SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bKtls\r\n"
                    f"From: <sip:13800138000@c>;tag=t\r\nTo: <sip:{NUMBER}@g>\r\nCall-ID: tls-call\r\nCSeq: 1 INVITE\r\n"
                    f"Contact: <sip:u@127.0.0.1:9;transport=tls>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}"
                ).encode()
            )
            said = ""
            while "SIP/2.0 200" not in said:
                said += secure.recv(65536).decode()
    assert [record["trunk"] for record in world.spool("answered")] == ["移动广州三"]


def hosts(message: Message) -> set[str]:
    """Return every port that a message's headers show: each telephone of these tests has its own."""
    return set(re.findall(r"127\.0\.0\.1:(\d+)", message.text.partition("\r\n\r\n")[0]))


def test_neither_side_sees_the_others_hosts(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as caller:
            reply = caller.invite(NUMBER)
            assert reply.status == 200
            wait(lambda: "ACK" in line.methods(), "the call is up")
            line.bye()
            asked = caller.receive()
            assert asked.method == "BYE"
            caller.send(
                "SIP/2.0 200 OK\r\n" + "".join(f"Via: {via}\r\n" for via in asked.all("Via"))
                + f"From: {asked.get('From')}\r\nTo: {asked.get('To')}\r\nCall-ID: {caller.call}\r\nCSeq: {asked.get('CSeq')}\r\n"
                "Content-Length: 0\r\n\r\n"
            )  # fmt: skip
            wait(lambda: any(one.status == 200 for one in line.seen), "the line has its answer")
        for message in (reply, *caller.provisional, asked):
            assert str(line.port) not in hosts(message), message.text
        for message in line.seen:
            if message.method:
                assert str(world.trunk_port) not in hosts(message), message.text
