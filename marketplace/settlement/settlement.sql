-- The amounts of a statement never change after it is made; the parties only move its state.
CREATE FUNCTION app.statement_amounts_stand() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving constant text[] := '{status,agency_confirmed_by_id,lender_confirmed_by_id,
    approved_by_id,approved_at,journal_id,rail,version,code}';
  -- An approved one only follows its money.
  carried constant text[] := '{approved>invoiced,invoiced>paid,paid>taken_back,
    invoiced>taken_back,taken_back>paid,taken_back>invoiced,approved>closed}';
  -- By bank both sides say what they did; either may have been mistaken.
  banked constant text[] := '{approved>invoiced,invoiced>approved,approved>paid,invoiced>paid,
    paid>approved,paid>invoiced,paid>received,received>closed,approved>closed,
    invoiced>closed}';
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status || '>' || NEW.status
       = ANY(CASE OLD.rail WHEN 'bank' THEN banked ELSE carried END)
     AND (to_jsonb(OLD) - '{status,version,code}'::text[])
       = (to_jsonb(NEW) - '{status,version,code}'::text[]) THEN
    IF OLD.rail = 'bank' AND NEW.status IN ('paid', 'received') AND NOT EXISTS (
         SELECT 1 FROM remittances r
          WHERE r.statement_id = NEW.id AND r.part = 'commission' AND r.withdrawn_at IS NULL
            AND (NEW.status = 'paid' OR r.confirmed_at IS NOT NULL)) THEN
      RAISE EXCEPTION 'a statement is paid by a remittance'
        USING ERRCODE = 'restrict_violation';
    END IF;
    -- Closed is what leaves nothing to pay: each part is 0, or its remittance is confirmed.
    IF NEW.status = 'closed' AND EXISTS (
         SELECT 1 FROM (VALUES
           ('fee', NEW.fee_minor + NEW.fee_tax_minor),
           ('commission', greatest(NEW.commission_minor + NEW.quality_minor
              - NEW.holdback_minor + NEW.released_minor + NEW.commission_tax_minor
              + NEW.carried_in_minor, 0))) AS owed (part, amount_minor)
          WHERE owed.amount_minor <> 0 AND NOT EXISTS (
            SELECT 1 FROM remittances r WHERE r.statement_id = NEW.id AND r.part = owed.part
               AND r.confirmed_at IS NOT NULL)) THEN
      RAISE EXCEPTION 'a statement is closed once all of it is paid'
        USING ERRCODE = 'restrict_violation';
    END IF;
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
-- What was sent is exactly what the statement says. It is confirmed or withdrawn once.
CREATE FUNCTION app.remittance_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  answers constant text[] := '{confirmed_by_id,confirmed_at,withdrawn_by_id,withdrawn_at,
    withdrawn_because,code}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM statements s WHERE s.id = NEW.statement_id AND s.lender_id = NEW.lender_id
      AND s.agency_id = NEW.agency_id AND s.currency = NEW.currency AND s.rail = 'bank'
      AND s.approved_at IS NOT NULL AND NEW.amount_minor = CASE NEW.part
        WHEN 'fee' THEN s.fee_minor + s.fee_tax_minor
        ELSE s.commission_minor + s.quality_minor - s.holdback_minor + s.released_minor
             + s.commission_tax_minor + s.carried_in_minor END;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a remittance pays exactly what its statement says'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND (
       (OLD.confirmed_at IS NULL
        AND (to_jsonb(OLD) - answers) = (to_jsonb(NEW) - answers))
       OR (OLD.confirmed_at IS NOT NULL AND OLD.journal_id IS NULL
           AND (to_jsonb(OLD) - '{journal_id}'::text[])
             = (to_jsonb(NEW) - '{journal_id}'::text[]))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a remittance is confirmed or withdrawn, never changed'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER remittances_fit BEFORE INSERT OR UPDATE OR DELETE ON remittances
  FOR EACH ROW EXECUTE FUNCTION app.remittance_fits();
CREATE TRIGGER remittances_never_emptied BEFORE TRUNCATE ON remittances
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER payment_files_stand BEFORE UPDATE OR DELETE ON payment_files
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER payment_file_items_stand BEFORE UPDATE OR DELETE ON payment_file_items
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
-- An invoice belongs to its statement's two sides, and is withdrawn at most once.
CREATE FUNCTION app.invoice_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  answers constant text[] := '{withdrawn_by_id,withdrawn_at,withdrawn_because}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM statements s WHERE s.id = NEW.statement_id
       AND s.lender_id = NEW.lender_id AND s.agency_id = NEW.agency_id;
    IF FOUND THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL
        AND (to_jsonb(OLD) - answers) = (to_jsonb(NEW) - answers) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an invoice is withdrawn, never changed'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER received_invoices_stand BEFORE INSERT OR UPDATE OR DELETE ON received_invoices
  FOR EACH ROW EXECUTE FUNCTION app.invoice_stands();
CREATE TRIGGER received_invoices_never_emptied BEFORE TRUNCATE ON received_invoices
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
-- A line is disputed on a statement that has it, before the lender confirms, and within the
-- window by this clock. What was decided stays decided.
CREATE FUNCTION app.dispute_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  answers constant text[] := '{proposed,proposed_because,proposed_by_id,proposed_for_id,
    decision,decided_by_id,decided_at,code}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM statements s JOIN statement_lines l ON l.statement_id = s.id
      WHERE s.id = NEW.statement_id AND s.lender_id = NEW.lender_id
        AND s.agency_id = NEW.agency_id AND s.status IN ('draft', 'agency_confirmed')
        AND s.disputes_end_at >= now() AND l.payment_id = NEW.payment_id
        AND l.kind <> 'true_up';
    IF FOUND AND NEW.decision IS NULL AND NEW.proposed IS NULL THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'UPDATE' AND OLD.decision IS NULL
        AND (to_jsonb(OLD) - answers) = (to_jsonb(NEW) - answers) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a line is disputed in time, and decided once'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER line_disputes_stand BEFORE INSERT OR UPDATE OR DELETE ON line_disputes
  FOR EACH ROW EXECUTE FUNCTION app.dispute_stands();
CREATE TRIGGER line_disputes_never_emptied BEFORE TRUNCATE ON line_disputes
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER statement_copies_stand BEFORE UPDATE OR DELETE ON statement_copies
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
