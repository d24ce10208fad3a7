"""The proof of a split, as three files that travel together."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from platform import python_version
from typing import Any
from zipfile import BadZipFile

import numpy as np
import scipy
from numpy.typing import NDArray

from matching._exploration import drawn
from matching._partitions import in_memory
from matching._problem import Problem

FORMAT = "recoup-split-certificate/3"
PROBLEM = "problem.npz"
SPLIT = "split.npz"
STATEMENT = "certificate.json"


@dataclass(frozen=True)
class Certificate:
    """What was claimed of a split, with everything needed to recheck it.

    `statement` is the content of ``certificate.json``: prices, bound, value, gap, seed,
    engine ("prices", "lsa" or "bounded"), the number of the lot drawn for exploration, library
    versions and the SHA-256 of the two other files. Prices are whole multiples of one unit
    of value over `scale`.
    `problem_file` and `split_file` are the bytes of ``problem.npz`` (all constraint inputs,
    nothing personal) and ``split.npz`` (agency of each case).

    Examples
    --------
    >>> from matching import Problem, assign
    >>> split = assign(Problem([100], [0], [[3]], capacity=[1]))
    >>> split.certificate.statement["value"]
    300
    >>> len(split.certificate.digest)
    64
    """

    statement: Mapping[str, Any]
    problem_file: bytes
    split_file: bytes

    @property
    def text(self) -> str:
        """The canonical ``certificate.json``: sorted keys, no spaces, ASCII."""
        return json.dumps(self.statement, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical ``certificate.json``, in hexadecimal.

        It covers the other two files through their own SHA-256.
        """
        return hashlib.sha256(self.text.encode()).hexdigest()

    def save(self, folder: str | Path) -> Path:
        """Write the three files into `folder`, made if need be; return ``certificate.json``."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / PROBLEM).write_bytes(self.problem_file)
        (place / SPLIT).write_bytes(self.split_file)
        (place / STATEMENT).write_text(self.text, encoding="ascii")
        return place / STATEMENT

    @classmethod
    def load(cls, path: str | Path) -> "Certificate":
        """Read a certificate from its folder or its ``certificate.json``.

        Nothing is checked here but that the files can be read; `verify` checks.

        Raises
        ------
        ValueError
            If ``certificate.json`` is not a JSON object.
        OSError
            If one of the three files is missing.
        """
        place = Path(path)
        if place.is_dir():
            place = place / STATEMENT
        statement = json.loads(place.read_text(encoding="ascii"))
        if not isinstance(statement, dict):
            raise ValueError(f"{STATEMENT} must hold a JSON object")
        beside = place.parent
        return cls(statement, (beside / PROBLEM).read_bytes(), (beside / SPLIT).read_bytes())

    def paid(self, problem: Problem, segment: int, balance: int) -> tuple[int, ...]:
        """What a case of this segment and balance pays with each agency, over `scale`."""
        return charged(problem, self.statement, segment, balance)

    def drawn(self, problem: Problem) -> NDArray[np.int64]:
        """Agency of each case that exploration placed by lot, -1 of all others, shape (N,)."""
        return drawn(problem, self.statement["seed"], self.statement["attempt"])

    def problem(self) -> Problem:
        """Rebuild the problem from ``problem.npz``.

        Raises
        ------
        ValueError
            If the file is damaged or its content is not a valid problem.
        """
        try:
            with np.load(io.BytesIO(self.problem_file), allow_pickle=False) as arrays:
                held = {name: arrays[name] for name in arrays.files}
            retain = held.pop("retain")
            whole = {name: int(array) for name, array in held.items() if array.ndim == 0}
            return Problem(**{**held, **whole}, retain=int(retain[0]) if retain.size else None)
        except (KeyError, TypeError, OSError, EOFError, BadZipFile) as error:
            raise ValueError(f"{PROBLEM} cannot be read: {error}") from error


def issue(
    problem: Problem,
    agency: Any,
    *,
    claims: Mapping[str, Any],
) -> Certificate:
    """Bundle what is claimed of a split with the problem and the split themselves."""
    held: dict[str, NDArray[Any]] = {}
    for field in fields(problem):
        value = getattr(problem, field.name)
        if field.name not in ("retain", "labels") and value is not None:
            held[field.name] = in_memory(value)
    kept = [] if problem.retain is None else [problem.retain]
    problem_file = _packed(retain=np.array(kept, dtype=np.int64), **held)
    narrow = np.int16 if problem.n_agencies < 2**15 else np.int64
    split_file = _packed(agency=in_memory(agency).astype(narrow))
    statement = {
        **claims,
        "format": FORMAT,
        "cases": problem.n_cases,
        "versions": {
            "numpy": np.__version__,
            "python": python_version(),
            "scipy": scipy.__version__,
        },
        "sha256": {
            PROBLEM: hashlib.sha256(problem_file).hexdigest(),
            SPLIT: hashlib.sha256(split_file).hexdigest(),
        },
    }
    return Certificate(statement, problem_file, split_file)


def _packed(**arrays: NDArray[Any]) -> bytes:
    """The bytes of an npz file; equal arrays give equal bytes."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def charged(
    problem: Problem, stated: Mapping[str, Any], segment: int, balance: int
) -> tuple[int, ...]:
    """Add up all that a case pays with each agency at the prices stated."""
    total = list(stated["prices"])
    for j in range(problem.n_agencies):
        if problem.region is not None:
            total[j] += stated["region_prices"][int(problem.region[segment])][j]
        if problem.newcomer[j]:
            total[j] += stated["newcomer_price"]
        if stated["balance_prices"]:
            total[j] += stated["balance_prices"][j] * balance
    return tuple(total)
