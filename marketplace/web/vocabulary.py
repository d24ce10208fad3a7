"""What codes are called when people read them. One word, one meaning, in both languages."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from marketplace.web.language import language
from marketplace.web.provinces import province

WORDS: dict[str, object] = {
    # products
    "credit_card": _l("Credit card"), "consumer_loan": _l("Consumer loan"),
    "cash_loan": _l("Cash loan"), "auto": _l("Auto loan"),
    "biz_personal": _l("Personal business loan"), "mortgage": _l("Mortgage"),
    "other": _l("Other"),
    # channels
    "call": _l("Phone call"), "ai_call": _l("AI voice call"), "sms": _l("Text message"),
    "email": _l("E-mail"), "letter": _l("Letter"), "visit": _l("Field visit"),
    # outcomes
    "RPC-PTP": _l("Promise to pay"), "RPC-REFUSE": _l("Refuses to pay"),
    "RPC-DISPUTE": _l("Disputes the debt"), "RPC-HARDSHIP": _l("Cannot pay (hardship)"),
    "RPC-CALLBACK": _l("Asks to be called back"), "RPC-PAID": _l("Says it is paid"),
    "NOANS": _l("No answer"), "BUSY": _l("Busy"), "OFF": _l("Switched off"),
    "INVALID": _l("Number not in use"), "WRONG": _l("Wrong person"),
    "VOICEMAIL": _l("Voice mail"), "SENT": _l("Sent"), "CEASE": _l("Wants no more contact"),
    # holds
    "stop_contact": _l("No contact wanted"), "dispute": _l("Dispute"),
    "complaint": _l("Complaint"), "minor": _l("Minor"), "deceased": _l("Deceased"),
    "bankruptcy": _l("Bankruptcy"), "breathing_space": _l("Breathing space"),
    "plan_active": _l("Instalment plan in force"), "fraud": _l("Fraud suspected"),
    "vulnerable": _l("Vulnerable"), "attorney": _l("Represented by a lawyer"),
    # credentials
    "business_licence": _l("Business licence"), "iso_27001": _l("ISO/IEC 27001 certificate"),
    "mlps_level_3": _l("MLPS level 3 filing"), "call_centre_permit": _l("Call-centre permit"),
    "state_licence": _l("State collection licence"), "fca_permission": _l("FCA permission"),
    "eu_servicer": _l("EU credit servicer authorisation"), "checked": _l("Checked"),
    # the grid
    "north": _l("North"), "northeast": _l("Northeast"), "east": _l("East"),
    "central_south": _l("Central and South"), "southwest": _l("Southwest"),
    "northwest": _l("Northwest"), "0-180": _l("up to 180 days"),
    "181-365": _l("181–365 days"), "366-730": _l("1–2 years"),
    "731-1460": _l("2–4 years"), "1461+": _l("over 4 years"), "no_score": _l("no score"),
    "low": _l("low score"), "high": _l("high score"),
    # roles and organisations
    "manager": _l("Manager"), "approver": _l("Approver"), "compliance": _l("Compliance"),
    "finance": _l("Finance"), "collector": _l("Collector"), "viewer": _l("Viewer"),
    "vetting": _l("Vetting"), "auditor": _l("Auditor"), "lender": _l("Lender"),
    "agency": _l("Agency"), "platform": _l("Platform"),
    # portfolios, auctions, statements
    "ready": _l("Ready"), "listed": _l("Listed"), "placed": _l("Placed"),
    "closed": _l("Closed"), "proposed": _l("Award proposed"),
    "agency_confirmed": _l("Confirmed by the agency"),
    "lender_confirmed": _l("Confirmed by the lender"), "cancelled": _l("Cancelled"),
    "uploaded": _l("Uploaded"), "checking": _l("Being checked"),
    "committing": _l("Being imported"), "committed": _l("Imported"), "failed": _l("Failed"),
    "draft": _l("Draft"), "approved": _l("Approved"), "withdrawn": _l("Withdrawn"),
    "offered": _l("Offered"), "accepted": _l("Accepted"), "declined": _l("Declined"),
    "recalled": _l("Recalled"), "returned": _l("Returned"),
    # reasons to decline
    "capacity": _l("No capacity"), "rates": _l("The rates do not fit"),
    "conflict": _l("Conflict of interest"), "quality_of_data": _l("Quality of the data"),
    # litigation and security
    "none": _l("none"), "unsecured": _l("Unsecured"), "pledge": _l("Pledge"),
    "guarantee": _l("Guarantee"),
    # payments
    "lender_ledger": _l("Lender's ledger"), "agency_claim": _l("Agency's report"),
    # ledger accounts
    "fee_receivable": _l("Platform fee receivable"), "fee_income": _l("Platform fee income"),
    "output_vat": _l("Output VAT"), "memo_lender_owes": _l("Memo: lender owes agencies"),
    "memo_agency_earned": _l("Memo: agency has earned"),
    "memo_recoveries": _l("Memo: recovered by agencies"),
    "memo_cash": _l("Memo: cash at the lender"),
    # tax
    "general": _l("General taxpayer"), "small_scale": _l("Small-scale taxpayer"),
    "exempt": _l("Exempt"),
    # jobs
    "todo": _l("Waiting"), "doing": _l("Running"), "succeeded": _l("Done"),
    "aborted": _l("Aborted"),
}  # fmt: skip

ACTIONS: dict[str, object] = {
    "user.signed_in": _l("Signed in"), "user.signed_out_everywhere": _l("Signed out everywhere"),
    "session.ended": _l("Session ended"), "user.invited": _l("User invited"),
    "entity.added": _l("Legal entity added"), "bank_account.added": _l("Bank account added"),
    "credential.submitted": _l("Credential submitted"),
    "credential.checked": _l("Credential checked"),
    "credential.decided": _l("Credential decided"),
    "credential.suspended": _l("Credential suspended"),
    "credential.expiring": _l("Credential expires soon"),
    "contract.recorded": _l("Framework contract recorded"),
    "agreement.recorded": _l("Data-processing agreement recorded"),
    "agency.approved": _l("Agency approved by the lender"),
    "agency.approval_withdrawn": _l("Approval of the agency withdrawn"),
    "tape.uploaded": _l("Tape uploaded"), "tape.mapped": _l("Columns confirmed"),
    "tape.checked": _l("Tape checked"), "tape.committed": _l("Tape imported"),
    "tape.failed": _l("Tape failed"),
    "tape.difference_confirmed": _l("Difference from the control totals confirmed"),
    "valuation.requested": _l("Valuation requested"),
    "portfolio.valued": _l("Portfolio valued"),
    "auction.drafted": _l("Listing drafted"), "auction.listed": _l("Listing published"),
    "auction.withdrawn": _l("Listing withdrawn"), "bid.placed": _l("Bid sealed"),
    "bid.withdrawn": _l("Bid withdrawn"), "bids.opened": _l("Bids opened"),
    "split.requested": _l("Split requested"), "split.computed": _l("Split computed"),
    "split.failed": _l("Split failed"), "award.proposed": _l("Award proposed"),
    "auction.awarded": _l("Awarded"), "placement.offered": _l("Lot offered"),
    "placement.accepted": _l("Lot accepted"), "placement.declined": _l("Lot declined"),
    "placement.recalled": _l("Cases recalled"), "contact.begun": _l("Contact begun"),
    "contact.blocked": _l("Contact blocked by the gate"),
    "contact.finished": _l("Contact logged"), "hold.placed": _l("Hold placed"),
    "hold.lifted": _l("Hold lifted"), "debtor.revealed": _l("Personal data shown"),
    "debtor.forgotten": _l("Personal data deleted"),
    "payments.recorded": _l("Payments recorded"), "payments.verified": _l("Payments verified"),
    "payment.reported": _l("Payment reported by the agency"),
    "statement.drafted": _l("Statement drafted"),
    "statement.confirmed": _l("Statement confirmed"),
    "statement.approved": _l("Statement approved and posted"),
    "statement.cancelled": _l("Statement cancelled"), "world.built": _l("Demo world built"),
}  # fmt: skip


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        word=word, action=action, cell=cell, province=lambda code: province(code, language())
    )


def word(code: object) -> str:
    """A code in words; an unknown one as it is."""
    key = str(getattr(code, "value", code))
    return str(WORDS.get(key, key))


def action(name: str) -> str:
    return str(ACTIONS.get(name, name))


def cell(key: str) -> str:
    """A cell of the grid in words."""
    return " · ".join(word(part) for part in key.split("|"))
