"""Ways to break what was brought in, found and decided, in SQL."""

from tests.attacking import SAME_CODE, Attacks, answered, kept, like, run

MATCH = "kind = 'match'"
UNCHECKED = "checked_at IS NULL"
UNANSWERED = dict.fromkeys(("checked_at", "checked_by_id", "agreed"), "NULL")


def _decision(**changed: str) -> str:
    return like("intake_decisions", MATCH, **UNANSWERED | changed)


def _line(source: str, **changed: str) -> str:
    return like("intake_lines", f"source = '{source}'", **{"dedupe_key": "'x'"} | changed)


TABLES = (
    "intake_batches", "intake_files", "intake_lines", "intake_runs", "intake_groups",
    "intake_figures", "intake_members", "intake_decisions", "intake_decision_lines",
    "intake_portions", "intake_payments",
)  # fmt: skip
ATTACKS: Attacks = {
    **kept(
        intake_batches="profile = '{}'", intake_files="filename = 'x'",
        intake_lines="reference = 'x'", intake_runs="groups = 0", intake_groups="kind = 'x'",
        intake_figures="amount_minor = 1", intake_members="agency_id = 1",
        intake_decision_lines="lender_id = lender_id", intake_portions="amount_minor = 1",
        intake_payments="lender_id = 1",
    ),
    **answered(
        "intake_decisions", "checked_at", change="reason = 'x'", again="agreed = NOT agreed",
    ),
    "the code of another batch": (
        run(like("intake_batches", id=SAME_CODE)), "uq_intake_batches_code",
    ),
    "half a month brought": (
        run(like("intake_batches", month_start="month_start + 14")), "is_a_month",
    ),
    "a file brought twice": (
        run(like("intake_files", "kind = 'ledger'")), "uq_intake_files_brought_once",
    ),
    "a line brought twice": (run(like("intake_lines")), "uq_intake_lines_lender_id_dedupe_key"),
    "a line of nothing": (run(_line("bank", amount_minor="0")), "is_an_amount"),
    "a line set against three things": (
        run(_line("bank", parts="'{1,2,3}'")), "parts_are_four",
    ),
    "a negative claim": (run(_line("claim", amount_minor="-1")), "claims_are_positive"),
    "nobody's claim": (run(_line("claim", agency_id="NULL")), "claims_have_agencies"),
    "matched twice": (run(like("intake_runs")), "uq_intake_runs_batch_id"),
    "automatic, for a reason": (
        run(like("intake_groups", "NOT automatic", automatic="true")), "stopped_for_a_reason",
    ),
    "approves no run": (run(_decision(kind="'automatic'")), "approves_a_run"),
    "decided for no reason": (run(_decision(reason="''")), "has_a_reason"),
    "reverses nothing": (run(_decision(kind="'reverse'")), "reverses_something"),
    "resolved without a code": (run(_decision(kind="'resolve'")), "resolved_by_code"),
    "splits nothing": (run(_decision(kind="'split'")), "splits_a_line"),
    "checked by nobody": (
        run(f"UPDATE intake_decisions SET agreed = true, checked_at = now() WHERE {UNCHECKED}"),
        "is_checked_whole",
    ),
    "checked by whoever proposed": (
        run("UPDATE intake_decisions SET agreed = true, checked_at = now(), checked_by_id ="
            f" made_by_id WHERE {UNCHECKED}"),
        "two_people_decide",
    ),
    "proposed and checked at once": (
        run(_decision(checked_at="now()", agreed="true", checked_by_id=
                      "(SELECT min(u.id) FROM users u WHERE u.id <> made_by_id)")),
        "intake_decisions begins without an answer",
    ),
    "a split that does not add up": (
        run(like("intake_decisions", "kind = 'split'", **UNANSWERED)), "do not add up",
    ),
    "a portion of nothing": (
        run(_decision(),
            "INSERT INTO intake_portions (decision_id, case_id, lender_id, amount_minor)"
            " SELECT max(d.id), min(c.id), d.lender_id, 0 FROM intake_decisions d"
            " JOIN cases c USING (lender_id) GROUP BY d.lender_id"),
        "ck_intake_portions_is_an_amount",
    ),
}  # fmt: skip
