"""All that people read has its Chinese, and the program carries the catalogue it should."""

import ast
import re
from enum import StrEnum
from html.parser import HTMLParser

import pandas as pd
import pytest
from flask import Flask
from jinja2 import Environment

from marketplace import translations
from marketplace.accounts import Kind, Role
from marketplace.auctions import AuctionStatus
from marketplace.casework import Channel, Outcome
from marketplace.compliance import HoldReason
from marketplace.config import ROOT
from marketplace.licences import CredentialStatus
from marketplace.placements import PlacementStatus
from marketplace.portfolios import PortfolioStatus, TapeStatus
from marketplace.settlement import StatementStatus
from marketplace.web.caveats import ASSUMPTIONS, WARNINGS, caveat
from marketplace.web.vocabulary import WORDS
from pricing import Model, Prior

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHOWN = (
    Kind, Role, AuctionStatus, Channel, Outcome, HoldReason, CredentialStatus, PlacementStatus,
    PortfolioStatus, TapeStatus, StatementStatus,
)  # fmt: skip
ALLOWED = {
    "P", "CRPS",
    "PDF", "XLSX", "CSV", "Beancount", "SHA", "Recoup", "Ctrl", "K", "https",
    "python -m matching verify certificate.json",
    "case_no,value_date,amount,reference,reverses",
    "narrow", "problem", "debtor",  # the shape of a page: a class, not a word
}  # fmt: skip
CODE = "\ue000"
"""Stands for a piece of template code between two texts."""
READ_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description"}


@pytest.fixture(scope="module")
def catalog():
    return translations.present()


def test_every_sentence_has_its_chinese(catalog):
    assert translations.untranslated(catalog) == []
    assert [message.id for message in catalog if message.id and message.fuzzy] == []


def test_the_catalogue_holds_what_the_code_says_and_nothing_else(catalog):
    found = {str(message.id) for message in translations.collect() if message.id}
    written = {str(message.id) for message in catalog if message.id}
    assert found - written == set(), "run python -m marketplace.translations"
    assert written - found == set(), "run python -m marketplace.translations"


def test_the_program_reads_what_people_wrote(catalog):
    assert translations.MO.read_bytes() == translations.compiled(catalog)


def _places(sentence: str) -> tuple[set[str], int]:
    return set(re.findall(r"%\(\w+\)s", sentence)), sentence.count("%%")


def test_placeholders_agree(catalog):
    for message in catalog:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[-1]
        for chinese in [message.string] if isinstance(message.string, str) else message.string:
            assert _places(chinese) == _places(english), english


def test_a_literal_percent_is_doubled_only_where_values_are_filled_in():
    """Python formats a sentence only when it has values: `%%` would be shown as it is."""
    for path in (ROOT / "marketplace").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "_l"}:
                said = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
                assert node.keywords or "%%" not in said, f"{path.name}: {said}"


@pytest.mark.parametrize("codes", SHOWN, ids=lambda codes: codes.__name__)
def test_every_code_has_a_word(codes: type[StrEnum]):
    assert [code.value for code in codes if code.value not in WORDS] == []


@pytest.mark.parametrize("market", ["CN", "US", "EU"])
def test_every_assumption_of_a_value_is_said(market: str):
    assert set(Prior.default(market).assumptions) <= set(ASSUMPTIONS)


def test_every_assumption_of_early_and_of_secured_cases_is_said():
    book = pd.DataFrame(
        {"balance": 1.0, "dpd": [20, 300], "product": "auto", "collateral_value": [None, 2.0]}
    )
    value = Model.from_prior(Prior.default("CN")).value_portfolio(book)
    assert len(value.assumptions) == len(Prior.default("CN").assumptions) + 2
    assert set(value.assumptions) <= set(ASSUMPTIONS)


def test_every_warning_of_a_value_is_said():
    """Whatever `pricing` warns of has a sentence; those of `fairness` are not shown."""
    source = "".join(path.read_text() for path in (ROOT / "pricing").glob("_*.py"))
    named = set(re.findall(r'f?"([a-z]+(?:-[a-z{}]+)*): ', source))
    unseen = {"assumption", "code", "miscalibrated", "small-groups"}
    said = " ".join(pattern for pattern, _sentence in WARNINGS)
    for name in named - unseen:
        assert re.escape(name.replace("{column}", r"\S+")).replace("\\", "") in said.replace(
            "\\", ""
        ), name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("missing-score: score missing for 12% of the balance", "12%"),
        ("out-of-support: dpd of 7% of the cases lies outside what was learned from", "7%"),
        ("out-of-support: 13% of the balance is under 180 days past due, out", "13%"),
        ("few-cases: the book weighs like 3.2 equal cases", "3.2"),
        ("impossible-value: fees is negative in 4 of the cases, the first of them row 2", "4"),
        ("secured: 40% of the balance is valued by the sale of collateral", "40%"),
    ],
)
def test_a_warning_keeps_its_figure(app: Flask, line: str, words: str):
    with app.test_request_context():
        assert words in caveat(line)
        assert caveat(line) != line


class _Reader(HTMLParser):
    """What a person would read of a page: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def handle_data(self, data: str) -> None:
        self.read += data.split(CODE)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ATTRIBUTES:
                self.read += (value or "").split(CODE)


def _literal_text(source: str) -> list[str]:
    """The words in a template that no `_()` can reach."""
    kept = []
    for _line, kind, value in Environment(autoescape=True).lex(source):
        if kind == "data":
            kept.append(value)
        elif kind in {"variable_begin", "block_begin"}:
            kept.append(CODE)
    reader = _Reader()
    reader.feed("".join(kept))
    return [text.strip() for text in reader.read if re.search(r"[^\W\d_]", text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_say_nothing_untranslated(path):
    for text in _literal_text(path.read_text()):
        assert text in ALLOWED or set(re.findall(r"[^\W\d_]+", text)) <= ALLOWED, text
