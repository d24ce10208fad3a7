"""What classes, reasons and codes of reconciling are called when people read them."""

from flask_babel import lazy_gettext as _l

MATCHING_WORDS: dict[str, object] = {
    # classes of groups
    "class_reversal": _l("Refund or reversal"), "class_duplicate": _l("Claimed twice"),
    "class_unknown_claim": _l("Claim without a payment"),
    "class_unknown_bank": _l("Bank entry without a posting"),
    "class_unknown_ledger": _l("Posting without a bank entry"),
    "class_short": _l("Short"), "class_over": _l("Over"),
    "class_recalled": _l("Outside every placement"), "class_timing": _l("Other day or month"),
    "class_split": _l("Paid in parts"), "class_merged": _l("Paid together"),
    "class_matched": _l("Matched"),
    # why a group stopped
    "why_bank_rivals": _l("More than one posting or bank entry fits equally well."),
    "why_no_bank_entry": _l("No bank entry with its number, amount and day was found."),
    "why_no_posting": _l("The ledger holds no posting with its number, amount and day."),
    "why_original_not_found": _l("What it takes back is not among the postings."),
    "why_case_unknown": _l("It names no case of this lender."),
    "why_claim_rivals": _l("More than one claim or payment fits equally well."),
    "why_claim_differs": _l("A claim seems to mean it, but tells another amount or day."),
    "why_class_needs_person": _l("The amounts or days differ."),
    "why_no_part": _l("No payment on this case fits amount and day."),
    "why_repeats_another": _l("It repeats a claim that is matched already."),
    "why_other_agency_entitled": _l("The payment came in another agency's placement."),
    # why a group may be a partner
    "near_rival": _l("was a candidate"), "near_amount": _l("same amount"),
    "near_case": _l("same case"),
    # states of groups
    "state_open": _l("To be decided"), "state_proposed": _l("To be checked"),
    "state_automatic": _l("Matched automatically, to be approved"),
    "state_settled": _l("Dealt with"),
    # what became of a claim
    "claim_matching": _l("Being matched"), "claim_open": _l("The lender has to decide"),
    "claim_automatic": _l("Matched, the lender has to approve"),
    "claim_proposed": _l("A second person of the lender decides"),
    "claim_accepted": _l("Accepted"), "claim_refused": _l("Claim refused"),
    "claim_closed": _l("Closed"),
    # days since the value date
    "age_0_7": _l("0–7 days"), "age_8_30": _l("8–30 days"), "age_31_60": _l("31–60 days"),
    "age_61_up": _l("over 60 days"),
    # sources and files
    "source_ledger": _l("Lender's ledger"), "source_bank": _l("At the bank"),
    "source_claim": _l("Agency's claim"),
    "file_ledger": _l("Ledger file"), "file_bank": _l("Bank statement"),
    "file_claims": _l("Agency's claims"), "file_holidays": _l("Days off"),
    "file_debtors": _l("Customer numbers"),
    # decisions
    "decided_automatic": _l("Approve automatic matches"), "decided_match": _l("Match"),
    "decided_split": _l("Split"), "decided_resolve": _l("Resolve"),
    "decided_reverse": _l("Reverse"),
    # reason codes
    "code_short_accepted": _l("Short payment accepted"),
    "code_over_to_refund": _l("Overpaid: to be refunded"),
    "code_refunded": _l("Refunded"), "code_bank_charge": _l("Bank charge"),
    "code_not_a_debtor": _l("Not a debtor's money"),
    "code_other_month": _l("Belongs to another month"),
    "code_not_received": _l("Posted, but not received"),
    "code_claim_refused": _l("Claim refused"),
    "code_claim_late": _l("Late claim of a payment already matched"),
    "code_write_off": _l("Write-off"), "code_other": _l("Another reason"),
}  # fmt: skip
