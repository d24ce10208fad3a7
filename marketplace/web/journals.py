"""What journals are about, in the reader's language; their chain holds one wording."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from marketplace.web.retelling import Retold, retold

WORDINGS: tuple[Retold, ...] = (
    (r"Statement (?P<code>\S+) to (?P<day>\S+)$", _l("Statement %(code)s to %(day)s")),
    (r"Statement (?P<code>\S+) taken back$", _l("Statement %(code)s taken back")),
    (
        r"Commission of statement (?P<code>\S+) paid$",
        _l("Commission of statement %(code)s paid"),
    ),
    (r"Fee of statement (?P<code>\S+) paid$", _l("Fee of statement %(code)s paid")),
    (r"Debt of statement (?P<code>\S+) repaid$", _l("Debt of statement %(code)s repaid")),
    (
        r"Debt of statement (?P<code>\S+) written off$",
        _l("Debt of statement %(code)s written off"),
    ),
    (
        r"Exchange of (?P<sold>\S+) for (?P<bought>\S+) at (?P<rate>\S+)$",
        _l("Exchange of %(sold)s for %(bought)s at %(rate)s"),
    ),
    (
        r"Reversal of journal (?P<number>\d+) of (?P<day>\S+)$",
        _l("Reversal of journal %(number)s of %(day)s"),
    ),
)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["journal_words"] = journal_words


def journal_words(words: str) -> str:
    """The words of a journal; a wording that is not ours stays as it is."""
    return retold(words, WORDINGS)
