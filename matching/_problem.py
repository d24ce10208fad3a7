"""The question: cases, agencies, what each pair is worth, and what must hold."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching._inputs import count, flags, names, retention, whole
from matching._partitions import Partitions, is_lazy, refuse_lazy
from matching._tally import Tally, tally

RETAINED = -1
"""The agency index of a case that stays in-house."""

BPS = 10_000
"""Basis points in a whole."""

LARGEST_EXACT = 2**53
"""Integers up to this size are exact in float64, in which the solvers compute."""

NEEDS_MEMORY = ("group", "case_value", "balance_capacity", "exploration")
"""Terms that look at single cases, and so are not offered where Dask holds them."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Problem:
    r"""A book of cases to be split among agencies.

    Parameters
    ----------
    balance : array_like of int, shape (N,)
        Balance of each case in minor units (fen, cents), not negative.
    segment : array_like of int, shape (N,)
        Segment of each case, an index into the rows of `value_rate`.
        Balances and segments may also be two columns of a Dask dataframe. They are then read
        partition by partition, in the processes of the current `distributed.Client` if there
        is one; `group`, `case_value`, `balance_capacity` and `exploration` are not offered.
    value_rate : array_like of int, shape (S, K)
        Expected net recovery per minor unit of balance, for each segment and agency, at any
        one fixed scale (parts per ten thousand, say).
    capacity : array_like of int, shape (K,)
        Most cases each agency may receive; 0 is allowed.
    minimum : array_like of int, shape (K,), optional
        Fewest cases each agency must receive; at most its capacity. Default 0.
    balance_capacity : array_like of int, shape (K,), optional
        Largest total balance each agency may receive, in minor units. Default no limit.
    forbidden : array_like of bool, shape (S, K), optional
        True where the agency must not receive cases of the segment. Default none.
    group : array_like of int, shape (N,), optional
        Debtor of each case, any integers: the cases of one debtor go to one agency, or are
        all retained. Default every case alone.
    retain : int, optional
        Rate, at the scale of `value_rate`, of keeping a case in-house; 0 is allowed. None
        (the default) means that every case must be placed.
    value_base : array_like of int, shape (S, K), optional
        Added once per case, in units of balance times rate: a cost is negative. Default 0.
    case_value : array_like of int, shape (N, K), optional
        Added for this one case with this agency, in the same units: with rates of 0, any
        values at all. The split is as exact as without. Default 0.
    min_share, max_share : array_like of int, shape (K,), optional
        Least and greatest share of the book's cases for each agency, in basis points of all
        cases, retained ones included. Default 0 and 10,000.
    min_agencies : int, optional
        At least so many agencies receive a case. Default 0.
    region : array_like of int, shape (S,), optional
        Region of each segment, an index into the rows of `region_capacity`.
    region_capacity : array_like of int, shape (R, K), optional
        Most cases of each region each agency may receive. Given together with `region`.
    newcomer : array_like of bool, shape (K,), optional
        True for agencies that are new.
    newcomer_share : int, optional
        Least share of the book's cases for all newcomers together, in basis points.
    exploration : int, optional
        Share of the debtors' groups, in basis points rounded down, that is drawn by lot and
        placed at random with agencies open to them, so that rates can be learned. Default 0.
    labels : sequence of str, length K, optional
        Names of the agencies, for reports; they are not part of the certificate.

    Raises
    ------
    ValueError
        If an argument has the wrong shape, holds anything but integers, or lies out of range;
        if there is no agency; if bounds of one agency contradict each other; or if the value
        of some pair, or of some group with an agency, exceeds :math:`2^{53}`.

    Notes
    -----
    The value of placing case *i* of segment *s* with agency *j* is the exact integer

    .. math::
        v_{ij} = \text{balance}_i \cdot \text{rate}_{sj} + \text{base}_{sj} + \text{case}_{ij}.

    Shares become whole cases, rounded so that they hold: agency *j* receives at least
    :math:`\lceil N \cdot \text{min\_share}_j / 10^4 \rceil` and at most
    :math:`\lfloor N \cdot \text{max\_share}_j / 10^4 \rfloor`, see `least` and `most`; the
    newcomers together at least `newcomer_least`.

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

    balance: Ints
    segment: Ints
    value_rate: Ints
    capacity: Ints
    minimum: Ints
    balance_capacity: Ints | None
    forbidden: NDArray[np.bool_]
    group: Ints | None
    retain: int | None
    value_base: Ints
    case_value: Ints | None
    min_share: Ints
    max_share: Ints
    min_agencies: int
    region: Ints | None
    region_capacity: Ints | None
    newcomer: NDArray[np.bool_]
    newcomer_share: int
    exploration: int
    labels: tuple[str, ...] | None

    def __init__(
        self,
        balance: ArrayLike,
        segment: ArrayLike,
        value_rate: ArrayLike,
        *,
        capacity: ArrayLike,
        minimum: ArrayLike | None = None,
        balance_capacity: ArrayLike | None = None,
        forbidden: ArrayLike | None = None,
        group: ArrayLike | None = None,
        retain: int | None = None,
        value_base: ArrayLike | None = None,
        case_value: ArrayLike | None = None,
        min_share: ArrayLike | None = None,
        max_share: ArrayLike | None = None,
        min_agencies: int = 0,
        region: ArrayLike | None = None,
        region_capacity: ArrayLike | None = None,
        newcomer: ArrayLike | None = None,
        newcomer_share: int = 0,
        exploration: int = 0,
        labels: Sequence[str] | None = None,
    ) -> None:
        rate = whole("value_rate", value_rate, (None, None))
        s, k = shape = (rate.shape[0], rate.shape[1])
        if k == 0:
            raise ValueError("value_rate must have at least one column: there is no agency")
        n, full = None, np.full(k, BPS)
        if is_lazy(balance) or is_lazy(segment):
            _in_memory_only(balance, segment, group, case_value, balance_capacity, exploration)
        else:
            balance = whole("balance", balance, (None,))
            n = balance.size
            segment = whole("segment", segment, (n,))
        fields: dict[str, Any] = {
            "balance": balance,
            "segment": segment,
            "value_rate": rate,
            "capacity": whole("capacity", capacity, (k,)),
            "minimum": whole("minimum", minimum, (k,)),
            "balance_capacity": _given("balance_capacity", balance_capacity, (k,)),
            "forbidden": flags("forbidden", forbidden, shape),
            "group": _given("group", group, (n,)),
            "retain": retention(retain),
            "value_base": whole("value_base", value_base, shape),
            "case_value": _given("case_value", case_value, (n, k)),
            "min_share": whole("min_share", min_share, (k,)),
            "max_share": whole("max_share", full if max_share is None else max_share, (k,)),
            "min_agencies": count("min_agencies", min_agencies, k),
            "region": _given("region", region, (s,)),
            "region_capacity": _given("region_capacity", region_capacity, (None, k)),
            "newcomer": flags("newcomer", newcomer, (k,)),
            "newcomer_share": count("newcomer_share", newcomer_share, BPS),
            "exploration": count("exploration", exploration, BPS),
            "labels": names(labels, k),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        self._check()

    @property
    def n_cases(self) -> int:
        """Number of cases, N."""
        if self.partitions is not None:
            return int(self.partitions.sizes.sum())
        return int(self.balance.size)

    @property
    def n_agencies(self) -> int:
        """Number of agencies, K."""
        return int(self.value_rate.shape[1])

    @property
    def n_segments(self) -> int:
        """Number of segments, S, the empty ones included."""
        return int(self.value_rate.shape[0])

    def about(self, balance: Ints, segment: Ints) -> "Problem":
        """The same question of other cases, unchecked: for those of one partition."""
        other = object.__new__(Problem)
        for each in fields(self):
            object.__setattr__(other, each.name, getattr(self, each.name))
        object.__setattr__(other, "balance", balance)
        object.__setattr__(other, "segment", segment)
        return other

    @cached_property
    def partitions(self) -> Partitions | None:
        """The cases where they are held by Dask."""
        if is_lazy(self.balance) or is_lazy(self.segment):
            return Partitions(self.balance, self.segment, self.n_segments)
        return None

    @cached_property
    def tally(self) -> Tally:
        """Cases and balances by segment."""
        if self.partitions is not None:
            return self.partitions.tally
        return tally(self.segment, self.balance, self.n_segments)

    @property
    def most(self) -> Ints:
        """Most cases each agency may receive, by capacity and share, shape (K,)."""
        share = np.minimum(self.n_cases * self.max_share // BPS, self.capacity)
        return np.where(self.max_share < BPS, share, self.capacity)

    @property
    def least(self) -> Ints:
        """Fewest cases each agency must receive, by minimum lot and share, shape (K,)."""
        return np.maximum(-(-self.n_cases * self.min_share // BPS), self.minimum)

    @property
    def newcomer_least(self) -> int:
        """Fewest cases the newcomers must receive together."""
        return -(-self.n_cases * self.newcomer_share // BPS)

    def __repr__(self) -> str:
        return (
            f"Problem({self.n_cases} cases, {self.n_segments} segments, "
            f"{self.n_agencies} agencies)"
        )

    def _check(self) -> None:
        _ = self.tally  # which checks balances and segments
        for name in ("capacity", "minimum", "balance_capacity", "region_capacity"):
            array = getattr(self, name)
            if array is not None and (array < 0).any():
                raise ValueError(f"{name} must not be negative")
        for name in ("min_share", "max_share"):
            share = getattr(self, name)
            if ((share < 0) | (share > BPS)).any():
                raise ValueError(f"{name} must lie between 0 and {BPS} basis points")
        self._check_bounds()
        self._check_regions()
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
        if self.newcomer_share and not self.newcomer.any():
            raise ValueError("newcomer_share asks for newcomers, but newcomer names none")

    def _check_regions(self) -> None:
        if (self.region is None) != (self.region_capacity is None):
            raise ValueError("region and region_capacity must be given together")
        if self.region is None or self.region_capacity is None:
            return
        rows = self.region_capacity.shape[0]
        if ((self.region < 0) | (self.region >= rows)).any():
            raise ValueError(
                f"region must lie between 0 and {rows - 1}, the rows of region_capacity"
            )

    def _check_exact(self) -> None:
        largest, own = self.tally.largest, 0
        if self.case_value is not None and self.case_value.size:
            own = max(int(self.case_value.max()), -int(self.case_value.min()))
        worth = np.abs(self.value_rate.astype(float)) * largest[:, None]
        worth = (worth + np.abs(self.value_base.astype(float))).max(axis=1, initial=0.0)
        kept = int(largest.max(initial=0)) * abs(self.retain or 0)
        # Floating point may err by far less than this: what is near is looked at in integers.
        near = np.flatnonzero(worth > (1 - 1e-12) * max(0, LARGEST_EXACT - own))
        most = max(kept, max(map(self._worth, near.tolist()), default=0) + own)
        if most > LARGEST_EXACT:
            raise ValueError(
                "balance times value_rate (or retain) plus value_base and case_value must not "
                "exceed 2**53 for any case: choose a coarser scale"
            )
        self._check_groups(np.maximum(worth, kept) + own)

    def _worth(self, segment: int) -> int:
        """Most that a case of a segment is worth with any agency, its sign aside."""
        owed = int(self.tally.largest[segment])
        pairs = zip(self.value_rate[segment], self.value_base[segment], strict=True)
        return max(owed * abs(int(rate)) + abs(int(base)) for rate, base in pairs)

    def _check_groups(self, worth: NDArray[np.float64]) -> None:
        if self.group is None or self.n_cases == 0:
            return
        _, debtor = np.unique(self.group, return_inverse=True)
        total = np.bincount(debtor, weights=worth[self.segment])
        if total.max() > LARGEST_EXACT:
            raise ValueError(
                "the cases of one group must not be worth more than 2**53 together: choose a "
                "coarser scale, or check that group holds debtors"
            )


def _in_memory_only(balance: Any, segment: Any, *given: Any) -> None:
    """Refuse what a book held by Dask cannot be asked for."""
    for name, value in zip(NEEDS_MEMORY, given, strict=True):
        if value is not None and not (name == "exploration" and value == 0):
            refuse_lazy(name, balance, segment)


def _given(name: str, value: ArrayLike | None, shape: tuple[int | None, ...]) -> Ints | None:
    return None if value is None else whole(name, value, shape)
