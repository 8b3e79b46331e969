"""Who answered when, from the log alone; contradictions are told."""

import pytest

from answerable.transparency.entries import commit
from answerable.transparency.history import derive, disagreement

HUA, ZHAO = {"name": "样本甲", "credit_code": "A"}, {"name": "样本乙", "credit_code": "B"}
WAY = ("lock", "handling", "approval", "registration")


def log(*kinds, number="4008000400"):
    said = {
        "opening": {"holder": HUA},
        "transfer": {"from": HUA, "holder": ZHAO},
        "renamed": {"holder": ZHAO},
        "stop": {"reason": "ab"},
    }
    return list(
        enumerate(
            {"kind": k, "number": number, "at": f"2026-01-{n + 1:02d}", **said.get(k, {})} for n, k in enumerate(kinds)
        )
    )


def history(*kinds):
    histories, wrong = derive(log(*kinds))
    return histories["4008000400"], wrong


def test_holder_answers_from_the_opening_to_the_release():
    found, wrong = history(*WAY, "opening", "release")
    assert (wrong, found.holder) == ([], None)
    assert [found.at(f"2026-01-{day:02d}") for day in (4, 5, 6)] == [None, HUA, None]


def test_number_that_is_released_is_opened_again_only_with_every_step_anew():
    assert history(*WAY, "opening", "release", *WAY, "opening")[1] == []
    (sentence,) = history(*WAY, "opening", "release", "lock", "opening")[1]
    assert "opened without handling, approval, registration" in sentence


@pytest.mark.parametrize("missing", WAY)
def test_opening_without_a_step_is_told(missing):
    (sentence,) = history(*[kind for kind in WAY if kind != missing], "opening")[1]
    assert f"opened without {missing}" in sentence


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ((*WAY, "opening", "opening"), "although somebody answers"), (("release",), "released although nobody"), (("renamed",), "renamed although nobody"),
        (("transfer",), "does not answer"), (("lift",), "nothing stops it"), (("stop", "stop"), "stopped twice"), (("resume",), "not paused"),
    ],
)  # fmt: skip
def test_contradictions_are_told(kinds, said):
    assert any(said in sentence for sentence in history(*kinds)[1])


REASON, SALT = commit("FRAUD_ORDER")
FINAL = {"kind": "stop_opened", "reason": REASON, "outcome": "final", "salt": SALT.hex(), "value": "FRAUD_ORDER"}
IN_ERROR = {"kind": "stop_opened", "reason": REASON, "outcome": "stopped_in_error"}
STOPPED = {"kind": "stop", "reason": REASON}


def told(*entries):
    return derive(enumerate({"number": "4008000400", "at": f"2026-01-{n + 1:02d}"} | e for n, e in enumerate(entries)))[
        1
    ]


@pytest.mark.parametrize("opened", [FINAL, IN_ERROR])
def test_reason_of_a_stop_is_opened_once(opened):
    assert told(STOPPED, opened) == []
    assert "never was, or a second time" in told(STOPPED, opened, opened)[0]
    assert "never was" in told(opened)[0]


@pytest.mark.parametrize("wrong", [{"value": "ARREARS"}, {"salt": "00" * 32}, {"salt": "no hex"}, {"outcome": "other"}])
def test_stop_is_not_opened_to_another_reason(wrong):
    (sentence,) = told(STOPPED, FINAL | wrong)
    assert "another reason" in sentence


@pytest.mark.parametrize("missing", ["salt", "value"])
def test_stop_that_is_opened_without_its_salt_or_value_is_told(missing):
    (sentence,) = told(STOPPED, {key: value for key, value in FINAL.items() if key != missing})
    assert "another reason" in sentence


def test_transfer_and_change_of_name_pass_the_number_on():
    for kind in ("transfer", "renamed"):
        found, wrong = history(*WAY, "opening", kind)
        assert (wrong, found.at("2026-01-05"), found.holder) == ([], HUA, ZHAO)


def test_look_up_that_says_otherwise_is_told():
    opened, _ = history(*WAY, "opening")
    stopped, _ = history(*WAY, "opening", "stop")
    good = {"kind": "answered", "holder": "样本甲", "credit_code": "A", "is_connected": True}
    assert disagreement(opened, good) == ""
    assert disagreement(opened, {"kind": "nobody"}) == ""  # a verification that lapsed
    assert "names 样本乙" in disagreement(opened, good | {"holder": "样本乙"})
    assert "is stopped" in disagreement(stopped, good)
    assert "the log none" in disagreement(history(*WAY)[0], good)
