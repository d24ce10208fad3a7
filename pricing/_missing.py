"""What it costs a book that a column has gaps, and what the column is worth to its value."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing._tape import days_past_due

if TYPE_CHECKING:
    from pricing._model import Model

SAMPLE = 20_000
"""Cases valued of a book of more."""

SEED = 1
LEAST_DONORS = 30
"""Known cases of a product below which the donors are looked for in the whole book."""


def missing_effects(
    model: "Model",
    cases: pd.DataFrame,
    columns: Sequence[str],
    *,
    cost: float = 0.0,
    discount: float = 0.0,
    commission: float = 0.0,
) -> pd.DataFrame:
    r"""Price the gaps of each column, one column at a time.

    Parameters
    ----------
    model : Model
    cases : DataFrame, n rows
        As for `Model.value_portfolio`, in memory.
    columns : sequence of str
        The columns to look at; those that `cases` lacks are missing throughout.
    cost, discount, commission : float
        As for `Model.value_portfolio`.

    Returns
    -------
    DataFrame
        A row per column: `missing`, the number of cases without a value; `filled`, by how much
        the expected value would change if those cases were like the known ones, NaN where
        none is known; `withheld`, by how much if no case had the value. In the unit of
        `balance`.

    Raises
    ------
    ValueError
        As for `Model.value_portfolio`.

    Notes
    -----
    A gap is filled from a donor, the known case of the same product whose age is nearest (a
    hot deck within classes); with fewer than 30 known of the product, from the whole book:

    .. math:: \Delta_j = \sum_i b_i \, [m(x_i^{(j \leftarrow d(i))}) - m(x_i)]

    and `withheld` sets column *j* to missing in every case. Effects of columns do not add up.
    Of more than 20,000 cases a random sample is valued and scaled up by balance.

    References
    ----------
    Andridge, R. R. and Little, R. J. A. (2010), "A review of hot deck imputation for survey
    non-response", International Statistical Review 78(1).

    Examples
    --------
    >>> import pricing
    >>> model = pricing.Model.from_prior(pricing.Prior.default("CN"))
    >>> book = pd.DataFrame({"balance": [100.0, 100.0], "dpd": [200.0, None]})
    >>> found = missing_effects(model, book, ["dpd", "score"])
    >>> int(found.loc["dpd", "missing"]), bool(found.loc["dpd", "filled"] > 0)
    (1, True)
    >>> float(found.loc["score", "withheld"])
    0.0
    """
    sample, scale = _sample(cases)

    def worth(book: pd.DataFrame) -> float:
        value = model.value_portfolio(book, cost=cost, discount=discount, commission=commission)
        return value.mean * scale

    now = worth(sample)
    rows = {}
    for name in columns:
        gaps = cases[name].isna() if name in cases else pd.Series(True, index=cases.index)
        if name not in sample:
            rows[name] = (int(gaps.sum()), np.nan, 0.0)
            continue
        blank = sample.assign(**{name: _none_like(sample[name])})
        full = _filled(sample, name)
        filled = np.nan if gaps.all() else 0.0 if full is None else worth(full) - now
        rows[name] = (int(gaps.sum()), filled, 0.0 if gaps.all() else worth(blank) - now)
    found = pd.DataFrame.from_dict(
        rows, orient="index", columns=["missing", "filled", "withheld"]
    )
    return found.astype({"missing": "int64"})


def _sample(cases: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    if len(cases) <= SAMPLE:
        return cases, 1.0
    chosen = np.random.default_rng(SEED).choice(len(cases), SAMPLE, replace=False)
    sample = cases.iloc[np.sort(chosen)]
    return sample, float(cases["balance"].sum()) / float(sample["balance"].sum())


def _none_like(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.where(pd.Series(False, index=column.index))


def _filled(cases: pd.DataFrame, name: str) -> pd.DataFrame | None:
    """The cases with every gap of a column filled by a donor; None without gaps or donors."""
    gaps = cases[name].isna().to_numpy()
    if not gaps.any() or gaps.all():
        return None
    age = days_past_due(cases)
    age = np.where(np.isnan(age), np.nanmedian(age) if (~np.isnan(age)).any() else 0.0, age)
    column = cases[name].copy()
    products = cases["product"] if "product" in cases and name != "product" else None
    for product in [None] if products is None else [*products[gaps].unique()]:
        here = np.ones(len(cases), dtype=bool)
        if products is not None:
            here = (products.isna() if pd.isna(product) else products == product).to_numpy()
        known = np.flatnonzero(here & ~gaps)
        if len(known) < LEAST_DONORS:
            known = np.flatnonzero(~gaps)
        holes = np.flatnonzero(here & gaps)
        column.iloc[holes] = cases[name].iloc[_nearest(age, known, holes)].to_numpy()
    return cases.assign(**{name: column})


def _nearest(
    age: NDArray[np.float64], known: NDArray[np.intp], holes: NDArray[np.intp]
) -> NDArray[np.intp]:
    """For each hole the known case nearest in age; of equally near ones each in its turn."""
    order = known[np.argsort(age[known], kind="stable")]
    ages = age[order]
    first = np.searchsorted(ages, age[holes], side="left")
    last = np.searchsorted(ages, age[holes], side="right")
    at = np.clip(first, 0, len(order) - 1)
    before = np.clip(first - 1, 0, len(order) - 1)
    nearer = np.abs(ages[before] - age[holes]) < np.abs(ages[at] - age[holes])
    at = np.where(nearer, before, at)
    ties = np.maximum(last - first, 1)
    turn = np.arange(len(holes)) % ties
    found: NDArray[np.intp] = order[np.where(last > first, first + turn, at)]
    return found
