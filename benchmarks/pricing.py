"""Valuing many cases, beside what the two boosters alone need for as many: seconds, memory.

    python benchmarks/pricing.py [CASES]
    python benchmarks/pricing.py --parquet [CASES]

The first values cases in memory: mean, variance, three quantiles of each case, band, curve and
three breakdowns. The second values a Dask book from Parquet in real processes. The model is
learned from made-up lots of the columns and sizes that purchased lots have. One thread each.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from _bench import peak_megabytes, table
from _memory import of_all

import pricing
from pricing import Model, Prior

CASES, LAZY_CASES = 1_000_000, 10_000_000
LOTS, EACH = 20, 3_000
PIECE = 250_000
WORKERS = 2
QUANTILES = (0.1, 0.5, 0.9)
BREAKDOWNS = ("dpd", "product", "loan_amount")


def tape(n: int, seed: int) -> pd.DataFrame:
    """Cases of the columns, gaps and skew of purchased consumer lots."""
    rng = np.random.default_rng(seed)
    balance = np.exp(rng.normal(8, 1.1, n)).round(2)
    principal = balance * rng.uniform(0.5, 1, n)
    months = rng.exponential(20, n).round()
    return pd.DataFrame(
        {
            "case_id": np.arange(n) + n * seed,
            "balance": balance,
            "principal": principal,
            "interest": balance - principal,
            "fees": rng.exponential(40, n),
            "loan_amount": balance * rng.uniform(0.8, 3, n),
            "product": rng.choice(["cash", "card", "sales", "overdraft"], n),
            "region": rng.integers(1, 17, n).astype(float),
            "dpd": rng.integers(200, 3_000, n),
            "contract_age_days": rng.integers(400, 5_000, n).astype(float),
            "prior_agency": rng.integers(0, 2, n).astype(float),
            "bailiff": rng.integers(0, 2, n).astype(float),
            "closed_execution": rng.integers(0, 2, n).astype(float),
            "city_population": np.exp(rng.normal(10, 2, n)),
            "region_gdp_per_capita": rng.normal(40, 9, n),
            "region_mean_salary": rng.normal(4, 0.6, n),
            "last_payment_amount": np.where(rng.random(n) < 0.4, rng.exponential(99, n), 0.0),
            "months_since_last_payment": np.where(rng.random(n) < 0.5, months, np.nan),
        }
    )


def learned() -> Model:
    """A model of outcomes that follow age, product, last payment and a factor of each lot."""
    n = LOTS * EACH
    cases, rng = tape(n, 0), np.random.default_rng(9)
    lots = np.repeat(np.arange(LOTS), EACH)
    odds = -0.5 - cases["dpd"] / 1_000 + (cases["product"] == "card")
    odds += 0.8 * (cases["last_payment_amount"] > 0) - 0.2 * np.log(cases["balance"] / 3_000)
    pays = rng.random(n) < 1 / (1 + np.exp(-odds))
    common = np.exp(rng.normal(0, 0.25, LOTS))[lots]
    share = np.minimum(rng.gamma(1.2, 0.2, n) * common, 1.4)
    cash = pd.DataFrame({"cash_12m": np.where(pays, share, 0.0) * cases["balance"]})
    return pricing.fit(cases, cash, lots, prior=Prior.default("EU"), market="EU")


def in_memory(n: int) -> None:
    model, book = learned(), tape(n, 1)
    trees = model.learned
    if trees is None or trees.core.hurdle is None:
        raise SystemExit("nothing was learned")
    x = trees.features.matrix(book)
    started = perf_counter()
    for booster in (trees.core.hurdle.pays, trees.core.hurdle.amount):
        booster.predict(x, num_threads=1)
    raw = perf_counter() - started
    del x
    started = perf_counter()
    value = model.value_portfolio(book, discount=0.1, commission=0.3)
    valued = perf_counter() - started
    if value.cases is None:
        raise SystemExit("no case was valued")
    for level in QUANTILES:
        value.cases.quantile(level)
    held = value.band(0.8), value.curve(), value.cases.var
    sums = [value.breakdown(name)["mean"].sum() for name in BREAKDOWNS]
    took = perf_counter() - started
    if not np.allclose(sums, value.mean) or len(held) != 3:
        raise SystemExit("the breakdowns do not add up to the mean")
    peak = peak_megabytes()
    started = perf_counter()
    value.drivers()
    why = perf_counter() - started
    rows = [
        ("what", "seconds", "cases / s", "ratio"),
        ("two boosters, predict", f"{raw:.1f}", f"{n / raw:,.0f}", ""),
        ("value_portfolio", f"{valued:.1f}", f"{n / valued:,.0f}", f"{valued / raw:.2f}"),
        ("and quantiles, breakdowns", f"{took:.1f}", f"{n / took:,.0f}", f"{took / raw:.2f}"),
        ("drivers, when asked for", f"{why:.1f}", "", ""),
    ]
    table(f"Valuing {n:,} cases in memory; peak {peak:,.0f} MiB, learning included", rows)


def from_parquet(n: int) -> None:
    # Development dependencies, which the benchmark in memory does without.
    import dask.dataframe as dd  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    model, peak = learned(), [0.0]
    with tempfile.TemporaryDirectory(prefix="recoup-bench-") as folder:
        for i in range(-(-n // PIECE)):
            piece = tape(min(PIECE, n - i * PIECE), i + 1)
            piece["case_id"] += 10**12 * i
            piece.to_parquet(Path(folder) / f"{i:04d}.parquet", index=False)
        with (
            of_all(peak),
            LocalCluster(
                n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=":0"
            ) as cluster,
            Client(cluster),
        ):
            started = perf_counter()
            value = model.value_portfolio(dd.read_parquet(folder), discount=0.1)
            valued = perf_counter() - started
            sums = [value.breakdown(name)["mean"].sum() for name in BREAKDOWNS]
            took = perf_counter() - started
    if value.cases is None or len(value.cases.mean) != n or not np.allclose(sums, value.mean):
        raise SystemExit("the breakdowns do not add up to the mean")
    rows = [
        ("what", "seconds", "cases / s"),
        ("value_portfolio", f"{valued:.1f}", f"{n / valued:,.0f}"),
        ("and breakdowns", f"{took:.1f}", f"{n / took:,.0f}"),
    ]
    table(
        f"Valuing {n:,} cases from Parquet in {WORKERS} processes; peak {peak[0]:,.0f} MiB, "
        "all processes together",
        rows,
    )


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--parquet"]
    if len(words) < len(sys.argv) - 1:
        from_parquet(int(float(words[0])) if words else LAZY_CASES)
    else:
        in_memory(int(float(words[0])) if words else CASES)


if __name__ == "__main__":
    main()
