"""Ways to break the ledger in SQL, and the words each is turned down with."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import psycopg

from tests.attacking import (
    SAME_CODE,
    Attack,
    Attacks,
    HeldError,
    answered,
    kept,
    like,
    refusal_of,
    run,
)

OPEN, CLOSED = date(2026, 3, 2), date(2026, 1, 15)
FINGERPRINT = "0" * 64
LARGEST = 10**15
RECEIVABLE, INCOME, DOLLARS, DOLLAR_INCOME = 1, 2, 3, 4
MAKER, CHECKER = 1, 2
PLAIN, REVERSED, REVERSAL, LONG = 1, 2, 3, 4
"""The journals of the furnished books."""

Line = tuple[int, int, str]

FEE: tuple[Line, ...] = ((RECEIVABLE, 300, "CNY"), (INCOME, -300, "CNY"))


def furnish(owner: psycopg.Connection) -> None:
    """Two people, four accounts, four journals, January closed, an incident and proposals."""
    owner.execute(
        "INSERT INTO organisations (short_code, kind, name, name_zh, jurisdiction, created_at)"
        " VALUES ('RECOUP', 'platform', 'Recoup', '聚清', 'CN', now());"
        "INSERT INTO users (organisation_id, email, name, role, totp_step, two_factor, locale,"
        " created_at) SELECT 1, n || '@example.org', n, 'finance', 0, false, 'en', now()"
        " FROM unnest('{pia,paul}'::text[]) n;"
        "INSERT INTO ledger_accounts (kind, currency) VALUES ('fee_receivable', 'CNY'),"
        " ('fee_income', 'CNY'), ('fee_receivable', 'USD'), ('fee_income', 'USD')"
    )
    post(owner, "plain", FEE, on=CLOSED)
    post(owner, "reversed", FEE)
    post(owner, "reversal", mirror(FEE), reverses=REVERSED)
    post(owner, "long", (*FEE, (DOLLARS, 5, "USD"), (DOLLAR_INCOME, -5, "USD")))
    owner.execute(
        "INSERT INTO ledger_periods (month_start, proposed_by_id, proposed_at)"
        " VALUES ('2026-01-01', 1, now()), ('2026-02-01', 1, now());"
        "UPDATE ledger_periods SET closed_by_id = 2, closed_at = now(), head_sequence = 1,"
        " head_hash = (SELECT hash FROM journal_links WHERE sequence = 1)"
        " WHERE month_start = '2026-01-01';"
        "INSERT INTO incidents (kind, subject, details, opened_at)"
        " VALUES ('chain', 'journals', '{}', now()), ('old', 'journals', '{}', now());"
        "UPDATE incidents SET closed_by_id = 1, closed_at = now(), closing_note = 'a test'"
        " WHERE kind = 'old'"
    )
    owner.execute(
        "INSERT INTO journal_proposals (reverses_id, terms, reason, effective_on, made_by_id,"
        " made_at) VALUES (1, '{}', 'refused', '2026-03-02', 1, now());"
        "UPDATE journal_proposals SET decided_by_id = 2, decided_at = now();"
        "INSERT INTO journal_proposals (reverses_id, terms, reason, effective_on, made_by_id,"
        " made_at) VALUES (1, '{}', 'open', '2026-03-02', 1, now())"
    )
    owner.commit()


def mirror(lines: Sequence[Line]) -> list[Line]:
    return [(account, -amount, currency) for account, amount, currency in lines]


def post(
    connection: psycopg.Connection,
    key: str,
    lines: Sequence[Line],
    *,
    on: date = OPEN,
    reverses: int | None = None,
    checker: int = CHECKER,
    fingerprint: str = FINGERPRINT,
) -> int:
    """Post by hand, as far as the commit: every deferred check runs now."""
    made = connection.execute(
        "INSERT INTO journals (idempotency_key, fingerprint, effective_on, words, made_by_id,"
        " approved_by_id, reverses_id) VALUES (%s, %s, %s, 'by hand', %s, %s, %s) RETURNING id",
        (key, fingerprint, on, MAKER, checker, reverses),
    ).fetchone()
    assert made is not None
    for line in lines:
        add_line(connection, made[0], line)
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    return int(made[0])


def add_line(connection: psycopg.Connection, journal_id: int, line: Line) -> None:
    connection.execute(
        "INSERT INTO postings (journal_id, account_id, amount_minor, currency)"
        " VALUES (%s, %s, %s, %s)",
        (journal_id, *line),
    )


def _post(*lines: Line, **how: object) -> Attack:
    return lambda connection: post(connection, "attack", lines, **how) and None  # type: ignore


def _twice(connection: psycopg.Connection) -> None:
    for _ in range(2):
        post(connection, "twice", FEE)


def _late(connection: psycopg.Connection, *, journal_id: int = PLAIN) -> None:
    for line in FEE:
        add_line(connection, journal_id, line)


def _after_the_seal(connection: psycopg.Connection) -> None:
    _late(connection, journal_id=post(connection, "sealed", FEE))


def _books_before_now(connection: psycopg.Connection) -> None:
    _pretends(connection, "booked_at", "'2020-01-01'", "booked_at > now() - interval '1 hour'")


def _books_after_now(connection: psycopg.Connection) -> None:
    _pretends(connection, "booked_at", "'2999-01-01'", "booked_at <= clock_timestamp()")


def _belongs_to_another_transaction(connection: psycopg.Connection) -> None:
    _pretends(
        connection, "transaction_id", "999999999",
        "transaction_id = pg_current_xact_id()::text::bigint",
    )  # fmt: skip


def _pretends(connection: psycopg.Connection, column: str, value: str, truth: str) -> None:
    row = connection.execute(
        f"INSERT INTO journals (idempotency_key, fingerprint, effective_on, words, made_by_id,"
        f" approved_by_id, {column}) VALUES ('pretends', '{FINGERPRINT}', '{OPEN}', '', 1, 2,"
        f" {value}) RETURNING {truth}"
    ).fetchone()
    if row == (True,):
        raise HeldError("the database wrote the truth")


def _unchained(connection: psycopg.Connection) -> None:
    made = post(connection, "chained", FEE)
    found = connection.execute(
        "SELECT 1 FROM journal_links WHERE journal_id = %s", (made,)
    ).fetchone()
    if found is not None:
        raise HeldError("the journal is in the chain")


def _refers_to_itself(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO journals (id, idempotency_key, fingerprint, effective_on, words,"
        f" made_by_id, approved_by_id, reverses_id) VALUES (999, 'self', '{FINGERPRINT}',"
        f" '{OPEN}', '', 1, 2, 999)"
    )


TABLES = (
    "ledger_accounts", "journals", "postings", "journal_links", "ledger_periods", "incidents",
    "journal_proposals",
)  # fmt: skip
_PERIOD = "(month_start, proposed_by_id, proposed_at)"

ATTACKS: Attacks = {
    "out of balance": (_post((RECEIVABLE, 5, "CNY"), (INCOME, -4, "CNY")), "balance by 1 CNY"),
    "one leg": (_post((RECEIVABLE, 5, "CNY")), "out of balance by 5 CNY"),
    "balanced across currencies only": (
        _post((RECEIVABLE, 5, "CNY"), (DOLLARS, -5, "USD")), "out of balance",
    ),
    "empty": (_post(), "is empty"),
    "the same key": (_twice, "uq_journals_idempotency_key"),
    "no fingerprint": (_post(*FEE, fingerprint=""), "has_a_fingerprint"),
    "maker is checker": (_post(*FEE, checker=MAKER), "two_people_post"),
    "nothing moves": (_post(*FEE, (RECEIVABLE, 0, "CNY")), "moves_something"),
    "a slip of the keyboard": (
        _post((RECEIVABLE, LARGEST + 1, "CNY"), (INCOME, -LARGEST - 1, "CNY")),
        "is_not_a_slip",
    ),
    "the account's currency is another": (
        _post((RECEIVABLE, 5, "USD"), (INCOME, -5, "USD")), "another currency",
    ),
    "a line to an old journal": (_late, "is closed"),
    "a line after the seal": (_after_the_seal, "is closed"),
    "reversed twice": (
        _post(*mirror(FEE), reverses=REVERSED), "uq_journals_reverses_id",
    ),
    "reversed with other amounts": (
        _post((RECEIVABLE, -299, "CNY"), (INCOME, 299, "CNY"), reverses=PLAIN),
        "not the mirror",
    ),
    "reversed on other accounts": (
        _post((DOLLARS, -300, "USD"), (DOLLAR_INCOME, 300, "USD"), reverses=PLAIN),
        "not the mirror",
    ),
    "reversed in part": (_post(*mirror(FEE), reverses=LONG), "not the mirror"),
    "repeated instead of reversed": (_post(*FEE, reverses=PLAIN), "not the mirror"),
    "a reversal reversed": (_post(*FEE, reverses=REVERSAL), "is itself a reversal"),
    "reverses itself": (_refers_to_itself, "reverses_another"),
    "into a closed month": (_post(*FEE, on=CLOSED), "2026-01 is closed"),
    "booked in the past": (_books_before_now, "the truth"),
    "booked in the future": (_books_after_now, "the truth"),
    "of another transaction": (_belongs_to_another_transaction, "the truth"),
    "not in the chain": (_unchained, "in the chain"),
    "twice in the chain": (
        run("INSERT INTO journal_links VALUES (999, 1, '')"),
        "uq_journal_links_journal_id",
    ),
    "an account twice": (
        run("INSERT INTO ledger_accounts (kind, currency) VALUES ('fee_income', 'CNY')"),
        "uq_ledger_accounts",
    ),
    "a month opened again": (
        run("UPDATE ledger_periods SET closed_by_id = NULL, closed_at = NULL,"
             " head_sequence = NULL, head_hash = NULL WHERE closed_at IS NOT NULL"),
        "never opened again",
    ),
    "a month deleted": (run("DELETE FROM ledger_periods"), "never opened again"),
    "months emptied": (run("TRUNCATE ledger_periods"), "append-only"),
    "another month closed instead": (
        run("UPDATE ledger_periods SET month_start = '2026-03-01', closed_by_id = 2,"
             " head_sequence = 1, head_hash = '' WHERE closed_at IS NULL"),
        "never opened again",
    ),
    "closed without a proposal": (
        run(f"INSERT INTO ledger_periods {_PERIOD[:-1]}, closed_by_id, closed_at,"
             " head_sequence, head_hash) VALUES ('2026-03-01', 1, now(), 2, now(), 1, '')"),
        "proposed before it is closed",
    ),
    "closed by its proposer": (
        run("UPDATE ledger_periods SET closed_by_id = 1, head_sequence = 1, head_hash = ''"
             " WHERE closed_at IS NULL"),
        "two_people_close",
    ),
    "closed without a head": (
        run("UPDATE ledger_periods SET closed_by_id = 2 WHERE closed_at IS NULL"),
        "is_closed_whole",
    ),
    "proposed twice": (
        run(f"INSERT INTO ledger_periods {_PERIOD} VALUES ('2026-02-01', 2, now())"),
        "uq_ledger_periods_month_start",
    ),
    "half a month": (
        run(f"INSERT INTO ledger_periods {_PERIOD} VALUES ('2026-03-15', 1, now())"),
        "is_a_month",
    ),
    **answered(
        "incidents", "closed_at", change="details = '1'",
        again="closed_by_id = NULL, closed_at = NULL, closing_note = NULL",
    ),
    "an incident closed by nobody": (
        run("UPDATE incidents SET closed_at = now(), closing_note = 'so'"
             " WHERE closed_at IS NULL"),
        "is_closed_with_a_note",
    ),
    "an incident closed without words": (
        run("UPDATE incidents SET closed_by_id = 1, closed_at = now(), closing_note = ' '"
             " WHERE closed_at IS NULL"),
        "note_says_something",
    ),
    "the same incident twice": (
        run("INSERT INTO incidents (kind, subject, details, opened_at)"
             " VALUES ('chain', 'journals', '{}', now())"),
        "uq_incidents_one_open",
    ),
    **kept(
        journals="words = 'x'", postings="amount_minor = 7", journal_links="hash = 'x'",
        ledger_accounts="currency = currency || 'X'",
    ),
    **answered(
        "journal_proposals", "decided_at", change="reason = 'x'",
        again="decided_at = decided_at + interval '1 day'",
    ),
    "the code of another proposal": (
        run(like("journal_proposals", "decided_at IS NOT NULL", id=SAME_CODE,
                 reverses_id="NULL", decided_at="NULL", decided_by_id="NULL",
                 journal_id="NULL")),
        "uq_journal_proposals_code",
    ),
    "a reversal proposed twice": (
        run(like("journal_proposals", "decided_at IS NULL")), "uq_journal_proposals_one_open",
    ),
    "a proposal decided by its maker": (
        run("UPDATE journal_proposals SET decided_by_id = made_by_id, decided_at = now()"
             " WHERE decided_at IS NULL"),
        "journal_proposals_two_people_decide",
    ),
    "a proposal that begins as decided": (
        run(like("journal_proposals", "decided_at IS NOT NULL")),
        "journal_proposals begins without an answer",
    ),
    "a proposal decided by nobody": (
        run("UPDATE journal_proposals SET decided_at = now() WHERE decided_at IS NULL"),
        "decided_some_time",
    ),
    "posted before it is decided": (
        run("UPDATE journal_proposals SET journal_id = 1 WHERE decided_at IS NULL"),
        "posted_once_decided",
    ),
}  # fmt: skip


whole = partial(refusal_of, attack=_post(*FEE))
"""A sound journal: it must get through where attacks do not."""
