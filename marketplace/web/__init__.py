"""The doors, one package per audience: a door decides who comes in, features the rest."""

from flask import Flask

from marketplace.config import Settings
from marketplace.web import (
    account,
    agency,
    api,
    caveats,
    debtor,
    finance,
    headers,
    journals,
    language,
    lender,
    navigation,
    refusals,
    security,
    staff,
    status,
    vocabulary,
)


def init_app(app: Flask, settings: Settings) -> None:
    headers.init_app(app, settings)
    security.init_app(app, settings)
    language.init_app(app)
    navigation.init_app(app)
    refusals.init_app(app)
    status.init_app(app)
    vocabulary.init_app(app)
    caveats.init_app(app)
    journals.init_app(app)
    for door in (
        account.door,
        lender.door,
        agency.door,
        staff.door,
        finance.door,
        debtor.door,
        api.door,
    ):
        app.register_blueprint(door)
