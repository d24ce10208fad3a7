"""The lenders' door: bring a tape, value it, list it, award it, watch it, settle it."""

from marketplace.accounts import Kind
from marketplace.web.clawbacks import clawback_pages
from marketplace.web.debts import debt_pages
from marketplace.web.invoices import invoice_pages
from marketplace.web.lender import (
    agencies,
    auctions,
    cases,
    deliveries,
    feeds,
    home,
    intake,
    intake_groups,
    payment_files,
    payments,
    placements,
    portfolios,
    quality,
    rooms,
    tapes,
    terms,
    uploads,
    valuations,
)
from marketplace.web.line_disputes import dispute_pages
from marketplace.web.remittances import remittance_pages
from marketplace.web.security import door_for
from marketplace.web.statements import statement_pages
from marketplace.web.stripe_pages import stripe_pages

door = door_for("lender", __name__, admits=lambda user: user.organisation.kind is Kind.LENDER)
_PAGES = (
    home, portfolios, quality, tapes, uploads, valuations, auctions, rooms, placements, cases,
    agencies, payments, intake, intake_groups, payment_files, terms, feeds, deliveries,
)  # fmt: skip
for pages in _PAGES:
    door.register_blueprint(pages.pages)
door.register_blueprint(intake_groups.checks)
door.register_blueprint(statement_pages())
door.register_blueprint(invoice_pages())
door.register_blueprint(remittance_pages())
door.register_blueprint(debt_pages())
door.register_blueprint(dispute_pages())
door.register_blueprint(clawback_pages())
door.register_blueprint(stripe_pages())
