"""The exact split of a small book: one seat per case an agency may take."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

SPARE_SEATS = 8


def fill_seats(
    worth: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    capacity: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Give every case its option so that the total is greatest, minimums aside.

    Parameters
    ----------
    worth : ndarray of int64, shape (N, M)
        Value of each case under each option, at most 2**53 in size.
    allowed : ndarray of bool, shape (N, M)
    capacity : ndarray of int64, shape (M,)
        The book must be placeable within it.
    rng : numpy.random.Generator
        The lottery that settles ties: it orders the cases and the options.

    Returns
    -------
    ndarray of int64, shape (N,)
        The option of each case.

    Notes
    -----
    Only as many seats as seem wanted are laid out at first. If none of the options so
    curtailed fills up, its further seats would be worth nothing and the result is optimal;
    otherwise its seats are doubled and the assignment is solved again.
    """
    n, m = worth.shape
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    case, option = rng.permutation(n), rng.permutation(m)
    score = np.where(allowed, worth.astype(float), -np.inf)[np.ix_(case, option)]
    most = capacity[option]
    wanted = np.bincount(score.argmax(axis=1), minlength=m)
    seats = np.minimum(most, wanted + n // m + SPARE_SEATS)
    while True:
        chosen = _seat(score, seats)
        full = np.ones(m, bool) if chosen is None else np.bincount(chosen, minlength=m) == seats
        cramped = full & (seats < most)
        if chosen is not None and not cramped.any():
            break
        if not cramped.any():
            raise ValueError("capacity does not suffice to place every case")
        seats = np.where(cramped, np.minimum(most, 2 * seats + SPARE_SEATS), seats)
    result = np.empty(n, dtype=np.int64)
    result[case] = option[chosen]
    return result


def _seat(score: NDArray[np.float64], seats: NDArray[np.int64]) -> NDArray[np.int64] | None:
    option_of_seat = np.repeat(np.arange(seats.size), seats)
    if option_of_seat.size < score.shape[0]:
        return None
    try:
        _, seat = linear_sum_assignment(score[:, option_of_seat], maximize=True)
    except ValueError:  # with these seats some case has none that is open to it
        return None
    chosen: NDArray[np.int64] = option_of_seat[seat]
    return chosen
