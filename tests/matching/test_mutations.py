"""Forgeries, each with its hashes stated correctly; none passes.

Ten thousand by default; the environment variable FORGERIES asks for another number.
"""

import dataclasses
import hashlib
import io
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from matching import Certificate, Problem, Split, assign, conflict, verify
from tests.matching.programs import termed
from tests.matching.references import awkward_problem, changed, values

FURTHER = (
    ("region", "newcomer"),
    ("group",),
    ("balance", "group"),
    ("case_value", "share"),
    ("case_value", "region", "newcomer", "min_agencies"),
    ("share", "newcomer", "min_agencies", "exploration"),
)
UNSTATED = ("labels",)
"""What a certificate does not hold."""
EACH = int(os.environ.get("FORGERIES", "10000")) // 5
Generator = np.random.Generator


@pytest.fixture(scope="module")
def splits() -> list[Split]:
    problems = [awkward_problem(seed, 40) for seed in range(40_000, 40_060)]
    problems += [termed(seed, FURTHER[seed % 6], 20) for seed in range(90)]
    feasible = [p for p in problems if p.n_cases > 1 and conflict(p) is None]
    return [assign(problem) for problem in feasible]


def packed(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def with_split(split: Split, agency: np.ndarray[Any, Any]) -> Certificate:
    content = packed(agency=agency)
    hashes = dict(split.certificate.statement["sha256"])
    hashes["split.npz"] = hashlib.sha256(content).hexdigest()
    statement = {**split.certificate.statement, "sha256": hashes}
    return dataclasses.replace(split.certificate, statement=statement, split_file=content)


def worth(problem: Problem, agency: np.ndarray[Any, Any]) -> int:
    placed = agency >= 0
    kept = problem.balance * (problem.retain or 0)
    pair = values(problem)[np.arange(agency.size), np.where(placed, agency, 0)]
    return int(np.where(placed, pair, kept).sum())


def worse_swap(split: Split, g: Generator) -> tuple[Problem, Certificate] | None:
    agency = split.agency.copy()
    i, j = g.choice(agency.size, 2, replace=False)
    agency[[i, j]] = agency[[j, i]]
    if worth(split.problem, agency) == split.value:
        return None
    return split.problem, with_split(split, agency)


def worse_move(split: Split, g: Generator) -> tuple[Problem, Certificate] | None:
    agency = split.agency.copy()
    agency[g.integers(agency.size)] = g.integers(-1, split.problem.n_agencies)
    if worth(split.problem, agency) == split.value:
        return None
    return split.problem, with_split(split, agency)


def other_price(split: Split, g: Generator) -> tuple[Problem, Certificate] | None:
    j = int(g.integers(split.problem.n_agencies))
    low, high = split.prices[0][j], split.prices[1][j]
    step = int(g.integers(1, 10**6))
    outside = [low - step] if low is not None else []
    outside += [high + step] if high is not None else []
    if split.problem.min_agencies:
        # These intervals are of the agencies chosen; others may be proven by other prices.
        return None
    if split.problem.least[j] == 0:
        # Below 0 a price without a minimum lot says no more than 0 does, unless it is wanted.
        outside = [price for price in outside if price > 0]
    if not outside:
        return None
    prices = list(split.price)
    prices[j] = int(g.choice(outside))
    statement = {**split.certificate.statement, "prices": prices}
    return split.problem, dataclasses.replace(split.certificate, statement=statement)


def inputs(problem: Problem) -> list[str]:
    names = [field.name for field in dataclasses.fields(problem)]
    return [n for n in names if n not in UNSTATED and getattr(problem, n) is not None]


def test_every_input_is_held_by_some_book(splits: list[Split]) -> None:
    held = {name for split in splits for name in inputs(split.problem)}
    assert held == {field.name for field in dataclasses.fields(Problem)} - set(UNSTATED)


def other_input(split: Split, g: Generator) -> tuple[Problem, Certificate] | None:
    """One entry of one input changed: whichever it is, the certificate holds another."""
    problem = split.problem
    name = str(g.choice(inputs(problem)))
    value = np.array(getattr(problem, name))
    where = tuple(int(g.integers(n)) for n in value.shape)
    value[where] = ~value[where] if value.dtype == bool else value[where] + g.choice([-1, 1])
    try:
        other = changed(problem, **{name: value if value.ndim else int(value)})
    except ValueError:
        return None
    return other, split.certificate


def other_order(split: Split, g: Generator) -> tuple[Problem, Certificate] | None:
    agency = split.agency[g.permutation(split.agency.size)]
    if worth(split.problem, agency) == split.value:
        return None
    return split.problem, with_split(split, agency)


@pytest.mark.parametrize(
    "forge", [worse_swap, worse_move, other_price, other_input, other_order]
)
def test_no_forgery_passes(
    splits: list[Split], forge: Callable[[Split, Generator], tuple[Problem, Certificate] | None]
) -> None:
    g, made = np.random.default_rng(9), 0
    for _ in range(20 * EACH):
        split = splits[int(g.integers(len(splits)))]
        forged = forge(split, g)
        if forged is None:
            continue
        assert not verify(*forged), split.problem
        made += 1
        if made == EACH:
            break
    assert made == EACH
