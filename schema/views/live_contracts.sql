/*---
title: Public contracts that are still open
description: |
  Rows linger past their expiry in ESI's list; here they do not. `is_own`: issued by an owner, for oneself or for one's
  corporation. `is_friendly`: by a friend, or by an own character for a corporation that is not the user's. Whether an
  alliance is a friend's, character_affiliations tell: the issuer's own, or that of the corporation it was issued for, as
  its member of the newest word has it; so for an issuer whom nobody has asked about yet. Without any it is a stranger's.
  `are_items_known`: all of its items are in public_contract_items. Amounts in whole cents, 0 where there is none, NULL
  where there is more ISK than New Eden has.
columns:
  price: isk
  reward: isk
  buyout: isk
  date_issued: timestamp
  date_expired: timestamp
  observed_at: timestamp
  is_complete: boolean
  is_own: boolean
  is_friendly: boolean
  are_items_known: boolean
---*/
CREATE VIEW live_contracts AS
WITH regions_seen AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.is_complete, s.moment
    FROM region_sweeps AS s
    WHERE s.dataset = 'public_contracts'
)
SELECT
    c.region_id, c.contract_id, c.type, c.title, c.issuer_id, c.issuer_corporation_id, c.for_corporation,
    c.start_location_id AS location_id, c.price, c.reward, c.buyout, c.volume, c.date_issued, c.date_expired,
    CASE WHEN coalesce(c.price, 0) BETWEEN 0 AND 9e16 THEN cents(coalesce(c.price, 0)) END AS price_cents,
    CASE WHEN coalesce(c.reward, 0) BETWEEN 0 AND 9e16 THEN cents(coalesce(c.reward, 0)) END AS reward_cents,
    CASE WHEN coalesce(c.buyout, 0) BETWEEN 0 AND 9e16 THEN cents(coalesce(c.buyout, 0)) END AS buyout_cents,
    r.observed_at, r.is_complete,
    CASE
        WHEN c.for_corporation = 1
            THEN EXISTS (SELECT 1 FROM owners AS o WHERE o.kind = 'corporation' AND o.id = c.issuer_corporation_id)
        ELSE EXISTS (SELECT 1 FROM owners AS o WHERE o.kind = 'character' AND o.id = c.issuer_id)
    END AS is_own,
    CASE
        WHEN c.for_corporation = 1
            AND EXISTS (SELECT 1 FROM owners AS o WHERE o.kind = 'corporation' AND o.id = c.issuer_corporation_id)
            THEN 0
        WHEN EXISTS (SELECT 1 FROM owners AS o WHERE o.kind = 'character' AND o.id = c.issuer_id)
            THEN c.for_corporation
        ELSE EXISTS (SELECT 1 FROM friends AS f WHERE f.kind = 'character' AND f.id = c.issuer_id)
            OR EXISTS (SELECT 1 FROM friends AS f WHERE f.kind = 'corporation' AND f.id = c.issuer_corporation_id)
            OR EXISTS (
                SELECT 1 FROM friends AS f
                WHERE f.kind = 'alliance' AND f.id = coalesce(
                    CASE WHEN c.for_corporation = 0 THEN (
                        -- 0: in none, and that is known.
                        SELECT coalesce(a.alliance_id, 0) FROM character_affiliations AS a
                        WHERE a.character_id = c.issuer_id) END,
                    (
                        SELECT a.alliance_id FROM character_affiliations AS a
                        WHERE a.corporation_id = c.issuer_corporation_id
                        ORDER BY a.valid_from DESC, a.character_id LIMIT 1)))
    END AS is_friendly,
    -- Of facts, what is known today is known at every moment.
    EXISTS (
        SELECT 1 FROM partitions AS p
        WHERE p.dataset = 'public_contract_items' AND p.partition = 'contract_id=' || c.contract_id
          AND p.complete_at IS NOT NULL) AS are_items_known
FROM public_contracts AS c
CROSS JOIN regions_seen AS r
WHERE r.region_id = c.region_id AND c.date_expired > r.moment;
