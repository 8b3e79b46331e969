"""The register and the black list enter whole or not at all, and never beside the demo world."""

import pytest

from answerable.lib.identifiers import make_credit_code
from answerable.lib.tables import LinesRefused, TableUnreadable
from answerable.parties.errors import DemoWorld
from answerable.parties.loading import load_blacklist, load_register
from answerable.parties.models import BlacklistEntry, Operator, RegisterEntry
from answerable.parties.queries import is_blacklisted, register_entry
from answerable.trail.actors import system
from answerable.trail.models import Fact

BY = system("test")
CODE, OTHER = make_credit_code("91310115", "MA1NEW01"), make_credit_code("91310115", "MA1NEW02")
REGISTER = "credit_code,name,subject_type,legal_representative,address,status\n"
GOOD = f"{CODE},上海新样本有限公司,company,李样本,上海市新样本路1号,\n"


@pytest.fixture
def real(world):
    Operator.objects.update(is_demo=False)
    return world


def register(world, *lines):
    return load_register((REGISTER + "".join(lines)).encode(), by=BY, at=world.at)


def blacklist(world, *lines):
    return load_blacklist(("kind,value,reason\n" + "".join(lines)).encode(), by=BY, at=world.at)


def test_register_is_loaded_and_asked(real):
    assert register(real, GOOD) == 1
    entry = register_entry(CODE)
    assert (entry.name, entry.status, entry.loaded_at) == ("上海新样本有限公司", "存续", real.at)


def test_register_loaded_again_brings_rows_up_to_date_and_doubles_none(real):
    rows = RegisterEntry.objects.count()
    register(real, GOOD)
    register(real, GOOD)
    register(real, GOOD.replace(",\n", ",注销\n"))
    assert (RegisterEntry.objects.count(), register_entry(CODE).status) == (rows + 1, "注销")


@pytest.mark.parametrize(
    "bad",
    [
        "91310115MA1DEM0199,某公司,company,某,某路\n", f"{OTHER},,company,某,某路\n", f"{OTHER},某公司,person,某,某路\n",
        f"{OTHER},{'某' * 121},company,某,某路\n", f"{OTHER},某公司,company,某\n", GOOD,
    ],
    ids=["code", "no name", "a person", "long name", "no address", "twice"],
)  # fmt: skip
def test_bad_line_is_named_with_its_number_and_nothing_is_loaded(real, bad):
    rows, facts = RegisterEntry.objects.count(), Fact.objects.count()
    with pytest.raises(LinesRefused) as refused:
        register(real, GOOD, bad)
    assert [line for line, _ in refused.value.lines] == [3]
    assert "第 3 行：" in refused.value.text("zh-hans")
    assert (RegisterEntry.objects.count(), Fact.objects.count()) == (rows, facts)


def test_every_bad_line_is_named_at_once(real):
    with pytest.raises(LinesRefused) as refused:
        register(real, "1,a,company,b,c\n", GOOD, "2,a,company,b,c\n")
    assert [line for line, _ in refused.value.lines] == [2, 4]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"code,name\n1,2\n", b'credit_code,"name\n'])
def test_file_that_is_no_such_table_changes_nothing(real, content):
    with pytest.raises(TableUnreadable):
        load_register(content, by=BY, at=real.at)
    with pytest.raises(TableUnreadable):
        load_blacklist(content, by=BY, at=real.at)


def test_black_list_bars_firm_and_person_and_keeps_no_id_number(real):
    number = real.id_number(7)
    lines = [f"firm,{CODE},涉诈惩戒\n", f"person,{number},涉诈惩戒\n"]
    assert (blacklist(real, *lines), blacklist(real, *lines)) == (2, 2)
    assert (is_blacklisted(credit_code=CODE), is_blacklisted(id_number=number)) == (True, True)
    assert BlacklistEntry.objects.filter(reason="涉诈惩戒").count() == 2
    assert number not in str(list(BlacklistEntry.objects.values())) + str(list(Fact.objects.values()))


@pytest.mark.parametrize("bad", ["firm,123,x\n", "person,310115198001010000,x\n", "robot,1,x\n", f"firm,{OTHER},\n"])
def test_bad_black_list_line_is_refused_without_repeating_it(real, bad):
    rows = BlacklistEntry.objects.count()
    with pytest.raises(LinesRefused) as refused:
        blacklist(real, f"firm,{CODE},x\n", bad)
    assert [line for line, _ in refused.value.lines] == [3]
    assert "310115198001010000" not in str(refused.value)
    assert BlacklistEntry.objects.count() == rows


def test_real_data_does_not_enter_the_demo_world(world):
    for deed in (register, blacklist):
        with pytest.raises(DemoWorld):
            deed(world, GOOD)
    assert not RegisterEntry.objects.filter(pk=CODE).exists()
