"""Two languages, local time and money: how figures and sentences look to the reader."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask, has_request_context, request
from flask_babel import (
    Babel,
    format_date,
    format_datetime,
    format_decimal,
    get_domain,
    get_locale,
)
from flask_login import current_user

from marketplace.config import ROOT
from marketplace.core import installation, words
from marketplace.core.money import MINOR_DIGITS

LANGUAGES = ("zh", "en")
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "marketplace" / "translations")
    Babel(app, default_locale="en", locale_selector=choose_language)
    words.translate_with(_translate, language)
    app.jinja_env.filters.update(
        money=money,
        percent=percent,
        when=when,
        day=day,
        number=number,
        short_money=short_money,
        typed_money=typed_money,
        local_input=local_input,
    )
    app.context_processor(
        lambda: {"locale": language(), "theme": request.cookies.get("theme", "light")}
    )


def language() -> str:
    return str(get_locale() or "en")[:2]


def choose_language() -> str:
    if not has_request_context():
        return "en"
    if current_user and current_user.is_authenticated and current_user.locale in LANGUAGES:
        return str(current_user.locale)
    chosen = request.cookies.get("locale")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _translate(sentence: str) -> str:
    return str(get_domain().get_translations().ugettext(sentence))


def money(minor: int | None, currency: str = "CNY") -> str:
    """Whole amounts with the currency's sign, thousands and all its digits."""
    if minor is None:
        return "–"
    digits = MINOR_DIGITS[currency]
    amount = Decimal(minor).scaleb(-digits)
    sign = "−" if amount < 0 else ""
    return f"{sign}{SYMBOLS[currency]}{abs(amount):,.{digits}f}"


def typed_money(minor: int, currency: str) -> str:
    """An amount as it would be typed into a field."""
    digits = MINOR_DIGITS[currency]
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def short_money(minor: int | None, currency: str = "CNY") -> str:
    """A rounded amount for headlines: 万 and 亿 in Chinese, k, m and bn in English."""
    if minor is None:
        return "–"
    amount = Decimal(minor).scaleb(-MINOR_DIGITS[currency])
    steps = (
        ((10**8, "亿"), (10**4, "万"))
        if language() == "zh"
        else ((10**9, "bn"), (10**6, "m"), (10**3, "k"))
    )
    sign = "−" if amount < 0 else ""
    for size, suffix in steps:
        if abs(amount) >= size:
            return f"{sign}{SYMBOLS[currency]}{abs(amount) / size:,.2f}{suffix}"
    return money(minor, currency)


def percent(bps: int | None, digits: int = 1) -> str:
    return "–" if bps is None else f"{Decimal(bps) / 100:.{digits}f}%"


def number(value: int | None) -> str:
    return "–" if value is None else str(format_decimal(value))


def when(moment: datetime | None) -> str:
    if moment is None:
        return "–"
    local = moment.astimezone(ZoneInfo(installation.installed().time_zone))
    return str(format_datetime(local, "yyyy-MM-dd HH:mm", rebase=False))


def local_input(moment: datetime) -> str:
    """A moment as a browser's date-and-time field takes it, at the installation's clock."""
    local = moment.astimezone(ZoneInfo(installation.installed().time_zone))
    return local.strftime("%Y-%m-%dT%H:%M")


def day(value: date | None) -> str:
    return "–" if value is None else str(format_date(value, "yyyy-MM-dd"))
