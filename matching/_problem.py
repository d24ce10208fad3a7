"""The question: cases, agencies, what each pair is worth, and what must hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

T = TypeVar("T", bound=np.generic)

RETAINED = -1
"""The agency index of a case that stays in-house."""

BPS = 10_000
"""Basis points in a whole."""

LARGEST_EXACT = 2**53
"""Integers up to this size are exact in float64, in which the solvers compute."""


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Problem:
    r"""A book of cases to be split among agencies.

    Parameters
    ----------
    balance : array_like of int, shape (N,)
        Balance of each case in minor units (fen, cents), not negative.
    segment : array_like of int, shape (N,)
        Segment of each case, an index into the rows of `value_rate`.
    value_rate : array_like of int, shape (S, K)
        Expected net recovery per minor unit of balance, for each segment and agency, at any
        one fixed scale (parts per ten thousand, say).
    capacity : array_like of int, shape (K,)
        Most cases each agency may receive; 0 is allowed.
    minimum : array_like of int, shape (K,), optional
        Fewest cases each agency must receive; at most its capacity. Default 0.
    forbidden : array_like of bool, shape (S, K), optional
        True where the agency must not receive cases of the segment. Default none.
    retain : int, optional
        Rate, at the scale of `value_rate`, of keeping a case in-house; 0 is allowed. None
        (the default) means that every case must be placed.
    value_base : array_like of int, shape (S, K), optional
        Added once per case, in units of balance times rate: a cost is negative. Default 0.
    min_share, max_share : array_like of int, shape (K,), optional
        Least and greatest share of the book's cases for each agency, in basis points of all
        cases, retained ones included. Default 0 and 10,000.
    labels : sequence of str, length K, optional
        Names of the agencies, for reports; they are not part of the certificate.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, holds anything but integers, or lies out of range;
        if there is no agency; if bounds of one agency contradict each other; or if the value
        of some pair exceeds :math:`2^{53}`.

    Notes
    -----
    The value of placing case *i* of segment *s* with agency *j* is the exact integer

    .. math:: v_{ij} = \text{balance}_i \cdot \text{rate}_{sj} + \text{base}_{sj}.

    Shares become whole cases, rounded so that they hold: agency *j* receives at least
    :math:`\lceil N \cdot \text{min\_share}_j / 10^4 \rceil` and at most
    :math:`\lfloor N \cdot \text{max\_share}_j / 10^4 \rfloor`, see `least` and `most`.

    Arrays are copied and made read-only. Totals are Python integers and never overflow.

    Examples
    --------
    >>> problem = Problem([100, 200], [0, 1], [[3], [4]], capacity=[2])
    >>> problem.n_cases, problem.n_agencies, problem.n_segments
    (2, 1, 2)
    >>> Problem([100], [0], [[3]], capacity=[-1])
    Traceback (most recent call last):
        ...
    ValueError: capacity must not be negative
    """

    balance: NDArray[np.int64]
    segment: NDArray[np.int64]
    value_rate: NDArray[np.int64]
    capacity: NDArray[np.int64]
    minimum: NDArray[np.int64]
    forbidden: NDArray[np.bool_]
    retain: int | None
    value_base: NDArray[np.int64]
    min_share: NDArray[np.int64]
    max_share: NDArray[np.int64]
    labels: tuple[str, ...] | None

    def __init__(
        self,
        balance: ArrayLike,
        segment: ArrayLike,
        value_rate: ArrayLike,
        *,
        capacity: ArrayLike,
        minimum: ArrayLike | None = None,
        forbidden: ArrayLike | None = None,
        retain: int | None = None,
        value_base: ArrayLike | None = None,
        min_share: ArrayLike | None = None,
        max_share: ArrayLike | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        rate = _whole("value_rate", value_rate, (None, None))
        shape = (rate.shape[0], rate.shape[1])
        if shape[1] == 0:
            raise ValueError("value_rate must have at least one column: there is no agency")
        owed = _whole("balance", balance, (None,))
        fields: dict[str, Any] = {
            "balance": owed,
            "segment": _whole("segment", segment, owed.shape),
            "value_rate": rate,
            "capacity": _whole("capacity", capacity, shape[1:]),
            "minimum": _whole("minimum", minimum, shape[1:]),
            "forbidden": _flags("forbidden", forbidden, shape),
            "retain": _retain(retain),
            "value_base": _whole("value_base", value_base, shape),
            "min_share": _whole("min_share", min_share, shape[1:]),
            "max_share": _whole(
                "max_share",
                np.full(shape[1], BPS) if max_share is None else max_share,
                shape[1:],
            ),
            "labels": _labels(labels, shape[1]),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        self._check()

    @property
    def n_cases(self) -> int:
        """Number of cases, N."""
        return int(self.balance.size)

    @property
    def n_agencies(self) -> int:
        """Number of agencies, K."""
        return int(self.value_rate.shape[1])

    @property
    def n_segments(self) -> int:
        """Number of segments, S, the empty ones included."""
        return int(self.value_rate.shape[0])

    @property
    def most(self) -> NDArray[np.int64]:
        """Most cases each agency may receive, by capacity and share, shape (K,)."""
        share = np.minimum(self.n_cases * self.max_share // BPS, self.capacity)
        return np.where(self.max_share < BPS, share, self.capacity)

    @property
    def least(self) -> NDArray[np.int64]:
        """Fewest cases each agency must receive, by minimum lot and share, shape (K,)."""
        return np.maximum(-(-self.n_cases * self.min_share // BPS), self.minimum)

    def __repr__(self) -> str:
        return (
            f"Problem({self.n_cases} cases, {self.n_segments} segments, "
            f"{self.n_agencies} agencies)"
        )

    def _check(self) -> None:
        for name in ("balance", "capacity", "minimum"):
            if (getattr(self, name) < 0).any():
                raise ValueError(f"{name} must not be negative")
        if ((self.segment < 0) | (self.segment >= self.n_segments)).any():
            raise ValueError(
                f"segment must lie between 0 and {self.n_segments - 1}, the rows of value_rate"
            )
        for name in ("min_share", "max_share"):
            share = getattr(self, name)
            if ((share < 0) | (share > BPS)).any():
                raise ValueError(f"{name} must lie between 0 and {BPS} basis points")
        self._check_bounds()
        self._check_exact()

    def _check_bounds(self) -> None:
        if (self.minimum > self.capacity).any():
            raise ValueError("minimum must not exceed capacity")
        if (self.min_share > self.max_share).any():
            raise ValueError("min_share must not exceed max_share")
        clash = np.flatnonzero(self.least > self.most)
        if clash.size:
            j = int(clash[0])
            raise ValueError(
                f"minimum and min_share ask for {self.least[j]} cases of agency {j}, "
                f"capacity and max_share allow {self.most[j]}"
            )

    def _check_exact(self) -> None:
        largest = np.zeros(self.n_segments, dtype=np.int64)
        np.maximum.at(largest, self.segment, self.balance)
        # Python integers here, because this is the check that int64 would suffice.
        owed = largest.astype(object)[:, None]
        base = np.abs(self.value_base.astype(object))
        worth = owed * np.abs(self.value_rate.astype(object)) + base
        kept = int(largest.max(initial=0)) * abs(self.retain or 0)
        if max(kept, worth.max(initial=0)) > LARGEST_EXACT:
            raise ValueError(
                "balance times value_rate (or retain) plus value_base must not exceed 2**53 "
                "for any case: choose a coarser scale"
            )


def _whole(
    name: str, value: ArrayLike | None, shape: tuple[int | None, ...]
) -> NDArray[np.int64]:
    """Check that `value` holds int64 integers of this shape (None: any length)."""
    if value is None:
        return _frozen(np.zeros([length or 0 for length in shape], dtype=np.int64))
    array = np.asarray(value)
    if array.ndim != len(shape) or any(
        want not in (None, got) for want, got in zip(shape, array.shape, strict=True)
    ):
        wanted = tuple("any" if length is None else length for length in shape)
        raise ValueError(f"{name} must have shape {wanted}; got {array.shape}".replace("'", ""))
    if array.size and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must hold integers that fit 64 bits; got {array.dtype}")
    if array.dtype == np.uint64 and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} must hold integers that fit 64 bits")
    whole = array.astype(np.int64)
    if (whole == np.iinfo(np.int64).min).any():
        raise ValueError(f"{name} must hold integers that fit 63 bits and a sign")
    return _frozen(whole)


def _flags(name: str, value: ArrayLike | None, shape: tuple[int, int]) -> NDArray[np.bool_]:
    flags = np.zeros(shape, dtype=bool) if value is None else np.asarray(value)
    if flags.shape != shape:
        raise ValueError(f"{name} must have shape {shape}; got {flags.shape}")
    if flags.size and flags.dtype != np.bool_:
        raise ValueError(f"{name} must hold booleans; got {flags.dtype}")
    return _frozen(flags.astype(np.bool_))


def _retain(value: int | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"retain must be an integer or None; got {value!r}")
    return int(value)


def _labels(value: Sequence[str] | None, n_agencies: int) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str) or len(value) != n_agencies:
        raise ValueError(f"labels must name each of the {n_agencies} agencies")
    return tuple(str(label) for label in value)


def _frozen(array: NDArray[T]) -> NDArray[T]:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
