-- Whose key this is. A program at the door is nobody yet, so it may not read the table of keys.
CREATE FUNCTION app.feed_key(in_hash bytea)
RETURNS TABLE (key_id bigint, key_hash bytea, feed_id bigint, feed_code text, lender_id bigint,
               made_by_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.id, k.key_hash, f.id, f.code, f.lender_id, k.made_by_id
    FROM feed_keys k JOIN feeds f ON f.id = k.feed_id
   WHERE k.key_hash = in_hash AND k.revoked_at IS NULL
$$;

-- Whether the balances of a lender's portfolio are older than two feed days. Agencies ask too,
-- who see no feed.
CREATE FUNCTION app.feed_locks(in_lender bigint, in_portfolio bigint, in_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM feeds
                  WHERE lender_id = in_lender AND status = 'active' AND locks_at <= in_at
                    AND (portfolio_id IS NULL OR portfolio_id = in_portfolio))
$$;
