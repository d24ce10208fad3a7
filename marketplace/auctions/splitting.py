"""Asking for a split, and keeping what came out of it."""

import io
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete

from marketplace import audit
from marketplace.accounts import User
from marketplace.auctions import allocation
from marketplace.auctions.allocation import Allocation
from marketplace.auctions.models import Auction, AuctionStatus, Split, SplitCase, SplitShare
from marketplace.core import jobs, progress
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.told import Told
from marketplace.core.words import _


def request_split(
    auction_id: int,
    *,
    place_all: bool = False,
    without_spread: bool = False,
    by: User,
    now: datetime,
) -> Split:
    """Have the split computed in the background.

    `place_all` lets no case stay behind; `without_spread` sets the newcomers' share and the
    least number of agencies aside, where they cannot be had.
    """
    auction = db.session.get(Auction, auction_id, with_for_update=True, populate_existing=True)
    if auction is None or auction.lender_id != by.organisation_id:
        raise NotFound
    if auction.status not in {AuctionStatus.OPENED, AuctionStatus.PROPOSED}:
        raise Refusal(
            _("A split needs opened bids and no award yet."),
            next_step=_("Wait for the closing time, then ask again."),
        )
    split = Split(
        lender_id=auction.lender_id,
        auction_id=auction.id,
        requested_by_id=by.id,
        requested_at=now,
        seed=auction.id,
        place_all=place_all,
        without_spread=without_spread,
        notes={},
    )
    db.session.add(split)
    audit.record(
        "split.requested", split, by=by, now=now, auction=auction.code, place_all=place_all,
        without_spread=without_spread,
    )  # fmt: skip
    jobs.enqueue("compute split", split_id=split.id)
    return split


def compute_split(split_id: int, *, now: datetime) -> None:
    """Compute, check independently and keep a split. Safe to repeat: it happens once."""
    split = db.session.get_one(Split, split_id, with_for_update=True, populate_existing=True)
    if split.done_at is not None:
        return
    auction = db.session.get_one(Auction, split.auction_id)
    try:
        outcome = allocation.allocate(auction, split, now=now)
        progress.say(split, 4, allocation.STEPS, now=now)
    except Refusal as refusal:
        split.failure, split.done_at = Told.why(refusal), now
        if isinstance(refusal, allocation.Unplaceable):
            split.notes = {"clash": refusal.clash}
        audit.record("split.failed", split, by=None, now=now, parties=[split.lender_id])
        return
    _keep(split, outcome)
    split.done_at = now
    audit.record(
        "split.computed", split, by=None, now=now, parties=[split.lender_id],
        value_minor=split.value_minor, gap_minor=split.gap_minor, certificate=split.digest,
        verified=split.verified,
    )  # fmt: skip


def certificate_files(split: Split) -> bytes:
    """The certificate bundle as a zip archive, ready for `python -m matching verify`."""
    if split.certificate_key is None:
        raise NotFound
    return files().get(split.certificate_key)


def _keep(split: Split, outcome: Allocation) -> None:
    split.value_minor, split.bound_minor = outcome.value_minor, outcome.bound_minor
    split.gap_minor = outcome.bound_minor - outcome.value_minor
    split.verified, split.digest = outcome.verified, outcome.certificate.digest
    split.unplaced = outcome.unplaced
    split.notes = outcome.notes
    split.certificate_key = files().put(_zipped(outcome))
    db.session.execute(delete(SplitShare).where(SplitShare.split_id == split.id))
    db.session.execute(delete(SplitCase).where(SplitCase.split_id == split.id))
    db.session.add_all(
        SplitShare(lender_id=split.lender_id, split_id=split.id, **vars(share))
        for share in outcome.shares
    )
    db.session.flush()
    allocation.store_cases(split, outcome)


def _zipped(outcome: Allocation) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        outcome.certificate.save(folder)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
            for path in sorted(Path(folder).iterdir()):
                bundle.write(path, path.name)
    return archive.getvalue()
