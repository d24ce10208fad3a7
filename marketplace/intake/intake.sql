-- What was brought in, found and decided stays: for the tables' owner too.
CALL app.append_only(
  'intake_batches', 'intake_files', 'intake_lines', 'intake_runs', 'intake_groups',
  'intake_figures', 'intake_members', 'intake_decision_lines', 'intake_portions',
  'intake_payments');
-- A decision changes once, when a second person agrees to it or refuses.
CALL app.answered_once('intake_decisions', 'checked_at', 'checked_by_id', 'agreed', 'check_note');
CALL app.begins_open('intake_decisions', 'checked_at');

-- The portions of a split add up to its line when the transaction commits.
CREATE FUNCTION app.split_adds_up() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.kind = 'split' AND
     (SELECT amount_minor FROM intake_lines WHERE id = NEW.line_id)
     IS DISTINCT FROM
     (SELECT sum(amount_minor) FROM intake_portions WHERE decision_id = NEW.id) THEN
    RAISE EXCEPTION 'the portions of decision % do not add up', NEW.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER intake_splits_add_up AFTER INSERT ON intake_decisions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.split_adds_up();

-- Whether the platform's books of a month are closed; lenders and agencies may know that much.
CREATE FUNCTION app.month_is_closed(in_month date) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM ledger_periods
                  WHERE month_start = in_month AND closed_at IS NOT NULL)
$$;

-- What the lender decided of the reader's own claims: the outcome and its code. Not who decided,
-- in which words, or what else the decision holds. See standing.py for what holds a line.
CREATE FUNCTION app.claim_outcomes(
  OUT line_id bigint, OUT decision_id bigint, OUT agreed boolean, OUT kind text,
  OUT reason_code text, OUT decided_at timestamptz
) RETURNS SETOF record LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT ON (l.id) l.id, d.id, d.agreed IS TRUE, d.kind::text,
         CASE WHEN d.agreed THEN d.reason_code::text END, d.checked_at
    FROM intake_lines l
    JOIN intake_decision_lines x ON x.line_id = l.id
    JOIN intake_decisions d ON d.id = x.decision_id
   WHERE l.agency_id = app.current_org() AND l.source = 'claim'
     AND d.kind <> 'reverse' AND d.agreed IS NOT FALSE AND (d.kind <> 'automatic' OR d.agreed)
     AND NOT EXISTS (
       SELECT 1 FROM intake_decision_lines f JOIN intake_decisions r ON r.id = f.decision_id
        WHERE f.line_id = x.line_id AND r.reverses_id = d.id AND r.agreed)
   ORDER BY l.id, d.id DESC
$$;
REVOKE EXECUTE ON FUNCTION app.claim_outcomes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.claim_outcomes TO recoup_agency;

-- The payments that a decision matched a claim of the reader's with: those of the reader's own
-- cases that still stand. One decision approves many groups at once, so it is the claim's that
-- counts; one made by hand holds nothing but what it joins.
CREATE FUNCTION app.claim_payments(in_line bigint, in_decision bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT string_agg(DISTINCT p.code, ' ' ORDER BY p.code)
    FROM intake_decisions d
    JOIN intake_decision_lines mine ON mine.decision_id = d.id AND mine.line_id = in_line
    JOIN intake_lines l ON l.id = in_line AND l.agency_id = app.current_org()
    JOIN intake_decision_lines x ON x.decision_id = d.id
    JOIN intake_payments i ON i.line_id = x.line_id
    JOIN payments p ON p.id = i.payment_id AND p.agency_id = app.current_org()
                   AND p.verified_by_id IS NOT NULL
   WHERE d.id = in_decision AND d.agreed
     AND (d.kind <> 'automatic' OR EXISTS (
       SELECT 1 FROM intake_members m JOIN intake_members o ON o.group_id = m.group_id
        WHERE m.line_id = in_line AND o.line_id = x.line_id))
     AND NOT EXISTS (SELECT 1 FROM payments r
                      WHERE r.reversal_of_id = p.id AND r.verified_by_id IS NOT NULL)
$$;
REVOKE EXECUTE ON FUNCTION app.claim_payments FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.claim_payments TO recoup_agency;
