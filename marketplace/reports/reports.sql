-- Feeds that tell of cases an agency holds: when their files are due, came, and were missed. For
-- that agency and for their lender. Agencies see no feed, for its columns, keys and counts are
-- the lender's; that it is late stops their work.
CREATE FUNCTION app.feeds_told(in_agency bigint, in_since timestamptz)
RETURNS TABLE (
  lender_id bigint, jurisdiction text, contents text, weekdays bigint[], due_time time,
  time_zone text, public_holidays boolean, days_off date[], days_on date[],
  grace_minutes bigint, covered_to_at timestamptz, came_at timestamptz[],
  missed_at timestamptz[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
REVOKE EXECUTE ON FUNCTION app.feeds_told FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.feeds_told TO recoup_agency, recoup_lender;
