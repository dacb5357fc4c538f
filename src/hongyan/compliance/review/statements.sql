-- name: compliance.add_precedent
INSERT INTO precedent (letters, decided_ms, order_id) VALUES ($1, $2, $3);

-- name: compliance.precedents
-- The newest first.
SELECT o.id, o.account_id, o.label, o.verdict, o.reviewer, o.reason, o.decided_ms
FROM precedent AS p JOIN review_order AS o ON o.id = p.order_id
WHERE p.letters = $1
ORDER BY p.decided_ms DESC, p.order_id DESC LIMIT $2;

-- name: compliance.same_name_elsewhere
SELECT account_id, state FROM signature
WHERE name = $1 AND account_id <> $2 AND state <> 'deleted'
ORDER BY account_id LIMIT 20;

-- name: compliance.add_second_look
INSERT INTO second_look (order_id, policy, approved_ms) VALUES ($1, $2, $3);

-- part: second_looks
SELECT s.order_id, s.policy, s.approved_ms, o.account_id, o.kind, o.label,
    s.looked_ms, s.looker, s.right_so, s.remark
FROM second_look AS s JOIN review_order AS o ON o.id = s.order_id

-- name: compliance.open_second_looks
-- The oldest first, after the position of the page before.
{second_looks}
WHERE s.looked_ms IS NULL AND (s.approved_ms, s.order_id) > ($1, $2)
ORDER BY s.approved_ms, s.order_id LIMIT $3;

-- name: compliance.second_look
{second_looks}
WHERE s.order_id = $1;

-- name: compliance.close_second_look
UPDATE second_look SET looked_ms = $2, looker = $3, right_so = $4, remark = $5
WHERE order_id = $1 AND looked_ms IS NULL;
