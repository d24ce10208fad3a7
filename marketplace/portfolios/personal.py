"""Personal data: sealed under each debtor's own key, masked by default, forgettable."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import installed, vault
from marketplace.core.vault import Vault, open_with, seal_with
from marketplace.core.words import _
from marketplace.portfolios.models import Debtor


@dataclass(frozen=True)
class Person:
    """What identifies a debtor and how to reach them."""

    name: str
    id_no: str
    mobile: str
    mobile_alt: str = ""
    email: str = ""
    address: str = ""
    employer: str = ""


def seal_person(person: Person, place: str, keys: Vault) -> tuple[bytes, bytes]:
    """The person's new key (sealed by the vault) and the data (sealed by that key)."""
    cipher, sealed_key = keys.new_personal_key(place=place)
    plain = json.dumps(asdict(person), ensure_ascii=False).encode()
    return sealed_key, seal_with(cipher, plain)


def personal_place(lender_id: int, person_index: bytes) -> str:
    return f"debtor:{lender_id}:{person_index.hex()}"


def open_person(debtor: Debtor) -> Person:
    if debtor.personal_key is None or debtor.personal is None:
        raise Refusal(
            _("This person's data has been deleted."),
            next_step=_("The case and its amounts remain for the books."),
        )
    cipher = vault().personal_key(
        debtor.personal_key, place=personal_place(debtor.lender_id, debtor.person_index)
    )
    return Person(**json.loads(open_with(cipher, debtor.personal)))


def reveal(debtor_id: int, *, reason: str, by: User, now: datetime) -> Person:
    """Show the data in full, and leave a record of who saw it and why."""
    debtor = db.session.get(Debtor, debtor_id)
    if debtor is None:
        raise NotFound
    if not reason.strip():
        raise Refusal(
            _("Say why you need to see this person's data."),
            next_step=_("A few words are enough: they go into the record."),
        )
    person = open_person(debtor)
    audit.record(
        "debtor.revealed", debtor, by=by, now=now, parties=[debtor.lender_id],
        reason=reason.strip()[:200],
    )  # fmt: skip
    return person


def forget(debtor_id: int, *, by: User, now: datetime) -> None:
    """Destroy a person's key. The tombstone makes it hold after a restore, too."""
    debtor = db.session.get(Debtor, debtor_id, with_for_update=True, populate_existing=True)
    if debtor is None or debtor.lender_id != by.organisation_id:
        raise NotFound
    if debtor.forgotten_at is not None:
        raise Refusal(_("This person's data has already been deleted."))
    _write_tombstone(_tombstones(), debtor.lender_id, debtor.person_index)
    _destroy(debtor, now)
    audit.record("debtor.forgotten", debtor, by=by, now=now)


def apply_tombstones(*, now: datetime) -> int:
    """After a restore: forget again everybody who was forgotten since the backup."""
    path = _tombstones()
    if not path.exists():
        return 0
    forgotten = set(path.read_text().split())
    again = 0
    for debtor in db.session.scalars(
        select(Debtor).where(Debtor.personal_key.is_not(None)).execution_options(yield_per=5000)
    ):
        if _tombstone(debtor.lender_id, debtor.person_index) in forgotten:
            _destroy(debtor, now)
            again += 1
    return again


def _destroy(debtor: Debtor, now: datetime) -> None:
    debtor.personal_key = debtor.personal = None
    debtor.name_masked = debtor.id_masked = debtor.phone_masked = None
    debtor.phone_index = None
    debtor.forgotten_at = now


def _tombstones() -> Path:
    return installed().keys_folder / "forgotten"


def _tombstone(lender_id: int, person_index: bytes) -> str:
    return hashlib.sha256(f"{lender_id}:{person_index.hex()}".encode()).hexdigest()


def _write_tombstone(path: Path, lender_id: int, person_index: bytes) -> None:
    with path.open("a") as file:
        file.write(_tombstone(lender_id, person_index) + "\n")
        file.flush()


def mask_name(name: str) -> str:
    """The first letter and two stars.

    >>> mask_name("王小明")
    '王**'
    """
    return f"{name[:1]}**" if name else ""


def mask_id(number: str) -> str:
    """One letter in front and four behind.

    >>> mask_id("11010519491231002X")
    '1*************002X'
    """
    return f"{number[:1]}{'*' * max(len(number) - 5, 0)}{number[-4:]}" if number else ""


def mask_phone(number: str) -> str:
    """Three digits in front and four behind.

    >>> mask_phone("13800138000")
    '138****8000'
    """
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 7 else "*" * len(number)


def reseal_keys(keys: Vault) -> int:
    """Seal every debtor's key with the newest master key; return how many.

    The data under those keys stays as it is: rotating costs one small write a person.
    """
    resealed = 0
    rows = db.session.scalars(select(Debtor).where(Debtor.personal_key.is_not(None)))
    for debtor in rows:
        sealed = debtor.personal_key
        if sealed is not None and sealed[0] != keys.newest:
            place = personal_place(debtor.lender_id, debtor.person_index)
            debtor.personal_key = keys.seal(keys.open(sealed, place=place), place=place)
            resealed += 1
    return resealed
