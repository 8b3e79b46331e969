"""A holder gets everything that is held about it, and nothing of anybody else (PIPL art. 45)."""

import datetime as dt
import hashlib
import io
import json
import zipfile

import pytest
from django.db import IntegrityError, transaction

from answerable.complaints.actions import add_evidence, answer, report
from answerable.complaints.disavowals import disavow
from answerable.exports import actions, archive, errors
from answerable.exports.models import Export
from answerable.exports.owned import windows_of
from answerable.exports.queries import export_of, exports_of
from answerable.exports.rows import LISTS
from answerable.lib import keystore
from answerable.lib.envelope import EnvelopeError
from answerable.parties.actions import actor_of, know
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Membership
from answerable.parties.notices import notify
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.actions import ask, store, tell_applicant, view_locked
from answerable.verification.models import Document, DocumentView
from answerable.verification.retention import keep_until

WORKER = system("worker")


def paper(world, order, slot="site_photo", **more):
    return store(
        world.jpeg, enterprise=order.enterprise, slot=slot, dossier=world.dossier(order), by=WORKER, at=world.at, **more
    )


def copy_of(export):
    """Open a finished copy: its files by name."""
    with zipfile.ZipFile(io.BytesIO(b"".join(archive.read(export.pk)))) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def make(world):
    """Ask for a copy as Hua, and make it."""

    def make(order, person=None):
        export = actions.ask_own_export(order.enterprise, person=person or world.hua, at=world.at)
        actions.build(export.pk, at=world.at)
        export.refresh_from_db()
        return export

    return make


@pytest.fixture
def order(world):
    return world.order("working")


def test_copy_holds_every_list_document_and_contract_with_their_digests(world, order, make):
    document = paper(world, order)
    export = make(order)
    assert (export.state, export.until) == ("ready", world.at + dt.timedelta(days=7))
    files = copy_of(export)
    manifest = json.loads(files.pop("manifest.json"))
    assert files.pop("manifest.sig")
    assert {one["file"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert all(one["zh"] and one["en"] for one in manifest["files"])
    assert {f"{name}.json" for name in LISTS} <= set(files)
    assert files[f"contracts/{order.pk}.pdf"] == bytes(order.contract_pdf)
    assert files[f"documents/{document.pk}/site_photo-1.jpg"].startswith(b"\xff\xd8")
    assert files[f"documents/{document.pk}/site_photo-1.jpg"] != world.jpeg
    assert all(isinstance(json.loads(content), list) for name, content in files.items() if name.endswith(".json"))


def test_what_was_stated_decided_and_said_is_in_it(world, order, make):
    tell_applicant(world.dossier(order), "请带公章", staff=world.staff("lin"), at=world.at)
    files = copy_of(make(order))
    (dossier,) = json.loads(files["dossiers.json"])
    assert dossier["stated"]["handler_id_number"] == world.id_number()
    assert [one["decision"] for one in dossier["decisions"]] == ["approve", "approve"]
    assert dossier["messages"][0]["text"] == "请带公章"
    assert dossier["handling"]["card"]["id_number"] == world.id_number()
    assert json.loads(files["memberships.json"])[0]["mobile"] == world.hua.mobile


def test_staff_appear_by_role_and_pseudonym_only(world, order, make):
    paper(world, order)
    tell_applicant(world.dossier(order), "请带公章", staff=world.staff("lin"), at=world.at)
    ask(
        world.number(world.plain),
        ground="risk",
        reason="COMPLAINT",
        level=1,
        by=world.staff("sun"),
        at=world.at,
        note="内部线索",
    )
    files = copy_of(make(order))
    files.pop("manifest.json")
    text = b"".join(content for name, content in files.items() if name.endswith(".json")).decode()
    for username in ("lin", "zhou", "chen", "sun"):
        assert world.staff(username).name not in text
        assert f'"{username}"' not in text
    assert "初审员" in text
    assert "内部备注" not in text
    assert "内部线索" not in text


def test_copy_says_nothing_of_who_reported(world, order, make):
    told = report(
        world.plain,
        report_class="fraud",
        text="骗我转账的人姓王",
        money_paid=True,
        contact="13955554444",
        called_on=None,
        at=world.at,
    )
    kept = add_evidence(told, world.jpeg, at=world.at)
    answer(told, "已停机，谢谢告知", staff=world.staff("sun"), at=world.at)
    files = copy_of(make(order))
    files.pop("manifest.json")
    assert [one["class"] for one in json.loads(files["complaints.json"])] == ["fraud"]
    text = b"".join(content for name, content in files.items() if name.endswith(".json")).decode()
    for secret in (told.pk, "骗我转账", "13955554444", told.mobile_hash, str(kept.pk), "谢谢告知", "report."):
        assert secret not in text


def test_copy_says_who_disowned_a_number_by_organisation_and_never_by_person(world, order, make):
    firm = know(world.firm("zhao"), by=system("test"), at=world.at)
    Membership.objects.create(person=world.zhao, enterprise=firm, role="handler", since=world.at, proven_at=world.at)
    disavow(world.plain, firm, "冒用我司名义", person=world.zhao, at=world.at)
    files = copy_of(make(order))
    (said,) = json.loads(files["disavowals.json"])
    assert (said["name"], said["text"], said["number"]) == (firm.name, "冒用我司名义", world.plain)
    assert world.zhao.name not in files["disavowals.json"].decode()


def test_two_organisations_with_one_handler_are_kept_apart(world, make):
    """The same person acts for both; each copy holds one of them alone, also of a number that went from one to the other."""
    mine = world.order("working", role="handler")
    other = world.order("working", world.second, firm="zhao", role="handler")
    assert mine.person == other.person == world.hua
    theirs = paper(world, other)
    own = paper(world, mine)
    for one in (mine, other):
        notify(world.hua, "PAID", order=one.pk, until="2026-01-01", at=world.at)
        notify(world.hua, "WORKING", number=one.number_id, at=world.at)
    files = copy_of(make(mine))
    text = b"".join(files.values())
    assert str(own.pk).encode() in text
    for secret in (theirs.pk, other.pk, other.enterprise.name, other.enterprise.credit_code, world.second):
        assert str(secret).encode() not in text
        assert not [name for name in files if str(secret) in name]
    assert len(json.loads(files["notices.json"])) == 2


def test_number_that_changed_hands_is_told_of_one_holders_time_only(world):
    first = world.order("held")
    world.number(world.plain)
    later = world.at + dt.timedelta(days=1)
    type(first).objects.filter(pk=first.pk).update(state="lapsed")
    other = world.order("held", firm="zhao", person=world.zhao)
    type(first).objects.filter(pk=other.pk).update(created_at=later)
    (window,) = windows_of(first.enterprise)
    assert (window.number, window.since, window.until) == (world.plain, world.at, later)
    (window,) = windows_of(other.enterprise)
    assert (window.since, window.until) == (later, None)


def test_each_document_is_written_down_once_and_each_copy_is_a_fact(world, order, make):
    document = paper(world, order)
    export = make(order)
    assert DocumentView.objects.values_list("document", "who_kind", "who_id", "purpose").get() == (
        document.pk, "person", str(world.hua.pk), "资料副本",
    )  # fmt: skip
    assert list(Fact.objects.filter(what__startswith="export.").values_list("what", flat=True)) == [
        "export.asked", "export.built",
    ]  # fmt: skip
    b"".join(actions.download(export, by=world.hua, at=world.at))
    assert Fact.objects.get(what="export.downloaded").after == {"export": str(export.pk), "sha256": export.sha256}


def test_locked_papers_are_in_it_and_an_authoritys_look_is_not(world, order, make):
    """PIPL art. 18 and 35: what the law keeps secret is not told; everything else that lies here is."""
    document = paper(world, order)
    Document.objects.filter(pk=document.pk).update(keep_until=keep_until("service", ended_at=world.at))
    document.refresh_from_db()
    view_locked(document, page=0, basis="样公调字〔2026〕1号", staff=world.staff("zheng"), at=world.at)
    files = copy_of(make(order))
    assert f"documents/{document.pk}/site_photo-1.jpg" in files
    assert [one["purpose"] for one in json.loads(files["accesses.json"])] == ["资料副本"]
    assert "样公调字" not in files["facts.json"].decode()
    assert "document.unlocked" not in files["facts.json"].decode()


def test_document_that_cannot_be_opened_is_named_and_stops_nothing(world, order, make):
    document = paper(world, order)
    keystore.destroy(keystore.document_key(document.pk))
    manifest = json.loads(copy_of(make(order))["manifest.json"])
    assert str(document.pk) in manifest["unreadable_documents"]


def test_only_who_is_proven_may_ask_and_only_the_asker_may_download(world, order, make):
    with pytest.raises(errors.NotProven):
        actions.ask_own_export(order.enterprise, person=world.zhao, at=world.at)
    export = make(order)
    with pytest.raises(errors.NotProven):
        actions.download(export, by=world.zhao, at=world.at)
    assert export_of(world.zhao, export.pk) is None
    order.enterprise.memberships.update(proven_at=None)
    with pytest.raises(errors.NotProven):
        actions.download(export, by=world.hua, at=world.at)
    assert list(exports_of(world.hua)) == []


def test_compliance_asks_with_a_purpose_and_the_permission_again_to_download(world, order):
    zheng = world.staff("zheng")
    for wrong, asker in ((errors.PurposeMissing, zheng), (NotPermitted, world.staff("lin"))):
        with pytest.raises(wrong):
            actions.ask_export(order.enterprise, purpose="  查 ", staff=asker, at=world.at)
    export = actions.ask_export(order.enterprise, purpose="书面申请第 1 号", staff=zheng, at=world.at)
    actions.build(export.pk, at=world.at)
    export.refresh_from_db()
    with pytest.raises(NotPermitted):
        actions.download(export, by=world.staff("sun"), at=world.at)
    assert b"".join(actions.download(export, by=zheng, at=world.at)).startswith(b"PK")
    assert world.hua.mobile.encode() not in copy_of(export)["memberships.json"]


def test_one_copy_at_a_time(world, order):
    actions.ask_own_export(order.enterprise, person=world.hua, at=world.at)
    with pytest.raises(errors.ExportUnderWay):
        actions.ask_own_export(order.enterprise, person=world.hua, at=world.at)


def test_copy_is_sealed_and_a_change_is_noticed(world, order, make, monkeypatch):
    monkeypatch.setattr("answerable.lib.archive.PIECE_BYTES", 1000)
    export = make(order)
    file = archive.path_of(export.pk)
    sealed = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert world.hua.name.encode() not in sealed
    plain = b"".join(archive.read(export.pk))
    assert (len(plain), hashlib.sha256(plain).hexdigest()) == (export.size_bytes, export.sha256)
    first = 4 + int.from_bytes(sealed[:4], "big")
    second = first + 4 + int.from_bytes(sealed[first : first + 4], "big")
    for changed in (sealed[:second], sealed[first:second] + sealed[:first] + sealed[second:], sealed[:-1] + b"x", b""):
        file.write_bytes(changed)
        with pytest.raises(EnvelopeError):
            list(archive.read(export.pk))


def test_copy_is_gone_after_seven_days(world, order, make):
    export = make(order)
    assert actions.sweep(at=export.until - dt.timedelta(seconds=1)) == 0
    with pytest.raises(errors.ExportGone):
        actions.download(export, by=world.hua, at=export.until)
    assert actions.sweep(at=export.until) == 1
    export.refresh_from_db()
    assert (export.state, export.deleted_at) == ("deleted", export.until)
    assert not archive.path_of(export.pk).exists()
    assert not keystore.has(keystore.export_key(export.pk))
    assert Fact.objects.filter(what="export.deleted").count() == 1


def test_copy_that_failed_leaves_nothing_and_can_be_asked_for_again(world, order, monkeypatch):
    export = actions.ask_own_export(order.enterprise, person=world.hua, at=world.at)
    monkeypatch.setitem(LISTS, "numbers", (lambda holding: iter([{(1, 2): 3}]), "", ""))
    with pytest.raises(TypeError):
        actions.build(export.pk, at=world.at)
    export.refresh_from_db()
    assert export.state == "failed"
    assert not archive.path_of(export.pk).exists()
    actions.ask_own_export(order.enterprise, person=world.hua, at=world.at)


def test_copy_that_a_worker_left_is_given_up(world, order):
    export = actions.ask_own_export(order.enterprise, person=world.hua, at=world.at)
    assert actions.sweep(at=world.at + actions.BUILT_WITHIN) == 1
    export.refresh_from_db()
    assert export.state == "failed"


@pytest.mark.parametrize("wrong", [{"purpose": ""}, {"person": None}, {"state": "ready"}])
def test_database_refuses_a_copy_without_asker_purpose_or_end(world, order, wrong):
    right = {"enterprise": order.enterprise, "person": world.hua, "purpose": "用途", "asked_at": world.at}
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.create(**(right | wrong))
    assert actor_of(world.hua).kind == "person"
