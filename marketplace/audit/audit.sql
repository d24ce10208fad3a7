-- Nobody writes the trail but through this function, which links and numbers the event.
CREATE FUNCTION app.audit_append(in_chain bigint, in_body text, in_parties bigint[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head audit_heads;
  event jsonb := in_body::jsonb;
  linked bytea;
  new_id bigint;
BEGIN
  -- Whoever acts for an organisation writes in its chain, under their own name.
  IF app.current_org() IS NOT NULL AND in_chain NOT IN (app.current_org(), 0) THEN
    RAISE EXCEPTION 'an event belongs in the chain of the organisation that acts';
  END IF;
  IF (event->>'actor_id')::bigint <> app.current_user_id() THEN
    RAISE EXCEPTION 'an event bears the name of the person who acts';
  END IF;
  INSERT INTO audit_heads (chain, sequence, hash)
    VALUES (in_chain, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM audit_heads WHERE chain = in_chain FOR UPDATE;
  linked := sha256(head.hash || convert_to(in_body, 'UTF8'));
  INSERT INTO audit_events (chain, sequence, occurred_at, actor_id, action, subject_table,
                            subject_id, parties, details, body, hash)
  VALUES (in_chain, head.sequence + 1, (event->>'at')::timestamptz,
          (event->>'actor_id')::bigint, event->>'action', event->>'subject_table',
          (event->>'subject_id')::bigint, in_parties, event->'details', in_body, linked)
  RETURNING id INTO new_id;
  UPDATE audit_heads SET sequence = head.sequence + 1, hash = linked WHERE chain = in_chain;
  RETURN new_id;
END $$;
CALL app.append_only('audit_events');
