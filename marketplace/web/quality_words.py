"""What the codes of data quality are called."""

from flask_babel import lazy_gettext as _l

WORDS = {
    "readiness_ok": _l("Ready to list"),
    "readiness_warn": _l("Ready, with remarks"),
    "readiness_bad": _l("Not ready"),
    "point_ok": _l("Good"),
    "point_warn": _l("To be known"),
    "point_bad": _l("In the way"),
}

ISSUES = {
    "paid_after_balance": _l("Paid after the day of the balance"),
    "principal_over_loan": _l("Principal above the loan amount"),
    "same_contract": _l("Contract number stands in several cases"),
    "same_loan": _l("The same loan under several case numbers"),
    "contract_in_book": _l("Contract number is in your book under another case number"),
}
