"""Which set applies, what one dossier is asked for and why, and that two officers change it, never one."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.numbers.errors import LineRefused
from answerable.parties.errors import NotPermitted
from answerable.trail.models import Fact
from answerable.verification import actions, errors
from answerable.verification.actions.requirements import Invalid
from answerable.verification.evaluation import bars, evaluate
from answerable.verification.models import Dossier, RequirementSet
from answerable.verification.policy import policy_of
from answerable.verification.queries import requirement_history, requirement_set
from answerable.verification.requirements.compare import changes
from answerable.verification.requirements.content import mistakes
from answerable.verification.requirements.shipped import CARRIERS, shipped
from answerable.verification.slots import HOLDER_SLOTS, Situation, asked, required

pytestmark = pytest.mark.django_db
LICENCE = [{"slot": "licence", "required": "always"}]


def draft(world, **changes):
    fields = {
        "carrier": "telecom", "subject_type": "company", "use": "own", "effective_from": world.at.date(), "slots": LICENCE,
    }  # fmt: skip
    return RequirementSet(**(fields | changes))


def in_force(world, **changes):
    """Load a set as the operator's file does."""
    rules = draft(world, **({"version": 1} | changes))
    rules.save(force_insert=True)
    return rules


def propose(world, who="zheng", **changes):
    return actions.propose(draft(world, **changes), why="运营商新规", staff=world.staff(who), at=world.at)


def applies(world, **changes):
    asks = {"carrier": "telecom", "subject_type": "company", "use": "own", "day": world.at.date()}
    return requirement_set(**(asks | changes))


def test_shipped_sets_of_the_three_carriers_hold_together():
    assert CARRIERS == ("mobile", "telecom", "unicom")
    for carrier in CARRIERS:
        sets = shipped(carrier)
        assert {(r.purpose, *mistakes(r)) for r in sets} == {(purpose,) for purpose in RequirementSet.Purpose.values}
        kinds = {r.subject_type for r in sets if r.purpose == "open"}
        assert ("sole_trader" in kinds) is (carrier == "unicom")
        assert {r.use for r in sets if r.purpose == "open"} == {"own", "call_centre", "platform_agency", "outsourced"}


def test_set_that_names_the_industry_goes_before_one_for_any(world):
    special = in_force(world, use="", subject_type="", industry="healthcare")
    assert applies(world, industry="healthcare") == special
    assert applies(world, industry="retail").industry == ""


def test_set_that_names_the_channel_goes_before_one_for_any(world):
    special = in_force(world, channel="web")
    assert (applies(world, channel="web"), applies(world).channel) == (special, "")


def test_newest_version_in_force_on_the_day_applies(world):
    tomorrow = world.at.date() + dt.timedelta(days=1)
    newer = in_force(world, version=2, effective_from=tomorrow)
    assert applies(world).version == 1
    assert applies(world, day=tomorrow) == newer


def test_verifying_again_asks_as_for_opening_where_nothing_else_is_set(world):
    RequirementSet(
        carrier="x", subject_type="", use="", version=1, effective_from=world.at.date(), slots=LICENCE
    ).save()
    assert applies(world, carrier="x", purpose="reverify").purpose == "open"
    with pytest.raises(errors.NoRequirementSet):
        applies(world, carrier="x", purpose="transfer")


SITUATIONS = [
    ({"use": "call_centre"}, {"telecom_licence": "因用途为经营呼叫中心"}),
    ({"industry": "healthcare", "industry_name": "医疗健康"}, {"sector_licence": "因所属行业为医疗健康"}),
    ({"owner": "affiliate"}, {"affiliate_letter": "因线路户主为关联公司", "owner_id": "因线路户主为关联公司"}),
    ({"owner": "staff"}, {"staff_letter": "因线路户主为本单位员工", "owner_id": "因线路户主为本单位员工"}),
    ({"off_site": True}, {"lease": "因接听地点不在注册地址", "office_photo": "因接听地点不在注册地址"}),
    ({"role": "handler"}, {
        "authorisation_letter": "因由经办人办理", "handler_id_portrait": "因由经办人办理", "handler_id_emblem": "因由经办人办理",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "more"), SITUATIONS)
def test_conditional_paper_appears_when_it_applies_and_says_why(changes, more):
    """MIIT 452 (七)三 and the carriers' requirement of 2017: what is asked for follows from use, owner and place."""
    plain = {a.slot for a in asked(HOLDER_SLOTS, Situation(use="own", role="legal_representative"))}
    found = asked(HOLDER_SLOTS, Situation(**({"use": "own", "role": "legal_representative"} | changes)))
    assert {a.slot: a.why_zh for a in found if a.slot not in plain} == more
    assert all(a.why_en for a in found if a.slot in more)


def test_line_at_another_place_asks_for_lease_and_photo_before_submission(world):
    dossier = world.fill(world.order("paid"))
    actions.set_line(dossier, world.line, person=world.hua, at=world.at, off_site=True)
    dossier = Dossier.objects.get()
    assert [f.slot for f in bars(evaluate(dossier, at=world.at))] == ["lease", "office_photo"]
    actions.upload(dossier, "lease", world.jpeg, person=world.hua, at=world.at)
    with pytest.raises(errors.SlotUnknown):
        actions.upload(dossier, "telecom_licence", world.jpeg, person=world.hua, at=world.at)


@pytest.mark.parametrize("owner", ["affiliate", "staff"])
def test_first_line_is_the_holders_or_its_representatives(world, owner):
    """Carriers' requirement 2017: the own number of the company or its legal representative."""
    dossier = world.dossier(world.order("paid"))
    with pytest.raises(errors.FirstLineNotOwn):
        actions.set_line(dossier, world.line, owner=owner, person=world.hua, at=world.at)
    with pytest.raises(errors.OwnerUnknown):
        actions.set_line(dossier, world.line, owner="nobody", person=world.hua, at=world.at)
    assert Dossier.objects.get().line == ""
    actions.set_line(dossier, world.line, owner="legal_representative", person=world.hua, at=world.at)


def test_carriers_data_may_let_an_affiliates_line_be_the_first(world):
    in_force(world, version=2, slots=HOLDER_SLOTS, policy={"first_line_owners": ["holder", "affiliate"]})
    dossier = world.dossier(world.order("paid"))
    actions.set_line(dossier, world.line, owner="affiliate", person=world.hua, at=world.at)
    assert "affiliate_letter" in {one.slot for one in required(Dossier.objects.get())}


@pytest.mark.parametrize(
    ("owner", "codes"), [("holder", ["D01"]), ("affiliate", ["D01", "D08", "D09"]), ("staff", ["D01", "D09", "D09"])]
)
def test_further_line_of_somebody_else_needs_the_letters(world, owner, codes):
    """Carriers' requirement 2017: affiliates' and staff's lines only with extra letters (reasons D08, D09)."""
    number = world.number(world.order("working").number_id)
    dossier = actions.add_line(number, "02161234599", owner=owner, person=world.hua, at=world.at)
    world.call_back(dossier)
    missing = [f for f in bars(evaluate(dossier, at=world.at)) if f.check == "required_set"]
    assert sorted(f.code for f in missing) == codes
    actions.set_line_owner(dossier, owner="holder", off_site=False, person=world.hua, at=world.at)
    assert [one.slot for one in required(Dossier.objects.get(pk=dossier.pk))] == ["destination_proof"]


def test_mobile_line_is_the_requirement_sets_to_allow(world):
    number = world.number(world.order("working").number_id)
    with pytest.raises(LineRefused):
        actions.add_line(number, "13912345678", person=world.hua, at=world.at)
    in_force(world, version=2, slots=HOLDER_SLOTS, policy={"mobile_destinations": True})
    assert actions.add_line(number, "13912345678", person=world.hua, at=world.at).line == "13912345678"


def test_policy_changes_only_what_it_names(world):
    policy = policy_of(draft(world, policy={"minimum_capital_yuan": 500_000, "banned_words": ["刷单"]}))
    assert (policy.minimum_capital_yuan, policy.banned_words, policy.bill_months) == (500_000, ("刷单",), 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slots": []}, "slots"), ({"slots": [{"slot": "blood", "required": "always"}]}, "slots.0"), ({"slots": LICENCE * 2}, "slots.licence"),
        ({"slots": [{"slot": "licence", "required": "now"}]}, "slots.licence"), ({"slots": [{"slot": "licence", "required": "always", "pages": 0}]}, "slots.licence"),
        ({"slots": [{"slot": "lease", "required": "always", "when": {"use": ["x"]}}, *LICENCE]}, "slots.lease"), ({"policy": {"bill_months": "3"}}, "policy.bill_months"),
        ({"policy": {"no_such": 1}}, "policy.no_such"), ({"policy": {"off_site_needs_lease": 1}}, "policy.off_site_needs_lease"), ({"policy": []}, "policy"),
        ({"policy": {"banned_words": "x"}}, "policy.banned_words"), ({"use": "x"}, "use"), ({"subject_type": "person"}, "subject_type"),
        ({"verification_days": 0}, "verification_days"), ({"effective_from": "soon"}, "effective_from"), ({"purpose": "x"}, "purpose"),
    ],
)  # fmt: skip
def test_mistake_is_named_with_its_place_and_nothing_is_proposed(world, changes, field):
    with pytest.raises(Invalid) as refused:
        propose(world, **changes)
    assert [m.field for m in refused.value.mistakes] == [field]
    assert not RequirementSet.objects.filter(state="proposed").exists()


def test_version_approved_by_a_second_officer_is_in_force_from_its_day(world):
    old = world.dossier(world.order("paid"))
    rules = propose(world)
    assert (applies(world).version, rules.version) == (1, 2)
    actions.approve(rules, staff=world.staff("wang"), at=world.at)
    assert applies(world) == rules
    assert Dossier.objects.get(pk=old.pk).requirement_set.version == 1
    facts = Fact.objects.filter(subject_kind="requirement_set").order_by("id")
    assert [(f.what, f.who_id) for f in facts] == [("requirement.proposed", "zheng"), ("requirement.approved", "wang")]


def test_rejected_version_stays_in_the_history_and_never_applies(world):
    rules = propose(world)
    actions.reject(rules, why="不需要", staff=world.staff("wang"), at=world.at)
    assert applies(world).version == 1
    assert [(r.version, r.state, r.decided_why) for r in requirement_history(rules)] == [
        (2, "rejected", "不需要"), (1, "approved", ""),
    ]  # fmt: skip
    assert propose(world).version == 3


def test_nobody_changes_a_set_alone(world):
    rules, zheng = propose(world), world.staff("zheng")
    for deed in (
        lambda: actions.approve(rules, staff=zheng, at=world.at),
        lambda: actions.reject(rules, why="x", staff=zheng, at=world.at),
    ):
        with pytest.raises(errors.SecondOfficerMustDiffer):
            deed()
    assert RequirementSet.objects.get(pk=rules.pk).state == "proposed"


@pytest.mark.parametrize("who", ["lin", "sun", "gong", "chen"])
def test_other_roles_neither_propose_nor_decide(world, who):
    rules, staff = propose(world), world.staff(who)
    with pytest.raises(NotPermitted):
        propose(world, who, use="outsourced")
    with pytest.raises(NotPermitted):
        actions.approve(rules, staff=staff, at=world.at)


def test_day_that_is_past_is_refused_at_proposal_and_at_approval(world):
    with pytest.raises(errors.RequirementDayPast):
        propose(world, effective_from=world.at.date() - dt.timedelta(days=1))
    rules = propose(world)
    with pytest.raises(errors.RequirementDayPast):
        actions.approve(rules, staff=world.staff("wang"), at=world.at + dt.timedelta(days=1))


def test_one_proposal_of_a_set_waits_at_a_time_and_is_decided_once(world):
    rules, wang = propose(world), world.staff("wang")
    with pytest.raises(errors.RequirementProposed):
        propose(world, slots=[{"slot": "licence", "required": "always", "pages": 2}])
    actions.approve(rules, staff=wang, at=world.at)
    with pytest.raises(errors.RequirementDecided):
        actions.reject(rules, why="x", staff=wang, at=world.at)
    with pytest.raises(errors.RequirementUnchanged):
        propose(world)
    with pytest.raises(errors.WhyMissing):
        actions.propose(draft(world, use=""), why=" ", staff=wang, at=world.at)


def test_difference_is_said_in_words(world):
    said = changes(
        applies(world),
        draft(world, verification_days=30, slots=[row for row in HOLDER_SLOTS if row["slot"] != "lease"]),
    )
    found = {c.name_zh: (c.before_zh, c.after_zh) for c in said}
    assert found["实名有效天数"] == ("365", "30")
    assert found["租赁协议"] == ("必交；线路不在注册地址", "不要求")


@pytest.mark.parametrize(
    "deed",
    [
        lambda world, rules: RequirementSet.objects.filter(pk=rules.pk).update(slots=[]),
        lambda world, rules: RequirementSet.objects.filter(version=1).update(effective_from=world.at.date()),
        lambda world, rules: RequirementSet.objects.filter(pk=rules.pk).delete(),
        lambda world, rules: RequirementSet.objects.filter(pk=rules.pk).update(
            state="approved", decided_by=world.staff("zheng"), decided_at=world.at
        ),
        lambda world, rules: RequirementSet.objects.filter(pk=rules.pk).update(
            state="approved", decided_by=world.staff("lin"), decided_at=world.at
        ),
        lambda world, rules: RequirementSet.objects.filter(pk=rules.pk).update(state="approved"),
        lambda world, rules: in_force(
            world, version=9, proposed_by=world.staff("zheng"), decided_by=world.staff("wang")
        ),
        lambda world, rules: Dossier.objects.update(requirement_set=rules),
    ],
)
def test_database_keeps_what_is_in_force_and_asks_for_two(world, deed):
    world.order("paid")
    rules = propose(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        deed(world, rules)
