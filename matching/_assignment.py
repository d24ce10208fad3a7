"""Best split of a book among agencies with limited capacity."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matching._bounded import Bounded, prices_of
from matching._conflict import Conflict, Infeasible, conflict
from matching._exact import Best, bound, by_book
from matching._exploration import drawn, pinned
from matching._partitions import refuse_lazy
from matching._prices import by_region
from matching._problem import Problem
from matching._routing import Unplaceable
from matching._split import Split
from matching._units import alone

ATTEMPTS = 16
"""Lots of exploration that are drawn before it is said that none leaves a split."""

MOST_SEATED = 10_000
"""Cases up to which the reference engine is allowed: its memory grows with their square."""


def assign(
    problem: Problem, *, seed: int = 0, engine: Literal["auto", "prices", "lsa"] = "auto"
) -> Split:
    r"""Split a book among agencies so that the total value is greatest, with proof.

    Parameters
    ----------
    problem : Problem
        Cases, values, and what must hold.
    seed : int
        Seed of the lottery that settles ties; not negative. The same problem and seed give
        the same split, byte for byte.
    engine : {"auto", "prices", "lsa"}
        "prices" is exact at any size, and what "auto" takes. "lsa" is the plain reference,
        SciPy's rectangular assignment on seats, for books of at most 10,000 cases.

    Returns
    -------
    Split
        Every constraint holds; `agency` is in partitions where the cases are. The gap is 0,
        no split is worth more, where bounds count cases: capacities, minimum lots, shares,
        regions, newcomers; whether values are by segment or, with `case_value`, arbitrary.
        With `balance_capacity` or `group` it is proven and stated, and need not be 0; nor with
        `min_agencies` where its branches ran out.

    Raises
    ------
    Infeasible
        If the constraints cannot all hold; it carries the smallest conflicting set.
    ValueError
        If an argument is out of range.
    ArithmeticError
        If balances or debtors are bounded so tightly that no split was found, though none of
        the constraints was shown to clash.

    Notes
    -----
    Only the agencies have prices, so the dual problem

    .. math::
        \min_p \sum_j \left(p_j^+ c_j - p_j^- m_j\right) + \sum_i \max_j (v_{ij} - p_j)

    has few unknowns. At given prices the choices of all cases of a segment are read off an
    upper envelope of lines in the balance. Damped Newton steps bring the prices close; what
    the rounding leaves open is settled in exact integers by shortest chains of moves between
    agencies, and the distances along such chains are the prices of the certificate.

    Among equally good splits one is drawn from `seed`: cases that are content with the same
    agencies are interchangeable, and how many of each kind go where is itself the best split
    of random integers. The result depends on neither the engine nor the machine.

    With `case_value` every pair has a value of its own, and choices are read off all pairs.
    Samples bring the prices close, the cases that may still change their choice bring them
    closer, and one pass over all pairs lays out what every move between agencies loses; the
    rest is as above. Where many values are equal, a lot for every pair first tells them apart
    without losing the best split. Tied cases are settled by class as above, or, where that
    would take too many classes, each by lots of its own.

    Balances and debtors leave no such graph. There, prices are found by cooling a softened
    dual, linear programs sharpen them, and exchanges of debtors between agencies mend what is
    missed and fill what room is left. Small books are solved whole by an integer program. These
    prices are floating point until they are rounded, so that this split may differ between
    machines; its bound is exact.

    Cases held by Dask are sorted by segment and balance into stretches, each in one process.
    Prices go out, and ranks, sums and the balances at the ends of runs come back; the search
    and the exact work are done here, on the numbers that the same book would give in memory,
    so that the split is the same. Only tied cases are brought here, 24 bytes each.

    References
    ----------
    .. [1] D. F. Crouse, "On implementing 2D rectangular assignment algorithms",
       IEEE Trans. Aerospace and Electronic Systems 52(4), 2016, pp. 1679-1696.
    .. [2] G. Demange, D. Gale and M. Sotomayor, "Multi-item auctions", J. Political Economy
       94(4), 1986, pp. 863-872.

    Examples
    --------
    The second agency is better for both cases but can take only one; the larger gains more:

    >>> from matching import Problem, assign
    >>> problem = Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1])
    >>> split = assign(problem)
    >>> split.agency
    array([0, 1])
    >>> split.value, split.bound, split.prices
    (3200, 3200, ((0, 400), (0, 1200)))
    """
    _check(problem, seed, engine)
    clash = conflict(problem)
    if clash is not None:
        raise Infeasible(clash)
    name = "lsa" if engine == "lsa" else "prices"
    if problem.n_cases == 0:
        return _nothing(problem, name, seed)
    for attempt in range(ATTEMPTS):
        try:
            return _attempted(problem, name, seed, attempt)
        except Unplaceable:
            if not problem.exploration:
                raise
    words = (f"exploration of {problem.exploration} basis points in {ATTEMPTS} lots",)
    raise Infeasible(Conflict("terms", terms=(("exploration",),), words=words))


def _nothing(problem: Problem, name: str, seed: int) -> Split:
    zero = (0,) * problem.n_agencies
    regions = () if problem.region_capacity is None else (zero,) * len(problem.region_capacity)
    owed = () if problem.balance_capacity is None else zero
    agency: Any = problem.segment.copy()
    if problem.partitions is not None:
        agency = agency.astype(np.int64).rename("agency")
    return Split(
        problem,
        _read_only(agency),
        0,
        0,
        zero,
        (zero, zero),
        name,
        seed,
        region_price=regions,
        balance_price=owed,
    )


def _attempted(problem: Problem, name: str, seed: int, attempt: int) -> Split:
    """The best split around one lot of exploration, which may leave none."""
    task, placed = problem, None
    if problem.exploration:
        task, placed = pinned(problem, drawn(problem, seed, attempt))
    if task.balance_capacity is not None or not alone(task):
        loose = _without_sums(task, name, seed, placed)
        if loose is None:
            return _near(problem, Bounded(task, placed), seed, attempt)
        return _split(problem, loose, name, seed, attempt)
    found = by_book(task, name, seed, placed)
    return _split(problem, found, name, seed, attempt)


def _without_sums(
    task: Problem, name: str, seed: int, placed: NDArray[np.bool_] | None
) -> Best | None:
    """The best split without bounds on balances, if it happens to keep them."""
    if not alone(task):
        return None
    found = by_book(task, name, seed, placed)
    agency = found.settled.named(found.columns.name)
    bounds = [] if task.balance_capacity is None else task.balance_capacity.tolist()
    for j, most in enumerate(bounds):
        if int(task.balance[agency == j].sum(dtype=object)) > most:
            return None
    return found


def _near(problem: Problem, bounded: Bounded, seed: int, attempt: int) -> Split:
    near = bounded.solve()
    agency, balance, newcomers, region = prices_of(bounded, near)
    low = tuple(None for _ in agency)
    return Split(
        problem,
        _read_only(bounded.columns.name[bounded.rows.spread(near.choice)]),
        near.value,
        near.bound,
        tuple(agency.tolist()),
        (low, low),
        "bounded",
        seed,
        region_price=tuple(map(tuple, region.tolist())),
        newcomer_price=newcomers,
        balance_price=() if problem.balance_capacity is None else tuple(balance.tolist()),
        scale=near.scale,
        attempt=attempt,
    )


def _split(problem: Problem, found: Best, name: str, seed: int, attempt: int) -> Split:
    columns, node = found.columns, found.price
    price = [node[j] for j in columns.agency]
    regions = 0 if problem.region_capacity is None else len(problem.region_capacity)
    return Split(
        problem,
        _read_only(found.settled.named(columns.name)),
        found.value,
        bound(found, problem.min_agencies),
        tuple(price),
        (found.proof.low, found.proof.high),
        name,
        seed,
        region_price=tuple(map(tuple, by_region(columns, node, regions))),
        newcomer_price=node[columns.newcomers] if columns.newcomers >= 0 else 0,
        balance_price=() if problem.balance_capacity is None else (0,) * len(price),
        attempt=attempt,
    )


def _read_only(agency: Any) -> Any:
    if isinstance(agency, np.ndarray):
        agency.flags.writeable = False
    return agency


def _check(problem: Problem, seed: int, engine: str) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be an integer of at least 0; got {seed!r}")
    if engine not in ("auto", "prices", "lsa"):
        raise ValueError(f'engine must be "auto", "prices" or "lsa"; got {engine!r}')
    if engine == "lsa":
        refuse_lazy('engine "lsa"', problem.balance)
    if engine == "lsa" and problem.n_cases > MOST_SEATED:
        raise ValueError(f'engine "lsa" is for books of at most {MOST_SEATED} cases')
