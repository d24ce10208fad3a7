"""What a verifier sums up where the cases are: one pass over every partition."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching._partitions import Partitions, cases_of, shared
from matching._problem import Problem
from matching._rechecks import Stated, Sums, sums

CASES = ("balance", "segment")

Ints = NDArray[np.int64]


def resummed(
    problem: Problem,
    partitions: Partitions,
    agency: Ints,
    stated: Stated,
    held: dict[str, NDArray[Any]],
) -> tuple[Sums, list[str]]:
    """The sums of a book held by Dask under a split, and what it holds other than `held`."""
    none = np.zeros(0, dtype=np.int64)
    terms = problem.about(none, none)
    total = sums(terms, none, stated, none)
    like = (agency.shape, np.dtype(np.int64))
    other = {name for name in CASES if name in held and _kind(held[name]) != like}
    own = []
    for first, size in zip(partitions.first.tolist(), partitions.sizes.tolist(), strict=True):
        part = slice(first, first + size)
        own.append((shared(agency[part].astype(np.int32)), first))
    found = partitions.each(_sums, shared(terms), stated, own=own)
    for (mine, digests), first, size in zip(
        found, partitions.first, partitions.sizes, strict=True
    ):
        total += mine
        for name, digest in zip(CASES, digests, strict=True):
            known = name in held and name not in other
            if known and _digest(held[name][first : first + size]) != digest:
                other.add(name)
    return total, sorted(other)


def _sums(
    number: int,
    balance: Any,
    segment: Any,
    terms: Problem,
    stated: Stated,
    agency: NDArray[np.int32],
    first: int,
) -> tuple[Sums, tuple[str, str]]:
    owed, where = cases_of(balance, segment)
    part, whose = terms.about(owed, where), agency.astype(np.int64)
    nowhere = np.full(whose.size, -1, dtype=np.int64)
    return sums(part, whose, stated, nowhere, first), (_digest(owed), _digest(where))


def _kind(values: NDArray[Any]) -> tuple[Any, ...]:
    return values.shape, values.dtype


def _digest(values: NDArray[Any]) -> str:
    return hashlib.sha256(values.tobytes()).hexdigest()
