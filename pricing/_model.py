"""Valuation of cases and books."""

import dataclasses
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pricing import _book, _drivers, _early, _shapes, _store
from pricing._bins import Histogram
from pricing._cases import CaseValues
from pricing._learned import Learned
from pricing._pace import Pace
from pricing._portfolio import PortfolioValue
from pricing._prior import Prior, PriorRow
from pricing._summary import summarised
from pricing._timing import KNOWN_MONTHS, pace, present_share, share_paid
from pricing._update import updated

if TYPE_CHECKING:
    import dask.dataframe as dd

FORMAT = "recoup-valuation/2"
LONGEST_HORIZON = 60
LEAST_RATE = 1e-9
"""No debt is so old that nothing at all is expected of it."""


@dataclasses.dataclass(frozen=True)
class Model:
    """A valuation model: the prior, and what was learned from outcomes if anything.

    Use `Model.from_prior` or `fit`.

    Examples
    --------
    >>> model = Model.from_prior(Prior.default("CN"))
    >>> book = pd.DataFrame({"balance": [1_000.0], "dpd": [200], "region": ["CN-QH"]})
    >>> model.value_cases(book).mean.round(4)
    array([0.0756])
    >>> value = model.value_portfolio(book, commission=0.3, cost=5.0)
    >>> round(value.gross, 2), round(value.commission, 2), round(value.mean, 2)
    (75.6, 22.68, 47.92)
    >>> [warning.split(":")[0] for warning in value.warnings]
    ['missing-product', 'few-cases', 'outlier-balance']
    """

    prior: Prior
    horizon: int = KNOWN_MONTHS
    learned: Learned | None = None
    notes: tuple[str, ...] = ()
    """Warnings that belong to every value of this model."""

    def __post_init__(self) -> None:
        whole = isinstance(self.horizon, int) and not isinstance(self.horizon, bool)
        if not whole or not 1 <= self.horizon <= LONGEST_HORIZON:
            raise ValueError(f"horizon must be 1 to {LONGEST_HORIZON} months")

    @classmethod
    def from_prior(cls, prior: Prior, *, horizon: int = KNOWN_MONTHS) -> "Model":
        """Value by published figures alone.

        Parameters
        ----------
        prior : Prior
        horizon : int
            Months of cash to count, 1 to 60; more than 12 adds a warning to every value.

        Raises
        ------
        ValueError
            If `horizon` is out of range.
        """
        return cls(prior, horizon)

    def value_cases(self, cases: "pd.DataFrame | dd.DataFrame") -> CaseValues:
        """Value each case on its own.

        Parameters
        ----------
        cases : DataFrame, n rows
            In memory or of Dask, which is read partition by partition.
            Column `balance` (positive, any one currency and unit); optional `case_id`, `dpd`
            (days), `product`, `region`, `currency`, `score` and any other that is not a
            protected attribute. A case with a `collateral_value` (in the unit of `balance`),
            of a `collateral_type` "property" or "vehicle", is valued by its sale, expected
            after `time_to_sale_months` if stated; unless the model learned from that column.

        Returns
        -------
        CaseValues
            Shares of balance.

        Raises
        ------
        ValueError
            If a column is a protected attribute (gender, age, ethnicity, religion ...), a
            balance is missing or not positive, a case id is repeated, or the currencies
            differ. The message names the column, and the row if there is one.
        """
        return _book.case_values(self, cases)

    def value_portfolio(
        self,
        cases: "pd.DataFrame | dd.DataFrame",
        lots: ArrayLike | None = None,
        *,
        cost: float = 0.0,
        discount: float = 0.0,
        commission: float = 0.0,
    ) -> PortfolioValue:
        """Value a book case by case.

        Parameters
        ----------
        cases : DataFrame, n rows
            As for `value_cases`. Balances may be in currency units or in minor units: every
            amount returned is in the same.
        lots : array_like, shape (n,), optional
            Lot of each case, to break down by as `lot`. The doubt about a prior is common to
            all lots, so they do not narrow the band.
        cost : float
            Cost of working one case, in the unit of `balance`, spent at once.
        discount : float
            Effective annual discount rate, as 0.1; above -1.
        commission : float
            Share of the cash that goes to the agency, in [0, 1].

        Returns
        -------
        PortfolioValue

        Raises
        ------
        ValueError
            As for `value_cases`, and if another argument is out of range.
        """
        part, more = _book.read(self, cases)
        rows = _book.rows_of(cases, part, more, lots)
        law = _book.law(self, part, lots)
        return self._portfolio(
            rows,
            None,
            rate=part.values.mean,
            variance=float(part.balance**2 @ part.values.var),
            law={**law, "cases": part.values, "more": more},
            terms=_terms(cost, discount, commission),
        )

    def update(
        self,
        lot: pd.DataFrame,
        cash_by_month: ArrayLike,
        *,
        cost: float = 0.0,
        discount: float = 0.0,
        commission: float = 0.0,
    ) -> PortfolioValue:
        r"""Revalue a lot after its first months of real cash.

        Parameters
        ----------
        lot : DataFrame
            Its cases as they were at the start, as for `value_portfolio`.
        cash_by_month : array_like, shape (k,)
            Gross cash of the whole lot in each month so far, at most the horizon.
        cost, discount, commission : float
            As for `value_portfolio`.

        Returns
        -------
        PortfolioValue
            Of all months; the cash so far is certain.

        Raises
        ------
        ValueError
            As for `value_portfolio`, and if the cash is not possible.

        Notes
        -----
        The share paid so far, expected to be :math:`G_k`, strays by :math:`s_k^2` on the log
        scale, as past lots did (or :math:`0.22^2 (1 - G_k)`, an assumption). What is to come
        is :math:`E (1 - G_k) (C / (E G_k))^z` with, for :math:`h = G_k / (1 - G_k)`,

        .. math:: z = (\tau^2 - h s_k^2) / (\tau^2 + s_k^2 + V / (E^2 G_k)),

        which is, to first order, :math:`\log F = Z \log(C / (E G_k))` less what came, with
        :math:`Z = \tau^2 / (\tau^2 + s_k^2)`.
        """
        value = self.value_portfolio(lot, cost=cost, discount=discount, commission=commission)
        known = Pace() if self.learned is None else self.learned.pace
        return updated(value, cash_by_month, known.variance)

    def value_distribution(
        self,
        *,
        joint: pd.DataFrame | None = None,
        marginals: Mapping[str, Histogram] | None = None,
        totals: Mapping[str, float],
        cost: float = 0.0,
        discount: float = 0.0,
        commission: float = 0.0,
    ) -> PortfolioValue:
        """Value a book known only by its distribution.

        Parameters
        ----------
        joint : DataFrame, optional
            One row per cell: `count` and `balance` (the total of the cell), and the cell's
            midpoint or label in each of `dpd`, `product`, `region` ...
        marginals : mapping of str to mapping, optional
            One histogram per column, {midpoint, pandas.Interval, label, or None where missing:
            amount}; a Series will do. Amounts are cases, balances or, summing to 1, shares of
            cases. Exactly one of `joint` and `marginals` is given.
        totals : mapping
            `count` and `balance` of the whole book.
        cost, discount, commission : float
            As for `value_portfolio`.

        Returns
        -------
        PortfolioValue
            With a wider band than from cases: 0.19 squared is added to the variance.

        Raises
        ------
        ValueError
            If the tables do not agree with the totals or hold protected attributes. The
            message names the column, and the row or bin if there is one.

        Notes
        -----
        Histograms: the geometric mean of an additive learner on bins and of past cases raked
        to all of them, or where raking fails, which is said, the learner alone. A joint table:
        a learner on its cells. Without outcomes, the prior by age. The mean square of balances
        is taken as twice the squared mean unless a histogram of `balance` tells.
        """
        given, variance = (joint, marginals), lambda rate: CaseValues(rate).var
        book = summarised(self.learned, self.prior_rate, variance, given, totals)
        law = self.prior_law(book.extra, book.warnings)
        kinds = _shapes.kinds_of(self.prior, book.dpd)
        if self.learned is not None:
            law = self.learned_law(self.learned, book.extra, book.warnings)
            kinds = pace(book.dpd)
        return self._portfolio(
            book.cells.assign(_cases=book.cells["count"], _balance=book.cells["balance"]),
            None,
            rate=book.rate,
            variance=book.variance,
            law={**law, "kinds": kinds},
            terms=_terms(cost, discount, commission),
        )

    def save(self, path: str | Path) -> None:
        """Write the model as JSON, the trees in LightGBM's own text."""
        content = {
            "format": FORMAT,
            "prior": dataclasses.asdict(self.prior),
            "horizon": self.horizon,
            "notes": self.notes,
            "learned": None if self.learned is None else _store.to_json(self.learned),
        }
        Path(path).write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def load(cls, path: str | Path) -> "Model":
        """Read a model that `save` wrote.

        Raises
        ------
        ValueError
            If the file is not such a model.
        """
        try:
            content = json.loads(Path(path).read_text("utf-8"))
            if content.pop("format") != FORMAT:
                raise ValueError(f"the file is not of format {FORMAT}")
            held = content["prior"]
            held["sources"] = tuple(PriorRow(**row) for row in held["sources"])
            held["assumptions"] = tuple(held["assumptions"])
            learned = content.get("learned")
            return cls(
                Prior(**held),
                content["horizon"],
                None if learned is None else _store.from_json(learned),
                tuple(content.get("notes", ())),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the file does not hold a valuation model: {error!r}") from error

    def _values(self, dpd: NDArray[np.float64]) -> CaseValues:
        return CaseValues(self.prior_rate(dpd))

    def prior_rate(self, dpd: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the prior expects within the horizon, as a share of balance, shape (n,)."""
        rate = self.prior.rate(dpd) * share_paid(np.array([float(self.horizon)]))[pace(dpd), 0]
        early = _early.rates(self.prior, self.horizon)
        if early is not None:
            code = _early.bucket(dpd)
            rate = np.where(code < 0, rate, early[code, self.horizon - 1])
        result: NDArray[np.float64] = np.clip(rate, LEAST_RATE, 1.0)
        return result

    def prior_law(self, extra: float, warnings: list[str]) -> dict[str, Any]:
        """Width of the band and what must be said, by the prior alone."""
        return {
            "timing": _shapes.table(self.prior, self.horizon),
            "tau": float(np.sqrt(self.prior.tau**2 + extra)),
            "assumptions": self.prior.assumptions,
            "warnings": [*self.notes, *warnings],
        }

    def learned_law(
        self, learned: Learned, extra: float, warnings: list[str]
    ) -> dict[str, Any]:
        """The same by what was learned."""
        return {
            "tau": learned.factor.tau,
            "doubt": learned.factor.bias_variance + extra,
            "dof": learned.factor.dof,
            "basis": learned.basis,
            "n_outcomes": learned.n_outcomes,
            "n_lots": learned.n_lots,
            "timing": _shapes.table(self.prior, self.horizon, learned.pace.shares),
            "assumptions": self.prior.assumptions if learned.basis == "pooled" else (),
            "warnings": [*self.notes, *warnings],
        }

    def _portfolio(
        self,
        rows: pd.DataFrame,
        dpd: NDArray[np.float64] | None,
        *,
        rate: NDArray[np.float64],
        variance: float,
        law: dict[str, Any],
        terms: tuple[float, float, float],
    ) -> PortfolioValue:
        cost, discount, commission = terms
        classes = law.pop("kinds") if dpd is None else _shapes.kinds_of(self.prior, dpd)
        law["assumptions"] = (*law["assumptions"], *_shapes.assumptions(classes))
        shape = law["timing"][:, : self.horizon]
        gross = rows["_balance"].to_numpy() * rate
        kept = gross * (1 - commission)
        today = kept * present_share(self.horizon, discount, shape)[classes]
        spent = rows["_cases"].to_numpy() * cost
        if self.horizon > KNOWN_MONTHS:
            law["warnings"].append("long-horizon: cash beyond 12 months is an assumption")
        return PortfolioValue(
            gross=float(gross.sum()),
            commission=float(gross.sum() * commission),
            discount=float((kept - today).sum()),
            cost=float(spent.sum()),
            balance=float(rows["_balance"].sum()),
            variance=variance,
            horizon=self.horizon,
            warnings=tuple(law.pop("warnings")),
            **law,
            rows=rows.assign(_gross=gross, _net=today - spent, _pace=classes),
            explain=partial(_drivers.explain, self, "basis" in law),
        )


def _terms(cost: float, discount: float, commission: float) -> tuple[float, float, float]:
    # Written positively, so that a NaN fails each of them too.
    if not 0 <= cost < np.inf:
        raise ValueError("cost must be finite and not negative")
    if not -1 < discount < np.inf:
        raise ValueError("discount must be finite and above -1")
    if not 0 <= commission <= 1:
        raise ValueError("commission must lie between 0 and 1")
    return float(cost), float(discount), float(commission)
