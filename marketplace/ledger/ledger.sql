-- The books cannot be put out of balance, nor changed after the fact.
CREATE FUNCTION app.journal_balances() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wrong record;
BEGIN
  SELECT currency, sum(amount_minor) AS total INTO wrong
    FROM postings WHERE journal_id = NEW.journal_id
   GROUP BY currency HAVING sum(amount_minor) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal % is out of balance by % %', NEW.journal_id, wrong.total,
      wrong.currency USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER postings_balance AFTER INSERT ON postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.journal_balances();

-- (Not `xmin`: inside a savepoint that is the id of the subtransaction.)
CREATE FUNCTION app.journal_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER journals_open BEFORE INSERT ON journals
  FOR EACH ROW EXECUTE FUNCTION app.journal_opens();

-- A posting joins its journal only in the transaction that made it, in its account's currency.
CREATE FUNCTION app.posting_belongs() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM journals WHERE id = NEW.journal_id
                  AND transaction_id = pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION 'journal % is closed', NEW.journal_id USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM ledger_accounts WHERE id = NEW.account_id
                  AND currency = NEW.currency) THEN
    RAISE EXCEPTION 'the account is kept in another currency' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER postings_belong BEFORE INSERT ON postings
  FOR EACH ROW EXECUTE FUNCTION app.posting_belongs();

CREATE TRIGGER journals_append_only BEFORE UPDATE OR DELETE ON journals
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER journals_never_emptied BEFORE TRUNCATE ON journals
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE ON postings
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER postings_never_emptied BEFORE TRUNCATE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
