"""Best split of a book among agencies with limited capacity."""

import numpy as np
from numpy.typing import NDArray

from matching._blocks import Blocks, cut, divide, fitting_size, runs, transport
from matching._certificate import issue
from matching._conflict import Infeasible, conflict
from matching._exchange import meet_minimums, prices
from matching._options import Options, dual_bound, options
from matching._problem import Problem
from matching._seats import fill_seats
from matching._split import Split


def assign(
    problem: Problem, *, seed: int = 0, block_size: int = 50, block_above: int = 1_000
) -> Split:
    r"""Split a book among agencies so that the total value is greatest.

    Parameters
    ----------
    problem : Problem
        Cases, values, and what must hold.
    seed : int
        Seed of the lottery that settles ties; not negative. The same problem and seed give
        the same split, byte for byte.
    block_size : int
        Most cases of a block, when blocks are used. A larger size is taken if there would
        otherwise be more than about 4,000 blocks; `Split.block_size` says which.
    block_above : int
        Books of more cases than this are split in blocks.

    Returns
    -------
    Split
        Capacities, minimum lots and licences hold in every result.

    Raises
    ------
    Infeasible
        If the constraints cannot all hold; it carries the smallest conflicting set.
    ValueError
        If an argument is out of range.

    Notes
    -----
    Up to `block_above` cases, each agency's capacity becomes seats and the rectangular
    assignment problem is solved exactly [1]_; minimum lots are then met along shortest chains
    of moves. Above it, each segment is sorted by balance and cut into blocks of at most
    `block_size` cases, each block going whole to one agency, by a transport problem. The few
    blocks that a capacity divides are cut there, the larger balances going to the higher rate.

    The bound is that of weak duality: for any integer prices,

    .. math::
        \sum_j \left(p_j^+ c_j - p_j^- m_j\right) + \sum_b \max_j (v_{bj} - n_b p_j).

    For blocks it bounds every split of *these blocks*, not every split of the cases.
    Among splits of equal value the seeded lottery decides, by the order in which it presents
    cases and agencies.

    References
    ----------
    .. [1] D. F. Crouse, "On implementing 2D rectangular assignment algorithms",
       IEEE Trans. Aerospace and Electronic Systems 52(4), 2016, pp. 1679-1696.

    Examples
    --------
    The second agency is better for both cases but can take only one; the larger gains more:

    >>> from matching import Problem, assign
    >>> problem = Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1])
    >>> split = assign(problem)
    >>> split.agency
    array([0, 1])
    >>> split.value, split.bound, split.prices[0]
    (3200, 3200, (0, 400))
    """
    _check(seed, block_size, block_above)
    clash = conflict(problem)
    if clash is not None:
        raise Infeasible(clash)
    rng = np.random.default_rng(seed)
    columns = options(problem)
    in_blocks = problem.n_cases > block_above
    if in_blocks:
        size = fitting_size(problem.segment, columns.capacity.size, block_size)
        blocks, option, price = _by_blocks(problem, columns, size, rng)
    else:
        size = 1
        blocks, option, price = _by_case(problem, columns, rng)

    worth = columns.values(blocks.owed, blocks.size, blocks.segment)
    allowed = columns.allowed[blocks.segment]
    value = sum(int(v) for v in worth[np.arange(option.size), option])
    return _split(
        problem,
        _per_case(blocks, columns.agency(option)),
        _per_case(blocks, np.arange(option.size)),
        value=value,
        bound=dual_bound(worth, blocks.size, allowed, price, columns),
        price=tuple(int(p) for p in price),
        engine="blocks" if in_blocks else "lsa",
        block_size=size,
        seed=seed,
    )


def _by_case(
    problem: Problem, columns: Options, rng: np.random.Generator
) -> tuple[Blocks, NDArray[np.int64], NDArray[np.object_]]:
    s = problem.segment
    worth = problem.balance[:, None] * columns.rate[s] + columns.base[s]
    allowed = columns.allowed[s]
    option = fill_seats(worth, allowed, columns.capacity, rng)
    option = meet_minimums(worth, allowed, option, columns.minimum)
    used = np.bincount(option, minlength=columns.capacity.size)
    can_take, can_give = used < columns.capacity, used > columns.minimum
    # Keeping in-house has neither capacity nor minimum: its price is 0.
    can_take[columns.n_agencies :] = can_give[columns.n_agencies :] = True
    price = prices(worth, allowed, option, can_take, can_give)[: columns.n_agencies]
    alone = np.ones(problem.n_cases, dtype=np.int64)
    return runs(problem, np.arange(problem.n_cases), alone), option, price


def _by_blocks(
    problem: Problem, columns: Options, size: int, rng: np.random.Generator
) -> tuple[Blocks, NDArray[np.int64], NDArray[np.object_]]:
    blocks = cut(problem, size, rng)
    block, option, cases, price = transport(blocks, columns)
    final, option = divide(problem, blocks, columns, (block, option, cases))
    return final, option, price[: columns.n_agencies]


def _per_case(blocks: Blocks, label: NDArray[np.int64]) -> NDArray[np.int64]:
    result = np.empty(blocks.order.size, dtype=np.int64)
    result[blocks.order] = np.repeat(label, blocks.size)
    result.flags.writeable = False
    return result


def _split(
    problem: Problem,
    agency: NDArray[np.int64],
    block: NDArray[np.int64],
    *,
    value: int,
    bound: int,
    price: tuple[int, ...],
    engine: str,
    block_size: int,
    seed: int,
) -> Split:
    certificate = issue(
        problem,
        agency,
        block,
        claims={
            "engine": engine,
            "block_size": block_size,
            "seed": seed,
            "prices": list(price),
            "value": value,
            "bound": bound,
            "gap": bound - value,
        },
    )
    return Split(
        problem, agency, block, value, bound, price, engine == "blocks", block_size, certificate
    )


def _check(seed: int, block_size: int, block_above: int) -> None:
    bounds = {"seed": (seed, 0), "block_size": (block_size, 1), "block_above": (block_above, 0)}
    for name, (value, least) in bounds.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ValueError(f"{name} must be an integer of at least {least}; got {value!r}")
