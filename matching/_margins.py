"""What agencies are worth to a split, and what would have won them more: by re-solves."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._engines import Engine, engine_of
from matching._exact import by_columns
from matching._exploration import drawn, pinned
from matching._options import Options, options
from matching._partitions import refuse_lazy
from matching._problem import LARGEST_EXACT, RETAINED, Problem
from matching._routing import Unplaceable
from matching._split import Split
from matching._units import alone

Floats = NDArray[np.float64]


def marginal_values(split: Split) -> tuple[int | None, ...]:
    r"""What each agency adds: the best value with it less the best value without.

    Parameters
    ----------
    split : Split

    Returns
    -------
    tuple of int or None, length K
        In units of balance times rate; None where the book could not be placed without the
        agency. Without an agency its minimum lot is void too, so a value can be negative.
        What exploration drew for others stays drawn; what it drew for the agency is placed
        like any other case.

    Raises
    ------
    ValueError
        If balances or debtors are bounded: such splits are near the best, which is no ground
        to tell one agency from another.
    ArithmeticError
        If the search for enough agencies gave up before it knew the best split.

    Notes
    -----
    :math:`W - W_{-j}`, each from a search that starts at the split's own prices. It is at
    least capacity times price, and in general more: prices are marginal, and must not be
    read as Vickrey-Clarke-Groves payoffs [1]_.

    References
    ----------
    .. [1] H. Leonard, "Elicitation of honest preferences for the assignment of individuals to
       positions", J. Political Economy 91(3), 1983, pp. 461-479.

    Examples
    --------
    >>> from matching import Problem, assign
    >>> split = assign(Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1]))
    >>> marginal_values(split)
    (None, 1200)
    """
    problem = split.problem
    if problem.n_cases == 0:
        return (0,) * problem.n_agencies
    _counted(problem, "group", "balance_capacity")
    values: list[int | None] = []
    for engine, columns, j in _without_each(split):
        start = _start(split, columns)
        start[columns.agency[j]] = 0.0
        try:
            rest = _best(engine, columns.without(j), problem.min_agencies, start)
        except Unplaceable:
            values.append(None)
        else:
            values.append(split.value - rest)
    return tuple(values)


def _without_each(split: Split) -> Iterator[tuple[Engine[Any], Options, int]]:
    """Engine and columns for each agency's absence."""
    problem, n = split.problem, split.problem.n_agencies
    if not problem.exploration:
        engine, columns = engine_of(problem), options(problem)
        yield from ((engine, columns, j) for j in range(n))
        return
    agency = drawn(problem, split.seed, split.attempt)
    for j in range(n):
        # What was drawn for the absent one is an ordinary case again.
        task, placed = pinned(problem, np.where(agency == j, RETAINED, agency))
        yield engine_of(task), options(task, placed), j


def _best(engine: Engine[Any], columns: Options, least: int, start: Floats) -> int:
    """Value of the best split under these columns."""
    if not least:
        value: int = engine.solve(columns, start).value()
        return value
    found = by_columns(engine, columns, least, start=start)
    if not found.sought:
        raise ArithmeticError(f"the best split among {least} agencies was not found")
    return found.value


def would_have_won(split: Split, agency: int, segment: int) -> int | None:
    r"""Smallest rate at which an agency would get more of a segment than it does.

    Parameters
    ----------
    split : Split
    agency, segment : int
        Column and row of `Problem.value_rate`.

    Returns
    -------
    int or None
        The rate that replaces ``value_rate[segment, agency]``, all else unchanged, such that
        every best split then gives the agency a larger balance of the segment. None if no
        rate does: it is forbidden, has no room, or has the whole segment already.

    Raises
    ------
    ValueError
        If there is no such agency or segment; or if Dask holds the cases.

    Notes
    -----
    The best value *W* is a convex function of this one rate *r*, and its slope is the balance
    that the agency gets. The present split is worth a straight line in *r*; the rate sought
    is where *W* leaves it, found by Newton's method with a re-solve per step.

    Examples
    --------
    At 6 the second agency would serve both cases equally well, above it gets the larger:

    >>> from matching import Problem, assign
    >>> split = assign(Problem([100, 300], [0, 0], [[6, 4]], capacity=[2, 1]))
    >>> would_have_won(split, agency=1, segment=0)
    7
    """
    problem = split.problem
    refuse_lazy("would_have_won", split.agency)
    for name, index, n in (
        ("agency", agency, problem.n_agencies),
        ("segment", segment, problem.n_segments),
    ):
        if not 0 <= index < n:
            raise ValueError(f"{name} must lie between 0 and {n - 1}; got {index}")
    inside = problem.segment == segment
    _counted(problem, "group", "balance_capacity", "min_agencies", "exploration")
    total = sum(problem.balance[inside].tolist())
    held = sum(problem.balance[inside & (split.agency == agency)].tolist())
    if problem.forbidden[segment, agency] or held == total:
        return None
    now, base = (int(x[segment, agency]) for x in (problem.value_rate, problem.value_base))
    own = 0
    if problem.case_value is not None:
        own = int(np.abs(problem.case_value[inside, agency]).max())
    rate = (LARGEST_EXACT - abs(base) - own) // int(problem.balance[inside].max())
    engine = engine_of(problem)
    found = None
    while rate > now:
        value, owed = _resolved(split, engine, agency, segment, rate)
        gain = value - split.value - (rate - now) * held
        if gain <= 0:
            break
        # At `rate - gain / (owed - held)` this split and the present one are worth the same.
        rate += -gain // (owed - held)
        found = rate + 1
    return found


def _resolved(
    split: Split, engine: Engine[Any], agency: int, segment: int, rate: int
) -> tuple[int, int]:
    """Best value at another rate, and the balance of the segment the agency then gets."""
    columns = options(split.problem)
    rates = columns.rate.copy()
    rates[segment, columns.name == agency] = rate
    best = engine.solve(replace(columns, rate=rates), _start(split, columns))
    inside = split.problem.segment == segment
    mine = inside & (columns.name[best.column()] == agency)
    return best.value(), sum(split.problem.balance[mine].tolist())


def _start(split: Split, columns: Options) -> Floats:
    limit = float(LARGEST_EXACT)
    start = np.zeros(columns.high.size)
    start[columns.agency] = np.clip(np.array(split.price, dtype=float), -limit, limit)
    return start


def _counted(problem: Problem, *names: str) -> None:
    """Refuse the terms of these names, which re-solves by segments do not cover."""
    held = {
        "group": not alone(problem),
        "balance_capacity": problem.balance_capacity is not None,
        "min_agencies": problem.min_agencies > 0,
        "exploration": problem.exploration > 0,
    }
    given = [name for name in names if held[name]]
    if given:
        raise ValueError(f"this is known for splits without {', '.join(given)} only")
