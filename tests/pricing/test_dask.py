"""A Dask book has the value of the same book in memory, in real processes too."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster

from pricing import Model, Prior, fit
from tests.conftest import ROOT
from tests.pricing.planted import lots_of

PRIOR = Prior.default("CN")
CASES, OUTCOMES, LOTS = lots_of(8, 200, seed=1)
LEARNED = fit(CASES, OUTCOMES, LOTS, prior=PRIOR, market="CN")
BOOK = lots_of(5, 300, seed=2)[0].assign(
    case_id=[f"C{i}" for i in range(1_500)], currency="CNY", region=np.arange(1_500) % 3
)
SECURED = BOOK.assign(
    collateral_value=np.where(np.arange(1_500) % 7, np.nan, 2_000.0), collateral_type="vehicle"
)
SECURED.loc[:299, "collateral_value"] = np.nan
BY: list[Any] = ["dpd", "product", "noise", "lot", ["region", "product"]]


@pytest.fixture(scope="module")
def processes() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def alike(one: pd.DataFrame, other: pd.DataFrame) -> None:
    # Dask has a type of words of its own.
    pd.testing.assert_frame_equal(one, other, rtol=1e-9, check_index_type=False)


def same(lazy: Any, book: pd.DataFrame, model: Model) -> None:
    lots = np.arange(len(book)) % 4
    terms = {"cost": 1.0, "discount": 0.1, "commission": 0.2}
    one = model.value_portfolio(book, lots, **terms)
    other = model.value_portfolio(lazy, lots, **terms)
    for name in ("mean", "gross", "variance", "tau", "doubt", "commission", "discount"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-12)
    assert other.band(0.8) == pytest.approx(one.band(0.8), rel=1e-12)
    assert other.curve() == pytest.approx(one.curve(), rel=1e-12)
    assert (other.warnings, other.assumptions) == (one.warnings, one.assumptions)
    assert (other.basis, other.dof) == (one.basis, one.dof)
    for by in BY:
        alike(other.breakdown(by), one.breakdown(by))
    alike(other.drivers("product"), one.drivers("product"))
    cases, others = model.value_cases(book), model.value_cases(lazy)
    for name in ("mean", "var", "p_any"):
        assert (getattr(others, name) == getattr(cases, name)).all()
    assert (others.quantile(0.9) == cases.quantile(0.9)).all()


def test_real_processes_read_parquet(processes: Client, tmp_path: Path) -> None:
    assert len(processes.scheduler_info()["workers"]) == 2
    for i in range(5):
        SECURED[300 * i : 300 * (i + 1)].to_parquet(tmp_path / f"part.{i}.parquet", index=False)
    lazy = dd.read_parquet(tmp_path)
    assert lazy.npartitions > 1
    same(lazy, SECURED, LEARNED)


@pytest.mark.parametrize("model", [LEARNED, Model.from_prior(PRIOR)])
@pytest.mark.parametrize("book", [BOOK, SECURED])
def test_threads_and_uneven_partitions(model: Model, book: pd.DataFrame) -> None:
    lazy = dd.from_pandas(book, npartitions=4)
    same(lazy, book, model)
    # One of the partitions is empty.
    few = lazy[lazy["noise"] > book["noise"][:400].max()]
    held = book[book["noise"] > book["noise"][:400].max()].reset_index(drop=True)
    assert model.value_portfolio(few).mean == pytest.approx(model.value_portfolio(held).mean)


def test_a_large_lazy_book_has_sampled_drivers() -> None:
    book = lots_of(6, 1_000, seed=3)[0]
    lazy = dd.from_pandas(book, npartitions=5)
    one, other = (LEARNED.value_portfolio(tape).drivers() for tape in (book, lazy))
    alike(one, other)


def test_after_early_cash() -> None:
    cash = [50.0, 900.0]
    one, other = (
        LEARNED.update(tape, cash) for tape in (BOOK, dd.from_pandas(BOOK, npartitions=3))
    )
    assert one.mean == pytest.approx(other.mean)
    assert other.breakdown("product")["mean"].sum() == pytest.approx(one.mean)


@pytest.mark.parametrize(
    ("column", "entry", "named"),
    [
        ("balance", -1.0, "partition 2: balance must be positive.*row 900"),
        ("dpd", np.inf, "partition 2: dpd must be finite.*row 900"),
        ("case_id", "C0", "case_id 'C0' occurs twice; partition 2"),
        ("currency", "USD", "currency must be the same"),
    ],
)
def test_bad_rows_are_found_across_partitions(column: str, entry: Any, named: str) -> None:
    book = BOOK.copy()
    book.loc[900, column] = entry
    if column == "currency":
        book.loc[750:, "currency"] = "USD"
    with pytest.raises(ValueError, match=named):
        LEARNED.value_portfolio(dd.from_pandas(book, npartitions=4))


def test_lots_may_be_lazy_and_what_learns_may_not() -> None:
    book = BOOK.assign(lot=np.arange(1_500) % 5)
    lazy = dd.from_pandas(book, npartitions=3)
    one, other = (LEARNED.value_portfolio(t, lots=t["lot"]) for t in (book, lazy))
    assert other.tau == pytest.approx(one.tau)
    with pytest.raises(ValueError, match="cases must be a DataFrame of pandas; got dask"):
        fit(lazy, OUTCOMES, LOTS, prior=PRIOR)  # type: ignore[arg-type]


def test_other_refusals() -> None:
    lazy = dd.from_pandas(BOOK, npartitions=2)
    with pytest.raises(ValueError, match=r"gender.*protected"):
        LEARNED.value_cases(lazy.assign(gender=1))
    with pytest.raises(ValueError, match="lots must have shape"):
        LEARNED.value_portfolio(lazy, [1, 2])
    with pytest.raises(ValueError, match="by names 'colour'"):
        LEARNED.value_portfolio(lazy).breakdown("colour")


def test_the_library_runs_without_dask() -> None:
    code = (
        "import sys; sys.modules['dask'] = None; sys.modules['pyarrow'] = None\n"
        "import pandas as pd, pricing\n"
        "model = pricing.Model.from_prior(pricing.Prior.default('CN'))\n"
        "book = pd.DataFrame({'balance': [10.0], 'dpd': [200], 'product': ['card']})\n"
        "print(model.value_portfolio(book).breakdown('product')['cases'].sum())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == "1.0", ran.stderr
