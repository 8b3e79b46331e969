"""A real operator is loaded from files: whole or not at all, again without change, and never beside the demo world."""

import datetime as dt
import re

import pyotp
import pytest
from django.utils import timezone

from answerable.billing.models import GradeFee, Package
from answerable.cli import main as cli
from answerable.cli import world as demo_world
from answerable.cli.operating import load_operator
from answerable.cli.operating.errors import OperatorFileInvalid
from answerable.lib.identifiers import make_credit_code
from answerable.orders.eligibility import bars
from answerable.parties.actions import sign_in_staff
from answerable.parties.errors import AuthorisationNotInForce, DemoWorld
from answerable.parties.models import Authorisation, Carrier, Counter, Operator, RegisterEntry, Staff
from answerable.parties.queries import require_authorisation
from answerable.routing.models import Trunk
from answerable.trail.actors import system
from answerable.trail.models import Fact
from answerable.verification.models import RequirementSet
from answerable.verification.requirements.shipped import shipped

pytestmark = pytest.mark.django_db
BY = system("test")
AT = dt.datetime(2026, 3, 10, 2, 0, tzinfo=dt.UTC)
CODE = make_credit_code("91110000", "MA00REA1")
FILE = f"""
[operator]
name_zh = "样本通信有限公司"
name_en = "Sample Telecom"
credit_code = "{CODE}"
hotline = "4008000400"
bank_account = "样本银行 0400"

[[authorisations]]
document = "授权书 2026-001"
carriers = ["telecom"]
since = 2026-01-01
until = 2027-12-31

[[carriers]]
code = "telecom"
name_zh = "中国电信"
name_en = "China Telecom"
prefixes = ["4008", "4009"]
ask_at = "10000"

[[counters]]
code = "BJ-01"
kind = "own_counter"
name_zh = "西单营业厅"
name_en = "Xidan"
address_zh = "北京"
address_en = "Beijing"

[[trunks]]
name = "telecom-1"
address = "192.0.2.10"
port = 5060

[[packages]]
code = "standard"
name_zh = "标准套餐"
name_en = "Standard"
monthly_minimum_fen = 10000
minutes_a_month = 833
fen_a_minute = 12
effective_from = 2026-01-01

[[requirement_sets]]
carrier = "telecom"
subject_type = "company"
use = "own"
version = 1
effective_from = 2026-01-01
slots = "standard"
""" + "".join(
    f'\n[[grade_fees]]\ngrade = "{grade}"\nchoosing_fee_fen = {fee}\n'
    for grade, fee in (("normal", 0), ("good", 20_000), ("fine", 80_000), ("premium", 500_000))
)


def load(text=FILE):
    return load_operator(text.encode(), by=BY, at=AT)


def stored():
    models = (Operator, Carrier, Counter, Trunk, Package, GradeFee, RequirementSet)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refuse(text):
    before = stored()
    with pytest.raises(OperatorFileInvalid) as refused:
        load(text)
    assert stored() == before
    return " ".join(refused.value.places)


def test_operator_is_in_force_and_a_firm_may_apply():
    assert load()["requirement_sets"] == 1
    ours = Operator.objects.get()
    assert (ours.name_zh, ours.is_demo) == ("样本通信有限公司", False)
    assert require_authorisation(AT, "telecom").document == "授权书 2026-001"
    with pytest.raises(AuthorisationNotInForce):
        require_authorisation(AT, "unicom")
    assert (Trunk.objects.get().address, Package.objects.get().term_months, GradeFee.objects.count()) == (
        "192.0.2.10",
        12,
        4,
    )
    entry = RegisterEntry(credit_code=CODE, name="x", subject_type="company", status="存续")
    asked = {"carrier": "telecom", "industry": "retail", "use": "own", "person": None, "day": AT.date()}
    assert bars(entry, **asked) == []


def test_shipped_sets_of_a_carrier_load_with_one_line():
    start = FILE.index("[[requirement_sets]]")
    own = FILE[start : FILE.index("[[grade_fees]]", start)]
    counts = load(FILE.replace(own, '[[requirement_sets]]\nshipped = "telecom"\n\n'))
    assert counts["requirement_sets"] == RequirementSet.objects.count() == len(shipped("telecom"))
    assert "requirement_sets[1].shipped" in refuse(FILE.replace(own, '[[requirement_sets]]\nshipped = "nobody"\n\n'))


def test_loaded_again_changes_nothing():
    load()
    before = stored()
    load()
    assert stored() == before


def test_changed_file_is_in_force_and_a_trunk_left_out_is_switched_off():
    load()
    load(
        FILE.replace('"telecom-1"', '"telecom-2"')
        .replace("192.0.2.10", "192.0.2.11")
        .replace("2027-12-31", "2028-12-31")
    )
    assert dict(Trunk.objects.values_list("name", "is_enabled")) == {"telecom-1": False, "telecom-2": True}
    assert Authorisation.objects.get().until == dt.date(2028, 12, 31)


def test_trunk_that_has_another_name_in_the_file_is_renamed():
    load()
    before = Trunk.objects.get()
    load(FILE.replace('"telecom-1"', '"北京一"'))
    assert list(Trunk.objects.values_list("pk", "name", "is_enabled")) == [(before.pk, "北京一", True)]
    assert Fact.objects.filter(what="operator.loaded").latest("pk").after["renamed"] == {"telecom-1": "北京一"}


SECOND = '[[trunks]]\nname = "telecom-2"\naddress = "192.0.2.11"\n\n[[packages]]'


def test_two_trunks_change_their_names():
    both = FILE.replace("[[packages]]", SECOND)
    load(both)
    keys = dict(Trunk.objects.values_list("address", "pk"))
    load(both.replace("telecom-1", "x").replace("telecom-2", "telecom-1").replace('"x"', '"telecom-2"'))
    found = {address: (pk, name) for pk, name, address in Trunk.objects.values_list("pk", "name", "address")}
    assert found == {
        "192.0.2.10": (keys["192.0.2.10"], "telecom-2"), "192.0.2.11": (keys["192.0.2.11"], "telecom-1"),
    }  # fmt: skip


def test_one_address_for_two_trunks_or_a_name_that_was_anothers_is_refused():
    load(FILE.replace("[[packages]]", SECOND))
    assert "telecom-1 and telecom-2 have one address, 192.0.2.10:5060" in refuse(
        FILE.replace("[[packages]]", SECOND.replace('"192.0.2.11"', '"192.0.2.10"\nport = 5060'))
    )
    said = refuse(FILE.replace("telecom-1", "telecom-2"))
    assert said.startswith("trunks.telecom-2: was 192.0.2.11, every port, which the file no longer has")


@pytest.mark.parametrize(
    ("place", "value", "wanted"),
    [
        ("trunks.port", "0", "0 must be a whole number from 1 to 65535"),
        ("trunks.port", "70000", "70000 must be a whole number from 1 to 65535"),
        ("trunks.port", '"5060"', "'5060' must be a whole number from 1 to 65535"),
        ("trunks.most_a_second", "1000000", "must be a whole number from 0 to 10000"),
        ("trunks.is_enabled", "1", "must be true or false, without quotes"),
        ("packages.fen_a_minute", "12.5", "12.5 must be a whole number from 0 to 10000"),
        ("packages.term_months", "0", "must be a whole number from 1 to 120"),
        ("packages.effective_from", "20260101", "must be a day such as 2026-01-31"),
        ("counters.visits_a_day", "true", "must be a whole number from 1 to 10000"),
        ("counters.closed_days", '"2026-10-01"', "must be a list in brackets"),
        ("counters.closed_days", '["2026-10-01"]', "must be a day such as 2026-01-31"),
        ("carriers.prefixes", "4008", "must be a list in brackets"),
        ("carriers.name_zh", '"中国\\n电信"', "must be text in quotes"),
        ("requirement_sets.verification_days", "0", "must be a whole number from 1 to 1100"),
    ],
)
def test_value_of_another_kind_or_out_of_range_is_named_with_what_it_must_be(place, value, wanted):
    table, name = place.split(".")
    lines = FILE.split(f"[[{table}]]", 1)[1].split("\n\n", 1)[0].splitlines()
    kept = [line for line in lines if line and not line.startswith(f"{name} =")]
    text = FILE.replace("\n".join(lines), "\n".join(["", *kept, f"{name} = {value}"]), 1)
    said = refuse(text)
    assert said.startswith(f"{table}[1].{name}: ")
    assert wanted in said


def test_requirement_set_in_force_is_not_changed_under_those_who_filed_by_it():
    load()
    assert "give a new version" in refuse(
        FILE.replace('slots = "standard"', 'slots = "standard"\nverification_days = 30')
    )
    load(FILE.replace("version = 1", "version = 2\nverification_days = 30"))
    assert sorted(RequirementSet.objects.values_list("version", "verification_days")) == [(1, 365), (2, 30)]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[operator]", "[operator", "line 2"), (CODE, "123", "operator.credit_code"), ('"4008000400"', '"4002000400"', "operator.hotline"),
        ("until = 2027-12-31", "until = 2025-12-31", "authorisations.授权书 2026-001.until"), ("until = 2027-12-31", "", "authorisations[1].until"),
        ('carriers = ["telecom"]', 'carriers = ["unicom"]', "authorisations.授权书 2026-001.carriers"), ('"4009"]', '"4002"]', "carriers.telecom.prefixes"),
        ('kind = "own_counter"', 'kind = "agent"', "counters[1].kind"), ('"192.0.2.10"', '"trunk"', "trunks[1].address"),
        ("fen_a_minute = 12", "fen_a_minute = -1", "packages[1].fen_a_minute"), ("fen_a_minute = 12", "cent = 12", "packages[1].cent"),
        ('grade = "fine"', 'grade = "best"', "grade_fees"), ('slots = "standard"', 'slots = [{slot = "blood", required = "always"}]', "slots"),
        ('subject_type = "company"', 'subject_type = "person"', "subject_type"), ('name_zh = "样本通信有限公司"', "", "operator.name_zh"),
        ('[[counters]]', '[[shops]]', "shops"),
    ],
)  # fmt: skip
def test_wrong_place_is_named_and_nothing_is_loaded(old, new, place):
    assert FILE.count(old) >= 1
    assert place in refuse(FILE.replace(old, new))


def test_every_wrong_place_is_named_at_once():
    said = refuse(FILE.replace('"own_counter"', '"web"').replace("192.0.2.10", "nowhere"))
    assert "counters[1].kind" in said
    assert "trunks[1].address" in said


def test_real_operator_is_not_loaded_into_the_demo_world(world):
    before = stored()
    with pytest.raises(DemoWorld):
        load()
    assert stored() == before


@pytest.mark.parametrize("loaded", ["operator", "register", "staff"])
def test_demo_world_is_not_built_beside_real_data(loaded):
    assert demo_world.is_empty()
    if loaded == "operator":
        load()
    elif loaded == "register":
        RegisterEntry.objects.create(credit_code=CODE, name="x", subject_type="company", address="x", loaded_at=AT)
    else:
        Staff.objects.create(username="real", name="x", roles=["risk"], password="x", totp_secret=b"x")
    assert not demo_world.is_empty()
    with pytest.raises(demo_world.WorldRefused):
        demo_world.build(at=AT, size=0)


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Run a command against the tests' database; return its exit status and what it printed."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://tests/own")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr("sys.stdin", (tmp_path / "nobody").open("w+"))

    def run(*words, content=None):
        file = tmp_path / "file"
        if content is not None:
            file.write_text(content)
        status = cli.main([str(file) if word == "FILE" else word for word in words])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_commands_load_a_whole_operator_and_its_first_member_of_staff_signs_in(command, settings):
    assert command("operator", "load", "FILE", content=FILE)[0] == 0
    head = "credit_code,name,subject_type,legal_representative,address\n"
    assert command("register", "load", "FILE", content=f"{head}{CODE},样本,company,李,北京\n")[:2] == (
        0,
        "1 rows loaded.\n",
    )
    assert command("blacklist", "load", "FILE", content=f"kind,value,reason\nfirm,{CODE},x\n")[0] == 0
    pool = "number,batch,branch,allocated_on\n4008778888,T-1,样本分公司,2026-01-15\n"
    assert command("numbers", "pool", "FILE", content=pool)[:2] == (0, "1 new numbers in the pool.\n")
    report = "number,network_state\n4008778888,activated\n"
    assert command("numbers", "network", "FILE", content=report)[1].startswith(
        "1 network states changed.\n1 numbers disagree"
    )
    status, out, err = command("staff", "add", "chen", "--name", "陈", "--roles", "counter", "--counter", "BJ-01")
    assert status == 0
    address, password = re.fullmatch(r"(otpauth://totp/\S+)\npassword: (\S{20,})\n", out).groups()
    assert "Shown once" in err
    code = pyotp.parse_uri(address).at(int(timezone.now().timestamp()))
    assert sign_in_staff("chen", password, code, at=timezone.now()).counter_id == "BJ-01"
    assert password not in str(list(Fact.objects.values())) + str(list(Staff.objects.values()))


def test_command_names_the_bad_line_and_exits_1(command):
    status, _, err = command(
        "register", "load", "FILE", content="credit_code,name,subject_type,legal_representative,address\n1,a,b,c,d\n"
    )
    assert (status, "Line 2:" in err, RegisterEntry.objects.count()) == (1, True, 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("x y", "--roles", "risk"), "USERNAME_INVALID"), (("sun", "--roles", "king"), "NOT_PERMITTED"),
        (("sun", "--roles", "cashier,reviewer"), "NOT_PERMITTED"), (("sun", "--roles", "counter"), "COUNTER_NEEDED"),
        (("sun", "--roles", "risk", "--counter", "BJ-01"), "COUNTER_NEEDED"),
        (("sun", "--roles", "counter", "--counter", "XX"), "COUNTER_NEEDED"),
    ],
)  # fmt: skip
def test_member_of_staff_that_cannot_be_is_not_added(command, words, code):
    load()
    status, _, err = command("staff", "add", *words)
    assert (status, code in err, Staff.objects.count()) == (1, True, 0)


def test_name_is_given_once(command):
    assert command("staff", "add", "sun", "--roles", "risk")[0] == 0
    assert command("staff", "add", "sun", "--roles", "risk")[0] == 1
    assert Staff.objects.count() == 1
