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
CREATE FUNCTION app.contact_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.outcome IS NOT NULL
     OR (to_jsonb(OLD) - '{answered,outcome,note}'::text[])
        <> (to_jsonb(NEW) - '{answered,outcome,note}'::text[]) THEN
    RAISE EXCEPTION 'contacts are append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contacts_final BEFORE UPDATE OR DELETE ON contacts
  FOR EACH ROW EXECUTE FUNCTION app.contact_is_final();

-- (Generated columns such as `code` are not computed yet in a BEFORE trigger.)
-- A payment changes only once, when the lender verifies or withdraws it.
CREATE FUNCTION app.payment_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.verified_by_id IS NOT NULL OR OLD.withdrawn_by_id IS NOT NULL
     OR (to_jsonb(OLD) - '{verified_by_id,verified_at,withdrawn_by_id,withdrawn_at,code}'::text[])
        <> (to_jsonb(NEW) - '{verified_by_id,verified_at,withdrawn_by_id,withdrawn_at,code}'::text[])
  THEN
    RAISE EXCEPTION 'payments are append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_final BEFORE UPDATE OR DELETE ON payments
  FOR EACH ROW EXECUTE FUNCTION app.payment_is_final();

CREATE TRIGGER contacts_never_emptied BEFORE TRUNCATE ON contacts
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER payments_never_emptied BEFORE TRUNCATE ON payments
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
