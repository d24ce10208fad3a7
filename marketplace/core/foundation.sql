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
