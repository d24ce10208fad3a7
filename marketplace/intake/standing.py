"""What stands now: which lines a decision holds, and in which group each line is.

Nothing is updated when things change; state is derived from what was appended. Everything is
looked up line by line through indexes: it does not lean on the planner's guesses.
"""

UNREVERSED = """NOT EXISTS (
     SELECT 1 FROM intake_decision_lines f JOIN intake_decisions r ON r.id = f.decision_id
      WHERE f.line_id = x.line_id AND r.reverses_id = d.id AND r.agreed)"""
"""No agreed reversal has freed the line `x` of the decision `d`."""

HOLDING = f"""
SELECT d.id, d.agreed IS TRUE AS agreed
  FROM intake_decision_lines x JOIN intake_decisions d ON d.id = x.decision_id
 WHERE x.line_id = l.id AND d.kind <> 'reverse' AND d.agreed IS NOT FALSE
   AND (d.kind <> 'automatic' OR d.agreed)
   AND {UNREVERSED}
"""  # noqa: S608 -- composed of this project's own constants
"""The decision that holds the line `l`: proposed or agreed to, and not reversed. A proposal to
approve what was matched automatically holds nothing until it is agreed to."""

CURRENT = f"""
waiting AS (
  SELECT run_id FROM intake_decisions
   WHERE lender_id = :lender AND month_start = :month AND kind = 'automatic'
     AND agreed IS NULL),
standing AS MATERIALIZED (
  SELECT g.id, g.code, g.run_id, g.kind, g.automatic, g.reasons,
         max(h.id) AS decision_id,
         CASE WHEN bool_or(h.agreed) THEN 'settled'
              WHEN count(h.id) > 0 THEN 'proposed'
              WHEN g.automatic AND g.run_id IN (SELECT run_id FROM waiting) THEN 'automatic'
              ELSE 'open' END AS state,
         coalesce(sum(l.amount_minor) FILTER (WHERE l.source = 'ledger'), 0)::bigint
           AS ledger_minor,
         coalesce(sum(l.amount_minor) FILTER (WHERE l.source = 'bank'), 0)::bigint
           AS bank_minor,
         coalesce(sum(l.amount_minor) FILTER (WHERE l.source = 'claim'), 0)::bigint
           AS claim_minor,
         bool_or(l.source = 'ledger') AS has_ledger, bool_or(l.source = 'bank') AS has_bank,
         bool_or(l.source = 'claim') AS has_claim,
         min(l.value_on) FILTER (WHERE l.source = 'ledger') AS ledger_on,
         min(l.value_on) FILTER (WHERE l.source = 'bank') AS bank_on,
         min(l.value_on) FILTER (WHERE l.source = 'claim') AS claim_on,
         array_agg(l.place ORDER BY l.id) AS places
    FROM intake_lines l
    JOIN LATERAL (SELECT max(m.group_id) AS group_id FROM intake_members m
                   WHERE m.line_id = l.id) latest ON true
    JOIN intake_groups g ON g.id = latest.group_id
    LEFT JOIN LATERAL ({HOLDING} LIMIT 1) h ON true
   WHERE l.lender_id = :lender AND l.month_start = :month
   GROUP BY g.id)
"""  # noqa: S608 -- composed of this project's own constants
"""Groups as they stand in a month, each with its sums and its state: automatic (waits for
approval), open, proposed, settled. Lines are held and freed as whole groups."""
