"""What stands now: which lines a decision holds, and in which group each line is.

Nothing is updated when things change; state is derived from what was appended.
"""

HELD = """
held AS (
  SELECT l.line_id, d.id AS decision_id, coalesce(d.agreed, false) AS agreed
    FROM intake_decision_lines l JOIN intake_decisions d ON d.id = l.decision_id
   WHERE d.lender_id = :lender AND d.kind <> 'reverse' AND d.agreed IS NOT FALSE
     AND (d.kind <> 'automatic' OR d.agreed)
     AND NOT EXISTS (
       SELECT 1 FROM intake_decisions r
         JOIN intake_decision_lines f ON f.decision_id = r.id AND f.line_id = l.line_id
        WHERE r.reverses_id = d.id AND r.agreed))
"""
"""Lines of decisions that are proposed or agreed to, and not reversed. A proposal to approve
what was matched automatically holds nothing until it is agreed to."""

CURRENT = f"""
{HELD},
latest AS (
  SELECT m.line_id, max(m.group_id) AS group_id
    FROM intake_lines l JOIN intake_members m ON m.line_id = l.id
   WHERE l.lender_id = :lender AND l.month_start = :month
   GROUP BY 1),
waiting AS (
  SELECT run_id FROM intake_decisions
   WHERE lender_id = :lender AND month_start = :month AND kind = 'automatic'
     AND agreed IS NULL),
standing AS (
  SELECT g.id, g.code, g.run_id, g.kind, g.automatic, g.reasons,
         max(h.decision_id) AS decision_id,
         CASE WHEN bool_or(h.agreed) THEN 'settled'
              WHEN count(h.line_id) > 0 THEN 'proposed'
              WHEN g.automatic AND EXISTS (SELECT 1 FROM waiting w WHERE w.run_id = g.run_id)
              THEN 'automatic'
              ELSE 'open' END AS state
    FROM latest x
    JOIN intake_groups g ON g.id = x.group_id
    LEFT JOIN held h ON h.line_id = x.line_id
   GROUP BY g.id)
"""  # noqa: S608 -- composed of this project's own constants
"""Groups as they stand in a month, each with its state: automatic (waits for approval), open,
proposed, settled. Groups hold together: lines are held and freed as whole groups."""
