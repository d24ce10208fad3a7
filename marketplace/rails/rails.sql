-- What is to be done at Stripe, for whom and for how much, stays; and what was done is done.
CALL app.answered_once(
  'rail_operations', 'done_at', 'status', 'doubt', 'generation', 'attempts', 'external_ref',
  'last_error', 'next_try_at', 'lease_ends_at', 'key_first_used_at', 'approved_by_id',
  'withdrawn_at');
CALL app.final_once('rail_operations', 'withdrawn_at');
CALL app.begins_open('rail_operations', 'approved_by_id');
-- A doorbell is attended to once, a movement booked once.
CALL app.answered_once('rail_events', 'processed_at');
CALL app.answered_once('rail_transactions', 'journal_id', 'named_by_id');
-- A payment page follows its money.
CALL app.changes_only(
  'rail_checkouts', 'session_ref', 'intent_ref', 'url', 'expires_at', 'paid_at', 'ended_at',
  'standing_ref', 'kept_minor', 'payments');
-- A statement that the lender's bank took back is billed again by two people, for each time.
CREATE FUNCTION app.is_billed_again() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM rail_operations o WHERE o.statement_id = NEW.id
       AND o.kind = 'invoice' AND o.approved_by_id IS NOT NULL AND o.status <> 'done') THEN
    RAISE EXCEPTION 'two people bill a statement again' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statements_billed_again BEFORE UPDATE ON statements FOR EACH ROW
  WHEN (OLD.status = 'taken_back' AND NEW.status = 'approved')
  EXECUTE FUNCTION app.is_billed_again();
