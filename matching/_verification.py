"""Recheck of a split from its certificate: arithmetic only, nothing shared with the engines."""

import hashlib
import io
from dataclasses import dataclass, fields
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matching._certificate import Certificate
from matching._partitions import is_lazy
from matching._problem import Problem
from matching._rechecks import Stated, Sums, bound, broken, lot, sums, torn
from matching._resums import resummed


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
        split obeys every constraint, the cases of the exploration slice are where the seed's
        lot put them, its value is as stated, the stated bound follows from the stated prices,
        and the gap is their difference.

    Notes
    -----
    The bound is recomputed as

    .. math::
        \sum_j \left(p_j^+ c_j - p_j^- m_j + \mu_j^+ C_j\right)
        + \sum_{rj} q_{rj}^+ c_{rj} - \nu m
        + \sum_g \max_j \sum_{i \in g} (v_{ij} - p_j - q_{rj} - \mu_j b_i - \nu_j)

    over all debtors *g*, with prices *q* of regional capacities, :math:`\mu` of balance and
    :math:`\nu` of the newcomers' share where there are such, in exact integers and one pass
    over all pairs. Where more agencies must be active than would be at these prices, the
    cheapest of the others are added. No solver is involved. Cases held by Dask are read where
    they are, and their sums come back.

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
        held = _same_problem(problem, certificate, failures)
        agency = _allocation(problem, certificate)
        stated = _prices(problem, said)
        if problem.partitions is None:
            found = _summed(problem, agency, said, stated, failures)
        else:
            found, other = resummed(problem, problem.partitions, agency, stated, held)
            failures += [_another(name) for name in other]
        _amounts(problem, found, said, stated, failures)
    except _Failed as failed:
        failures.append(str(failed))
    return Verdict(tuple(failures))


def _statement(certificate: Certificate) -> dict[str, Any]:
    said = dict(certificate.statement)
    _amounts_stated(said)
    if said.get("format") != "recoup-split-certificate/3":
        raise _Failed("certificate.json is of an unknown format")
    if said.get("engine") not in ("lsa", "prices", "bounded"):
        raise _Failed("certificate.json names an unknown engine")
    if not isinstance(said.get("sha256"), dict):
        raise _Failed("certificate.json must state the sha256 of the two other files")
    return said


def _amounts_stated(said: dict[str, Any]) -> None:
    for name in ("value", "bound", "gap", "cases", "newcomer_price"):
        if type(said.get(name)) is not int:
            raise _Failed(f"certificate.json must state {name} as an integer")
    for name, least in (("seed", 0), ("attempt", 0), ("scale", 1)):
        if type(said.get(name)) is not int or said[name] < least:
            raise _Failed(f"certificate.json must state {name} as an integer from {least}")
    for name in ("prices", "balance_prices"):
        if not _integers(said.get(name)):
            raise _Failed(f"certificate.json must state {name} as a list of integers")
    if not isinstance(said.get("region_prices"), list):
        raise _Failed("certificate.json must state region_prices as a list")


def _integers(value: object) -> bool:
    return isinstance(value, list) and all(type(price) is int for price in value)


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


def _same_problem(
    problem: Problem, certificate: Certificate, failures: list[str]
) -> dict[str, NDArray[Any]]:
    """What problem.npz holds; compared but for what Dask holds, which a later pass reads."""
    held = _arrays("problem.npz", certificate.problem_file)
    given: dict[str, Any] = {
        "retain": np.array([] if problem.retain is None else [problem.retain], dtype=np.int64)
    }
    for field in fields(problem):
        value = getattr(problem, field.name)
        if field.name not in ("retain", "labels") and value is not None:
            given[field.name] = value if is_lazy(value) else np.asarray(value)
    for name in sorted(set(held) | set(given)):
        if name not in given:
            failures.append(f"problem.npz holds an unknown {name}")
        elif name not in held or not (
            is_lazy(given[name]) or np.array_equal(held[name], given[name])
        ):
            failures.append(_another(name))
    return held


def _another(name: str) -> str:
    return f"problem.npz holds another {name} than the problem given"


def _allocation(problem: Problem, certificate: Certificate) -> NDArray[np.int64]:
    held = _arrays("split.npz", certificate.split_file)
    array = held.get("agency")
    if array is None or set(held) != {"agency"} or array.shape != (problem.n_cases,):
        raise _Failed("split.npz must name the agency of each case and nothing else")
    if array.dtype.kind != "i":
        raise _Failed("agency in split.npz must hold integers")
    if certificate.statement["cases"] != problem.n_cases:
        raise _Failed("certificate.json states another number of cases")
    agency: NDArray[np.int64] = array.astype(np.int64)
    least = 0 if problem.retain is None else -1
    if ((agency < least) | (agency >= problem.capacity.size)).any():
        raise _Failed("split.npz names an unknown agency")
    return agency


def _amounts(
    problem: Problem, found: Sums, said: dict[str, Any], stated: Stated, failures: list[str]
) -> None:
    failures += broken(problem, found)
    value, most = found.value, bound(problem, stated, found)
    if said["value"] != value:
        failures.append(f"the value stated is {said['value']}, but the split is worth {value}")
    if said["bound"] != most:
        failures.append(f"the bound stated is {said['bound']}, but the prices give {most}")
    if value > most:
        failures.append("the value exceeds the bound")
    if said["gap"] != said["bound"] - said["value"]:
        failures.append("the gap stated is not the bound less the value")


def _summed(
    problem: Problem,
    agency: NDArray[np.int64],
    said: dict[str, Any],
    stated: Stated,
    failures: list[str],
) -> Sums:
    failures += torn(problem, agency)
    drawn = lot(problem, said["seed"], said["attempt"])
    astray = np.flatnonzero((drawn >= 0) & (drawn != agency))
    if astray.size:
        case = int(astray[0])
        failures.append(f"case {case} was drawn for agency {drawn[case]}, but is elsewhere")
    return sums(problem, agency, stated, drawn)


def _prices(problem: Problem, said: dict[str, Any]) -> Stated:
    k = problem.capacity.size
    if len(said["prices"]) != k:
        raise _Failed("certificate.json must state one price per agency")
    rows = 0 if problem.region_capacity is None else problem.region_capacity.shape[0]
    regions = said["region_prices"]
    if len(regions) != rows or any(not _integers(row) or len(row) != k for row in regions):
        raise _Failed("certificate.json must state region_prices per region and agency")
    if len(said["balance_prices"]) != (0 if problem.balance_capacity is None else k):
        raise _Failed("certificate.json must state balance_prices where balances are bounded")
    return Stated(
        said["scale"], said["prices"], regions, said["newcomer_price"], said["balance_prices"]
    )
