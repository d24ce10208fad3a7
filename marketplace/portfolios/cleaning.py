"""Cleaning cells, as Polars expressions: nothing is lost and no digit is guessed."""

import unicodedata

import polars as pl

from marketplace.portfolios.vocabulary import ISO_4217, PROVINCES

INVISIBLE = "[\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
FULLWIDTH = "[０-９Ａ-Ｚａ-ｚ]"
DESTROYED = r"^\d(\.\d+)?[Ee]\+?\d{2,3}$"
_LETTER = r"[\p{Han}\p{Latin}]\p{M}*"
NAME = rf"^{_LETTER}(?:[ ·.,'’\-]*{_LETTER}){{1,29}}\.?$"
_EMPTY = ("", "NULL", "N/A", "NA", "#N/A", "无", "無", "--", "—")
_CURRENCY = rf"(?i)(?:US|HK|NT)?\p{{Sc}}|RMB|人民币|{'|'.join(sorted(ISO_4217))}"
_NUMBER = r"^-?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?$"
_FRACTION = 8
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def clean(raw: pl.Expr) -> pl.Expr:
    """NFKC, trimmed, without a spreadsheet's text marks; empty values are null."""
    text = (
        raw.str.normalize("NFKC")
        .str.strip_chars()
        .str.replace(r'^="(.*)"$', "$1")
        .str.replace("^'", "")
        .str.strip_chars()
    )
    return pl.when(~text.str.to_uppercase().is_in(_EMPTY)).then(text)


def coded(raw: pl.Expr) -> pl.Expr:
    """`clean` for names, identifiers, phones, amounts and dates."""
    return clean(raw.str.replace_all(INVISIBLE, ""))


def fold(word: object) -> str:
    """A word of a value table as `clean` would leave the same word of a cell, in small letters.

    >>> fold(" Ｙ "), fold(None)
    ('y', '')
    """
    text = unicodedata.normalize("NFKC", "" if word is None else str(word)).strip()
    return text.removeprefix("'").strip().lower()


_STRANGE = r"[^\x21-\x26\x28-\x7e\u4e00-\u9fff]"
_CONTROL = "[\x00-\x1f\x7f]"


def cleaned(cells: pl.Series, *, as_code: bool) -> pl.Series:
    """`coded` or `clean` of a whole column: the long way only where a cell needs it.

    Letters, digits and marks of ASCII and common Chinese characters are their own NFKC form;
    only cells with anything else can change.
    """
    long_way = coded if as_code else clean
    strange = cells.str.contains(_STRANGE) | cells.str.starts_with('="')
    plain = pl.when(~cells.str.to_uppercase().is_in(_EMPTY)).then(pl.col("cell"))
    frame = cells.to_frame("cell")
    if strange.sum() * 3 > cells.len():
        return frame.select(long_way(pl.col("cell")))["cell"]
    simple = frame.select(plain)["cell"]
    at = strange.fill_null(value=False).arg_true()
    if not at.len():
        return simple
    return simple.scatter(
        at, cells.gather(at).to_frame("cell").select(long_way(pl.col("cell")))["cell"]
    )


# Amounts


def is_dash(text: pl.Expr) -> pl.Expr:
    return text.is_in(["-", "–"])


def cell_unit(text: pl.Expr) -> pl.Expr:
    """Minor units per unit written inside the cell; null where none is."""
    return (
        pl.when(text.str.contains("万元?$")).then(1_000_000)
        .when(text.str.contains("元$")).then(100)
        .otherwise(None)
    )  # fmt: skip


_COMMA = r"\d,\d{1,2}$|\d,\d{4,}$|\.\d{3},\d+$|\d\.\d{3}\.\d{3}$"
_POINT = r"\d\.\d{1,2}$|\d\.\d{4,}$|,\d{3}\.\d+$|\d,\d{3},\d{3}$"


_PLAIN_POINT = r"^\d+\.(\d{1,2}|\d{4,})$"
_PLAIN = r"^\d+(\.\d+)?$"


def comma_votes(text: pl.Series) -> int:
    """Amounts that can only be 1.234,56 less those that can only be 1,234.56.

    1.234 and 1,234 may be either, and do not vote.
    """
    points = int(text.str.contains(_PLAIN_POINT).sum())
    rest = text.filter(~text.str.contains(_PLAIN)).to_frame("cell")
    bare = pl.col("cell").str.replace_all(rf"{_CURRENCY}|[元万\s()-]", "")
    votes = rest.select(c=bare.str.contains(_COMMA).sum(), p=bare.str.contains(_POINT).sum())
    return int(votes["c"][0]) - int(votes["p"][0]) - points


def amount(text: pl.Expr, scale: pl.Expr, *, comma: bool = False) -> pl.Expr:
    """Minor units, rounded half up; null where the text is no amount.

    Digits are added up as integers: a float never holds money.
    """
    bare = text.str.replace_all(_CURRENCY, "").str.replace("万?元?$", "")
    # What is left of a sum in another program's floats: far below any unit.
    bare = bare.str.replace(r"^-?\d(\.\d+)?[eE]-(09|[1-9]\d)$", "0")
    bare = bare.str.replace_all(r"\s", "").str.replace(r"^\((.+)\)$", "-$1")
    bare = bare.str.replace(r"^(.+)-$", "-$1")
    if comma:
        # The two marks change places: 12.34 is then no group of three, and no amount.
        bare = bare.str.replace_all(",", "~", literal=True)
        bare = bare.str.replace_all(".", ",", literal=True)
        bare = bare.str.replace_all("~", ".", literal=True)
    good = bare.str.contains(_NUMBER) & bare.str.contains(r"\d")
    digits = bare.str.replace_all(",", "", literal=True).str.strip_prefix("-")
    whole = digits.str.extract(r"^(\d*)", 1).str.zfill(1)
    rest = digits.str.extract(r"\.(\d+)$", 1).fill_null("").str.slice(0, _FRACTION)
    rest_scaled = rest.str.pad_end(_FRACTION, "0").cast(pl.Int64, strict=False) * scale
    minor = whole.cast(pl.Int64, strict=False) * scale
    minor = minor + (rest_scaled + 10**_FRACTION // 2) // 10**_FRACTION
    fits = good & (whole.str.len_chars() <= 10)
    signed = pl.when(bare.str.starts_with("-")).then(-minor).otherwise(minor)
    return pl.when(is_dash(text)).then(0).when(fits).then(signed).otherwise(None)


_SIMPLE_AMOUNT = rf"^(\d{{1,10}}|\d{{1,3}}(,\d{{3}}){{1,2}})(\.\d{{1,{_FRACTION}}})?$"


def amounts(text: pl.Series, scale: pl.Series, *, comma: bool) -> pl.Series:
    """`amount` of a whole column: the long way only for cells that are not plainly digits."""
    simple = text.str.contains(_SIMPLE_AMOUNT).fill_null(value=False)
    if comma:
        simple = simple & ~text.str.contains("[.,]")
    frame = pl.DataFrame({"text": text, "scale": scale})
    digits = pl.col("text").str.replace_all(",", "", literal=True)
    exact = digits.cast(pl.Decimal(38, _FRACTION), strict=False).to_physical()
    rounded = (exact * pl.col("scale") + 10**_FRACTION // 2) // 10**_FRACTION
    minor = frame.select(x=rounded.cast(pl.Int64, strict=False))["x"]
    at = (~simple & text.is_not_null()).arg_true()
    if not at.len():
        return minor
    rest = frame[at].select(x=amount(pl.col("text"), pl.col("scale"), comma=comma))
    return minor.scatter(at, rest["x"])


def rate_hundredths(text: pl.Expr) -> pl.Expr:
    """A rate in ten-thousandths of a percent; null where the text is no number."""
    return amount(text, pl.lit(10_000, dtype=pl.Int64))


# Dates and numbers


_TIME = (
    r"(?:[ T]?(?:[上下]午)?\d{1,2}[:时]\d{2}(?:[:分]\d{2}(?:\.\d+)?秒?)?分?(?: ?[AaPp][Mm])?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?"
)


_SHORT = r"(?P<y>[12]\d{3}|\d{2})"
_YEAR, _MONTH, _DAY = r"(?P<y>[12]\d{3})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_NAMED = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTHS = {
    "jan": "1", "feb": "2", "mar": "3", "apr": "4", "may": "5", "jun": "6",
    "jul": "7", "aug": "8", "sep": "9", "oct": "10", "nov": "11", "dec": "12",
}  # fmt: skip
_DATES = (
    rf"{_YEAR} ?[/\-.年] ?{_MONTH} ?[/\-.月] ?{_DAY} ?日?",
    r"(?P<y>[12]\d{3})(?P<m>\d{2})(?P<d>\d{2})(?: ?[0-2]\d[0-5]\d[0-5]\d)?",
    rf"(?i){_DAY}[-/. ]?{_NAMED}[-/., ]*{_SHORT}",
    rf"(?i){_NAMED}[-/. ]?{_DAY},?[-/. ]{_SHORT}",
    rf"(?i){_YEAR}[-/. ]?{_NAMED}[-/. ]?{_DAY}",
)
_ORDERED = {
    "mdy": rf"{_MONTH}[/.\-]{_DAY}[/.\-]{_SHORT}",
    "dmy": rf"{_DAY}[/.\-]{_MONTH}[/.\-]{_SHORT}",
}


def day(
    text: pl.Expr, *, date_system: int, latest: pl.Expr, order: pl.Expr | None = None
) -> pl.Expr:
    """A date in any of the accepted notations; null where it is none, or impossible.

    `order` is mdy or dmy where the file writes the day or the month first.
    """
    # Few lists spell months out: only cells with letters are looked at for them.
    lettered = pl.when(text.str.contains("[A-Za-z]{3}")).then(text)
    found = [
        _read_day(lettered if _NAMED in notation else text, notation, latest)
        for notation in _DATES
    ]
    found.insert(2, _serial(text, date_system))
    if order is not None:
        for name, notation in _ORDERED.items():
            found.append(pl.when(order == name).then(_read_day(text, notation, latest)))
    return pl.coalesce(found)


def _read_day(text: pl.Expr, notation: str, latest: pl.Expr) -> pl.Expr:
    """A year of two digits is the latest that does not lie after the balance date."""
    part = text.str.extract_groups(rf"^{notation}{_TIME}$").struct.field
    year, month, day_ = part("y"), part("m"), part("d")
    if _NAMED in notation:
        month = month.str.slice(0, 3).str.to_lowercase().replace(_MONTHS)
    full = _made(year, month, day_)
    if _SHORT not in notation:
        return full
    recent = _made(pl.lit("20") + year, month, day_)
    short = pl.when(recent <= latest).then(recent).otherwise(recent.dt.offset_by("-100y"))
    return pl.when(year.str.len_chars() == 4).then(full).otherwise(short)


def _made(year: pl.Expr, month: pl.Expr, day_: pl.Expr) -> pl.Expr:
    return pl.concat_str(year, month, day_, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _serial(text: pl.Expr, date_system: int) -> pl.Expr:
    origin = pl.date(1904, 1, 1) if date_system == 1904 else pl.date(1899, 12, 30)
    number = text.str.extract(r"^(\d{5})(?:\.\d+)?$", 1).cast(pl.Int64, strict=False)
    number = pl.when(number.is_between(15_000, 60_000)).then(number)
    return origin + pl.duration(days=number)


def whole_number(text: pl.Expr) -> pl.Expr:
    bare = text.str.replace(r"(?i)\s*(天|days?|日)$", "").str.replace(r"\.0+$", "")
    return pl.when(bare.str.contains(r"^-?\d{1,9}$")).then(bare).cast(pl.Int64, strict=False)


# People


def resident_checksum_fits(number: pl.Expr) -> pl.Expr:
    """Whether the last character of 17 digits and a check character is right (GB 11643)."""
    total = pl.lit(0)
    for place, weight in enumerate(_ID_WEIGHTS):
        total = total + number.str.slice(place, 1).cast(pl.Int64, strict=False) * weight
    expected = pl.lit("10X98765432").str.slice(total % 11, 1)
    return expected == number.str.slice(17, 1)


def luhn_fits(number: pl.Expr) -> pl.Expr:
    padded = number.str.zfill(19)
    total = pl.lit(0)
    for place in range(19):
        digit = padded.str.slice(18 - place, 1).cast(pl.Int64, strict=False)
        doubled = digit * 2 - pl.when(digit > 4).then(9).otherwise(0)
        total = total + (doubled if place % 2 else digit)
    return total % 10 == 0


_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_UNTIL_Z = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def uscc_fits(code: pl.Expr) -> pl.Expr:
    """Whether a unified social credit code (GB 32100) passes its check letter."""
    values = {letter: at for at, letter in enumerate(_USCC_LETTERS)}
    total = pl.lit(0)
    for place in range(17):
        value = code.str.slice(place, 1).replace_strict(values, default=None)
        total = total + value * pow(3, place, 31)
    expected = pl.lit(_USCC_LETTERS).str.slice((31 - total % 31) % 31, 1)
    return (code.str.len_chars() == 18) & (expected == code.str.slice(17, 1))


def lei_fits(code: pl.Expr) -> pl.Expr:
    """Whether a legal entity identifier (ISO 17442) passes its two check digits."""
    values = {letter: at for at, letter in enumerate(_UNTIL_Z)}
    rest = pl.lit(0)
    for place in range(20):
        value = code.str.slice(place, 1).replace_strict(values, default=None)
        rest = (rest * pl.when(value < 10).then(10).otherwise(100) + value) % 97
    return code.str.contains(r"^[0-9A-Z]{18}\d{2}$") & (rest == 1)


def phone_parts(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[/;、,|\r\n]+", "|").str.strip_chars("| ").str.split("|")


def bare_phones(parts: pl.Expr, market: str) -> pl.Expr:
    """Every number without the marks that people write in it."""
    number = pl.element().str.replace_all(r"[\s()\-.]", "")
    prefix = {
        "CN": r"^(\+86|0086|86)(1[3-9]\d{9})$",
        "US": r"^(\+?1)(\d{10})$",
        "EU": "^(00)(.*)$",
    }
    kept = "+$2" if market == "EU" else "$2"
    return parts.list.eval(number.str.replace(prefix[market], kept))


MOBILE = {
    "CN": r"^1[3-9]\d{9}$",
    "US": r"^[2-9]\d{2}[2-9]\d{6}$",
    "EU": r"^\+[1-9]\d{6,14}$",
}
LANDLINE = r"^0\d{2,3}[1-9]\d{6,7}$|^[2-8]\d{6,7}$|^[48]00\d{7}$"


def region(text: pl.Expr) -> pl.Expr:
    """The two-digit province of a name or a code, or null."""
    by_name = pl.coalesce(
        pl.when(text.str.starts_with(name)).then(pl.lit(code))
        for code, name in PROVINCES.items()
    )
    code = text.str.extract(r"^(\d{2})(?:\d{4})?(?:\.0)?$", 1)
    return pl.coalesce(by_name, pl.when(code.is_in(list(PROVINCES))).then(code))
