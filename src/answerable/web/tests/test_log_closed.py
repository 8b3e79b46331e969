"""Where only the regulator and witnesses read: no key, no log; the look-up says so; witnesses still get each checkpoint."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from answerable.cli.main import main
from answerable.lib.errors import Problem
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.transparency import integrate
from answerable.transparency.client import LogClient
from answerable.transparency.models import LogReader
from answerable.transparency.notes import VerifierKey
from answerable.transparency.policy import Policy
from answerable.transparency.readers import LogReaderInvalid, LogReaderUnknown, add_reader, end_reader
from answerable.transparency.tests.test_witnesses import KEYS
from answerable.transparency.tests.witness import Witness, served

BY = system("test")
ADDRESSES = ("checkpoint", "tile/0/000.p/6", "tile/entries/000.p/6", "proofs/0.tlog-proof")


@pytest.fixture
def closed(world, settings):
    world.walk("working")
    integrate.take()
    integrate.show(integrate.here())
    settings.LOG_CLOSED = True


def status(client, path, key=""):
    return client.get(f"/log/{path}", headers={"Authorization": key} if key else {}).status_code


def test_nobody_reads_without_a_key_of_somebody_who_may(world, closed, client):
    key = add_reader("regulator", "监管部门（样本）", by=BY, at=world.at)
    wrong = (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {key}",
        key,
        f"Bearer {key}x",
        f"Bearer {key[:-1]}",
        "Bearer lr_" + "A" * 43,
        f"Bearer {key} {key}",
    )
    for path in (*ADDRESSES, f"numbers/{world.plain}.json"):
        assert [status(client, path, one) for one in wrong] == [401] * len(wrong)
        assert status(client, path, f"Bearer {key}") == 200
    refused = client.get("/log/checkpoint")
    assert (refused.headers["WWW-Authenticate"], world.firm("hua").name in refused.content.decode()) == (
        'Bearer realm="log"',
        False,
    )
    assert (
        client.get("/log/checkpoint", headers={"Authorization": f"Bearer {key}"}).headers["Cache-Control"]
        == "private, no-store"
    )
    assert LogReader.objects.get().last_read_on is not None
    assert LogReader.objects.get().key_hash != key


def test_key_that_was_ended_reads_nothing_more(world, closed, client):
    key = add_reader("university", "大学（样本）", by=BY, at=world.at)
    end_reader("university", by=BY, at=world.at)
    assert status(client, "checkpoint", f"Bearer {key}") == 401
    with pytest.raises(LogReaderUnknown):
        end_reader("university", by=BY, at=world.at)
    assert list(Fact.objects.filter(what__startswith="log.reader").values_list("what", flat=True)) == [
        "log.reader_added",
        "log.reader_ended",
    ]
    assert key not in str(list(Fact.objects.values_list("after", flat=True)))


@pytest.mark.parametrize(
    ("code", "name"), [("x", "x"), ("UPPER", "x"), ("good", " "), ("good", "x" * 101), ("a b", "x")]
)
def test_reader_without_code_or_name_is_refused(world, code, name):
    with pytest.raises(LogReaderInvalid):
        add_reader(code, name, by=BY, at=world.at)


def test_code_is_used_once(world):
    add_reader("regulator", "x", by=BY, at=world.at)
    with pytest.raises(Problem):
        add_reader("regulator", "y", by=BY, at=world.at)


def test_look_up_answers_and_says_who_reads_the_log(world, closed, client, settings):
    page = client.get(f"/who/{world.plain}/").content.decode()
    assert world.firm("hua").name in page
    assert "只向监管部门和见证人开放" in page
    assert client.get("/log/key").status_code == client.get("/log/schema/entry-v1.json").status_code == 200


def test_witness_still_gets_what_it_cosigns_and_a_reader_verifies_it(world, closed, client, settings, tmp_path):
    log_key = VerifierKey.parse(client.get("/log/key").content.decode())
    witness = Witness(KEYS[0], [log_key], tmp_path / "kept")
    settings.LOG_WITNESS_POLICY = tmp_path / "policy"
    key = add_reader("regulator", "x", by=BY, at=world.at)
    with served(witness.add_checkpoint) as url:
        settings.LOG_WITNESS_POLICY.write_text(f"witness w {KEYS[0].verifier} {url}\nquorum w\n")
        integrate.show(integrate.here())

    def fetch(path):
        answer = client.get(f"/log/{path}", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == httpx.codes.OK
        return answer.content

    reader = LogClient(fetch, log_key, Policy.of([KEYS[0].verifier], at_least=1))
    latest = reader.latest().checkpoint
    assert len(list(reader.entries(latest))) == latest.size == witness.latest(log_key.name)[0]


def test_readers_command_shows_its_key(world, closed, client, tmp_path, capsys):
    """The command asks a server on loopback, which hands each request to the site with the header that came."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Authorization")))
            self.send_response(401)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    asked, key = [], add_reader("regulator", "x", by=BY, at=world.at)
    (tmp_path / "key").write_text(key + "\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        command = [
            "log",
            "verify",
            f"http://127.0.0.1:{server.server_port}",
            "--key",
            str(integrate.signing_key().verifier),
        ]
        assert (main(command), main([*command, "--reader-key", str(tmp_path / "key")])) == (1, 1)
        server.shutdown()
    assert asked == [("/log/checkpoint", None), ("/log/checkpoint", f"Bearer {key}")]
    assert [status(client, "checkpoint", header or "") for _, header in asked] == [401, 200]
