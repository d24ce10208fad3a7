"""Forgeries, each with its hashes stated correctly; none passes.

Two thousand by default; the environment variable FORGERIES asks for more.
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

FURTHER = (("region", "newcomer"), ("group",), ("balance", "group"))
EACH = int(os.environ.get("FORGERIES", "2000")) // 5
Generator = np.random.Generator


@pytest.fixture(scope="module")
def splits() -> list[Split]:
    problems = [awkward_problem(seed, 40) for seed in range(40_000, 40_060)]
    problems += [termed(seed, FURTHER[seed % 3], 20) for seed in range(40)]
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
    if split.problem.minimum[j] == 0:
        # Below 0 a price without a minimum lot says no more than 0 does, unless it is wanted.
        outside = [price for price in outside if price > 0]
    if not outside:
        return None
    prices = list(split.price)
    prices[j] = int(g.choice(outside))
    statement = {**split.certificate.statement, "prices": prices}
    return split.problem, dataclasses.replace(split.certificate, statement=statement)


def other_input(split: Split, g: Generator) -> tuple[Problem, Certificate] | None:
    problem = split.problem
    names = ["balance", "segment", "value_rate", "capacity", "value_base"]
    further = ("group", "balance_capacity", "region_capacity")
    names += [name for name in further if getattr(problem, name) is not None]
    name = str(g.choice(names))
    array = getattr(problem, name).copy()
    where = tuple(int(g.integers(n)) for n in array.shape)
    array[where] += 1
    if name == "segment" and array[where] >= problem.n_segments:
        return None
    return changed(problem, **{name: array}), split.certificate


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
