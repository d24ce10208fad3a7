-- The amounts of a statement never change after it is made; the parties only move its state.
CREATE FUNCTION app.statement_amounts_stand() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving constant text[] := '{status,agency_confirmed_by_id,lender_confirmed_by_id,
    approved_by_id,approved_at,journal_id,rail,version,code}';
  -- An approved one only follows its money.
  carried constant text[] := '{approved>invoiced,invoiced>paid,paid>taken_back,
    invoiced>taken_back,taken_back>paid,taken_back>invoiced}';
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status || '>' || NEW.status = ANY(carried)
     AND (to_jsonb(OLD) - '{status,version,code}'::text[])
       = (to_jsonb(NEW) - '{status,version,code}'::text[]) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.status NOT IN ('draft', 'agency_confirmed', 'lender_confirmed')
     OR (to_jsonb(OLD) - moving) <> (to_jsonb(NEW) - moving) THEN
    RAISE EXCEPTION 'a statement is corrected by another one, never changed'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statements_stand BEFORE UPDATE OR DELETE ON statements
  FOR EACH ROW EXECUTE FUNCTION app.statement_amounts_stand();
CREATE FUNCTION app.statement_lines_stand() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Only a cancelled draft gives its payments free again.
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM statements s
       WHERE s.id = OLD.statement_id AND s.status IN ('draft', 'agency_confirmed',
                                                      'lender_confirmed')) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'statement lines are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER statement_lines_stand BEFORE UPDATE OR DELETE ON statement_lines
  FOR EACH ROW EXECUTE FUNCTION app.statement_lines_stand();
CREATE TRIGGER statements_never_emptied BEFORE TRUNCATE ON statements
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER statement_lines_never_emptied BEFORE TRUNCATE ON statement_lines
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
