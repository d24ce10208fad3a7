-- A check that was made stays made.
CREATE TRIGGER book_checks_append_only BEFORE UPDATE OR DELETE ON book_checks
  FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER book_checks_never_emptied BEFORE TRUNCATE ON book_checks
  FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
