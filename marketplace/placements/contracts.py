"""The contract gate: without every paper in force, no case is released."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from marketplace import audit
from marketplace.accounts import Kind, LegalEntity, Organisation, User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.words import Words, _
from marketplace.placements.models import (
    AgencyApproval,
    FrameworkContract,
    ProcessingAgreement,
    Rail,
)

LONGEST_TAIL = 365
"""Days after a recall in which cash may still earn, at most."""


class ContractMissing(Refusal):
    """A paper that a release needs is missing or not in force."""


@dataclass(frozen=True)
class Papers:
    """What a lender and an agency have in force on a day."""

    contract: FrameworkContract | None
    agreement: ProcessingAgreement | None
    approval: AgencyApproval | None

    @property
    def missing(self) -> list[Words]:
        wanted = (
            (self.contract, _("a framework contract in force")),
            (self.agreement, _("a data-processing agreement with its impact assessment")),
            (self.approval, _("the lender's published approval of the agency")),
        )
        return [words for paper, words in wanted if paper is None]


def papers_in_force(lender_id: int, agency_id: int, on: date) -> Papers:
    contract = db.session.scalar(
        select(FrameworkContract)
        .where(
            FrameworkContract.lender_id == lender_id,
            FrameworkContract.agency_id == agency_id,
            FrameworkContract.valid_from <= on,
            FrameworkContract.valid_to >= on,
            or_(FrameworkContract.ended_on.is_(None), FrameworkContract.ended_on > on),
        )
        .order_by(FrameworkContract.valid_from.desc())
        .limit(1)
    )
    agreement = db.session.scalar(
        select(ProcessingAgreement)
        .where(
            ProcessingAgreement.contract_id == (contract.id if contract else None),
            ProcessingAgreement.impact_assessment != "",
            ProcessingAgreement.valid_from <= on,
            ProcessingAgreement.valid_to >= on,
        )
        .limit(1)
    )
    approval = db.session.scalar(
        select(AgencyApproval)
        .where(
            AgencyApproval.lender_id == lender_id,
            AgencyApproval.agency_id == agency_id,
            AgencyApproval.published_url != "",
            AgencyApproval.valid_from <= on,
            AgencyApproval.valid_to >= on,
            or_(AgencyApproval.withdrawn_on.is_(None), AgencyApproval.withdrawn_on > on),
        )
        .limit(1)
    )
    return Papers(contract, agreement, approval)


def require_papers(lender_id: int, agency_id: int, on: date) -> FrameworkContract:
    """The contract under which cases may be released today, or a refusal naming what lacks."""
    papers = papers_in_force(lender_id, agency_id, on)
    if papers.contract is None or papers.missing:
        agency = db.session.get(Organisation, agency_id)
        raise ContractMissing(
            _(
                "No case can go to %(agency)s yet. Missing: %(papers)s.",
                agency=agency.called if agency else agency_id,
                papers="; ".join(str(words) for words in papers.missing),
            ),
            next_step=_("Record the missing papers under Agencies, then try again."),
        )
    return papers.contract


def record_contract(
    *,
    agency_id: int,
    lender_entity_id: int,
    agency_entity_id: int,
    number: str,
    valid_from: date,
    valid_to: date,
    tail_days: int = 0,
    rail: Rail = Rail.BANK,
    by: User,
    now: datetime,
) -> FrameworkContract:
    """Record a signed framework contract between two legal entities.

    Cash that comes within `tail_days` after a placement has ended still earns commission.
    """
    agency = db.session.get(Organisation, agency_id)
    if agency is None or agency.kind is not Kind.AGENCY:
        raise NotFound
    _require_entity(lender_entity_id, by.organisation_id)
    _require_entity(agency_entity_id, agency_id)
    _require_dates(valid_from, valid_to)
    if not 0 <= tail_days <= LONGEST_TAIL:
        raise Refusal(
            _("Cash can earn for 0 to %(most)s days after a recall, not for %(days)s.",
              most=LONGEST_TAIL, days=tail_days),
            next_step=_("Correct the days after the recall."),
        )  # fmt: skip
    contract = FrameworkContract(
        lender_id=by.organisation_id,
        agency_id=agency_id,
        lender_entity_id=lender_entity_id,
        agency_entity_id=agency_entity_id,
        number=number.strip(),
        signed_on=valid_from,
        valid_from=valid_from,
        valid_to=valid_to,
        tail_days=tail_days,
        rail=rail,
        recorded_at=now,
    )
    db.session.add(contract)
    audit.record(
        "contract.recorded", contract, by=by, now=now, parties=[agency_id], number=number,
        rail=rail.value, tail_days=tail_days,
    )  # fmt: skip
    return contract


def record_agreement(
    contract: FrameworkContract,
    *,
    number: str,
    impact_assessment: str,
    fields: list[str],
    valid_from: date,
    valid_to: date,
    by: User,
    now: datetime,
) -> ProcessingAgreement:
    if contract.lender_id != by.organisation_id:
        raise NotFound
    if not impact_assessment.strip():
        raise Refusal(
            _("The impact assessment's number is missing."),
            next_step=_(
                "Entrusting personal data needs an assessment first: enter its number."
            ),
        )
    _require_dates(valid_from, valid_to)
    agreement = ProcessingAgreement(
        lender_id=contract.lender_id,
        agency_id=contract.agency_id,
        contract_id=contract.id,
        number=number.strip(),
        impact_assessment=impact_assessment.strip(),
        fields=fields,
        valid_from=valid_from,
        valid_to=valid_to,
        recorded_at=now,
    )
    db.session.add(agreement)
    audit.record(
        "agreement.recorded", agreement, by=by, now=now, parties=[contract.agency_id],
        number=number, impact_assessment=impact_assessment,
    )  # fmt: skip
    return agreement


def approve_agency(
    agency_id: int,
    *,
    published_url: str,
    published_on: date,
    valid_to: date,
    by: User,
    now: datetime,
) -> AgencyApproval:
    """Record that the lender has published this agency on its own list."""
    if not published_url.startswith(("http://", "https://")):
        raise Refusal(
            _("Enter the web address where the list is published."),
            next_step=_("It begins with https:// and anybody can open it."),
        )
    _require_dates(published_on, valid_to)
    approval = AgencyApproval(
        lender_id=by.organisation_id,
        agency_id=agency_id,
        published_url=published_url.strip(),
        published_on=published_on,
        valid_from=published_on,
        valid_to=valid_to,
        recorded_at=now,
    )
    db.session.add(approval)
    audit.record("agency.approved", approval, by=by, now=now, parties=[agency_id])
    return approval


def withdraw_approval(approval_id: int, *, by: User, now: datetime) -> None:
    approval = db.session.get(
        AgencyApproval, approval_id, with_for_update=True, populate_existing=True
    )
    if approval is None or approval.lender_id != by.organisation_id:
        raise NotFound
    approval.withdrawn_on = now.date()
    audit.record(
        "agency.approval_withdrawn", approval, by=by, now=now, parties=[approval.agency_id]
    )


def _require_entity(entity_id: int, organisation_id: int) -> None:
    entity = db.session.get(LegalEntity, entity_id)
    if entity is None or entity.organisation_id != organisation_id:
        raise NotFound


def _require_dates(valid_from: date, valid_to: date) -> None:
    if valid_to <= valid_from:
        raise Refusal(
            _("The end of validity lies before its beginning."),
            next_step=_("Correct one of the two dates."),
        )
