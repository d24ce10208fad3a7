"""Accounts: organisations, their legal entities, their users, and what each role may do.

"Account" here means a login. A debtor's loan is a `portfolios.Case`.
"""

from marketplace.accounts.entities import (
    EntityBankAccount,
    LegalEntity,
    TaxKind,
    TaxStatus,
    add_bank_account,
    add_entity,
    entities_of,
    tax_rate_bps,
)
from marketplace.accounts.models import Organisation, User, UserSession
from marketplace.accounts.permissions import GRANTS, ROLES_OF, Kind, Permission, Role, may
from marketplace.accounts.queries import (
    all_organisation_ids,
    organisation_by_short_code,
    organisation_codes,
    organisation_names,
    organisations_of_kind,
    people_of,
    user_by_email,
)
from marketplace.accounts.signing_in import (
    Browser,
    LockedOut,
    WrongPassword,
    check_password,
    end_one_session,
    end_session,
    hash_password,
    is_current,
    open_session,
    sessions_of,
    sign_out_everywhere,
    user_of_session,
)

__all__ = [
    "GRANTS",
    "ROLES_OF",
    "Browser",
    "EntityBankAccount",
    "Kind",
    "LegalEntity",
    "LockedOut",
    "Organisation",
    "Permission",
    "Role",
    "TaxKind",
    "TaxStatus",
    "User",
    "UserSession",
    "WrongPassword",
    "add_bank_account",
    "add_entity",
    "all_organisation_ids",
    "check_password",
    "end_one_session",
    "end_session",
    "entities_of",
    "hash_password",
    "is_current",
    "may",
    "open_session",
    "organisation_by_short_code",
    "organisation_codes",
    "organisation_names",
    "organisations_of_kind",
    "people_of",
    "sessions_of",
    "sign_out_everywhere",
    "tax_rate_bps",
    "user_by_email",
    "user_of_session",
]
