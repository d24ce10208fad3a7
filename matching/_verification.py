"""Recheck of a split from its certificate: arithmetic only, nothing shared with the engines."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matching._certificate import Certificate
from matching._problem import Problem

PAIRS = 2**20
"""Pairs of a case and an agency that are looked at together."""


@dataclass(frozen=True)
class Verdict:
    """Whether a certificate holds: true only if every check does."""

    failures: tuple[str, ...]
    """What failed, in words; empty if nothing did."""

    def __bool__(self) -> bool:
        return not self.failures


class _Failed(Exception):
    """A check does not hold, and those after it would make no sense."""


def verify(problem: Problem, certificate: Certificate) -> Verdict:
    r"""Recheck that a certificate proves what it claims of a split of this problem.

    Parameters
    ----------
    problem : Problem
        The problem as the reader knows it.
    certificate : Certificate

    Returns
    -------
    Verdict
        False unless the files are those the certificate names, they hold this problem, the
        split obeys capacity, minimum and licence, its value is as stated, the stated bound
        follows from the stated prices, and the gap is their difference.

    Notes
    -----
    The bound is recomputed as
    :math:`\sum_j (p_j^+ c_j - p_j^- m_j) + \sum_i \max_j (v_{ij} - p_j)` over all cases *i*, in
    exact integers and one pass over all pairs. No solver is involved.

    Examples
    --------
    >>> from matching import Problem, assign, verify
    >>> book = Problem([100, 300], [0, 0], [[5, 9]], capacity=[2, 1])
    >>> other = Problem([100, 301], [0, 0], [[5, 9]], capacity=[2, 1])
    >>> certificate = assign(book).certificate
    >>> bool(verify(book, certificate))
    True
    >>> verify(other, certificate).failures[0]
    'problem.npz holds another balance than the problem given'
    """
    failures: list[str] = []
    try:
        said = _statement(certificate)
        _files(certificate, failures)
        _same_problem(problem, certificate, failures)
        agency = _allocation(problem, certificate)
        _constraints(problem, agency, failures)
        _amounts(problem, agency, said, failures)
    except _Failed as failed:
        failures.append(str(failed))
    return Verdict(tuple(failures))


def _statement(certificate: Certificate) -> dict[str, Any]:
    said = dict(certificate.statement)
    whole = ("value", "bound", "gap", "seed", "cases")
    for name in whole:
        if type(said.get(name)) is not int:
            raise _Failed(f"certificate.json must state {name} as an integer")
    prices = said.get("prices")
    if not isinstance(prices, list) or any(type(price) is not int for price in prices):
        raise _Failed("certificate.json must state prices as a list of integers")
    if said.get("format") != "recoup-split-certificate/2":
        raise _Failed("certificate.json is of an unknown format")
    if said.get("engine") not in ("lsa", "prices"):
        raise _Failed("certificate.json names an unknown engine")
    if not isinstance(said.get("sha256"), dict):
        raise _Failed("certificate.json must state the sha256 of the two other files")
    return said


def _files(certificate: Certificate, failures: list[str]) -> None:
    held = {"problem.npz": certificate.problem_file, "split.npz": certificate.split_file}
    for name, content in held.items():
        if certificate.statement["sha256"].get(name) != hashlib.sha256(content).hexdigest():
            failures.append(f"{name} is not the file whose sha256 is stated")


def _arrays(name: str, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return {key: arrays[key] for key in arrays.files}
    except (ValueError, OSError, EOFError, KeyError, BadZipFile, AttributeError) as error:
        raise _Failed(f"{name} cannot be read") from error


def _same_problem(problem: Problem, certificate: Certificate, failures: list[str]) -> None:
    held = _arrays("problem.npz", certificate.problem_file)
    retain = [] if problem.retain is None else [problem.retain]
    given = {
        "balance": problem.balance,
        "segment": problem.segment,
        "value_rate": problem.value_rate,
        "capacity": problem.capacity,
        "minimum": problem.minimum,
        "forbidden": problem.forbidden,
        "value_base": problem.value_base,
        "min_share": problem.min_share,
        "max_share": problem.max_share,
        "retain": np.array(retain, dtype=np.int64),
    }
    for name, array in given.items():
        if name not in held or not np.array_equal(held[name], array):
            failures.append(f"problem.npz holds another {name} than the problem given")
    failures.extend(f"problem.npz holds an unknown {name}" for name in set(held) - set(given))


def _allocation(problem: Problem, certificate: Certificate) -> NDArray[np.int64]:
    held = _arrays("split.npz", certificate.split_file)
    array = held.get("agency")
    if array is None or set(held) != {"agency"} or array.shape != (problem.balance.size,):
        raise _Failed("split.npz must name the agency of each case and nothing else")
    if array.dtype.kind != "i":
        raise _Failed("agency in split.npz must hold integers")
    if certificate.statement["cases"] != problem.balance.size:
        raise _Failed("certificate.json states another number of cases")
    agency: NDArray[np.int64] = array.astype(np.int64)
    least = 0 if problem.retain is None else -1
    if ((agency < least) | (agency >= problem.capacity.size)).any():
        raise _Failed("split.npz names an unknown agency")
    return agency


def _constraints(problem: Problem, agency: NDArray[np.int64], failures: list[str]) -> None:
    placed = agency >= 0
    count = np.bincount(agency[placed], minlength=problem.capacity.size)
    for j, (cases, (most, least)) in enumerate(
        zip(count.tolist(), _limits(problem), strict=True)
    ):
        if cases > most:
            failures.append(f"agency {j} has {cases} cases, capacity {most}")
        if cases < least:
            failures.append(f"agency {j} has {cases} cases, minimum {least}")
    barred = problem.forbidden[problem.segment[placed], agency[placed]]
    if barred.any():
        case = int(np.flatnonzero(placed)[barred.argmax()])
        failures.append(f"case {case} is with agency {agency[case]}, which is forbidden")


def _limits(problem: Problem) -> list[tuple[int, int]]:
    """Most and fewest cases of each agency, shares rounded so that they hold."""
    n, limits = problem.balance.size, []
    for j, capacity in enumerate(problem.capacity.tolist()):
        high, low = int(problem.max_share[j]), int(problem.min_share[j])
        most = min(capacity, n * high // 10_000) if high < 10_000 else capacity
        limits.append((most, max(int(problem.minimum[j]), -(-n * low // 10_000))))
    return limits


def _amounts(
    problem: Problem, agency: NDArray[np.int64], said: dict[str, Any], failures: list[str]
) -> None:
    if len(said["prices"]) != problem.capacity.size:
        raise _Failed("certificate.json must state one price per agency")
    value = _value(problem, agency)
    bound = _bound(problem, said["prices"])
    if said["value"] != value:
        failures.append(f"the value stated is {said['value']}, but the split is worth {value}")
    if said["bound"] != bound:
        failures.append(f"the bound stated is {said['bound']}, but the prices give {bound}")
    if value > bound:
        failures.append("the value exceeds the bound")
    if said["gap"] != said["bound"] - said["value"]:
        failures.append("the gap stated is not the bound less the value")


def _value(problem: Problem, agency: NDArray[np.int64]) -> int:
    total = 0
    for start in range(0, agency.size, PAIRS):
        part = slice(start, start + PAIRS)
        a, s, b = agency[part], problem.segment[part], problem.balance[part]
        with_agency = b * problem.value_rate[s, a] + problem.value_base[s, a]
        total += _total(np.where(a >= 0, with_agency, b * (problem.retain or 0)))
    return total


def _bound(problem: Problem, prices: list[int]) -> int:
    limits = zip(prices, _limits(problem), strict=True)
    total = sum(price * (most if price > 0 else least) for price, (most, least) in limits)
    # A value less a price fits 64 bits unless the price is extreme: Python integers then.
    fits = max(map(abs, prices)) < 2**61
    base = problem.value_base - np.array(prices, dtype=np.int64 if fits else object)
    never = -(2**62) if fits else -(2**53) - 1 - max(map(abs, prices))
    step = max(1, PAIRS // problem.capacity.size)
    for start in range(0, problem.balance.size, step):
        s, b = problem.segment[start : start + step], problem.balance[start : start + step]
        net = b[:, None] * problem.value_rate[s] + base[s]
        net[problem.forbidden[s]] = never
        best = net.max(axis=1)
        if problem.retain is not None:
            best = np.maximum(best, b * problem.retain)
        total += _total(best)
    return int(total)


def _total(amounts: NDArray[Any]) -> int:
    """Exact sum: two halves of 32 bits, so that no sum comes near 2**63."""
    return (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFFFFFF).sum())
