"""Lots in which hardly anybody paid: the evaluation has figures for them too."""

import numpy as np
import pandas as pd

from pricing import evaluate


def test_tiny_lots_without_a_payer_are_evaluated() -> None:
    rng = np.random.default_rng(3)
    lots = np.repeat(np.arange(8), 6)
    cases = pd.DataFrame(
        {"balance": rng.uniform(100, 200, 48), "dpd": rng.integers(200, 900, 48)}
    )
    paid = (rng.random(48) < 0.2) & (lots != 5)
    report = evaluate.forward_chain(
        cases, pd.DataFrame({"cash_12m": np.where(paid, 20.0, 0.0)}), lots, first=4, block=2,
        cold=(),
    )  # fmt: skip
    for score in report.scores.values():
        assert len(score.lot_errors) == 4
        assert np.isfinite(score.crps)
        assert 0 <= score.alone_80 <= score.alone_95 <= 1
