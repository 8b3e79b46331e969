"""C2SP tlog-policy: what must be refused comes first."""

import pytest

from answerable.transparency.errors import MalformedPolicy, UnverifiedNote
from answerable.transparency.policy import Policy
from answerable.transparency.tests.test_notes import LOG, WITNESS, key

ONE, TWO, THREE = (key(f"witness.example/w{n}", 10 + n, 4).verifier for n in (1, 2, 3))
FIRST = f"witness one {ONE}\n"
ALL = FIRST + f"witness two {TWO}\nwitness three {THREE} https://three.example/\n"
GROUPED = ALL + "group pair 2 one two\ngroup both all pair three\nquorum both\n"


@pytest.mark.parametrize(
    "text",
    [
        "", FIRST, FIRST + "quorum one", FIRST + "quorum two\n", "quorum one\n" + FIRST, FIRST + "quorum one\nquorum none\n",
        FIRST + "quorum\n", "quorum none none\n", "quorums none\n", f"witness none {ONE}\nquorum none\n",
        FIRST + f"witness one {TWO}\nquorum none\n", FIRST + f"witness two {ONE}\nquorum none\n",
        f"witness one {LOG.verifier}\nquorum one\n", f"log {WITNESS.verifier}\nquorum none\n", f"log {LOG.verifier}\n" * 2 + "quorum none\n",
        FIRST + "group g any\nquorum g\n", FIRST + "group g 0 one\nquorum g\n", FIRST + "group g 2 one\nquorum g\n",
        FIRST + "group g 01 one\nquorum g\n", FIRST + "group g any one one\nquorum g\n", FIRST + "group g any two\nquorum g\n",
        FIRST + "group g any none\nquorum g\n", FIRST + "group one any one\nquorum one\n", FIRST + "group g any g\nquorum g\n",
        ALL + "group a any one two\ngroup b any one three\nquorum a\n", FIRST + "quorum one\r\n", FIRST + "quorum\x0bone\n",
        f"witness one {ONE} ftp://one.example\nquorum one\n", f"witness one {ONE} https://a https://b\nquorum one\n",
        FIRST.replace("+", "-") + "quorum one\n", "# comment\n" * 300 + "quorum none\n",
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused(text):
    with pytest.raises(MalformedPolicy):
        Policy.parse(text.encode())


@pytest.mark.parametrize(
    ("signed", "holds"),
    [([], False), ([ONE, TWO], False), ([ONE, THREE], False), ([THREE], False), ([ONE, TWO, THREE], True)],
)
def test_quorum_goes_through_groups(signed, holds):
    policy = Policy.parse(GROUPED.encode())
    assert policy.holds(signed) is holds
    if not holds:
        with pytest.raises(UnverifiedNote):
            policy.require(signed)


def test_policy_is_read_with_comments_tabs_and_names_of_any_octets():
    text = f"  # 见证人\n\n\tlog\t{LOG.verifier} https://log.example \nwitness 监管 {ONE} http://w.example/p/\n \nquorum 监管\n"
    policy = Policy.parse(text.encode())
    assert (policy.logs, policy.witnesses[0].name, policy.witnesses[0].url) == (
        (LOG.verifier,),
        "监管",
        "http://w.example/p",
    )
    odd = Policy.parse(b"witness \xff\xfe " + str(ONE).encode() + b"\nquorum \xff\xfe\n")
    assert odd.holds([ONE])
    assert not odd.holds([])


def test_no_witness_is_asked_for_where_the_quorum_is_none():
    assert Policy.parse((ALL + "quorum none\n").encode()).holds([])
