"""Which credentials there are, and what an agency may do because of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.words import Name
from marketplace.licences.models import Credential, CredentialStatus

EVERYWHERE = "*"


@dataclass
class Coverage:
    """Where an agency may work on a day: (region, product) pairs its credentials cover."""

    pairs: set[tuple[str, str]] = field(default_factory=set)

    def covers(self, region: str, product: str) -> bool:
        return any(
            pair in self.pairs
            for pair in (
                (region, product),
                (EVERYWHERE, product),
                (region, EVERYWHERE),
                (EVERYWHERE, EVERYWHERE),
            )
        )

    def __bool__(self) -> bool:
        return bool(self.pairs)


@dataclass(frozen=True)
class CredentialLine:
    credential: Credential
    organisation: Name


def coverage_of(agency_ids: Iterable[int], on: date) -> dict[int, Coverage]:
    """What each agency's credentials in force cover on a day. Missing means nothing."""
    covered: dict[int, Coverage] = defaultdict(Coverage)
    rows = db.session.scalars(
        select(Credential).where(
            Credential.organisation_id.in_(list(agency_ids)),
            Credential.status == CredentialStatus.ACTIVE,
            Credential.valid_from <= on,
            Credential.valid_to >= on,
        )
    )
    for credential in rows:
        covered[credential.organisation_id].pairs |= {
            (region, product)
            for region in credential.regions
            for product in credential.products
        }
    return covered


def credentials_of(organisation_id: int) -> list[Credential]:
    return list(
        db.session.scalars(
            select(Credential)
            .where(Credential.organisation_id == organisation_id)
            .order_by(Credential.valid_to)
        )
    )


def credential_by_code(code: str) -> Credential:
    credential = db.session.scalar(select(Credential).where(Credential.code == code))
    if credential is None:
        raise NotFound
    return credential


def vetting_queue() -> list[CredentialLine]:
    """What waits for a decision, the oldest first, then what is in force."""
    rows = db.session.execute(
        select(Credential, Organisation.called)
        .join(Organisation, Organisation.id == Credential.organisation_id)
        .order_by(
            Credential.status.in_(
                [CredentialStatus.SUBMITTED, CredentialStatus.CHECKED]
            ).desc(),
            Credential.submitted_at,
        )
        .limit(200)
    )
    return [CredentialLine(*row) for row in rows]


def expiring_credentials(on: date) -> list[Credential]:
    return list(
        db.session.scalars(
            select(Credential).where(
                Credential.status == CredentialStatus.ACTIVE, Credential.valid_to == on
            )
        )
    )
