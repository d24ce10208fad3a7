"""A book read part by part, and put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing import _doubt, _market, _shapes
from pricing._cases import CaseValues
from pricing._dask import Lazy, each, is_lazy
from pricing._facts import Facts
from pricing._secured import COMMON_SPREAD, MixedValues, Sales, joined, kinds_with
from pricing._tape import check_tape, refuse_protected
from pricing._timing import pace

if TYPE_CHECKING:
    from pricing._model import Model

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Part:
    """What is needed of some rows once they were read; each array (n,)."""

    balance: Array
    values: CaseValues
    kinds: NDArray[np.int16]
    facts: Facts
    ids: NDArray[np.uint64]
    """Hashes of the case ids, to compare with other parts; empty if there are no others."""

    @classmethod
    def joined(cls, parts: Sequence["Part"]) -> "Part":
        """The rows of all parts, one after the other."""
        return cls(
            np.concatenate([part.balance for part in parts]),
            joined([part.values for part in parts]),
            np.concatenate([part.kinds for part in parts]),
            Facts.joined([part.facts for part in parts]),
            np.concatenate([part.ids for part in parts]),
        )


def case_values(model: "Model", cases: Any) -> CaseValues:
    """Value each case of a tape."""
    return read(model, cases)[0].values


def read(model: "Model", cases: Any) -> tuple[Part, Lazy | None]:
    """Check and value the rows of a tape, in memory or in Dask."""
    if not is_lazy(cases):
        return _read(model, cases), None
    refuse_protected(cases.columns, "cases")
    parts = list(each(cases, _read_partition, model))
    whole = Part.joined(parts)
    _check_identity(cases, whole)
    return whole, Lazy(cases, np.array([len(part.balance) for part in parts]))


def rows_of(cases: Any, part: Part, more: Lazy | None, lots: Any) -> pd.DataFrame:
    """What the rows of a value hold at first: columns of the tape if in memory, and `lot`."""
    rows = pd.DataFrame(index=range(len(part.balance)))
    if more is None:
        rows = cases.copy(deep=False)
    if lots is not None:
        labels = np.asarray(lots)
        if labels.shape != part.balance.shape:
            raise ValueError(f"lots must have shape {part.balance.shape}; got {labels.shape}")
        rows["lot"] = labels
    return rows.assign(_cases=1.0, _balance=part.balance)


def _read(model: "Model", cases: pd.DataFrame) -> Part:
    balance, dpd = check_tape(cases)
    values, sales = _values(model, cases, balance, dpd)
    learned = model.learned
    kinds = pace(dpd) if learned else _shapes.kinds_of(model.prior, dpd)
    facts = Facts.of(cases, balance, dpd, learned.features if learned else None)
    held = kinds_with(kinds, sales, _shapes.SALES).astype(np.int16)
    return Part(balance, values, held, facts, np.zeros(0, dtype=np.uint64))


def _read_partition(_number: int, cases: pd.DataFrame, model: "Model") -> Part:
    part = _read(model, cases)
    if "case_id" not in cases.columns:
        return part
    return replace(part, ids=_hashes(cases["case_id"]))


def _hashes(ids: "pd.Series[Any]") -> NDArray[np.uint64]:
    return np.asarray(pd.util.hash_pandas_object(ids, index=False), dtype=np.uint64)


def _check_identity(cases: Any, whole: Part) -> None:
    """Refuse what no partition can see alone: several currencies, ids that recur."""
    if len(whole.facts.currencies) > 1:
        found = sorted(whole.facts.currencies)
        raise ValueError(f"currency must be the same for all cases; got {found}")
    ids, count = np.unique(whole.ids, return_counts=True)
    if (count > 1).any():
        twice = ids[count > 1]
        found = pd.concat(list(each(cases[["case_id"]], _of_hashes, twice)))
        again = found["case_id"].duplicated().to_numpy()
        # Two ids may share a hash.
        if again.any():
            row = found.iloc[int(again.argmax())]
            raise ValueError(
                f"case_id {row['case_id']!r} occurs twice; partition {row['partition']}"
            )


def _of_hashes(number: int, cases: pd.DataFrame, hashes: NDArray[np.uint64]) -> pd.DataFrame:
    return cases[np.isin(_hashes(cases["case_id"]), hashes)].assign(partition=number)


def law(model: "Model", part: Part, lots: Any) -> dict[str, Any]:
    """What decides the width of the band, and what must be said about it."""
    sold = part.kinds >= _shapes.SALES
    said = [*part.facts.warnings(), *_market.warnings(model.prior, part.facts.currencies)]
    said += _doubt.of_balances(part.balance)
    own = _own_law(model, part, lots, sold)
    own["warnings"] += said
    own["kinds"] = part.kinds
    if sold.any():
        _with_sales(own, part, sold)
        own["warnings"] += _market.of_sales(model.prior)
    return own


def _own_law(model: "Model", part: Part, lots: Any, sold: NDArray[np.bool_]) -> dict[str, Any]:
    learned = model.learned
    if learned is None:
        extra, warnings = _doubt.of_facts(part.facts)
        return model.prior_law(extra, warnings)
    tau = learned.factor.tau
    if lots is not None and len(part.balance):
        cash = np.where(sold, 0.0, part.balance * part.values.mean)
        held = pd.Series(cash).groupby(np.asarray(lots)).sum()
        together = float((held**2).sum() / max(held.sum() ** 2, 1e-300))
        tau = float(np.sqrt(np.log1p(np.expm1(tau**2) * together)))
    extra, warnings = learned.doubt_of(part.facts)
    return {**model.learned_law(learned, extra, warnings), "tau": tau}


def _with_sales(law: dict[str, Any], part: Part, sold: NDArray[np.bool_]) -> None:
    r"""Join the common factor of sales to that of the rest, as if independent.

    .. math:: \tau^2 = \log\big(1 + \sum_k w_k^2 (e^{\tau_k^2} - 1)\big)

    with the shares :math:`w_k` of the cash.
    """
    cash = part.balance * part.values.mean
    share = float(cash[sold].sum() / max(cash.sum(), 1e-300))
    rest = (1 - share) ** 2
    spread = rest * np.expm1(law["tau"] ** 2) + share**2 * np.expm1(COMMON_SPREAD**2)
    law["tau"] = float(np.sqrt(np.log1p(spread)))
    law["doubt"] = law.get("doubt", 0.0) * rest
    if share == 1:
        law["dof"] = None
    if law.get("basis", "prior") == "learned":
        law["basis"] = "pooled"
    owed = float(part.balance[sold].sum() / part.balance.sum())
    law["warnings"].append(
        f"secured: {owed:.0%} of the balance is valued by the sale of collateral, by assumed "
        "prices, costs and times alone"
    )


def _values(
    model: "Model", cases: pd.DataFrame, balance: Array, dpd: Array
) -> tuple[CaseValues, Sales | None]:
    learned, prior = model.learned, model.prior_rate(dpd)
    values = CaseValues(prior) if learned is None else learned.values(cases, prior)
    sales = Sales.of(cases, balance)
    # A model that learned from collateral knows better than what is assumed.
    if sales is None or (
        learned is not None and "collateral_value" in learned.features.numeric
    ):
        return values, None
    return MixedValues.over(values, sales, model.horizon), sales
