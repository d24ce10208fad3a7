"""Ways to break statements, terms and scores in SQL, and the words each is turned down with."""

from tests.attacking import SAME_CODE, Attacks, answered, emptied, kept, like, run

DRAFT, INVOICED = "status = 'draft'", "status = 'invoiced'"
OTHER_PERIOD = {"period_start": "period_start + 1"}
CONFIRMED = (
    "UPDATE statements SET status = 'agency_confirmed', agency_confirmed_by_id = 1"
    f" WHERE {DRAFT}",
    "UPDATE statements SET status = 'lender_confirmed', lender_confirmed_by_id = 1"
    " WHERE status = 'agency_confirmed'",
)
APPROVED = (
    *CONFIRMED,
    "UPDATE statements SET status = 'approved', approved_at = now(), approved_by_id ="
    " (SELECT id FROM users WHERE id <> made_by_id LIMIT 1) WHERE status = 'lender_confirmed'",
)
AS_LENDER, AS_AGENCY = (
    f"SELECT set_config('app.org_id', {side}::text, true) FROM statements LIMIT 1"
    for side in ("lender_id", "agency_id")
)
NEWEST = "(SELECT max(id) FROM statements)"
OF_DRAFT = "statement_id IN (SELECT id FROM statements WHERE status = 'draft')"
THE_INVOICED = "(SELECT id FROM statements WHERE status = 'invoiced')"
UNCONTESTED = dict.fromkeys(("appeal", "appealed_at", "decision", "decided_at"), "NULL")
OPEN_DISPUTE, DECIDED = "decision IS NULL", "decision IS NOT NULL"
UNDISPUTED = (
    "(SELECT l.payment_id FROM statement_lines l WHERE l.statement_id ="
    " line_disputes.statement_id AND l.payment_id <> line_disputes.payment_id LIMIT 1)"
)
ANEW = {"payment_id": UNDISPUTED, "proposed": "NULL"}
"""Another line of the same statement, disputed as if for the first time."""

_release = (
    "INSERT INTO holdback_releases (held_by_id, released_by_id, lender_id, agency_id,"
    " amount_minor) SELECT id, id, lender_id, agency_id, 5 FROM statements WHERE {}"
)


def _line(**changed: str) -> str:
    return like("statement_lines", OF_DRAFT, **{"tier": "99"} | changed)


def _terms(**changed: str) -> str:
    return like("commission_terms", **{"agreed_at": "NULL", "agreed_by_id": "NULL"} | changed)


def _draft(**changed: str) -> str:
    return like("statements", DRAFT, **OTHER_PERIOD | changed)


_STATEMENTS: Attacks = {
    "the code of another statement": (run(_draft(id=SAME_CODE)), "uq_statements_code"),
    "a period twice": (run(like("statements", DRAFT)), "uq_statements_one_per_period"),
    "a debt carried twice": (
        run(
            _draft(carried_from_id="1"),
            _draft(carried_from_id="1", period_start="period_start + 2"),
        ),
        "uq_statements_carried_once",
    ),
    "a credit carried": (run(_draft(carried_in_minor="1")), "only_debts_are_carried"),
    "a fee's credit carried": (
        run(_draft(fee_carried_in_minor="1")),
        "only_debts_are_carried",
    ),
    "less than nothing held back": (run(_draft(holdback_minor="-1")), "holdback_signs"),
    "a period of no day": (run(_draft(period_end="period_start + 1")), "period_lasts"),
    "approved by its maker": (
        run(*CONFIRMED, "UPDATE statements SET status = 'approved', approved_at = now(),"
            " approved_by_id = made_by_id WHERE status = 'lender_confirmed'"),
        "two_people_approve",
    ),
    "approved by nobody": (
        run(*CONFIRMED, "UPDATE statements SET status = 'approved' WHERE status ="
            " 'lender_confirmed'"),
        "is_approved_whole",
    ),
    "confirmed by nobody": (
        run(f"UPDATE statements SET status = 'agency_confirmed' WHERE {DRAFT}"),
        "both_sides_confirm",
    ),
    "begun as cancelled": (run(_draft(status="'cancelled'")), "begins as a draft"),
    "approved without the sides": (
        run("UPDATE statements SET status = 'lender_confirmed', lender_confirmed_by_id = 1,"
            f" agency_confirmed_by_id = 1 WHERE {DRAFT}"),
        "skips no confirmation",
    ),
    "approved by the lender": (
        run(*CONFIRMED, AS_LENDER, APPROVED[-1]), "each side confirms",
    ),
    "confirmed by the agency for the lender": (
        run(CONFIRMED[0], AS_AGENCY, CONFIRMED[1]), "each side confirms",
    ),
    "another amount on a draft": (
        run(f"UPDATE statements SET fee_minor = 0 WHERE {DRAFT}"), "never changed",
    ),
    "another amount on an approved one": (
        run(f"UPDATE statements SET fee_minor = 0 WHERE {INVOICED}"), "never changed",
    ),
    "another journal": (
        run(f"UPDATE statements SET journal_id = 1 WHERE {INVOICED}"), "never changed",
    ),
    "a cancelled one taken up again": (
        run("UPDATE statements SET status = 'draft' WHERE status = 'cancelled'"),
        "never changed",
    ),
    "undone before it was paid through the platform": (
        run(f"UPDATE statements SET undone_at = now() WHERE {INVOICED}"), "never changed",
    ),
    "begun as undone": (run(_draft(undone_at="now()")), "begins as a draft"),
    "a statement deleted": (run(f"DELETE FROM statements WHERE {DRAFT}"), "never changed"),
    "paid with nothing": (
        run(f"UPDATE statements SET status = 'paid' WHERE {INVOICED}"), "by a remittance",
    ),
    "closed with nothing paid": (
        run(f"UPDATE statements SET status = 'closed' WHERE {INVOICED}"), "by a remittance",
    ),
    "closed without its fee": (
        run("UPDATE statements SET status = 'closed' WHERE status = 'received'"),
        "by a remittance",
    ),
    **emptied("statements", "statement_lines", "holdback_releases"),
    **kept(statement_copies="lines = '[]'"),
    "a payment stated twice": (
        run(like("statement_lines", OF_DRAFT)), "uq_statement_lines_payment_once",
    ),
    "a payment stated again": (
        run(like("statement_lines", OF_DRAFT, again="1")), "stated again only where",
    ),
    "commission on what is excluded": (run(_line(kind="'excluded'")), "excluded_earns_nothing"),
    "cash in a true-up": (run(_line(kind="'true_up'")), "a_true_up_is_no_cash"),
    "a line for an approved statement": (
        run(_line(statement_id=THE_INVOICED)), "statement_lines is append-only: only a draft",
    ),
    "a line changed": (
        run("UPDATE statement_lines SET commission_minor = 0"),
        "statement_lines is append-only: UPDATE",
    ),
    "lines of an approved statement deleted": (
        run(f"DELETE FROM statement_lines WHERE statement_id = {THE_INVOICED}"),
        "statement_lines is append-only: DELETE",
    ),
    "a release in an approved statement": (
        run(_release.format(INVOICED)), "holdback_releases is append-only: only a draft",
    ),
    "a release changed": (
        run(_release.format(DRAFT), "UPDATE holdback_releases SET amount_minor = 6"),
        "holdback_releases is append-only: UPDATE",
    ),
}  # fmt: skip

_DISPUTES: Attacks = {
    **emptied("line_disputes"),
    "the code of another dispute": (
        run(like("line_disputes", OPEN_DISPUTE, id=SAME_CODE, **ANEW)), "uq_line_disputes_code",
    ),
    "a line disputed twice": (
        run(like("line_disputes", OPEN_DISPUTE, proposed="NULL")), "uq_line_disputes_open_once",
    ),
    "disputed for no reason": (
        run(like("line_disputes", OPEN_DISPUTE, reason="''", **ANEW)), "has_a_reason",
    ),
    "decided by whoever proposed": (
        run("UPDATE line_disputes SET decision = proposed, decided_by_id = proposed_by_id,"
            f" decided_at = now() WHERE {OPEN_DISPUTE}"),
        "two_people_decide",
    ),
    "decided by nobody": (
        run(f"UPDATE line_disputes SET decision = proposed WHERE {OPEN_DISPUTE}"),
        "is_decided_whole",
    ),
    "decided by the side that proposed": (
        run(AS_AGENCY, "UPDATE line_disputes SET decision = proposed, decided_at = now(),"
            f" decided_by_id = 1 WHERE {OPEN_DISPUTE}"),
        "one side proposes",
    ),
    "proposed in the name of the other side": (
        run(AS_LENDER, f"UPDATE line_disputes SET proposed = 'back' WHERE {OPEN_DISPUTE}"),
        "one side proposes",
    ),
    "proposed and decided at once": (
        run(AS_LENDER, "UPDATE line_disputes SET proposed = 'back', decision = 'back',"
            f" decided_at = now(), decided_by_id = 1 WHERE {OPEN_DISPUTE}"),
        "one side proposes",
    ),
    "disputed after the approval": (
        run(like("line_disputes", OPEN_DISPUTE, proposed="NULL", statement_id=THE_INVOICED,
                 payment_id="(SELECT min(payment_id) FROM statement_lines WHERE statement_id ="
                            f" {THE_INVOICED})")),
        "disputed in time",
    ),
    "disputed too late": (
        run(_draft(disputes_end_at="now() - interval '1 second'"), _line(statement_id=NEWEST),
            like("line_disputes", OPEN_DISPUTE, proposed="NULL", statement_id=NEWEST,
                 payment_id="(SELECT payment_id FROM statement_lines WHERE statement_id ="
                            f" {NEWEST})")),
        "disputed in time",
    ),
    "disputed and proposed at once": (
        run(like("line_disputes", OPEN_DISPUTE, payment_id=UNDISPUTED)), "disputed in time",
    ),
    "decided again": (
        run(f"UPDATE line_disputes SET proposed = 'back', decision = 'back' WHERE {DECIDED}"),
        "decided once",
    ),
    "another reason": (
        run(f"UPDATE line_disputes SET reason = 'x' WHERE {OPEN_DISPUTE}"), "decided once",
    ),
    "a dispute deleted": (run("DELETE FROM line_disputes"), "decided once"),
}  # fmt: skip

_TERMS: Attacks = {
    **answered(
        "commission_terms", "agreed_at", change="holdback_bps = 7",
        again="agreed_at = agreed_at + interval '1 day'",
    ),
    "a version twice": (
        run(_terms()), "uq_commission_terms_contract_id_version",
    ),
    "terms agreed by nobody": (
        run("UPDATE commission_terms SET agreed_at = now() WHERE agreed_at IS NULL"),
        "agreed_at_some_time",
    ),
    "terms agreed by whoever proposed": (
        run("UPDATE commission_terms SET agreed_at = now(), agreed_by_id = proposed_by_id"
            " WHERE agreed_at IS NULL"),
        "two_people_agree",
    ),
    "proposed and agreed at once": (
        run(_terms(version="99", agreed_at="now()", agreed_by_id=
                   "(SELECT min(u.id) FROM users u WHERE u.id <> proposed_by_id)")),
        "commission_terms begins without an answer",
    ),
    "half held back": (
        run(_terms(version="99", holdback_bps="5000")), "holdback_in_range",
    ),
    "held back for ever": (
        run(_terms(version="99", holdback_days="366")), "holdback_ends",
    ),
    **emptied("quality_scores"),
    "a score above all": (
        run(like("quality_scores", score_bps="10001", **UNCONTESTED)), "score_is_a_share",
    ),
    "a score for half a month": (
        run(like("quality_scores", month_start="month_start + 14", **UNCONTESTED)),
        "month_begins",
    ),
    "a score that was contested before it was given": (
        run(like("quality_scores", "appealed_at IS NOT NULL")),
        "quality_scores begins without an answer",
    ),
    "another score": (
        run("UPDATE quality_scores SET score_bps = 1 WHERE appealed_at IS NULL"),
        "quality_scores is append-only: only appealed_at",
    ),
    "an appeal taken away": (
        run("UPDATE quality_scores SET appeal = NULL, appealed_at = NULL"
            " WHERE appealed_at IS NOT NULL AND decided_at IS NULL"),
        "quality_scores is append-only: only decided_at",
    ),
    "an appeal decided again": (
        run("UPDATE quality_scores SET decision = 'x' WHERE decided_at IS NOT NULL"),
        "quality_scores is append-only: UPDATE",
    ),
}  # fmt: skip

TABLES = (
    "statements", "statement_lines", "statement_copies", "holdback_releases", "line_disputes",
    "commission_terms", "quality_scores",
)  # fmt: skip
ATTACKS: Attacks = _STATEMENTS | _DISPUTES | _TERMS
