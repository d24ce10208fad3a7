"""Sentences that are kept: the same words, read in the language of whoever opens them."""

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import literal, select, type_coerce

from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.told import Told, ToldByNameType, ToldType
from marketplace.core.words import Code, Name, Words, _


def kept(told: Told) -> Told | None:
    """As the database gives it back."""
    return db.session.scalar(select(type_coerce(literal(told, ToldType), ToldType)))


def read(app: Flask, told: Told | None, language: str) -> str:
    with app.test_request_context(), force_locale(language):
        return str(told)


def test_a_refusal_is_read_in_either_language(app: Flask) -> None:
    refusal = Refusal(
        _("The portfolio %(name)s is already offered; it takes no new cases.", name="Spring"),
        next_step=_("Import these cases under another name."),
    )
    found = kept(Told.why(refusal))
    assert read(app, found, "en") == (
        "The portfolio Spring is already offered; it takes no new cases."
        " Import these cases under another name."
    )
    assert read(app, found, "zh") == (
        "资产包 Spring 已挂牌或委案，不再接收新案件。 请将这些案件以其他名称导入。"
    )


@pytest.mark.parametrize(
    ("value", "en"),
    [
        (Words("inner %(n)s", n=3), "inner 3"), (Code("credit_card"), "Credit card"),
        (Name("Bank", "银行"), "Bank"), (7, "7"), (0.5, "0.5"), ("100 %", "100 %"),
    ],
)  # fmt: skip
def test_values_of_any_kind_are_kept(app: Flask, value: object, en: str) -> None:
    found = kept(Told((_("Say %(it)s.", it=value), "as it stands")))
    assert read(app, found, "en") == f"Say {en}. as it stands"


def test_what_is_told_of_several_things_is_kept_by_their_names(app: Flask) -> None:
    given = {"a.csv:2": Told((_("Payments"),)), "a.csv:3": Told((_("Say %(it)s.", it=7), "x"))}
    found = db.session.scalar(
        select(type_coerce(literal(given, ToldByNameType), ToldByNameType))
    )
    assert found is not None
    assert [*found] == [*given]
    assert read(app, found["a.csv:2"], "zh") == "回款"
    assert read(app, found["a.csv:3"], "en") == "Say 7. x"


def test_a_reason_without_words_or_next_step(app: Flask) -> None:
    assert read(app, kept(Told.why(Refusal("Plain."))), "en") == "Plain."
