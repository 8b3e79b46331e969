"""A trunk that was switched off is opened again by a word of its own, and `set` says when it did."""

import contextlib
import io

import pytest

from answerable.cli import installation
from answerable.cli import main as cli
from answerable.routing import publisher
from answerable.routing.actions import switch_trunk_on
from answerable.routing.errors import TrunkNotOff
from answerable.routing.models import Published, Trunk
from answerable.trail.actors import system
from answerable.trail.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.setattr(installation, "ready", contextlib.nullcontext)


def test_trunk_that_was_switched_off_is_opened_again(world, capsys):
    trunk = Trunk.objects.filter(user="").first() or Trunk.objects.create(name="demo", address="127.0.0.1", port=5462)
    key = f"trunk:{trunk.address}" + (f":{trunk.port}" if trunk.port else "")
    for verb, is_on in (("off", False), ("on", True)):
        assert cli.main(["trunk", verb, trunk.name]) == 0
        publisher.publish_sources()
        row = Published.objects.filter(key=key).first()
        assert (row is not None and row.record is not None) is is_on
    assert "operator's file" in capsys.readouterr().out
    assert list(Fact.objects.filter(what__startswith="trunk.").order_by("pk").values_list("what", flat=True)) == [
        "trunk.switched_off", "trunk.switched_on",
    ]  # fmt: skip
    for name in (trunk.name, "nobody"):
        with pytest.raises(TrunkNotOff):
            switch_trunk_on(name, by=system("test"), at=world.at)


def test_set_says_that_it_opened_a_trunk_again(world, monkeypatch, capsys):
    words = ["trunk", "set", "tianjin", "--user", "tianjin"]

    def run():
        monkeypatch.setattr("sys.stdin", io.StringIO("p" * 16 + "\n"))
        assert cli.main(words) == 0
        return capsys.readouterr().out

    assert run() == "tianjin is set; the gates know it a second later.\n"
    assert cli.main(["trunk", "off", "tianjin"]) == 0
    capsys.readouterr()
    assert "It was switched off and is open again" in run()
    assert "open again" not in run()
