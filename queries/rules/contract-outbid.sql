/*---
title: Own public contracts that are outbid
description: |
  Judges each live own contract that sells (or auctions with a buyout) or wants to buy, against the live public contracts
  of others: one kind of item by its unit price, ISK per item, original or run (for a purchase, the ISK offered for one);
  a bundle against those that hold exactly the same, or n times it, by what one such bundle costs, and against those
  that hold more than it for the same price or less (that want less of it for the same pay or more). Auctions count
  at their buyout. No row for couriers, loans, swaps, gifts, expired contracts, and auctions without a buyout. `unknown`
  where the answer is not known, never `clear` instead; `reason` says why. `ahead` counts the better rivals; friends are
  no rivals and are counted apart. `delta` is what a unit of the best rival is better by, negative where it is worse.
  A place that nobody may look up counts in the region; in a finer scope it may be anywhere, but for its very own place.
key: [contract_id]
severity: warning
owner: owner_id
undecidable: [mutated, attributes, location]
parameters:
  scope:
    type: text
    default: region
    values: [location, system, constellation, region, "jumps:N", list]
    minimum: 1
    maximum: 50
    description: |
      where a rival must be, at the contract's very place, in its solar system, constellation or region, within N jumps of
      it inside the region, or at one of `places`
  places:
    type: integer
    list: true
    default: []
    minimum: 1
    description: for the scope list, ids of stations, structures, systems, constellations and regions
  exclude:
    type: integer
    list: true
    default: []
    minimum: 1
    description: ids of contracts that are neither judged nor rivals, and of characters and corporations whose are no rivals
  blueprints:
    type: text
    default: at_least
    values: [at_least, exact]
    description: whether a blueprint of better efficiency is a rival too, or only one of the same
  min_delta:
    type: isk
    default: 0
    minimum: 0
    description: by how much ISK a unit a rival must be better before it counts
  min_delta_percent:
    type: real
    default: 0
    minimum: 0
    maximum: 100
    description: the same as a share of the own unit price
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list may lie behind the newest, or the moment asked for, and still be believed
columns:
  unit_price: isk
  rival_unit_price: isk
  second_unit_price: isk
  friend_unit_price: isk
  delta: isk
  date_expired: timestamp
  rival_date_expired: timestamp
  as_of: timestamp
---*/
WITH
excluded AS MATERIALIZED (
    SELECT e.value AS id FROM json_each(:exclude) AS e
),
own AS MATERIALIZED (
    SELECT
        o.*,
        -- The side, from the money and, as far as they are known, the items. The others are swaps and gifts.
        CASE
            WHEN o.type = 'auction' THEN 'auction'
            WHEN o.included AND o.requested THEN NULL
            WHEN o.price > 0 AND coalesce(o.reward, 0) = 0 AND (o.included OR NOT o.are_items_known) THEN 'sale'
            WHEN o.reward > 0 AND coalesce(o.price, 0) = 0 AND (o.requested OR NOT o.are_items_known) THEN 'want_to_buy'
        END AS side
    FROM (
        SELECT
            c.region_id, c.contract_id, c.type, c.title, c.location_id, c.price, c.reward, c.date_expired, c.observed_at,
            c.are_items_known,
            CASE WHEN c.for_corporation = 1 THEN c.issuer_corporation_id ELSE c.issuer_id END AS owner_id,
            CASE
                WHEN c.type = 'auction' THEN c.buyout_cents
                WHEN c.reward > 0 THEN c.reward_cents
                ELSE c.price_cents
            END AS amount_cents,
            EXISTS (
                SELECT 1 FROM public_contract_items AS i WHERE i.contract_id = c.contract_id AND i.is_included = 1
            ) AS included,
            EXISTS (
                SELECT 1 FROM public_contract_items AS i WHERE i.contract_id = c.contract_id AND i.is_included = 0
            ) AS requested,
            CASE WHEN :scope IN ('region', 'location') THEN NULL ELSE (
                SELECT t.system_id FROM all_stations AS t WHERE t.station_id = c.location_id) END AS system_id
        FROM own_contracts AS o
        CROSS JOIN live_contracts AS c
        WHERE c.region_id = o.region_id AND c.contract_id = o.contract_id
          AND (c.type = 'item_exchange' OR (c.type = 'auction' AND c.buyout > 0))
          AND c.contract_id NOT IN (SELECT id FROM excluded)
    ) AS o
),
-- Where to look for rivals of a region's contracts: in it, and for a list in the regions of its places as well; in all
-- where one of those is a structure, whose region nobody tells.
listed AS MATERIALIZED (
    SELECT
        p.value AS id,
        coalesce(
            (SELECT r.region_id FROM all_regions AS r WHERE r.region_id = p.value),
            (SELECT c.region_id FROM all_constellations AS c WHERE c.constellation_id = p.value),
            (
                SELECT y.region_id FROM all_systems AS y
                WHERE y.system_id = coalesce(
                    (SELECT t.system_id FROM all_stations AS t WHERE t.station_id = p.value), p.value))
        ) AS region_id
    FROM json_each(:places) AS p
    WHERE :scope = 'list'
),
searched AS MATERIALIZED (
    SELECT o.region_id AS mine, o.region_id FROM own AS o
    UNION
    SELECT o.region_id, r.region_id
    FROM listed AS l
    CROSS JOIN region_sweeps AS r
    CROSS JOIN own AS o
    WHERE r.dataset = 'public_contracts' AND r.region_id = coalesce(l.region_id, r.region_id)
),
own_types AS MATERIALIZED (
    SELECT
        f.type_id, f.name, f.category_id = 9 AS is_blueprint,
        -- What nobody can research counts as unresearched.
        f.category_id = 9 AND lower(f.name) LIKE '%reaction formula' AS is_formula,
        -- The least m3 a unit may take; NULL where nobody tells what it takes when it is packaged.
        CASE
            WHEN f.packaged_volume < f.volume THEN f.packaged_volume
            WHEN f.packaged_volume IS NOT NULL THEN f.volume
        END AS unit_volume,
        -- Of abyssal modules and mutated drones no two are alike. They cannot be sold on the market; filaments can.
        CASE
            WHEN f.market_group_id IS NOT NULL THEN 0
            WHEN lower(f.name) LIKE '%abyssal %' OR lower(f.name) LIKE '%mutated drone' THEN 1
            ELSE 0
        END AS is_mutated
    FROM (
        -- Looked up column by column: in a statement of this size SQLite joins no view of two halves by their indexes.
        SELECT
            k.type_id,
            (SELECT t.name FROM all_types AS t WHERE t.type_id = k.type_id) AS name,
            (SELECT t.category_id FROM all_types AS t WHERE t.type_id = k.type_id) AS category_id,
            (SELECT t.market_group_id FROM all_types AS t WHERE t.type_id = k.type_id) AS market_group_id,
            (SELECT t.volume FROM all_types AS t WHERE t.type_id = k.type_id) AS volume,
            (SELECT t.packaged_volume FROM all_types AS t WHERE t.type_id = k.type_id) AS packaged_volume
        FROM (
            SELECT DISTINCT i.type_id
            FROM own
            CROSS JOIN public_contract_items AS i
            WHERE i.contract_id = own.contract_id
        ) AS k
    ) AS f
),
-- The kinds of item that each of mine holds, or wants: `place` 1 is what there is most of; `of_it` counts them.
lines AS MATERIALIZED (
    SELECT
        g.*, g.raw_me IS NOT NULL OR g.raw_te IS NOT NULL OR coalesce(g.is_blueprint, 0) AS is_researched,
        row_number() OVER (PARTITION BY g.mine ORDER BY g.quantity DESC, g.type_id, g.is_copy, g.me NULLS FIRST, g.te NULLS FIRST,
            g.runs NULLS FIRST) AS place,
        count(*) OVER whole AS of_it, sum(g.quantity) OVER whole AS total, max(g.is_mutated) OVER whole AS has_mutated,
        CASE WHEN count(g.volume) OVER whole = count(*) OVER whole THEN sum(g.volume) OVER whole END AS total_volume,
        min(CASE
            WHEN g.is_copy AND g.runs IS NULL THEN 0
            WHEN g.side <> 'want_to_buy' AND (g.me IS NULL OR g.te IS NULL) THEN 0
            ELSE 1
        END) OVER whole AS is_known
    FROM (
        SELECT
            s.contract_id AS mine, s.region_id, s.side, i.type_id, i.is_blueprint_copy AS is_copy,
            i.material_efficiency AS raw_me, i.time_efficiency AS raw_te, t.name, t.is_mutated, t.is_blueprint,
            t.is_formula, t.unit_volume,
            CASE
                WHEN i.material_efficiency IS NOT NULL THEN i.material_efficiency
                WHEN t.is_formula OR NOT (i.is_blueprint_copy OR coalesce(t.is_blueprint, 0)) THEN 0
            END AS me,
            CASE
                WHEN i.time_efficiency IS NOT NULL THEN i.time_efficiency
                WHEN t.is_formula OR NOT (i.is_blueprint_copy OR coalesce(t.is_blueprint, 0)) THEN 0
            END AS te,
            CASE WHEN i.is_blueprint_copy THEN i.runs ELSE 0 END AS runs,
            sum(1.0 * i.quantity) AS quantity, sum(i.quantity * t.unit_volume) AS volume
        FROM own AS s
        CROSS JOIN public_contract_items AS i
        CROSS JOIN own_types AS t
        WHERE i.contract_id = s.contract_id AND t.type_id = i.type_id AND s.side IS NOT NULL AND s.are_items_known
        GROUP BY
            s.contract_id, s.region_id, s.side, i.type_id, i.is_blueprint_copy, i.material_efficiency, i.time_efficiency,
            t.name, t.is_mutated, t.is_blueprint, t.is_formula, t.unit_volume, 13, 14, 15
    ) AS g
    WINDOW whole AS (PARTITION BY g.mine)
),
-- `key` is what a rival is found by: the item, or for a bundle the contract. Its unit is the whole bundle.
mine AS MATERIALIZED (
    SELECT
        u.*, u.units IS NOT NULL AND u.amount_cents IS NOT NULL AND u.lines_known AS is_known,
        1.0 * u.amount_cents / nullif(u.units, 0) / 100 AS unit_price,
        CASE WHEN u.kind = 'bundle' THEN 'bundle ' || u.contract_id ELSE u.kind || ' ' || u.type_id END AS key
    FROM (
        SELECT
            s.region_id, s.contract_id, s.side, s.title, s.location_id, s.system_id, s.date_expired, s.observed_at,
            s.are_items_known, s.amount_cents, s.owner_id, l.is_known AS lines_known, l.has_mutated AS is_mutated,
            CASE
                WHEN l.of_it > 1 THEN 'bundle'
                WHEN l.is_copy THEN 'bpc'
                WHEN l.is_researched THEN 'bpo'
                WHEN l.mine IS NOT NULL THEN 'item'
            END AS kind,
            -- Counted as REAL, exact up to 2^53.
            CASE
                WHEN l.of_it > 1 THEN CASE WHEN l.total <= 9007199254740992 THEN 1 END
                WHEN l.total * CASE WHEN l.is_copy THEN l.runs ELSE 1 END BETWEEN 1 AND 9007199254740992
                    THEN CAST(l.total * CASE WHEN l.is_copy THEN l.runs ELSE 1 END AS INTEGER)
            END AS units,
            CASE WHEN l.of_it > 1 THEN l.total_volume ELSE l.unit_volume END AS unit_volume,
            CASE WHEN l.of_it = 1 THEN l.type_id END AS type_id,
            CASE WHEN l.of_it = 1 AND (l.is_copy OR l.is_researched) THEN l.me END AS me,
            CASE WHEN l.of_it = 1 AND (l.is_copy OR l.is_researched) THEN l.te END AS te,
            CASE WHEN l.of_it = 1 AND l.is_copy THEN l.runs END AS runs,
            l.name || CASE WHEN l.of_it > 1 THEN ' and ' || (l.of_it - 1) || ' more' ELSE '' END AS type_name
        FROM own AS s
        LEFT JOIN lines AS l ON l.mine = s.contract_id AND l.place = 1
        WHERE s.side IS NOT NULL
    ) AS u
),
-- Who might hold a bundle of mine: whoever has the type of it that fewest have. Who wants less of it may want any of it.
candidates AS MATERIALIZED (
    SELECT DISTINCT p.mine, p.region_id, p.side, i.contract_id
    FROM (
        SELECT
            l.mine, l.type_id, l.side, l.region_id,
            row_number() OVER (
                PARTITION BY l.mine
                ORDER BY (SELECT count(*) FROM public_contract_items AS i WHERE i.type_id = l.type_id), l.type_id) AS place
        FROM lines AS l
        WHERE l.of_it > 1 AND l.is_known AND NOT l.has_mutated AND l.total <= 9007199254740992
    ) AS p
    CROSS JOIN public_contract_items AS i
    WHERE (p.place = 1 OR p.side = 'want_to_buy') AND i.type_id = p.type_id AND i.contract_id <> p.mine
      AND i.is_included = CASE WHEN p.side = 'want_to_buy' THEN 0 ELSE 1 END
),
bundle_rivals AS MATERIALIZED (
    SELECT
        k.mine, k.side, c.region_id, c.contract_id, c.issuer_id, c.location_id, c.date_issued, c.date_expired,
        c.is_friendly,
        CASE
            WHEN c.type = 'auction' THEN c.buyout_cents
            WHEN c.reward > 0 THEN c.reward_cents
            ELSE c.price_cents
        END AS amount_cents
    FROM candidates AS k
    CROSS JOIN live_contracts AS c
    WHERE c.contract_id = k.contract_id
      AND c.region_id IN (SELECT s.region_id FROM searched AS s WHERE s.mine = k.region_id)
      AND CASE
          WHEN c.type = 'auction' THEN k.side <> 'want_to_buy' AND c.buyout > 0
          WHEN c.type <> 'item_exchange' THEN 0
          WHEN k.side = 'want_to_buy' THEN c.reward > 0 AND coalesce(c.price, 0) = 0
          ELSE c.price > 0 AND coalesce(c.reward, 0) = 0
      END
      AND c.are_items_known AND NOT c.is_own
      AND c.contract_id NOT IN (SELECT id FROM excluded) AND c.issuer_id NOT IN (SELECT id FROM excluded)
      AND c.issuer_corporation_id NOT IN (SELECT id FROM excluded)
),
-- Swaps are none.
rival_lines AS MATERIALIZED (
    SELECT g.*
    FROM (
        SELECT
            r.mine, r.contract_id, i.type_id, i.is_blueprint_copy AS is_copy, i.material_efficiency AS me,
            i.time_efficiency AS te, i.runs, sum(1.0 * i.quantity) AS quantity,
            sum(sum(1.0 * i.quantity)) OVER whole AS total,
            min(min(i.is_included)) OVER whole = max(max(i.is_included)) OVER whole AS is_one_sided
        FROM bundle_rivals AS r
        CROSS JOIN public_contract_items AS i
        WHERE i.contract_id = r.contract_id
        GROUP BY
            r.mine, r.contract_id, i.type_id, i.is_blueprint_copy, i.material_efficiency, i.time_efficiency, i.runs
        WINDOW whole AS (PARTITION BY r.mine, r.contract_id)
    ) AS g
    WHERE g.is_one_sided
),
-- A better blueprint does for a worse one, so the lines of mine that need the same or better are counted together.
needed AS MATERIALIZED (
    SELECT
        l.mine, l.side, l.place, l.type_id, l.is_copy, l.me, l.te, l.runs, l.is_formula, l.is_researched, l.quantity,
        l.total, l.of_it,
        (
            SELECT sum(k.quantity) FROM lines AS k
            WHERE k.mine = l.mine AND k.type_id = l.type_id AND k.is_copy = l.is_copy AND k.runs = l.runs
              AND CASE
                  WHEN l.side = 'want_to_buy'
                      THEN coalesce(k.me, 0) = coalesce(l.me, 0) AND coalesce(k.te, 0) = coalesce(l.te, 0)
                  WHEN :blueprints = 'exact' THEN k.me = l.me AND k.te = l.te
                  ELSE k.me >= l.me AND k.te >= l.te
              END
        ) AS needed
    FROM lines AS l
    WHERE l.of_it > 1
),
-- For each line of mine what a rival has for it, and may have as far as is known; `copies` is how often mine goes into it,
-- by count alone.
supplied AS MATERIALIZED (
    SELECT
        s.mine, s.contract_id, s.side, s.total, s.my_total, s.of_it, s.needed, s.quantity,
        CASE
            WHEN s.total BETWEEN s.my_total AND 9007199254740992
                AND s.total = s.my_total * CAST(s.total / s.my_total AS INTEGER) THEN CAST(s.total / s.my_total AS INTEGER)
            ELSE 0
        END AS copies,
        coalesce(sum(CASE WHEN s.does THEN s.has END), 0) AS has,
        coalesce(sum(CASE WHEN s.does OR s.does IS NULL THEN s.has END), 0) AS may_have
    FROM (
        SELECT
            r.mine, r.contract_id, l.side, r.total, l.total AS my_total, l.of_it, l.place, l.needed, l.quantity,
            r.quantity AS has,
            CASE WHEN l.is_copy THEN r.runs = l.runs ELSE 1 END
            AND CASE
                WHEN l.side = 'want_to_buy'
                    THEN coalesce(r.me, 0) = coalesce(l.me, 0) AND coalesce(r.te, 0) = coalesce(l.te, 0)
                WHEN l.is_formula OR NOT (l.is_copy OR l.is_researched)
                    THEN coalesce(r.me, 0) >= l.me AND coalesce(r.te, 0) >= l.te
                WHEN :blueprints = 'exact' THEN r.me = l.me AND r.te = l.te
                ELSE r.me >= l.me AND r.te >= l.te
            END AS does
        FROM rival_lines AS r
        JOIN needed AS l ON l.mine = r.mine AND l.type_id = r.type_id AND l.is_copy = r.is_copy
    ) AS s
    GROUP BY s.mine, s.contract_id, s.side, s.total, s.my_total, s.of_it, s.place, s.needed, s.quantity
),
-- Whether the rival is a whole number of mine, or more of it than that (for goods wanted, less).
weighed AS MATERIALIZED (
    SELECT
        s.mine, s.contract_id, s.copies,
        s.copies > 0 AND sum(s.has >= s.needed * s.copies) = s.of_it AS is_multiple,
        s.copies > 0 AND sum(s.may_have >= s.needed * s.copies) = s.of_it AS may_be_multiple,
        CASE
            WHEN s.side = 'want_to_buy'
                THEN s.total < s.my_total AND s.total = sum(CASE WHEN s.has < s.quantity THEN s.has ELSE s.quantity END)
            ELSE s.total > s.my_total AND sum(s.has >= s.needed) = s.of_it
        END AS is_more,
        s.side <> 'want_to_buy' AND s.total > s.my_total AND sum(s.may_have >= s.needed) = s.of_it AS may_be_more
    FROM supplied AS s
    GROUP BY s.mine, s.contract_id, s.copies, s.side, s.total, s.my_total, s.of_it
),
rivals AS MATERIALIZED (
    SELECT
        r.*,
        CASE WHEN :scope IN ('region', 'location') THEN NULL ELSE (
            SELECT t.system_id FROM all_stations AS t WHERE t.station_id = r.location_id) END AS system_id
    FROM (
        SELECT
            f.kind || ' ' || f.type_id AS key, f.side, f.region_id, f.contract_id, f.issuer_id, f.location_id, f.date_issued,
            f.date_expired, f.units, f.amount_cents, f.unit_price, f.is_friendly, f.me, f.te, NULL AS contains,
            NULL AS is_multiple
        -- Each type once, however many contracts of one's own there are for it.
        FROM (
            SELECT DISTINCT l.type_id, s.region_id
            FROM lines AS l
            JOIN searched AS s ON s.mine = l.region_id
            WHERE l.of_it = 1
        ) AS k
        CROSS JOIN offers AS f
        WHERE f.type_id = k.type_id AND f.region_id = k.region_id AND NOT f.is_own
          AND f.contract_id NOT IN (SELECT id FROM excluded) AND f.issuer_id NOT IN (SELECT id FROM excluded)
          AND f.issuer_corporation_id NOT IN (SELECT id FROM excluded)
        UNION ALL
        SELECT
            'bundle ' || w.mine, b.side, b.region_id, b.contract_id, b.issuer_id, b.location_id, b.date_issued,
            b.date_expired, CASE WHEN w.may_be_multiple THEN w.copies ELSE 1 END, b.amount_cents,
            1.0 * b.amount_cents / CASE WHEN w.may_be_multiple THEN w.copies ELSE 1 END / 100, b.is_friendly, NULL, NULL,
            CASE WHEN w.is_multiple OR w.is_more THEN 1 END, w.may_be_multiple
        FROM weighed AS w
        JOIN bundle_rivals AS b ON b.mine = w.mine AND b.contract_id = w.contract_id
        WHERE w.may_be_multiple OR w.is_more OR w.may_be_more
    ) AS r
),
-- All ways from each of my systems, jump by jump. What is a jump from the newest ring and in neither it nor the one before
-- is the next: gates lead both ways, so nothing older can be met.
rings (origin, jumps, ring, before) AS (
    SELECT o.system_id, 0, json_array(o.system_id), json_array()
    FROM (SELECT DISTINCT own.system_id FROM own) AS o
    WHERE lower(:scope) LIKE 'jumps:%' AND o.system_id IS NOT NULL
    UNION ALL
    SELECT
        r.origin, r.jumps + 1,
        (
            SELECT json_group_array(n.id)
            FROM (
                SELECT DISTINCT j.value AS id
                FROM json_each(r.ring) AS s
                CROSS JOIN json_each((
                    SELECT json_group_array(g.to_system_id) FROM jumps AS g WHERE g.from_system_id = s.value)) AS j
                WHERE j.value NOT IN (SELECT value FROM json_each(r.ring))
                  AND j.value NOT IN (SELECT value FROM json_each(r.before))
                  AND (SELECT y.region_id FROM all_systems AS y WHERE y.system_id = j.value)
                      = (SELECT y.region_id FROM all_systems AS y WHERE y.system_id = r.origin)
            ) AS n
        ),
        r.ring
    FROM rings AS r
    WHERE r.jumps < CAST(substr(:scope, length('jumps:') + 1) AS INTEGER) AND r.ring <> '[]'
),
ways AS MATERIALIZED (
    SELECT DISTINCT r.origin, s.value AS system_id FROM rings AS r, json_each(r.ring) AS s
),
-- `fits` and `better` are NULL where the rival's attributes or place are not known, and then may be either. `better` is the
-- sign of the difference of the unit prices, exactly: 1 better than mine, 0 the same. Of what is more than a bundle of mine
-- the same price is better.
compared AS MATERIALIZED (
    SELECT
        m.contract_id AS mine, r.contract_id, r.issuer_id, r.location_id, r.date_issued, r.date_expired, r.units,
        r.unit_price, r.is_friendly, m.unit_price AS my_unit_price,
        CASE WHEN m.side = 'want_to_buy' THEN r.unit_price - m.unit_price ELSE m.unit_price - r.unit_price END AS delta,
        CASE
            WHEN :scope = 'list' THEN CASE
                WHEN r.region_id IN (SELECT id FROM listed) OR r.location_id IN (SELECT id FROM listed)
                    OR r.system_id IN (SELECT id FROM listed) OR (
                        SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = r.system_id
                    ) IN (SELECT id FROM listed) THEN 1
                WHEN r.system_id IS NOT NULL THEN 0
            END
            WHEN r.region_id <> m.region_id THEN 0
            WHEN :scope = 'region' OR r.location_id = m.location_id THEN 1
            WHEN :scope = 'location' THEN r.location_id = m.location_id
            WHEN :scope = 'system' OR r.system_id = m.system_id THEN r.system_id = m.system_id
            WHEN :scope = 'constellation' THEN (
                SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = r.system_id
            ) = (
                SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = m.system_id)
            WHEN r.system_id IN (SELECT w.system_id FROM ways AS w WHERE w.origin = m.system_id) THEN 1
            -- Without its stargates nothing is known to be far from a system.
            WHEN r.system_id IS NOT NULL AND EXISTS (SELECT 1 FROM jumps AS j WHERE j.from_system_id = m.system_id) THEN 0
        END
        AND CASE
            WHEN m.kind = 'item' THEN 1
            WHEN m.kind = 'bundle' THEN r.contains
            -- A buyer who states no efficiency takes any.
            WHEN m.side = 'want_to_buy' AND :blueprints = 'exact'
                THEN coalesce(r.me, 0) = coalesce(m.me, 0) AND coalesce(r.te, 0) = coalesce(m.te, 0)
            WHEN m.side = 'want_to_buy'
                THEN coalesce(r.me, 0) <= coalesce(m.me, 0) AND coalesce(r.te, 0) <= coalesce(m.te, 0)
            WHEN :blueprints = 'exact' THEN r.me = m.me AND r.te = m.te
            ELSE r.me >= m.me AND r.te >= m.te
        END AS fits,
        CASE
            WHEN m.side = 'want_to_buy' THEN compare_ratios(r.amount_cents, r.units, m.amount_cents, m.units)
            ELSE compare_ratios(m.amount_cents, m.units, r.amount_cents, r.units)
        END + CASE
            WHEN m.kind = 'bundle' AND NOT r.is_multiple AND r.amount_cents = m.amount_cents THEN 1
            ELSE 0
        END AS better
    FROM mine AS m
    JOIN rivals AS r ON r.key = m.key
    WHERE m.is_known AND NOT m.is_mutated
      AND CASE WHEN m.side = 'want_to_buy' THEN 1 ELSE 0 END = CASE WHEN r.side = 'want_to_buy' THEN 1 ELSE 0 END
),
tally AS MATERIALIZED (
    SELECT
        c.mine,
        sum(CASE WHEN c.is_ahead AND NOT c.is_friendly THEN 1 ELSE 0 END) AS ahead,
        sum(CASE WHEN c.is_ahead AND NOT c.is_friendly THEN 1.0 * c.units ELSE 0.0 END) AS units_ahead,
        sum(CASE WHEN c.fits AND c.better = 0 AND NOT c.is_friendly THEN 1 ELSE 0 END) AS matched,
        sum(CASE WHEN c.fits AND c.better = 1 AND NOT c.is_ahead AND NOT c.is_friendly THEN 1 ELSE 0 END) AS within,
        sum(CASE WHEN (c.better IS NULL OR (c.better = 1 AND c.fits IS NULL)) AND NOT c.is_friendly THEN 1 ELSE 0 END)
            AS maybe_ahead,
        sum(CASE WHEN c.is_ahead AND c.is_friendly THEN 1 ELSE 0 END) AS friends_ahead,
        max(CASE WHEN c.best = 1 AND c.is_friendly AND c.is_ahead THEN c.contract_id END) AS friend_contract_id,
        max(CASE WHEN c.best = 1 AND c.is_friendly AND c.is_ahead THEN c.unit_price END) AS friend_unit_price,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.contract_id END) AS rival_contract_id,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.unit_price END) AS rival_unit_price,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.delta END) AS delta,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.issuer_id END) AS rival_issuer_id,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.location_id END) AS rival_location_id,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.units END) AS rival_units,
        max(CASE WHEN c.best = 1 AND NOT c.is_friendly THEN c.date_expired END) AS rival_date_expired,
        max(CASE WHEN c.best = 2 AND NOT c.is_friendly THEN c.contract_id END) AS second_contract_id,
        max(CASE WHEN c.best = 2 AND NOT c.is_friendly THEN c.unit_price END) AS second_unit_price
    FROM (
        SELECT
            c.*,
            CASE
                WHEN c.fits AND c.better = 1
                    THEN c.delta >= :min_delta AND c.delta * 100 >= c.my_unit_price * :min_delta_percent
                ELSE 0
            END AS is_ahead,
            CASE WHEN c.fits AND c.better IS NOT NULL THEN row_number() OVER (
                PARTITION BY c.mine, c.is_friendly, c.fits AND c.better IS NOT NULL
                ORDER BY c.delta DESC, c.date_issued, c.contract_id) END AS best
        FROM compared AS c
        WHERE c.fits OR c.fits IS NULL
    ) AS c
    GROUP BY c.mine
),
-- Rivals whose items are not known yet: any of them might be one for the same.
pending AS MATERIALIZED (
    SELECT
        c.region_id, c.location_id, c.volume, c.reward_cents,
        CASE WHEN c.type = 'auction' THEN 'auction' WHEN c.reward > 0 THEN 'want_to_buy' ELSE 'sale' END AS side,
        CASE WHEN c.type = 'auction' THEN c.buyout_cents ELSE c.price_cents END AS asked_cents,
        CASE WHEN :scope IN ('region', 'location') THEN NULL ELSE (
            SELECT t.system_id FROM all_stations AS t WHERE t.station_id = c.location_id) END AS system_id
    FROM live_contracts AS c
    WHERE c.region_id IN (SELECT s.region_id FROM searched AS s)
      -- The money says which side it would be on; with money on both or neither it is no rival at all.
      AND CASE
          WHEN c.type = 'auction' THEN c.buyout > 0
          WHEN c.type = 'item_exchange' THEN
              (c.price > 0 AND coalesce(c.reward, 0) = 0) OR (c.reward > 0 AND coalesce(c.price, 0) = 0)
          ELSE 0
      END
      AND NOT c.are_items_known AND NOT c.is_own AND NOT c.is_friendly
      AND c.contract_id NOT IN (SELECT id FROM excluded) AND c.issuer_id NOT IN (SELECT id FROM excluded)
      AND c.issuer_corporation_id NOT IN (SELECT id FROM excluded)
),
judged AS (
    SELECT
        m.*, t.*,
        -- The first that applies.
        CASE
            WHEN n.newest - v.observed_at > :max_age * 3600 THEN 'stale'
            -- A live better rival is proof, whatever else is missing; `clear` needs everything to be known.
            WHEN t.ahead > 0 THEN 'outbid'
            WHEN NOT m.are_items_known THEN 'own_items_pending'
            WHEN m.is_mutated THEN 'mutated'
            WHEN NOT m.is_known THEN 'attributes'
            WHEN :scope = 'location' AND m.location_id IS NULL THEN 'location'
            WHEN :scope NOT IN ('location', 'region', 'list') AND m.system_id IS NULL THEN 'location'
            WHEN NOT v.is_complete THEN 'partial_sweep'
            WHEN t.maybe_ahead > 0 THEN 'rival_attributes'
            -- Whether a rival whose items are pending may still turn out to be better than mine. What proves that it cannot:
            -- * Wanted: it pays, for all that it wants, no more than I do for one unit, and it wants one at least; for a
            --   bundle less, since it may want less. Its volume proves nothing: it is that of offered goods.
            -- * For sale: its volume is less than that of one unit of mine (packaged, if that is smaller). Or: were it filled
            --   with nothing but mine, the unit would still not be cheaper, by price / (volume / unit volume). Without
            --   volumes, and for copies, whose runs take no room, its price proves nothing: it may hold any number of units.
            --   A copy in a bundle counts as one with its runs.
            -- Volumes are REAL: there is a margin, on the side of not ruling out.
            WHEN EXISTS (
                SELECT 1
                FROM pending AS p
                WHERE CASE WHEN p.side = 'want_to_buy' THEN 1 ELSE 0 END
                      = CASE WHEN m.side = 'want_to_buy' THEN 1 ELSE 0 END
                  AND CASE
                      WHEN m.side = 'want_to_buy'
                          THEN coalesce(compare_ratios(p.reward_cents, 1, m.amount_cents, m.units), 1)
                              >= CASE WHEN m.kind = 'bundle' THEN 0 ELSE 1 END
                      WHEN p.volume IS NULL OR m.unit_volume IS NULL OR m.unit_volume <= 0 THEN 1
                      WHEN p.volume < m.unit_volume * 0.999999 THEN 0
                      WHEN m.kind = 'bpc' OR p.asked_cents IS NULL THEN 1
                      ELSE 1.0 * p.asked_cents * m.units * m.unit_volume < 1.000001 * m.amount_cents * p.volume
                  END
                  AND coalesce(
                    CASE
                        WHEN :scope = 'list' THEN CASE
                            WHEN p.region_id IN (SELECT id FROM listed) OR p.location_id IN (SELECT id FROM listed)
                                OR p.system_id IN (SELECT id FROM listed) OR (
                                    SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = p.system_id
                                ) IN (SELECT id FROM listed) THEN 1
                            WHEN p.system_id IS NOT NULL THEN 0
                        END
                        WHEN p.region_id <> m.region_id THEN 0
                        WHEN :scope = 'region' OR p.location_id = m.location_id THEN 1
                        WHEN :scope = 'location' THEN p.location_id = m.location_id
                        WHEN :scope = 'system' OR p.system_id = m.system_id THEN p.system_id = m.system_id
                        WHEN :scope = 'constellation' THEN (
                            SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = p.system_id
                        ) = (
                            SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = m.system_id)
                        WHEN p.system_id IN (SELECT w.system_id FROM ways AS w WHERE w.origin = m.system_id) THEN 1
                        -- Without its stargates nothing is known to be far from a system.
                        WHEN p.system_id IS NOT NULL AND EXISTS (SELECT 1 FROM jumps AS j WHERE j.from_system_id = m.system_id) THEN 0
                    END, 1)
            ) THEN 'items_pending'
            WHEN t.within > 0 THEN 'within_threshold'
            WHEN t.matched > 0 THEN 'matched'
            ELSE 'ok'
        END AS reason
    FROM mine AS m
    JOIN (
        SELECT s.mine AS region_id, min(coalesce(r.observed_at, 0)) AS observed_at, min(coalesce(r.is_complete, 0)) AS is_complete
        FROM searched AS s
        LEFT JOIN region_sweeps AS r ON r.dataset = 'public_contracts' AND r.region_id = s.region_id
        GROUP BY s.mine
    ) AS v ON v.region_id = m.region_id
    CROSS JOIN (
        SELECT CASE WHEN as_of() > max(s.observed_at) THEN as_of() ELSE max(s.observed_at) END AS newest
        FROM sweeps AS s WHERE s.dataset = 'public_contracts'
    ) AS n
    LEFT JOIN tally AS t ON t.mine = m.contract_id
)
SELECT
    j.contract_id,
    CASE
        WHEN j.reason = 'outbid' THEN 'firing'
        WHEN j.reason IN ('ok', 'matched', 'within_threshold') THEN 'clear'
        ELSE 'unknown'
    END AS state,
    j.reason,
    j.unit_price,
    j.rival_contract_id,
    j.rival_unit_price,
    coalesce(j.ahead, 0) AS ahead,
    j.observed_at AS as_of,
    j.side, j.kind, j.type_id, j.type_name, j.units, j.me, j.te, j.runs, j.region_id, j.location_id, j.title,
    j.date_expired,
    j.delta,
    100 * j.delta / nullif(j.unit_price, 0) AS delta_percent,
    coalesce(j.ahead, 0) + 1 AS rank,
    CAST(coalesce(j.units_ahead, 0) AS INTEGER) AS units_ahead,
    coalesce(j.friends_ahead, 0) AS friends_ahead,
    j.rival_issuer_id, j.rival_location_id, j.rival_units, j.rival_date_expired, j.second_contract_id, j.second_unit_price,
    j.friend_contract_id, j.friend_unit_price, j.owner_id,
    -- Of a structure there is none.
    (SELECT t.name FROM all_stations AS t WHERE t.station_id = j.location_id) AS location_name
FROM judged AS j
ORDER BY j.contract_id
