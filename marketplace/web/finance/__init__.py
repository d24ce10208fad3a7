"""The platform's finance door: statements and the books."""

from marketplace.accounts import Kind, Role
from marketplace.web.clawbacks import clawback_pages
from marketplace.web.debts import debt_pages
from marketplace.web.finance import (
    drafting,
    home,
    incidents,
    intake,
    ledger,
    periods,
    proposals,
    rails,
)
from marketplace.web.invoices import invoice_pages
from marketplace.web.line_disputes import dispute_pages
from marketplace.web.remittances import remittance_pages
from marketplace.web.security import door_for
from marketplace.web.statements import statement_pages

door = door_for(
    "finance",
    __name__,
    admits=lambda user: (
        user.organisation.kind is Kind.PLATFORM and user.role in {Role.FINANCE, Role.AUDITOR}
    ),
)
for pages in (home, drafting, intake, ledger, proposals, periods, incidents, rails):
    door.register_blueprint(pages.pages)
door.register_blueprint(statement_pages())
door.register_blueprint(invoice_pages())
door.register_blueprint(remittance_pages())
door.register_blueprint(debt_pages())
door.register_blueprint(dispute_pages())
door.register_blueprint(clawback_pages())
