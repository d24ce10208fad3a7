"""Why a case went where it went, and how an agency fared: data, not words."""

from dataclasses import dataclass
from typing import overload

import numpy as np

from matching._partitions import refuse_lazy
from matching._problem import RETAINED
from matching._split import Split


@dataclass(frozen=True)
class CaseReason:
    """Why one case is where it is. Values are in units of balance times rate."""

    case: int
    segment: int
    balance: int
    agency: int
    """The chosen agency, -1 if the case is retained."""
    value: int
    price: int
    """Price of a seat with the chosen agency: for this case, all its prices together."""
    runner_up: int | None
    """The next best at these prices, -1 for keeping it in-house, None if none is open."""
    runner_up_value: int | None
    runner_up_price: int | None
    """Price of a seat with the runner-up, 0 for keeping it in-house."""
    margin: int | None
    """By how much the choice beats the runner-up at these prices.

    Never negative where the gap is 0 and debtors are not grouped: what is said of a case is
    said of it alone, while the cases of a debtor go together.
    """
    forbidden: tuple[int, ...]
    """Agencies that must not receive the case."""


@dataclass(frozen=True)
class AgencyReason:
    """How one agency fared."""

    agency: int
    cases: int
    balance: int
    value: int
    capacity: int
    minimum: int
    used: float
    """Share of the capacity used; 0 if there is none."""
    price: int
    """The price that proves the split, in units of balance times rate."""
    price_low: int | None
    price_high: int | None
    """Lowest and highest optimal price, as `Split.prices` has them."""


@overload
def explain(split: Split, *, case: int) -> CaseReason: ...
@overload
def explain(split: Split, *, agency: int) -> AgencyReason: ...
def explain(
    split: Split, *, case: int | None = None, agency: int | None = None
) -> CaseReason | AgencyReason:
    """Give the reasons behind one case or one agency.

    Parameters
    ----------
    split : Split
    case : int
        Index of the case to explain; or
    agency : int
        index of the agency to explain. Exactly one of the two is given.

    Returns
    -------
    CaseReason or AgencyReason

    Raises
    ------
    ValueError
        If neither or both are given, or the index is unknown; or if Dask holds the cases.

    Notes
    -----
    At prices *p* a case prefers the option with the greatest value minus price. The margin
    between the first two is what a change of the estimates must exceed to move the case.

    Examples
    --------
    >>> from matching import Problem, assign, explain
    >>> split = assign(Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1]))
    >>> reason = explain(split, case=1)
    >>> reason.agency, reason.value, reason.runner_up, reason.margin
    (1, 2700, 0, 800)
    >>> explain(split, agency=1).cases
    1
    """
    refuse_lazy("explain", split.agency)
    if case is not None and agency is None:
        return _case(split, _known("case", case, split.problem.n_cases))
    if agency is not None and case is None:
        return _agency(split, _known("agency", agency, split.problem.n_agencies))
    raise ValueError("give either case or agency")


def _known(name: str, index: int, n: int) -> int:
    if not 0 <= index < n:
        raise ValueError(f"{name} must lie between 0 and {n - 1}; got {index}")
    return int(index)


def _case(split: Split, case: int) -> CaseReason:
    problem, scale = split.problem, split.scale
    segment, balance = int(problem.segment[case]), int(problem.balance[case])
    value = {
        j: balance * int(problem.value_rate[segment, j])
        + int(problem.value_base[segment, j])
        + (0 if problem.case_value is None else int(problem.case_value[case, j]))
        for j in np.flatnonzero(~problem.forbidden[segment]).tolist()
    }
    paid = dict(enumerate(split.paid(segment, balance)))
    if problem.retain is not None:
        value[RETAINED], paid[RETAINED] = balance * problem.retain, 0
    net = {j: scale * v - paid[j] for j, v in value.items()}
    chosen = int(split.agency[case])
    others = sorted((j for j in net if j != chosen), key=lambda j: (-net[j], j))
    second = others[0] if others else None
    return CaseReason(
        case=case,
        segment=segment,
        balance=balance,
        agency=chosen,
        value=value[chosen],
        price=-(-paid[chosen] // scale),
        runner_up=second,
        runner_up_value=None if second is None else value[second],
        runner_up_price=None if second is None else -(-paid[second] // scale),
        margin=None if second is None else (net[chosen] - net[second]) // scale,
        forbidden=tuple(np.flatnonzero(problem.forbidden[segment]).tolist()),
    )


def _agency(split: Split, agency: int) -> AgencyReason:
    problem = split.problem
    mine = np.flatnonzero(split.agency == agency)
    segment, balance = problem.segment[mine], problem.balance[mine]
    worth = balance * problem.value_rate[segment, agency] + problem.value_base[segment, agency]
    if problem.case_value is not None:
        worth = worth + problem.case_value[mine, agency]
    capacity = int(problem.most[agency])
    return AgencyReason(
        agency=agency,
        cases=int(mine.size),
        balance=sum(balance.tolist()),
        value=sum(worth.tolist()),
        capacity=capacity,
        minimum=int(problem.least[agency]),
        used=mine.size / capacity if capacity else 0.0,
        price=-(-split.price[agency] // split.scale),
        price_low=split.prices[0][agency],
        price_high=split.prices[1][agency],
    )
