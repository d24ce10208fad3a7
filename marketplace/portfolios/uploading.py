"""A large file on its way in, over interruptions.

    begin_upload --add_piece ...--> whole --read_through, take_upload--> a tape's file
          |                           |
          +---- drop_upload, or expire_uploads a day after the last piece

Pieces are added one transaction each, under a lock on the upload: whatever is committed stays,
and of two who send the same piece one finds that the upload has moved on.
"""

import hashlib
import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from marketplace.accounts import User
from marketplace.core import jobs
from marketplace.core.db import db, locked
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.files import Stored
from marketplace.core.installation import files, installed
from marketplace.core.scanning import require_clean
from marketplace.core.vault import Unreadable
from marketplace.core.words import _
from marketplace.portfolios.committing import DELETE_FILE
from marketplace.portfolios.importing import upload_tape
from marketplace.portfolios.models import Tape, Upload

LASTS = timedelta(hours=24)


class MovedOn(Refusal):
    """The upload is at another byte than the sender thinks."""


class ExpiredUpload(Refusal):
    """Nothing came for a day."""


class TooLarge(Refusal):
    """More bytes than are taken."""


def begin_upload(filename: str, size_bytes: int, *, by: User, now: datetime) -> Upload:
    """Expect a file of this size from this person."""
    limit = installed().upload_limit_mb
    if size_bytes > limit << 20:
        raise TooLarge(
            _("The file is larger than the limit of %(limit)s MB.", limit=limit),
            next_step=_("Split the list into several files and import one after the other."),
        )
    upload = Upload(
        lender_id=by.organisation_id,
        user_id=by.id,
        filename=re.split(r"[/\\]", filename)[-1][:200],
        size_bytes=size_bytes,
        offset_bytes=0,
        pieces=0,
        file_key=files().begin(),
        begun_at=now,
        expires_at=now + LASTS,
    )
    if not size_bytes:
        files().add(upload.file_key, 0, b"", last=True)
    db.session.add(upload)
    db.session.flush()
    return upload


def own_upload(code: str, *, by: User, now: datetime) -> Upload:
    """This person's upload; even colleagues do not find it."""
    return _living(db.session.scalar(_own(code, by)), now)


def add_piece(code: str, offset: int, content: bytes, *, by: User, now: datetime) -> Upload:
    """Seal the bytes that follow the first `offset`; the upload is then further by them."""
    upload = _living(locked(_own(code, by)), now)
    check_place(upload, offset, len(content))
    end = offset + len(content)
    files().add(upload.file_key, upload.pieces, content, last=end == upload.size_bytes)
    upload.offset_bytes, upload.pieces = end, upload.pieces + 1
    upload.expires_at = now + LASTS
    return upload


def check_place(upload: Upload, offset: int, size: int) -> None:
    """Refuse bytes that do not follow those that are here, or are too many."""
    if offset != upload.offset_bytes:
        raise MovedOn(
            _("%(bytes)s bytes of the file have arrived.", bytes=upload.offset_bytes),
            next_step=_("Continue from there."),
        )
    if offset + size > upload.size_bytes:
        raise TooLarge(_("More has arrived than the file was said to hold."))


def drop_upload(code: str, *, by: User) -> None:
    """Forget an upload and what has arrived of it."""
    upload = locked(_own(code, by))
    if upload is None:
        raise NotFound
    _remove(upload)


def expire_uploads(*, now: datetime) -> None:
    """A job: forget uploads that nobody continued. Safe to repeat."""
    late = select(Upload).where(Upload.expires_at <= now).with_for_update(skip_locked=True)
    for upload in db.session.scalars(late):
        _remove(upload)


def whole_upload(code: str, *, by: User, now: datetime) -> Upload:
    """This person's upload, of which every byte has arrived."""
    upload = own_upload(code, by=by, now=now)
    if not upload.whole:
        raise Refusal(
            _("The file has not arrived whole."),
            next_step=_("Choose the same file again: what has arrived is kept for a day."),
        )
    return upload


def read_through(upload: Upload) -> Stored:
    """Hash a whole file and show it to the virus scanner. Touches no database."""
    digest = hashlib.sha256()

    def told() -> Iterator[bytes]:
        for piece in files().pieces(upload.file_key):
            digest.update(piece)
            yield piece

    pieces = told()
    try:
        require_clean(pieces)
        deque(pieces, maxlen=0)  # where there is no scanner, nobody has read them yet
    except Unreadable as error:
        raise Refusal(
            _("What has arrived of the file can no longer be read."),
            next_step=_("Upload it anew."),
        ) from error
    return Stored(upload.file_key, digest.hexdigest(), upload.size_bytes)


def tape_of_upload(upload: Upload) -> Tape | None:
    """The tape that was made of an upload already."""
    return db.session.get(Tape, upload.tape_id) if upload.tape_id else None


def take_upload(
    code: str,
    stored: Stored,
    *,
    portfolio_name: str,
    entity_id: int,
    by: User,
    now: datetime,
) -> Tape:
    """Make a tape of a whole file that was read through. Asked again, the same tape."""
    upload = _living(locked(_own(code, by)), now)
    if tape := tape_of_upload(upload):
        return tape
    tape = upload_tape(
        upload.filename, files().get(stored.key), stored=stored,
        portfolio_name=portfolio_name, entity_id=entity_id, by=by, now=now,
    )  # fmt: skip
    db.session.flush()
    upload.tape_id = tape.id
    return tape


def _own(code: str, by: User) -> Select[Any]:
    return select(Upload).where(
        Upload.code == code,
        Upload.lender_id == by.organisation_id,
        Upload.user_id == by.id,
    )


def _living(upload: Upload | None, now: datetime) -> Upload:
    if upload is None:
        raise NotFound
    if upload.expires_at <= now:
        raise ExpiredUpload(
            _("Nothing came of this file for a day, so it was let go."),
            next_step=_("Upload it anew."),
        )
    return upload


def _remove(upload: Upload) -> None:
    if upload.tape_id is None:
        jobs.enqueue(DELETE_FILE, key=upload.file_key)
    db.session.delete(upload)
