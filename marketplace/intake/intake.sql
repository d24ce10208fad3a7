-- What was brought in, found and decided stays: for the tables' owner too.
CALL app.append_only(
  'intake_batches', 'intake_files', 'intake_lines', 'intake_runs', 'intake_groups',
  'intake_figures', 'intake_members', 'intake_decision_lines', 'intake_portions',
  'intake_payments');
-- A decision changes once, when a second person agrees to it or refuses.
CALL app.answered_once('intake_decisions', 'checked_at', 'checked_by_id', 'agreed', 'check_note');

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
