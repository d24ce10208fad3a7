-- What was owed on a case, once said, stays said: for the tables' owner too.
CREATE TRIGGER case_balances_append_only BEFORE UPDATE OR DELETE ON case_balances
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER case_balances_never_emptied BEFORE TRUNCATE ON case_balances
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
