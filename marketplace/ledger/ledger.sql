-- The books cannot be put out of balance, nor changed after the fact: for the tables' owner too.

-- What exists is never changed.
CALL app.append_only('ledger_accounts', 'journals', 'postings', 'journal_links');
CALL app.never_emptied('ledger_periods');
-- An incident is only ever closed, once; a proposal only decided.
CALL app.answered_once('incidents', 'closed_at', 'closed_by_id', 'closing_note');
CALL app.answered_once('journal_proposals', 'decided_at', 'decided_by_id', 'journal_id');
CALL app.begins_open('journal_proposals', 'decided_at');

-- A journal is booked by the database's clock, and belongs to the transaction that made it.
-- (Not `xmin`: inside a savepoint that is the id of the subtransaction.)
CREATE FUNCTION app.journal_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  NEW.booked_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER journals_open BEFORE INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION app.journal_opens();

-- Nothing is posted into a closed month. The lock is shared by those who post and exclusive for
-- whoever closes, so a journal under way is either in the closing's view or refused.
CREATE FUNCTION app.journal_month_is_open() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('ledger period'), 0);
  IF EXISTS (SELECT 1 FROM ledger_periods WHERE closed_at IS NOT NULL
              AND month_start = date_trunc('month', NEW.effective_on)::date) THEN
    RAISE EXCEPTION 'the month % is closed', to_char(NEW.effective_on, 'YYYY-MM')
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journals_month_is_open BEFORE INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION app.journal_month_is_open();

-- A posting joins its journal only in the transaction that made it, until it is in the chain.
CREATE FUNCTION app.posting_belongs() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM journals WHERE id = NEW.journal_id
                  AND transaction_id = pg_current_xact_id()::text::bigint)
     OR EXISTS (SELECT 1 FROM journal_links WHERE journal_id = NEW.journal_id) THEN
    RAISE EXCEPTION 'journal % is closed', NEW.journal_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER postings_belong BEFORE INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION app.posting_belongs();

-- It is in its account's currency.
CREATE FUNCTION app.posting_in_currency() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_accounts WHERE id = NEW.account_id
                  AND currency = NEW.currency) THEN
    RAISE EXCEPTION 'the account is kept in another currency' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER postings_in_currency BEFORE INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION app.posting_in_currency();

-- When its transaction commits, a journal says something and adds up to zero per currency.
CREATE FUNCTION app.journal_balances() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE CONSTRAINT TRIGGER journals_balance AFTER INSERT ON journals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_balances();

-- A reversal is the exact mirror of what it reverses, and is not itself reversed.
CREATE FUNCTION app.journal_mirrors() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE CONSTRAINT TRIGGER journals_mirror AFTER INSERT ON journals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_mirrors();

-- What a journal's hash covers, as JSON. `ledger.verify_chain` writes it again by itself.
CREATE FUNCTION app.journal_body(in_id bigint) RETURNS text LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

-- Links are added one at a time, at the commit: whoever waits for the lock holds nothing long.
CREATE FUNCTION app.journal_is_linked() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE CONSTRAINT TRIGGER journals_chain AFTER INSERT ON journals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_is_linked();

-- A month is proposed, then closed by a second person, and stays closed.
CREATE FUNCTION app.period_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER ledger_periods_stay_closed BEFORE INSERT OR UPDATE OR DELETE ON ledger_periods
  FOR EACH ROW EXECUTE FUNCTION app.period_stays_closed();
