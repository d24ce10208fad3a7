-- What the lender owes the agency on a statement, tax and what was left before included; below 0
-- if the agency owes it back.
CREATE FUNCTION app.owed(s statements) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN s.commission_minor + s.quality_minor - s.holdback_minor + s.released_minor
    + s.commission_tax_minor - s.included_tax_minor + s.carried_in_minor;

-- The amounts of a statement never change after it is made; the parties only move its state.
CREATE FUNCTION app.statement_amounts_stand() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moving constant text[] := '{status,agency_confirmed_by_id,lender_confirmed_by_id,
    approved_by_id,approved_at,journal_id,rail,version,code}';
  opened constant text[] := '{draft,agency_confirmed,lender_confirmed}';
  -- One side after the other confirms it, then it is approved; until then it may be cancelled.
  agreed constant text[] := '{draft>agency_confirmed,agency_confirmed>lender_confirmed,
    lender_confirmed>approved,draft>cancelled,agency_confirmed>cancelled,
    lender_confirmed>cancelled}';
  -- An approved one only follows its money.
  carried constant text[] := '{approved>invoiced,invoiced>paid,paid>taken_back,
    invoiced>taken_back,taken_back>paid,taken_back>invoiced,taken_back>approved,
    approved>closed}';
  -- By bank both sides say what they did; either may have been mistaken.
  banked constant text[] := '{approved>invoiced,invoiced>approved,approved>paid,invoiced>paid,
    paid>approved,paid>invoiced,paid>received,received>closed,approved>closed,
    invoiced>closed}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'draft' OR NEW.undone_at IS NOT NULL THEN
      RAISE EXCEPTION 'a statement begins as a draft' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  -- What was paid through the platform may be undone whole, once; then it is only taken back.
  IF TG_OP = 'UPDATE' AND OLD.rail = 'stripe' AND OLD.status IN ('paid', 'taken_back')
     AND OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL
     AND (to_jsonb(OLD) - '{undone_at,version,code}'::text[])
       = (to_jsonb(NEW) - '{undone_at,version,code}'::text[]) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (OLD.undone_at IS NULL OR NEW.status = 'taken_back')
     AND OLD.status || '>' || NEW.status
       = ANY(CASE OLD.rail WHEN 'bank' THEN banked ELSE carried END)
     AND (to_jsonb(OLD) - '{status,version,code}'::text[])
       = (to_jsonb(NEW) - '{status,version,code}'::text[]) THEN
    -- Paid and received by bank is the commission; closed is all of which something was due.
    IF (OLD.rail = 'bank' OR NEW.status = 'closed') AND EXISTS (
         SELECT 1 FROM (VALUES
             ('commission', greatest(0, app.owed(NEW))),
             ('fee', greatest(CASE NEW.rail WHEN 'stripe' THEN 0 END,
               NEW.fee_minor + NEW.fee_tax_minor + NEW.fee_carried_in_minor))) owed (part, minor)
          WHERE CASE NEW.status WHEN 'closed' THEN owed.minor <> 0
                ELSE NEW.status IN ('paid', 'received') AND owed.part = 'commission' END
            AND NOT EXISTS (
              SELECT 1 FROM remittances r
               WHERE r.statement_id = NEW.id AND r.part = owed.part AND r.withdrawn_at IS NULL
                 AND (NEW.status = 'paid' OR r.confirmed_at IS NOT NULL))) THEN
      RAISE EXCEPTION 'a statement is paid by a remittance'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.status <> ALL(opened)
     OR (to_jsonb(OLD) - moving) <> (to_jsonb(NEW) - moving) THEN
    RAISE EXCEPTION 'a statement is corrected by another one, never changed'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.status <> OLD.status AND OLD.status || '>' || NEW.status <> ALL(agreed) THEN
    RAISE EXCEPTION 'a statement skips no confirmation' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.status <> OLD.status AND app.current_org() IN (OLD.lender_id, OLD.agency_id)
     AND NEW.status <> (CASE app.current_org() WHEN OLD.agency_id THEN 'agency_confirmed'
                        ELSE 'lender_confirmed' END) THEN
    RAISE EXCEPTION 'each side confirms a statement for itself, and only that'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statements_stand BEFORE INSERT OR UPDATE OR DELETE ON statements
  FOR EACH ROW EXECUTE FUNCTION app.statement_amounts_stand();
-- What belongs to a statement joins its draft, and only a cancelled draft gives it free again. The
-- triggers name the column with the statement's id. (Added rows are many: one look for all.)
CREATE FUNCTION app.joins_a_draft() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added a
               LEFT JOIN statements s ON s.id = (to_jsonb(a) ->> TG_ARGV[0])::bigint
              WHERE s.status IS DISTINCT FROM 'draft') THEN
    RAISE EXCEPTION '% is append-only: only a draft takes more', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION app.belongs_to_its_draft() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM statements s
       WHERE s.id = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint
         AND (s.status IN ('draft', 'agency_confirmed', 'lender_confirmed')
              OR TG_TABLE_NAME = 'holdback_releases' AND s.undone_at IS NOT NULL)) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER statement_lines_join AFTER INSERT ON statement_lines
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION app.joins_a_draft('statement_id');
-- A payment is stated once, and once more for every time that its statement was undone.
CREATE FUNCTION app.is_stated_again() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added a LEFT JOIN (
               SELECT l.payment_id, count(DISTINCT l.statement_id) AS times
                 FROM statement_lines l JOIN statements s ON s.id = l.statement_id
                WHERE s.undone_at IS NOT NULL AND l.kind <> 'true_up' GROUP BY 1) undone
                 ON undone.payment_id = a.payment_id
              WHERE a.kind <> 'true_up' AND a.again <> coalesce(undone.times, 0)) THEN
    RAISE EXCEPTION 'a payment is stated again only where its statement was undone'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER statement_lines_again AFTER INSERT ON statement_lines
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION app.is_stated_again();
CREATE TRIGGER statement_lines_stand BEFORE UPDATE OR DELETE ON statement_lines
  FOR EACH ROW EXECUTE FUNCTION app.belongs_to_its_draft('statement_id');
CREATE TRIGGER holdback_releases_join AFTER INSERT ON holdback_releases
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION app.joins_a_draft('released_by_id');
CREATE TRIGGER holdback_releases_stand BEFORE UPDATE OR DELETE ON holdback_releases
  FOR EACH ROW EXECUTE FUNCTION app.belongs_to_its_draft('released_by_id');
CALL app.append_only('payment_files', 'payment_file_items', 'statement_copies');
CALL app.never_emptied('statements', 'statement_lines', 'holdback_releases', 'remittances',
                       'debt_clearances',
                       'received_invoices', 'line_disputes', 'quality_scores');
-- Terms are agreed once.
CALL app.answered_once('commission_terms', 'agreed_at', 'agreed_by_id');
CALL app.begins_open('commission_terms', 'agreed_at');
CALL app.begins_open('quality_scores', 'appealed_at');
CALL app.begins_open('remittances', 'confirmed_at');
CALL app.begins_open('debt_clearances', 'confirmed_at');
-- A score is appealed once, and the appeal decided once.
CREATE TRIGGER quality_scores_appealed_once BEFORE UPDATE OR DELETE ON quality_scores
  FOR EACH ROW WHEN (OLD.appealed_at IS NULL)
  EXECUTE FUNCTION app.refuse_other_changes('appealed_at', 'appeal');
CREATE TRIGGER quality_scores_decided_once BEFORE UPDATE OR DELETE ON quality_scores
  FOR EACH ROW WHEN (OLD.appealed_at IS NOT NULL AND OLD.decided_at IS NULL)
  EXECUTE FUNCTION app.refuse_other_changes('decided_at', 'decision');
CREATE TRIGGER quality_scores_stand BEFORE UPDATE OR DELETE ON quality_scores
  FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION app.refuse_change();
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
        WHEN 'fee' THEN s.fee_minor + s.fee_tax_minor + s.fee_carried_in_minor
        ELSE app.owed(s) END;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a remittance pays exactly what its statement says'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL
     AND app.current_org() = OLD.lender_id THEN
    RAISE EXCEPTION 'whoever pays does not say that it came'
      USING ERRCODE = 'restrict_violation';
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
-- A debt is ended whole, once, and only where no later statement took it over. It is confirmed or
-- withdrawn once.
CREATE FUNCTION app.debt_clearance_fits() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  answers constant text[] := '{confirmed_by_id,confirmed_at,withdrawn_by_id,withdrawn_at,
    withdrawn_because}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM statements s WHERE s.id = NEW.statement_id AND s.lender_id = NEW.lender_id
      AND s.agency_id = NEW.agency_id AND s.currency = NEW.currency
      AND s.approved_at IS NOT NULL AND s.undone_at IS NULL AND -NEW.amount_minor = CASE
        WHEN NEW.part = 'commission' THEN app.owed(s)
        WHEN s.rail = 'stripe' THEN s.fee_minor + s.fee_tax_minor + s.fee_carried_in_minor END;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a debt is ended whole, as its statement left it'
        USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM statements n WHERE n.carried_from_id = NEW.statement_id
                  AND n.status <> 'cancelled' AND n.undone_at IS NULL) THEN
      RAISE EXCEPTION 'a debt that a later statement took over is not ended'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL
     AND app.current_org() = OLD.agency_id THEN
    RAISE EXCEPTION 'whoever repays does not say that it came'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND (
       (OLD.confirmed_at IS NULL
        AND (to_jsonb(OLD) - answers) = (to_jsonb(NEW) - answers))
       OR (OLD.confirmed_at IS NOT NULL AND OLD.journal_id IS NULL
           AND (to_jsonb(OLD) - '{journal_id}'::text[])
             = (to_jsonb(NEW) - '{journal_id}'::text[]))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the end of a debt is confirmed or withdrawn, never changed'
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER debt_clearances_fit BEFORE INSERT OR UPDATE OR DELETE ON debt_clearances
  FOR EACH ROW EXECUTE FUNCTION app.debt_clearance_fits();
-- What was ended, or is about to be, no statement takes over.
CREATE FUNCTION app.takes_no_cleared_debt() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM debt_clearances c
              WHERE c.statement_id = NEW.carried_from_id AND c.withdrawn_at IS NULL
                AND (c.confirmed_at IS NULL OR 0 <> CASE c.part
                       WHEN 'fee' THEN NEW.fee_carried_in_minor
                       ELSE NEW.carried_in_minor END)) THEN
    RAISE EXCEPTION 'a debt that was ended is not taken over'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statements_take_over BEFORE INSERT ON statements FOR EACH ROW
  WHEN (NEW.carried_from_id IS NOT NULL) EXECUTE FUNCTION app.takes_no_cleared_debt();
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
-- A line is disputed on a statement that has it, before the lender confirms, and within the
-- window by this clock. What was decided stays decided.
CREATE FUNCTION app.dispute_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  answers constant text[] := '{proposed,proposed_because,proposed_by_id,proposed_for_id,
    decision,decided_by_id,decided_at,code}';
BEGIN
  IF TG_OP = 'UPDATE' AND app.current_org() IN (OLD.lender_id, OLD.agency_id) AND (
       (NEW.decision IS NOT NULL AND (OLD.proposed_for_id = app.current_org()
          OR OLD.proposed_for_id NOT IN (OLD.lender_id, OLD.agency_id)))
       OR (NEW.decision IS NULL AND NEW.proposed_for_id <> app.current_org())
       OR (NEW.decision IS NOT NULL
           AND (NEW.proposed, NEW.proposed_by_id, NEW.proposed_for_id)
               IS DISTINCT FROM (OLD.proposed, OLD.proposed_by_id, OLD.proposed_for_id))) THEN
    RAISE EXCEPTION 'one side proposes an outcome, the other agrees'
      USING ERRCODE = 'restrict_violation';
  END IF;
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
