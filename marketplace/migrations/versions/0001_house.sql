CREATE SCHEMA app;

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE PROCEDURE app.answered_once(IN one text, VARIADIC columns text[])
    LANGUAGE plpgsql
    AS $$
BEGIN
  CALL app.changes_only(one, VARIADIC columns);
  CALL app.final_once(one, columns[1]);
END $$;

CREATE PROCEDURE app.append_only(VARIADIC tables text[])
    LANGUAGE plpgsql
    AS $$
DECLARE
  one text;
BEGIN
  CALL app.never_emptied(VARIADIC tables);
  FOREACH one IN ARRAY tables LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I'
      ' FOR EACH ROW EXECUTE FUNCTION app.refuse_change()', one || '_append_only', one);
  END LOOP;
END $$;

CREATE FUNCTION app.audit_append(in_chain bigint, in_body text, in_parties bigint[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE PROCEDURE app.begins_open(IN one text, IN closing text)
    LANGUAGE plpgsql
    AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER %I BEFORE INSERT ON %I FOR EACH ROW WHEN (NEW.%I IS NOT NULL)'
    ' EXECUTE FUNCTION app.refuse_answered()', one || '_begins_open', one, closing);
END $$;

CREATE FUNCTION app.belongs_to_its_draft() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE PROCEDURE app.changes_only(IN one text, VARIADIC columns text[])
    LANGUAGE plpgsql
    AS $$
BEGIN
  CALL app.never_emptied(one);
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I'
    ' FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes(%s)', one || '_changes_only', one,
    (SELECT string_agg(quote_literal(c), ', ') FROM unnest(columns) c));
END $$;

CREATE FUNCTION app.claim_outcomes(OUT line_id bigint, OUT decision_id bigint, OUT agreed boolean, OUT kind text, OUT reason_code text, OUT decided_at timestamp with time zone) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.claim_payments(in_line bigint, in_decision bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.contact_pressure(in_person bytea, in_number bytea, in_day date, OUT answered bigint, OUT attempts bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.current_org() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('app.org_id'::text, true), ''::text))::bigint;

CREATE FUNCTION app.current_user_id() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('app.user_id'::text, true), ''::text))::bigint;

CREATE FUNCTION app.debt_clearance_fits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.dispute_stands() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.feed_key(in_hash bytea) RETURNS TABLE(key_id bigint, key_hash bytea, feed_id bigint, feed_code text, lender_id bigint, made_by_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT k.id, k.key_hash, f.id, f.code, f.lender_id, k.made_by_id
    FROM feed_keys k JOIN feeds f ON f.id = k.feed_id
   WHERE k.key_hash = in_hash AND k.revoked_at IS NULL
$$;

CREATE FUNCTION app.feed_locks(in_lender bigint, in_portfolio bigint, in_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT 1 FROM feeds
                  WHERE lender_id = in_lender AND status = 'active' AND locks_at <= in_at
                    AND (portfolio_id IS NULL OR portfolio_id = in_portfolio))
$$;

CREATE FUNCTION app.feeds_told(in_agency bigint, in_since timestamp with time zone) RETURNS TABLE(lender_id bigint, jurisdiction text, contents text, weekdays bigint[], due_time time without time zone, time_zone text, public_holidays boolean, days_off date[], days_on date[], grace_minutes bigint, covered_to_at timestamp with time zone, came_at timestamp with time zone[], missed_at timestamp with time zone[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT f.lender_id, o.jurisdiction::text, f.contents::text, f.weekdays, f.due_time,
         f.time_zone, f.public_holidays, f.days_off, f.days_on, f.grace_minutes,
         f.covered_to_at,
         ARRAY(SELECT d.applied_at FROM feed_deliveries d
                WHERE d.feed_id = f.id AND d.status = 'applied' AND d.applied_at >= in_since),
         ARRAY(SELECT a.due_at FROM feed_alarms a
                WHERE a.feed_id = f.id AND a.due_at >= in_since)
    FROM feeds f JOIN organisations o ON o.id = f.lender_id
   WHERE f.status = 'active' AND app.current_org() IN (in_agency, f.lender_id) AND EXISTS (
     SELECT 1 FROM placements p
      WHERE p.agency_id = in_agency AND p.lender_id = f.lender_id
        AND p.status = 'accepted'
        AND (f.portfolio_id IS NULL OR f.portfolio_id = p.portfolio_id))
$$;

CREATE PROCEDURE app.final_once(IN one text, IN closing text)
    LANGUAGE plpgsql
    AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (OLD.%I IS NOT NULL)'
    ' EXECUTE FUNCTION app.refuse_change()', one || '_final_once_' || closing, one, closing);
END $$;

CREATE TABLE public.contacts (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint,
    case_id bigint NOT NULL,
    placement_id bigint,
    collector_id bigint NOT NULL,
    channel character varying(7) NOT NULL,
    person_index bytea NOT NULL,
    number_index bytea,
    started_at timestamp with time zone NOT NULL,
    local_day date NOT NULL,
    answered boolean,
    outcome character varying(12),
    note text NOT NULL,
    rules text NOT NULL
);

ALTER TABLE ONLY public.contacts FORCE ROW LEVEL SECURITY;

CREATE FUNCTION app.first_activity(in_placement bigint, in_case bigint) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    RETURN (SELECT min(c.local_day) AS min FROM public.contacts c WHERE ((c.case_id = first_activity.in_case) AND (c.placement_id = first_activity.in_placement)));

CREATE FUNCTION app.invoice_stands() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.is_billed_again() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM rail_operations o WHERE o.statement_id = NEW.id
       AND o.kind = 'invoice' AND o.approved_by_id IS NOT NULL AND o.status <> 'done') THEN
    RAISE EXCEPTION 'two people bill a statement again' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.is_stated_again() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.joins_a_draft() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added a
               LEFT JOIN statements s ON s.id = (to_jsonb(a) ->> TG_ARGV[0])::bigint
              WHERE s.status IS DISTINCT FROM 'draft') THEN
    RAISE EXCEPTION '% is append-only: only a draft takes more', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.journal_balances() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  wrong record;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM postings WHERE journal_id = NEW.id) THEN
    RAISE EXCEPTION 'journal % is empty', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  SELECT currency, sum(amount_minor) AS total INTO wrong
    FROM postings WHERE journal_id = NEW.id
   GROUP BY currency HAVING sum(amount_minor) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is out of balance by % %', NEW.id, wrong.total, wrong.currency
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.journal_body(in_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT json_build_array(
           j.id, j.idempotency_key, j.fingerprint, to_char(j.effective_on, 'YYYY-MM-DD'),
           to_char(j.booked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
           j.words, j.facts::text, j.made_by_id, j.approved_by_id, j.reverses_id,
           (SELECT json_agg(json_build_array(a.kind, a.organisation_id, a.currency, p.currency,
                                             p.amount_minor) ORDER BY p.id)
              FROM postings p JOIN ledger_accounts a ON a.id = p.account_id
             WHERE p.journal_id = j.id)
         )::text
    FROM journals j WHERE j.id = in_id
$$;

CREATE FUNCTION app.journal_is_linked() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  head journal_links;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ledger chain'), 0);
  SELECT * INTO head FROM journal_links ORDER BY sequence DESC LIMIT 1;
  INSERT INTO journal_links (sequence, journal_id, hash)
  VALUES (coalesce(head.sequence, 0) + 1, NEW.id,
          sha256(coalesce(head.hash, decode(repeat('00', 32), 'hex'))
                 || convert_to(app.journal_body(NEW.id), 'UTF8')));
  RETURN NULL;
END $$;

CREATE FUNCTION app.journal_mirrors() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NEW.reverses_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT 1 FROM journals WHERE id = NEW.reverses_id AND reverses_id IS NOT NULL) THEN
    RAISE EXCEPTION 'journal % is itself a reversal', NEW.reverses_id
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (
    SELECT account_id, amount_minor, count(*) FROM postings
     WHERE journal_id = NEW.id GROUP BY 1, 2
    EXCEPT
    SELECT account_id, -amount_minor, count(*) FROM postings
     WHERE journal_id = NEW.reverses_id GROUP BY 1, 2
  ) OR (SELECT count(*) FROM postings WHERE journal_id = NEW.id)
     <> (SELECT count(*) FROM postings WHERE journal_id = NEW.reverses_id) THEN
    RAISE EXCEPTION 'journal % is not the mirror of journal %', NEW.id, NEW.reverses_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.journal_month_is_open() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('ledger period'), 0);
  IF EXISTS (SELECT 1 FROM ledger_periods WHERE closed_at IS NOT NULL
              AND month_start = date_trunc('month', NEW.effective_on)::date) THEN
    RAISE EXCEPTION 'the month % is closed', to_char(NEW.effective_on, 'YYYY-MM')
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.journal_opens() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  NEW.booked_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE FUNCTION app.month_is_closed(in_month date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT EXISTS (SELECT 1 FROM ledger_periods
                  WHERE month_start = in_month AND closed_at IS NOT NULL)
$$;

CREATE PROCEDURE app.never_emptied(VARIADIC tables text[])
    LANGUAGE plpgsql
    AS $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()', one || '_never_emptied', one);
  END LOOP;
END $$;

CREATE FUNCTION app.public_code(prefix text, id bigint, digits integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
  alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  rest bigint := (id * 2654435761 + 362437) & ((1::bigint << 5 * digits) - 1);
  code text := '';
BEGIN
  FOR _ IN 1..digits LOOP
    code := substr(alphabet, (rest & 31)::integer + 1, 1) || code;
    rest := rest >> 5;
  END LOOP;
  RETURN prefix || '-' || code;
END $$;

CREATE TABLE public.statements (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('ST'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    lender_entity_id bigint NOT NULL,
    agency_entity_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    currency text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    status character varying(16) NOT NULL,
    payments bigint NOT NULL,
    gross_minor bigint NOT NULL,
    commission_minor bigint NOT NULL,
    quality_minor bigint NOT NULL,
    holdback_bps bigint NOT NULL,
    holdback_minor bigint NOT NULL,
    released_minor bigint NOT NULL,
    carried_in_minor bigint NOT NULL,
    fee_carried_in_minor bigint NOT NULL,
    carried_from_id bigint,
    quality_score_id bigint,
    quality_bps bigint NOT NULL,
    commission_tax_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    fee_tax_minor bigint NOT NULL,
    commission_tax_bps bigint NOT NULL,
    included_tax_minor bigint NOT NULL,
    tax_by_rate jsonb NOT NULL,
    fee_bps bigint NOT NULL,
    fee_tax_bps bigint NOT NULL,
    rates jsonb NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    agency_confirmed_by_id bigint,
    lender_confirmed_by_id bigint,
    approved_by_id bigint,
    approved_at timestamp with time zone,
    journal_id bigint,
    rail character varying(6) NOT NULL,
    undone_at timestamp with time zone,
    disputes_end_at timestamp with time zone DEFAULT (now() + '7 days'::interval) NOT NULL,
    edition bigint NOT NULL,
    replaces_id bigint,
    version bigint NOT NULL,
    CONSTRAINT ck_statements_both_sides_confirm CHECK ((((agency_confirmed_by_id IS NOT NULL) OR ((status)::text = ANY ((ARRAY['draft'::character varying, 'cancelled'::character varying])::text[]))) AND ((lender_confirmed_by_id IS NOT NULL) OR ((status)::text = ANY ((ARRAY['draft'::character varying, 'agency_confirmed'::character varying, 'cancelled'::character varying])::text[]))))),
    CONSTRAINT ck_statements_holdback_signs CHECK (((holdback_minor >= 0) AND (released_minor >= 0))),
    CONSTRAINT ck_statements_is_approved_whole CHECK ((((approved_by_id IS NULL) = (approved_at IS NULL)) AND ((approved_at IS NULL) = ((status)::text = ANY ((ARRAY['draft'::character varying, 'agency_confirmed'::character varying, 'lender_confirmed'::character varying, 'cancelled'::character varying])::text[]))))),
    CONSTRAINT ck_statements_only_debts_are_carried CHECK (((carried_in_minor <= 0) AND (fee_carried_in_minor <= 0))),
    CONSTRAINT ck_statements_period_lasts CHECK ((period_end > period_start)),
    CONSTRAINT ck_statements_two_people_approve CHECK ((approved_by_id <> made_by_id))
);

ALTER TABLE ONLY public.statements FORCE ROW LEVEL SECURITY;

CREATE FUNCTION app.owed(s public.statements) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((((((s).commission_minor + (s).quality_minor) - (s).holdback_minor) + (s).released_minor) + (s).commission_tax_minor) - (s).included_tax_minor) + (s).carried_in_minor);

CREATE FUNCTION app.period_stays_closed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.closed_at IS NOT NULL THEN
      RAISE EXCEPTION 'a month is proposed before it is closed'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
     OR (NEW.id, NEW.month_start, NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM (OLD.id, OLD.month_start, OLD.proposed_by_id, OLD.proposed_at) THEN
    RAISE EXCEPTION 'a month is never opened again' USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.closed_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE FUNCTION app.posting_belongs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM journals WHERE id = NEW.journal_id
                  AND transaction_id = pg_current_xact_id()::text::bigint)
     OR EXISTS (SELECT 1 FROM journal_links WHERE journal_id = NEW.journal_id) THEN
    RAISE EXCEPTION 'journal % is closed', NEW.journal_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.posting_in_currency() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_accounts WHERE id = NEW.account_id
                  AND currency = NEW.currency) THEN
    RAISE EXCEPTION 'the account is kept in another currency' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.refuse_answered() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% begins without an answer', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION app.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION app.refuse_other_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - TG_ARGV - 'code'::text)
                      <> (to_jsonb(NEW) - TG_ARGV - 'code'::text) THEN
    RAISE EXCEPTION '% is append-only: only % is ever changed',
      TG_TABLE_NAME, array_to_string(TG_ARGV, ', ') USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.refuse_other_names() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  one text;
  before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
  after jsonb := to_jsonb(NEW);
BEGIN
  FOREACH one IN ARRAY TG_ARGV LOOP
    IF after ->> one IS DISTINCT FROM before ->> one
       AND (after ->> one)::bigint IS DISTINCT FROM app.current_user_id()
       AND after ->> one IS NOT NULL THEN
      RAISE EXCEPTION '% is signed in the name of whoever acts: % is somebody else',
        TG_TABLE_NAME, one USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;

CREATE FUNCTION app.remittance_fits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.split_adds_up() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION app.statement_amounts_stand() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION app.takes_no_cleared_debt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE TABLE public.agency_approvals (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    published_url text NOT NULL,
    published_on date NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    withdrawn_on date,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_agency_approvals_valid_for_a_while CHECK ((valid_to > valid_from))
);

ALTER TABLE ONLY public.agency_approvals FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.agency_approvals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.agency_approvals_id_seq OWNED BY public.agency_approvals.id;

CREATE TABLE public.auctions (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('AU'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    portfolio_id bigint NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    floor_bps bigint NOT NULL,
    reserve_bps bigint NOT NULL,
    max_share_bps bigint NOT NULL,
    newcomer_share_bps bigint NOT NULL,
    min_agencies bigint NOT NULL,
    exploration_bps bigint NOT NULL,
    debtors_together boolean NOT NULL,
    include_time_barred boolean NOT NULL,
    term_days bigint NOT NULL,
    answer_days bigint NOT NULL,
    result_weight_bps bigint NOT NULL,
    rates_include_tax boolean NOT NULL,
    release_id bigint,
    listed_debtors bigint NOT NULL,
    listed_cases bigint NOT NULL,
    listed_balance_minor bigint NOT NULL,
    status character varying(9) NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    approved_by_id bigint,
    approved_at timestamp with time zone,
    opened_at timestamp with time zone,
    proposed_by_id bigint,
    proposed_split_id bigint,
    proposed_at timestamp with time zone,
    awarded_by_id bigint,
    awarded_at timestamp with time zone,
    version bigint NOT NULL,
    CONSTRAINT ck_auctions_floor_below_reserve CHECK (((floor_bps >= 1) AND (floor_bps <= reserve_bps))),
    CONSTRAINT ck_auctions_lasts CHECK ((closes_at > opens_at)),
    CONSTRAINT ck_auctions_reserve_is_a_share CHECK ((reserve_bps <= 10000)),
    CONSTRAINT ck_auctions_spread_in_range CHECK ((((newcomer_share_bps >= 0) AND (newcomer_share_bps <= 5000)) AND ((exploration_bps >= 0) AND (exploration_bps <= 1000)) AND ((min_agencies >= 1) AND (min_agencies <= 50)))),
    CONSTRAINT ck_auctions_two_people_award CHECK ((awarded_by_id <> proposed_by_id)),
    CONSTRAINT ck_auctions_two_people_list CHECK ((approved_by_id <> made_by_id))
);

ALTER TABLE ONLY public.auctions FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.auctions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.auctions_id_seq OWNED BY public.auctions.id;

CREATE TABLE public.audit_events (
    id bigint NOT NULL,
    chain bigint NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    actor_id bigint,
    action text NOT NULL,
    subject_table text NOT NULL,
    subject_id bigint NOT NULL,
    parties bigint[] NOT NULL,
    details jsonb NOT NULL,
    body text NOT NULL,
    hash bytea NOT NULL
);

ALTER TABLE ONLY public.audit_events FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.audit_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.audit_events_id_seq OWNED BY public.audit_events.id;

CREATE TABLE public.audit_heads (
    chain bigint NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL
);

ALTER TABLE ONLY public.audit_heads FORCE ROW LEVEL SECURITY;

CREATE TABLE public.band_checks (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    valuation_id bigint NOT NULL,
    market text NOT NULL,
    months bigint NOT NULL,
    low_minor bigint NOT NULL,
    high_minor bigint NOT NULL,
    cash_minor bigint NOT NULL,
    held boolean NOT NULL,
    checked_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.band_checks FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.band_checks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.band_checks_id_seq OWNED BY public.band_checks.id;

CREATE TABLE public.bids (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('BD'::text, id, 5)) STORED NOT NULL,
    auction_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    version bigint NOT NULL,
    placed_by_id bigint NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    capacity_cases bigint NOT NULL,
    capacity_balance_minor bigint,
    sealed bytea NOT NULL,
    receipt text NOT NULL,
    rates jsonb,
    withdrawn_at timestamp with time zone,
    CONSTRAINT ck_bids_capacity_balance_positive CHECK ((capacity_balance_minor > 0)),
    CONSTRAINT ck_bids_capacity_positive CHECK ((capacity_cases > 0))
);

ALTER TABLE ONLY public.bids FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.bids_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.bids_id_seq OWNED BY public.bids.id;

CREATE TABLE public.book_checks (
    id bigint NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    statements bigint NOT NULL,
    journals bigint NOT NULL,
    audit_events bigint NOT NULL,
    differences bigint NOT NULL
);

ALTER TABLE ONLY public.book_checks FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.book_checks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.book_checks_id_seq OWNED BY public.book_checks.id;

CREATE TABLE public.case_balances (
    case_id bigint NOT NULL,
    as_of date NOT NULL,
    file_sha256 bytea NOT NULL,
    lender_id bigint NOT NULL,
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    fees_minor bigint NOT NULL,
    balance_minor bigint NOT NULL,
    dpd bigint NOT NULL,
    applied boolean NOT NULL,
    tape_id bigint,
    delivery_id bigint,
    sheet text NOT NULL,
    "row" bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.case_balances FORCE ROW LEVEL SECURITY;

CREATE TABLE public.cases (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('CS'::text, id, 7)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    entity_id bigint NOT NULL,
    portfolio_id bigint NOT NULL,
    debtor_id bigint NOT NULL,
    agency_id bigint,
    lender_case_no text NOT NULL,
    contract_no text,
    product text NOT NULL,
    region text NOT NULL,
    currency text NOT NULL,
    loan_minor bigint,
    principal_minor bigint NOT NULL,
    interest_minor bigint NOT NULL,
    fees_minor bigint NOT NULL,
    balance_minor bigint NOT NULL,
    balance_as_of date NOT NULL,
    opened_on date,
    overdue_on date,
    dpd bigint NOT NULL,
    score bigint,
    last_payment_on date,
    limitation_on date,
    consented boolean,
    placement_round bigint NOT NULL,
    security text NOT NULL,
    litigation text NOT NULL,
    hold_flags text[] NOT NULL,
    features jsonb NOT NULL,
    tape_id bigint,
    tape_sheet text,
    tape_row bigint,
    CONSTRAINT ck_cases_balance_positive CHECK ((balance_minor > 0))
);

ALTER TABLE ONLY public.cases FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.cases_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.cases_id_seq OWNED BY public.cases.id;

CREATE TABLE public.commission_terms (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    version bigint NOT NULL,
    valid_from date NOT NULL,
    basis character varying(9) NOT NULL,
    scale jsonb NOT NULL,
    currency text,
    rates_include_tax boolean NOT NULL,
    tier_mode character varying(8) NOT NULL,
    paid_for jsonb NOT NULL,
    from_first_activity boolean NOT NULL,
    holdback_bps bigint NOT NULL,
    holdback_days bigint NOT NULL,
    proposed_by_id bigint NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    agreed_by_id bigint,
    agreed_at timestamp with time zone,
    CONSTRAINT ck_commission_terms_agreed_at_some_time CHECK (((agreed_by_id IS NULL) = (agreed_at IS NULL))),
    CONSTRAINT ck_commission_terms_holdback_ends CHECK (((holdback_days >= 0) AND (holdback_days <= 365))),
    CONSTRAINT ck_commission_terms_holdback_in_range CHECK (((holdback_bps >= 0) AND (holdback_bps <= 3000))),
    CONSTRAINT ck_commission_terms_two_people_agree CHECK ((agreed_by_id <> proposed_by_id))
);

ALTER TABLE ONLY public.commission_terms FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.commission_terms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.commission_terms_id_seq OWNED BY public.commission_terms.id;

CREATE SEQUENCE public.contacts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.contacts_id_seq OWNED BY public.contacts.id;

CREATE TABLE public.coverage_figures (
    market text NOT NULL,
    months bigint NOT NULL,
    given bigint NOT NULL,
    held bigint NOT NULL,
    as_of timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.coverage_figures FORCE ROW LEVEL SECURITY;

CREATE TABLE public.credentials (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('CR'::text, id, 5)) STORED NOT NULL,
    organisation_id bigint NOT NULL,
    type character varying(18) NOT NULL,
    number text NOT NULL,
    issuer text NOT NULL,
    regions text[] NOT NULL,
    products text[] NOT NULL,
    channels text[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    evidence_key text NOT NULL,
    evidence_name text NOT NULL,
    evidence_sha256 text NOT NULL,
    status character varying(9) NOT NULL,
    submitted_by_id bigint NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    checked_by_id bigint,
    checked_at timestamp with time zone,
    approved_by_id bigint,
    approved_at timestamp with time zone,
    note text NOT NULL,
    CONSTRAINT ck_credentials_active_means_vetted CHECK ((((status)::text <> 'active'::text) OR ((checked_by_id IS NOT NULL) AND (approved_by_id IS NOT NULL)))),
    CONSTRAINT ck_credentials_two_people_vet CHECK ((approved_by_id <> checked_by_id)),
    CONSTRAINT ck_credentials_valid_for_a_while CHECK ((valid_to > valid_from))
);

ALTER TABLE ONLY public.credentials FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.credentials_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.credentials_id_seq OWNED BY public.credentials.id;

CREATE TABLE public.creditors (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    portfolio_id bigint NOT NULL,
    entity_id bigint,
    name text NOT NULL,
    share_bps bigint NOT NULL,
    valid_from date NOT NULL,
    notice_on date,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_creditors_share_of_the_whole CHECK (((share_bps >= 1) AND (share_bps <= 10000)))
);

ALTER TABLE ONLY public.creditors FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.creditors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.creditors_id_seq OWNED BY public.creditors.id;

CREATE TABLE public.debt_clearances (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    part character varying(10) NOT NULL,
    way character varying(11) NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    paid_on date,
    bank_reference text NOT NULL,
    reason text NOT NULL,
    recorded_by_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    confirmed_by_id bigint,
    confirmed_at timestamp with time zone,
    withdrawn_by_id bigint,
    withdrawn_at timestamp with time zone,
    withdrawn_because text NOT NULL,
    journal_id bigint,
    CONSTRAINT ck_debt_clearances_a_fee_is_paid_back CHECK ((((part)::text = 'commission'::text) OR ((way)::text = 'repaid'::text))),
    CONSTRAINT ck_debt_clearances_clears_something CHECK ((amount_minor > 0)),
    CONSTRAINT ck_debt_clearances_is_answered_whole CHECK ((((confirmed_by_id IS NULL) = (confirmed_at IS NULL)) AND ((withdrawn_by_id IS NULL) = (withdrawn_at IS NULL)) AND ((confirmed_at IS NULL) OR (withdrawn_at IS NULL)) AND ((journal_id IS NULL) OR (confirmed_at IS NOT NULL)))),
    CONSTRAINT ck_debt_clearances_says_how CHECK (((((way)::text = 'repaid'::text) = (paid_on IS NOT NULL)) AND (((way)::text = 'repaid'::text) = (bank_reference <> ''::text)) AND (((way)::text = 'written_off'::text) = (reason <> ''::text)))),
    CONSTRAINT ck_debt_clearances_two_people_clear CHECK ((confirmed_by_id <> recorded_by_id))
);

ALTER TABLE ONLY public.debt_clearances FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.debt_clearances_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.debt_clearances_id_seq OWNED BY public.debt_clearances.id;

CREATE TABLE public.debtors (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    person_index bytea NOT NULL,
    personal_key bytea,
    personal bytea,
    name_masked text,
    id_masked text,
    phone_masked text,
    phone_index bytea,
    time_zone text NOT NULL,
    forgotten_at timestamp with time zone
);

ALTER TABLE ONLY public.debtors FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.debtors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.debtors_id_seq OWNED BY public.debtors.id;

CREATE TABLE public.entity_bank_accounts (
    id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    entity_id bigint NOT NULL,
    bank text NOT NULL,
    bank_code text NOT NULL,
    sealed_number bytea NOT NULL,
    last_four text NOT NULL,
    currency text NOT NULL,
    valid_from date NOT NULL,
    valid_to date
);

ALTER TABLE ONLY public.entity_bank_accounts FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.entity_bank_accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.entity_bank_accounts_id_seq OWNED BY public.entity_bank_accounts.id;

CREATE TABLE public.feed_absences (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    feed_id bigint NOT NULL,
    case_id bigint NOT NULL,
    since_on date NOT NULL,
    last_on date NOT NULL,
    times bigint NOT NULL,
    ended_on date,
    seen_by_id bigint,
    note text NOT NULL,
    CONSTRAINT ck_feed_absences_seen_by_somebody_who_says_why CHECK (((note = ''::text) = (seen_by_id IS NULL)))
);

ALTER TABLE ONLY public.feed_absences FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.feed_absences_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feed_absences_id_seq OWNED BY public.feed_absences.id;

CREATE TABLE public.feed_alarms (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    feed_id bigint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone
);

ALTER TABLE ONLY public.feed_alarms FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.feed_alarms_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feed_alarms_id_seq OWNED BY public.feed_alarms.id;

CREATE TABLE public.feed_deliveries (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('DL'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    feed_id bigint NOT NULL,
    channel character varying(6) NOT NULL,
    filename text NOT NULL,
    file_key text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    idempotency_key text,
    layout jsonb NOT NULL,
    status character varying(9) NOT NULL,
    reasons text[] NOT NULL,
    counts jsonb NOT NULL,
    as_of date,
    received_by_id bigint,
    received_at timestamp with time zone NOT NULL,
    accepted_by_id bigint,
    failure text,
    note text NOT NULL,
    applied_at timestamp with time zone
);

ALTER TABLE ONLY public.feed_deliveries FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.feed_deliveries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feed_deliveries_id_seq OWNED BY public.feed_deliveries.id;

CREATE TABLE public.feed_issues (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    sheet text NOT NULL,
    "row" bigint NOT NULL,
    "column" text NOT NULL,
    kind text NOT NULL,
    rejects boolean NOT NULL,
    value_masked text NOT NULL
);

ALTER TABLE ONLY public.feed_issues FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.feed_issues_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feed_issues_id_seq OWNED BY public.feed_issues.id;

CREATE TABLE public.feed_keys (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    feed_id bigint NOT NULL,
    hint text NOT NULL,
    key_hash bytea NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_by_id bigint,
    revoked_at timestamp with time zone
);

ALTER TABLE ONLY public.feed_keys FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.feed_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feed_keys_id_seq OWNED BY public.feed_keys.id;

CREATE TABLE public.feeds (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('FD'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    portfolio_id bigint,
    name text NOT NULL,
    contents character varying(8) NOT NULL,
    semantics character varying(8) NOT NULL,
    currency text NOT NULL,
    weekdays bigint[] NOT NULL,
    due_time time without time zone NOT NULL,
    time_zone text NOT NULL,
    public_holidays boolean NOT NULL,
    days_off date[] NOT NULL,
    days_on date[] NOT NULL,
    grace_minutes bigint NOT NULL,
    headers_sha256 text,
    mapping jsonb NOT NULL,
    status character varying(6) NOT NULL,
    latest_as_of date,
    covered_to_at timestamp with time zone,
    locks_at timestamp with time zone,
    version bigint NOT NULL,
    drawn_up_by_id bigint NOT NULL,
    drawn_up_at timestamp with time zone NOT NULL,
    approved_by_id bigint,
    approved_at timestamp with time zone,
    CONSTRAINT ck_feeds_due_on_some_day CHECK ((cardinality(weekdays) > 0)),
    CONSTRAINT ck_feeds_grace_of_a_day CHECK (((grace_minutes >= 0) AND (grace_minutes <= 1440)))
);

ALTER TABLE ONLY public.feeds FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.feeds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feeds_id_seq OWNED BY public.feeds.id;

CREATE TABLE public.framework_contracts (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    lender_entity_id bigint NOT NULL,
    agency_entity_id bigint NOT NULL,
    number text NOT NULL,
    signed_on date NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    ended_on date,
    tail_days bigint NOT NULL,
    rail character varying(6) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_framework_contracts_tail_ends CHECK (((tail_days >= 0) AND (tail_days <= 365))),
    CONSTRAINT ck_framework_contracts_valid_for_a_while CHECK ((valid_to > valid_from))
);

ALTER TABLE ONLY public.framework_contracts FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.framework_contracts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.framework_contracts_id_seq OWNED BY public.framework_contracts.id;

CREATE TABLE public.holdback_releases (
    held_by_id bigint NOT NULL,
    released_by_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    amount_minor bigint NOT NULL
);

ALTER TABLE ONLY public.holdback_releases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.holds (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    debtor_id bigint NOT NULL,
    reason character varying(15) NOT NULL,
    note text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    placed_by_id bigint NOT NULL,
    lifted_by_id bigint
);

ALTER TABLE ONLY public.holds FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.holds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.holds_id_seq OWNED BY public.holds.id;

CREATE TABLE public.incidents (
    id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    details jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_by_id bigint,
    closed_at timestamp with time zone,
    closing_note text,
    CONSTRAINT ck_incidents_is_closed_with_a_note CHECK ((((closed_by_id IS NULL) = (closed_at IS NULL)) AND ((closed_at IS NULL) = (closing_note IS NULL)))),
    CONSTRAINT ck_incidents_note_says_something CHECK ((closing_note ~ '[^[:space:]]'::text))
);

ALTER TABLE ONLY public.incidents FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.incidents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.incidents_id_seq OWNED BY public.incidents.id;

CREATE TABLE public.intake_batches (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('IN'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint,
    month_start date NOT NULL,
    profile jsonb NOT NULL,
    brought_by_id bigint NOT NULL,
    brought_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_intake_batches_is_a_month CHECK ((EXTRACT(day FROM month_start) = (1)::numeric))
);

ALTER TABLE ONLY public.intake_batches FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.intake_batches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.intake_batches_id_seq OWNED BY public.intake_batches.id;

CREATE TABLE public.intake_decision_lines (
    decision_id bigint NOT NULL,
    line_id bigint NOT NULL,
    lender_id bigint NOT NULL
);

ALTER TABLE ONLY public.intake_decision_lines FORCE ROW LEVEL SECURITY;

CREATE TABLE public.intake_decisions (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('RD'::text, id, 7)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    month_start date NOT NULL,
    kind character varying(9) NOT NULL,
    run_id bigint,
    reverses_id bigint,
    line_id bigint,
    reason_code character varying(14),
    reason text NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    agreed boolean,
    checked_by_id bigint,
    checked_at timestamp with time zone,
    check_note text NOT NULL,
    CONSTRAINT ck_intake_decisions_approves_a_run CHECK ((((kind)::text = 'automatic'::text) = (run_id IS NOT NULL))),
    CONSTRAINT ck_intake_decisions_has_a_reason CHECK ((((kind)::text = 'automatic'::text) OR (reason <> ''::text))),
    CONSTRAINT ck_intake_decisions_is_checked_whole CHECK ((((checked_by_id IS NULL) = (checked_at IS NULL)) AND ((checked_at IS NULL) = (agreed IS NULL)))),
    CONSTRAINT ck_intake_decisions_resolved_by_code CHECK ((((kind)::text = 'resolve'::text) = (reason_code IS NOT NULL))),
    CONSTRAINT ck_intake_decisions_reverses_something CHECK ((((kind)::text = 'reverse'::text) = (reverses_id IS NOT NULL))),
    CONSTRAINT ck_intake_decisions_splits_a_line CHECK ((((kind)::text = 'split'::text) = (line_id IS NOT NULL))),
    CONSTRAINT ck_intake_decisions_two_people_decide CHECK ((checked_by_id <> made_by_id))
);

ALTER TABLE ONLY public.intake_decisions FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.intake_decisions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.intake_decisions_id_seq OWNED BY public.intake_decisions.id;

CREATE TABLE public.intake_figures (
    group_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    cases text[] NOT NULL,
    partners bigint[] NOT NULL,
    commissionable jsonb NOT NULL
);

ALTER TABLE ONLY public.intake_figures FORCE ROW LEVEL SECURITY;

CREATE TABLE public.intake_files (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint,
    batch_id bigint NOT NULL,
    month_start date NOT NULL,
    kind character varying(8) NOT NULL,
    filename text NOT NULL,
    sha256 text NOT NULL,
    file_key text NOT NULL,
    lines bigint NOT NULL
);

ALTER TABLE ONLY public.intake_files FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.intake_files_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.intake_files_id_seq OWNED BY public.intake_files.id;

CREATE TABLE public.intake_groups (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('RG'::text, id, 7)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    run_id bigint NOT NULL,
    kind text NOT NULL,
    automatic boolean NOT NULL,
    reasons text[] NOT NULL,
    CONSTRAINT ck_intake_groups_stopped_for_a_reason CHECK ((automatic = (reasons = '{}'::text[])))
);

ALTER TABLE ONLY public.intake_groups FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.intake_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.intake_groups_id_seq OWNED BY public.intake_groups.id;

CREATE TABLE public.intake_lines (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint,
    batch_id bigint NOT NULL,
    month_start date NOT NULL,
    source character varying(6) NOT NULL,
    place text NOT NULL,
    number text NOT NULL,
    claim_id text NOT NULL,
    value_on date NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL,
    reverses text NOT NULL,
    method character varying(10) NOT NULL,
    parts bigint[],
    fragments text NOT NULL,
    text_sealed bytea,
    dedupe_key bytea NOT NULL,
    CONSTRAINT ck_intake_lines_claims_are_positive CHECK ((((source)::text <> 'claim'::text) OR (amount_minor > 0))),
    CONSTRAINT ck_intake_lines_claims_have_agencies CHECK ((((source)::text = 'claim'::text) = (agency_id IS NOT NULL))),
    CONSTRAINT ck_intake_lines_is_an_amount CHECK ((amount_minor <> 0)),
    CONSTRAINT ck_intake_lines_parts_are_four CHECK ((cardinality(parts) = 4))
);

ALTER TABLE ONLY public.intake_lines FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.intake_lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.intake_lines_id_seq OWNED BY public.intake_lines.id;

CREATE TABLE public.intake_members (
    group_id bigint NOT NULL,
    line_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint
);

ALTER TABLE ONLY public.intake_members FORCE ROW LEVEL SECURITY;

CREATE TABLE public.intake_payments (
    line_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    lender_id bigint NOT NULL
);

ALTER TABLE ONLY public.intake_payments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.intake_portions (
    decision_id bigint NOT NULL,
    case_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT ck_intake_portions_is_an_amount CHECK ((amount_minor <> 0))
);

ALTER TABLE ONLY public.intake_portions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.intake_runs (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    batch_id bigint NOT NULL,
    month_start date NOT NULL,
    currency text NOT NULL,
    lines bigint NOT NULL,
    groups bigint NOT NULL,
    automatic bigint NOT NULL,
    not_posted jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.intake_runs FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.intake_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.intake_runs_id_seq OWNED BY public.intake_runs.id;

CREATE TABLE public.invitations (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('IV'::text, id, 5)) STORED NOT NULL,
    organisation_id bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role character varying(10) NOT NULL,
    token_hash bytea NOT NULL,
    invited_by_id bigint,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    withdrawn_at timestamp with time zone
);

ALTER TABLE ONLY public.invitations FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.invitations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.invitations_id_seq OWNED BY public.invitations.id;

CREATE TABLE public.job_progress (
    subject_table text NOT NULL,
    subject_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    done bigint NOT NULL,
    total bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.job_progress FORCE ROW LEVEL SECURITY;

CREATE TABLE public.journal_links (
    sequence bigint NOT NULL,
    journal_id bigint NOT NULL,
    hash bytea NOT NULL
);

ALTER TABLE ONLY public.journal_links FORCE ROW LEVEL SECURITY;

CREATE TABLE public.journal_proposals (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('JP'::text, id, 5)) STORED NOT NULL,
    reverses_id bigint,
    terms jsonb NOT NULL,
    reason text NOT NULL,
    effective_on date NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    decided_by_id bigint,
    decided_at timestamp with time zone,
    journal_id bigint,
    CONSTRAINT ck_journal_proposals_decided_some_time CHECK (((decided_by_id IS NULL) = (decided_at IS NULL))),
    CONSTRAINT ck_journal_proposals_posted_once_decided CHECK (((journal_id IS NULL) OR (decided_at IS NOT NULL))),
    CONSTRAINT ck_journal_proposals_two_people_decide CHECK ((decided_by_id <> made_by_id))
);

ALTER TABLE ONLY public.journal_proposals FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.journal_proposals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.journal_proposals_id_seq OWNED BY public.journal_proposals.id;

CREATE TABLE public.journals (
    id bigint NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint text NOT NULL,
    effective_on date NOT NULL,
    booked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    words text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    made_by_id bigint NOT NULL,
    approved_by_id bigint NOT NULL,
    reverses_id bigint,
    transaction_id bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT ck_journals_has_a_fingerprint CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ck_journals_reverses_another CHECK ((reverses_id <> id)),
    CONSTRAINT ck_journals_two_people_post CHECK ((approved_by_id <> made_by_id))
);

ALTER TABLE ONLY public.journals FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.journals_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.journals_id_seq OWNED BY public.journals.id;

CREATE TABLE public.ledger_accounts (
    id bigint NOT NULL,
    kind character varying(18) NOT NULL,
    organisation_id bigint,
    currency text NOT NULL
);

ALTER TABLE ONLY public.ledger_accounts FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.ledger_accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.ledger_accounts_id_seq OWNED BY public.ledger_accounts.id;

CREATE TABLE public.ledger_periods (
    id bigint NOT NULL,
    month_start date NOT NULL,
    proposed_by_id bigint NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    closed_by_id bigint,
    closed_at timestamp with time zone,
    head_sequence bigint,
    head_hash bytea,
    CONSTRAINT ck_ledger_periods_is_a_month CHECK ((EXTRACT(day FROM month_start) = (1)::numeric)),
    CONSTRAINT ck_ledger_periods_is_closed_whole CHECK ((((closed_by_id IS NULL) = (closed_at IS NULL)) AND ((closed_at IS NULL) = (head_sequence IS NULL)) AND ((closed_at IS NULL) = (head_hash IS NULL)))),
    CONSTRAINT ck_ledger_periods_two_people_close CHECK ((closed_by_id <> proposed_by_id))
);

ALTER TABLE ONLY public.ledger_periods FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.ledger_periods_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.ledger_periods_id_seq OWNED BY public.ledger_periods.id;

CREATE TABLE public.legal_entities (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('LE'::text, id, 5)) STORED NOT NULL,
    organisation_id bigint NOT NULL,
    name text NOT NULL,
    uscc text,
    registry_proof text,
    country text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.legal_entities FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.legal_entities_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.legal_entities_id_seq OWNED BY public.legal_entities.id;

CREATE TABLE public.line_disputes (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('LD'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    reason text NOT NULL,
    raised_by_id bigint NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    proposed character varying(4),
    proposed_because text NOT NULL,
    proposed_by_id bigint,
    proposed_for_id bigint,
    decision character varying(4),
    decided_by_id bigint,
    decided_at timestamp with time zone,
    CONSTRAINT ck_line_disputes_has_a_reason CHECK ((reason <> ''::text)),
    CONSTRAINT ck_line_disputes_is_decided_whole CHECK ((((decision IS NULL) = (decided_at IS NULL)) AND ((decision IS NULL) = (decided_by_id IS NULL)) AND ((decision IS NULL) OR ((decision)::text = (proposed)::text)))),
    CONSTRAINT ck_line_disputes_two_people_decide CHECK ((decided_by_id <> proposed_by_id))
);

ALTER TABLE ONLY public.line_disputes FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.line_disputes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.line_disputes_id_seq OWNED BY public.line_disputes.id;

CREATE TABLE public.mails (
    id bigint NOT NULL,
    sealed bytea,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone
);

ALTER TABLE ONLY public.mails FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mapping_templates (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    headers_sha256 text NOT NULL,
    mapping jsonb NOT NULL,
    updated_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.mapping_templates FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.mapping_templates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.mapping_templates_id_seq OWNED BY public.mapping_templates.id;

CREATE TABLE public.nda_signatures (
    id bigint NOT NULL,
    nda_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    signed_by_id bigint NOT NULL,
    signed_as text NOT NULL,
    signed_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.nda_signatures FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.nda_signatures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.nda_signatures_id_seq OWNED BY public.nda_signatures.id;

CREATE TABLE public.ndas (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    version bigint NOT NULL,
    body text NOT NULL,
    sha256 text NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    current boolean NOT NULL
);

ALTER TABLE ONLY public.ndas FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.ndas_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.ndas_id_seq OWNED BY public.ndas.id;

CREATE TABLE public.notifications (
    id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    event_id bigint NOT NULL,
    action text NOT NULL,
    at timestamp with time zone NOT NULL,
    details jsonb NOT NULL,
    read_at timestamp with time zone
);

ALTER TABLE ONLY public.notifications FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.notifications_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notifications_id_seq OWNED BY public.notifications.id;

CREATE TABLE public.organisations (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('OR'::text, id, 5)) STORED NOT NULL,
    short_code text NOT NULL,
    kind character varying(8) NOT NULL,
    name text NOT NULL,
    name_zh text NOT NULL,
    jurisdiction text NOT NULL,
    suspended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.organisations FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.organisations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.organisations_id_seq OWNED BY public.organisations.id;

CREATE TABLE public.password_resets (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.password_resets FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.password_resets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.password_resets_id_seq OWNED BY public.password_resets.id;

CREATE TABLE public.payment_file_items (
    file_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    account_id bigint NOT NULL,
    amount_minor bigint NOT NULL
);

ALTER TABLE ONLY public.payment_file_items FORCE ROW LEVEL SECURITY;

CREATE TABLE public.payment_files (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('PX'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    account_id bigint NOT NULL,
    message_id text NOT NULL,
    currency text NOT NULL,
    execute_on date NOT NULL,
    transfers bigint NOT NULL,
    amount_minor bigint NOT NULL,
    file_key text NOT NULL,
    sha256 text NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.payment_files FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.payment_files_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.payment_files_id_seq OWNED BY public.payment_files.id;

CREATE TABLE public.payments (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('PY'::text, id, 7)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint,
    case_id bigint NOT NULL,
    placement_id bigint,
    value_on date NOT NULL,
    posted_on date NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    source character varying(13) NOT NULL,
    method character varying(10) NOT NULL,
    costs_minor bigint,
    interest_minor bigint,
    fees_minor bigint,
    principal_minor bigint,
    ledger_ref text NOT NULL,
    reversal_of_id bigint,
    reported_by_id bigint NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    verified_by_id bigint,
    verified_at timestamp with time zone,
    awaits_match boolean DEFAULT false NOT NULL,
    withdrawn_by_id bigint,
    withdrawn_at timestamp with time zone,
    CONSTRAINT ck_payments_negative_only_as_reversal CHECK ((((amount_minor > 0) AND (reversal_of_id IS NULL)) OR ((amount_minor < 0) AND (reversal_of_id IS NOT NULL)))),
    CONSTRAINT ck_payments_parts_add_up CHECK (((num_nulls(costs_minor, interest_minor, fees_minor, principal_minor) = 4) OR ((num_nulls(costs_minor, interest_minor, fees_minor, principal_minor) = 0) AND ((((costs_minor + interest_minor) + fees_minor) + principal_minor) = amount_minor)))),
    CONSTRAINT ck_payments_two_people_verify CHECK ((verified_by_id <> reported_by_id)),
    CONSTRAINT ck_payments_withdrawn_never_counts CHECK (((verified_by_id IS NULL) OR (withdrawn_by_id IS NULL)))
);

ALTER TABLE ONLY public.payments FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.payments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.payments_id_seq OWNED BY public.payments.id;

CREATE TABLE public.placement_cases (
    placement_id bigint NOT NULL,
    case_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    rate_bps bigint NOT NULL,
    placed_balance_minor bigint NOT NULL,
    segment text NOT NULL,
    debtor_id bigint NOT NULL,
    round bigint NOT NULL,
    dpd bigint NOT NULL,
    product text NOT NULL,
    secured boolean NOT NULL,
    litigated boolean NOT NULL,
    open boolean NOT NULL,
    CONSTRAINT ck_placement_cases_rate_is_a_share CHECK (((rate_bps >= 1) AND (rate_bps <= 10000)))
);

ALTER TABLE ONLY public.placement_cases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.placements (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('PL'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    portfolio_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    lender_entity_id bigint NOT NULL,
    agency_entity_id bigint NOT NULL,
    award_reference text NOT NULL,
    currency text NOT NULL,
    round bigint NOT NULL,
    result_weight_bps bigint NOT NULL,
    rates_include_tax boolean NOT NULL,
    cases bigint NOT NULL,
    balance_minor bigint NOT NULL,
    starts_on date NOT NULL,
    recall_due_on date NOT NULL,
    answer_due_at timestamp with time zone NOT NULL,
    status character varying(8) NOT NULL,
    offered_by_id bigint NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    answered_by_id bigint,
    answered_at timestamp with time zone,
    decline_reason text,
    ended_at timestamp with time zone,
    ended_reason text,
    CONSTRAINT ck_placements_lasts CHECK ((recall_due_on > starts_on))
);

ALTER TABLE ONLY public.placements FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.placements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.placements_id_seq OWNED BY public.placements.id;

CREATE TABLE public.portfolios (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('PF'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    entity_id bigint NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    balance_as_of date NOT NULL,
    cases bigint NOT NULL,
    balance_minor bigint NOT NULL,
    principal_minor bigint NOT NULL,
    status character varying(6) NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.portfolios FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.portfolios_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.portfolios_id_seq OWNED BY public.portfolios.id;

CREATE TABLE public.postings (
    id bigint NOT NULL,
    journal_id bigint NOT NULL,
    account_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    CONSTRAINT ck_postings_is_not_a_slip CHECK (((amount_minor >= '-1000000000000000'::bigint) AND (amount_minor <= '1000000000000000'::bigint))),
    CONSTRAINT ck_postings_moves_something CHECK ((amount_minor <> 0))
);

ALTER TABLE ONLY public.postings FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.postings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.postings_id_seq OWNED BY public.postings.id;

CREATE TABLE public.processing_agreements (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    contract_id bigint NOT NULL,
    number text NOT NULL,
    impact_assessment text NOT NULL,
    fields text[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_processing_agreements_valid_for_a_while CHECK ((valid_to > valid_from))
);

ALTER TABLE ONLY public.processing_agreements FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.processing_agreements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.processing_agreements_id_seq OWNED BY public.processing_agreements.id;

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.promises (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint,
    case_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    due_on date NOT NULL,
    open boolean NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_promises_amount_positive CHECK ((amount_minor > 0))
);

ALTER TABLE ONLY public.promises FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.promises_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.promises_id_seq OWNED BY public.promises.id;

CREATE TABLE public.quality_scores (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    month_start date NOT NULL,
    score_bps bigint NOT NULL,
    source text NOT NULL,
    scored_by_id bigint NOT NULL,
    scored_at timestamp with time zone NOT NULL,
    appeal text,
    appealed_at timestamp with time zone,
    decision text,
    decided_at timestamp with time zone,
    CONSTRAINT ck_quality_scores_month_begins CHECK ((EXTRACT(day FROM month_start) = (1)::numeric)),
    CONSTRAINT ck_quality_scores_score_is_a_share CHECK (((score_bps >= 0) AND (score_bps <= 10000)))
);

ALTER TABLE ONLY public.quality_scores FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.quality_scores_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.quality_scores_id_seq OWNED BY public.quality_scores.id;

CREATE TABLE public.question_askers (
    question_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE ONLY public.question_askers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.questions (
    id bigint NOT NULL,
    auction_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    body text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answer text,
    answered_by_id bigint,
    answered_at timestamp with time zone,
    CONSTRAINT ck_questions_answered_at_some_time CHECK (((answer IS NULL) = (answered_at IS NULL)))
);

ALTER TABLE ONLY public.questions FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.questions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.questions_id_seq OWNED BY public.questions.id;

CREATE TABLE public.rail_accounts (
    id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    country text NOT NULL,
    account_ref text,
    customer_ref text,
    details_submitted boolean NOT NULL,
    charges_enabled boolean NOT NULL,
    payouts_enabled boolean NOT NULL,
    transfers_active boolean NOT NULL,
    asked_by_id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    checked_at timestamp with time zone
);

ALTER TABLE ONLY public.rail_accounts FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.rail_accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.rail_accounts_id_seq OWNED BY public.rail_accounts.id;

CREATE TABLE public.rail_checkouts (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('CK'::text, id, 7)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    case_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    session_ref text,
    intent_ref text,
    url text,
    expires_at timestamp with time zone,
    paid_at timestamp with time zone,
    ended_at timestamp with time zone,
    standing_ref text,
    kept_minor bigint NOT NULL,
    payments bigint NOT NULL,
    CONSTRAINT ck_rail_checkouts_amount_is_positive CHECK ((amount_minor > 0))
);

ALTER TABLE ONLY public.rail_checkouts FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.rail_checkouts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.rail_checkouts_id_seq OWNED BY public.rail_checkouts.id;

CREATE TABLE public.rail_events (
    event_id text NOT NULL,
    endpoint text NOT NULL,
    kind text NOT NULL,
    account_ref text NOT NULL,
    object_ref text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone
);

ALTER TABLE ONLY public.rail_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.rail_operations (
    id bigint NOT NULL,
    op_id text NOT NULL,
    generation bigint NOT NULL,
    kind character varying(8) NOT NULL,
    status character varying(9) NOT NULL,
    doubt character varying(7) NOT NULL,
    organisation_id bigint NOT NULL,
    statement_id bigint,
    undoes_id bigint,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    external_ref text,
    last_error text NOT NULL,
    attempts bigint NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    lease_ends_at timestamp with time zone,
    key_first_used_at timestamp with time zone,
    done_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    made_by_id bigint,
    approved_by_id bigint,
    CONSTRAINT ck_rail_operations_amount_is_not_negative CHECK ((amount_minor >= 0)),
    CONSTRAINT ck_rail_operations_is_withdrawn_some_time CHECK ((((status)::text = 'withdrawn'::text) = (withdrawn_at IS NOT NULL))),
    CONSTRAINT ck_rail_operations_two_people_move_money CHECK ((approved_by_id <> made_by_id)),
    CONSTRAINT ck_rail_operations_two_people_undo_or_bill_again CHECK (((((kind)::text <> 'undo'::text) AND (((kind)::text <> 'invoice'::text) OR (op_id !~ ':.*:'::text))) OR ((status)::text = ANY ((ARRAY['proposed'::character varying, 'withdrawn'::character varying])::text[])) OR ((made_by_id IS NOT NULL) AND (approved_by_id IS NOT NULL)))),
    CONSTRAINT ck_rail_operations_undo_sends_nothing CHECK ((((kind)::text <> 'undo'::text) OR ((status)::text = ANY ((ARRAY['proposed'::character varying, 'done'::character varying, 'withdrawn'::character varying])::text[]))))
);

ALTER TABLE ONLY public.rail_operations FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.rail_operations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.rail_operations_id_seq OWNED BY public.rail_operations.id;

CREATE TABLE public.rail_transactions (
    id bigint NOT NULL,
    transaction_ref text NOT NULL,
    kind text NOT NULL,
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    net_minor bigint NOT NULL,
    currency text NOT NULL,
    source_ref text NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    statement_id bigint,
    journal_id bigint,
    named_by_id bigint
);

ALTER TABLE ONLY public.rail_transactions FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.rail_transactions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.rail_transactions_id_seq OWNED BY public.rail_transactions.id;

CREATE TABLE public.received_invoices (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    number text NOT NULL,
    kind character varying(8) NOT NULL,
    red_reference text NOT NULL,
    buyer_name text NOT NULL,
    buyer_tax_no text NOT NULL,
    rate_bps bigint NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    gross_minor bigint NOT NULL,
    issued_on date NOT NULL,
    file_key text NOT NULL,
    file_name text NOT NULL,
    entered_by_id bigint NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    withdrawn_by_id bigint,
    withdrawn_at timestamp with time zone,
    withdrawn_because text NOT NULL,
    CONSTRAINT ck_received_invoices_has_a_number CHECK ((number ~ '^([0-9]{20}|[0-9]{10}-[0-9]{8}|[0-9]{12}-[0-9]{8})$'::text)),
    CONSTRAINT ck_received_invoices_is_withdrawn_whole CHECK (((withdrawn_by_id IS NULL) = (withdrawn_at IS NULL))),
    CONSTRAINT ck_received_invoices_rate_plausible CHECK (((rate_bps >= 0) AND (rate_bps <= 2500))),
    CONSTRAINT ck_received_invoices_red_names_its_reason CHECK (((net_minor < 0) = (red_reference <> ''::text)))
);

ALTER TABLE ONLY public.received_invoices FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.received_invoices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.received_invoices_id_seq OWNED BY public.received_invoices.id;

CREATE TABLE public.recovery_codes (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.recovery_codes FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.recovery_codes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.recovery_codes_id_seq OWNED BY public.recovery_codes.id;

CREATE TABLE public.release_classes (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    release_id bigint NOT NULL,
    number bigint NOT NULL,
    region text NOT NULL,
    age text NOT NULL,
    score text NOT NULL,
    product text NOT NULL,
    band text NOT NULL,
    debtors bigint NOT NULL,
    cases bigint NOT NULL,
    balance_minor bigint NOT NULL,
    principal_minor bigint NOT NULL,
    weighted_days bigint NOT NULL,
    as_of date NOT NULL
);

ALTER TABLE ONLY public.release_classes FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.release_classes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.release_classes_id_seq OWNED BY public.release_classes.id;

CREATE TABLE public.release_members (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    portfolio_id bigint NOT NULL,
    number bigint NOT NULL,
    debtor_ids bigint[] NOT NULL,
    cases bigint[] NOT NULL,
    balance_minor bigint[] NOT NULL,
    principal_minor bigint[] NOT NULL,
    weighted_days bigint[] NOT NULL
);

ALTER TABLE ONLY public.release_members FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.release_members_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.release_members_id_seq OWNED BY public.release_members.id;

CREATE TABLE public.releases (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    portfolio_id bigint NOT NULL,
    number bigint NOT NULL,
    "least" bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id bigint NOT NULL,
    held_back bigint NOT NULL,
    left_out jsonb NOT NULL
);

ALTER TABLE ONLY public.releases FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.releases_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.releases_id_seq OWNED BY public.releases.id;

CREATE TABLE public.remittances (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    part character varying(10) NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    paid_on date NOT NULL,
    bank_reference text NOT NULL,
    recorded_by_id bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    confirmed_by_id bigint,
    confirmed_at timestamp with time zone,
    withdrawn_by_id bigint,
    withdrawn_at timestamp with time zone,
    withdrawn_because text NOT NULL,
    journal_id bigint,
    CONSTRAINT ck_remittances_commission_is_paid_out CHECK ((((part)::text = 'fee'::text) OR (amount_minor > 0))),
    CONSTRAINT ck_remittances_is_answered_whole CHECK ((((confirmed_by_id IS NULL) = (confirmed_at IS NULL)) AND ((withdrawn_by_id IS NULL) = (withdrawn_at IS NULL)) AND ((confirmed_at IS NULL) OR (withdrawn_at IS NULL)) AND ((journal_id IS NULL) OR (confirmed_at IS NOT NULL)))),
    CONSTRAINT ck_remittances_moves_something CHECK ((amount_minor <> 0)),
    CONSTRAINT ck_remittances_two_people_confirm CHECK ((confirmed_by_id <> recorded_by_id))
);

ALTER TABLE ONLY public.remittances FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.remittances_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.remittances_id_seq OWNED BY public.remittances.id;

CREATE TABLE public.room_views (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('VW'::text, id, 7)) STORED NOT NULL,
    auction_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    user_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    what character varying(8) NOT NULL
);

ALTER TABLE ONLY public.room_views FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.room_views_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.room_views_id_seq OWNED BY public.room_views.id;

CREATE TABLE public.security_keys (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('SK'::text, id, 5)) STORED NOT NULL,
    user_id bigint NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE ONLY public.security_keys FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.security_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.security_keys_id_seq OWNED BY public.security_keys.id;

CREATE TABLE public.segments (
    id bigint NOT NULL,
    auction_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    number bigint NOT NULL,
    key text NOT NULL,
    region_group text NOT NULL,
    age_band text NOT NULL,
    score_band text NOT NULL,
    debtors bigint NOT NULL,
    cases bigint NOT NULL,
    balance_minor bigint NOT NULL
);

ALTER TABLE ONLY public.segments FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.segments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.segments_id_seq OWNED BY public.segments.id;

CREATE TABLE public.sign_in_attempts (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    account bytea NOT NULL,
    address text NOT NULL,
    succeeded boolean NOT NULL
);

ALTER TABLE ONLY public.sign_in_attempts FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.sign_in_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.sign_in_attempts_id_seq OWNED BY public.sign_in_attempts.id;

CREATE TABLE public.single_sign_ons (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_single_sign_ons_subject_given CHECK ((subject <> ''::text))
);

ALTER TABLE ONLY public.single_sign_ons FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.single_sign_ons_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.single_sign_ons_id_seq OWNED BY public.single_sign_ons.id;

CREATE TABLE public.split_cases (
    split_id bigint NOT NULL,
    case_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    segment bigint NOT NULL,
    agency_id bigint,
    rate_bps bigint
);

ALTER TABLE ONLY public.split_cases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.split_shares (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    split_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    bid_id bigint NOT NULL,
    cases bigint NOT NULL,
    balance_minor bigint NOT NULL,
    capacity_cases bigint NOT NULL,
    capacity_balance_minor bigint,
    expected_minor bigint NOT NULL,
    commission_minor bigint NOT NULL,
    price_minor bigint NOT NULL,
    price_high_minor bigint,
    balance_price_minor bigint,
    marginal_minor bigint,
    past_rate_bps bigint NOT NULL,
    past_low_bps bigint NOT NULL,
    past_high_bps bigint NOT NULL,
    past_cases bigint NOT NULL
);

ALTER TABLE ONLY public.split_shares FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.split_shares_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.split_shares_id_seq OWNED BY public.split_shares.id;

CREATE TABLE public.splits (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('SP'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    auction_id bigint NOT NULL,
    requested_by_id bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    failure text,
    value_minor bigint,
    bound_minor bigint,
    gap_minor bigint,
    seed bigint NOT NULL,
    place_all boolean NOT NULL,
    without_spread boolean NOT NULL,
    certificate_key text,
    digest text,
    verified boolean NOT NULL,
    unplaced bigint NOT NULL,
    notes jsonb NOT NULL
);

ALTER TABLE ONLY public.splits FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.splits_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.splits_id_seq OWNED BY public.splits.id;

CREATE TABLE public.statement_copies (
    statement_id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    lines jsonb NOT NULL,
    releases bigint NOT NULL
);

ALTER TABLE ONLY public.statement_copies FORCE ROW LEVEL SECURITY;

CREATE TABLE public.statement_lines (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    agency_id bigint NOT NULL,
    statement_id bigint NOT NULL,
    payment_id bigint NOT NULL,
    placement_id bigint NOT NULL,
    case_id bigint NOT NULL,
    value_on date NOT NULL,
    kind character varying(8) NOT NULL,
    tier bigint NOT NULL,
    terms_id bigint,
    reason text NOT NULL,
    gross_minor bigint NOT NULL,
    rate_bps bigint NOT NULL,
    unrounded bigint NOT NULL,
    commission_minor bigint NOT NULL,
    round bigint NOT NULL,
    dpd bigint NOT NULL,
    cell text NOT NULL,
    bid_bps bigint NOT NULL,
    weight_bps bigint NOT NULL,
    score_bps bigint NOT NULL,
    tax_bps bigint NOT NULL,
    tax_included boolean NOT NULL,
    quality_minor bigint NOT NULL,
    holdback_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    fee_tax_minor bigint NOT NULL,
    again bigint NOT NULL,
    CONSTRAINT ck_statement_lines_a_true_up_is_no_cash CHECK ((((kind)::text <> 'true_up'::text) OR (gross_minor = 0) OR (reason = ANY (ARRAY['included'::text, 'excluded'::text])))),
    CONSTRAINT ck_statement_lines_excluded_earns_nothing CHECK ((((kind)::text <> 'excluded'::text) OR (commission_minor = 0)))
);

ALTER TABLE ONLY public.statement_lines FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.statement_lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.statement_lines_id_seq OWNED BY public.statement_lines.id;

CREATE SEQUENCE public.statements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.statements_id_seq OWNED BY public.statements.id;

CREATE TABLE public.tape_fixes (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    tape_id bigint NOT NULL,
    sheet text NOT NULL,
    "row" bigint NOT NULL,
    "column" text NOT NULL,
    sealed bytea,
    value_masked text NOT NULL,
    reason text NOT NULL,
    made_by_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_tape_fixes_a_cell_or_a_row CHECK ((("column" = ''::text) = (sealed IS NULL))),
    CONSTRAINT ck_tape_fixes_says_why CHECK ((length(reason) > 0))
);

ALTER TABLE ONLY public.tape_fixes FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.tape_fixes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.tape_fixes_id_seq OWNED BY public.tape_fixes.id;

CREATE TABLE public.tape_issues (
    id bigint NOT NULL,
    lender_id bigint NOT NULL,
    tape_id bigint NOT NULL,
    "row" bigint NOT NULL,
    "column" text NOT NULL,
    kind text NOT NULL,
    rejects boolean NOT NULL,
    value_masked text NOT NULL,
    sheet text NOT NULL
);

ALTER TABLE ONLY public.tape_issues FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.tape_issues_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.tape_issues_id_seq OWNED BY public.tape_issues.id;

CREATE TABLE public.tapes (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('TP'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    entity_id bigint NOT NULL,
    portfolio_id bigint,
    portfolio_name text NOT NULL,
    filename text NOT NULL,
    file_key text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    layout jsonb NOT NULL,
    mapping jsonb NOT NULL,
    defaults jsonb NOT NULL,
    expected_rows bigint,
    expected_principal_minor bigint,
    counts jsonb NOT NULL,
    status character varying(10) NOT NULL,
    progress bigint NOT NULL,
    failure text,
    version bigint NOT NULL,
    uploaded_by_id bigint NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    committed_at timestamp with time zone,
    difference_confirmed_by_id bigint
);

ALTER TABLE ONLY public.tapes FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.tapes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.tapes_id_seq OWNED BY public.tapes.id;

CREATE TABLE public.tax_statuses (
    id bigint NOT NULL,
    entity_id bigint NOT NULL,
    kind character varying(11) NOT NULL,
    rate_bps bigint NOT NULL,
    valid_from date NOT NULL,
    CONSTRAINT ck_tax_statuses_rate_plausible CHECK (((rate_bps >= 0) AND (rate_bps <= 2500)))
);

ALTER TABLE ONLY public.tax_statuses FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.tax_statuses_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.tax_statuses_id_seq OWNED BY public.tax_statuses.id;

CREATE TABLE public.track_records (
    id bigint NOT NULL,
    agency_id bigint NOT NULL,
    region_group text NOT NULL,
    product text NOT NULL,
    age_band text NOT NULL,
    cases bigint NOT NULL,
    exposure_minor bigint NOT NULL,
    recovered_minor bigint NOT NULL,
    as_of timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.track_records FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.track_records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.track_records_id_seq OWNED BY public.track_records.id;

CREATE TABLE public.uploads (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('UP'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    user_id bigint NOT NULL,
    filename text NOT NULL,
    size_bytes bigint NOT NULL,
    offset_bytes bigint NOT NULL,
    pieces bigint NOT NULL,
    file_key text NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    tape_id bigint,
    CONSTRAINT ck_uploads_fits CHECK (((offset_bytes >= 0) AND (offset_bytes <= size_bytes)))
);

ALTER TABLE ONLY public.uploads FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.uploads_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.uploads_id_seq OWNED BY public.uploads.id;

CREATE TABLE public.user_sessions (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('SE'::text, id, 7)) STORED NOT NULL,
    user_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    address text NOT NULL,
    agent text NOT NULL,
    two_factor boolean NOT NULL,
    ended_at timestamp with time zone
);

ALTER TABLE ONLY public.user_sessions FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.user_sessions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.user_sessions_id_seq OWNED BY public.user_sessions.id;

CREATE TABLE public.users (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('US'::text, id, 5)) STORED NOT NULL,
    organisation_id bigint NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role character varying(10) NOT NULL,
    password_hash text,
    totp_secret bytea,
    totp_step bigint NOT NULL,
    two_factor boolean NOT NULL,
    locale text NOT NULL,
    deactivated_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;

CREATE TABLE public.valuation_models (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('VM'::text, id, 5)) STORED NOT NULL,
    market text NOT NULL,
    version bigint NOT NULL,
    status character varying(9) NOT NULL,
    horizon_months bigint NOT NULL,
    fitted_at timestamp with time zone NOT NULL,
    window_from date,
    window_to date,
    n_outcomes bigint NOT NULL,
    n_lots bigint NOT NULL,
    metrics jsonb NOT NULL,
    objections text[] NOT NULL,
    file_key text,
    sha256 text,
    nominated_by_id bigint,
    nominated_at timestamp with time zone,
    reason text,
    activated_by_id bigint,
    activated_at timestamp with time zone,
    retired_at timestamp with time zone,
    CONSTRAINT ck_valuation_models_has_its_file CHECK (((version = 0) = (file_key IS NULL))),
    CONSTRAINT ck_valuation_models_two_people_activate CHECK ((activated_by_id <> nominated_by_id))
);

ALTER TABLE ONLY public.valuation_models FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.valuation_models_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.valuation_models_id_seq OWNED BY public.valuation_models.id;

CREATE TABLE public.valuations (
    id bigint NOT NULL,
    code text GENERATED ALWAYS AS (app.public_code('VA'::text, id, 5)) STORED NOT NULL,
    lender_id bigint NOT NULL,
    portfolio_id bigint,
    kind character varying(12) NOT NULL,
    name text NOT NULL,
    currency text NOT NULL,
    model_id bigint,
    months_seen bigint NOT NULL,
    cash_minor bigint NOT NULL,
    requested_by_id bigint,
    requested_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    failure text,
    cost_bps bigint NOT NULL,
    discount_bps bigint NOT NULL,
    commission_bps bigint NOT NULL,
    mean_minor bigint,
    p10_minor bigint,
    p50_minor bigint,
    p90_minor bigint,
    basis text,
    source jsonb NOT NULL,
    figures jsonb NOT NULL,
    CONSTRAINT ck_valuations_of_something CHECK (((portfolio_id IS NULL) = ((kind)::text = 'distribution'::text)))
);

ALTER TABLE ONLY public.valuations FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.valuations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.valuations_id_seq OWNED BY public.valuations.id;

ALTER TABLE ONLY public.agency_approvals ALTER COLUMN id SET DEFAULT nextval('public.agency_approvals_id_seq'::regclass);

ALTER TABLE ONLY public.auctions ALTER COLUMN id SET DEFAULT nextval('public.auctions_id_seq'::regclass);

ALTER TABLE ONLY public.audit_events ALTER COLUMN id SET DEFAULT nextval('public.audit_events_id_seq'::regclass);

ALTER TABLE ONLY public.band_checks ALTER COLUMN id SET DEFAULT nextval('public.band_checks_id_seq'::regclass);

ALTER TABLE ONLY public.bids ALTER COLUMN id SET DEFAULT nextval('public.bids_id_seq'::regclass);

ALTER TABLE ONLY public.book_checks ALTER COLUMN id SET DEFAULT nextval('public.book_checks_id_seq'::regclass);

ALTER TABLE ONLY public.cases ALTER COLUMN id SET DEFAULT nextval('public.cases_id_seq'::regclass);

ALTER TABLE ONLY public.commission_terms ALTER COLUMN id SET DEFAULT nextval('public.commission_terms_id_seq'::regclass);

ALTER TABLE ONLY public.contacts ALTER COLUMN id SET DEFAULT nextval('public.contacts_id_seq'::regclass);

ALTER TABLE ONLY public.credentials ALTER COLUMN id SET DEFAULT nextval('public.credentials_id_seq'::regclass);

ALTER TABLE ONLY public.creditors ALTER COLUMN id SET DEFAULT nextval('public.creditors_id_seq'::regclass);

ALTER TABLE ONLY public.debt_clearances ALTER COLUMN id SET DEFAULT nextval('public.debt_clearances_id_seq'::regclass);

ALTER TABLE ONLY public.debtors ALTER COLUMN id SET DEFAULT nextval('public.debtors_id_seq'::regclass);

ALTER TABLE ONLY public.entity_bank_accounts ALTER COLUMN id SET DEFAULT nextval('public.entity_bank_accounts_id_seq'::regclass);

ALTER TABLE ONLY public.feed_absences ALTER COLUMN id SET DEFAULT nextval('public.feed_absences_id_seq'::regclass);

ALTER TABLE ONLY public.feed_alarms ALTER COLUMN id SET DEFAULT nextval('public.feed_alarms_id_seq'::regclass);

ALTER TABLE ONLY public.feed_deliveries ALTER COLUMN id SET DEFAULT nextval('public.feed_deliveries_id_seq'::regclass);

ALTER TABLE ONLY public.feed_issues ALTER COLUMN id SET DEFAULT nextval('public.feed_issues_id_seq'::regclass);

ALTER TABLE ONLY public.feed_keys ALTER COLUMN id SET DEFAULT nextval('public.feed_keys_id_seq'::regclass);

ALTER TABLE ONLY public.feeds ALTER COLUMN id SET DEFAULT nextval('public.feeds_id_seq'::regclass);

ALTER TABLE ONLY public.framework_contracts ALTER COLUMN id SET DEFAULT nextval('public.framework_contracts_id_seq'::regclass);

ALTER TABLE ONLY public.holds ALTER COLUMN id SET DEFAULT nextval('public.holds_id_seq'::regclass);

ALTER TABLE ONLY public.incidents ALTER COLUMN id SET DEFAULT nextval('public.incidents_id_seq'::regclass);

ALTER TABLE ONLY public.intake_batches ALTER COLUMN id SET DEFAULT nextval('public.intake_batches_id_seq'::regclass);

ALTER TABLE ONLY public.intake_decisions ALTER COLUMN id SET DEFAULT nextval('public.intake_decisions_id_seq'::regclass);

ALTER TABLE ONLY public.intake_files ALTER COLUMN id SET DEFAULT nextval('public.intake_files_id_seq'::regclass);

ALTER TABLE ONLY public.intake_groups ALTER COLUMN id SET DEFAULT nextval('public.intake_groups_id_seq'::regclass);

ALTER TABLE ONLY public.intake_lines ALTER COLUMN id SET DEFAULT nextval('public.intake_lines_id_seq'::regclass);

ALTER TABLE ONLY public.intake_runs ALTER COLUMN id SET DEFAULT nextval('public.intake_runs_id_seq'::regclass);

ALTER TABLE ONLY public.invitations ALTER COLUMN id SET DEFAULT nextval('public.invitations_id_seq'::regclass);

ALTER TABLE ONLY public.journal_proposals ALTER COLUMN id SET DEFAULT nextval('public.journal_proposals_id_seq'::regclass);

ALTER TABLE ONLY public.journals ALTER COLUMN id SET DEFAULT nextval('public.journals_id_seq'::regclass);

ALTER TABLE ONLY public.ledger_accounts ALTER COLUMN id SET DEFAULT nextval('public.ledger_accounts_id_seq'::regclass);

ALTER TABLE ONLY public.ledger_periods ALTER COLUMN id SET DEFAULT nextval('public.ledger_periods_id_seq'::regclass);

ALTER TABLE ONLY public.legal_entities ALTER COLUMN id SET DEFAULT nextval('public.legal_entities_id_seq'::regclass);

ALTER TABLE ONLY public.line_disputes ALTER COLUMN id SET DEFAULT nextval('public.line_disputes_id_seq'::regclass);

ALTER TABLE ONLY public.mapping_templates ALTER COLUMN id SET DEFAULT nextval('public.mapping_templates_id_seq'::regclass);

ALTER TABLE ONLY public.nda_signatures ALTER COLUMN id SET DEFAULT nextval('public.nda_signatures_id_seq'::regclass);

ALTER TABLE ONLY public.ndas ALTER COLUMN id SET DEFAULT nextval('public.ndas_id_seq'::regclass);

ALTER TABLE ONLY public.notifications ALTER COLUMN id SET DEFAULT nextval('public.notifications_id_seq'::regclass);

ALTER TABLE ONLY public.organisations ALTER COLUMN id SET DEFAULT nextval('public.organisations_id_seq'::regclass);

ALTER TABLE ONLY public.password_resets ALTER COLUMN id SET DEFAULT nextval('public.password_resets_id_seq'::regclass);

ALTER TABLE ONLY public.payment_files ALTER COLUMN id SET DEFAULT nextval('public.payment_files_id_seq'::regclass);

ALTER TABLE ONLY public.payments ALTER COLUMN id SET DEFAULT nextval('public.payments_id_seq'::regclass);

ALTER TABLE ONLY public.placements ALTER COLUMN id SET DEFAULT nextval('public.placements_id_seq'::regclass);

ALTER TABLE ONLY public.portfolios ALTER COLUMN id SET DEFAULT nextval('public.portfolios_id_seq'::regclass);

ALTER TABLE ONLY public.postings ALTER COLUMN id SET DEFAULT nextval('public.postings_id_seq'::regclass);

ALTER TABLE ONLY public.processing_agreements ALTER COLUMN id SET DEFAULT nextval('public.processing_agreements_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

ALTER TABLE ONLY public.promises ALTER COLUMN id SET DEFAULT nextval('public.promises_id_seq'::regclass);

ALTER TABLE ONLY public.quality_scores ALTER COLUMN id SET DEFAULT nextval('public.quality_scores_id_seq'::regclass);

ALTER TABLE ONLY public.questions ALTER COLUMN id SET DEFAULT nextval('public.questions_id_seq'::regclass);

ALTER TABLE ONLY public.rail_accounts ALTER COLUMN id SET DEFAULT nextval('public.rail_accounts_id_seq'::regclass);

ALTER TABLE ONLY public.rail_checkouts ALTER COLUMN id SET DEFAULT nextval('public.rail_checkouts_id_seq'::regclass);

ALTER TABLE ONLY public.rail_operations ALTER COLUMN id SET DEFAULT nextval('public.rail_operations_id_seq'::regclass);

ALTER TABLE ONLY public.rail_transactions ALTER COLUMN id SET DEFAULT nextval('public.rail_transactions_id_seq'::regclass);

ALTER TABLE ONLY public.received_invoices ALTER COLUMN id SET DEFAULT nextval('public.received_invoices_id_seq'::regclass);

ALTER TABLE ONLY public.recovery_codes ALTER COLUMN id SET DEFAULT nextval('public.recovery_codes_id_seq'::regclass);

ALTER TABLE ONLY public.release_classes ALTER COLUMN id SET DEFAULT nextval('public.release_classes_id_seq'::regclass);

ALTER TABLE ONLY public.release_members ALTER COLUMN id SET DEFAULT nextval('public.release_members_id_seq'::regclass);

ALTER TABLE ONLY public.releases ALTER COLUMN id SET DEFAULT nextval('public.releases_id_seq'::regclass);

ALTER TABLE ONLY public.remittances ALTER COLUMN id SET DEFAULT nextval('public.remittances_id_seq'::regclass);

ALTER TABLE ONLY public.room_views ALTER COLUMN id SET DEFAULT nextval('public.room_views_id_seq'::regclass);

ALTER TABLE ONLY public.security_keys ALTER COLUMN id SET DEFAULT nextval('public.security_keys_id_seq'::regclass);

ALTER TABLE ONLY public.segments ALTER COLUMN id SET DEFAULT nextval('public.segments_id_seq'::regclass);

ALTER TABLE ONLY public.sign_in_attempts ALTER COLUMN id SET DEFAULT nextval('public.sign_in_attempts_id_seq'::regclass);

ALTER TABLE ONLY public.single_sign_ons ALTER COLUMN id SET DEFAULT nextval('public.single_sign_ons_id_seq'::regclass);

ALTER TABLE ONLY public.split_shares ALTER COLUMN id SET DEFAULT nextval('public.split_shares_id_seq'::regclass);

ALTER TABLE ONLY public.splits ALTER COLUMN id SET DEFAULT nextval('public.splits_id_seq'::regclass);

ALTER TABLE ONLY public.statement_lines ALTER COLUMN id SET DEFAULT nextval('public.statement_lines_id_seq'::regclass);

ALTER TABLE ONLY public.statements ALTER COLUMN id SET DEFAULT nextval('public.statements_id_seq'::regclass);

ALTER TABLE ONLY public.tape_fixes ALTER COLUMN id SET DEFAULT nextval('public.tape_fixes_id_seq'::regclass);

ALTER TABLE ONLY public.tape_issues ALTER COLUMN id SET DEFAULT nextval('public.tape_issues_id_seq'::regclass);

ALTER TABLE ONLY public.tapes ALTER COLUMN id SET DEFAULT nextval('public.tapes_id_seq'::regclass);

ALTER TABLE ONLY public.tax_statuses ALTER COLUMN id SET DEFAULT nextval('public.tax_statuses_id_seq'::regclass);

ALTER TABLE ONLY public.track_records ALTER COLUMN id SET DEFAULT nextval('public.track_records_id_seq'::regclass);

ALTER TABLE ONLY public.uploads ALTER COLUMN id SET DEFAULT nextval('public.uploads_id_seq'::regclass);

ALTER TABLE ONLY public.user_sessions ALTER COLUMN id SET DEFAULT nextval('public.user_sessions_id_seq'::regclass);

ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);

ALTER TABLE ONLY public.valuation_models ALTER COLUMN id SET DEFAULT nextval('public.valuation_models_id_seq'::regclass);

ALTER TABLE ONLY public.valuations ALTER COLUMN id SET DEFAULT nextval('public.valuations_id_seq'::regclass);

ALTER TABLE ONLY public.agency_approvals
    ADD CONSTRAINT pk_agency_approvals PRIMARY KEY (id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT pk_auctions PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT pk_audit_events PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT pk_audit_heads PRIMARY KEY (chain);

ALTER TABLE ONLY public.band_checks
    ADD CONSTRAINT pk_band_checks PRIMARY KEY (id);

ALTER TABLE ONLY public.bids
    ADD CONSTRAINT pk_bids PRIMARY KEY (id);

ALTER TABLE ONLY public.book_checks
    ADD CONSTRAINT pk_book_checks PRIMARY KEY (id);

ALTER TABLE ONLY public.case_balances
    ADD CONSTRAINT pk_case_balances PRIMARY KEY (case_id, as_of, file_sha256);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT pk_cases PRIMARY KEY (id);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT pk_commission_terms PRIMARY KEY (id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT pk_contacts PRIMARY KEY (id);

ALTER TABLE ONLY public.coverage_figures
    ADD CONSTRAINT pk_coverage_figures PRIMARY KEY (market, months);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT pk_credentials PRIMARY KEY (id);

ALTER TABLE ONLY public.creditors
    ADD CONSTRAINT pk_creditors PRIMARY KEY (id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT pk_debt_clearances PRIMARY KEY (id);

ALTER TABLE ONLY public.debtors
    ADD CONSTRAINT pk_debtors PRIMARY KEY (id);

ALTER TABLE ONLY public.entity_bank_accounts
    ADD CONSTRAINT pk_entity_bank_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.feed_absences
    ADD CONSTRAINT pk_feed_absences PRIMARY KEY (id);

ALTER TABLE ONLY public.feed_alarms
    ADD CONSTRAINT pk_feed_alarms PRIMARY KEY (id);

ALTER TABLE ONLY public.feed_deliveries
    ADD CONSTRAINT pk_feed_deliveries PRIMARY KEY (id);

ALTER TABLE ONLY public.feed_issues
    ADD CONSTRAINT pk_feed_issues PRIMARY KEY (id);

ALTER TABLE ONLY public.feed_keys
    ADD CONSTRAINT pk_feed_keys PRIMARY KEY (id);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT pk_feeds PRIMARY KEY (id);

ALTER TABLE ONLY public.framework_contracts
    ADD CONSTRAINT pk_framework_contracts PRIMARY KEY (id);

ALTER TABLE ONLY public.holdback_releases
    ADD CONSTRAINT pk_holdback_releases PRIMARY KEY (held_by_id);

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT pk_holds PRIMARY KEY (id);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT pk_incidents PRIMARY KEY (id);

ALTER TABLE ONLY public.intake_batches
    ADD CONSTRAINT pk_intake_batches PRIMARY KEY (id);

ALTER TABLE ONLY public.intake_decision_lines
    ADD CONSTRAINT pk_intake_decision_lines PRIMARY KEY (decision_id, line_id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT pk_intake_decisions PRIMARY KEY (id);

ALTER TABLE ONLY public.intake_figures
    ADD CONSTRAINT pk_intake_figures PRIMARY KEY (group_id);

ALTER TABLE ONLY public.intake_files
    ADD CONSTRAINT pk_intake_files PRIMARY KEY (id);

ALTER TABLE ONLY public.intake_groups
    ADD CONSTRAINT pk_intake_groups PRIMARY KEY (id);

ALTER TABLE ONLY public.intake_lines
    ADD CONSTRAINT pk_intake_lines PRIMARY KEY (id);

ALTER TABLE ONLY public.intake_members
    ADD CONSTRAINT pk_intake_members PRIMARY KEY (group_id, line_id);

ALTER TABLE ONLY public.intake_payments
    ADD CONSTRAINT pk_intake_payments PRIMARY KEY (line_id, payment_id);

ALTER TABLE ONLY public.intake_portions
    ADD CONSTRAINT pk_intake_portions PRIMARY KEY (decision_id, case_id);

ALTER TABLE ONLY public.intake_runs
    ADD CONSTRAINT pk_intake_runs PRIMARY KEY (id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT pk_invitations PRIMARY KEY (id);

ALTER TABLE ONLY public.job_progress
    ADD CONSTRAINT pk_job_progress PRIMARY KEY (subject_table, subject_id);

ALTER TABLE ONLY public.journal_links
    ADD CONSTRAINT pk_journal_links PRIMARY KEY (sequence);

ALTER TABLE ONLY public.journal_proposals
    ADD CONSTRAINT pk_journal_proposals PRIMARY KEY (id);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT pk_journals PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT pk_ledger_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_periods
    ADD CONSTRAINT pk_ledger_periods PRIMARY KEY (id);

ALTER TABLE ONLY public.legal_entities
    ADD CONSTRAINT pk_legal_entities PRIMARY KEY (id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT pk_line_disputes PRIMARY KEY (id);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT pk_mails PRIMARY KEY (id);

ALTER TABLE ONLY public.mapping_templates
    ADD CONSTRAINT pk_mapping_templates PRIMARY KEY (id);

ALTER TABLE ONLY public.nda_signatures
    ADD CONSTRAINT pk_nda_signatures PRIMARY KEY (id);

ALTER TABLE ONLY public.ndas
    ADD CONSTRAINT pk_ndas PRIMARY KEY (id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT pk_notifications PRIMARY KEY (id);

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT pk_organisations PRIMARY KEY (id);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT pk_password_resets PRIMARY KEY (id);

ALTER TABLE ONLY public.payment_file_items
    ADD CONSTRAINT pk_payment_file_items PRIMARY KEY (file_id, statement_id);

ALTER TABLE ONLY public.payment_files
    ADD CONSTRAINT pk_payment_files PRIMARY KEY (id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT pk_payments PRIMARY KEY (id);

ALTER TABLE ONLY public.placement_cases
    ADD CONSTRAINT pk_placement_cases PRIMARY KEY (placement_id, case_id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT pk_placements PRIMARY KEY (id);

ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT pk_portfolios PRIMARY KEY (id);

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT pk_postings PRIMARY KEY (id);

ALTER TABLE ONLY public.processing_agreements
    ADD CONSTRAINT pk_processing_agreements PRIMARY KEY (id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT pk_promises PRIMARY KEY (id);

ALTER TABLE ONLY public.quality_scores
    ADD CONSTRAINT pk_quality_scores PRIMARY KEY (id);

ALTER TABLE ONLY public.question_askers
    ADD CONSTRAINT pk_question_askers PRIMARY KEY (question_id);

ALTER TABLE ONLY public.questions
    ADD CONSTRAINT pk_questions PRIMARY KEY (id);

ALTER TABLE ONLY public.rail_accounts
    ADD CONSTRAINT pk_rail_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT pk_rail_checkouts PRIMARY KEY (id);

ALTER TABLE ONLY public.rail_events
    ADD CONSTRAINT pk_rail_events PRIMARY KEY (event_id);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT pk_rail_operations PRIMARY KEY (id);

ALTER TABLE ONLY public.rail_transactions
    ADD CONSTRAINT pk_rail_transactions PRIMARY KEY (id);

ALTER TABLE ONLY public.received_invoices
    ADD CONSTRAINT pk_received_invoices PRIMARY KEY (id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT pk_recovery_codes PRIMARY KEY (id);

ALTER TABLE ONLY public.release_classes
    ADD CONSTRAINT pk_release_classes PRIMARY KEY (id);

ALTER TABLE ONLY public.release_members
    ADD CONSTRAINT pk_release_members PRIMARY KEY (id);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT pk_releases PRIMARY KEY (id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT pk_remittances PRIMARY KEY (id);

ALTER TABLE ONLY public.room_views
    ADD CONSTRAINT pk_room_views PRIMARY KEY (id);

ALTER TABLE ONLY public.security_keys
    ADD CONSTRAINT pk_security_keys PRIMARY KEY (id);

ALTER TABLE ONLY public.segments
    ADD CONSTRAINT pk_segments PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_in_attempts
    ADD CONSTRAINT pk_sign_in_attempts PRIMARY KEY (id);

ALTER TABLE ONLY public.single_sign_ons
    ADD CONSTRAINT pk_single_sign_ons PRIMARY KEY (id);

ALTER TABLE ONLY public.split_cases
    ADD CONSTRAINT pk_split_cases PRIMARY KEY (split_id, case_id);

ALTER TABLE ONLY public.split_shares
    ADD CONSTRAINT pk_split_shares PRIMARY KEY (id);

ALTER TABLE ONLY public.splits
    ADD CONSTRAINT pk_splits PRIMARY KEY (id);

ALTER TABLE ONLY public.statement_copies
    ADD CONSTRAINT pk_statement_copies PRIMARY KEY (statement_id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT pk_statement_lines PRIMARY KEY (id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT pk_statements PRIMARY KEY (id);

ALTER TABLE ONLY public.tape_fixes
    ADD CONSTRAINT pk_tape_fixes PRIMARY KEY (id);

ALTER TABLE ONLY public.tape_issues
    ADD CONSTRAINT pk_tape_issues PRIMARY KEY (id);

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT pk_tapes PRIMARY KEY (id);

ALTER TABLE ONLY public.tax_statuses
    ADD CONSTRAINT pk_tax_statuses PRIMARY KEY (id);

ALTER TABLE ONLY public.track_records
    ADD CONSTRAINT pk_track_records PRIMARY KEY (id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT pk_uploads PRIMARY KEY (id);

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT pk_user_sessions PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT pk_users PRIMARY KEY (id);

ALTER TABLE ONLY public.valuation_models
    ADD CONSTRAINT pk_valuation_models PRIMARY KEY (id);

ALTER TABLE ONLY public.valuations
    ADD CONSTRAINT pk_valuations PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT uq_auctions_code UNIQUE (code);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT uq_auctions_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT uq_audit_events_chain_sequence UNIQUE (chain, sequence);

ALTER TABLE ONLY public.band_checks
    ADD CONSTRAINT uq_band_checks_valuation_id_months UNIQUE (valuation_id, months);

ALTER TABLE ONLY public.bids
    ADD CONSTRAINT uq_bids_auction_id_agency_id_version UNIQUE (auction_id, agency_id, version);

ALTER TABLE ONLY public.bids
    ADD CONSTRAINT uq_bids_code UNIQUE (code);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT uq_cases_code UNIQUE (code);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT uq_cases_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT uq_cases_lender_id_lender_case_no UNIQUE (lender_id, lender_case_no);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT uq_commission_terms_contract_id_version UNIQUE (contract_id, version);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT uq_credentials_code UNIQUE (code);

ALTER TABLE ONLY public.creditors
    ADD CONSTRAINT uq_creditors_portfolio_id_valid_from_name UNIQUE (portfolio_id, valid_from, name);

ALTER TABLE ONLY public.debtors
    ADD CONSTRAINT uq_debtors_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.debtors
    ADD CONSTRAINT uq_debtors_lender_id_person_index UNIQUE (lender_id, person_index);

ALTER TABLE ONLY public.feed_alarms
    ADD CONSTRAINT uq_feed_alarms_feed_id_due_at UNIQUE (feed_id, due_at);

ALTER TABLE ONLY public.feed_deliveries
    ADD CONSTRAINT uq_feed_deliveries_code UNIQUE (code);

ALTER TABLE ONLY public.feed_deliveries
    ADD CONSTRAINT uq_feed_deliveries_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.feed_keys
    ADD CONSTRAINT uq_feed_keys_key_hash UNIQUE (key_hash);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT uq_feeds_code UNIQUE (code);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT uq_feeds_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT uq_feeds_lender_id_name UNIQUE (lender_id, name);

ALTER TABLE ONLY public.framework_contracts
    ADD CONSTRAINT uq_framework_contracts_lender_id_number UNIQUE (lender_id, number);

ALTER TABLE ONLY public.intake_batches
    ADD CONSTRAINT uq_intake_batches_code UNIQUE (code);

ALTER TABLE ONLY public.intake_batches
    ADD CONSTRAINT uq_intake_batches_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT uq_intake_decisions_code UNIQUE (code);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT uq_intake_decisions_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.intake_groups
    ADD CONSTRAINT uq_intake_groups_code UNIQUE (code);

ALTER TABLE ONLY public.intake_groups
    ADD CONSTRAINT uq_intake_groups_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.intake_lines
    ADD CONSTRAINT uq_intake_lines_lender_id_dedupe_key UNIQUE (lender_id, dedupe_key);

ALTER TABLE ONLY public.intake_runs
    ADD CONSTRAINT uq_intake_runs_batch_id UNIQUE (batch_id);

ALTER TABLE ONLY public.intake_runs
    ADD CONSTRAINT uq_intake_runs_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT uq_invitations_code UNIQUE (code);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT uq_invitations_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY public.journal_links
    ADD CONSTRAINT uq_journal_links_journal_id UNIQUE (journal_id);

ALTER TABLE ONLY public.journal_proposals
    ADD CONSTRAINT uq_journal_proposals_code UNIQUE (code);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT uq_journals_idempotency_key UNIQUE (idempotency_key);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT uq_journals_reverses_id UNIQUE (reverses_id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT uq_ledger_accounts_kind_organisation_id_currency UNIQUE NULLS NOT DISTINCT (kind, organisation_id, currency);

ALTER TABLE ONLY public.ledger_periods
    ADD CONSTRAINT uq_ledger_periods_month_start UNIQUE (month_start);

ALTER TABLE ONLY public.legal_entities
    ADD CONSTRAINT uq_legal_entities_code UNIQUE (code);

ALTER TABLE ONLY public.legal_entities
    ADD CONSTRAINT uq_legal_entities_organisation_id_id UNIQUE (organisation_id, id);

ALTER TABLE ONLY public.legal_entities
    ADD CONSTRAINT uq_legal_entities_uscc UNIQUE (uscc);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT uq_line_disputes_code UNIQUE (code);

ALTER TABLE ONLY public.mapping_templates
    ADD CONSTRAINT uq_mapping_templates_lender_id_headers_sha256 UNIQUE (lender_id, headers_sha256);

ALTER TABLE ONLY public.nda_signatures
    ADD CONSTRAINT uq_nda_signatures_nda_id_agency_id UNIQUE (nda_id, agency_id);

ALTER TABLE ONLY public.ndas
    ADD CONSTRAINT uq_ndas_lender_id_version UNIQUE (lender_id, version);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT uq_notifications_organisation_id_event_id UNIQUE (organisation_id, event_id);

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT uq_organisations_code UNIQUE (code);

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT uq_organisations_short_code UNIQUE (short_code);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT uq_password_resets_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY public.payment_files
    ADD CONSTRAINT uq_payment_files_code UNIQUE (code);

ALTER TABLE ONLY public.payment_files
    ADD CONSTRAINT uq_payment_files_message_id UNIQUE (message_id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT uq_payments_code UNIQUE (code);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT uq_payments_lender_id_ledger_ref UNIQUE (lender_id, ledger_ref);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT uq_placements_code UNIQUE (code);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT uq_placements_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT uq_portfolios_code UNIQUE (code);

ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT uq_portfolios_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT uq_portfolios_lender_id_name UNIQUE (lender_id, name);

ALTER TABLE ONLY public.rail_accounts
    ADD CONSTRAINT uq_rail_accounts_account_ref UNIQUE (account_ref);

ALTER TABLE ONLY public.rail_accounts
    ADD CONSTRAINT uq_rail_accounts_customer_ref UNIQUE (customer_ref);

ALTER TABLE ONLY public.rail_accounts
    ADD CONSTRAINT uq_rail_accounts_organisation_id UNIQUE (organisation_id);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT uq_rail_checkouts_code UNIQUE (code);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT uq_rail_checkouts_intent_ref UNIQUE (intent_ref);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT uq_rail_checkouts_session_ref UNIQUE (session_ref);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT uq_rail_operations_op_id UNIQUE (op_id);

ALTER TABLE ONLY public.rail_transactions
    ADD CONSTRAINT uq_rail_transactions_transaction_ref UNIQUE (transaction_ref);

ALTER TABLE ONLY public.release_classes
    ADD CONSTRAINT uq_release_classes_release_id_number UNIQUE (release_id, number);

ALTER TABLE ONLY public.release_members
    ADD CONSTRAINT uq_release_members_portfolio_id_number UNIQUE (portfolio_id, number);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT uq_releases_lender_id_id UNIQUE (lender_id, id);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT uq_releases_portfolio_id_number UNIQUE (portfolio_id, number);

ALTER TABLE ONLY public.room_views
    ADD CONSTRAINT uq_room_views_code UNIQUE (code);

ALTER TABLE ONLY public.security_keys
    ADD CONSTRAINT uq_security_keys_code UNIQUE (code);

ALTER TABLE ONLY public.security_keys
    ADD CONSTRAINT uq_security_keys_credential_id UNIQUE (credential_id);

ALTER TABLE ONLY public.segments
    ADD CONSTRAINT uq_segments_auction_id_number UNIQUE (auction_id, number);

ALTER TABLE ONLY public.single_sign_ons
    ADD CONSTRAINT uq_single_sign_ons_issuer_subject UNIQUE (issuer, subject);

ALTER TABLE ONLY public.split_shares
    ADD CONSTRAINT uq_split_shares_split_id_agency_id UNIQUE (split_id, agency_id);

ALTER TABLE ONLY public.splits
    ADD CONSTRAINT uq_splits_code UNIQUE (code);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT uq_statements_code UNIQUE (code);

ALTER TABLE ONLY public.tape_fixes
    ADD CONSTRAINT uq_tape_fixes_tape_id_sheet_row_column UNIQUE (tape_id, sheet, "row", "column");

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT uq_tapes_code UNIQUE (code);

ALTER TABLE ONLY public.tax_statuses
    ADD CONSTRAINT uq_tax_statuses_entity_id_valid_from UNIQUE (entity_id, valid_from);

ALTER TABLE ONLY public.track_records
    ADD CONSTRAINT uq_track_records_agency_id_region_group_product_age_band UNIQUE (agency_id, region_group, product, age_band);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uq_uploads_code UNIQUE (code);

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT uq_user_sessions_code UNIQUE (code);

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT uq_user_sessions_token_hash UNIQUE (token_hash);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT uq_users_code UNIQUE (code);

ALTER TABLE ONLY public.valuation_models
    ADD CONSTRAINT uq_valuation_models_code UNIQUE (code);

ALTER TABLE ONLY public.valuation_models
    ADD CONSTRAINT uq_valuation_models_market_version UNIQUE (market, version);

ALTER TABLE ONLY public.valuations
    ADD CONSTRAINT uq_valuations_code UNIQUE (code);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX ix_agency_approvals_agency_id ON public.agency_approvals USING btree (agency_id);

CREATE INDEX ix_agency_approvals_lender_id ON public.agency_approvals USING btree (lender_id);

CREATE INDEX ix_auctions_lender_id ON public.auctions USING btree (lender_id);

CREATE INDEX ix_auctions_portfolio_id ON public.auctions USING btree (portfolio_id);

CREATE INDEX ix_auctions_release_id ON public.auctions USING btree (release_id);

CREATE INDEX ix_audit_events_parties ON public.audit_events USING gin (parties);

CREATE INDEX ix_audit_events_subject_table_audit_events_subject_id ON public.audit_events USING btree (subject_table, subject_id);

CREATE INDEX ix_bids_agency_id ON public.bids USING btree (agency_id);

CREATE INDEX ix_bids_auction_id ON public.bids USING btree (auction_id);

CREATE INDEX ix_cases_agency_id ON public.cases USING btree (agency_id, id) WHERE (agency_id IS NOT NULL);

CREATE INDEX ix_cases_debtor_id ON public.cases USING btree (debtor_id);

CREATE INDEX ix_cases_lender_balance ON public.cases USING btree (lender_id, balance_minor, id);

CREATE INDEX ix_cases_portfolio_id_cases_id ON public.cases USING btree (portfolio_id, id);

CREATE INDEX ix_commission_terms_agency_id ON public.commission_terms USING btree (agency_id);

CREATE INDEX ix_commission_terms_lender_id ON public.commission_terms USING btree (lender_id);

CREATE INDEX ix_contacts_agency_day ON public.contacts USING btree (agency_id, started_at) WHERE (agency_id IS NOT NULL);

CREATE INDEX ix_contacts_case_id_contacts_id ON public.contacts USING btree (case_id, id);

CREATE INDEX ix_contacts_number_index_contacts_local_day ON public.contacts USING btree (number_index, local_day);

CREATE INDEX ix_contacts_person_index_contacts_local_day ON public.contacts USING btree (person_index, local_day);

CREATE INDEX ix_credentials_organisation_id ON public.credentials USING btree (organisation_id);

CREATE INDEX ix_creditors_lender_id ON public.creditors USING btree (lender_id);

CREATE INDEX ix_creditors_portfolio_id ON public.creditors USING btree (portfolio_id);

CREATE INDEX ix_debt_clearances_agency_id ON public.debt_clearances USING btree (agency_id);

CREATE INDEX ix_debt_clearances_lender_id ON public.debt_clearances USING btree (lender_id);

CREATE INDEX ix_debt_clearances_statement_id ON public.debt_clearances USING btree (statement_id);

CREATE INDEX ix_debtors_person_index ON public.debtors USING btree (person_index);

CREATE INDEX ix_entity_bank_accounts_entity_id ON public.entity_bank_accounts USING btree (entity_id);

CREATE INDEX ix_entity_bank_accounts_organisation_id ON public.entity_bank_accounts USING btree (organisation_id);

CREATE INDEX ix_feed_absences_case_id ON public.feed_absences USING btree (case_id);

CREATE INDEX ix_feed_deliveries_feed_id_feed_deliveries_sha256 ON public.feed_deliveries USING btree (feed_id, sha256);

CREATE INDEX ix_feed_issues_delivery_id_feed_issues_id ON public.feed_issues USING btree (delivery_id, id);

CREATE INDEX ix_feed_keys_feed_id ON public.feed_keys USING btree (feed_id);

CREATE INDEX ix_framework_contracts_agency_id ON public.framework_contracts USING btree (agency_id);

CREATE INDEX ix_framework_contracts_lender_id ON public.framework_contracts USING btree (lender_id);

CREATE INDEX ix_holdback_releases_agency_id ON public.holdback_releases USING btree (agency_id);

CREATE INDEX ix_holdback_releases_released_by_id ON public.holdback_releases USING btree (released_by_id);

CREATE INDEX ix_holds_debtor_id ON public.holds USING btree (debtor_id);

CREATE INDEX ix_holds_starts_at ON public.holds USING btree (starts_at);

CREATE INDEX ix_intake_batches_agency ON public.intake_batches USING btree (agency_id, brought_at) WHERE (agency_id IS NOT NULL);

CREATE INDEX ix_intake_batches_lender_id_intake_batches_month_start ON public.intake_batches USING btree (lender_id, month_start);

CREATE INDEX ix_intake_decision_lines_line_id ON public.intake_decision_lines USING btree (line_id);

CREATE INDEX ix_intake_decisions_lender_id_intake_decisions_month_start ON public.intake_decisions USING btree (lender_id, month_start);

CREATE INDEX ix_intake_decisions_reverses_id ON public.intake_decisions USING btree (reverses_id);

CREATE INDEX ix_intake_files_batch_id ON public.intake_files USING btree (batch_id);

CREATE INDEX ix_intake_groups_run_id ON public.intake_groups USING btree (run_id);

CREATE INDEX ix_intake_lines_agency ON public.intake_lines USING btree (agency_id, lender_id, month_start) WHERE (agency_id IS NOT NULL);

CREATE INDEX ix_intake_lines_lender_id_intake_lines_month_start_inta_a319 ON public.intake_lines USING btree (lender_id, month_start, id);

CREATE INDEX ix_intake_members_agency ON public.intake_members USING btree (agency_id, group_id) WHERE (agency_id IS NOT NULL);

CREATE INDEX ix_intake_members_line_id_intake_members_group_id ON public.intake_members USING btree (line_id, group_id);

CREATE INDEX ix_intake_runs_lender_id_intake_runs_month_start ON public.intake_runs USING btree (lender_id, month_start);

CREATE INDEX ix_invitations_organisation_id ON public.invitations USING btree (organisation_id);

CREATE INDEX ix_journals_day_of ON public.journals USING btree (id) INCLUDE (effective_on);

CREATE INDEX ix_journals_effective_on_journals_id ON public.journals USING btree (effective_on, id);

CREATE INDEX ix_legal_entities_organisation_id ON public.legal_entities USING btree (organisation_id);

CREATE INDEX ix_line_disputes_agency_id ON public.line_disputes USING btree (agency_id);

CREATE INDEX ix_line_disputes_lender_id ON public.line_disputes USING btree (lender_id);

CREATE INDEX ix_line_disputes_payment_id ON public.line_disputes USING btree (payment_id);

CREATE INDEX ix_line_disputes_statement_id ON public.line_disputes USING btree (statement_id);

CREATE INDEX ix_nda_signatures_agency_id ON public.nda_signatures USING btree (agency_id);

CREATE INDEX ix_nda_signatures_lender_id ON public.nda_signatures USING btree (lender_id);

CREATE INDEX ix_notifications_organisation_id_notifications_id ON public.notifications USING btree (organisation_id, id);

CREATE INDEX ix_password_resets_user_id ON public.password_resets USING btree (user_id);

CREATE INDEX ix_payment_file_items_statement_id ON public.payment_file_items USING btree (statement_id);

CREATE INDEX ix_payment_files_lender_id ON public.payment_files USING btree (lender_id);

CREATE INDEX ix_payments_agency_day ON public.payments USING btree (agency_id, reported_at) WHERE (agency_id IS NOT NULL);

CREATE INDEX ix_payments_case_id ON public.payments USING btree (case_id);

CREATE INDEX ix_payments_lender_id_payments_value_on ON public.payments USING btree (lender_id, value_on);

CREATE INDEX ix_payments_placement_id_payments_value_on ON public.payments USING btree (placement_id, value_on);

CREATE INDEX ix_placements_agency_id ON public.placements USING btree (agency_id);

CREATE INDEX ix_placements_lender_id ON public.placements USING btree (lender_id);

CREATE INDEX ix_placements_portfolio_id ON public.placements USING btree (portfolio_id);

CREATE INDEX ix_portfolios_lender_id ON public.portfolios USING btree (lender_id);

CREATE INDEX ix_postings_account_id ON public.postings USING btree (account_id) INCLUDE (amount_minor);

CREATE INDEX ix_postings_journal_id ON public.postings USING btree (journal_id);

CREATE INDEX ix_processing_agreements_contract_id ON public.processing_agreements USING btree (contract_id);

CREATE INDEX ix_quality_scores_agency_id ON public.quality_scores USING btree (agency_id);

CREATE INDEX ix_quality_scores_lender_id_quality_scores_agency_id_qu_67a8 ON public.quality_scores USING btree (lender_id, agency_id, month_start);

CREATE INDEX ix_questions_auction_id ON public.questions USING btree (auction_id);

CREATE INDEX ix_rail_checkouts_case_id ON public.rail_checkouts USING btree (case_id);

CREATE INDEX ix_rail_checkouts_lender_id ON public.rail_checkouts USING btree (lender_id);

CREATE INDEX ix_rail_operations_external_ref ON public.rail_operations USING btree (external_ref);

CREATE INDEX ix_rail_operations_statement_id ON public.rail_operations USING btree (statement_id);

CREATE INDEX ix_rail_operations_status_rail_operations_next_try_at ON public.rail_operations USING btree (status, next_try_at);

CREATE INDEX ix_received_invoices_agency_id ON public.received_invoices USING btree (agency_id);

CREATE INDEX ix_received_invoices_lender_id ON public.received_invoices USING btree (lender_id);

CREATE INDEX ix_received_invoices_statement_id ON public.received_invoices USING btree (statement_id);

CREATE INDEX ix_recovery_codes_user_id ON public.recovery_codes USING btree (user_id);

CREATE INDEX ix_remittances_agency_id ON public.remittances USING btree (agency_id);

CREATE INDEX ix_remittances_lender_id ON public.remittances USING btree (lender_id);

CREATE INDEX ix_remittances_statement_id ON public.remittances USING btree (statement_id);

CREATE INDEX ix_room_views_agency_id ON public.room_views USING btree (agency_id);

CREATE INDEX ix_room_views_auction_id_room_views_at ON public.room_views USING btree (auction_id, at);

CREATE INDEX ix_security_keys_user_id ON public.security_keys USING btree (user_id);

CREATE INDEX ix_segments_auction_id ON public.segments USING btree (auction_id);

CREATE INDEX ix_sign_in_attempts_account_sign_in_attempts_at ON public.sign_in_attempts USING btree (account, at);

CREATE INDEX ix_sign_in_attempts_address_sign_in_attempts_at ON public.sign_in_attempts USING btree (address, at);

CREATE INDEX ix_single_sign_ons_user_id ON public.single_sign_ons USING btree (user_id);

CREATE INDEX ix_split_cases_split_id_split_cases_agency_id ON public.split_cases USING btree (split_id, agency_id);

CREATE INDEX ix_split_shares_split_id ON public.split_shares USING btree (split_id);

CREATE INDEX ix_splits_auction_id ON public.splits USING btree (auction_id);

CREATE INDEX ix_statement_lines_payment_id ON public.statement_lines USING btree (payment_id);

CREATE INDEX ix_statement_lines_statement_id_statement_lines_id ON public.statement_lines USING btree (statement_id, id);

CREATE INDEX ix_statements_agency_id ON public.statements USING btree (agency_id);

CREATE INDEX ix_statements_lender_id ON public.statements USING btree (lender_id);

CREATE INDEX ix_tape_issues_tape_id_tape_issues_row_tape_issues_column ON public.tape_issues USING btree (tape_id, "row", "column");

CREATE INDEX ix_tapes_lender_id ON public.tapes USING btree (lender_id);

CREATE INDEX ix_uploads_expires_at ON public.uploads USING btree (expires_at);

CREATE INDEX ix_uploads_lender_id ON public.uploads USING btree (lender_id);

CREATE INDEX ix_user_sessions_user_id ON public.user_sessions USING btree (user_id);

CREATE INDEX ix_users_organisation_id ON public.users USING btree (organisation_id);

CREATE INDEX ix_valuations_lender_id ON public.valuations USING btree (lender_id);

CREATE INDEX ix_valuations_portfolio_id ON public.valuations USING btree (portfolio_id);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE UNIQUE INDEX uq_debt_clearances_cleared_once ON public.debt_clearances USING btree (statement_id, part) WHERE (withdrawn_at IS NULL);

CREATE UNIQUE INDEX uq_feed_absences_open ON public.feed_absences USING btree (feed_id, case_id) WHERE (ended_on IS NULL);

CREATE UNIQUE INDEX uq_feed_deliveries_idempotency_key ON public.feed_deliveries USING btree (feed_id, idempotency_key) WHERE ((status)::text <> 'discarded'::text);

CREATE UNIQUE INDEX uq_feed_deliveries_sha256 ON public.feed_deliveries USING btree (feed_id, sha256) WHERE ((status)::text <> 'discarded'::text);

CREATE UNIQUE INDEX uq_incidents_one_open ON public.incidents USING btree (kind, subject) WHERE (closed_at IS NULL);

CREATE UNIQUE INDEX uq_intake_files_brought_once ON public.intake_files USING btree (lender_id, sha256, month_start) WHERE ((kind)::text = ANY ((ARRAY['ledger'::character varying, 'bank'::character varying, 'claims'::character varying])::text[]));

CREATE UNIQUE INDEX uq_journal_proposals_one_open ON public.journal_proposals USING btree (reverses_id) WHERE (decided_at IS NULL);

CREATE UNIQUE INDEX uq_line_disputes_open_once ON public.line_disputes USING btree (payment_id) WHERE (decision IS NULL);

CREATE UNIQUE INDEX uq_ndas_one_current ON public.ndas USING btree (lender_id) WHERE current;

CREATE UNIQUE INDEX uq_payments_reversal_of_id ON public.payments USING btree (reversal_of_id) WHERE (withdrawn_by_id IS NULL);

CREATE UNIQUE INDEX uq_placement_cases_one_agency_at_a_time ON public.placement_cases USING btree (case_id) WHERE open;

CREATE UNIQUE INDEX uq_promises_one_open_per_case ON public.promises USING btree (case_id) WHERE open;

CREATE UNIQUE INDEX uq_rail_checkouts_one_open ON public.rail_checkouts USING btree (case_id) WHERE ((paid_at IS NULL) AND (ended_at IS NULL));

CREATE UNIQUE INDEX uq_received_invoices_number ON public.received_invoices USING btree (number) WHERE (withdrawn_at IS NULL);

CREATE UNIQUE INDEX uq_remittances_paid_once ON public.remittances USING btree (statement_id, part) WHERE (withdrawn_at IS NULL);

CREATE UNIQUE INDEX uq_statement_lines_payment_once ON public.statement_lines USING btree (payment_id, tier, again) WHERE ((kind)::text <> 'true_up'::text);

CREATE UNIQUE INDEX uq_statements_carried_once ON public.statements USING btree (carried_from_id) WHERE (((status)::text <> 'cancelled'::text) AND (undone_at IS NULL));

CREATE UNIQUE INDEX uq_statements_one_per_period ON public.statements USING btree (lender_id, agency_id, contract_id, currency, period_start) WHERE ((status)::text <> 'cancelled'::text);

CREATE UNIQUE INDEX uq_users_email ON public.users USING btree (lower(email));

CREATE UNIQUE INDEX uq_valuation_models_one_active ON public.valuation_models USING btree (market) WHERE ((status)::text = 'active'::text);

CREATE UNIQUE INDEX uq_valuations_one_a_month ON public.valuations USING btree (portfolio_id, months_seen) WHERE ((kind)::text = 'revaluation'::text);

CREATE TRIGGER auctions_as_oneself BEFORE INSERT OR UPDATE ON public.auctions FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id', 'approved_by_id', 'proposed_by_id', 'awarded_by_id');

CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE ON public.audit_events FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER audit_events_never_emptied BEFORE TRUNCATE ON public.audit_events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER bids_as_oneself BEFORE INSERT OR UPDATE ON public.bids FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('placed_by_id');

CREATE TRIGGER book_checks_append_only BEFORE DELETE OR UPDATE ON public.book_checks FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER book_checks_never_emptied BEFORE TRUNCATE ON public.book_checks FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER case_balances_append_only BEFORE DELETE OR UPDATE ON public.case_balances FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER case_balances_never_emptied BEFORE TRUNCATE ON public.case_balances FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER commission_terms_as_oneself BEFORE INSERT OR UPDATE ON public.commission_terms FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('proposed_by_id', 'agreed_by_id');

CREATE TRIGGER commission_terms_begins_open BEFORE INSERT ON public.commission_terms FOR EACH ROW WHEN ((new.agreed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER commission_terms_changes_only BEFORE DELETE OR UPDATE ON public.commission_terms FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('agreed_at', 'agreed_by_id');

CREATE TRIGGER commission_terms_final_once_agreed_at BEFORE UPDATE ON public.commission_terms FOR EACH ROW WHEN ((old.agreed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER commission_terms_never_emptied BEFORE TRUNCATE ON public.commission_terms FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER contacts_changes_only BEFORE DELETE OR UPDATE ON public.contacts FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('outcome', 'answered', 'note');

CREATE TRIGGER contacts_final_once_outcome BEFORE UPDATE ON public.contacts FOR EACH ROW WHEN ((old.outcome IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER contacts_never_emptied BEFORE TRUNCATE ON public.contacts FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER credentials_as_oneself BEFORE INSERT OR UPDATE ON public.credentials FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('submitted_by_id', 'checked_by_id', 'approved_by_id');

CREATE TRIGGER debt_clearances_as_oneself BEFORE INSERT OR UPDATE ON public.debt_clearances FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('recorded_by_id', 'confirmed_by_id', 'withdrawn_by_id');

CREATE TRIGGER debt_clearances_begins_open BEFORE INSERT ON public.debt_clearances FOR EACH ROW WHEN ((new.confirmed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER debt_clearances_fit BEFORE INSERT OR DELETE OR UPDATE ON public.debt_clearances FOR EACH ROW EXECUTE FUNCTION app.debt_clearance_fits();

CREATE TRIGGER debt_clearances_never_emptied BEFORE TRUNCATE ON public.debt_clearances FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER entity_bank_accounts_changes_only BEFORE DELETE OR UPDATE ON public.entity_bank_accounts FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('valid_to');

CREATE TRIGGER entity_bank_accounts_final_once_valid_to BEFORE UPDATE ON public.entity_bank_accounts FOR EACH ROW WHEN ((old.valid_to IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER entity_bank_accounts_never_emptied BEFORE TRUNCATE ON public.entity_bank_accounts FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER feed_absences_as_oneself BEFORE INSERT OR UPDATE ON public.feed_absences FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('seen_by_id');

CREATE TRIGGER feed_deliveries_as_oneself BEFORE INSERT OR UPDATE ON public.feed_deliveries FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('received_by_id', 'accepted_by_id');

CREATE TRIGGER feed_keys_as_oneself BEFORE INSERT OR UPDATE ON public.feed_keys FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id', 'revoked_by_id');

CREATE TRIGGER feeds_as_oneself BEFORE INSERT OR UPDATE ON public.feeds FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('drawn_up_by_id', 'approved_by_id');

CREATE TRIGGER framework_contracts_changes_only BEFORE DELETE OR UPDATE ON public.framework_contracts FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('ended_on');

CREATE TRIGGER framework_contracts_final_once_ended_on BEFORE UPDATE ON public.framework_contracts FOR EACH ROW WHEN ((old.ended_on IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER framework_contracts_never_emptied BEFORE TRUNCATE ON public.framework_contracts FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER holdback_releases_join AFTER INSERT ON public.holdback_releases REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.joins_a_draft('released_by_id');

CREATE TRIGGER holdback_releases_never_emptied BEFORE TRUNCATE ON public.holdback_releases FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER holdback_releases_stand BEFORE DELETE OR UPDATE ON public.holdback_releases FOR EACH ROW EXECUTE FUNCTION app.belongs_to_its_draft('released_by_id');

CREATE TRIGGER holds_as_oneself BEFORE INSERT OR UPDATE ON public.holds FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('placed_by_id', 'lifted_by_id');

CREATE TRIGGER incidents_as_oneself BEFORE INSERT OR UPDATE ON public.incidents FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('closed_by_id');

CREATE TRIGGER incidents_changes_only BEFORE DELETE OR UPDATE ON public.incidents FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('closed_at', 'closed_by_id', 'closing_note');

CREATE TRIGGER incidents_final_once_closed_at BEFORE UPDATE ON public.incidents FOR EACH ROW WHEN ((old.closed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER incidents_never_emptied BEFORE TRUNCATE ON public.incidents FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_batches_append_only BEFORE DELETE OR UPDATE ON public.intake_batches FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_batches_as_oneself BEFORE INSERT OR UPDATE ON public.intake_batches FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('brought_by_id');

CREATE TRIGGER intake_batches_never_emptied BEFORE TRUNCATE ON public.intake_batches FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_decision_lines_append_only BEFORE DELETE OR UPDATE ON public.intake_decision_lines FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_decision_lines_never_emptied BEFORE TRUNCATE ON public.intake_decision_lines FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_decisions_as_oneself BEFORE INSERT OR UPDATE ON public.intake_decisions FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id', 'checked_by_id');

CREATE TRIGGER intake_decisions_begins_open BEFORE INSERT ON public.intake_decisions FOR EACH ROW WHEN ((new.checked_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER intake_decisions_changes_only BEFORE DELETE OR UPDATE ON public.intake_decisions FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('checked_at', 'checked_by_id', 'agreed', 'check_note');

CREATE TRIGGER intake_decisions_final_once_checked_at BEFORE UPDATE ON public.intake_decisions FOR EACH ROW WHEN ((old.checked_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_decisions_never_emptied BEFORE TRUNCATE ON public.intake_decisions FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_figures_append_only BEFORE DELETE OR UPDATE ON public.intake_figures FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_figures_never_emptied BEFORE TRUNCATE ON public.intake_figures FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_files_append_only BEFORE DELETE OR UPDATE ON public.intake_files FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_files_never_emptied BEFORE TRUNCATE ON public.intake_files FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_groups_append_only BEFORE DELETE OR UPDATE ON public.intake_groups FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_groups_never_emptied BEFORE TRUNCATE ON public.intake_groups FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_lines_append_only BEFORE DELETE OR UPDATE ON public.intake_lines FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_lines_never_emptied BEFORE TRUNCATE ON public.intake_lines FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_members_append_only BEFORE DELETE OR UPDATE ON public.intake_members FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_members_never_emptied BEFORE TRUNCATE ON public.intake_members FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_payments_append_only BEFORE DELETE OR UPDATE ON public.intake_payments FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_payments_never_emptied BEFORE TRUNCATE ON public.intake_payments FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_portions_append_only BEFORE DELETE OR UPDATE ON public.intake_portions FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_portions_never_emptied BEFORE TRUNCATE ON public.intake_portions FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_runs_append_only BEFORE DELETE OR UPDATE ON public.intake_runs FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER intake_runs_never_emptied BEFORE TRUNCATE ON public.intake_runs FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE CONSTRAINT TRIGGER intake_splits_add_up AFTER INSERT ON public.intake_decisions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.split_adds_up();

CREATE TRIGGER invitations_as_oneself BEFORE INSERT OR UPDATE ON public.invitations FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('invited_by_id');

CREATE TRIGGER journal_links_append_only BEFORE DELETE OR UPDATE ON public.journal_links FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER journal_links_never_emptied BEFORE TRUNCATE ON public.journal_links FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER journal_proposals_as_oneself BEFORE INSERT OR UPDATE ON public.journal_proposals FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id', 'decided_by_id');

CREATE TRIGGER journal_proposals_begins_open BEFORE INSERT ON public.journal_proposals FOR EACH ROW WHEN ((new.decided_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER journal_proposals_changes_only BEFORE DELETE OR UPDATE ON public.journal_proposals FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('decided_at', 'decided_by_id', 'journal_id');

CREATE TRIGGER journal_proposals_final_once_decided_at BEFORE UPDATE ON public.journal_proposals FOR EACH ROW WHEN ((old.decided_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER journal_proposals_never_emptied BEFORE TRUNCATE ON public.journal_proposals FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER journals_append_only BEFORE DELETE OR UPDATE ON public.journals FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER journals_as_oneself BEFORE INSERT OR UPDATE ON public.journals FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('approved_by_id');

CREATE CONSTRAINT TRIGGER journals_balance AFTER INSERT ON public.journals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_balances();

CREATE CONSTRAINT TRIGGER journals_chain AFTER INSERT ON public.journals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_is_linked();

CREATE CONSTRAINT TRIGGER journals_mirror AFTER INSERT ON public.journals DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_mirrors();

CREATE TRIGGER journals_month_is_open BEFORE INSERT ON public.journals FOR EACH ROW EXECUTE FUNCTION app.journal_month_is_open();

CREATE TRIGGER journals_never_emptied BEFORE TRUNCATE ON public.journals FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER journals_open BEFORE INSERT ON public.journals FOR EACH ROW EXECUTE FUNCTION app.journal_opens();

CREATE TRIGGER ledger_accounts_append_only BEFORE DELETE OR UPDATE ON public.ledger_accounts FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER ledger_accounts_never_emptied BEFORE TRUNCATE ON public.ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER ledger_periods_as_oneself BEFORE INSERT OR UPDATE ON public.ledger_periods FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('proposed_by_id', 'closed_by_id');

CREATE TRIGGER ledger_periods_never_emptied BEFORE TRUNCATE ON public.ledger_periods FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER ledger_periods_stay_closed BEFORE INSERT OR DELETE OR UPDATE ON public.ledger_periods FOR EACH ROW EXECUTE FUNCTION app.period_stays_closed();

CREATE TRIGGER line_disputes_as_oneself BEFORE INSERT OR UPDATE ON public.line_disputes FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('raised_by_id', 'proposed_by_id', 'decided_by_id');

CREATE TRIGGER line_disputes_never_emptied BEFORE TRUNCATE ON public.line_disputes FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER line_disputes_stand BEFORE INSERT OR DELETE OR UPDATE ON public.line_disputes FOR EACH ROW EXECUTE FUNCTION app.dispute_stands();

CREATE TRIGGER nda_signatures_as_oneself BEFORE INSERT OR UPDATE ON public.nda_signatures FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('signed_by_id');

CREATE TRIGGER ndas_as_oneself BEFORE INSERT OR UPDATE ON public.ndas FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id');

CREATE TRIGGER payment_file_items_append_only BEFORE DELETE OR UPDATE ON public.payment_file_items FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER payment_file_items_never_emptied BEFORE TRUNCATE ON public.payment_file_items FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER payment_files_append_only BEFORE DELETE OR UPDATE ON public.payment_files FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER payment_files_as_oneself BEFORE INSERT OR UPDATE ON public.payment_files FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id');

CREATE TRIGGER payment_files_never_emptied BEFORE TRUNCATE ON public.payment_files FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER payments_as_oneself BEFORE INSERT OR UPDATE ON public.payments FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('reported_by_id', 'verified_by_id', 'withdrawn_by_id');

CREATE TRIGGER payments_begin_open BEFORE INSERT ON public.payments FOR EACH ROW WHEN (((new.verified_by_id IS NOT NULL) AND (app.current_org() IS NOT NULL))) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER payments_changes_only BEFORE DELETE OR UPDATE ON public.payments FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('verified_by_id', 'verified_at', 'withdrawn_by_id', 'withdrawn_at');

CREATE TRIGGER payments_final_once_verified_by_id BEFORE UPDATE ON public.payments FOR EACH ROW WHEN ((old.verified_by_id IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER payments_final_once_withdrawn_by_id BEFORE UPDATE ON public.payments FOR EACH ROW WHEN ((old.withdrawn_by_id IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER payments_never_emptied BEFORE TRUNCATE ON public.payments FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER placements_as_oneself BEFORE INSERT OR UPDATE ON public.placements FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('offered_by_id', 'answered_by_id');

CREATE TRIGGER postings_append_only BEFORE DELETE OR UPDATE ON public.postings FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER postings_belong BEFORE INSERT ON public.postings FOR EACH ROW EXECUTE FUNCTION app.posting_belongs();

CREATE TRIGGER postings_in_currency BEFORE INSERT ON public.postings FOR EACH ROW EXECUTE FUNCTION app.posting_in_currency();

CREATE TRIGGER postings_never_emptied BEFORE TRUNCATE ON public.postings FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER quality_scores_appealed_once BEFORE DELETE OR UPDATE ON public.quality_scores FOR EACH ROW WHEN ((old.appealed_at IS NULL)) EXECUTE FUNCTION app.refuse_other_changes('appealed_at', 'appeal');

CREATE TRIGGER quality_scores_as_oneself BEFORE INSERT OR UPDATE ON public.quality_scores FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('scored_by_id');

CREATE TRIGGER quality_scores_begins_open BEFORE INSERT ON public.quality_scores FOR EACH ROW WHEN ((new.appealed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER quality_scores_decided_once BEFORE DELETE OR UPDATE ON public.quality_scores FOR EACH ROW WHEN (((old.appealed_at IS NOT NULL) AND (old.decided_at IS NULL))) EXECUTE FUNCTION app.refuse_other_changes('decided_at', 'decision');

CREATE TRIGGER quality_scores_never_emptied BEFORE TRUNCATE ON public.quality_scores FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER quality_scores_stand BEFORE DELETE OR UPDATE ON public.quality_scores FOR EACH ROW WHEN ((old.decided_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER questions_as_oneself BEFORE INSERT OR UPDATE ON public.questions FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('answered_by_id');

CREATE TRIGGER rail_accounts_as_oneself BEFORE INSERT OR UPDATE ON public.rail_accounts FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('asked_by_id');

CREATE TRIGGER rail_checkouts_as_oneself BEFORE INSERT OR UPDATE ON public.rail_checkouts FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id');

CREATE TRIGGER rail_checkouts_changes_only BEFORE DELETE OR UPDATE ON public.rail_checkouts FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('session_ref', 'intent_ref', 'url', 'expires_at', 'paid_at', 'ended_at', 'standing_ref', 'kept_minor', 'payments');

CREATE TRIGGER rail_checkouts_never_emptied BEFORE TRUNCATE ON public.rail_checkouts FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_events_changes_only BEFORE DELETE OR UPDATE ON public.rail_events FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('processed_at');

CREATE TRIGGER rail_events_final_once_processed_at BEFORE UPDATE ON public.rail_events FOR EACH ROW WHEN ((old.processed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_events_never_emptied BEFORE TRUNCATE ON public.rail_events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_operations_as_oneself BEFORE INSERT OR UPDATE ON public.rail_operations FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id', 'approved_by_id');

CREATE TRIGGER rail_operations_begins_open BEFORE INSERT ON public.rail_operations FOR EACH ROW WHEN ((new.approved_by_id IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER rail_operations_changes_only BEFORE DELETE OR UPDATE ON public.rail_operations FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('done_at', 'status', 'doubt', 'generation', 'attempts', 'external_ref', 'last_error', 'next_try_at', 'lease_ends_at', 'key_first_used_at', 'approved_by_id', 'withdrawn_at');

CREATE TRIGGER rail_operations_final_once_done_at BEFORE UPDATE ON public.rail_operations FOR EACH ROW WHEN ((old.done_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_operations_final_once_withdrawn_at BEFORE UPDATE ON public.rail_operations FOR EACH ROW WHEN ((old.withdrawn_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_operations_never_emptied BEFORE TRUNCATE ON public.rail_operations FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_transactions_as_oneself BEFORE INSERT OR UPDATE ON public.rail_transactions FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('named_by_id');

CREATE TRIGGER rail_transactions_changes_only BEFORE DELETE OR UPDATE ON public.rail_transactions FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes('journal_id', 'named_by_id');

CREATE TRIGGER rail_transactions_final_once_journal_id BEFORE UPDATE ON public.rail_transactions FOR EACH ROW WHEN ((old.journal_id IS NOT NULL)) EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER rail_transactions_never_emptied BEFORE TRUNCATE ON public.rail_transactions FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER received_invoices_as_oneself BEFORE INSERT OR UPDATE ON public.received_invoices FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('entered_by_id', 'withdrawn_by_id');

CREATE TRIGGER received_invoices_never_emptied BEFORE TRUNCATE ON public.received_invoices FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER received_invoices_stand BEFORE INSERT OR DELETE OR UPDATE ON public.received_invoices FOR EACH ROW EXECUTE FUNCTION app.invoice_stands();

CREATE TRIGGER releases_as_oneself BEFORE INSERT OR UPDATE ON public.releases FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id');

CREATE TRIGGER remittances_as_oneself BEFORE INSERT OR UPDATE ON public.remittances FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('recorded_by_id', 'confirmed_by_id', 'withdrawn_by_id');

CREATE TRIGGER remittances_begins_open BEFORE INSERT ON public.remittances FOR EACH ROW WHEN ((new.confirmed_at IS NOT NULL)) EXECUTE FUNCTION app.refuse_answered();

CREATE TRIGGER remittances_fit BEFORE INSERT OR DELETE OR UPDATE ON public.remittances FOR EACH ROW EXECUTE FUNCTION app.remittance_fits();

CREATE TRIGGER remittances_never_emptied BEFORE TRUNCATE ON public.remittances FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER splits_as_oneself BEFORE INSERT OR UPDATE ON public.splits FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('requested_by_id');

CREATE TRIGGER statement_copies_append_only BEFORE DELETE OR UPDATE ON public.statement_copies FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER statement_copies_never_emptied BEFORE TRUNCATE ON public.statement_copies FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER statement_lines_again AFTER INSERT ON public.statement_lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.is_stated_again();

CREATE TRIGGER statement_lines_join AFTER INSERT ON public.statement_lines REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.joins_a_draft('statement_id');

CREATE TRIGGER statement_lines_never_emptied BEFORE TRUNCATE ON public.statement_lines FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER statement_lines_stand BEFORE DELETE OR UPDATE ON public.statement_lines FOR EACH ROW EXECUTE FUNCTION app.belongs_to_its_draft('statement_id');

CREATE TRIGGER statements_as_oneself BEFORE INSERT OR UPDATE ON public.statements FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id', 'agency_confirmed_by_id', 'lender_confirmed_by_id', 'approved_by_id');

CREATE TRIGGER statements_billed_again BEFORE UPDATE ON public.statements FOR EACH ROW WHEN ((((old.status)::text = 'taken_back'::text) AND ((new.status)::text = 'approved'::text))) EXECUTE FUNCTION app.is_billed_again();

CREATE TRIGGER statements_never_emptied BEFORE TRUNCATE ON public.statements FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER statements_stand BEFORE INSERT OR DELETE OR UPDATE ON public.statements FOR EACH ROW EXECUTE FUNCTION app.statement_amounts_stand();

CREATE TRIGGER statements_take_over BEFORE INSERT ON public.statements FOR EACH ROW WHEN ((new.carried_from_id IS NOT NULL)) EXECUTE FUNCTION app.takes_no_cleared_debt();

CREATE TRIGGER tape_fixes_as_oneself BEFORE INSERT OR UPDATE ON public.tape_fixes FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('made_by_id');

CREATE TRIGGER tapes_as_oneself BEFORE INSERT OR UPDATE ON public.tapes FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('uploaded_by_id', 'difference_confirmed_by_id');

CREATE TRIGGER tax_statuses_append_only BEFORE DELETE OR UPDATE ON public.tax_statuses FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER tax_statuses_never_emptied BEFORE TRUNCATE ON public.tax_statuses FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

CREATE TRIGGER valuation_models_as_oneself BEFORE INSERT OR UPDATE ON public.valuation_models FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('nominated_by_id', 'activated_by_id');

CREATE TRIGGER valuations_as_oneself BEFORE INSERT OR UPDATE ON public.valuations FOR EACH ROW WHEN (((app.current_user_id() IS NOT NULL) OR (CURRENT_USER = ANY (ARRAY['recoup_lender'::name, 'recoup_agency'::name, 'recoup_staff'::name, 'recoup_finance'::name])))) EXECUTE FUNCTION app.refuse_other_names('requested_by_id');

ALTER TABLE ONLY public.agency_approvals
    ADD CONSTRAINT fk_agency_approvals_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.agency_approvals
    ADD CONSTRAINT fk_agency_approvals_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_approved_by_id_users FOREIGN KEY (approved_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_awarded_by_id_users FOREIGN KEY (awarded_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_portfolio_id_portfolios FOREIGN KEY (portfolio_id) REFERENCES public.portfolios(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_proposed_by_id_users FOREIGN KEY (proposed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_proposed_split_id_splits FOREIGN KEY (proposed_split_id) REFERENCES public.splits(id);

ALTER TABLE ONLY public.auctions
    ADD CONSTRAINT fk_auctions_release_id_releases FOREIGN KEY (release_id) REFERENCES public.releases(id);

ALTER TABLE ONLY public.band_checks
    ADD CONSTRAINT fk_band_checks_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.band_checks
    ADD CONSTRAINT fk_band_checks_valuation_id_valuations FOREIGN KEY (valuation_id) REFERENCES public.valuations(id);

ALTER TABLE ONLY public.bids
    ADD CONSTRAINT fk_bids_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.bids
    ADD CONSTRAINT fk_bids_auction_id_auctions FOREIGN KEY (auction_id) REFERENCES public.auctions(id);

ALTER TABLE ONLY public.bids
    ADD CONSTRAINT fk_bids_placed_by_id_users FOREIGN KEY (placed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.case_balances
    ADD CONSTRAINT fk_case_balances_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT fk_cases_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT fk_cases_entity_id_legal_entities FOREIGN KEY (entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT fk_cases_lender_id_debtor_id_debtors FOREIGN KEY (lender_id, debtor_id) REFERENCES public.debtors(lender_id, id);

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT fk_cases_lender_id_portfolio_id_portfolios FOREIGN KEY (lender_id, portfolio_id) REFERENCES public.portfolios(lender_id, id);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT fk_commission_terms_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT fk_commission_terms_agreed_by_id_users FOREIGN KEY (agreed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT fk_commission_terms_contract_id_framework_contracts FOREIGN KEY (contract_id) REFERENCES public.framework_contracts(id);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT fk_commission_terms_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.commission_terms
    ADD CONSTRAINT fk_commission_terms_proposed_by_id_users FOREIGN KEY (proposed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_collector_id_users FOREIGN KEY (collector_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT fk_contacts_placement_id_placements FOREIGN KEY (placement_id) REFERENCES public.placements(id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT fk_credentials_approved_by_id_users FOREIGN KEY (approved_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT fk_credentials_checked_by_id_users FOREIGN KEY (checked_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT fk_credentials_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT fk_credentials_submitted_by_id_users FOREIGN KEY (submitted_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.creditors
    ADD CONSTRAINT fk_creditors_entity_id_legal_entities FOREIGN KEY (entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.creditors
    ADD CONSTRAINT fk_creditors_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.creditors
    ADD CONSTRAINT fk_creditors_portfolio_id_portfolios FOREIGN KEY (portfolio_id) REFERENCES public.portfolios(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_confirmed_by_id_users FOREIGN KEY (confirmed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_recorded_by_id_users FOREIGN KEY (recorded_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.debt_clearances
    ADD CONSTRAINT fk_debt_clearances_withdrawn_by_id_users FOREIGN KEY (withdrawn_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.debtors
    ADD CONSTRAINT fk_debtors_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.entity_bank_accounts
    ADD CONSTRAINT fk_entity_bank_accounts_entity_id_legal_entities FOREIGN KEY (entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.entity_bank_accounts
    ADD CONSTRAINT fk_entity_bank_accounts_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.feed_absences
    ADD CONSTRAINT fk_feed_absences_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.feed_absences
    ADD CONSTRAINT fk_feed_absences_lender_id_feed_id_feeds FOREIGN KEY (lender_id, feed_id) REFERENCES public.feeds(lender_id, id);

ALTER TABLE ONLY public.feed_absences
    ADD CONSTRAINT fk_feed_absences_seen_by_id_users FOREIGN KEY (seen_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feed_alarms
    ADD CONSTRAINT fk_feed_alarms_lender_id_feed_id_feeds FOREIGN KEY (lender_id, feed_id) REFERENCES public.feeds(lender_id, id);

ALTER TABLE ONLY public.feed_deliveries
    ADD CONSTRAINT fk_feed_deliveries_accepted_by_id_users FOREIGN KEY (accepted_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feed_deliveries
    ADD CONSTRAINT fk_feed_deliveries_lender_id_feed_id_feeds FOREIGN KEY (lender_id, feed_id) REFERENCES public.feeds(lender_id, id);

ALTER TABLE ONLY public.feed_deliveries
    ADD CONSTRAINT fk_feed_deliveries_received_by_id_users FOREIGN KEY (received_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feed_issues
    ADD CONSTRAINT fk_feed_issues_lender_id_delivery_id_feed_deliveries FOREIGN KEY (lender_id, delivery_id) REFERENCES public.feed_deliveries(lender_id, id);

ALTER TABLE ONLY public.feed_keys
    ADD CONSTRAINT fk_feed_keys_lender_id_feed_id_feeds FOREIGN KEY (lender_id, feed_id) REFERENCES public.feeds(lender_id, id);

ALTER TABLE ONLY public.feed_keys
    ADD CONSTRAINT fk_feed_keys_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feed_keys
    ADD CONSTRAINT fk_feed_keys_revoked_by_id_users FOREIGN KEY (revoked_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT fk_feeds_approved_by_id_users FOREIGN KEY (approved_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT fk_feeds_drawn_up_by_id_users FOREIGN KEY (drawn_up_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT fk_feeds_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT fk_feeds_lender_id_portfolio_id_portfolios FOREIGN KEY (lender_id, portfolio_id) REFERENCES public.portfolios(lender_id, id);

ALTER TABLE ONLY public.framework_contracts
    ADD CONSTRAINT fk_framework_contracts_agency_id_agency_entity_id_legal_cf03 FOREIGN KEY (agency_id, agency_entity_id) REFERENCES public.legal_entities(organisation_id, id);

ALTER TABLE ONLY public.framework_contracts
    ADD CONSTRAINT fk_framework_contracts_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.framework_contracts
    ADD CONSTRAINT fk_framework_contracts_lender_id_lender_entity_id_legal_0724 FOREIGN KEY (lender_id, lender_entity_id) REFERENCES public.legal_entities(organisation_id, id);

ALTER TABLE ONLY public.framework_contracts
    ADD CONSTRAINT fk_framework_contracts_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.holdback_releases
    ADD CONSTRAINT fk_holdback_releases_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.holdback_releases
    ADD CONSTRAINT fk_holdback_releases_held_by_id_statements FOREIGN KEY (held_by_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.holdback_releases
    ADD CONSTRAINT fk_holdback_releases_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.holdback_releases
    ADD CONSTRAINT fk_holdback_releases_released_by_id_statements FOREIGN KEY (released_by_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT fk_holds_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT fk_holds_lifted_by_id_users FOREIGN KEY (lifted_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.holds
    ADD CONSTRAINT fk_holds_placed_by_id_users FOREIGN KEY (placed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.incidents
    ADD CONSTRAINT fk_incidents_closed_by_id_users FOREIGN KEY (closed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.intake_batches
    ADD CONSTRAINT fk_intake_batches_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.intake_batches
    ADD CONSTRAINT fk_intake_batches_brought_by_id_users FOREIGN KEY (brought_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.intake_batches
    ADD CONSTRAINT fk_intake_batches_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.intake_decision_lines
    ADD CONSTRAINT fk_intake_decision_lines_lender_id_decision_id_intake_decisions FOREIGN KEY (lender_id, decision_id) REFERENCES public.intake_decisions(lender_id, id);

ALTER TABLE ONLY public.intake_decision_lines
    ADD CONSTRAINT fk_intake_decision_lines_line_id_intake_lines FOREIGN KEY (line_id) REFERENCES public.intake_lines(id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT fk_intake_decisions_checked_by_id_users FOREIGN KEY (checked_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT fk_intake_decisions_lender_id_reverses_id_intake_decisions FOREIGN KEY (lender_id, reverses_id) REFERENCES public.intake_decisions(lender_id, id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT fk_intake_decisions_lender_id_run_id_intake_runs FOREIGN KEY (lender_id, run_id) REFERENCES public.intake_runs(lender_id, id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT fk_intake_decisions_line_id_intake_lines FOREIGN KEY (line_id) REFERENCES public.intake_lines(id);

ALTER TABLE ONLY public.intake_decisions
    ADD CONSTRAINT fk_intake_decisions_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.intake_figures
    ADD CONSTRAINT fk_intake_figures_lender_id_group_id_intake_groups FOREIGN KEY (lender_id, group_id) REFERENCES public.intake_groups(lender_id, id);

ALTER TABLE ONLY public.intake_files
    ADD CONSTRAINT fk_intake_files_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.intake_files
    ADD CONSTRAINT fk_intake_files_lender_id_batch_id_intake_batches FOREIGN KEY (lender_id, batch_id) REFERENCES public.intake_batches(lender_id, id);

ALTER TABLE ONLY public.intake_groups
    ADD CONSTRAINT fk_intake_groups_lender_id_run_id_intake_runs FOREIGN KEY (lender_id, run_id) REFERENCES public.intake_runs(lender_id, id);

ALTER TABLE ONLY public.intake_lines
    ADD CONSTRAINT fk_intake_lines_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.intake_lines
    ADD CONSTRAINT fk_intake_lines_lender_id_batch_id_intake_batches FOREIGN KEY (lender_id, batch_id) REFERENCES public.intake_batches(lender_id, id);

ALTER TABLE ONLY public.intake_members
    ADD CONSTRAINT fk_intake_members_lender_id_group_id_intake_groups FOREIGN KEY (lender_id, group_id) REFERENCES public.intake_groups(lender_id, id);

ALTER TABLE ONLY public.intake_members
    ADD CONSTRAINT fk_intake_members_line_id_intake_lines FOREIGN KEY (line_id) REFERENCES public.intake_lines(id);

ALTER TABLE ONLY public.intake_payments
    ADD CONSTRAINT fk_intake_payments_line_id_intake_lines FOREIGN KEY (line_id) REFERENCES public.intake_lines(id);

ALTER TABLE ONLY public.intake_payments
    ADD CONSTRAINT fk_intake_payments_payment_id_payments FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.intake_portions
    ADD CONSTRAINT fk_intake_portions_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.intake_portions
    ADD CONSTRAINT fk_intake_portions_lender_id_decision_id_intake_decisions FOREIGN KEY (lender_id, decision_id) REFERENCES public.intake_decisions(lender_id, id);

ALTER TABLE ONLY public.intake_runs
    ADD CONSTRAINT fk_intake_runs_lender_id_batch_id_intake_batches FOREIGN KEY (lender_id, batch_id) REFERENCES public.intake_batches(lender_id, id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT fk_invitations_invited_by_id_users FOREIGN KEY (invited_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT fk_invitations_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.journal_links
    ADD CONSTRAINT fk_journal_links_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.journal_proposals
    ADD CONSTRAINT fk_journal_proposals_decided_by_id_users FOREIGN KEY (decided_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.journal_proposals
    ADD CONSTRAINT fk_journal_proposals_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.journal_proposals
    ADD CONSTRAINT fk_journal_proposals_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.journal_proposals
    ADD CONSTRAINT fk_journal_proposals_reverses_id_journals FOREIGN KEY (reverses_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT fk_journals_approved_by_id_users FOREIGN KEY (approved_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT fk_journals_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.journals
    ADD CONSTRAINT fk_journals_reverses_id_journals FOREIGN KEY (reverses_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT fk_ledger_accounts_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.ledger_periods
    ADD CONSTRAINT fk_ledger_periods_closed_by_id_users FOREIGN KEY (closed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.ledger_periods
    ADD CONSTRAINT fk_ledger_periods_proposed_by_id_users FOREIGN KEY (proposed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.legal_entities
    ADD CONSTRAINT fk_legal_entities_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_decided_by_id_users FOREIGN KEY (decided_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_payment_id_payments FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_proposed_by_id_users FOREIGN KEY (proposed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_proposed_for_id_organisations FOREIGN KEY (proposed_for_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_raised_by_id_users FOREIGN KEY (raised_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.line_disputes
    ADD CONSTRAINT fk_line_disputes_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.mapping_templates
    ADD CONSTRAINT fk_mapping_templates_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.nda_signatures
    ADD CONSTRAINT fk_nda_signatures_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.nda_signatures
    ADD CONSTRAINT fk_nda_signatures_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.nda_signatures
    ADD CONSTRAINT fk_nda_signatures_nda_id_ndas FOREIGN KEY (nda_id) REFERENCES public.ndas(id);

ALTER TABLE ONLY public.nda_signatures
    ADD CONSTRAINT fk_nda_signatures_signed_by_id_users FOREIGN KEY (signed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.ndas
    ADD CONSTRAINT fk_ndas_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.ndas
    ADD CONSTRAINT fk_ndas_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT fk_notifications_event_id_audit_events FOREIGN KEY (event_id) REFERENCES public.audit_events(id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT fk_notifications_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT fk_password_resets_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.payment_file_items
    ADD CONSTRAINT fk_payment_file_items_account_id_entity_bank_accounts FOREIGN KEY (account_id) REFERENCES public.entity_bank_accounts(id);

ALTER TABLE ONLY public.payment_file_items
    ADD CONSTRAINT fk_payment_file_items_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.payment_file_items
    ADD CONSTRAINT fk_payment_file_items_file_id_payment_files FOREIGN KEY (file_id) REFERENCES public.payment_files(id);

ALTER TABLE ONLY public.payment_file_items
    ADD CONSTRAINT fk_payment_file_items_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.payment_file_items
    ADD CONSTRAINT fk_payment_file_items_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.payment_files
    ADD CONSTRAINT fk_payment_files_account_id_entity_bank_accounts FOREIGN KEY (account_id) REFERENCES public.entity_bank_accounts(id);

ALTER TABLE ONLY public.payment_files
    ADD CONSTRAINT fk_payment_files_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.payment_files
    ADD CONSTRAINT fk_payment_files_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_placement_id_placements FOREIGN KEY (placement_id) REFERENCES public.placements(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_reported_by_id_users FOREIGN KEY (reported_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_reversal_of_id_payments FOREIGN KEY (reversal_of_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_verified_by_id_users FOREIGN KEY (verified_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT fk_payments_withdrawn_by_id_users FOREIGN KEY (withdrawn_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.placement_cases
    ADD CONSTRAINT fk_placement_cases_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.placement_cases
    ADD CONSTRAINT fk_placement_cases_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.placement_cases
    ADD CONSTRAINT fk_placement_cases_lender_id_placement_id_placements FOREIGN KEY (lender_id, placement_id) REFERENCES public.placements(lender_id, id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_agency_entity_id_legal_entities FOREIGN KEY (agency_entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_answered_by_id_users FOREIGN KEY (answered_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_contract_id_framework_contracts FOREIGN KEY (contract_id) REFERENCES public.framework_contracts(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_lender_entity_id_legal_entities FOREIGN KEY (lender_entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_offered_by_id_users FOREIGN KEY (offered_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.placements
    ADD CONSTRAINT fk_placements_portfolio_id_portfolios FOREIGN KEY (portfolio_id) REFERENCES public.portfolios(id);

ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT fk_portfolios_lender_id_entity_id_legal_entities FOREIGN KEY (lender_id, entity_id) REFERENCES public.legal_entities(organisation_id, id);

ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT fk_portfolios_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT fk_postings_account_id_ledger_accounts FOREIGN KEY (account_id) REFERENCES public.ledger_accounts(id);

ALTER TABLE ONLY public.postings
    ADD CONSTRAINT fk_postings_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.processing_agreements
    ADD CONSTRAINT fk_processing_agreements_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.processing_agreements
    ADD CONSTRAINT fk_processing_agreements_contract_id_framework_contracts FOREIGN KEY (contract_id) REFERENCES public.framework_contracts(id);

ALTER TABLE ONLY public.processing_agreements
    ADD CONSTRAINT fk_processing_agreements_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT fk_promises_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT fk_promises_contact_id_contacts FOREIGN KEY (contact_id) REFERENCES public.contacts(id);

ALTER TABLE ONLY public.promises
    ADD CONSTRAINT fk_promises_lender_id_case_id_cases FOREIGN KEY (lender_id, case_id) REFERENCES public.cases(lender_id, id);

ALTER TABLE ONLY public.quality_scores
    ADD CONSTRAINT fk_quality_scores_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.quality_scores
    ADD CONSTRAINT fk_quality_scores_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.quality_scores
    ADD CONSTRAINT fk_quality_scores_scored_by_id_users FOREIGN KEY (scored_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.question_askers
    ADD CONSTRAINT fk_question_askers_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.question_askers
    ADD CONSTRAINT fk_question_askers_question_id_questions FOREIGN KEY (question_id) REFERENCES public.questions(id);

ALTER TABLE ONLY public.question_askers
    ADD CONSTRAINT fk_question_askers_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.questions
    ADD CONSTRAINT fk_questions_answered_by_id_users FOREIGN KEY (answered_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.questions
    ADD CONSTRAINT fk_questions_auction_id_auctions FOREIGN KEY (auction_id) REFERENCES public.auctions(id);

ALTER TABLE ONLY public.questions
    ADD CONSTRAINT fk_questions_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.rail_accounts
    ADD CONSTRAINT fk_rail_accounts_asked_by_id_users FOREIGN KEY (asked_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.rail_accounts
    ADD CONSTRAINT fk_rail_accounts_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT fk_rail_checkouts_case_id_cases FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT fk_rail_checkouts_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.rail_checkouts
    ADD CONSTRAINT fk_rail_checkouts_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT fk_rail_operations_approved_by_id_users FOREIGN KEY (approved_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT fk_rail_operations_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT fk_rail_operations_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT fk_rail_operations_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.rail_operations
    ADD CONSTRAINT fk_rail_operations_undoes_id_rail_operations FOREIGN KEY (undoes_id) REFERENCES public.rail_operations(id);

ALTER TABLE ONLY public.rail_transactions
    ADD CONSTRAINT fk_rail_transactions_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.rail_transactions
    ADD CONSTRAINT fk_rail_transactions_named_by_id_users FOREIGN KEY (named_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.rail_transactions
    ADD CONSTRAINT fk_rail_transactions_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.received_invoices
    ADD CONSTRAINT fk_received_invoices_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.received_invoices
    ADD CONSTRAINT fk_received_invoices_entered_by_id_users FOREIGN KEY (entered_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.received_invoices
    ADD CONSTRAINT fk_received_invoices_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.received_invoices
    ADD CONSTRAINT fk_received_invoices_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.received_invoices
    ADD CONSTRAINT fk_received_invoices_withdrawn_by_id_users FOREIGN KEY (withdrawn_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT fk_recovery_codes_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.release_classes
    ADD CONSTRAINT fk_release_classes_lender_id_release_id_releases FOREIGN KEY (lender_id, release_id) REFERENCES public.releases(lender_id, id);

ALTER TABLE ONLY public.release_members
    ADD CONSTRAINT fk_release_members_lender_id_portfolio_id_portfolios FOREIGN KEY (lender_id, portfolio_id) REFERENCES public.portfolios(lender_id, id);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT fk_releases_lender_id_portfolio_id_portfolios FOREIGN KEY (lender_id, portfolio_id) REFERENCES public.portfolios(lender_id, id);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT fk_releases_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_confirmed_by_id_users FOREIGN KEY (confirmed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_recorded_by_id_users FOREIGN KEY (recorded_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.remittances
    ADD CONSTRAINT fk_remittances_withdrawn_by_id_users FOREIGN KEY (withdrawn_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.room_views
    ADD CONSTRAINT fk_room_views_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.room_views
    ADD CONSTRAINT fk_room_views_auction_id_auctions FOREIGN KEY (auction_id) REFERENCES public.auctions(id);

ALTER TABLE ONLY public.room_views
    ADD CONSTRAINT fk_room_views_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.room_views
    ADD CONSTRAINT fk_room_views_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.security_keys
    ADD CONSTRAINT fk_security_keys_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.segments
    ADD CONSTRAINT fk_segments_auction_id_auctions FOREIGN KEY (auction_id) REFERENCES public.auctions(id);

ALTER TABLE ONLY public.segments
    ADD CONSTRAINT fk_segments_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.single_sign_ons
    ADD CONSTRAINT fk_single_sign_ons_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.split_cases
    ADD CONSTRAINT fk_split_cases_case_id_cases FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.split_cases
    ADD CONSTRAINT fk_split_cases_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.split_cases
    ADD CONSTRAINT fk_split_cases_split_id_splits FOREIGN KEY (split_id) REFERENCES public.splits(id);

ALTER TABLE ONLY public.split_shares
    ADD CONSTRAINT fk_split_shares_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.split_shares
    ADD CONSTRAINT fk_split_shares_bid_id_bids FOREIGN KEY (bid_id) REFERENCES public.bids(id);

ALTER TABLE ONLY public.split_shares
    ADD CONSTRAINT fk_split_shares_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.split_shares
    ADD CONSTRAINT fk_split_shares_split_id_splits FOREIGN KEY (split_id) REFERENCES public.splits(id);

ALTER TABLE ONLY public.splits
    ADD CONSTRAINT fk_splits_auction_id_auctions FOREIGN KEY (auction_id) REFERENCES public.auctions(id);

ALTER TABLE ONLY public.splits
    ADD CONSTRAINT fk_splits_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.splits
    ADD CONSTRAINT fk_splits_requested_by_id_users FOREIGN KEY (requested_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.statement_copies
    ADD CONSTRAINT fk_statement_copies_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.statement_copies
    ADD CONSTRAINT fk_statement_copies_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.statement_copies
    ADD CONSTRAINT fk_statement_copies_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_case_id_cases FOREIGN KEY (case_id) REFERENCES public.cases(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_payment_id_payments FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_placement_id_placements FOREIGN KEY (placement_id) REFERENCES public.placements(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_statement_id_statements FOREIGN KEY (statement_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.statement_lines
    ADD CONSTRAINT fk_statement_lines_terms_id_commission_terms FOREIGN KEY (terms_id) REFERENCES public.commission_terms(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_agency_confirmed_by_id_users FOREIGN KEY (agency_confirmed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_agency_entity_id_legal_entities FOREIGN KEY (agency_entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_approved_by_id_users FOREIGN KEY (approved_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_carried_from_id_statements FOREIGN KEY (carried_from_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_contract_id_framework_contracts FOREIGN KEY (contract_id) REFERENCES public.framework_contracts(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_journal_id_journals FOREIGN KEY (journal_id) REFERENCES public.journals(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_lender_confirmed_by_id_users FOREIGN KEY (lender_confirmed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_lender_entity_id_legal_entities FOREIGN KEY (lender_entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_quality_score_id_quality_scores FOREIGN KEY (quality_score_id) REFERENCES public.quality_scores(id);

ALTER TABLE ONLY public.statements
    ADD CONSTRAINT fk_statements_replaces_id_statements FOREIGN KEY (replaces_id) REFERENCES public.statements(id);

ALTER TABLE ONLY public.tape_fixes
    ADD CONSTRAINT fk_tape_fixes_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.tape_fixes
    ADD CONSTRAINT fk_tape_fixes_made_by_id_users FOREIGN KEY (made_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.tape_fixes
    ADD CONSTRAINT fk_tape_fixes_tape_id_tapes FOREIGN KEY (tape_id) REFERENCES public.tapes(id);

ALTER TABLE ONLY public.tape_issues
    ADD CONSTRAINT fk_tape_issues_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.tape_issues
    ADD CONSTRAINT fk_tape_issues_tape_id_tapes FOREIGN KEY (tape_id) REFERENCES public.tapes(id);

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT fk_tapes_difference_confirmed_by_id_users FOREIGN KEY (difference_confirmed_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT fk_tapes_entity_id_legal_entities FOREIGN KEY (entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT fk_tapes_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT fk_tapes_portfolio_id_portfolios FOREIGN KEY (portfolio_id) REFERENCES public.portfolios(id);

ALTER TABLE ONLY public.tapes
    ADD CONSTRAINT fk_tapes_uploaded_by_id_users FOREIGN KEY (uploaded_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.tax_statuses
    ADD CONSTRAINT fk_tax_statuses_entity_id_legal_entities FOREIGN KEY (entity_id) REFERENCES public.legal_entities(id);

ALTER TABLE ONLY public.track_records
    ADD CONSTRAINT fk_track_records_agency_id_organisations FOREIGN KEY (agency_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT fk_uploads_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT fk_uploads_tape_id_tapes FOREIGN KEY (tape_id) REFERENCES public.tapes(id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT fk_uploads_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_sessions
    ADD CONSTRAINT fk_user_sessions_user_id_users FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT fk_users_organisation_id_organisations FOREIGN KEY (organisation_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.valuation_models
    ADD CONSTRAINT fk_valuation_models_activated_by_id_users FOREIGN KEY (activated_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.valuation_models
    ADD CONSTRAINT fk_valuation_models_nominated_by_id_users FOREIGN KEY (nominated_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.valuations
    ADD CONSTRAINT fk_valuations_lender_id_organisations FOREIGN KEY (lender_id) REFERENCES public.organisations(id);

ALTER TABLE ONLY public.valuations
    ADD CONSTRAINT fk_valuations_model_id_valuation_models FOREIGN KEY (model_id) REFERENCES public.valuation_models(id);

ALTER TABLE ONLY public.valuations
    ADD CONSTRAINT fk_valuations_portfolio_id_portfolios FOREIGN KEY (portfolio_id) REFERENCES public.portfolios(id);

ALTER TABLE ONLY public.valuations
    ADD CONSTRAINT fk_valuations_requested_by_id_users FOREIGN KEY (requested_by_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE public.agency_approvals ENABLE ROW LEVEL SECURITY;

CREATE POLICY agency_approvals_agency_select ON public.agency_approvals FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY agency_approvals_lender_insert ON public.agency_approvals FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY agency_approvals_lender_select ON public.agency_approvals FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY agency_approvals_lender_update ON public.agency_approvals FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY agency_approvals_staff_select ON public.agency_approvals FOR SELECT TO recoup_staff USING (true);

CREATE POLICY agency_approvals_system_delete ON public.agency_approvals FOR DELETE TO recoup_system USING (true);

CREATE POLICY agency_approvals_system_insert ON public.agency_approvals FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY agency_approvals_system_select ON public.agency_approvals FOR SELECT TO recoup_system USING (true);

CREATE POLICY agency_approvals_system_update ON public.agency_approvals FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.auctions ENABLE ROW LEVEL SECURITY;

CREATE POLICY auctions_agency_select ON public.auctions FOR SELECT TO recoup_agency USING (((status)::text <> 'draft'::text));

CREATE POLICY auctions_finance_select ON public.auctions FOR SELECT TO recoup_finance USING (((status)::text = 'awarded'::text));

CREATE POLICY auctions_lender_insert ON public.auctions FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY auctions_lender_select ON public.auctions FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY auctions_lender_update ON public.auctions FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY auctions_staff_select ON public.auctions FOR SELECT TO recoup_staff USING (((status)::text <> 'draft'::text));

CREATE POLICY auctions_system_delete ON public.auctions FOR DELETE TO recoup_system USING (true);

CREATE POLICY auctions_system_insert ON public.auctions FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY auctions_system_select ON public.auctions FOR SELECT TO recoup_system USING (true);

CREATE POLICY auctions_system_update ON public.auctions FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.audit_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_events_agency_select ON public.audit_events FOR SELECT TO recoup_agency USING ((( SELECT app.current_org() AS current_org) = ANY (parties)));

CREATE POLICY audit_events_finance_select ON public.audit_events FOR SELECT TO recoup_finance USING (true);

CREATE POLICY audit_events_lender_select ON public.audit_events FOR SELECT TO recoup_lender USING ((( SELECT app.current_org() AS current_org) = ANY (parties)));

CREATE POLICY audit_events_staff_select ON public.audit_events FOR SELECT TO recoup_staff USING (true);

CREATE POLICY audit_events_system_delete ON public.audit_events FOR DELETE TO recoup_system USING (true);

CREATE POLICY audit_events_system_insert ON public.audit_events FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY audit_events_system_select ON public.audit_events FOR SELECT TO recoup_system USING (true);

CREATE POLICY audit_events_system_update ON public.audit_events FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.audit_heads ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_heads_agency_select ON public.audit_heads FOR SELECT TO recoup_agency USING ((chain = ( SELECT app.current_org() AS current_org)));

CREATE POLICY audit_heads_finance_select ON public.audit_heads FOR SELECT TO recoup_finance USING (true);

CREATE POLICY audit_heads_lender_select ON public.audit_heads FOR SELECT TO recoup_lender USING ((chain = ( SELECT app.current_org() AS current_org)));

CREATE POLICY audit_heads_staff_select ON public.audit_heads FOR SELECT TO recoup_staff USING (true);

CREATE POLICY audit_heads_system_delete ON public.audit_heads FOR DELETE TO recoup_system USING (true);

CREATE POLICY audit_heads_system_insert ON public.audit_heads FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY audit_heads_system_select ON public.audit_heads FOR SELECT TO recoup_system USING (true);

CREATE POLICY audit_heads_system_update ON public.audit_heads FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.band_checks ENABLE ROW LEVEL SECURITY;

CREATE POLICY band_checks_lender_select ON public.band_checks FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY band_checks_system_delete ON public.band_checks FOR DELETE TO recoup_system USING (true);

CREATE POLICY band_checks_system_insert ON public.band_checks FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY band_checks_system_select ON public.band_checks FOR SELECT TO recoup_system USING (true);

CREATE POLICY band_checks_system_update ON public.band_checks FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.bids ENABLE ROW LEVEL SECURITY;

CREATE POLICY bids_agency_insert ON public.bids FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY bids_agency_select ON public.bids FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY bids_agency_update ON public.bids FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY bids_lender_select ON public.bids FOR SELECT TO recoup_lender USING ((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.id = bids.auction_id) AND (a.lender_id = ( SELECT app.current_org() AS current_org)) AND (a.opened_at IS NOT NULL)))));

CREATE POLICY bids_lender_update ON public.bids FOR UPDATE TO recoup_lender USING ((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.id = bids.auction_id) AND (a.lender_id = ( SELECT app.current_org() AS current_org)) AND (a.opened_at IS NOT NULL))))) WITH CHECK ((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.id = bids.auction_id) AND (a.lender_id = ( SELECT app.current_org() AS current_org)) AND (a.opened_at IS NOT NULL)))));

CREATE POLICY bids_system_delete ON public.bids FOR DELETE TO recoup_system USING (true);

CREATE POLICY bids_system_insert ON public.bids FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY bids_system_select ON public.bids FOR SELECT TO recoup_system USING (true);

CREATE POLICY bids_system_update ON public.bids FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.book_checks ENABLE ROW LEVEL SECURITY;

CREATE POLICY book_checks_finance_select ON public.book_checks FOR SELECT TO recoup_finance USING (true);

CREATE POLICY book_checks_staff_select ON public.book_checks FOR SELECT TO recoup_staff USING (true);

CREATE POLICY book_checks_system_delete ON public.book_checks FOR DELETE TO recoup_system USING (true);

CREATE POLICY book_checks_system_insert ON public.book_checks FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY book_checks_system_select ON public.book_checks FOR SELECT TO recoup_system USING (true);

CREATE POLICY book_checks_system_update ON public.book_checks FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.case_balances ENABLE ROW LEVEL SECURITY;

CREATE POLICY case_balances_lender_select ON public.case_balances FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY case_balances_system_delete ON public.case_balances FOR DELETE TO recoup_system USING (true);

CREATE POLICY case_balances_system_insert ON public.case_balances FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY case_balances_system_select ON public.case_balances FOR SELECT TO recoup_system USING (true);

CREATE POLICY case_balances_system_update ON public.case_balances FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.cases ENABLE ROW LEVEL SECURITY;

CREATE POLICY cases_agency_select ON public.cases FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY cases_lender_delete ON public.cases FOR DELETE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY cases_lender_insert ON public.cases FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY cases_lender_select ON public.cases FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY cases_lender_update ON public.cases FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY cases_system_delete ON public.cases FOR DELETE TO recoup_system USING (true);

CREATE POLICY cases_system_insert ON public.cases FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY cases_system_select ON public.cases FOR SELECT TO recoup_system USING (true);

CREATE POLICY cases_system_update ON public.cases FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.commission_terms ENABLE ROW LEVEL SECURITY;

CREATE POLICY commission_terms_agency_select ON public.commission_terms FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY commission_terms_agency_update ON public.commission_terms FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY commission_terms_finance_select ON public.commission_terms FOR SELECT TO recoup_finance USING (true);

CREATE POLICY commission_terms_lender_insert ON public.commission_terms FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY commission_terms_lender_select ON public.commission_terms FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY commission_terms_staff_select ON public.commission_terms FOR SELECT TO recoup_staff USING (true);

CREATE POLICY commission_terms_system_delete ON public.commission_terms FOR DELETE TO recoup_system USING (true);

CREATE POLICY commission_terms_system_insert ON public.commission_terms FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY commission_terms_system_select ON public.commission_terms FOR SELECT TO recoup_system USING (true);

CREATE POLICY commission_terms_system_update ON public.commission_terms FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY contacts_agency_insert ON public.contacts FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY contacts_agency_select ON public.contacts FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY contacts_agency_update ON public.contacts FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY contacts_lender_insert ON public.contacts FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY contacts_lender_select ON public.contacts FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY contacts_lender_update ON public.contacts FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY contacts_system_delete ON public.contacts FOR DELETE TO recoup_system USING (true);

CREATE POLICY contacts_system_insert ON public.contacts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY contacts_system_select ON public.contacts FOR SELECT TO recoup_system USING (true);

CREATE POLICY contacts_system_update ON public.contacts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.coverage_figures ENABLE ROW LEVEL SECURITY;

CREATE POLICY coverage_figures_agency_select ON public.coverage_figures FOR SELECT TO recoup_agency USING (true);

CREATE POLICY coverage_figures_finance_select ON public.coverage_figures FOR SELECT TO recoup_finance USING (true);

CREATE POLICY coverage_figures_lender_select ON public.coverage_figures FOR SELECT TO recoup_lender USING (true);

CREATE POLICY coverage_figures_staff_select ON public.coverage_figures FOR SELECT TO recoup_staff USING (true);

CREATE POLICY coverage_figures_system_delete ON public.coverage_figures FOR DELETE TO recoup_system USING (true);

CREATE POLICY coverage_figures_system_insert ON public.coverage_figures FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY coverage_figures_system_select ON public.coverage_figures FOR SELECT TO recoup_system USING (true);

CREATE POLICY coverage_figures_system_update ON public.coverage_figures FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY coverage_figures_visitor_select ON public.coverage_figures FOR SELECT TO recoup_visitor USING (true);

ALTER TABLE public.credentials ENABLE ROW LEVEL SECURITY;

CREATE POLICY credentials_agency_insert ON public.credentials FOR INSERT TO recoup_agency WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY credentials_agency_select ON public.credentials FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY credentials_agency_update ON public.credentials FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY credentials_lender_select ON public.credentials FOR SELECT TO recoup_lender USING (((status)::text = ANY ((ARRAY['active'::character varying, 'suspended'::character varying])::text[])));

CREATE POLICY credentials_staff_select ON public.credentials FOR SELECT TO recoup_staff USING (true);

CREATE POLICY credentials_staff_update ON public.credentials FOR UPDATE TO recoup_staff USING (true) WITH CHECK (true);

CREATE POLICY credentials_system_delete ON public.credentials FOR DELETE TO recoup_system USING (true);

CREATE POLICY credentials_system_insert ON public.credentials FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY credentials_system_select ON public.credentials FOR SELECT TO recoup_system USING (true);

CREATE POLICY credentials_system_update ON public.credentials FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.creditors ENABLE ROW LEVEL SECURITY;

CREATE POLICY creditors_lender_insert ON public.creditors FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY creditors_lender_select ON public.creditors FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY creditors_lender_update ON public.creditors FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY creditors_system_delete ON public.creditors FOR DELETE TO recoup_system USING (true);

CREATE POLICY creditors_system_insert ON public.creditors FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY creditors_system_select ON public.creditors FOR SELECT TO recoup_system USING (true);

CREATE POLICY creditors_system_update ON public.creditors FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.debt_clearances ENABLE ROW LEVEL SECURITY;

CREATE POLICY debt_clearances_agency_insert ON public.debt_clearances FOR INSERT TO recoup_agency WITH CHECK (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text) AND ((way)::text = 'repaid'::text)));

CREATE POLICY debt_clearances_agency_select ON public.debt_clearances FOR SELECT TO recoup_agency USING (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text)));

CREATE POLICY debt_clearances_agency_update ON public.debt_clearances FOR UPDATE TO recoup_agency USING (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text) AND ((way)::text = 'repaid'::text))) WITH CHECK (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text) AND ((way)::text = 'repaid'::text)));

CREATE POLICY debt_clearances_finance_insert ON public.debt_clearances FOR INSERT TO recoup_finance WITH CHECK (((part)::text = 'fee'::text));

CREATE POLICY debt_clearances_finance_select ON public.debt_clearances FOR SELECT TO recoup_finance USING (true);

CREATE POLICY debt_clearances_finance_update ON public.debt_clearances FOR UPDATE TO recoup_finance USING (((part)::text = 'fee'::text)) WITH CHECK (((part)::text = 'fee'::text));

CREATE POLICY debt_clearances_lender_insert ON public.debt_clearances FOR INSERT TO recoup_lender WITH CHECK (((lender_id = ( SELECT app.current_org() AS current_org)) AND ((way)::text = 'written_off'::text)));

CREATE POLICY debt_clearances_lender_select ON public.debt_clearances FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY debt_clearances_lender_update ON public.debt_clearances FOR UPDATE TO recoup_lender USING (((lender_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text))) WITH CHECK (((lender_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text)));

CREATE POLICY debt_clearances_staff_select ON public.debt_clearances FOR SELECT TO recoup_staff USING (true);

CREATE POLICY debt_clearances_system_delete ON public.debt_clearances FOR DELETE TO recoup_system USING (true);

CREATE POLICY debt_clearances_system_insert ON public.debt_clearances FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY debt_clearances_system_select ON public.debt_clearances FOR SELECT TO recoup_system USING (true);

CREATE POLICY debt_clearances_system_update ON public.debt_clearances FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.debtors ENABLE ROW LEVEL SECURITY;

CREATE POLICY debtors_agency_select ON public.debtors FOR SELECT TO recoup_agency USING ((EXISTS ( SELECT 1
   FROM public.cases c
  WHERE ((c.debtor_id = debtors.id) AND (c.agency_id = ( SELECT app.current_org() AS current_org))))));

CREATE POLICY debtors_lender_insert ON public.debtors FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY debtors_lender_select ON public.debtors FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY debtors_lender_update ON public.debtors FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY debtors_system_delete ON public.debtors FOR DELETE TO recoup_system USING (true);

CREATE POLICY debtors_system_insert ON public.debtors FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY debtors_system_select ON public.debtors FOR SELECT TO recoup_system USING (true);

CREATE POLICY debtors_system_update ON public.debtors FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.entity_bank_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY entity_bank_accounts_agency_insert ON public.entity_bank_accounts FOR INSERT TO recoup_agency WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY entity_bank_accounts_agency_select ON public.entity_bank_accounts FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY entity_bank_accounts_agency_update ON public.entity_bank_accounts FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY entity_bank_accounts_finance_select ON public.entity_bank_accounts FOR SELECT TO recoup_finance USING (true);

CREATE POLICY entity_bank_accounts_lender_insert ON public.entity_bank_accounts FOR INSERT TO recoup_lender WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY entity_bank_accounts_lender_select ON public.entity_bank_accounts FOR SELECT TO recoup_lender USING (((organisation_id = ( SELECT app.current_org() AS current_org)) OR (EXISTS ( SELECT 1
   FROM public.framework_contracts c
  WHERE ((c.agency_entity_id = entity_bank_accounts.entity_id) AND (c.lender_id = ( SELECT app.current_org() AS current_org)))))));

CREATE POLICY entity_bank_accounts_lender_update ON public.entity_bank_accounts FOR UPDATE TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY entity_bank_accounts_system_delete ON public.entity_bank_accounts FOR DELETE TO recoup_system USING (true);

CREATE POLICY entity_bank_accounts_system_insert ON public.entity_bank_accounts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY entity_bank_accounts_system_select ON public.entity_bank_accounts FOR SELECT TO recoup_system USING (true);

CREATE POLICY entity_bank_accounts_system_update ON public.entity_bank_accounts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.feed_absences ENABLE ROW LEVEL SECURITY;

CREATE POLICY feed_absences_lender_insert ON public.feed_absences FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_absences_lender_select ON public.feed_absences FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_absences_lender_update ON public.feed_absences FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_absences_system_delete ON public.feed_absences FOR DELETE TO recoup_system USING (true);

CREATE POLICY feed_absences_system_insert ON public.feed_absences FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY feed_absences_system_select ON public.feed_absences FOR SELECT TO recoup_system USING (true);

CREATE POLICY feed_absences_system_update ON public.feed_absences FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.feed_alarms ENABLE ROW LEVEL SECURITY;

CREATE POLICY feed_alarms_lender_select ON public.feed_alarms FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_alarms_system_delete ON public.feed_alarms FOR DELETE TO recoup_system USING (true);

CREATE POLICY feed_alarms_system_insert ON public.feed_alarms FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY feed_alarms_system_select ON public.feed_alarms FOR SELECT TO recoup_system USING (true);

CREATE POLICY feed_alarms_system_update ON public.feed_alarms FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.feed_deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY feed_deliveries_lender_insert ON public.feed_deliveries FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_deliveries_lender_select ON public.feed_deliveries FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_deliveries_lender_update ON public.feed_deliveries FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_deliveries_system_delete ON public.feed_deliveries FOR DELETE TO recoup_system USING (true);

CREATE POLICY feed_deliveries_system_insert ON public.feed_deliveries FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY feed_deliveries_system_select ON public.feed_deliveries FOR SELECT TO recoup_system USING (true);

CREATE POLICY feed_deliveries_system_update ON public.feed_deliveries FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.feed_issues ENABLE ROW LEVEL SECURITY;

CREATE POLICY feed_issues_lender_select ON public.feed_issues FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_issues_system_delete ON public.feed_issues FOR DELETE TO recoup_system USING (true);

CREATE POLICY feed_issues_system_insert ON public.feed_issues FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY feed_issues_system_select ON public.feed_issues FOR SELECT TO recoup_system USING (true);

CREATE POLICY feed_issues_system_update ON public.feed_issues FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.feed_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY feed_keys_lender_insert ON public.feed_keys FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_keys_lender_select ON public.feed_keys FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_keys_lender_update ON public.feed_keys FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feed_keys_system_delete ON public.feed_keys FOR DELETE TO recoup_system USING (true);

CREATE POLICY feed_keys_system_insert ON public.feed_keys FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY feed_keys_system_select ON public.feed_keys FOR SELECT TO recoup_system USING (true);

CREATE POLICY feed_keys_system_update ON public.feed_keys FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.feeds ENABLE ROW LEVEL SECURITY;

CREATE POLICY feeds_lender_insert ON public.feeds FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feeds_lender_select ON public.feeds FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feeds_lender_update ON public.feeds FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY feeds_system_delete ON public.feeds FOR DELETE TO recoup_system USING (true);

CREATE POLICY feeds_system_insert ON public.feeds FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY feeds_system_select ON public.feeds FOR SELECT TO recoup_system USING (true);

CREATE POLICY feeds_system_update ON public.feeds FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.framework_contracts ENABLE ROW LEVEL SECURITY;

CREATE POLICY framework_contracts_agency_select ON public.framework_contracts FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY framework_contracts_finance_select ON public.framework_contracts FOR SELECT TO recoup_finance USING (true);

CREATE POLICY framework_contracts_lender_insert ON public.framework_contracts FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY framework_contracts_lender_select ON public.framework_contracts FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY framework_contracts_lender_update ON public.framework_contracts FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY framework_contracts_staff_select ON public.framework_contracts FOR SELECT TO recoup_staff USING (true);

CREATE POLICY framework_contracts_system_delete ON public.framework_contracts FOR DELETE TO recoup_system USING (true);

CREATE POLICY framework_contracts_system_insert ON public.framework_contracts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY framework_contracts_system_select ON public.framework_contracts FOR SELECT TO recoup_system USING (true);

CREATE POLICY framework_contracts_system_update ON public.framework_contracts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.holdback_releases ENABLE ROW LEVEL SECURITY;

CREATE POLICY holdback_releases_agency_select ON public.holdback_releases FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY holdback_releases_finance_delete ON public.holdback_releases FOR DELETE TO recoup_finance USING (true);

CREATE POLICY holdback_releases_finance_insert ON public.holdback_releases FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY holdback_releases_finance_select ON public.holdback_releases FOR SELECT TO recoup_finance USING (true);

CREATE POLICY holdback_releases_finance_update ON public.holdback_releases FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY holdback_releases_lender_select ON public.holdback_releases FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY holdback_releases_staff_select ON public.holdback_releases FOR SELECT TO recoup_staff USING (true);

CREATE POLICY holdback_releases_system_delete ON public.holdback_releases FOR DELETE TO recoup_system USING (true);

CREATE POLICY holdback_releases_system_insert ON public.holdback_releases FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY holdback_releases_system_select ON public.holdback_releases FOR SELECT TO recoup_system USING (true);

CREATE POLICY holdback_releases_system_update ON public.holdback_releases FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.holds ENABLE ROW LEVEL SECURITY;

CREATE POLICY holds_agency_insert ON public.holds FOR INSERT TO recoup_agency WITH CHECK ((EXISTS ( SELECT 1
   FROM public.cases c
  WHERE (c.debtor_id = holds.debtor_id))));

CREATE POLICY holds_agency_select ON public.holds FOR SELECT TO recoup_agency USING ((EXISTS ( SELECT 1
   FROM public.cases c
  WHERE (c.debtor_id = holds.debtor_id))));

CREATE POLICY holds_finance_select ON public.holds FOR SELECT TO recoup_finance USING (true);

CREATE POLICY holds_lender_insert ON public.holds FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY holds_lender_select ON public.holds FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY holds_lender_update ON public.holds FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY holds_system_delete ON public.holds FOR DELETE TO recoup_system USING (true);

CREATE POLICY holds_system_insert ON public.holds FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY holds_system_select ON public.holds FOR SELECT TO recoup_system USING (true);

CREATE POLICY holds_system_update ON public.holds FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.incidents ENABLE ROW LEVEL SECURITY;

CREATE POLICY incidents_finance_insert ON public.incidents FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY incidents_finance_select ON public.incidents FOR SELECT TO recoup_finance USING (true);

CREATE POLICY incidents_finance_update ON public.incidents FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY incidents_staff_select ON public.incidents FOR SELECT TO recoup_staff USING (true);

CREATE POLICY incidents_system_delete ON public.incidents FOR DELETE TO recoup_system USING (true);

CREATE POLICY incidents_system_insert ON public.incidents FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY incidents_system_select ON public.incidents FOR SELECT TO recoup_system USING (true);

CREATE POLICY incidents_system_update ON public.incidents FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_batches ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_batches_agency_insert ON public.intake_batches FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_batches_agency_select ON public.intake_batches FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_batches_finance_select ON public.intake_batches FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_batches_lender_insert ON public.intake_batches FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_batches_lender_select ON public.intake_batches FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_batches_staff_select ON public.intake_batches FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_batches_system_delete ON public.intake_batches FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_batches_system_insert ON public.intake_batches FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_batches_system_select ON public.intake_batches FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_batches_system_update ON public.intake_batches FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_decision_lines ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_decision_lines_finance_select ON public.intake_decision_lines FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_decision_lines_lender_insert ON public.intake_decision_lines FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_decision_lines_lender_select ON public.intake_decision_lines FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_decision_lines_staff_select ON public.intake_decision_lines FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_decision_lines_system_delete ON public.intake_decision_lines FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_decision_lines_system_insert ON public.intake_decision_lines FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_decision_lines_system_select ON public.intake_decision_lines FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_decision_lines_system_update ON public.intake_decision_lines FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_decisions ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_decisions_finance_select ON public.intake_decisions FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_decisions_lender_insert ON public.intake_decisions FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_decisions_lender_select ON public.intake_decisions FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_decisions_lender_update ON public.intake_decisions FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_decisions_staff_select ON public.intake_decisions FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_decisions_system_delete ON public.intake_decisions FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_decisions_system_insert ON public.intake_decisions FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_decisions_system_select ON public.intake_decisions FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_decisions_system_update ON public.intake_decisions FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_figures ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_figures_finance_select ON public.intake_figures FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_figures_lender_select ON public.intake_figures FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_figures_staff_select ON public.intake_figures FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_figures_system_delete ON public.intake_figures FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_figures_system_insert ON public.intake_figures FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_figures_system_select ON public.intake_figures FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_figures_system_update ON public.intake_figures FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_files ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_files_agency_insert ON public.intake_files FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_files_agency_select ON public.intake_files FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_files_finance_select ON public.intake_files FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_files_lender_insert ON public.intake_files FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_files_lender_select ON public.intake_files FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_files_staff_select ON public.intake_files FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_files_system_delete ON public.intake_files FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_files_system_insert ON public.intake_files FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_files_system_select ON public.intake_files FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_files_system_update ON public.intake_files FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_groups ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_groups_agency_select ON public.intake_groups FOR SELECT TO recoup_agency USING ((EXISTS ( SELECT 1
   FROM public.intake_members m
  WHERE ((m.group_id = intake_groups.id) AND (m.agency_id = ( SELECT app.current_org() AS current_org))))));

CREATE POLICY intake_groups_finance_select ON public.intake_groups FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_groups_lender_select ON public.intake_groups FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_groups_staff_select ON public.intake_groups FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_groups_system_delete ON public.intake_groups FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_groups_system_insert ON public.intake_groups FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_groups_system_select ON public.intake_groups FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_groups_system_update ON public.intake_groups FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_lines ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_lines_agency_insert ON public.intake_lines FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_lines_agency_select ON public.intake_lines FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_lines_finance_select ON public.intake_lines FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_lines_lender_insert ON public.intake_lines FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_lines_lender_select ON public.intake_lines FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_lines_staff_select ON public.intake_lines FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_lines_system_delete ON public.intake_lines FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_lines_system_insert ON public.intake_lines FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_lines_system_select ON public.intake_lines FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_lines_system_update ON public.intake_lines FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_members ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_members_agency_select ON public.intake_members FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_members_finance_select ON public.intake_members FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_members_lender_select ON public.intake_members FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_members_staff_select ON public.intake_members FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_members_system_delete ON public.intake_members FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_members_system_insert ON public.intake_members FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_members_system_select ON public.intake_members FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_members_system_update ON public.intake_members FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_payments ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_payments_finance_select ON public.intake_payments FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_payments_lender_insert ON public.intake_payments FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_payments_lender_select ON public.intake_payments FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_payments_staff_select ON public.intake_payments FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_payments_system_delete ON public.intake_payments FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_payments_system_insert ON public.intake_payments FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_payments_system_select ON public.intake_payments FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_payments_system_update ON public.intake_payments FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_portions ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_portions_finance_select ON public.intake_portions FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_portions_lender_insert ON public.intake_portions FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_portions_lender_select ON public.intake_portions FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_portions_staff_select ON public.intake_portions FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_portions_system_delete ON public.intake_portions FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_portions_system_insert ON public.intake_portions FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_portions_system_select ON public.intake_portions FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_portions_system_update ON public.intake_portions FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.intake_runs ENABLE ROW LEVEL SECURITY;

CREATE POLICY intake_runs_finance_select ON public.intake_runs FOR SELECT TO recoup_finance USING (true);

CREATE POLICY intake_runs_lender_select ON public.intake_runs FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY intake_runs_staff_select ON public.intake_runs FOR SELECT TO recoup_staff USING (true);

CREATE POLICY intake_runs_system_delete ON public.intake_runs FOR DELETE TO recoup_system USING (true);

CREATE POLICY intake_runs_system_insert ON public.intake_runs FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY intake_runs_system_select ON public.intake_runs FOR SELECT TO recoup_system USING (true);

CREATE POLICY intake_runs_system_update ON public.intake_runs FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

CREATE POLICY invitations_agency_insert ON public.invitations FOR INSERT TO recoup_agency WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_agency_select ON public.invitations FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_agency_update ON public.invitations FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_finance_insert ON public.invitations FOR INSERT TO recoup_finance WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_finance_select ON public.invitations FOR SELECT TO recoup_finance USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_finance_update ON public.invitations FOR UPDATE TO recoup_finance USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_lender_insert ON public.invitations FOR INSERT TO recoup_lender WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_lender_select ON public.invitations FOR SELECT TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_lender_update ON public.invitations FOR UPDATE TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY invitations_staff_insert ON public.invitations FOR INSERT TO recoup_staff WITH CHECK (true);

CREATE POLICY invitations_staff_select ON public.invitations FOR SELECT TO recoup_staff USING (true);

CREATE POLICY invitations_staff_update ON public.invitations FOR UPDATE TO recoup_staff USING (true) WITH CHECK (true);

CREATE POLICY invitations_system_delete ON public.invitations FOR DELETE TO recoup_system USING (true);

CREATE POLICY invitations_system_insert ON public.invitations FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY invitations_system_select ON public.invitations FOR SELECT TO recoup_system USING (true);

CREATE POLICY invitations_system_update ON public.invitations FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY invitations_visitor_select ON public.invitations FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY invitations_visitor_update ON public.invitations FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.job_progress ENABLE ROW LEVEL SECURITY;

CREATE POLICY job_progress_lender_select ON public.job_progress FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY job_progress_system_delete ON public.job_progress FOR DELETE TO recoup_system USING (true);

CREATE POLICY job_progress_system_insert ON public.job_progress FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY job_progress_system_select ON public.job_progress FOR SELECT TO recoup_system USING (true);

CREATE POLICY job_progress_system_update ON public.job_progress FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.journal_links ENABLE ROW LEVEL SECURITY;

CREATE POLICY journal_links_finance_select ON public.journal_links FOR SELECT TO recoup_finance USING (true);

CREATE POLICY journal_links_staff_select ON public.journal_links FOR SELECT TO recoup_staff USING (true);

CREATE POLICY journal_links_system_delete ON public.journal_links FOR DELETE TO recoup_system USING (true);

CREATE POLICY journal_links_system_insert ON public.journal_links FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY journal_links_system_select ON public.journal_links FOR SELECT TO recoup_system USING (true);

CREATE POLICY journal_links_system_update ON public.journal_links FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.journal_proposals ENABLE ROW LEVEL SECURITY;

CREATE POLICY journal_proposals_finance_insert ON public.journal_proposals FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY journal_proposals_finance_select ON public.journal_proposals FOR SELECT TO recoup_finance USING (true);

CREATE POLICY journal_proposals_finance_update ON public.journal_proposals FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY journal_proposals_staff_select ON public.journal_proposals FOR SELECT TO recoup_staff USING (true);

CREATE POLICY journal_proposals_system_delete ON public.journal_proposals FOR DELETE TO recoup_system USING (true);

CREATE POLICY journal_proposals_system_insert ON public.journal_proposals FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY journal_proposals_system_select ON public.journal_proposals FOR SELECT TO recoup_system USING (true);

CREATE POLICY journal_proposals_system_update ON public.journal_proposals FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.journals ENABLE ROW LEVEL SECURITY;

CREATE POLICY journals_finance_insert ON public.journals FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY journals_finance_select ON public.journals FOR SELECT TO recoup_finance USING (true);

CREATE POLICY journals_staff_select ON public.journals FOR SELECT TO recoup_staff USING (true);

CREATE POLICY journals_system_delete ON public.journals FOR DELETE TO recoup_system USING (true);

CREATE POLICY journals_system_insert ON public.journals FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY journals_system_select ON public.journals FOR SELECT TO recoup_system USING (true);

CREATE POLICY journals_system_update ON public.journals FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.ledger_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY ledger_accounts_finance_insert ON public.ledger_accounts FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY ledger_accounts_finance_select ON public.ledger_accounts FOR SELECT TO recoup_finance USING (true);

CREATE POLICY ledger_accounts_staff_select ON public.ledger_accounts FOR SELECT TO recoup_staff USING (true);

CREATE POLICY ledger_accounts_system_delete ON public.ledger_accounts FOR DELETE TO recoup_system USING (true);

CREATE POLICY ledger_accounts_system_insert ON public.ledger_accounts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY ledger_accounts_system_select ON public.ledger_accounts FOR SELECT TO recoup_system USING (true);

CREATE POLICY ledger_accounts_system_update ON public.ledger_accounts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.ledger_periods ENABLE ROW LEVEL SECURITY;

CREATE POLICY ledger_periods_finance_insert ON public.ledger_periods FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY ledger_periods_finance_select ON public.ledger_periods FOR SELECT TO recoup_finance USING (true);

CREATE POLICY ledger_periods_finance_update ON public.ledger_periods FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY ledger_periods_staff_select ON public.ledger_periods FOR SELECT TO recoup_staff USING (true);

CREATE POLICY ledger_periods_system_delete ON public.ledger_periods FOR DELETE TO recoup_system USING (true);

CREATE POLICY ledger_periods_system_insert ON public.ledger_periods FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY ledger_periods_system_select ON public.ledger_periods FOR SELECT TO recoup_system USING (true);

CREATE POLICY ledger_periods_system_update ON public.ledger_periods FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.legal_entities ENABLE ROW LEVEL SECURITY;

CREATE POLICY legal_entities_agency_insert ON public.legal_entities FOR INSERT TO recoup_agency WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY legal_entities_agency_select ON public.legal_entities FOR SELECT TO recoup_agency USING (true);

CREATE POLICY legal_entities_agency_update ON public.legal_entities FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY legal_entities_finance_select ON public.legal_entities FOR SELECT TO recoup_finance USING (true);

CREATE POLICY legal_entities_lender_insert ON public.legal_entities FOR INSERT TO recoup_lender WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY legal_entities_lender_select ON public.legal_entities FOR SELECT TO recoup_lender USING (true);

CREATE POLICY legal_entities_lender_update ON public.legal_entities FOR UPDATE TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY legal_entities_staff_select ON public.legal_entities FOR SELECT TO recoup_staff USING (true);

CREATE POLICY legal_entities_system_delete ON public.legal_entities FOR DELETE TO recoup_system USING (true);

CREATE POLICY legal_entities_system_insert ON public.legal_entities FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY legal_entities_system_select ON public.legal_entities FOR SELECT TO recoup_system USING (true);

CREATE POLICY legal_entities_system_update ON public.legal_entities FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.line_disputes ENABLE ROW LEVEL SECURITY;

CREATE POLICY line_disputes_agency_insert ON public.line_disputes FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY line_disputes_agency_select ON public.line_disputes FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY line_disputes_agency_update ON public.line_disputes FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY line_disputes_finance_select ON public.line_disputes FOR SELECT TO recoup_finance USING (true);

CREATE POLICY line_disputes_finance_update ON public.line_disputes FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY line_disputes_lender_insert ON public.line_disputes FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY line_disputes_lender_select ON public.line_disputes FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY line_disputes_lender_update ON public.line_disputes FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY line_disputes_staff_select ON public.line_disputes FOR SELECT TO recoup_staff USING (true);

CREATE POLICY line_disputes_system_delete ON public.line_disputes FOR DELETE TO recoup_system USING (true);

CREATE POLICY line_disputes_system_insert ON public.line_disputes FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY line_disputes_system_select ON public.line_disputes FOR SELECT TO recoup_system USING (true);

CREATE POLICY line_disputes_system_update ON public.line_disputes FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.mails ENABLE ROW LEVEL SECURITY;

CREATE POLICY mails_agency_insert ON public.mails FOR INSERT TO recoup_agency WITH CHECK (true);

CREATE POLICY mails_debtor_insert ON public.mails FOR INSERT TO recoup_debtor WITH CHECK (true);

CREATE POLICY mails_finance_insert ON public.mails FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY mails_lender_insert ON public.mails FOR INSERT TO recoup_lender WITH CHECK (true);

CREATE POLICY mails_staff_insert ON public.mails FOR INSERT TO recoup_staff WITH CHECK (true);

CREATE POLICY mails_system_delete ON public.mails FOR DELETE TO recoup_system USING (true);

CREATE POLICY mails_system_insert ON public.mails FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY mails_system_select ON public.mails FOR SELECT TO recoup_system USING (true);

CREATE POLICY mails_system_update ON public.mails FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY mails_visitor_insert ON public.mails FOR INSERT TO recoup_visitor WITH CHECK (true);

ALTER TABLE public.mapping_templates ENABLE ROW LEVEL SECURITY;

CREATE POLICY mapping_templates_lender_insert ON public.mapping_templates FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY mapping_templates_lender_select ON public.mapping_templates FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY mapping_templates_lender_update ON public.mapping_templates FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY mapping_templates_system_delete ON public.mapping_templates FOR DELETE TO recoup_system USING (true);

CREATE POLICY mapping_templates_system_insert ON public.mapping_templates FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY mapping_templates_system_select ON public.mapping_templates FOR SELECT TO recoup_system USING (true);

CREATE POLICY mapping_templates_system_update ON public.mapping_templates FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.nda_signatures ENABLE ROW LEVEL SECURITY;

CREATE POLICY nda_signatures_agency_insert ON public.nda_signatures FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY nda_signatures_agency_select ON public.nda_signatures FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY nda_signatures_lender_select ON public.nda_signatures FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY nda_signatures_system_delete ON public.nda_signatures FOR DELETE TO recoup_system USING (true);

CREATE POLICY nda_signatures_system_insert ON public.nda_signatures FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY nda_signatures_system_select ON public.nda_signatures FOR SELECT TO recoup_system USING (true);

CREATE POLICY nda_signatures_system_update ON public.nda_signatures FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.ndas ENABLE ROW LEVEL SECURITY;

CREATE POLICY ndas_agency_select ON public.ndas FOR SELECT TO recoup_agency USING (true);

CREATE POLICY ndas_lender_insert ON public.ndas FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY ndas_lender_select ON public.ndas FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY ndas_lender_update ON public.ndas FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY ndas_system_delete ON public.ndas FOR DELETE TO recoup_system USING (true);

CREATE POLICY ndas_system_insert ON public.ndas FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY ndas_system_select ON public.ndas FOR SELECT TO recoup_system USING (true);

CREATE POLICY ndas_system_update ON public.ndas FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;

CREATE POLICY notifications_agency_select ON public.notifications FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_agency_update ON public.notifications FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_finance_select ON public.notifications FOR SELECT TO recoup_finance USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_finance_update ON public.notifications FOR UPDATE TO recoup_finance USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_lender_select ON public.notifications FOR SELECT TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_lender_update ON public.notifications FOR UPDATE TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_staff_select ON public.notifications FOR SELECT TO recoup_staff USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_staff_update ON public.notifications FOR UPDATE TO recoup_staff USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY notifications_system_delete ON public.notifications FOR DELETE TO recoup_system USING (true);

CREATE POLICY notifications_system_insert ON public.notifications FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY notifications_system_select ON public.notifications FOR SELECT TO recoup_system USING (true);

CREATE POLICY notifications_system_update ON public.notifications FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.organisations ENABLE ROW LEVEL SECURITY;

CREATE POLICY organisations_agency_select ON public.organisations FOR SELECT TO recoup_agency USING (true);

CREATE POLICY organisations_finance_select ON public.organisations FOR SELECT TO recoup_finance USING (true);

CREATE POLICY organisations_lender_select ON public.organisations FOR SELECT TO recoup_lender USING (true);

CREATE POLICY organisations_staff_insert ON public.organisations FOR INSERT TO recoup_staff WITH CHECK (true);

CREATE POLICY organisations_staff_select ON public.organisations FOR SELECT TO recoup_staff USING (true);

CREATE POLICY organisations_staff_update ON public.organisations FOR UPDATE TO recoup_staff USING (true) WITH CHECK (true);

CREATE POLICY organisations_system_delete ON public.organisations FOR DELETE TO recoup_system USING (true);

CREATE POLICY organisations_system_insert ON public.organisations FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY organisations_system_select ON public.organisations FOR SELECT TO recoup_system USING (true);

CREATE POLICY organisations_system_update ON public.organisations FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY organisations_visitor_select ON public.organisations FOR SELECT TO recoup_visitor USING (true);

ALTER TABLE public.password_resets ENABLE ROW LEVEL SECURITY;

CREATE POLICY password_resets_system_delete ON public.password_resets FOR DELETE TO recoup_system USING (true);

CREATE POLICY password_resets_system_insert ON public.password_resets FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY password_resets_system_select ON public.password_resets FOR SELECT TO recoup_system USING (true);

CREATE POLICY password_resets_system_update ON public.password_resets FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY password_resets_visitor_insert ON public.password_resets FOR INSERT TO recoup_visitor WITH CHECK (true);

CREATE POLICY password_resets_visitor_select ON public.password_resets FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY password_resets_visitor_update ON public.password_resets FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.payment_file_items ENABLE ROW LEVEL SECURITY;

CREATE POLICY payment_file_items_finance_select ON public.payment_file_items FOR SELECT TO recoup_finance USING (true);

CREATE POLICY payment_file_items_lender_insert ON public.payment_file_items FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payment_file_items_lender_select ON public.payment_file_items FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payment_file_items_system_delete ON public.payment_file_items FOR DELETE TO recoup_system USING (true);

CREATE POLICY payment_file_items_system_insert ON public.payment_file_items FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY payment_file_items_system_select ON public.payment_file_items FOR SELECT TO recoup_system USING (true);

CREATE POLICY payment_file_items_system_update ON public.payment_file_items FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.payment_files ENABLE ROW LEVEL SECURITY;

CREATE POLICY payment_files_finance_select ON public.payment_files FOR SELECT TO recoup_finance USING (true);

CREATE POLICY payment_files_lender_insert ON public.payment_files FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payment_files_lender_select ON public.payment_files FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payment_files_system_delete ON public.payment_files FOR DELETE TO recoup_system USING (true);

CREATE POLICY payment_files_system_insert ON public.payment_files FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY payment_files_system_select ON public.payment_files FOR SELECT TO recoup_system USING (true);

CREATE POLICY payment_files_system_update ON public.payment_files FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;

CREATE POLICY payments_agency_insert ON public.payments FOR INSERT TO recoup_agency WITH CHECK (((agency_id = ( SELECT app.current_org() AS current_org)) AND (EXISTS ( SELECT 1
   FROM public.placement_cases pc
  WHERE ((pc.placement_id = payments.placement_id) AND (pc.case_id = payments.case_id) AND (pc.lender_id = payments.lender_id) AND (pc.agency_id = ( SELECT app.current_org() AS current_org)))))));

CREATE POLICY payments_agency_select ON public.payments FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payments_finance_select ON public.payments FOR SELECT TO recoup_finance USING (true);

CREATE POLICY payments_lender_insert ON public.payments FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payments_lender_select ON public.payments FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payments_lender_update ON public.payments FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY payments_staff_select ON public.payments FOR SELECT TO recoup_staff USING (true);

CREATE POLICY payments_system_delete ON public.payments FOR DELETE TO recoup_system USING (true);

CREATE POLICY payments_system_insert ON public.payments FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY payments_system_select ON public.payments FOR SELECT TO recoup_system USING (true);

CREATE POLICY payments_system_update ON public.payments FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.placement_cases ENABLE ROW LEVEL SECURITY;

CREATE POLICY placement_cases_agency_select ON public.placement_cases FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placement_cases_agency_update ON public.placement_cases FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placement_cases_finance_select ON public.placement_cases FOR SELECT TO recoup_finance USING (true);

CREATE POLICY placement_cases_lender_insert ON public.placement_cases FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placement_cases_lender_select ON public.placement_cases FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placement_cases_lender_update ON public.placement_cases FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placement_cases_system_delete ON public.placement_cases FOR DELETE TO recoup_system USING (true);

CREATE POLICY placement_cases_system_insert ON public.placement_cases FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY placement_cases_system_select ON public.placement_cases FOR SELECT TO recoup_system USING (true);

CREATE POLICY placement_cases_system_update ON public.placement_cases FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.placements ENABLE ROW LEVEL SECURITY;

CREATE POLICY placements_agency_select ON public.placements FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placements_agency_update ON public.placements FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placements_finance_select ON public.placements FOR SELECT TO recoup_finance USING (true);

CREATE POLICY placements_lender_insert ON public.placements FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placements_lender_select ON public.placements FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placements_lender_update ON public.placements FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY placements_staff_select ON public.placements FOR SELECT TO recoup_staff USING (true);

CREATE POLICY placements_system_delete ON public.placements FOR DELETE TO recoup_system USING (true);

CREATE POLICY placements_system_insert ON public.placements FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY placements_system_select ON public.placements FOR SELECT TO recoup_system USING (true);

CREATE POLICY placements_system_update ON public.placements FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.portfolios ENABLE ROW LEVEL SECURITY;

CREATE POLICY portfolios_agency_select ON public.portfolios FOR SELECT TO recoup_agency USING (((status)::text = ANY ((ARRAY['listed'::character varying, 'placed'::character varying])::text[])));

CREATE POLICY portfolios_finance_select ON public.portfolios FOR SELECT TO recoup_finance USING (true);

CREATE POLICY portfolios_lender_insert ON public.portfolios FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY portfolios_lender_select ON public.portfolios FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY portfolios_lender_update ON public.portfolios FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY portfolios_staff_select ON public.portfolios FOR SELECT TO recoup_staff USING (((status)::text <> 'ready'::text));

CREATE POLICY portfolios_system_delete ON public.portfolios FOR DELETE TO recoup_system USING (true);

CREATE POLICY portfolios_system_insert ON public.portfolios FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY portfolios_system_select ON public.portfolios FOR SELECT TO recoup_system USING (true);

CREATE POLICY portfolios_system_update ON public.portfolios FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.postings ENABLE ROW LEVEL SECURITY;

CREATE POLICY postings_finance_insert ON public.postings FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY postings_finance_select ON public.postings FOR SELECT TO recoup_finance USING (true);

CREATE POLICY postings_staff_select ON public.postings FOR SELECT TO recoup_staff USING (true);

CREATE POLICY postings_system_delete ON public.postings FOR DELETE TO recoup_system USING (true);

CREATE POLICY postings_system_insert ON public.postings FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY postings_system_select ON public.postings FOR SELECT TO recoup_system USING (true);

CREATE POLICY postings_system_update ON public.postings FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.processing_agreements ENABLE ROW LEVEL SECURITY;

CREATE POLICY processing_agreements_agency_select ON public.processing_agreements FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY processing_agreements_lender_insert ON public.processing_agreements FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY processing_agreements_lender_select ON public.processing_agreements FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY processing_agreements_lender_update ON public.processing_agreements FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY processing_agreements_system_delete ON public.processing_agreements FOR DELETE TO recoup_system USING (true);

CREATE POLICY processing_agreements_system_insert ON public.processing_agreements FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY processing_agreements_system_select ON public.processing_agreements FOR SELECT TO recoup_system USING (true);

CREATE POLICY processing_agreements_system_update ON public.processing_agreements FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.promises ENABLE ROW LEVEL SECURITY;

CREATE POLICY promises_agency_insert ON public.promises FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY promises_agency_select ON public.promises FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY promises_agency_update ON public.promises FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY promises_lender_insert ON public.promises FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY promises_lender_select ON public.promises FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY promises_lender_update ON public.promises FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY promises_system_delete ON public.promises FOR DELETE TO recoup_system USING (true);

CREATE POLICY promises_system_insert ON public.promises FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY promises_system_select ON public.promises FOR SELECT TO recoup_system USING (true);

CREATE POLICY promises_system_update ON public.promises FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.quality_scores ENABLE ROW LEVEL SECURITY;

CREATE POLICY quality_scores_agency_select ON public.quality_scores FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY quality_scores_agency_update ON public.quality_scores FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY quality_scores_finance_select ON public.quality_scores FOR SELECT TO recoup_finance USING (true);

CREATE POLICY quality_scores_lender_insert ON public.quality_scores FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY quality_scores_lender_select ON public.quality_scores FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY quality_scores_lender_update ON public.quality_scores FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY quality_scores_staff_select ON public.quality_scores FOR SELECT TO recoup_staff USING (true);

CREATE POLICY quality_scores_system_delete ON public.quality_scores FOR DELETE TO recoup_system USING (true);

CREATE POLICY quality_scores_system_insert ON public.quality_scores FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY quality_scores_system_select ON public.quality_scores FOR SELECT TO recoup_system USING (true);

CREATE POLICY quality_scores_system_update ON public.quality_scores FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.question_askers ENABLE ROW LEVEL SECURITY;

CREATE POLICY question_askers_agency_insert ON public.question_askers FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY question_askers_agency_select ON public.question_askers FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY question_askers_system_delete ON public.question_askers FOR DELETE TO recoup_system USING (true);

CREATE POLICY question_askers_system_insert ON public.question_askers FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY question_askers_system_select ON public.question_askers FOR SELECT TO recoup_system USING (true);

CREATE POLICY question_askers_system_update ON public.question_askers FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.questions ENABLE ROW LEVEL SECURITY;

CREATE POLICY questions_agency_insert ON public.questions FOR INSERT TO recoup_agency WITH CHECK (((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.id = questions.auction_id) AND ((a.status)::text <> 'draft'::text)))) AND (NOT (EXISTS ( SELECT 1
   FROM public.ndas n
  WHERE ((n.lender_id = questions.lender_id) AND n.current AND (NOT (EXISTS ( SELECT 1
           FROM public.nda_signatures s
          WHERE (s.nda_id = n.id))))))))));

CREATE POLICY questions_agency_select ON public.questions FOR SELECT TO recoup_agency USING (((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.id = questions.auction_id) AND ((a.status)::text <> 'draft'::text)))) AND (NOT (EXISTS ( SELECT 1
   FROM public.ndas n
  WHERE ((n.lender_id = questions.lender_id) AND n.current AND (NOT (EXISTS ( SELECT 1
           FROM public.nda_signatures s
          WHERE (s.nda_id = n.id))))))))));

CREATE POLICY questions_lender_select ON public.questions FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY questions_lender_update ON public.questions FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY questions_system_delete ON public.questions FOR DELETE TO recoup_system USING (true);

CREATE POLICY questions_system_insert ON public.questions FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY questions_system_select ON public.questions FOR SELECT TO recoup_system USING (true);

CREATE POLICY questions_system_update ON public.questions FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.rail_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY rail_accounts_agency_insert ON public.rail_accounts FOR INSERT TO recoup_agency WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_accounts_agency_select ON public.rail_accounts FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_accounts_agency_update ON public.rail_accounts FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_accounts_finance_select ON public.rail_accounts FOR SELECT TO recoup_finance USING (true);

CREATE POLICY rail_accounts_lender_insert ON public.rail_accounts FOR INSERT TO recoup_lender WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_accounts_lender_select ON public.rail_accounts FOR SELECT TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_accounts_lender_update ON public.rail_accounts FOR UPDATE TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_accounts_staff_select ON public.rail_accounts FOR SELECT TO recoup_staff USING (true);

CREATE POLICY rail_accounts_system_delete ON public.rail_accounts FOR DELETE TO recoup_system USING (true);

CREATE POLICY rail_accounts_system_insert ON public.rail_accounts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY rail_accounts_system_select ON public.rail_accounts FOR SELECT TO recoup_system USING (true);

CREATE POLICY rail_accounts_system_update ON public.rail_accounts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.rail_checkouts ENABLE ROW LEVEL SECURITY;

CREATE POLICY rail_checkouts_lender_insert ON public.rail_checkouts FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_checkouts_lender_select ON public.rail_checkouts FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_checkouts_lender_update ON public.rail_checkouts FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_checkouts_system_delete ON public.rail_checkouts FOR DELETE TO recoup_system USING (true);

CREATE POLICY rail_checkouts_system_insert ON public.rail_checkouts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY rail_checkouts_system_select ON public.rail_checkouts FOR SELECT TO recoup_system USING (true);

CREATE POLICY rail_checkouts_system_update ON public.rail_checkouts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.rail_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY rail_events_finance_select ON public.rail_events FOR SELECT TO recoup_finance USING (true);

CREATE POLICY rail_events_staff_select ON public.rail_events FOR SELECT TO recoup_staff USING (true);

CREATE POLICY rail_events_system_delete ON public.rail_events FOR DELETE TO recoup_system USING (true);

CREATE POLICY rail_events_system_insert ON public.rail_events FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY rail_events_system_select ON public.rail_events FOR SELECT TO recoup_system USING (true);

CREATE POLICY rail_events_system_update ON public.rail_events FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY rail_events_visitor_insert ON public.rail_events FOR INSERT TO recoup_visitor WITH CHECK ((processed_at IS NULL));

ALTER TABLE public.rail_operations ENABLE ROW LEVEL SECURITY;

CREATE POLICY rail_operations_agency_insert ON public.rail_operations FOR INSERT TO recoup_agency WITH CHECK (((organisation_id = ( SELECT app.current_org() AS current_org)) AND ((kind)::text = ANY ((ARRAY['account'::character varying, 'customer'::character varying, 'checkout'::character varying])::text[]))));

CREATE POLICY rail_operations_agency_select ON public.rail_operations FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_operations_finance_insert ON public.rail_operations FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY rail_operations_finance_select ON public.rail_operations FOR SELECT TO recoup_finance USING (true);

CREATE POLICY rail_operations_finance_update ON public.rail_operations FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY rail_operations_lender_insert ON public.rail_operations FOR INSERT TO recoup_lender WITH CHECK (((organisation_id = ( SELECT app.current_org() AS current_org)) AND ((kind)::text = ANY ((ARRAY['account'::character varying, 'customer'::character varying, 'checkout'::character varying])::text[]))));

CREATE POLICY rail_operations_lender_select ON public.rail_operations FOR SELECT TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY rail_operations_staff_select ON public.rail_operations FOR SELECT TO recoup_staff USING (true);

CREATE POLICY rail_operations_system_delete ON public.rail_operations FOR DELETE TO recoup_system USING (true);

CREATE POLICY rail_operations_system_insert ON public.rail_operations FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY rail_operations_system_select ON public.rail_operations FOR SELECT TO recoup_system USING (true);

CREATE POLICY rail_operations_system_update ON public.rail_operations FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.rail_transactions ENABLE ROW LEVEL SECURITY;

CREATE POLICY rail_transactions_finance_select ON public.rail_transactions FOR SELECT TO recoup_finance USING (true);

CREATE POLICY rail_transactions_finance_update ON public.rail_transactions FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY rail_transactions_staff_select ON public.rail_transactions FOR SELECT TO recoup_staff USING (true);

CREATE POLICY rail_transactions_system_delete ON public.rail_transactions FOR DELETE TO recoup_system USING (true);

CREATE POLICY rail_transactions_system_insert ON public.rail_transactions FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY rail_transactions_system_select ON public.rail_transactions FOR SELECT TO recoup_system USING (true);

CREATE POLICY rail_transactions_system_update ON public.rail_transactions FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.received_invoices ENABLE ROW LEVEL SECURITY;

CREATE POLICY received_invoices_agency_insert ON public.received_invoices FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY received_invoices_agency_select ON public.received_invoices FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY received_invoices_agency_update ON public.received_invoices FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY received_invoices_finance_select ON public.received_invoices FOR SELECT TO recoup_finance USING (true);

CREATE POLICY received_invoices_lender_insert ON public.received_invoices FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY received_invoices_lender_select ON public.received_invoices FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY received_invoices_lender_update ON public.received_invoices FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY received_invoices_staff_select ON public.received_invoices FOR SELECT TO recoup_staff USING (true);

CREATE POLICY received_invoices_system_delete ON public.received_invoices FOR DELETE TO recoup_system USING (true);

CREATE POLICY received_invoices_system_insert ON public.received_invoices FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY received_invoices_system_select ON public.received_invoices FOR SELECT TO recoup_system USING (true);

CREATE POLICY received_invoices_system_update ON public.received_invoices FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY recovery_codes_agency_delete ON public.recovery_codes FOR DELETE TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_agency_insert ON public.recovery_codes FOR INSERT TO recoup_agency WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_agency_select ON public.recovery_codes FOR SELECT TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_agency_update ON public.recovery_codes FOR UPDATE TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_finance_delete ON public.recovery_codes FOR DELETE TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_finance_insert ON public.recovery_codes FOR INSERT TO recoup_finance WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_finance_select ON public.recovery_codes FOR SELECT TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_finance_update ON public.recovery_codes FOR UPDATE TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_lender_delete ON public.recovery_codes FOR DELETE TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_lender_insert ON public.recovery_codes FOR INSERT TO recoup_lender WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_lender_select ON public.recovery_codes FOR SELECT TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_lender_update ON public.recovery_codes FOR UPDATE TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_staff_delete ON public.recovery_codes FOR DELETE TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_staff_insert ON public.recovery_codes FOR INSERT TO recoup_staff WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_staff_select ON public.recovery_codes FOR SELECT TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_staff_update ON public.recovery_codes FOR UPDATE TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY recovery_codes_system_delete ON public.recovery_codes FOR DELETE TO recoup_system USING (true);

CREATE POLICY recovery_codes_system_insert ON public.recovery_codes FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY recovery_codes_system_select ON public.recovery_codes FOR SELECT TO recoup_system USING (true);

CREATE POLICY recovery_codes_system_update ON public.recovery_codes FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY recovery_codes_visitor_select ON public.recovery_codes FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY recovery_codes_visitor_update ON public.recovery_codes FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.release_classes ENABLE ROW LEVEL SECURITY;

CREATE POLICY release_classes_agency_select ON public.release_classes FOR SELECT TO recoup_agency USING (((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.release_id = release_classes.release_id) AND ((a.status)::text <> 'draft'::text)))) AND (NOT (EXISTS ( SELECT 1
   FROM public.ndas n
  WHERE ((n.lender_id = release_classes.lender_id) AND n.current AND (NOT (EXISTS ( SELECT 1
           FROM public.nda_signatures s
          WHERE (s.nda_id = n.id))))))))));

CREATE POLICY release_classes_lender_insert ON public.release_classes FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY release_classes_lender_select ON public.release_classes FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY release_classes_system_delete ON public.release_classes FOR DELETE TO recoup_system USING (true);

CREATE POLICY release_classes_system_insert ON public.release_classes FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY release_classes_system_select ON public.release_classes FOR SELECT TO recoup_system USING (true);

CREATE POLICY release_classes_system_update ON public.release_classes FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.release_members ENABLE ROW LEVEL SECURITY;

CREATE POLICY release_members_lender_insert ON public.release_members FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY release_members_lender_select ON public.release_members FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY release_members_lender_update ON public.release_members FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY release_members_system_delete ON public.release_members FOR DELETE TO recoup_system USING (true);

CREATE POLICY release_members_system_insert ON public.release_members FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY release_members_system_select ON public.release_members FOR SELECT TO recoup_system USING (true);

CREATE POLICY release_members_system_update ON public.release_members FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.releases ENABLE ROW LEVEL SECURITY;

CREATE POLICY releases_lender_insert ON public.releases FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY releases_lender_select ON public.releases FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY releases_system_delete ON public.releases FOR DELETE TO recoup_system USING (true);

CREATE POLICY releases_system_insert ON public.releases FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY releases_system_select ON public.releases FOR SELECT TO recoup_system USING (true);

CREATE POLICY releases_system_update ON public.releases FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.remittances ENABLE ROW LEVEL SECURITY;

CREATE POLICY remittances_agency_select ON public.remittances FOR SELECT TO recoup_agency USING (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text)));

CREATE POLICY remittances_agency_update ON public.remittances FOR UPDATE TO recoup_agency USING (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text))) WITH CHECK (((agency_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text)));

CREATE POLICY remittances_finance_insert ON public.remittances FOR INSERT TO recoup_finance WITH CHECK (((part)::text = 'fee'::text));

CREATE POLICY remittances_finance_select ON public.remittances FOR SELECT TO recoup_finance USING (true);

CREATE POLICY remittances_finance_update ON public.remittances FOR UPDATE TO recoup_finance USING (((part)::text = 'fee'::text)) WITH CHECK (((part)::text = 'fee'::text));

CREATE POLICY remittances_lender_insert ON public.remittances FOR INSERT TO recoup_lender WITH CHECK (((lender_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text)));

CREATE POLICY remittances_lender_select ON public.remittances FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY remittances_lender_update ON public.remittances FOR UPDATE TO recoup_lender USING (((lender_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text))) WITH CHECK (((lender_id = ( SELECT app.current_org() AS current_org)) AND ((part)::text = 'commission'::text)));

CREATE POLICY remittances_staff_select ON public.remittances FOR SELECT TO recoup_staff USING (true);

CREATE POLICY remittances_system_delete ON public.remittances FOR DELETE TO recoup_system USING (true);

CREATE POLICY remittances_system_insert ON public.remittances FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY remittances_system_select ON public.remittances FOR SELECT TO recoup_system USING (true);

CREATE POLICY remittances_system_update ON public.remittances FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.room_views ENABLE ROW LEVEL SECURITY;

CREATE POLICY room_views_agency_insert ON public.room_views FOR INSERT TO recoup_agency WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY room_views_agency_select ON public.room_views FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY room_views_lender_select ON public.room_views FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY room_views_system_delete ON public.room_views FOR DELETE TO recoup_system USING (true);

CREATE POLICY room_views_system_insert ON public.room_views FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY room_views_system_select ON public.room_views FOR SELECT TO recoup_system USING (true);

CREATE POLICY room_views_system_update ON public.room_views FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.security_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY security_keys_agency_delete ON public.security_keys FOR DELETE TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_agency_insert ON public.security_keys FOR INSERT TO recoup_agency WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_agency_select ON public.security_keys FOR SELECT TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_agency_update ON public.security_keys FOR UPDATE TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_finance_delete ON public.security_keys FOR DELETE TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_finance_insert ON public.security_keys FOR INSERT TO recoup_finance WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_finance_select ON public.security_keys FOR SELECT TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_finance_update ON public.security_keys FOR UPDATE TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_lender_delete ON public.security_keys FOR DELETE TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_lender_insert ON public.security_keys FOR INSERT TO recoup_lender WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_lender_select ON public.security_keys FOR SELECT TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_lender_update ON public.security_keys FOR UPDATE TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_staff_delete ON public.security_keys FOR DELETE TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_staff_insert ON public.security_keys FOR INSERT TO recoup_staff WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_staff_select ON public.security_keys FOR SELECT TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_staff_update ON public.security_keys FOR UPDATE TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY security_keys_system_delete ON public.security_keys FOR DELETE TO recoup_system USING (true);

CREATE POLICY security_keys_system_insert ON public.security_keys FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY security_keys_system_select ON public.security_keys FOR SELECT TO recoup_system USING (true);

CREATE POLICY security_keys_system_update ON public.security_keys FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY security_keys_visitor_select ON public.security_keys FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY security_keys_visitor_update ON public.security_keys FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.segments ENABLE ROW LEVEL SECURITY;

CREATE POLICY segments_agency_select ON public.segments FOR SELECT TO recoup_agency USING (((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.id = segments.auction_id) AND ((a.status)::text <> 'draft'::text)))) AND (NOT (EXISTS ( SELECT 1
   FROM public.ndas n
  WHERE ((n.lender_id = segments.lender_id) AND n.current AND (NOT (EXISTS ( SELECT 1
           FROM public.nda_signatures s
          WHERE (s.nda_id = n.id))))))))));

CREATE POLICY segments_lender_delete ON public.segments FOR DELETE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY segments_lender_insert ON public.segments FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY segments_lender_select ON public.segments FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY segments_lender_update ON public.segments FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY segments_system_delete ON public.segments FOR DELETE TO recoup_system USING (true);

CREATE POLICY segments_system_insert ON public.segments FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY segments_system_select ON public.segments FOR SELECT TO recoup_system USING (true);

CREATE POLICY segments_system_update ON public.segments FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.sign_in_attempts ENABLE ROW LEVEL SECURITY;

CREATE POLICY sign_in_attempts_system_delete ON public.sign_in_attempts FOR DELETE TO recoup_system USING (true);

CREATE POLICY sign_in_attempts_system_insert ON public.sign_in_attempts FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY sign_in_attempts_system_select ON public.sign_in_attempts FOR SELECT TO recoup_system USING (true);

CREATE POLICY sign_in_attempts_system_update ON public.sign_in_attempts FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY sign_in_attempts_visitor_insert ON public.sign_in_attempts FOR INSERT TO recoup_visitor WITH CHECK (true);

CREATE POLICY sign_in_attempts_visitor_select ON public.sign_in_attempts FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY sign_in_attempts_visitor_update ON public.sign_in_attempts FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.single_sign_ons ENABLE ROW LEVEL SECURITY;

CREATE POLICY single_sign_ons_agency_select ON public.single_sign_ons FOR SELECT TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY single_sign_ons_finance_select ON public.single_sign_ons FOR SELECT TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY single_sign_ons_lender_select ON public.single_sign_ons FOR SELECT TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY single_sign_ons_staff_select ON public.single_sign_ons FOR SELECT TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY single_sign_ons_system_delete ON public.single_sign_ons FOR DELETE TO recoup_system USING (true);

CREATE POLICY single_sign_ons_system_insert ON public.single_sign_ons FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY single_sign_ons_system_select ON public.single_sign_ons FOR SELECT TO recoup_system USING (true);

CREATE POLICY single_sign_ons_system_update ON public.single_sign_ons FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY single_sign_ons_visitor_insert ON public.single_sign_ons FOR INSERT TO recoup_visitor WITH CHECK (true);

CREATE POLICY single_sign_ons_visitor_select ON public.single_sign_ons FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY single_sign_ons_visitor_update ON public.single_sign_ons FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.split_cases ENABLE ROW LEVEL SECURITY;

CREATE POLICY split_cases_lender_delete ON public.split_cases FOR DELETE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_cases_lender_insert ON public.split_cases FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_cases_lender_select ON public.split_cases FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_cases_lender_update ON public.split_cases FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_cases_system_delete ON public.split_cases FOR DELETE TO recoup_system USING (true);

CREATE POLICY split_cases_system_insert ON public.split_cases FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY split_cases_system_select ON public.split_cases FOR SELECT TO recoup_system USING (true);

CREATE POLICY split_cases_system_update ON public.split_cases FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.split_shares ENABLE ROW LEVEL SECURITY;

CREATE POLICY split_shares_agency_select ON public.split_shares FOR SELECT TO recoup_agency USING (((agency_id = ( SELECT app.current_org() AS current_org)) AND (EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.proposed_split_id = split_shares.split_id) AND ((a.status)::text = 'awarded'::text))))));

CREATE POLICY split_shares_lender_delete ON public.split_shares FOR DELETE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_shares_lender_insert ON public.split_shares FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_shares_lender_select ON public.split_shares FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_shares_lender_update ON public.split_shares FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY split_shares_system_delete ON public.split_shares FOR DELETE TO recoup_system USING (true);

CREATE POLICY split_shares_system_insert ON public.split_shares FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY split_shares_system_select ON public.split_shares FOR SELECT TO recoup_system USING (true);

CREATE POLICY split_shares_system_update ON public.split_shares FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.splits ENABLE ROW LEVEL SECURITY;

CREATE POLICY splits_agency_select ON public.splits FOR SELECT TO recoup_agency USING ((EXISTS ( SELECT 1
   FROM public.auctions a
  WHERE ((a.proposed_split_id = splits.id) AND ((a.status)::text = 'awarded'::text)))));

CREATE POLICY splits_lender_insert ON public.splits FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY splits_lender_select ON public.splits FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY splits_lender_update ON public.splits FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY splits_system_delete ON public.splits FOR DELETE TO recoup_system USING (true);

CREATE POLICY splits_system_insert ON public.splits FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY splits_system_select ON public.splits FOR SELECT TO recoup_system USING (true);

CREATE POLICY splits_system_update ON public.splits FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.statement_copies ENABLE ROW LEVEL SECURITY;

CREATE POLICY statement_copies_agency_select ON public.statement_copies FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statement_copies_finance_insert ON public.statement_copies FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY statement_copies_finance_select ON public.statement_copies FOR SELECT TO recoup_finance USING (true);

CREATE POLICY statement_copies_lender_select ON public.statement_copies FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statement_copies_staff_select ON public.statement_copies FOR SELECT TO recoup_staff USING (true);

CREATE POLICY statement_copies_system_delete ON public.statement_copies FOR DELETE TO recoup_system USING (true);

CREATE POLICY statement_copies_system_insert ON public.statement_copies FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY statement_copies_system_select ON public.statement_copies FOR SELECT TO recoup_system USING (true);

CREATE POLICY statement_copies_system_update ON public.statement_copies FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.statement_lines ENABLE ROW LEVEL SECURITY;

CREATE POLICY statement_lines_agency_select ON public.statement_lines FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statement_lines_finance_delete ON public.statement_lines FOR DELETE TO recoup_finance USING (true);

CREATE POLICY statement_lines_finance_insert ON public.statement_lines FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY statement_lines_finance_select ON public.statement_lines FOR SELECT TO recoup_finance USING (true);

CREATE POLICY statement_lines_finance_update ON public.statement_lines FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY statement_lines_lender_select ON public.statement_lines FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statement_lines_staff_select ON public.statement_lines FOR SELECT TO recoup_staff USING (true);

CREATE POLICY statement_lines_system_delete ON public.statement_lines FOR DELETE TO recoup_system USING (true);

CREATE POLICY statement_lines_system_insert ON public.statement_lines FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY statement_lines_system_select ON public.statement_lines FOR SELECT TO recoup_system USING (true);

CREATE POLICY statement_lines_system_update ON public.statement_lines FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.statements ENABLE ROW LEVEL SECURITY;

CREATE POLICY statements_agency_select ON public.statements FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statements_agency_update ON public.statements FOR UPDATE TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statements_finance_insert ON public.statements FOR INSERT TO recoup_finance WITH CHECK (true);

CREATE POLICY statements_finance_select ON public.statements FOR SELECT TO recoup_finance USING (true);

CREATE POLICY statements_finance_update ON public.statements FOR UPDATE TO recoup_finance USING (true) WITH CHECK (true);

CREATE POLICY statements_lender_select ON public.statements FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statements_lender_update ON public.statements FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY statements_staff_select ON public.statements FOR SELECT TO recoup_staff USING (true);

CREATE POLICY statements_system_delete ON public.statements FOR DELETE TO recoup_system USING (true);

CREATE POLICY statements_system_insert ON public.statements FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY statements_system_select ON public.statements FOR SELECT TO recoup_system USING (true);

CREATE POLICY statements_system_update ON public.statements FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.tape_fixes ENABLE ROW LEVEL SECURITY;

CREATE POLICY tape_fixes_lender_delete ON public.tape_fixes FOR DELETE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_fixes_lender_insert ON public.tape_fixes FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_fixes_lender_select ON public.tape_fixes FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_fixes_lender_update ON public.tape_fixes FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_fixes_system_delete ON public.tape_fixes FOR DELETE TO recoup_system USING (true);

CREATE POLICY tape_fixes_system_insert ON public.tape_fixes FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY tape_fixes_system_select ON public.tape_fixes FOR SELECT TO recoup_system USING (true);

CREATE POLICY tape_fixes_system_update ON public.tape_fixes FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.tape_issues ENABLE ROW LEVEL SECURITY;

CREATE POLICY tape_issues_lender_delete ON public.tape_issues FOR DELETE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_issues_lender_insert ON public.tape_issues FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_issues_lender_select ON public.tape_issues FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_issues_lender_update ON public.tape_issues FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tape_issues_system_delete ON public.tape_issues FOR DELETE TO recoup_system USING (true);

CREATE POLICY tape_issues_system_insert ON public.tape_issues FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY tape_issues_system_select ON public.tape_issues FOR SELECT TO recoup_system USING (true);

CREATE POLICY tape_issues_system_update ON public.tape_issues FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.tapes ENABLE ROW LEVEL SECURITY;

CREATE POLICY tapes_lender_insert ON public.tapes FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tapes_lender_select ON public.tapes FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tapes_lender_update ON public.tapes FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY tapes_system_delete ON public.tapes FOR DELETE TO recoup_system USING (true);

CREATE POLICY tapes_system_insert ON public.tapes FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY tapes_system_select ON public.tapes FOR SELECT TO recoup_system USING (true);

CREATE POLICY tapes_system_update ON public.tapes FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.tax_statuses ENABLE ROW LEVEL SECURITY;

CREATE POLICY tax_statuses_agency_insert ON public.tax_statuses FOR INSERT TO recoup_agency WITH CHECK ((EXISTS ( SELECT 1
   FROM public.legal_entities e
  WHERE ((e.id = tax_statuses.entity_id) AND (e.organisation_id = ( SELECT app.current_org() AS current_org))))));

CREATE POLICY tax_statuses_agency_select ON public.tax_statuses FOR SELECT TO recoup_agency USING (true);

CREATE POLICY tax_statuses_finance_select ON public.tax_statuses FOR SELECT TO recoup_finance USING (true);

CREATE POLICY tax_statuses_lender_insert ON public.tax_statuses FOR INSERT TO recoup_lender WITH CHECK ((EXISTS ( SELECT 1
   FROM public.legal_entities e
  WHERE ((e.id = tax_statuses.entity_id) AND (e.organisation_id = ( SELECT app.current_org() AS current_org))))));

CREATE POLICY tax_statuses_lender_select ON public.tax_statuses FOR SELECT TO recoup_lender USING (true);

CREATE POLICY tax_statuses_staff_select ON public.tax_statuses FOR SELECT TO recoup_staff USING (true);

CREATE POLICY tax_statuses_system_delete ON public.tax_statuses FOR DELETE TO recoup_system USING (true);

CREATE POLICY tax_statuses_system_insert ON public.tax_statuses FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY tax_statuses_system_select ON public.tax_statuses FOR SELECT TO recoup_system USING (true);

CREATE POLICY tax_statuses_system_update ON public.tax_statuses FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.track_records ENABLE ROW LEVEL SECURITY;

CREATE POLICY track_records_agency_select ON public.track_records FOR SELECT TO recoup_agency USING ((agency_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY track_records_lender_select ON public.track_records FOR SELECT TO recoup_lender USING (true);

CREATE POLICY track_records_staff_select ON public.track_records FOR SELECT TO recoup_staff USING (true);

CREATE POLICY track_records_system_delete ON public.track_records FOR DELETE TO recoup_system USING (true);

CREATE POLICY track_records_system_insert ON public.track_records FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY track_records_system_select ON public.track_records FOR SELECT TO recoup_system USING (true);

CREATE POLICY track_records_system_update ON public.track_records FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.uploads ENABLE ROW LEVEL SECURITY;

CREATE POLICY uploads_lender_delete ON public.uploads FOR DELETE TO recoup_lender USING (((lender_id = ( SELECT app.current_org() AS current_org)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))));

CREATE POLICY uploads_lender_insert ON public.uploads FOR INSERT TO recoup_lender WITH CHECK (((lender_id = ( SELECT app.current_org() AS current_org)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))));

CREATE POLICY uploads_lender_select ON public.uploads FOR SELECT TO recoup_lender USING (((lender_id = ( SELECT app.current_org() AS current_org)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))));

CREATE POLICY uploads_lender_update ON public.uploads FOR UPDATE TO recoup_lender USING (((lender_id = ( SELECT app.current_org() AS current_org)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id)))) WITH CHECK (((lender_id = ( SELECT app.current_org() AS current_org)) AND (user_id = ( SELECT app.current_user_id() AS current_user_id))));

CREATE POLICY uploads_system_delete ON public.uploads FOR DELETE TO recoup_system USING (true);

CREATE POLICY uploads_system_insert ON public.uploads FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY uploads_system_select ON public.uploads FOR SELECT TO recoup_system USING (true);

CREATE POLICY uploads_system_update ON public.uploads FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

ALTER TABLE public.user_sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_sessions_agency_insert ON public.user_sessions FOR INSERT TO recoup_agency WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_agency_select ON public.user_sessions FOR SELECT TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_agency_update ON public.user_sessions FOR UPDATE TO recoup_agency USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_finance_insert ON public.user_sessions FOR INSERT TO recoup_finance WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_finance_select ON public.user_sessions FOR SELECT TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_finance_update ON public.user_sessions FOR UPDATE TO recoup_finance USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_lender_insert ON public.user_sessions FOR INSERT TO recoup_lender WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_lender_select ON public.user_sessions FOR SELECT TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_lender_update ON public.user_sessions FOR UPDATE TO recoup_lender USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_staff_insert ON public.user_sessions FOR INSERT TO recoup_staff WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_staff_select ON public.user_sessions FOR SELECT TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_staff_update ON public.user_sessions FOR UPDATE TO recoup_staff USING ((user_id = ( SELECT app.current_user_id() AS current_user_id))) WITH CHECK ((user_id = ( SELECT app.current_user_id() AS current_user_id)));

CREATE POLICY user_sessions_system_delete ON public.user_sessions FOR DELETE TO recoup_system USING (true);

CREATE POLICY user_sessions_system_insert ON public.user_sessions FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY user_sessions_system_select ON public.user_sessions FOR SELECT TO recoup_system USING (true);

CREATE POLICY user_sessions_system_update ON public.user_sessions FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY user_sessions_visitor_insert ON public.user_sessions FOR INSERT TO recoup_visitor WITH CHECK (true);

CREATE POLICY user_sessions_visitor_select ON public.user_sessions FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY user_sessions_visitor_update ON public.user_sessions FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

CREATE POLICY users_agency_insert ON public.users FOR INSERT TO recoup_agency WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_agency_select ON public.users FOR SELECT TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_agency_update ON public.users FOR UPDATE TO recoup_agency USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_finance_insert ON public.users FOR INSERT TO recoup_finance WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_finance_select ON public.users FOR SELECT TO recoup_finance USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_finance_update ON public.users FOR UPDATE TO recoup_finance USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_lender_insert ON public.users FOR INSERT TO recoup_lender WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_lender_select ON public.users FOR SELECT TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_lender_update ON public.users FOR UPDATE TO recoup_lender USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_staff_insert ON public.users FOR INSERT TO recoup_staff WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_staff_select ON public.users FOR SELECT TO recoup_staff USING ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_staff_update ON public.users FOR UPDATE TO recoup_staff USING ((organisation_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((organisation_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY users_system_delete ON public.users FOR DELETE TO recoup_system USING (true);

CREATE POLICY users_system_insert ON public.users FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY users_system_select ON public.users FOR SELECT TO recoup_system USING (true);

CREATE POLICY users_system_update ON public.users FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY users_visitor_insert ON public.users FOR INSERT TO recoup_visitor WITH CHECK (true);

CREATE POLICY users_visitor_select ON public.users FOR SELECT TO recoup_visitor USING (true);

CREATE POLICY users_visitor_update ON public.users FOR UPDATE TO recoup_visitor USING (true) WITH CHECK (true);

ALTER TABLE public.valuation_models ENABLE ROW LEVEL SECURITY;

CREATE POLICY valuation_models_agency_select ON public.valuation_models FOR SELECT TO recoup_agency USING (true);

CREATE POLICY valuation_models_finance_select ON public.valuation_models FOR SELECT TO recoup_finance USING (true);

CREATE POLICY valuation_models_lender_select ON public.valuation_models FOR SELECT TO recoup_lender USING (true);

CREATE POLICY valuation_models_staff_select ON public.valuation_models FOR SELECT TO recoup_staff USING (true);

CREATE POLICY valuation_models_staff_update ON public.valuation_models FOR UPDATE TO recoup_staff USING (true) WITH CHECK (true);

CREATE POLICY valuation_models_system_delete ON public.valuation_models FOR DELETE TO recoup_system USING (true);

CREATE POLICY valuation_models_system_insert ON public.valuation_models FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY valuation_models_system_select ON public.valuation_models FOR SELECT TO recoup_system USING (true);

CREATE POLICY valuation_models_system_update ON public.valuation_models FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

CREATE POLICY valuation_models_visitor_select ON public.valuation_models FOR SELECT TO recoup_visitor USING (true);

ALTER TABLE public.valuations ENABLE ROW LEVEL SECURITY;

CREATE POLICY valuations_agency_select ON public.valuations FOR SELECT TO recoup_agency USING ((EXISTS ( SELECT 1
   FROM public.portfolios p
  WHERE ((p.id = valuations.portfolio_id) AND ((p.status)::text = ANY ((ARRAY['listed'::character varying, 'placed'::character varying])::text[]))))));

CREATE POLICY valuations_lender_insert ON public.valuations FOR INSERT TO recoup_lender WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY valuations_lender_select ON public.valuations FOR SELECT TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY valuations_lender_update ON public.valuations FOR UPDATE TO recoup_lender USING ((lender_id = ( SELECT app.current_org() AS current_org))) WITH CHECK ((lender_id = ( SELECT app.current_org() AS current_org)));

CREATE POLICY valuations_system_delete ON public.valuations FOR DELETE TO recoup_system USING (true);

CREATE POLICY valuations_system_insert ON public.valuations FOR INSERT TO recoup_system WITH CHECK (true);

CREATE POLICY valuations_system_select ON public.valuations FOR SELECT TO recoup_system USING (true);

CREATE POLICY valuations_system_update ON public.valuations FOR UPDATE TO recoup_system USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA app TO PUBLIC;

REVOKE ALL ON FUNCTION app.claim_outcomes(OUT line_id bigint, OUT decision_id bigint, OUT agreed boolean, OUT kind text, OUT reason_code text, OUT decided_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION app.claim_outcomes(OUT line_id bigint, OUT decision_id bigint, OUT agreed boolean, OUT kind text, OUT reason_code text, OUT decided_at timestamp with time zone) TO recoup_agency;

REVOKE ALL ON FUNCTION app.claim_payments(in_line bigint, in_decision bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.claim_payments(in_line bigint, in_decision bigint) TO recoup_agency;

REVOKE ALL ON FUNCTION app.feeds_told(in_agency bigint, in_since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION app.feeds_told(in_agency bigint, in_since timestamp with time zone) TO recoup_agency;
GRANT ALL ON FUNCTION app.feeds_told(in_agency bigint, in_since timestamp with time zone) TO recoup_lender;

GRANT SELECT,INSERT,UPDATE ON TABLE public.contacts TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.contacts TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.contacts TO recoup_system;

REVOKE ALL ON FUNCTION app.first_activity(in_placement bigint, in_case bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION app.first_activity(in_placement bigint, in_case bigint) TO recoup_finance;
GRANT ALL ON FUNCTION app.first_activity(in_placement bigint, in_case bigint) TO recoup_system;

GRANT SELECT,UPDATE ON TABLE public.statements TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.statements TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.statements TO recoup_finance;
GRANT SELECT ON TABLE public.statements TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.statements TO recoup_system;

GRANT ALL ON TABLE public.procrastinate_jobs TO recoup_system;
GRANT SELECT ON TABLE public.procrastinate_jobs TO recoup_staff;

GRANT SELECT,INSERT,UPDATE ON TABLE public.agency_approvals TO recoup_lender;
GRANT SELECT ON TABLE public.agency_approvals TO recoup_agency;
GRANT SELECT ON TABLE public.agency_approvals TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agency_approvals TO recoup_system;

GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.agency_approvals_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.auctions TO recoup_lender;
GRANT SELECT ON TABLE public.auctions TO recoup_agency;
GRANT SELECT ON TABLE public.auctions TO recoup_staff;
GRANT SELECT ON TABLE public.auctions TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auctions TO recoup_system;

GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.auctions_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.audit_events TO recoup_lender;
GRANT SELECT ON TABLE public.audit_events TO recoup_agency;
GRANT SELECT ON TABLE public.audit_events TO recoup_staff;
GRANT SELECT ON TABLE public.audit_events TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.audit_events TO recoup_system;

GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.audit_events_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.audit_heads TO recoup_lender;
GRANT SELECT ON TABLE public.audit_heads TO recoup_agency;
GRANT SELECT ON TABLE public.audit_heads TO recoup_staff;
GRANT SELECT ON TABLE public.audit_heads TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.audit_heads TO recoup_system;

GRANT SELECT ON TABLE public.band_checks TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.band_checks TO recoup_system;

GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.band_checks_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.bids TO recoup_agency;
GRANT SELECT,UPDATE ON TABLE public.bids TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bids TO recoup_system;

GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.bids_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.book_checks TO recoup_finance;
GRANT SELECT ON TABLE public.book_checks TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.book_checks TO recoup_system;

GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.book_checks_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.case_balances TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.case_balances TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cases TO recoup_lender;
GRANT SELECT ON TABLE public.cases TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.cases TO recoup_system;

GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.cases_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.commission_terms TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.commission_terms TO recoup_agency;
GRANT SELECT ON TABLE public.commission_terms TO recoup_finance;
GRANT SELECT ON TABLE public.commission_terms TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.commission_terms TO recoup_system;

GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.commission_terms_id_seq TO recoup_system;

GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.contacts_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.coverage_figures TO recoup_lender;
GRANT SELECT ON TABLE public.coverage_figures TO recoup_agency;
GRANT SELECT ON TABLE public.coverage_figures TO recoup_finance;
GRANT SELECT ON TABLE public.coverage_figures TO recoup_visitor;
GRANT SELECT ON TABLE public.coverage_figures TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.coverage_figures TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.credentials TO recoup_agency;
GRANT SELECT,UPDATE ON TABLE public.credentials TO recoup_staff;
GRANT SELECT ON TABLE public.credentials TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.credentials TO recoup_system;

GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.credentials_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.creditors TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.creditors TO recoup_system;

GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.creditors_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.debt_clearances TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.debt_clearances TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.debt_clearances TO recoup_finance;
GRANT SELECT ON TABLE public.debt_clearances TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.debt_clearances TO recoup_system;

GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.debt_clearances_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.debtors TO recoup_lender;
GRANT SELECT ON TABLE public.debtors TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.debtors TO recoup_system;

GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.debtors_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.entity_bank_accounts TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.entity_bank_accounts TO recoup_agency;
GRANT SELECT ON TABLE public.entity_bank_accounts TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.entity_bank_accounts TO recoup_system;

GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.entity_bank_accounts_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feed_absences TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed_absences TO recoup_system;

GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.feed_absences_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.feed_alarms TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed_alarms TO recoup_system;

GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.feed_alarms_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feed_deliveries TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed_deliveries TO recoup_system;

GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.feed_deliveries_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.feed_issues TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed_issues TO recoup_system;

GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.feed_issues_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feed_keys TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed_keys TO recoup_system;

GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.feed_keys_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.feeds TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feeds TO recoup_system;

GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.feeds_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.framework_contracts TO recoup_lender;
GRANT SELECT ON TABLE public.framework_contracts TO recoup_agency;
GRANT SELECT ON TABLE public.framework_contracts TO recoup_staff;
GRANT SELECT ON TABLE public.framework_contracts TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.framework_contracts TO recoup_system;

GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.framework_contracts_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.holdback_releases TO recoup_lender;
GRANT SELECT ON TABLE public.holdback_releases TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.holdback_releases TO recoup_finance;
GRANT SELECT ON TABLE public.holdback_releases TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.holdback_releases TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.holds TO recoup_lender;
GRANT SELECT ON TABLE public.holds TO recoup_finance;
GRANT SELECT,INSERT ON TABLE public.holds TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.holds TO recoup_system;

GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.holds_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.incidents TO recoup_finance;
GRANT SELECT ON TABLE public.incidents TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.incidents TO recoup_system;

GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.incidents_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.intake_batches TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.intake_batches TO recoup_agency;
GRANT SELECT ON TABLE public.intake_batches TO recoup_finance;
GRANT SELECT ON TABLE public.intake_batches TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_batches TO recoup_system;

GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.intake_batches_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.intake_decision_lines TO recoup_lender;
GRANT SELECT ON TABLE public.intake_decision_lines TO recoup_finance;
GRANT SELECT ON TABLE public.intake_decision_lines TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_decision_lines TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.intake_decisions TO recoup_lender;
GRANT SELECT ON TABLE public.intake_decisions TO recoup_finance;
GRANT SELECT ON TABLE public.intake_decisions TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_decisions TO recoup_system;

GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.intake_decisions_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.intake_figures TO recoup_lender;
GRANT SELECT ON TABLE public.intake_figures TO recoup_finance;
GRANT SELECT ON TABLE public.intake_figures TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_figures TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.intake_files TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.intake_files TO recoup_agency;
GRANT SELECT ON TABLE public.intake_files TO recoup_finance;
GRANT SELECT ON TABLE public.intake_files TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_files TO recoup_system;

GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.intake_files_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.intake_groups TO recoup_lender;
GRANT SELECT ON TABLE public.intake_groups TO recoup_agency;
GRANT SELECT ON TABLE public.intake_groups TO recoup_finance;
GRANT SELECT ON TABLE public.intake_groups TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_groups TO recoup_system;

GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.intake_groups_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.intake_lines TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.intake_lines TO recoup_agency;
GRANT SELECT ON TABLE public.intake_lines TO recoup_finance;
GRANT SELECT ON TABLE public.intake_lines TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_lines TO recoup_system;

GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.intake_lines_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.intake_members TO recoup_lender;
GRANT SELECT ON TABLE public.intake_members TO recoup_agency;
GRANT SELECT ON TABLE public.intake_members TO recoup_finance;
GRANT SELECT ON TABLE public.intake_members TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_members TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.intake_payments TO recoup_lender;
GRANT SELECT ON TABLE public.intake_payments TO recoup_finance;
GRANT SELECT ON TABLE public.intake_payments TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_payments TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.intake_portions TO recoup_lender;
GRANT SELECT ON TABLE public.intake_portions TO recoup_finance;
GRANT SELECT ON TABLE public.intake_portions TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_portions TO recoup_system;

GRANT SELECT ON TABLE public.intake_runs TO recoup_lender;
GRANT SELECT ON TABLE public.intake_runs TO recoup_finance;
GRANT SELECT ON TABLE public.intake_runs TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.intake_runs TO recoup_system;

GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.intake_runs_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.invitations TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invitations TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invitations TO recoup_finance;
GRANT SELECT,INSERT,UPDATE ON TABLE public.invitations TO recoup_staff;
GRANT SELECT,UPDATE ON TABLE public.invitations TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitations TO recoup_system;

GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.invitations_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.job_progress TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_progress TO recoup_system;

GRANT SELECT ON TABLE public.journal_links TO recoup_finance;
GRANT SELECT ON TABLE public.journal_links TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journal_links TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.journal_proposals TO recoup_finance;
GRANT SELECT ON TABLE public.journal_proposals TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journal_proposals TO recoup_system;

GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.journal_proposals_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.journals TO recoup_finance;
GRANT SELECT ON TABLE public.journals TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journals TO recoup_system;

GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.journals_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.ledger_accounts TO recoup_finance;
GRANT SELECT ON TABLE public.ledger_accounts TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_accounts TO recoup_system;

GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.ledger_accounts_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.ledger_periods TO recoup_finance;
GRANT SELECT ON TABLE public.ledger_periods TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_periods TO recoup_system;

GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.ledger_periods_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.legal_entities TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.legal_entities TO recoup_agency;
GRANT SELECT ON TABLE public.legal_entities TO recoup_staff;
GRANT SELECT ON TABLE public.legal_entities TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.legal_entities TO recoup_system;

GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.legal_entities_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.line_disputes TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.line_disputes TO recoup_agency;
GRANT SELECT,UPDATE ON TABLE public.line_disputes TO recoup_finance;
GRANT SELECT ON TABLE public.line_disputes TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.line_disputes TO recoup_system;

GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.line_disputes_id_seq TO recoup_system;

GRANT INSERT ON TABLE public.mails TO recoup_lender;
GRANT INSERT ON TABLE public.mails TO recoup_agency;
GRANT INSERT ON TABLE public.mails TO recoup_staff;
GRANT INSERT ON TABLE public.mails TO recoup_finance;
GRANT INSERT ON TABLE public.mails TO recoup_debtor;
GRANT INSERT ON TABLE public.mails TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mails TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mapping_templates TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mapping_templates TO recoup_system;

GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.mapping_templates_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.nda_signatures TO recoup_agency;
GRANT SELECT ON TABLE public.nda_signatures TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.nda_signatures TO recoup_system;

GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.nda_signatures_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.ndas TO recoup_lender;
GRANT SELECT ON TABLE public.ndas TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ndas TO recoup_system;

GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.ndas_id_seq TO recoup_system;

GRANT SELECT,UPDATE ON TABLE public.notifications TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.notifications TO recoup_agency;
GRANT SELECT,UPDATE ON TABLE public.notifications TO recoup_staff;
GRANT SELECT,UPDATE ON TABLE public.notifications TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notifications TO recoup_system;

GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.notifications_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.organisations TO recoup_lender;
GRANT SELECT ON TABLE public.organisations TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.organisations TO recoup_staff;
GRANT SELECT ON TABLE public.organisations TO recoup_finance;
GRANT SELECT ON TABLE public.organisations TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organisations TO recoup_system;

GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.organisations_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.password_resets TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.password_resets TO recoup_system;

GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.password_resets_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.payment_file_items TO recoup_lender;
GRANT SELECT ON TABLE public.payment_file_items TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_file_items TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.payment_files TO recoup_lender;
GRANT SELECT ON TABLE public.payment_files TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_files TO recoup_system;

GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.payment_files_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.payments TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.payments TO recoup_agency;
GRANT SELECT ON TABLE public.payments TO recoup_finance;
GRANT SELECT ON TABLE public.payments TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payments TO recoup_system;

GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.payments_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.placement_cases TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.placement_cases TO recoup_agency;
GRANT SELECT ON TABLE public.placement_cases TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.placement_cases TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.placements TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.placements TO recoup_agency;
GRANT SELECT ON TABLE public.placements TO recoup_staff;
GRANT SELECT ON TABLE public.placements TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.placements TO recoup_system;

GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.placements_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.portfolios TO recoup_lender;
GRANT SELECT ON TABLE public.portfolios TO recoup_agency;
GRANT SELECT ON TABLE public.portfolios TO recoup_staff;
GRANT SELECT ON TABLE public.portfolios TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.portfolios TO recoup_system;

GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.portfolios_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.postings TO recoup_finance;
GRANT SELECT ON TABLE public.postings TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.postings TO recoup_system;

GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.postings_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.processing_agreements TO recoup_lender;
GRANT SELECT ON TABLE public.processing_agreements TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.processing_agreements TO recoup_system;

GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.processing_agreements_id_seq TO recoup_system;

GRANT ALL ON TABLE public.procrastinate_events TO recoup_system;
GRANT SELECT ON TABLE public.procrastinate_events TO recoup_staff;

GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO recoup_system;

GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO recoup_system;

GRANT ALL ON TABLE public.procrastinate_periodic_defers TO recoup_system;

GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO recoup_system;

GRANT ALL ON TABLE public.procrastinate_workers TO recoup_system;
GRANT SELECT ON TABLE public.procrastinate_workers TO recoup_staff;

GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.promises TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.promises TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.promises TO recoup_system;

GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.promises_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.quality_scores TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.quality_scores TO recoup_agency;
GRANT SELECT ON TABLE public.quality_scores TO recoup_finance;
GRANT SELECT ON TABLE public.quality_scores TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.quality_scores TO recoup_system;

GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.quality_scores_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.question_askers TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.question_askers TO recoup_system;

GRANT SELECT,UPDATE ON TABLE public.questions TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.questions TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.questions TO recoup_system;

GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.questions_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.rail_accounts TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.rail_accounts TO recoup_agency;
GRANT SELECT ON TABLE public.rail_accounts TO recoup_finance;
GRANT SELECT ON TABLE public.rail_accounts TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rail_accounts TO recoup_system;

GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.rail_accounts_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.rail_checkouts TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rail_checkouts TO recoup_system;

GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.rail_checkouts_id_seq TO recoup_system;

GRANT INSERT ON TABLE public.rail_events TO recoup_visitor;
GRANT SELECT ON TABLE public.rail_events TO recoup_finance;
GRANT SELECT ON TABLE public.rail_events TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rail_events TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.rail_operations TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.rail_operations TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.rail_operations TO recoup_finance;
GRANT SELECT ON TABLE public.rail_operations TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rail_operations TO recoup_system;

GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.rail_operations_id_seq TO recoup_system;

GRANT SELECT,UPDATE ON TABLE public.rail_transactions TO recoup_finance;
GRANT SELECT ON TABLE public.rail_transactions TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rail_transactions TO recoup_system;

GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.rail_transactions_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.received_invoices TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.received_invoices TO recoup_agency;
GRANT SELECT ON TABLE public.received_invoices TO recoup_finance;
GRANT SELECT ON TABLE public.received_invoices TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.received_invoices TO recoup_system;

GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.received_invoices_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO recoup_finance;
GRANT SELECT,UPDATE ON TABLE public.recovery_codes TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO recoup_system;

GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.recovery_codes_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.release_classes TO recoup_lender;
GRANT SELECT ON TABLE public.release_classes TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.release_classes TO recoup_system;

GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.release_classes_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.release_members TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.release_members TO recoup_system;

GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.release_members_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.releases TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.releases TO recoup_system;

GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.releases_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.remittances TO recoup_lender;
GRANT SELECT,UPDATE ON TABLE public.remittances TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.remittances TO recoup_finance;
GRANT SELECT ON TABLE public.remittances TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.remittances TO recoup_system;

GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.remittances_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.room_views TO recoup_agency;
GRANT SELECT ON TABLE public.room_views TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.room_views TO recoup_system;

GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.room_views_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.security_keys TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.security_keys TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.security_keys TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.security_keys TO recoup_finance;
GRANT SELECT,UPDATE ON TABLE public.security_keys TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.security_keys TO recoup_system;

GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.security_keys_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.segments TO recoup_lender;
GRANT SELECT ON TABLE public.segments TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.segments TO recoup_system;

GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.segments_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sign_in_attempts TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_attempts TO recoup_system;

GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.sign_in_attempts_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.single_sign_ons TO recoup_lender;
GRANT SELECT ON TABLE public.single_sign_ons TO recoup_agency;
GRANT SELECT ON TABLE public.single_sign_ons TO recoup_staff;
GRANT SELECT ON TABLE public.single_sign_ons TO recoup_finance;
GRANT SELECT,INSERT,UPDATE ON TABLE public.single_sign_ons TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.single_sign_ons TO recoup_system;

GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.single_sign_ons_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.split_cases TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.split_cases TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.split_shares TO recoup_lender;
GRANT SELECT ON TABLE public.split_shares TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.split_shares TO recoup_system;

GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.split_shares_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.splits TO recoup_lender;
GRANT SELECT ON TABLE public.splits TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.splits TO recoup_system;

GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.splits_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.statement_copies TO recoup_lender;
GRANT SELECT ON TABLE public.statement_copies TO recoup_agency;
GRANT SELECT,INSERT ON TABLE public.statement_copies TO recoup_finance;
GRANT SELECT ON TABLE public.statement_copies TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.statement_copies TO recoup_system;

GRANT SELECT ON TABLE public.statement_lines TO recoup_lender;
GRANT SELECT ON TABLE public.statement_lines TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.statement_lines TO recoup_finance;
GRANT SELECT ON TABLE public.statement_lines TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.statement_lines TO recoup_system;

GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.statement_lines_id_seq TO recoup_system;

GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.statements_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tape_fixes TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tape_fixes TO recoup_system;

GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.tape_fixes_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tape_issues TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tape_issues TO recoup_system;

GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.tape_issues_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.tapes TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tapes TO recoup_system;

GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.tapes_id_seq TO recoup_system;

GRANT SELECT,INSERT ON TABLE public.tax_statuses TO recoup_lender;
GRANT SELECT,INSERT ON TABLE public.tax_statuses TO recoup_agency;
GRANT SELECT ON TABLE public.tax_statuses TO recoup_staff;
GRANT SELECT ON TABLE public.tax_statuses TO recoup_finance;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tax_statuses TO recoup_system;

GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.tax_statuses_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.track_records TO recoup_lender;
GRANT SELECT ON TABLE public.track_records TO recoup_agency;
GRANT SELECT ON TABLE public.track_records TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.track_records TO recoup_system;

GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.track_records_id_seq TO recoup_system;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.uploads TO recoup_lender;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.uploads TO recoup_system;

GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.uploads_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.user_sessions TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.user_sessions TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.user_sessions TO recoup_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE public.user_sessions TO recoup_finance;
GRANT SELECT,INSERT,UPDATE ON TABLE public.user_sessions TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_sessions TO recoup_system;

GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.user_sessions_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO recoup_lender;
GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO recoup_agency;
GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO recoup_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO recoup_finance;
GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO recoup_visitor;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO recoup_system;

GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.users_id_seq TO recoup_system;

GRANT SELECT ON TABLE public.valuation_models TO recoup_lender;
GRANT SELECT ON TABLE public.valuation_models TO recoup_agency;
GRANT SELECT ON TABLE public.valuation_models TO recoup_finance;
GRANT SELECT ON TABLE public.valuation_models TO recoup_visitor;
GRANT SELECT,UPDATE ON TABLE public.valuation_models TO recoup_staff;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.valuation_models TO recoup_system;

GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.valuation_models_id_seq TO recoup_system;

GRANT SELECT,INSERT,UPDATE ON TABLE public.valuations TO recoup_lender;
GRANT SELECT ON TABLE public.valuations TO recoup_agency;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.valuations TO recoup_system;

GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_lender;
GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_agency;
GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_staff;
GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_finance;
GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_debtor;
GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_visitor;
GRANT USAGE ON SEQUENCE public.valuations_id_seq TO recoup_system;
