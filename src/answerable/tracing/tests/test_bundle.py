"""A bundle says who answered, proves it, and shows whoever holds it when anything was changed."""

import csv
import datetime as dt
import hashlib
import io
import json
import subprocess
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.numbers.models import Destination, Tenure
from answerable.parties.publication import holder_entry
from answerable.tracing import actions, shape
from answerable.tracing.actions.open import Question
from answerable.tracing.tests.conftest import CHEATED, publish_opening, shown
from answerable.tracing.verify import verify
from answerable.transparency import manifests
from answerable.transparency.actions import hide, publish
from answerable.transparency.entries import canonical
from answerable.transparency.errors import LogError
from answerable.transparency.evidence_key import evidence_key
from answerable.transparency.integrate import signing_key
from answerable.transparency.manifests import BundleInvalid
from answerable.transparency.notes import SigningKey


def rows(files):
    return list(csv.DictReader(io.StringIO(files["calls.csv"].decode("utf-8-sig"))))


def told(files):
    return json.loads(files["trace.json"])


def test_bundle_names_the_holder_and_verifies_with_both_keys(world, ask, call, handed):
    call()
    case = ask(caller=CHEATED)
    file = handed(case)
    verdict = verify(file, key=str(evidence_key().verifier), log_key=str(signing_key().verifier))
    assert (verdict.reference, verdict.is_key_given) == (case.pk, True)
    assert f"who answered at that moment, by the log: {world.firm('hua').name}" in verdict.held
    assert verdict.trace.holder.credit_code == world.credit_code("hua")
    assert verdict.trace.holder.via_log == "agrees"


def test_number_that_went_every_step_has_its_whole_way_in_the_log(world, walked, handed):
    asked = Question(walked, world.at - dt.timedelta(hours=1))
    case = actions.open_case(
        asked, basis="anti_fraud", why="走完全程", staff=world.staff("sun"), at=world.at, wait=True
    )
    actions.build(case.bundles.get().pk, at=world.at)
    trace = verify(handed(case)).trace
    kinds = [entry.kind for entry in trace.log.entries]
    assert kinds == ["lock", "handling", "approval", "line_proven", "registration", "opening"]
    assert [one.value for one in trace.log.openings] == [world.line]
    (dossier,) = trace.documents
    assert (dossier.handling.counter, [one.decision for one in dossier.reviews]) == ("BJ-01", ["approve", "approve"])
    assert trace.money[0].transfers[0]["amount_fen"] == trace.money[0].price_fen


def test_ordinary_tools_verify_the_signature(ask, handed, opened, tmp_path):
    for name, content in opened(handed(ask())).items():
        if "/" not in name:
            (tmp_path / name).write_bytes(content)
    command = "pkeyutl -verify -pubin -inkey evidence-key.pem -rawin -in manifest.json -sigfile manifest.sig"
    done = subprocess.run(["openssl", *command.split()], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "Signature Verified Successfully")


def test_files_are_those_that_readme_and_schema_speak_of(ask, handed, opened):
    files = opened(handed(ask()))
    fixed = {"calls.csv", "trace.json", "trace.schema.json", "trace.pdf", "README.md", "evidence-key.pem"}
    assert {name for name in files if not name.startswith("log/")} == fixed | {"manifest.json", "manifest.sig"}
    assert files["trace.pdf"].startswith(b"%PDF-")
    assert json.loads(files["trace.schema.json"])["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert shape.Trace.model_validate_json(files["trace.json"]).schema_version == 1


def test_calls_of_the_window_are_in_it_and_no_others(world, ask, call, handed, opened):
    moment = world.at - dt.timedelta(hours=3)
    since, until = moment - dt.timedelta(hours=1), moment + dt.timedelta(hours=1)
    for minutes in (-61, -60, 0, 60, 61):
        call(caller=f"1380000{minutes + 1000:04d}", at=moment + dt.timedelta(minutes=minutes))
    call(caller=CHEATED, at=moment, answered_at=None, end_status="refused", refusal="STOPPED", sip_status=403)
    files = opened(handed(ask(moment=moment, since=since, until=until, caller=CHEATED)))
    assert [row["caller"] for row in rows(files)] == ["*******0940", "*******1000", CHEATED, "*******1060"]
    calls = told(files)["calls"]
    assert (calls["count"], calls["answered"], calls["refused"], calls["talk_seconds"]) == (4, 3, 1, 180)
    assert (calls["callers"], calls["of_sample_caller"], calls["masked"]) == (4, 1, True)
    signalling = {name: calls["signalling"][name] for name in ("kept", "zh", "en", "messages")}
    assert signalling == {"kept": False, "zh": "信令抓包：未留存", "en": "signalling capture: not kept", "messages": 0}


def test_cell_that_a_spreadsheet_would_run_is_quoted(ask, call, handed, opened):
    call(caller="=cmd()", ended_by="=x")
    (row,) = rows(opened(handed(ask())))
    assert (row["ended_by"], row["caller"]) == ("'=x", "'=cmd()")


def test_papers_reviewers_line_and_money_are_told_persons_masked(world, ask, handed, opened):
    trace = told(opened(handed(ask())))
    (dossier,) = trace["documents"]
    assert [one["decision"] for one in dossier["reviews"]] == ["approve", "approve"]
    assert [one["by"] for one in dossier["reviews"]] == ["初审员、复审员 3", "初审员、复审员 4"]  # 1 asked, 2 handled
    assert dossier["handling"]["counter"] == "BJ-01"
    assert {"licence", "commitment"} <= {paper["slot"] for paper in dossier["documents"]}
    assert [line["line"] for line in trace["lines"]] == [world.line]
    assert trace["money"][0]["transfers"][0]["amount_fen"] == trace["money"][0]["price_fen"]
    assert [(one["name"], one["mobile"], one["id_number"]) for one in trace["people"]] == [("华**", None, None)]
    assert (trace["agent"], trace["sold_by_agent"]) == (None, False)
    assert trace["permits"] == {
        "on_record": False,
        "zh": "当时没有有效的许可",
        "en": "none in force then",
        "permits": [],
    }


def test_commitment_to_the_line_is_opened(world, ask, handed):
    verdict = verify(handed(ask()))
    assert [one.value for one in verdict.trace.log.openings] == [world.line]


def test_moment_before_anybody_answered_says_nobody(world, ask, handed):
    verdict = verify(handed(ask(moment=world.at - dt.timedelta(days=20))))
    assert verdict.trace.holder is None
    assert "nobody answered at that moment, by bundle and log" in verdict.held
    assert verdict.trace.documents == []


def test_entries_that_wait_for_a_checkpoint_are_counted(world, number, ask, handed):
    publish("lift", number=number, at=world.at)
    assert verify(handed(ask())).trace.log.not_proven_yet == 1


def rewrite(file, changes, *, drop=()):
    """Write the ZIP again with other contents."""
    with zipfile.ZipFile(file) as before:
        files = {name: before.read(name) for name in before.namelist() if name not in drop}
    with zipfile.ZipFile(file, "w") as after:
        for name, content in (files | changes).items():
            after.writestr(name, content)


def test_changed_file_is_told_by_name(ask, handed, opened):
    file = handed(ask())
    whole = opened(file)
    for name in ("calls.csv", "trace.json", "trace.pdf", "README.md", "evidence-key.pem"):
        rewrite(file, whole | {name: whole[name] + b" "})
        with pytest.raises(BundleInvalid, match=f"{name} was changed"):
            verify(file)


def test_manifest_made_anew_does_not_hold(ask, handed, opened):
    file = handed(ask())
    said = json.loads(opened(file)["manifest.json"])
    rewrite(file, {"manifest.json": canonical(said | {"number": "4008000000"})})
    with pytest.raises(BundleInvalid, match="signature does not hold"):
        verify(file)


def test_bundle_signed_by_somebody_else_is_refused_once_the_key_is_known(ask, handed, opened):

    file, key = handed(ask()), str(evidence_key().verifier)
    forger = SigningKey("forger.invalid/evidence", Ed25519PrivateKey.generate())
    said = json.loads(opened(file)["manifest.json"]) | {"key": str(forger.verifier)}
    rewrite(file, manifests.signed(said, forger))
    assert verify(file).is_key_given is False
    with pytest.raises(BundleInvalid, match="another key"):
        verify(file, key=key)


def test_file_too_many_or_too_few_is_refused(ask, handed, opened):
    file = handed(ask())
    for changes, drop in (({"more.txt": b"x"}, ()), ({}, ("calls.csv", "more.txt"))):
        rewrite(file, changes, drop=drop)
        with pytest.raises(BundleInvalid, match="not those of the manifest"):
            verify(file)


def resign(file, opened, **changed):
    """Change files and sign again with the right key: what only the operator could do."""

    files = opened(file)
    said = json.loads(files["manifest.json"])
    for one in said["files"]:
        if (content := changed.get(one["file"])) is not None:
            one |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    rewrite(file, changed | manifests.signed(said, evidence_key()))


def test_operator_who_signs_another_holder_is_contradicted_by_the_log(ask, handed, opened):
    file = handed(ask())
    trace = told(opened(file))
    trace["holder"] |= {"credit_code": "91310115MA1DEM017P", "name_then": "别家公司"}
    resign(file, opened, **{"trace.json": json.dumps(trace).encode()})
    with pytest.raises(BundleInvalid, match="does not say what the log says"):
        verify(file)


def test_operator_who_changes_an_entry_has_no_proof_for_it(ask, handed, opened):
    file = handed(ask())
    name = told(opened(file))["log"]["entries"][0]["entry"]
    changed = opened(file)[name].replace(b"Z", b"Y").replace(b"00:00", b"00:01")
    resign(file, opened, **{name: changed})
    with pytest.raises(LogError):
        verify(file)


def test_zip_that_is_none_is_told(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(BundleInvalid, match="no readable ZIP"):
        verify(tmp_path / "x.zip")


def test_manifest_of_another_shape_is_refused_with_a_sentence(ask, handed, opened):
    file = handed(ask("none"))
    said = json.loads(opened(file)["manifest.json"])
    for changed in (
        {"files": 1}, {"files": [{}]}, {"reference": 1, "files": []}, {"moment": "x"}, {"key": "x"}, {"format": "v2"},
    ):  # fmt: skip
        rewrite(file, manifests.signed(said | changed, evidence_key()))
        with pytest.raises(BundleInvalid):
            verify(file)


def test_sole_trader_is_a_commitment_in_the_log_that_the_bundle_opens(world, handed):
    order = world.order("working", world.second, firm="zhao", person=world.zhao)
    order.enterprise.subject_type = "sole_trader"  # no carrier of the small world takes one
    order.enterprise.save()
    publish_opening(order, world.at)
    shown()
    asked = Question(order.number_id, world.at)
    case = actions.open_case(asked, basis="none", why="个体工商户", staff=world.staff("sun"), at=world.at, wait=True)
    actions.build(case.bundles.get().pk, at=world.at)
    verdict = verify(handed(case))
    assert verdict.trace.holder.via_log == "commitment"
    assert f"who answered at that moment, by the log's commitment: {world.firm('zhao').name}" in verdict.held


def test_moment_before_a_transfer_names_the_giver_and_after_it_the_receiver(world, number, handed):
    receiver = world.order("working", world.second, firm="zhao", person=world.zhao).enterprise
    changed = world.at - dt.timedelta(hours=2)
    giver = Tenure.objects.get(number=number).holder
    Tenure.objects.filter(number=number).update(until=changed)
    Tenure.objects.create(number_id=number, holder=receiver, since=changed)
    Destination.objects.filter(number=number).update(removed_at=changed)
    Destination.objects.create(number_id=number, line="02161230000", kind="fixed", position=1, added_at=changed)
    said = {"holder": holder_entry(receiver, number=number), "from": holder_entry(giver, number=number)}
    publish("transfer", number=number, at=changed, **said)
    publish(
        "line_proven", number=number, at=changed, line=hide("02161230000", number=number), proven_until="2027-03-10"
    )
    shown()
    for hours, firm, line in ((3, "hua", world.line), (1, "zhao", "02161230000")):
        asked = Question(number, world.at - dt.timedelta(hours=hours))
        case = actions.open_case(
            asked, basis="anti_fraud", why="过户前后", staff=world.staff("sun"), at=world.at, wait=True
        )
        actions.build(case.bundles.get().pk, at=world.at)
        trace = verify(handed(case)).trace
        assert (trace.holder.credit_code, trace.holder.via_log) == (world.credit_code(firm), "agrees")
        assert [one.line for one in trace.lines] == [line]
        assert line in [one.value for one in trace.log.openings]
