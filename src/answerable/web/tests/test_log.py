"""The public log over HTTP: what an outsider reads and proves; nothing else in the folder has an address."""

import pytest

from answerable.numbers.actions import lift, stop
from answerable.orders.actions import release
from answerable.parties.actions import actor_of
from answerable.transparency.client import LogClient
from answerable.transparency.entries import read_entry
from answerable.transparency.history import derive, disagreement
from answerable.transparency.integrate import here, show, take
from answerable.transparency.notes import VerifierKey
from answerable.transparency.proofs import Proof


@pytest.fixture
def integrate():
    """Do what the integrator does."""

    def integrate():
        take()
        show(here())

    return integrate


@pytest.fixture
def outsider(client):
    """Somebody with nothing but a key and a way to the site."""

    def fetch(path):
        answer = client.get(f"/log/{path}")
        assert answer.status_code == 200, path
        return answer.content

    return LogClient(fetch, VerifierKey.parse(client.get("/log/key").content.decode()))


def read(outsider):
    checkpoint = outsider.latest().checkpoint
    return [read_entry(leaf) for leaf in outsider.entries(checkpoint)]


def test_whole_life_of_a_number_is_read_and_agrees_with_the_look_up(world, integrate, outsider, client):
    world.walk("working")
    integrate()
    entries = read(outsider)
    assert [entry["kind"] for entry in entries] == [
        "lock",
        "handling",
        "approval",
        "line_proven",
        "registration",
        "opening",
    ]
    assert entries[-1]["holder"] == {"name": world.firm("hua").name, "credit_code": world.credit_code("hua")}
    histories, wrong = derive(enumerate(entries))
    assert (wrong, histories[world.plain].indices) == ([], [0, 1, 2, 3, 4, 5])
    assert client.get(f"/log/numbers/{world.plain}.json").json() == {
        "number": world.plain,
        "indices": [0, 1, 2, 3, 4, 5],
    }
    said = client.get(f"/who/{world.plain}/?format=json").json()
    assert disagreement(histories[world.plain], said) == ""


def test_stop_lift_and_release_are_there_with_the_reason_hidden(world, integrate, outsider):
    world.walk("working")
    by = actor_of(world.staff("sun"))
    stop(world.plain, "COMPLAINT", staff=world.staff("sun"), at=world.at)
    lift(world.plain, by=by, at=world.at)
    release(world.number(world.plain), person=world.hua, at=world.at)
    integrate()
    entries = read(outsider)[6:]
    assert [entry["kind"] for entry in entries] == ["stop", "lift", "release"]
    assert "COMPLAINT" not in str(entries)
    histories, wrong = derive(enumerate(read(outsider)))
    assert (wrong, histories[world.plain].holder) == ([], None)


def test_no_person_line_or_id_number_is_readable_in_the_log(world, integrate, client):
    """PIPL art. 6 and 47: what cannot be deleted must not name anybody."""
    world.walk("working", role="handler")
    integrate()
    everything = b"".join(file.read_bytes() for file in here().store.folder.rglob("*") if file.is_file()).decode(
        "utf-8", "replace"
    )
    entry = world.firm("hua")
    assert entry.name in everything
    for hidden in (
        "华小样",
        entry.legal_representative,
        world.id_number(),
        world.line,
        world.hua.mobile,
        "林审核",
        "周审核",
        "陈受理",
    ):
        assert hidden not in everything


def test_proof_is_served_and_holds_for_its_entry_alone(world, integrate, outsider, client):
    world.walk("working")
    integrate()
    proof = Proof.parse(client.get("/log/proofs/5.tlog-proof").content)
    assert read_entry(proof.extra)["kind"] == "opening"
    proof.verify(proof.extra, outsider.key)
    assert client.get("/log/proofs/6.tlog-proof").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/000", "tile/0/000.p/0", "tile/0/000.p/257", "tile/64/000", "tile/00/000", "tile/0/0", "tile/0/000/", "tile/0/x000",
        "../guard/checkpoint", "%2e%2e/guard/checkpoint", "tile/../checkpoint", ".checkpoint.new", "tile", "tile/entries", "checkpoint/", "Checkpoint",
    ],
)  # fmt: skip
def test_nothing_else_in_the_folder_has_an_address(world, integrate, client, path):
    world.order("paid")
    integrate()
    assert client.get(f"/log/{path}").status_code == 404


def test_tiles_may_be_kept_for_ever_and_the_checkpoint_for_a_moment(world, integrate, client):
    world.walk("paid")
    integrate()
    assert "immutable" in client.get("/log/tile/0/000.p/1").headers["Cache-Control"]
    answer = client.get("/log/checkpoint")
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == (
        "public, max-age=2",
        "text/plain; charset=utf-8",
    )


@pytest.mark.parametrize("number", ["4002000000", "abc", "40080004001", "+864008000400"])
def test_number_that_is_none_has_no_index(world, client, number):
    assert client.get(f"/log/numbers/{number}.json").status_code == 404


def test_schema_is_published_and_every_entry_of_a_life_has_it(world, integrate, outsider, client):
    world.walk("working")
    integrate()
    published = client.get("/log/schema/entry-v1.json")
    kinds = {one["$ref"].rpartition("/")[2] for one in published.json()["oneOf"]}
    assert published.headers["Content-Type"] == "application/schema+json"
    assert {entry["kind"] for entry in read(outsider)} <= kinds
