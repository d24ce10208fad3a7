"""What codes are called when people read them. One word, one meaning, in both languages."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from marketplace.core import words
from marketplace.web import feed_words, flow_words, papers_words, quality_words, rail_words
from marketplace.web.language import language
from marketplace.web.matching_words import MATCHING_WORDS
from marketplace.web.provinces import province

WORDS: dict[str, object] = {
    **feed_words.WORDS,
    **flow_words.WORDS,
    # products
    "credit_card": _l("Credit card"), "consumer_loan": _l("Consumer loan"),
    "cash_loan": _l("Cash loan"), "auto": _l("Auto loan"),
    "biz_personal": _l("Personal business loan"), "mortgage": _l("Mortgage"),
    "other": _l("Other"),
    # channels
    "call": _l("Phone call"), "ai_call": _l("AI voice call"), "sms": _l("Text message"),
    "email": _l("E-mail message"), "letter": _l("Letter"), "visit": _l("Field visit"),
    # outcomes
    "RPC-PTP": _l("Promise to pay"), "RPC-REFUSE": _l("Refuses to pay"),
    "RPC-DISPUTE": _l("Disputes the debt"), "RPC-HARDSHIP": _l("Cannot pay (hardship)"),
    "RPC-CALLBACK": _l("Asks to be called back"), "RPC-PAID": _l("Says it is paid"),
    "NOANS": _l("No answer"), "BUSY": _l("Busy"), "OFF": _l("Phone switched off"),
    "INVALID": _l("Number not in use"), "WRONG": _l("Wrong person"),
    "VOICEMAIL": _l("Voice mail"), "SENT": _l("Sent"), "CEASE": _l("Wants no more contact"),
    # holds
    "stop_contact": _l("No contact wanted"), "dispute": _l("Dispute"),
    "complaint": _l("Complaint"), "minor": _l("Minor"), "deceased": _l("Deceased"),
    "bankruptcy": _l("Bankruptcy"), "breathing_space": _l("Breathing space"),
    "plan_active": _l("Instalment plan in force"), "fraud": _l("Fraud suspected"),
    "vulnerable": _l("Vulnerable"), "attorney": _l("Represented by a lawyer"),
    # ways of paying, and why commission changes
    "voluntary": _l("Paid by the debtor"), "auto_debit": _l("Direct debit"),
    "before_activity": _l("Before the first activity"),
    "set_off": _l("Set off by the lender"), "insurer": _l("Insurer or guarantor"),
    "court": _l("Through a court"), "collateral": _l("Sale of collateral"),
    "prepayment": _l("Paid ahead"), "refund": _l("Refund"),
    "true_up_tier": _l("the tier"), "true_up_terms": _l("the terms"),
    "placement": _l("the day of the placement"), "payment": _l("the day of the payment"),
    "posting": _l("the day of the posting"), "marginal": _l("each tier for its own cash"),
    "whole": _l("one rate for all cash"),
    # data rooms
    "looked_headline": _l("The headline"), "looked_room": _l("The data room"),
    "looked_tape": _l("The masked tape"),
    # what is known of cases
    "has_contract_no": _l("Contract number"), "has_loan_minor": _l("Loan amount"),
    "has_opened_on": _l("Opened on"), "has_overdue_on": _l("First overdue on"),
    "has_score": _l("Score"), "has_last_payment_on": _l("Last payment on"),
    "has_limitation_on": _l("Limitation"), "has_consented": _l("Consent to pass on the data"),
    "has_name": _l("Full name"), "has_id_no": _l("Identity number"), "has_phone": _l("Mobile"),
    "has_region": _l("Region"),
    **quality_words.WORDS,
    # why cases are left out of a listing
    "disputed": _l("Disputed, or under complaint"), "held": _l("Under another hold"),
    "paid": _l("Paid"), "no_consent": _l("No consent to pass on the data"),
    "time_barred": _l("Time-barred"),
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
    "any_score": _l("any score"), "any_age": _l("any age"), "any_region": _l("any region"),
    "any_product": _l("any product"), "any_band": _l("any balance"),
    "low": _l("low score"), "high": _l("high score"),
    # valuations and their models
    "from_cases": _l("from its cases"), "from_distribution": _l("from distributions alone"),
    "from_revaluation": _l("from its cases and their cash so far"),
    "basis_prior": _l("published price levels only"),
    "basis_pooled": _l("published price levels and some outcomes"),
    "basis_learned": _l("outcomes of earlier lots"),
    "basis_mixed": _l("outcomes, and price levels for what is secured"),
    "by_region": _l("By region"), "by_product": _l("By product"),
    "by_age": _l("By age of debt"), "by_score": _l("By score"),
    "by_province": _l("By province"), "by_size": _l("By size of the balance"),
    "by_days": _l("By days past due"), "by_vintage": _l("By year of opening"),
    "not_known": _l("not known"),
    "market_CN": _l("China"), "market_EU": _l("European Union"),
    "market_US": _l("United States"),
    "model_unfit": _l("May not be proposed"), "model_fitted": _l("Fitted"),
    "model_nominated": _l("Proposed"), "model_active": _l("In force"),
    "model_retired": _l("Retired"), "method_ours": _l("This model"),
    "method_band_table": _l("Table of bands"), "method_prior": _l("Published prices"),
    "too_few_outcomes": _l("It has seen fewer than 300 outcomes."),
    "too_few_lots": _l("It has seen fewer than six lots."),
    "no_better_than_table": _l("A plain table of bands does as well."),
    "no_better_than_prior": _l("The published prices alone do as well."),
    "coverage_off": _l("Its intervals do not hold as often as they say."),
    "balance": _l("Balance"), "months_since_last_payment": _l("Months since last payment"),
    "legal_action": _l("Litigation"), "(base)": _l("The book at an average rate"),
    "(rest)": _l("Not explained"),
    # control totals
    "rows": _l("Rows"), "principal": _l("Principal"), "rows_total": _l("Rows"),
    "principal_minor": _l("Principal"),
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
    "open": _l("Open for bids"), "opened": _l("Bids opened"), "awarded": _l("Awarded"),
    "submitted": _l("Submitted"), "active": _l("Active"), "refused": _l("Refused"),
    "suspended": _l("Suspended"),
    "recalled": _l("Recalled"), "returned": _l("Returned"),
    # reasons to decline
    "capacity": _l("No capacity"), "rates": _l("The rates do not fit"),
    "conflict": _l("Conflict of interest"), "quality_of_data": _l("Quality of the data"),
    # litigation and security
    "none": _l("none"), "unsecured": _l("Unsecured"), "pledge": _l("Pledge"),
    "guarantee": _l("Guarantee"), "suit": _l("Sued"), "judgment": _l("Judgment, not enforced"),
    "enforcement": _l("In enforcement"), "enforcement_ended": _l("Enforcement ended"),
    "mediation": _l("In mediation"), "arbitration": _l("In arbitration"),
    # payments
    "lender_ledger": _l("Lender's ledger"), "agency_claim": _l("Agency's report"),
    # ledger accounts
    "fee_receivable": _l("Platform fee receivable"), "fee_income": _l("Platform fee income"),
    "output_vat": _l("Output VAT"), "memo_lender_owes": _l("Memo: lender owes agencies"),
    "memo_agency_earned": _l("Memo: agency has earned"),
    "memo_recoveries": _l("Memo: recovered by agencies"),
    "memo_cash": _l("Memo: cash at the lender"),
    "lender_receivable": _l("Receivable from lenders"),
    "agency_payable": _l("Payable to agencies"), "stripe_balance": _l("Balance at Stripe"),
    "stripe_cost": _l("Cost of Stripe"), "bank_clearing": _l("Bank clearing"),
    # rails
    **rail_words.WORDS,
    "invoiced": _l("Invoiced"), "taken_back": _l("Taken back"),
    **papers_words.WORDS,
    "fx_clearing": _l("Currency clearing"), "fx_difference": _l("Rounding of exchanges"),
    # incidents
    "statement_commission": _l("Commission of a statement"),
    "statement_cash": _l("Cash of a statement"), "line_rounding": _l("Rounding of a line"),
    "statement_tax": _l("VAT on the commission of a statement"),
    "statement_fee": _l("Platform fee of a statement"),
    "statement_fee_tax": _l("VAT on the fee of a statement"),
    "line_commission": _l("Commission of a line before rounding"),
    "payment_cash": _l("Cash of a payment on statements"),
    "statement_carried": _l("What a statement took over"),
    "contract_rates": _l("Commission of a contract by its rates"),
    "lender_owes": _l("What a lender owes, in the ledger"),
    "agency_earned": _l("What an agency has earned, in the ledger"),
    "unbalanced_journal": _l("Journal out of balance"),
    "stray_journal": _l("Journal without its statement"),
    "journal_chain": _l("Chain of journals"), "audit_chain": _l("Chain of audit events"),
    "a link before it is missing": _l("a link before it is missing"),
    "the journal is missing": _l("the journal is missing"),
    "the journal is not what was posted": _l("the journal is not what was posted"),
    "the journal is not in the chain": _l("the journal is not in the chain"),
    "it no longer contains a head that was kept": _l(
        "it no longer contains a head that was kept"
    ),
    "an event is missing, added or out of order": _l(
        "an event is missing, added or out of order"
    ),
    "the event is not what was recorded": _l("the event is not what was recorded"),
    "the chain does not end at its head": _l("the chain does not end at its head"),
    # tax
    "general": _l("General taxpayer"), "small_scale": _l("Small-scale taxpayer"),
    "exempt": _l("Exempt"),
    # jobs
    "todo": _l("Waiting"), "doing": _l("Running"), "succeeded": _l("Done"),
    "aborted": _l("Aborted"),
}  # fmt: skip

ACTIONS: dict[str, object] = {
    **feed_words.ACTIONS,
    "user.signed_in": _l("Signed in"),
    "user.signed_out_everywhere": _l("Signed out everywhere"),
    "user.signed_out": _l("Signed out"), "session.ended": _l("Session ended"),
    "user.deactivated": _l("User deactivated"), "user.reactivated": _l("User reactivated"),
    "user.role_changed": _l("Role changed"), "user.locale_changed": _l("Language changed"),
    "invitation.sent": _l("Invitation sent"), "invitation.resent": _l("Invitation sent again"),
    "invitation.withdrawn": _l("Invitation withdrawn"),
    "invitation.accepted": _l("Invitation accepted"),
    "organisation.opened": _l("Organisation opened"),
    "password.changed": _l("Password changed"), "password.reset": _l("New password set"),
    "password_reset.asked": _l("New password asked for"),
    "recovery_code.used": _l("Recovery code used"),
    "recovery_codes.replaced": _l("Recovery codes replaced"),
    "security_key.registered": _l("Security key registered"),
    "security_key.removed": _l("Security key removed"),
    "single_sign_on.linked": _l("Single sign-on linked"),
    "totp.set_up": _l("Authenticator app set up"),
    "totp.removed": _l("Authenticator app removed"),
    "tax_status.set": _l("Tax status set"),
    "tape.commit_requested": _l("Import of the tape requested"),
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
    "creditors.changed": _l("Creditors changed"), "cases.exported": _l("Cases exported"),
    "tape.uploaded": _l("Tape uploaded"), "tape.mapped": _l("Columns confirmed"),
    "tape.checked": _l("Tape checked"), "tape.committed": _l("Tape imported"),
    "tape.failed": _l("Tape failed"),
    "tape.difference_confirmed": _l("Difference from the control totals confirmed"),
    "valuation.done": _l("Portfolio valued"), "valuation.requested": _l("Valuation requested"),
    "portfolio.valued": _l("Portfolio valued"),
    "valuation.followed": _l("Revalued from the cash so far"),
    "model.fitted": _l("Model fitted"), "model.nominated": _l("Model proposed"),
    "model.activated": _l("Model brought into force"),
    "model.withdrawn": _l("Proposal of the model withdrawn"),
    "auction.drafted": _l("Listing drafted"), "auction.listed": _l("Listing published"),
    "tape.corrected": _l("Cells of a tape corrected"),
    "tape.rows_left_out": _l("Rows of a tape left out"),
    "tape.fixes_undone": _l("Corrections of a tape taken back"),
    "tape.annotated": _l("Annotated list taken away"),
    "terms.proposed": _l("Terms of commission proposed"),
    "terms.agreed": _l("Terms of commission agreed"),
    "quality.scored": _l("Conduct scored"), "quality.appealed": _l("Score appealed"),
    "quality.decided": _l("Appeal decided"),
    "nda.set": _l("Non-disclosure agreement replaced"),
    "nda.signed": _l("Non-disclosure agreement signed"),
    "question.answered": _l("Question answered"),
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
    "payments.withdrawn": _l("Payments withdrawn"),
    "payment.reported": _l("Payment reported by the agency"),
    "month.brought_in": _l("Files of a month brought in"),
    "month.matched": _l("Month matched"),
    "entry.revealed": _l("Text of bank entries shown"),
    "decision.proposed": _l("Decision proposed"),
    "decision.checked": _l("Decision checked"),
    "books.checked": _l("Books checked"),
    "journal.reversed": _l("Journal reversed"), "journal.proposed": _l("Journal proposed"),
    "journal.proposal_approved": _l("Proposal approved and posted"),
    "journal.proposal_refused": _l("Proposal refused"),
    "period.proposed": _l("Closing of a month proposed"),
    "period.closed": _l("Month closed"), "incident.opened": _l("Incident opened"),
    "incident.closed": _l("Incident closed"),
    "statement.drafted": _l("Statement drafted"),
    "statement.confirmed": _l("Statement confirmed"),
    "statement.approved": _l("Statement approved and posted"),
    "statement.carried": _l("The money moved on"),
    **papers_words.ACTIONS,
    "rail.account_asked": _l("Payments by Stripe asked for"),
    "checkout.asked": _l("Payment page asked for"),
    "checkout.paid": _l("Payment page: money moved"),
    "rail.done": _l("Done at Stripe"), "rail.retried": _l("Sent to Stripe again"),
    "rail.approved": _l("Movement of money approved"),
    "rail.claw_back_proposed": _l("Taking a paid statement back proposed"),
    "rail.movement_named": _l("Booking of a Stripe movement proposed"),
    "rail.movement_booked": _l("Stripe movement booked"),
    "statement.cancelled": _l("Statement cancelled"), "world.built": _l("Demo world built"),
}  # fmt: skip

ISSUES: dict[str, object] = {
    **feed_words.ISSUES,
    "duplicate_row": _l("The same row stands above"),
    "duplicate_case_no": _l("The case number is used above"),
    "missing_case_no": _l("Case number missing"),
    "missing_contract_no": _l("Contract number missing"), "missing_name": _l("Name missing"),
    "missing_mobile": _l("Mobile number missing"),
    "missing_id": _l("Identity number missing"),
    "id_destroyed": _l("Identifier destroyed by a spreadsheet"),
    "id_bad_length": _l("Identity number has the wrong length"),
    "id_bad_region": _l("Identity number: unknown province"),
    "id_bad_birth": _l("Identity number: impossible birth date"),
    "id_bad_checksum": _l("Identity number: wrong check digit"),
    "formula_in_name": _l("The name is a spreadsheet formula"),
    "name_invalid": _l("Not a name"), "mobile_invalid": _l("Not a mobile number"),
    "missing_amount": _l("Amount missing"), "bad_amount": _l("Amount cannot be read"),
    "negative_amount": _l("Amount below zero"), "zero_amount": _l("Amount is zero"),
    "missing_date": _l("Date missing"), "bad_date": _l("Date cannot be read"),
    "future_required_date": _l("Date lies after the balance date"),
    "bad_dpd": _l("Days past due cannot be read"),
    "dpd_out_of_range": _l("Days past due out of range"),
    "recall_before_start": _l("Recall before the start"),
    "bad_currency": _l("Unknown currency"),
    "missing_original_creditor": _l("Original creditor missing"),
    **quality_words.ISSUES,
    "not_footing": _l("The parts do not add up to the balance"),
    "dpd_mismatch": _l("Days past due and dates disagree"),
    "dpd_derived": _l("Days past due computed from the dates"),
    "overdue_date_derived": _l("First overdue date computed"),
    "open_after_default": _l("Opened after the default"),
    "stale_balance": _l("Balance older than 45 days"),
    "recall_window": _l("Unusual term"), "rate_over_24": _l("Annual rate above 24 %"),
    "bad_optional_date": _l("Date cannot be read, left out"),
    "future_optional_date": _l("Date lies in the future, left out"),
    "missing_last_payment": _l("Last payment missing"),
    "birth_id_mismatch": _l("Birth date and identity number disagree"),
    "age_over_100": _l("Older than 100"), "card_luhn": _l("Card number: wrong check digit"),
    "bad_optional_id": _l("Identity number cannot be read, left out"),
    "phone_part_invalid": _l("Part of the phone cell is no number"),
    "formula_in_text": _l("Text begins like a formula"),
    "zip_leading_zero": _l("Postal code lost its zero"),
    "unknown_enum": _l("Unknown value, stored as other"),
    "amount_dash_zero": _l("A dash, read as zero"), "unit_in_cell": _l("Unit inside the cell"),
    "invisible_chars": _l("Invisible characters removed"),
    "fullwidth_chars": _l("Full-width characters converted"),
    "hold_minor": _l("Minor: on hold"), "hold_deceased": _l("Deceased: on hold"),
    "hold_bankruptcy": _l("Bankruptcy: on hold"),
    "hold_stop_contact": _l("No contact wanted: on hold"),
    "hold_dispute": _l("Dispute: on hold"), "hold_complaint": _l("Complaint: on hold"),
    "hold_attorney": _l("Represented by a lawyer: on hold"),
    "hold_fraud": _l("Fraud suspected: on hold"),
}  # fmt: skip
"""What is wrong with a cell of a tape."""

FIELDS: dict[str, object] = {
    "lender_case_no": _l("Case number"), "batch_no": _l("Batch"), "lender_name": _l("Lender"),
    "original_creditor": _l("Original creditor"), "product_type": _l("Product"),
    "contract_no": _l("Contract number"), "account_no": _l("Card or account number"),
    "debtor_name": _l("Full name"), "id_type": _l("Kind of identity document"),
    "id_no": _l("Identity number"), "birth_date": _l("Date of birth"), "gender": _l("Sex"),
    "mobile": _l("Mobile"), "mobile_alt": _l("Other phone"), "email": _l("E-mail"),
    "address_home": _l("Address"), "address_register": _l("Registered address"),
    "region_code": _l("Province"), "employer": _l("Employer"), "currency": _l("Currency"),
    "loan_amount": _l("Loan amount"), "credit_limit": _l("Credit limit"),
    "open_date": _l("Opened on"), "maturity_date": _l("Maturity"),
    "rate_annual": _l("Annual rate"), "principal": _l("Principal"), "interest": _l("Interest"),
    "penalty_fees": _l("Penalties and fees"), "placed_balance": _l("Placed balance"),
    "balance_as_of": _l("Balances as of"), "first_overdue_date": _l("First overdue on"),
    "dpd": _l("Days past due"), "bucket": _l("Age bucket"), "five_class": _l("Asset class"),
    "written_off": _l("Written off"), "written_off_date": _l("Written off on"),
    "last_payment_date": _l("Last payment on"), "last_payment_amount": _l("Last payment"),
    "security": _l("Security"), "litigation_status": _l("Litigation"),
    "placement_round": _l("Placement round"), "placement_start": _l("Placement starts"),
    "recall_due": _l("Recall due"), "hold_flags": _l("Holds"), "remarks": _l("Remarks"),
    "assignment_notice_date": _l("Assignment notified on"), "score": _l("Score"),
    "limitation_date": _l("Limitation"), "consent": _l("Consent to pass on the data"),
    **feed_words.FIELDS,
}  # fmt: skip
"""The canonical fields of a case, and those of a payment, as screens name them."""

UNITS = {
    "major": _l("units (元)"),
    "thousand": _l("thousands"),
    "ten_thousand": _l("ten thousands (万元)"),
    "minor": _l("hundredths (分)"),
}
"""What the figures of a column count."""


def init_app(app: Flask) -> None:
    words.name_codes_with(code_name)
    app.jinja_env.globals["unit_choices"] = UNITS.items
    app.jinja_env.filters.update(
        word=word,
        action=action,
        cell=cell,
        issue=lambda kind: str(ISSUES.get(kind, kind)),
        fieldname=lambda field: str(FIELDS.get(field, field)),
        province=lambda code: province(code, language()),
    )


def word(code: object) -> str:
    """A code in words; an unknown one as it is."""
    key = str(getattr(code, "value", code))
    return str(WORDS.get(key) or MATCHING_WORDS.get(key, key))


def code_name(code: str) -> str:
    """What a code is called inside a sentence, be it a field or another word."""
    for names in (FIELDS, WORDS, ISSUES, MATCHING_WORDS):
        if code in names:
            return str(names[code])
    return code


def action(name: str) -> str:
    return str(ACTIONS.get(name, name))


def cell(key: str) -> str:
    """A cell of the grid in words."""
    return " · ".join(word(part) for part in key.split("|"))
