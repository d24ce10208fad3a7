"""The agencies' door: bid, answer, work, be paid."""

from marketplace.accounts import Kind
from marketplace.web.agency import (
    credentials,
    home,
    intake,
    opportunities,
    placements,
    queue,
    terms,
)
from marketplace.web.clawbacks import clawback_pages
from marketplace.web.invoices import invoice_pages
from marketplace.web.line_disputes import dispute_pages
from marketplace.web.remittances import remittance_pages
from marketplace.web.security import door_for
from marketplace.web.statements import statement_pages
from marketplace.web.stripe_pages import stripe_pages

door = door_for("agency", __name__, admits=lambda user: user.organisation.kind is Kind.AGENCY)
for pages in (home, queue, opportunities, placements, credentials, terms, intake):
    door.register_blueprint(pages.pages)
door.register_blueprint(statement_pages())
door.register_blueprint(invoice_pages())
door.register_blueprint(remittance_pages())
door.register_blueprint(dispute_pages())
door.register_blueprint(clawback_pages())
door.register_blueprint(stripe_pages())
