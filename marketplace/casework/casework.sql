-- How often a person was called on a day, by anyone, and how often a number was dialled, whoever
-- answers there. The advisory locks make two dialers queue, so that they cannot both be the last
-- call allowed; the person's always comes first.
CREATE FUNCTION app.contact_pressure(
  in_person bytea, in_number bytea, in_day date, OUT answered bigint, OUT attempts bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(encode(in_person, 'hex'), 7));
  IF in_number IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(encode(in_number, 'hex'), 8));
  END IF;
  SELECT count(*) FILTER (WHERE c.person_index = in_person AND c.answered IS NOT FALSE),
         count(*) FILTER (WHERE c.number_index = in_number)
    INTO answered, attempts
    FROM contacts c
   WHERE (c.person_index = in_person OR c.number_index = in_number)
     AND c.local_day = in_day
     AND c.channel IN ('call', 'ai_call');
END $$;

-- The day on which an agency first worked a case: all that settlement may know of contacts.
CREATE FUNCTION app.first_activity(in_placement bigint, in_case bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN (SELECT min(c.local_day) FROM contacts c
         WHERE c.case_id = in_case AND c.placement_id = in_placement);
REVOKE EXECUTE ON FUNCTION app.first_activity FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.first_activity TO recoup_finance, recoup_system;

-- The outcome of an attempt is written once; nothing else about it ever changes.
CALL app.answered_once('contacts', 'outcome', 'answered', 'note');
-- A payment changes only once, when the lender verifies or withdraws it.
CALL app.answered_once('payments', 'verified_by_id', 'verified_at', 'withdrawn_by_id', 'withdrawn_at');
CALL app.final_once('payments', 'withdrawn_by_id');
-- Nobody records a payment as verified. Only history is loaded with both names, by no firm.
CREATE TRIGGER payments_begin_open BEFORE INSERT ON payments FOR EACH ROW
  WHEN (NEW.verified_by_id IS NOT NULL AND app.current_org() IS NOT NULL)
  EXECUTE FUNCTION app.refuse_answered();
