"""A whole month of payments: every line grouped, and nothing linked that does not belong."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from marketplace.reconciliation import Group, read_month, reconcile

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
