-- What every table and policy relies on. Text search_path is pinned in definer functions.
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO PUBLIC;

CREATE FUNCTION app.current_org() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.org_id', true), '')::bigint;

CREATE FUNCTION app.current_user_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN nullif(current_setting('app.user_id', true), '')::bigint;

-- A short code for people: multiplying by an odd number modulo 2^(5 * digits) is one to one.
CREATE FUNCTION app.public_code(prefix text, id bigint, digits integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
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

CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;

-- Of a row, only the columns that the trigger names ever change; nor is it deleted.
-- (Generated columns such as `code` are not computed yet in a BEFORE trigger.)
CREATE FUNCTION app.refuse_other_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - TG_ARGV - 'code'::text)
                      <> (to_jsonb(NEW) - TG_ARGV - 'code'::text) THEN
    RAISE EXCEPTION '% is append-only: only % is ever changed',
      TG_TABLE_NAME, array_to_string(TG_ARGV, ', ') USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- How a feature guards its tables, for their owner too.
CREATE PROCEDURE app.never_emptied(VARIADIC tables text[]) LANGUAGE plpgsql AS $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I'
      ' FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change()', one || '_never_emptied', one);
  END LOOP;
END $$;

-- Rows are only ever added.
CREATE PROCEDURE app.append_only(VARIADIC tables text[]) LANGUAGE plpgsql AS $$
DECLARE
  one text;
BEGIN
  CALL app.never_emptied(VARIADIC tables);
  FOREACH one IN ARRAY tables LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I'
      ' FOR EACH ROW EXECUTE FUNCTION app.refuse_change()', one || '_append_only', one);
  END LOOP;
END $$;

-- Rows are added, and only these of their columns ever change.
CREATE PROCEDURE app.changes_only(one text, VARIADIC columns text[]) LANGUAGE plpgsql AS $$
BEGIN
  CALL app.never_emptied(one);
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I'
    ' FOR EACH ROW EXECUTE FUNCTION app.refuse_other_changes(%s)', one || '_changes_only', one,
    (SELECT string_agg(quote_literal(c), ', ') FROM unnest(columns) c));
END $$;

-- Once this column is filled in, nothing of a row changes any more.
CREATE PROCEDURE app.final_once(one text, closing text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (OLD.%I IS NOT NULL)'
    ' EXECUTE FUNCTION app.refuse_change()', one || '_final_once_' || closing, one, closing);
END $$;

-- A row is there before its answer: none is added by one person in the name of two.
CREATE FUNCTION app.refuse_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% begins without an answer', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE PROCEDURE app.begins_open(one text, closing text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER %I BEFORE INSERT ON %I FOR EACH ROW WHEN (NEW.%I IS NOT NULL)'
    ' EXECUTE FUNCTION app.refuse_answered()', one || '_begins_open', one, closing);
END $$;

-- Whoever acts signs with their own name: these columns are filled in with no other. The worker
-- writes down what somebody asked it for.
CREATE FUNCTION app.refuse_other_names() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- Only these columns ever change, and none of them any more once the first is filled in.
CREATE PROCEDURE app.answered_once(one text, VARIADIC columns text[]) LANGUAGE plpgsql AS $$
BEGIN
  CALL app.changes_only(one, VARIADIC columns);
  CALL app.final_once(one, columns[1]);
END $$;
