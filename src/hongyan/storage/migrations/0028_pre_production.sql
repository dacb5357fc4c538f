-- A store that has, or had, a channel to a carrier is marked as one that is no sandbox. Those that were served by HONGYAN_SMPP
-- alone are marked by their next start with it.
INSERT INTO fact (name, value)
SELECT 'production', CAST(MIN(changed_ms) AS TEXT) FROM channel HAVING COUNT(*) > 0;
