"""Code stays in pieces that fit on a screen, and templates keep to the content policy."""

import ast
import hashlib
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPS = ("marketplace", "matching", "pricing", "benchmarks")
MODULES = sorted(path for top in TOPS for path in (ROOT / top).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PERMISSIVE = (
    "MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "MPL", "LGPL",
    "PostgreSQL", "Unlicense", "0BSD", "HPND", "Zlib", "CC0", "Public Domain",
)  # fmt: skip


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_explains_itself_and_stays_short(path):
    source = path.read_text()
    tree = ast.parse(source)

    if source:
        assert ast.get_docstring(tree), "say in one line what this module is for"
    assert source.count("\n") <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            docstring = ast.get_docstring(node) or ""
            length = node.end_lineno - node.lineno + 1 - docstring.count("\n")
            assert length <= 60, f"{node.name} is {length} lines long"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_style_or_script(path):
    source = path.read_text()
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"<style", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r"hx-on|js:|javascript:", source)
    for tag in re.findall(r"<script[^>]*>", source):
        assert "src=" in tag or 'type="application/json"' in tag, tag


def test_money_is_never_a_float_in_the_marketplace():
    offenders = []
    for path in (ROOT / "marketplace").rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"_minor\b[^=]*:\s*(Mapped\[)?float", line):
                offenders.append(f"{path.name}:{number}")
    assert offenders == []


def test_vendored_files_are_the_ones_that_were_checked_in():
    folder = ROOT / "static" / "vendor"
    listed = {}
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        listed[name.lstrip("*")] = digest
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    present = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert present == set(listed)


def test_every_requirement_is_pinned_and_permissively_licensed():
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, _equals, version = line.partition("==")
        assert version, f"{name} is not pinned"
        assert any(word in _licence(name) for word in PERMISSIVE), (name, _licence(name))


def _licence(name):
    about = metadata.metadata(name)
    stated = [about.get("License-Expression") or "", (about.get("License") or "")[:200]]
    stated += [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
    return " ".join(stated)


def test_the_project_says_its_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:200]
