"""Lots whose truth is known: cash drawn from stated laws."""

import numpy as np
import pandas as pd


def lots_of(
    count: int, each: int, *, tau: float = 0.25, seed: int = 0, signal: float = 1.0
) -> tuple[pd.DataFrame, pd.DataFrame, "pd.Series[int]"]:
    """Cases, outcomes and lots: payment falls with age and differs by product."""
    rng = np.random.default_rng(seed)
    n = count * each
    lot = np.repeat(np.arange(count), each)
    dpd = rng.integers(200, 2_000, n).astype(float)
    product = rng.choice(["card", "cash"], n)
    balance = np.exp(rng.normal(8, 0.8, n))
    effect = signal * (-(dpd - 1_000) / 600 + np.where(product == "card", 0.5, -0.5))
    p = 1 / (1 + np.exp(1.2 - effect))
    common = np.exp(rng.normal(0, tau, count))[lot]
    share = np.minimum(rng.gamma(1.2, 0.18, n) * common, 1.4)
    cash = np.where(rng.random(n) < p, share * balance, 0.0)
    cases = pd.DataFrame({"balance": balance, "dpd": dpd, "product": product})
    cases["noise"] = rng.normal(size=n)
    outcomes = pd.DataFrame({"cash_12m": cash})
    # A tenth less of the rest each month.
    pace = 0.8 ** np.arange(12)
    for month, part in enumerate(pace / pace.sum(), start=1):
        outcomes[f"cash_m{month}"] = cash * part
    return cases, outcomes, pd.Series(lot)
