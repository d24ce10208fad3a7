"""The drop folder: `<folder>/<feed code>/incoming/`, looked into each minute.

A file is removed only when its delivery is seen in the database: whoever is killed in between
leaves either the file or the delivery and the file, and the next look finishes the work.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from marketplace import audit
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.jobs import Errand
from marketplace.core.scanning import require_clean
from marketplace.core.told import in_english
from marketplace.feeds.models import (
    Contents,
    DeliveryChannel,
    DeliveryStatus,
    Feed,
    FeedDelivery,
    FeedStatus,
)
from marketplace.feeds.receiving import receive
from marketplace.portfolios import Layout, read_layout
from marketplace.reconciliation import table_headings

KINDS = frozenset((".csv", ".txt", ".tsv", ".xlsx"))
STILL = timedelta(seconds=10)
"""A file that was written to more recently may not be whole."""

AT_ONCE = 10
"""Files taken along by one look; the others wait for the next."""


@dataclass(frozen=True)
class Tray:
    """Where the files of one feed are put down, and which of them are deliveries already."""

    feed_id: int
    contents: Contents
    folder: Path
    taken: frozenset[str]
    now: datetime


@dataclass(frozen=True)
class Found:
    """A file that can be read, or the words that say why not."""

    feed_id: int
    name: str
    content: bytes
    layout: Layout | None
    refusal: str = ""


def look(*, now: datetime) -> list[Tray] | None:
    """Which folders to look into. There are none where no folder is set."""
    root = installed().feeds_folder
    if root is None:
        return None
    feeds = db.session.scalars(
        select(Feed).where(Feed.status == FeedStatus.ACTIVE).order_by(Feed.id)
    )
    return [
        Tray(feed.id, feed.contents, root / feed.code, _taken(feed.id), now) for feed in feeds
    ]


def _taken(feed_id: int) -> frozenset[str]:
    """What need not lie there any more. A file that was discarded is judged anew instead."""
    digests = select(FeedDelivery.sha256).where(
        FeedDelivery.feed_id == feed_id, FeedDelivery.status != DeliveryStatus.DISCARDED
    )
    return frozenset(db.session.scalars(digests))


def collect(trays: list[Tray]) -> list[Found]:
    """Read what lies there. What is taken already goes; what cannot be read is put aside."""
    found: list[Found] = []
    for tray in trays:
        incoming = tray.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        for path in sorted(incoming.iterdir()):
            if len(found) >= AT_ONCE:
                break
            content = _whole(path, tray.now)
            if content is None:
                continue
            if hashlib.sha256(content).hexdigest() in tray.taken:
                path.unlink(missing_ok=True)
            else:
                found.append(_read(tray, path, content))
    return found


def _whole(path: Path, now: datetime) -> bytes | None:
    """What a finished file holds; None while somebody may still write to it."""
    if path.is_symlink() or not path.is_file() or path.suffix.lower() not in KINDS:
        return None
    before = path.stat()
    if now - datetime.fromtimestamp(before.st_mtime, UTC) < STILL:
        return None
    content = path.read_bytes() if before.st_size <= installed().upload_limit_mb << 20 else b""
    after = path.stat()
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return content if same else None


def _read(tray: Tray, path: Path, content: bytes) -> Found:
    try:
        if not content and path.stat().st_size:
            raise Refusal(f"The file is larger than {installed().upload_limit_mb} MB.")
        require_clean([content])
        layout = _layout_of(tray.contents, path.name, content)
    except Refusal as refusal:
        said = in_english(refusal)
        _put_aside(tray.folder / "refused", path, said)
        return Found(tray.feed_id, path.name, b"", None, said)
    return Found(tray.feed_id, path.name, content, layout)


def _layout_of(contents: Contents, name: str, content: bytes) -> Layout | None:
    """How a file of balances is to be read; payments stand in a plain table."""
    if contents is Contents.PAYMENTS:
        table_headings(name, content)
        return None
    return read_layout(name, content)


def _put_aside(refused: Path, path: Path, why: str) -> None:
    """The words first: a file that is put aside never lies there without them."""
    refused.mkdir(parents=True, exist_ok=True)
    (refused / f"{path.name}.txt").write_text(why + "\n", encoding="utf-8")
    path.replace(refused / path.name)


def keep(_trays: list[Tray], found: list[Found], *, now: datetime) -> None:
    """Make deliveries of what was read. Their files go with the next look, which follows."""
    for one in found:
        if one.refusal:
            feed = db.session.get_one(Feed, one.feed_id)
            audit.record(
                "delivery.refused", feed, by=None, now=now, parties=[feed.lender_id],
                code=feed.code, file=one.name, why=one.refusal,
            )  # fmt: skip
        else:
            receive(
                one.feed_id, one.name, one.content, channel=DeliveryChannel.FOLDER, by=None,
                now=now, layout=one.layout,
            )  # fmt: skip
    if any(not one.refusal for one in found):
        jobs.enqueue_once("pick up feed files", "pick up feed files")


PICK_UP = Errand(take=look, do=collect, keep=keep)
