"""The catalogues: every sentence of the program and its Chinese.

`messages.po` is written by hand; `collect` finds what is to be translated, `compiled`
makes what the program reads. `python -m marketplace.translations` does both.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from marketplace.config import ROOT

HERE = Path(__file__).parent
MAPPING = (("marketplace/**.py", "python"), ("templates/**.html", "jinja2"))
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "words": None,
    "ngettext": (1, 2),
}
LANGUAGE = "zh"
PO = HERE / LANGUAGE / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
_HEADER = "# The Chinese of Recoup. The words to use are in docs/glossary.md."


def collect() -> Catalog:
    """Every sentence in the code and the templates, with the file it stands in."""
    catalog = _empty()
    found = extract_from_dir(
        ROOT,
        method_map=list(MAPPING),
        options_map={"templates/**.html": {"silent": "false", "newstyle_gettext": "true"}},
        keywords=KEYWORDS,
        directory_filter=_is_source,
    )
    for file, _line, message, comments, context in found:
        catalog.add(message, None, [(file, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalog


def present() -> Catalog:
    """The catalogue as it is written."""
    if not PO.exists():
        return _empty()
    with PO.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def update() -> Catalog:
    """Bring the written catalogue up to the code: add what is new, drop what is gone."""
    catalog = present()
    catalog.update(collect(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = _HEADER
    catalog.version, catalog.msgid_bugs_address = "", ""
    catalog.last_translator, catalog.language_team = "Recoup", "zh"
    catalog.revision_date = catalog.creation_date
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalog))
    MO.write_bytes(compiled(catalog))
    return catalog


def written(catalog: Catalog) -> bytes:
    """A catalogue as people edit it."""
    target = BytesIO()
    write_po(target, catalog, width=96, sort_output=True, include_lineno=False)
    return target.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """What the program reads of a catalogue."""
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """The sentences that have no Chinese yet."""
    missing = []
    for message in catalog:
        texts = (
            message.string if isinstance(message.string, (list, tuple)) else [message.string]
        )
        if message.id and not all(texts):
            missing.append(str(message.id))
    return missing


def _empty() -> Catalog:
    return Catalog(LANGUAGE, project="Recoup", header_comment=_HEADER, fuzzy=False)


def _is_source(folder: str) -> bool:
    relative = Path(folder).relative_to(ROOT).parts
    return not relative or relative[0] in {"marketplace", "templates"}
