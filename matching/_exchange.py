"""Moves of single cases between options: minimum lots and prices, in exact integers."""

import numpy as np
from numpy.typing import NDArray

CLOSED = 2**62
"""Stands for a move that no case can make; larger than any sum of real moves."""


def meet_minimums(
    worth: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    option: NDArray[np.int64],
    minimum: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Move as little value as possible until every option has its minimum.

    Parameters
    ----------
    worth, allowed : ndarray, shape (N, M)
        Value and openness of each pair.
    option : ndarray of int64, shape (N,)
        An optimal split without minimums.
    minimum : ndarray of int64, shape (M,)
        Fewest cases of each option; the whole must be feasible.

    Returns
    -------
    ndarray of int64, shape (N,)
        An optimal split with the minimums.

    Notes
    -----
    Successive shortest paths: each step brings one more case to an option that lacks one,
    along the chain of moves that loses least, from an option that can spare one. A shortest
    path leaves no profitable cycle behind, so optimality is kept at every step [1]_.

    References
    ----------
    .. [1] R. Ahuja, T. Magnanti and J. Orlin, *Network Flows*, 1993, section 9.7.
    """
    option = option.copy()
    m = minimum.size
    while True:
        used = np.bincount(option, minlength=m)
        short = np.flatnonzero(used < minimum)
        if not short.size:
            return option
        loss, case = cheapest_moves(worth, allowed, option)
        for giver, taker in _chain(loss, int(short[0]), used > minimum):
            option[case[giver, taker]] = taker


def prices(
    worth: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    option: NDArray[np.int64],
    can_take: NDArray[np.bool_],
    can_give: NDArray[np.bool_],
) -> NDArray[np.object_]:
    r"""Integer prices at which every case is content with its option.

    Parameters
    ----------
    worth, allowed : ndarray, shape (N, M)
    option : ndarray of int64, shape (N,)
        The split to be priced.
    can_take, can_give : ndarray of bool, shape (M,)
        Whether the option is below its capacity, above its minimum.

    Returns
    -------
    ndarray of int, shape (M,)
        Python integers; 0 for an option that can both take and give.

    Notes
    -----
    With :math:`w_{jk}` the least loss of moving a case from *j* to *k*, the prices solve
    :math:`p_j \le p_k + w_{jk}`, :math:`p_j \le 0` if *j* can take and :math:`p_j \ge 0` if it
    can give. Bellman and Ford's iteration settles exactly when the split is optimal; if it
    does not, the last iterate is returned, which still yields a valid bound.
    """
    loss, _ = cheapest_moves(worth, allowed, option)
    m = loss.shape[0]
    arc = np.full((m + 1, m + 1), CLOSED, dtype=object)
    arc[:m, :m] = loss
    arc[:m, m][can_take] = 0
    arc[m, :m][can_give] = 0
    price = np.zeros(m + 1, dtype=object)
    for _ in range(m + 2):
        lower = np.minimum(price, (arc + price).min(axis=1))
        if (lower == price).all():
            break
        price = lower
    result: NDArray[np.object_] = price[:m] - price[m]
    return result


def cheapest_moves(
    worth: NDArray[np.int64], allowed: NDArray[np.bool_], option: NDArray[np.int64]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Least loss of moving one case from each option to each other, and that case.

    Both are of shape (M, M); the loss is `CLOSED` where no case can move.
    """
    m = worth.shape[1]
    loss = np.full((m, m), CLOSED, dtype=object)
    case = np.full((m, m), -1, dtype=np.int64)
    for giver in range(m):
        here = np.flatnonzero(option == giver)
        if here.size:
            move = worth[here, giver][:, None] - worth[here]
            move = np.where(allowed[here], move, CLOSED)
            least = move.argmin(axis=0)
            loss[giver] = move[least, np.arange(m)]
            case[giver] = here[least]
    loss[np.arange(m), np.arange(m)] = CLOSED
    return loss, case


def _chain(
    loss: NDArray[np.object_], taker: int, can_spare: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Moves of the cheapest chain from where a case can be spared to `taker`."""
    m = loss.shape[0]
    cost = np.full(m, CLOSED, dtype=object)
    cost[taker] = 0
    following = np.full(m, -1)
    for _ in range(m):
        through = loss + cost
        nearest = through.argmin(axis=1)
        better = through[np.arange(m), nearest] < cost
        if not better.any():
            break
        cost = np.where(better, through[np.arange(m), nearest], cost)
        following = np.where(better, nearest, following)
    spare = np.where(can_spare, cost, CLOSED)
    giver = int(spare.argmin())
    moves: list[tuple[int, int]] = []
    while giver != taker:
        if spare.min() >= CLOSED or len(moves) > m:
            raise ArithmeticError("no chain of moves reaches an agency below its minimum")
        moves.append((giver, int(following[giver])))
        giver = int(following[giver])
    return moves
