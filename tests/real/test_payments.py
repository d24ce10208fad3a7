"""A whole month of payments: every line grouped, and nothing linked that does not belong."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from marketplace.reconciliation import Decided, Group, read_month, reconcile

FOLDER = Path(__file__).parents[3] / "shared" / "payments"
TRUTH = FOLDER / "truth.json"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not TRUTH.exists(), reason=f"the month is not there: {FOLDER}"),
]
Key = tuple[frozenset[str], frozenset[str], frozenset[str]]


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(TRUTH.read_text())["groups"]
    return groups


@pytest.fixture(scope="module")
def groups() -> tuple[Group, ...]:
    return reconcile(read_month(FOLDER)).groups


def key(group: dict[str, Any]) -> Key:
    ledger, claims, bank = (frozenset(group[name]) for name in ("ledger", "claims", "bank"))
    return ledger, claims, bank


def test_every_line_is_in_one_group_and_no_link_is_false(
    groups: tuple[Group, ...], truth: list[dict[str, Any]]
) -> None:
    home = {
        line: number
        for number, group in enumerate(truth)
        for line in (*group["ledger"], *group["claims"], *group["bank"])
    }
    lines = [line for g in groups for line in (*g.ledger, *g.claims, *g.bank)]
    assert sorted(lines) == sorted(home)
    for group in groups:
        assert len({home[line] for line in (*group.ledger, *group.claims, *group.bank)}) == 1


def test_automatic_groups_are_those_of_the_truth(
    groups: tuple[Group, ...], truth: list[dict[str, Any]]
) -> None:
    meant = {key(group): group for group in truth if group["auto"]}
    found = {key(group.as_json()): group for group in groups if group.automatic}
    assert set(found) <= set(meant), "nothing is automatic that a person should see"
    assert len(found) >= 0.99 * len(meant)
    for lines, group in found.items():
        assert group.kind.value == meant[lines]["class"]
        assert group.amount_minor == meant[lines]["amount_minor"]
        assert list(group.cases) == sorted(meant[lines]["cases"])
        assert group.commissionable_minor == meant[lines]["commissionable_minor"]


def test_commissionable_totals_of_the_automatic_groups_are_equal(
    groups: tuple[Group, ...], truth: list[dict[str, Any]]
) -> None:
    found = {key(group.as_json()) for group in groups if group.automatic}
    ours: Counter[tuple[str, str]] = Counter()
    theirs: Counter[tuple[str, str]] = Counter()
    for group in groups:
        for agency, amount in group.commissionable_minor.items() if group.automatic else ():
            ours[group.lender, agency] += amount
    for one in truth:
        if key(one) in found:
            for agency, amount in one["commissionable_minor"].items():
                theirs[one["lender"], agency] += amount
    assert ours == theirs


def test_with_what_people_decided_the_whole_month_is_that_of_the_truth(
    groups: tuple[Group, ...], truth: list[dict[str, Any]]
) -> None:
    """Every group's class, cases, amount and commission, and what each agency earned."""
    settled = {line for group in groups if group.automatic for line in group.lines}
    postings = {one["group_id"]: one["ledger"] for one in truth}
    decided = [
        Decided(*map(tuple, (one["ledger"], one["claims"], one["bank"])),
                of=(postings.get(one["of"]) or [""])[0])
        for one in truth
        if not settled.issuperset(one["ledger"] + one["claims"] + one["bank"])
    ]  # fmt: skip
    assert len(decided) > 2_800
    ours = reconcile(read_month(FOLDER), decided).groups
    meant = {key(one): one for one in truth}
    assert {key(group.as_json()) for group in ours} == set(meant)
    totals: Counter[str] = Counter()
    for group in ours:
        said = group.as_json()
        one = meant[key(said)]
        for word in ("class", "amount_minor", "commissionable_minor"):
            assert said[word] == one[word], one
        assert list(group.cases) == sorted(one["cases"])
        for agency, amount in group.commissionable_minor.items():
            totals[f"{group.lender}|{agency}"] += amount
    told = json.loads(TRUTH.read_text())["totals_by_lender_agency"]
    assert totals == {name: one["commissionable_minor"] for name, one in told.items()}
