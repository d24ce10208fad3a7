"""Who may do what: one table, read top to bottom."""

from enum import StrEnum


class Kind(StrEnum):
    """Which side of the marketplace an organisation is on."""

    LENDER = "lender"
    AGENCY = "agency"
    PLATFORM = "platform"


class Role(StrEnum):
    """What a person does for the organisation."""

    MANAGER = "manager"
    APPROVER = "approver"
    COMPLIANCE = "compliance"
    FINANCE = "finance"
    COLLECTOR = "collector"
    VIEWER = "viewer"
    VETTING = "vetting"
    AUDITOR = "auditor"


ROLES_OF: dict[Kind, tuple[Role, ...]] = {
    Kind.LENDER: (
        Role.MANAGER,
        Role.APPROVER,
        Role.COMPLIANCE,
        Role.FINANCE,
        Role.COLLECTOR,
        Role.VIEWER,
    ),
    Kind.AGENCY: (Role.MANAGER, Role.COLLECTOR, Role.FINANCE),
    Kind.PLATFORM: (Role.VETTING, Role.FINANCE, Role.AUDITOR),
}


class Permission(StrEnum):
    USER_INVITE = "user:invite"
    ENTITY_EDIT = "entity:edit"
    CONTRACT_EDIT = "contract:edit"
    ORGANISATION_OPEN = "organisation:open"
    CREDENTIAL_SUBMIT = "credential:submit"
    CREDENTIAL_VET = "credential:vet"
    PORTFOLIO_VIEW = "portfolio:view"
    TAPE_IMPORT = "tape:import"
    PORTFOLIO_VALUE = "portfolio:value"
    AUCTION_VIEW = "auction:view"
    AUCTION_LIST = "auction:list"
    AUCTION_APPROVE = "auction:approve"
    AUCTION_SPLIT = "auction:split"
    AWARD_PROPOSE = "award:propose"
    AWARD_APPROVE = "award:approve"
    BID_PLACE = "bid:place"
    PLACEMENT_VIEW = "placement:view"
    PLACEMENT_ANSWER = "placement:answer"
    PLACEMENT_RECALL = "placement:recall"
    CASE_VIEW = "case:view"
    CASE_WORK = "case:work"
    CASE_REVEAL = "case:reveal"
    HOLD_PLACE = "hold:place"
    DEBTOR_FORGET = "debtor:forget"
    PAYMENT_RECORD = "payment:record"
    PAYMENT_REPORT = "payment:report"
    PAYMENT_VERIFY = "payment:verify"
    STATEMENT_VIEW = "statement:view"
    STATEMENT_DRAFT = "statement:draft"
    STATEMENT_CONFIRM = "statement:confirm"
    STATEMENT_APPROVE = "statement:approve"
    LINE_DISPUTE = "line:dispute"
    LINE_DECIDE = "line:decide"
    INVOICE_ENTER = "invoice:enter"
    REMITTANCE_RECORD = "remittance:record"
    REMITTANCE_CONFIRM = "remittance:confirm"
    DEBT_RECORD = "debt:record"
    DEBT_CONFIRM = "debt:confirm"
    PAYMENT_FILE_MAKE = "payment_file:make"
    LEDGER_VIEW = "ledger:view"
    LEDGER_POST = "ledger:post"
    PERIOD_CLOSE = "period:close"
    INCIDENT_CLOSE = "incident:close"
    JOBS_VIEW = "jobs:view"
    MODEL_VIEW = "model:view"
    MODEL_ACTIVATE = "model:activate"
    AUDIT_VIEW = "audit:view"


_P = Permission
_LENDER_READS = {
    _P.PORTFOLIO_VIEW,
    _P.AUCTION_VIEW,
    _P.PLACEMENT_VIEW,
    _P.CASE_VIEW,
    _P.STATEMENT_VIEW,
}

GRANTS: dict[tuple[Kind, Role], frozenset[Permission]] = {
    (Kind.LENDER, Role.MANAGER): frozenset(
        _LENDER_READS
        | {
            _P.USER_INVITE,
            _P.ENTITY_EDIT,
            _P.CONTRACT_EDIT,
            _P.TAPE_IMPORT,
            _P.PORTFOLIO_VALUE,
            _P.AUCTION_LIST,
            _P.AUCTION_SPLIT,
            _P.AWARD_PROPOSE,
            _P.PLACEMENT_RECALL,
            _P.CASE_REVEAL,
            _P.PAYMENT_RECORD,
            _P.AUDIT_VIEW,
        }
    ),
    (Kind.LENDER, Role.APPROVER): frozenset(
        _LENDER_READS
        | {
            _P.AUCTION_APPROVE,
            _P.AWARD_APPROVE,
            _P.PAYMENT_VERIFY,
            _P.DEBT_CONFIRM,
            _P.AUDIT_VIEW,
        }
    ),
    (Kind.LENDER, Role.COMPLIANCE): frozenset(
        _LENDER_READS
        | {
            _P.CONTRACT_EDIT,
            _P.HOLD_PLACE,
            _P.DEBTOR_FORGET,
            _P.PLACEMENT_RECALL,
            _P.CASE_REVEAL,
            _P.AUDIT_VIEW,
        }
    ),
    (Kind.LENDER, Role.FINANCE): frozenset(
        _LENDER_READS
        | {
            _P.PAYMENT_RECORD,
            _P.PAYMENT_VERIFY,
            _P.STATEMENT_CONFIRM,
            _P.LINE_DISPUTE,
            _P.LINE_DECIDE,
            _P.INVOICE_ENTER,
            _P.REMITTANCE_RECORD,
            _P.DEBT_RECORD,
            _P.DEBT_CONFIRM,
            _P.PAYMENT_FILE_MAKE,
        }
    ),
    (Kind.LENDER, Role.COLLECTOR): frozenset({_P.CASE_VIEW, _P.CASE_WORK, _P.CASE_REVEAL}),
    (Kind.LENDER, Role.VIEWER): frozenset(_LENDER_READS),
    (Kind.AGENCY, Role.MANAGER): frozenset(
        {
            _P.USER_INVITE,
            _P.ENTITY_EDIT,
            _P.CREDENTIAL_SUBMIT,
            _P.AUCTION_VIEW,
            _P.BID_PLACE,
            _P.PLACEMENT_VIEW,
            _P.PLACEMENT_ANSWER,
            _P.CASE_VIEW,
            _P.CASE_WORK,
            _P.CASE_REVEAL,
            _P.PAYMENT_REPORT,
            _P.STATEMENT_VIEW,
            _P.AUDIT_VIEW,
        }
    ),
    (Kind.AGENCY, Role.COLLECTOR): frozenset(
        {_P.CASE_VIEW, _P.CASE_WORK, _P.CASE_REVEAL, _P.PAYMENT_REPORT}
    ),
    (Kind.AGENCY, Role.FINANCE): frozenset(
        {
            _P.PLACEMENT_VIEW,
            _P.STATEMENT_VIEW,
            _P.STATEMENT_CONFIRM,
            _P.LINE_DISPUTE,
            _P.LINE_DECIDE,
            _P.INVOICE_ENTER,
            _P.REMITTANCE_CONFIRM,
            _P.DEBT_RECORD,
            _P.PAYMENT_REPORT,
        }
    ),
    (Kind.PLATFORM, Role.VETTING): frozenset(
        {
            _P.USER_INVITE,
            _P.ORGANISATION_OPEN,
            _P.CREDENTIAL_VET,
            _P.JOBS_VIEW,
            _P.MODEL_VIEW,
            _P.MODEL_ACTIVATE,
            _P.AUDIT_VIEW,
        }
    ),
    (Kind.PLATFORM, Role.FINANCE): frozenset(
        {
            _P.STATEMENT_VIEW,
            _P.STATEMENT_DRAFT,
            _P.STATEMENT_APPROVE,
            _P.LINE_DECIDE,
            _P.REMITTANCE_RECORD,
            _P.REMITTANCE_CONFIRM,
            _P.DEBT_RECORD,
            _P.DEBT_CONFIRM,
            _P.LEDGER_VIEW,
            _P.LEDGER_POST,
            _P.PERIOD_CLOSE,
            _P.INCIDENT_CLOSE,
        }
    ),
    (Kind.PLATFORM, Role.AUDITOR): frozenset(
        {_P.AUDIT_VIEW, _P.LEDGER_VIEW, _P.STATEMENT_VIEW, _P.JOBS_VIEW, _P.MODEL_VIEW}
    ),
}


def may(kind: Kind, role: Role, permission: Permission) -> bool:
    return permission in GRANTS.get((kind, role), frozenset())
