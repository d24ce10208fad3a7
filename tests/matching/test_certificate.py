"""A certificate holds for what it was issued for, and for nothing else."""

import dataclasses
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching import Certificate, Problem, Split, assign, verify
from matching.__main__ import main


@pytest.fixture(params=["prices", "lsa"])
def split(request: pytest.FixtureRequest) -> Split:
    rng = np.random.default_rng(5)
    problem = Problem(
        rng.integers(100, 9_000, 60),
        rng.integers(0, 3, 60),
        rng.integers(10, 90, (3, 4)),
        capacity=[20, 20, 20, 20],
        minimum=[5, 0, 0, 16],
        forbidden=[[False, True, False, False]] * 3,
    )
    return assign(problem, seed=1, engine=request.param)


def restated(certificate: Certificate, **changes: Any) -> Certificate:
    return dataclasses.replace(certificate, statement={**certificate.statement, **changes})


def reallocated(certificate: Certificate, **arrays: np.ndarray[Any, Any]) -> Certificate:
    """Put another split in, with its hash stated correctly: the shrewdest forgery."""
    with np.load(io.BytesIO(certificate.split_file)) as held:
        content = {**{name: held[name] for name in held.files}, **arrays}
    file = io.BytesIO()
    np.savez(file, **content)
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    forged = dataclasses.replace(certificate, split_file=file.getvalue())
    return restated(forged, sha256={**certificate.statement["sha256"], "split.npz": digest})


def test_issued_certificates_hold(split: Split) -> None:
    assert verify(split.problem, split.certificate).failures == ()
    assert split.certificate.statement["engine"] == split.engine


@pytest.mark.parametrize("name", ["value", "bound", "gap"])
@pytest.mark.parametrize("step", [-1, 1])
def test_another_amount_is_rejected(split: Split, name: str, step: int) -> None:
    claimed = split.certificate.statement[name] + step
    assert not verify(split.problem, restated(split.certificate, **{name: claimed}))


def test_another_price_is_rejected(split: Split) -> None:
    for j in range(4):
        prices = list(split.price)
        prices[j] += 10_000
        assert not verify(split.problem, restated(split.certificate, prices=prices))
    assert not verify(split.problem, restated(split.certificate, prices=[0]))


def test_a_swap_is_rejected(split: Split) -> None:
    agency = split.agency.copy()
    i, j = 0, int(np.flatnonzero(agency != agency[0])[0])
    agency[[i, j]] = agency[[j, i]]
    assert not verify(split.problem, reallocated(split.certificate, agency=agency))


def test_another_order_is_rejected(split: Split) -> None:
    assert not verify(split.problem, reallocated(split.certificate, agency=split.agency[::-1]))


@pytest.mark.parametrize(
    ("agency", "words"),
    [(0, "capacity"), (1, "forbidden"), (0, "minimum"), (4, "unknown agency"), (-1, "unknown")],
)
def test_broken_constraints_are_named(split: Split, agency: int, words: str) -> None:
    everything = np.full(60, agency)
    verdict = verify(split.problem, reallocated(split.certificate, agency=everything))
    assert any(words in failure for failure in verdict.failures)


def test_anything_else_in_the_split_is_rejected(split: Split) -> None:
    assert not verify(split.problem, reallocated(split.certificate, block=split.agency))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "x"),
        ("engine", "x"),
        ("value", 1.5),
        ("prices", "x"),
        ("sha256", 1),
        ("cases", 1),
    ],
)
def test_malformed_statements_are_rejected(split: Split, name: str, value: Any) -> None:
    assert not verify(split.problem, restated(split.certificate, **{name: value}))


def test_damaged_files_are_rejected(split: Split) -> None:
    for name in ("problem_file", "split_file"):
        content = getattr(split.certificate, name)
        for damaged in (
            content[:-30],
            b"",
            content[:200] + bytes([content[200] ^ 1]) + content[201:],
        ):
            held = {**vars(split.certificate), name: damaged}
            forged = Certificate(**held)
            assert not verify(split.problem, forged)


@pytest.mark.parametrize(
    "changes",
    [
        {"capacity": [20, 20, 20, 21]},
        {"minimum": [4, 0, 0, 16]},
        {"forbidden": None},
        {"retain": 0},
        {"value_base": np.ones((3, 4), dtype=int)},
    ],
)
def test_another_problem_is_rejected(split: Split, changes: dict[str, Any]) -> None:
    fields = {f.name: getattr(split.problem, f.name) for f in dataclasses.fields(Problem)}
    verdict = verify(Problem(**{**fields, **changes}), split.certificate)
    name = next(iter(changes))
    assert f"problem.npz holds another {name} than the problem given" in verdict.failures


def test_saved_and_loaded_is_the_same(split: Split, tmp_path: Path) -> None:
    path = split.certificate.save(tmp_path / "proof")
    for place in (path, path.parent):
        loaded = Certificate.load(place)
        assert loaded == split.certificate
        assert loaded.digest == hashlib.sha256(path.read_bytes()).hexdigest()
        assert verify(loaded.problem(), loaded)


def test_command_line(split: Split, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = split.certificate.save(tmp_path)
    assert main(["verify", str(path)]) == 0
    assert capsys.readouterr().out == f"OK {split.certificate.digest}\n"
    statement = json.loads(path.read_text())
    path.write_text(json.dumps({**statement, "value": statement["value"] + 1}))
    assert main(["verify", str(path)]) == 1
    assert "the value stated" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"not json"])
def test_command_line_on_rubbish(
    split: Split, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = split.certificate.save(tmp_path)
    path.write_bytes(content)
    assert main(["verify", str(path)]) == 1
    path = split.certificate.save(tmp_path)
    (tmp_path / "problem.npz").write_bytes(content)
    assert main(["verify", str(path)]) == 1
    (tmp_path / "problem.npz").write_bytes(split.certificate.problem_file[:-30])
    assert main(["verify", str(path)]) == 1
    assert main(["verify", str(tmp_path / "nowhere.json")]) == 1
    assert "OK" not in capsys.readouterr().out


def test_module_runs(split: Split, tmp_path: Path) -> None:
    path = split.certificate.save(tmp_path)
    command = [sys.executable, "-m", "matching", "verify", str(path)]
    root = Path(__file__).parents[2]
    assert subprocess.run(command, cwd=root, check=False, capture_output=True).returncode == 0
    (tmp_path / "split.npz").write_bytes(b"x")
    assert subprocess.run(command, cwd=root, check=False, capture_output=True).returncode == 1


def test_nothing_personal_is_bundled() -> None:
    problem = Problem([1], [0], [[1]], capacity=[1], labels=["Zhang San Collections"])
    certificate = assign(problem).certificate
    for content in (
        certificate.text.encode(),
        certificate.problem_file,
        certificate.split_file,
    ):
        assert b"Zhang" not in content


def test_the_verifier_shares_nothing_with_the_engines() -> None:
    folder = Path(__file__).parents[2] / "matching"
    imports = {
        line
        for name in ("_verification.py", "_rechecks.py", "_resums.py")
        for line in (folder / name).read_text().splitlines()
        if line.startswith(("from", "import"))
    }
    own = {line.split(" import ")[0] for line in imports if "matching" in line}
    assert own == {
        "from matching._certificate",
        "from matching._partitions",
        "from matching._problem",
        "from matching._rechecks",
        "from matching._resums",
    }
    assert not any("scipy" in line for line in imports)
