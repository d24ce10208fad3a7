"""What a portfolio of non-performing loans is worth, with an honest band.

>>> import pandas as pd
>>> import pricing
>>> model = pricing.Model.from_prior(pricing.Prior.default("CN"))
>>> book = pd.DataFrame({"balance": [6_000.0, 4_000.0], "dpd": [270, 1_000]})
>>> value = model.value_portfolio(book)
>>> round(value.mean)
598
>>> low, high = value.band(0.8)
>>> low < value.mean < high
True
>>> value.basis
'prior'
"""

from pricing._cases import CaseValues
from pricing._early import months
from pricing._fit import fit
from pricing._missing import missing_effects
from pricing._model import Model
from pricing._portfolio import PortfolioValue
from pricing._prior import Prior, PriorRow
from pricing._score import ScoreReport, score_report

__all__ = [
    "CaseValues", "Model", "PortfolioValue", "Prior", "PriorRow", "ScoreReport", "fit",
    "missing_effects", "months", "score_report",
]  # fmt: skip
