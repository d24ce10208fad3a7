"""Portfolios: the tapes a lender brings, and the debtors and cases in them.

A tape on its way in:

    uploaded --confirm_mapping--> checking --job--> checked --request_commit--> committing
                                     |                 |                            | job
                                     +--> failed <-----+---- confirm_mapping        v
                                            ^-------------------------------- committed
"""

from marketplace.portfolios.annotating import annotated_workbook
from marketplace.portfolios.balances import BalanceLine, CaseBalance, balance_lines
from marketplace.portfolios.bands import (
    AGE_BAND_SQL,
    AGE_BANDS,
    REGION_GROUP_SQL,
    REGION_GROUPS,
    SCORE_BAND_SQL,
    SCORE_BANDS,
    age_band,
)
from marketplace.portfolios.checking import check_tape, in_english
from marketplace.portfolios.committing import DELETE_FILE, commit_tape, delete_file
from marketplace.portfolios.creditors import (
    Share,
    change_creditors,
    creditors_of,
    creditors_on,
)
from marketplace.portfolios.describing import Facts, Place, facts_of, places_in
from marketplace.portfolios.detecting import Layout, read_layout
from marketplace.portfolios.feeding import (
    Balances,
    columns_of,
    headings_of,
    read_balances,
    require_balance_columns,
    suggested_columns,
)
from marketplace.portfolios.fixing import (
    BEYOND_REPAIR,
    correct,
    correct_all,
    fixes_of,
    leave_all_out,
    leave_out,
    undo_fixes,
)
from marketplace.portfolios.importing import (
    commit_tape_now,
    confirm_difference,
    confirm_mapping,
    confirm_suggested,
    differences,
    import_tape_now,
    request_commit,
    upload_tape,
)
from marketplace.portfolios.mapping import (
    ColumnSuggestion,
    ColumnTarget,
    mapping_of,
    suggest_mapping,
)
from marketplace.portfolios.markets import market_of, places_of
from marketplace.portfolios.models import (
    Case,
    Creditor,
    Debtor,
    MappingTemplate,
    Portfolio,
    PortfolioStatus,
    Product,
    Tape,
    TapeFix,
    TapeIssue,
    TapeStatus,
)
from marketplace.portfolios.personal import (
    Person,
    apply_tombstones,
    forget,
    mask_id,
    mask_name,
    mask_phone,
    open_person,
    personal_place,
    reseal_keys,
    reveal,
    seal_person,
)
from marketplace.portfolios.profiles import read_profile
from marketplace.portfolios.queries import (
    SORTS,
    CaseFilter,
    CaseLine,
    CaseList,
    IssueLine,
    IssuePage,
    PortfolioLine,
    Stratum,
    TapeLine,
    case_lines,
    listed_portfolio,
    owned_portfolio,
    owned_tape,
    portfolio_lines,
    portfolio_of_tape,
    strata,
    tape_issues,
    tape_lines,
)
from marketplace.portfolios.reporting import Report, report_on
from marketplace.portfolios.staging import copy_in, staged
from marketplace.portfolios.updating import PAID, Updated, reopen_case, update_balances
from marketplace.portfolios.validating import rejects
from marketplace.portfolios.vocabulary import FEATURE, FIELDS, PERSONAL
from marketplace.portfolios.wording import Unit

__all__ = [
    "AGE_BANDS",
    "AGE_BAND_SQL",
    "BEYOND_REPAIR",
    "DELETE_FILE",
    "FEATURE",
    "FIELDS",
    "PAID",
    "PERSONAL",
    "REGION_GROUPS",
    "REGION_GROUP_SQL",
    "SCORE_BANDS",
    "SCORE_BAND_SQL",
    "SORTS",
    "BalanceLine",
    "Balances",
    "Case",
    "CaseBalance",
    "CaseFilter",
    "CaseLine",
    "CaseList",
    "ColumnSuggestion",
    "ColumnTarget",
    "Creditor",
    "Debtor",
    "Facts",
    "IssueLine",
    "IssuePage",
    "Layout",
    "MappingTemplate",
    "Person",
    "Place",
    "Portfolio",
    "PortfolioLine",
    "PortfolioStatus",
    "Product",
    "Report",
    "Share",
    "Stratum",
    "Tape",
    "TapeFix",
    "TapeIssue",
    "TapeLine",
    "TapeStatus",
    "Unit",
    "Updated",
    "age_band",
    "annotated_workbook",
    "apply_tombstones",
    "balance_lines",
    "case_lines",
    "change_creditors",
    "check_tape",
    "columns_of",
    "commit_tape",
    "commit_tape_now",
    "confirm_difference",
    "confirm_mapping",
    "confirm_suggested",
    "copy_in",
    "correct",
    "correct_all",
    "creditors_of",
    "creditors_on",
    "delete_file",
    "differences",
    "facts_of",
    "fixes_of",
    "forget",
    "headings_of",
    "import_tape_now",
    "in_english",
    "leave_all_out",
    "leave_out",
    "listed_portfolio",
    "mapping_of",
    "market_of",
    "mask_id",
    "mask_name",
    "mask_phone",
    "open_person",
    "owned_portfolio",
    "owned_tape",
    "personal_place",
    "places_in",
    "places_of",
    "portfolio_lines",
    "portfolio_of_tape",
    "read_balances",
    "read_layout",
    "read_profile",
    "rejects",
    "reopen_case",
    "report_on",
    "request_commit",
    "require_balance_columns",
    "reseal_keys",
    "reveal",
    "seal_person",
    "staged",
    "strata",
    "suggest_mapping",
    "suggested_columns",
    "tape_issues",
    "tape_lines",
    "undo_fixes",
    "update_balances",
    "upload_tape",
]
