"""Best split of a book among agencies with limited capacity."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching._conflict import Infeasible, conflict
from matching._engine import by_prices, by_seats
from matching._exchange import Exchange
from matching._options import Options, options
from matching._oracle import Book, Oracle
from matching._prices import Prices, bound, prices
from matching._problem import Problem
from matching._split import Split

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
        Capacities, minimum lots and licences hold, and the gap is 0: no split is worth more.

    Raises
    ------
    Infeasible
        If the constraints cannot all hold; it carries the smallest conflicting set.
    ValueError
        If an argument is out of range.

    Notes
    -----
    Only the agencies have prices, so the dual problem

    .. math::
        \min_p \sum_j \left(p_j^+ c_j - p_j^- m_j\right) + \sum_i \max_j (v_{ij} - p_j)

    has few unknowns. At given prices the choices of all cases of a segment are read off an
    upper envelope of lines in the balance. Damped Newton steps bring the prices close; what
    the rounding leaves open is settled in exact integers by shortest chains of moves between
    agencies, and the distances along such chains are the prices of the certificate.

    Ties are settled in this order: agencies in an order drawn from `seed` where they are
    worth the same, then among cases of one segment and balance by a draw.

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
        zero = (0,) * problem.n_agencies
        return Split(problem, _read_only(problem.segment), 0, 0, zero, (zero, zero), name, seed)
    rng = np.random.default_rng(seed)
    columns = options(problem, rng.permutation(problem.n_agencies))
    oracle = Oracle(Book(problem), columns)
    exchange = by_seats(oracle, rng) if name == "lsa" else by_prices(oracle)
    value, proof = exchange.value(), prices(exchange)
    most = bound(exchange, proof.price, value)
    proof = _by_agency(columns, proof)
    agency = _drawn(exchange, rng)
    return Split(problem, agency, value, most, proof.price, (proof.low, proof.high), name, seed)


def _by_agency(columns: Options, proof: Prices) -> Prices:
    column = np.argsort(columns.name[: columns.n_agencies]).tolist()
    return Prices(
        tuple(proof.price[j] for j in column),
        tuple(proof.low[j] for j in column),
        tuple(proof.high[j] for j in column),
    )


def _drawn(exchange: Exchange, rng: np.random.Generator) -> NDArray[np.int64]:
    """The agency of each case; equal cases that part ways are drawn by lot."""
    book, columns = exchange.oracle.book, exchange.oracle.columns
    option, _, first, stop = exchange.runs()
    key, order = book.key, book.order
    parting = stop[:-1][key[stop[:-1] - 1] == key[stop[:-1]]]
    low = np.unique(np.searchsorted(key, key[parting], "left"))
    size = np.searchsorted(key, key[low], "right") - low
    group = np.repeat(np.arange(low.size), size)
    place = np.repeat(low - np.cumsum(size) + size, size) + np.arange(group.size)
    cases = order[place]
    cases = cases[np.lexsort((cases, group))]
    order[place] = cases[np.lexsort((rng.random(cases.size), group))]
    result = np.empty(book.n_cases, dtype=np.int64)
    result[order] = np.repeat(columns.name[option], stop - first)
    return _read_only(result)


def _read_only(array: NDArray[np.int64]) -> NDArray[np.int64]:
    array.flags.writeable = False
    return array


def _check(problem: Problem, seed: int, engine: str) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be an integer of at least 0; got {seed!r}")
    if engine not in ("auto", "prices", "lsa"):
        raise ValueError(f'engine must be "auto", "prices" or "lsa"; got {engine!r}')
    if engine == "lsa" and problem.n_cases > MOST_SEATED:
        raise ValueError(f'engine "lsa" is for books of at most {MOST_SEATED} cases')
