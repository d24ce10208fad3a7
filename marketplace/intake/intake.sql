-- What was brought in, found and decided stays: for the tables' owner too.
CREATE TRIGGER intake_batches_append_only BEFORE UPDATE OR DELETE ON intake_batches
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_files_append_only BEFORE UPDATE OR DELETE ON intake_files
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_lines_append_only BEFORE UPDATE OR DELETE ON intake_lines
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_runs_append_only BEFORE UPDATE OR DELETE ON intake_runs
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_groups_append_only BEFORE UPDATE OR DELETE ON intake_groups
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_figures_append_only BEFORE UPDATE OR DELETE ON intake_figures
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_members_append_only BEFORE UPDATE OR DELETE ON intake_members
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_decision_lines_append_only BEFORE UPDATE OR DELETE ON intake_decision_lines
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_portions_append_only BEFORE UPDATE OR DELETE ON intake_portions
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_payments_append_only BEFORE UPDATE OR DELETE ON intake_payments
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_payments_never_emptied BEFORE TRUNCATE ON intake_payments
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_batches_never_emptied BEFORE TRUNCATE ON intake_batches
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_files_never_emptied BEFORE TRUNCATE ON intake_files
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_lines_never_emptied BEFORE TRUNCATE ON intake_lines
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_runs_never_emptied BEFORE TRUNCATE ON intake_runs
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_groups_never_emptied BEFORE TRUNCATE ON intake_groups
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_figures_never_emptied BEFORE TRUNCATE ON intake_figures
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_members_never_emptied BEFORE TRUNCATE ON intake_members
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_decision_lines_never_emptied BEFORE TRUNCATE ON intake_decision_lines
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_portions_never_emptied BEFORE TRUNCATE ON intake_portions
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER intake_decisions_never_emptied BEFORE TRUNCATE ON intake_decisions
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

-- A decision changes once, when a second person agrees to it or refuses.
CREATE FUNCTION app.decision_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.checked_at IS NOT NULL
     OR (to_jsonb(OLD) - '{agreed,checked_by_id,checked_at,check_note,code}'::text[])
        <> (to_jsonb(NEW) - '{agreed,checked_by_id,checked_at,check_note,code}'::text[]) THEN
    RAISE EXCEPTION 'a decision is reversed by another one, never changed'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER intake_decisions_final BEFORE UPDATE OR DELETE ON intake_decisions
  FOR EACH ROW EXECUTE FUNCTION app.decision_is_final();

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
