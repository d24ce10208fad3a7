"""The value of a whole book: mean, band, curve and breakdown."""

import warnings as warn
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from pricing import _breakdown, _drivers
from pricing._cases import CaseValues
from pricing._dask import Lazy
from pricing._shapes import LONGEST
from pricing._timing import KNOWN_MONTHS, share_paid


@dataclass(frozen=True, eq=False)
class PortfolioValue:
    r"""What a book is expected to bring in over the horizon. Amounts in the unit of `balance`.

    Notes
    -----
    With :math:`E = \sum_i b_i m_i`, :math:`V = \sum_i b_i^2 v_i` and the common factor
    :math:`\tau`, the cash *A* is log-normal with mean *E* and

    .. math:: \log A \sim N(\log E - \sigma^2/2, \sigma^2), \quad
              \sigma^2 = \tau^2 + \log(1 + V/E^2),

    Once lots have been seen, the log is instead Student's *t* about :math:`\log E`, of `dof`
    degrees of freedom, and :math:`\sigma^2` includes `doubt`.
    Above, :math:`\log(1 + V/E^2) \approx V/E^2` unless the book is tiny. The common factor
    never diversifies away: a larger book narrows only the second term.
    """

    gross: float
    """Expected cash, before any deduction."""

    commission: float
    """Expected commission on that cash."""

    discount: float
    """What waiting costs, on the cash net of commission."""

    cost: float
    """Cost of working the cases."""

    balance: float
    """Total balance; no more than this can come in."""

    variance: float
    """V: variance of the cash from the luck of single cases."""

    tau: float
    """Standard deviation of the common factor on the log scale."""

    horizon: int
    """Months of cash counted."""

    warnings: tuple[str, ...]
    """Each "code: words"; the code is stable, the words are not."""

    assumptions: tuple[str, ...] = ()
    basis: str = "prior"
    """"prior": no outcome has been used; "pooled": some, with the prior; "learned"."""

    doubt: float = 0.0
    """Further variance on the log scale: of the level, and of what the tape lacks."""

    dof: float | None = None
    """Degrees of freedom of the band, once it is learned from lots."""

    timing: NDArray[np.float64] | None = field(default=None, repr=False)
    """Shape (kinds, 120): cash by the end of each month over that of the horizon."""

    n_outcomes: int = 0
    n_lots: int = 0
    seen: tuple[float, ...] = ()
    """Cash that has come in by the end of each month so far; certain."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    """Columns to break down by, and `_cases _balance _gross _net _pace` of each row."""

    more: Lazy | None = field(default=None, repr=False)
    """Columns of a Dask book, by which to break down."""

    cases: CaseValues | None = field(default=None, repr=False)
    """Values of the single cases, as they were before any cash, if cases were valued."""

    explain: Callable[[pd.DataFrame], _drivers.Effects] | None = field(default=None, repr=False)
    """Effects of the features on the value of some of the rows."""

    @property
    def mean(self) -> float:
        """Expected value net of commission, discount and cost."""
        return self.gross - self.commission - self.discount - self.cost

    @property
    def to_come(self) -> float:
        """Expected cash that has not come in yet; all of `gross` until `Model.update`."""
        return self.gross - (self.seen[-1] if self.seen else 0.0)

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of the cash, or of what is still to come."""
        if self.to_come <= 0:
            return 0.0
        own = np.log1p(self.variance / self.to_come**2)
        return float(np.sqrt(self.tau**2 + self.doubt + own))

    def band(self, level: float) -> tuple[float, float]:
        """Interval that holds the net value with probability `level`.

        Parameters
        ----------
        level : float
            In (0, 1), as 0.8 for an 80 % band.

        Returns
        -------
        (float, float)
            The central interval. Where so skewed a law would leave the mean outside, the end
            is drawn out to it; cash above the total balance is cut off.

        Raises
        ------
        ValueError
            If `level` lies outside (0, 1).

        Notes
        -----
        Commission and discount are taken in proportion to the cash, the cost as certain.
        """
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1; got {level}")
        if self.to_come <= 0:
            return self.mean, self.mean
        if self.dof is None:
            reach = float(ndtri((1 + level) / 2)) * self.sigma
            centre = np.log(self.to_come) - self.sigma**2 / 2
        else:
            reach = float(stdtrit(self.dof, (1 + level) / 2)) * self.sigma
            centre = np.log(self.to_come)
        certain = self.gross - self.to_come
        low = min(certain + float(np.exp(centre - reach)), self.gross)
        high = certain + float(np.exp(centre + reach))
        kept = (self.mean + self.cost) / self.gross
        high = max(min(high, self.balance), self.gross)
        # Rounding alone must not leave the mean outside.
        return min(low * kept - self.cost, self.mean), max(high * kept - self.cost, self.mean)

    def curve(self, months: int = KNOWN_MONTHS) -> NDArray[np.float64]:
        """Expected gross cash by the end of each month.

        Parameters
        ----------
        months : int
            Positive. Beyond 12 the curve is an assumption, and a UserWarning says so.

        Returns
        -------
        ndarray, shape (months,)
            Cumulative; `gross` at the horizon.

        Raises
        ------
        ValueError
            If `months` is not a positive integer, or above 120.
        """
        if isinstance(months, bool) or not isinstance(months, int) or months < 1:
            raise ValueError(f"months must be a positive integer; got {months!r}")
        if months > LONGEST:
            raise ValueError(f"months must be at most {LONGEST}; got {months}")
        if months > KNOWN_MONTHS:
            warn.warn("the curve beyond 12 months is an assumption", UserWarning, stacklevel=2)
        expected = self.expected(months)
        if not self.seen:
            return expected
        k, whole = len(self.seen), self.expected(self.horizon)
        rest = (expected - whole[k - 1]) / max(whole[-1] - whole[k - 1], 1e-300)
        curve = np.asarray(self.seen[-1] + self.to_come * np.maximum(rest, 0.0))
        curve[:k] = self.seen[:months]
        return curve

    def expected(self, months: int) -> NDArray[np.float64]:
        """Curve as it is expected before any cash is seen, shape (months,)."""
        table = self.timing
        if table is None:
            paid = share_paid(np.arange(1.0, months + 1))
            table = paid / share_paid(np.array([float(self.horizon)]))
        cash = np.bincount(
            self.rows["_pace"].to_numpy(), weights=self.rows["_gross"], minlength=len(table)
        )
        result: NDArray[np.float64] = cash @ table[:, :months]
        return np.minimum(result, self.balance)

    def breakdown(self, by: str | Sequence[str]) -> pd.DataFrame:
        """Share the mean out among the groups of one column or several.

        Parameters
        ----------
        by : str or sequence of str
            Columns of the cases. Missing entries form a group of their own. `dpd` is banded;
            any other numbers but `lot`, if there are more than 12 of them, are cut into five
            bands of about as many cases.

        Returns
        -------
        DataFrame
            Indexed by group: `cases`, `balance`, `gross`, `mean` (net; sums to the total) and
            `rate`, the gross as a share of balance.

        Raises
        ------
        ValueError
            If a column is unknown.
        """
        amounts = self.rows[["_cases", "_balance", "_gross", "_net"]]
        return _breakdown.table_of(self._keys(by), amounts)

    def drivers(self, by: str | Sequence[str] | None = None) -> pd.DataFrame:
        r"""Share the gross out among what raises and lowers it.

        Computed when asked for. Of a book of more than 5,000 cases a sample of 5,000, drawn
        in proportion to balance from a fixed seed, is looked at.

        Parameters
        ----------
        by : str or sequence of str, optional
            Columns of the cases to divide the book by, as for `breakdown`; one of them may be
            the feature itself.

        Returns
        -------
        DataFrame
            Indexed by `feature`, and by group if `by` is given; strongest first. `factor`:
            what the feature multiplies the rate by, the geometric mean weighted by balance;
            `amount`: what it adds, in currency; `share`: balance of the group over that of
            the book; `raised`: share of that balance of which it raises the value. The row
            "(base)" is the book at the rate that the factors are counted from, "(rest)" what
            no feature explains: limits on rates, and the error of sampling. The amounts add
            up to `gross`.

        Raises
        ------
        ValueError
            If a column is unknown, or the value was not made by a model.

        Notes
        -----
        With effects :math:`\psi_{ij}` on the logarithm of the rate, :math:`\log m_i = \log m_0
        + \sum_j \psi_{ij}`, the factor is :math:`\exp(\sum_i b_i \psi_{ij} / \sum_i b_i)` and
        the amount :math:`\sum_i b_i L(m_i, m_0) \psi_{ij}`, *L* the logarithmic mean. By the
        prior alone, age is the one feature, and :math:`m_0` the rate at the age assumed where
        none is known. Of a learned model the effects are those of TreeSHAP on the logit of
        payment and the log of recovery given one, joined on the log scale.

        References
        ----------
        Ang (2004), Decomposition analysis for policymaking in energy, Energy Policy 32, for
        the logarithmic mean; Lundberg et al. (2020), Nature Machine Intelligence 2.
        """
        if self.explain is None:
            raise ValueError("drivers can be told only of a value that a model made")
        return _drivers.table_for(
            self.rows, self.explain, None if by is None else self._keys(by), self.more
        )

    def _keys(self, by: str | Sequence[str]) -> "list[pd.Series[Any]]":
        own = list(self.rows.columns)
        lazy = self.more.names if self.more is not None else []
        names = _breakdown.names_of(by, [*own, *lazy])
        columns = self.rows[[name for name in names if name in own]]
        absent = [name for name in names if name not in own]
        if self.more is not None and absent:
            read = self.more.columns(absent).set_axis(self.rows.index, axis=0)
            columns = pd.concat([columns, read], axis=1)
        return _breakdown.keys_of(columns[names])
