"""An answer of the look-up carries the log's proof, which a stranger checks offline with the log's key alone."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.cache import caches

from answerable.cli.main import main
from answerable.lib.workdays import CHINA
from answerable.numbers.actions import stop
from answerable.orders.actions import release
from answerable.parties.actions import know
from answerable.parties.publication import holder_entry
from answerable.trail.actors import system
from answerable.transparency.actions import publish
from answerable.transparency.integrate import here, show, signing_key, take
from answerable.transparency.notes import COSIGNATURE, SigningKey

WITNESS = SigningKey("witness.example/w", Ed25519PrivateKey.generate(), COSIGNATURE).verifier


@pytest.fixture
def saved(world, client, tmp_path):
    """Walk the number to its opening, integrate, and save what the look-up answers."""
    world.walk("working")
    take()
    show(here())

    def save(query="", **changes):
        said = client.get(f"/who/{world.plain}/?{query}&format=json").json()
        file = tmp_path / "answer.json"
        file.write_text(json.dumps(said | changes, ensure_ascii=False))
        return said, file

    return save


def check(file):
    return main(["log", "check", str(file), "--key", str(signing_key().verifier)])


@pytest.mark.parametrize("dated", [False, True])
def test_saved_answer_is_checked_without_the_site(world, saved, capsys, dated):
    said, file = saved(f"on={world.at.astimezone(CHINA):%Y-%m-%d}" if dated else "")
    assert [row["index"] for row in said["log"]["entries"]] == [0, 1, 2, 3, 4, 5]
    assert check(file) == 0
    printed = capsys.readouterr().out
    assert (world.firm("hua").name in printed, "6 entries" in printed) == (True, True)


def test_answer_that_names_another_holder_does_not_hold(saved, capsys):
    _, file = saved(holder="别的公司")
    assert check(file) == 1
    assert "names 别的公司" in capsys.readouterr().out


def test_dated_answer_that_names_another_holder_does_not_hold(world, saved, capsys):
    said, file = saved(f"on={world.at.astimezone(CHINA):%Y-%m-%d}")
    file.write_text(json.dumps(said | {"held": [said["held"][0] | {"holder": "别的公司"}]}))
    assert check(file) == 1
    assert "names 别的公司" in capsys.readouterr().out


def forge(said, **changed):
    return said | {"log": said["log"] | changed}


def test_forged_entry_number_order_and_opening_are_refused(saved, capsys):
    said, file = saved()
    rows = said["log"]["entries"]
    other = [rows[0] | {"entry": rows[0]["entry"].replace("lock", "lift")}, *rows[1:]]
    renamed = [
        *rows[:5],
        rows[5] | {"entry": rows[5]["entry"].replace("上海", "北京")},
    ]  # well-formed, but not in the log
    opening = {"commitment": "00" * 32, "salt": "00" * 32, "value": "x"}
    forged = [
        forge(said, entries=other), forge(said, entries=renamed), forge(said, entries=rows[::-1]), forge(said, entries=[*rows, rows[0]]), forge(said, openings=[opening]),
        forge(said, entries=[{}]), said | {"number": "4008999999"}, {**said, "log": None}, forge(said, checkpoint="x"),
    ]  # fmt: skip
    for one in forged:
        file.write_text(json.dumps(one))
        assert check(file) == 1
    assert capsys.readouterr().err.count("answerable: ") == len(forged)


def test_key_of_another_log_is_refused(saved, settings):
    _, file = saved()
    settings.LOG_ORIGIN = "other.example/400"
    assert check(file) == 1


@pytest.mark.parametrize("text", ["", "[]", "no json"])
def test_file_that_is_no_answer_is_said_to_be_none(tmp_path, folders, capsys, text):
    file = tmp_path / "x"
    file.write_text(text)
    assert check(file) == 1
    assert "answer of the look-up" in capsys.readouterr().err


def test_entry_that_no_checkpoint_has_yet_is_counted(world, saved):
    stop(world.plain, "COMPLAINT", staff=world.staff("sun"), at=world.at)
    take()
    caches["answers"].clear()
    said, file = saved()
    assert (said["log"]["newer"], len(said["log"]["entries"]), said["is_stopped"]) == (1, 6, True)
    assert check(file) == 0


def test_number_without_an_entry_has_no_proof(world, client):
    assert "log" not in client.get(f"/who/{world.second}/?format=json").json()


def test_sole_trader_is_opened_only_where_the_answer_names_it(world, client, tmp_path, capsys):
    holder = know(world.firm("trader"), by=system("test"), at=world.at)
    rules = {"requirement_set": "x", "reviewers": [], "verified_until": "2030-01-01"}
    for kind, more in (("approval", rules), ("opening", {})):
        publish(kind, number=world.unicom, at=world.at, holder=holder_entry(holder, number=world.unicom), **more)
    take()
    show(here())
    named, other = (
        client.get(f"/who/{world.unicom}/?on={on}&format=json").json()
        for on in (f"{world.at.astimezone(CHINA):%Y-%m-%d}", "2020-01-01")
    )
    assert (named["held"][0]["holder"], other["kind"]) == (holder.name, "nobody")
    assert (len(named["log"]["openings"]), other["log"]["openings"]) == (1, [])
    assert holder.name not in json.dumps(other, ensure_ascii=False)
    file = tmp_path / "answer.json"
    for said, shown in ((named, holder.name), (other, "not opened here")):
        file.write_text(json.dumps(said))
        check(file)
        assert shown in capsys.readouterr().out


@pytest.mark.parametrize("query", ["on=2999-01-01", "on=yesterday", "on=2026-02-30", "on=1999-01-01", "on=20260310"])
def test_day_that_is_none_is_told(world, client, query):
    page, program = client.get(f"/who/{world.plain}/?{query}"), client.get(f"/who/{world.plain}/?{query}&format=json")
    assert (page.status_code, program.status_code, program.json()["error"]) == (422, 422, "DAY_INVALID")
    asked = client.get(f"/who/?number={world.plain}&{query}")
    assert (asked.status_code, "2026-03-10" in page.content.decode()) == (422, True)


def test_form_leads_to_the_day(world, client):
    assert (
        client.get(f"/who/?number={world.plain}&on=2026-03-10").headers["Location"]
        == f"/who/{world.plain}/?on=2026-03-10"
    )


def test_answer_for_a_day_is_kept_apart_from_now(world, saved, client):
    saved()
    pages = [client.get(f"/who/{world.plain}/{query}").content.decode() for query in ("", "?on=2020-01-01", "")]
    assert ["这一天没有单位对这个号码负责" in page for page in pages] == [False, True, False]


def test_number_that_was_given_up_leads_to_the_days_it_was_answered_for(world, saved, client):
    release(world.number(world.plain), person=world.hua, at=world.at)
    take()
    caches["answers"].clear()
    page = client.get(f"/who/{world.plain}/").content.decode()
    assert ("以前有单位对它负责过" in page, world.firm("hua").name in page) == (True, False)
    assert "以前有单位对它负责过" not in client.get(f"/who/{world.second}/").content.decode()


def test_answer_without_the_cosignatures_that_are_asked_for_is_refused(saved, tmp_path, capsys):
    _, file = saved()
    policy = tmp_path / "policy"
    for quorum, wanted in (("none", 0), ("w", 1)):
        policy.write_text(f"log {signing_key().verifier}\nwitness w {WITNESS}\nquorum {quorum}\n")
        assert main(["log", "check", str(file), "--witness-policy", str(policy)]) == wanted
    assert "NOTE_UNVERIFIED" in capsys.readouterr().err
