"""A book held by Dask is split as the same book in memory, byte for byte, in real processes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from matching import (
    Certificate,
    Infeasible,
    Problem,
    Split,
    assign,
    conflict,
    explain,
    marginal_values,
    verify,
    would_have_won,
)
from matching._book import Ordered
from tests.conftest import ROOT
from tests.matching.programs import termed
from tests.matching.references import awkward_problem, changed


@pytest.fixture(scope="module")
def processes() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def lazy(problem: Problem, cuts: list[int]) -> Problem:
    """The same problem with its cases in partitions, cut before these cases."""
    frame = pd.DataFrame({"balance": problem.balance, "segment": problem.segment})
    ends = [0, *cuts, len(frame)]
    parts = [frame[a:b] for a, b in pairwise(ends)]
    held: Any = dd.from_map(lambda part: part, parts, meta=frame[:0])
    return changed(problem, balance=held["balance"], segment=held["segment"])


def cut(problem: Problem, seed: int) -> list[int]:
    """Where to cut a book into one to nine partitions, some of them empty."""
    rng = np.random.default_rng(seed)
    return sorted(rng.integers(0, problem.n_cases + 1, rng.integers(0, 9)).tolist())


def same(problem: Problem, held: Problem, seed: int) -> Split | None:
    """Split both, and compare everything; None if neither can be placed."""
    clash = conflict(problem)
    if clash is not None:
        assert conflict(held) == clash
        with pytest.raises(Infeasible, match=re.escape(str(clash))):
            assign(held, seed=seed)
        return None
    one = assign(problem, seed=seed)
    split: Any = assign(held, seed=seed)
    assert split.agency.npartitions == held.balance.npartitions  # type: ignore[attr-defined]
    found = split.agency.compute()
    assert found.dtype == np.int64
    assert found.to_numpy().tolist() == one.agency.tolist()
    for name in ("value", "bound", "price", "prices", "region_price", "newcomer_price"):
        assert getattr(split, name) == getattr(one, name)
    assert split.certificate.digest == one.certificate.digest
    assert split.certificate.problem_file == one.certificate.problem_file
    assert verify(held, one.certificate).failures == ()
    return one


def tied(n: int, k: int, seed: int) -> Problem:
    """Two balances and few rates: nearly every case has equals, in long rows."""
    rng = np.random.default_rng(seed)
    return Problem(
        rng.integers(1, 3, n) * 100,
        rng.integers(0, 3, n),
        rng.integers(1, 4, (3, k)),
        capacity=np.bincount(rng.integers(0, k, n), minlength=k),
        forbidden=np.eye(3, k, dtype=bool),
    )


@pytest.mark.parametrize("block", range(4))
def test_awkward_books(block: int) -> None:
    split = 0
    for seed in range(block * 25, block * 25 + 25):
        problem = awkward_problem(seed, 500)
        if problem.n_cases:
            split += same(problem, lazy(problem, cut(problem, seed)), seed) is not None
    assert split > 10


@pytest.mark.parametrize("seed", range(3))
def test_long_rows_of_equals(seed: int) -> None:
    problem = tied(4_000, 6, seed)
    one = same(problem, lazy(problem, [700, 1_500, 1_500, 3_000]), seed)
    assert one is not None
    # Another lot draws others among the equals.
    assert assign(problem, seed=seed + 1).agency.tolist() != one.agency.tolist()


def test_terms_that_count_cases() -> None:
    split, terms = 0, ("region", "newcomer", "min_agencies")
    for seed in range(60):
        problem = termed(seed, terms, 24)
        if problem.n_cases:
            split += same(problem, lazy(problem, cut(problem, seed)), seed) is not None
    assert split > 20


@pytest.mark.parametrize("segments", [np.arange(50), np.array([0, 1, 9_000])])
def test_balances_too_wide_for_one_integer_with_the_segment(segments: Any) -> None:
    rng = np.random.default_rng(3)
    problem = Problem(
        rng.integers(2**52, 2**60, 600) // 2**51 * 2**51,
        np.sort(rng.choice(segments, 600)),
        np.zeros((9_001, 3), dtype=np.int64),
        value_base=rng.integers(0, 9, (9_001, 3)),
        capacity=[200, 200, 240],
    )
    assert same(problem, lazy(problem, [100, 200, 550]), 1) is not None


def test_a_stretch_is_asked_of_segments_beyond_its_own() -> None:
    owed, segment = np.array([2**60, 5, 2**61]), np.array([0, 1, 1])
    stretch = Ordered(segment, owed, 2)
    asked = np.array([0, 1, 1, 40_000, 40_000])
    level = np.array([2**60, -1, 5, -1, 2**61])
    assert stretch.rank(asked, level).tolist() == [1, 1, 2, 3, 3]


def test_real_processes(processes: Client) -> None:
    assert len(processes.scheduler_info()["workers"]) == 2
    rng = np.random.default_rng(1)
    n, k, s = 20_000, 12, 40
    problem = Problem(
        np.exp(rng.normal(12, 1, n)).astype(np.int64),
        rng.integers(0, s, n),
        rng.integers(100, 2_000, (s, k)),
        capacity=np.full(k, n // k + 50),
        minimum=np.full(k, 200),
        forbidden=rng.random((s, k)) < 0.2,
        max_share=np.full(k, 900),
        retain=150,
    )
    held = lazy(problem, [5_000, 5_000, 11_000])
    assert same(problem, held, 4) is not None
    small = tied(600, 4, 2)
    assert same(small, lazy(small, [150, 300, 450]), 2) is not None
    crowded = changed(problem, capacity=np.full(k, 300), minimum=np.full(k, 0), retain=None)
    assert same(crowded, lazy(crowded, [9_000]), 4) is None


def test_the_agency_stands_beside_the_cases() -> None:
    problem = tied(90, 3, 5)
    frame = pd.DataFrame(
        {"balance": problem.balance, "segment": problem.segment},
        index=pd.Index([f"C{i:02d}" for i in range(90)], name="case"),
    )
    held = dd.from_pandas(frame, npartitions=3)
    split: Any = assign(changed(problem, balance=held["balance"], segment=held["segment"]))
    beside = held.assign(agency=split.agency).compute()
    assert beside.index.equals(frame.index)
    assert beside["agency"].tolist() == assign(problem).agency.tolist()


def test_no_case_at_all() -> None:
    problem = Problem(np.zeros(0, int), np.zeros(0, int), [[1, 2]], capacity=[1, 1])
    held = lazy(problem, [])
    split: Any = assign(held)
    assert split.agency.compute().tolist() == []
    assert split.certificate.digest == assign(problem).certificate.digest
    assert verify(held, split.certificate)


def test_what_an_agency_adds() -> None:
    problem = awkward_problem(11, 400)
    held = lazy(problem, cut(problem, 11))
    assert marginal_values(assign(held)) == marginal_values(assign(problem))


@pytest.mark.parametrize(
    ("column", "entry", "named"),
    [
        ("segment", 7, "partition 2: segment must lie between 0 and 2.*has segment 7"),
        ("segment", -1, "partition 2: segment must lie between 0 and 2.*has segment -1"),
        ("balance", -5, "partition 2: balance must not be negative"),
        ("balance", 2**60, "must not exceed 2.*53"),
    ],
)
def test_bad_cases_are_named(column: str, entry: int, named: str) -> None:
    problem = tied(90, 3, 1)
    cases = {"balance": problem.balance.copy(), "segment": problem.segment.copy()}
    cases[column][70] = entry
    frame = dd.from_pandas(pd.DataFrame(cases), npartitions=3)
    with pytest.raises(ValueError, match=named):
        changed(problem, balance=frame["balance"], segment=frame["segment"])


def test_cases_that_are_not_integers_or_do_not_match() -> None:
    problem = tied(90, 3, 1)
    frame = dd.from_pandas(
        pd.DataFrame({"balance": problem.balance, "segment": problem.segment}), npartitions=3
    )
    owed, where = frame["balance"], frame["segment"]
    with pytest.raises(ValueError, match="partition 0: balance must hold integers"):
        changed(problem, balance=owed / 2, segment=where)
    with pytest.raises(ValueError, match="both be columns of a Dask dataframe"):
        changed(problem, balance=owed)
    with pytest.raises(ValueError, match="both be columns of a Dask dataframe"):
        changed(problem, segment=where)
    with pytest.raises(ValueError, match="balance has 3 partitions, segment 2"):
        changed(problem, balance=owed, segment=where.repartition(npartitions=2))
    with pytest.raises(ValueError, match="partition 0: segment must have shape"):
        changed(problem, balance=owed, segment=where[where > 0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", np.arange(90)),
        ("case_value", np.zeros((90, 3), dtype=np.int64)),
        ("balance_capacity", [10**9] * 3),
        ("exploration", 100),
    ],
)
def test_terms_that_look_at_single_cases_are_refused(name: str, value: Any) -> None:
    problem = tied(90, 3, 1)
    with pytest.raises(ValueError, match=f"{name} is not offered on cases held by Dask"):
        changed(lazy(problem, [30]), **{name: value})


def test_what_looks_up_single_cases_is_refused() -> None:
    held = lazy(tied(90, 3, 1), [30])
    split = assign(held)
    with pytest.raises(ValueError, match='engine "lsa" is not offered'):
        assign(held, engine="lsa")
    with pytest.raises(ValueError, match="explain is not offered"):
        explain(split, case=1)
    with pytest.raises(ValueError, match="would_have_won is not offered"):
        would_have_won(split, agency=0, segment=0)


def test_the_verifier_reads_the_partitions() -> None:
    problem = awkward_problem(14, 300)
    held, certificate = lazy(problem, [10, 40]), assign(problem).certificate
    owed, where = problem.balance.copy(), problem.segment.copy()
    owed[50] += 1
    where[5] = (where[5] + 1) % problem.n_segments
    other = lazy(changed(problem, balance=owed, segment=where), [10, 40])
    said = "problem.npz holds another {} than the problem given"
    failures = verify(other, certificate).failures
    assert {said.format("balance"), said.format("segment")} <= set(failures)
    # One case of another split, the rest as it was.
    agency = assign(problem).agency.copy()
    case = int(np.flatnonzero(problem.forbidden[problem.segment].any(axis=1))[-1])
    agency[case] = int(problem.forbidden[problem.segment[case]].argmax())
    forged = Split(problem, agency, 0, 0, (0,) * problem.n_agencies, ((), ()), "prices", 0)
    one, two = (verify(each, forged.certificate).failures for each in (problem, held))
    assert one == two
    assert any(f"case {case} is with agency" in words for words in two)
    assert isinstance(certificate, Certificate)


def test_the_library_runs_without_dask() -> None:
    code = (
        "import sys; sys.modules['dask'] = None; sys.modules['distributed'] = None\n"
        "import matching\n"
        "problem = matching.Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1])\n"
        "split = matching.assign(problem)\n"
        "print(split.value, bool(matching.verify(problem, split.certificate)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == "3200 True", ran.stderr
