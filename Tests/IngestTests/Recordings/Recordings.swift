import Foundation
import SQLite
import Warehouse

// The recordings of public routes, and what reads each. Those older than the datasets' compatibility date (2026-07-21) say
// what has been renamed or told since.

extension Recording {
    static let shared = people + markets + contracts + map + types + events + lists

    private static let people = [
        Recording(
            file: "alliances.alliance/99008595", datasets: ["alliances"], parameters: ["alliance_id": 99_008_595]),
        Recording(
            file: "alliances.corporations/99008595", datasets: ["alliance_corporations"],
            parameters: ["alliance_id": 99_008_595]),
        Recording(file: "alliances.list/list", datasets: ["alliance_ids"]),
        Recording(
            file: "characters.character/1337512245", datasets: ["characters"],
            parameters: ["character_id": 1_337_512_245], untold: ["achievement_score"]),
        Recording(
            file: "characters.character/92025524_compat_2026_08_18", datasets: ["characters"],
            parameters: ["character_id": 92_025_524]),
        Recording(
            file: "characters.corporationhistory/1337512245", datasets: ["character_corporation_history"],
            parameters: ["character_id": 1_337_512_245]),
        Recording(
            file: "corporations.alliancehistory/98134807", datasets: ["corporation_alliance_history"],
            parameters: ["corporation_id": 98_134_807]),
        Recording(
            file: "corporations.corporation/98356193_compat_2026_08_18", datasets: ["corporations"],
            parameters: ["corporation_id": 98_356_193]),
        Recording(
            file: "corporations.corporation/98384726_with_alliance", datasets: ["corporations"],
            parameters: ["corporation_id": 98_384_726], asked: "/corporations/98384726", renamed: olderTaxRate,
            untold: newerOfCorporations),
        Recording(
            file: "corporations.corporation/98468592", datasets: ["corporations"],
            parameters: ["corporation_id": 98_468_592], renamed: olderTaxRate, untold: newerOfCorporations),
        Recording(file: "corporations.npccorps/corporation_npc", datasets: ["npc_corporations"]),
        Recording(
            file: "universe.names/four_ids", datasets: ["names"], ids: [2_116_133_890, 98_169_165, 621, 30_001_198]),
    ]

    /// Corporations before 2026-07-21.
    private static let olderTaxRate = ["/tax_rates/isk": "/tax_rate"]
    private static let newerOfCorporations = [
        "type", "state", "war_eligible", "friendly_fire", "loyalty_point_tax_rate",
    ]

    private static let markets = [
        Recording(
            file: "markets.groups.group/groups_618", datasets: ["market_groups"],
            parameters: ["market_group_id": 618], asked: "/markets/groups/618"),
        Recording(file: "markets.groups/groups", datasets: ["market_group_ids"]),
        Recording(
            file: "markets.history/10000002_34_head", datasets: ["market_history"],
            parameters: ["region_id": 10_000_002, "type_id": 34]),
        Recording(
            file: "markets.history/10000043_type_27127", datasets: ["market_history"],
            parameters: ["region_id": 10_000_043, "type_id": 27_127], asked: "/markets/10000043/history?type_id=27127"),
        Recording(
            file: "markets.history/history", datasets: ["market_history"],
            parameters: ["region_id": 10_000_002, "type_id": 28_606]),
        Recording(
            file: "markets.orders/10000002_page_1_head", datasets: ["market_orders"],
            parameters: ["region_id": 10_000_002], pages: 1),
        Recording(
            file: "markets.orders/10000002_page_2_head", datasets: ["market_orders"],
            parameters: ["region_id": 10_000_002], asked: "/markets/10000002/orders?order_type=all", pages: 1),
        Recording(
            file: "markets.orders/10000002_type_597", datasets: ["market_orders"],
            parameters: ["region_id": 10_000_002], asked: "/markets/10000002/orders?order_type=all"),
        Recording(
            file: "markets.orders/10000043_type_11535", datasets: ["market_orders"],
            parameters: ["region_id": 10_000_043], asked: "/markets/10000043/orders?order_type=all"),
        Recording(
            file: "markets.types/10000002_page_1_head", datasets: ["market_types"],
            parameters: ["region_id": 10_000_002], pages: 1),
        Recording(
            file: "loyalty.stores.offers/1000035", datasets: ["loyalty_offers", "loyalty_offer_requirements"],
            parameters: ["corporation_id": 1_000_035]),
        Recording(file: "industry.facilities/facilities_head", datasets: ["industry_facilities"]),
        Recording(file: "industry.systems/systems_head", datasets: ["industry_systems"]),
        Recording(file: "insurance.prices/prices_head", datasets: ["insurance_prices"]),
    ]

    private static let contracts = [
        Recording(
            file: "contracts.public.bids/236437896_empty", datasets: ["public_contract_bids"],
            parameters: ["contract_id": 236_437_896]),
        Recording(
            file: "contracts.public.items/157872948", datasets: ["public_contract_items"],
            parameters: ["contract_id": 157_872_948]),
        Recording(
            file: "contracts.public.items/235495752_bpc", datasets: ["public_contract_items"],
            parameters: ["contract_id": 235_495_752]),
    ]

    private static let map = [
        Recording(
            file: "universe.asteroid_belts.one/asteroid_belts_40000003", datasets: ["asteroid_belts"],
            parameters: ["asteroid_belt_id": 40_000_003]),
        Recording(
            file: "universe.constellations.one/constellations_20000001", datasets: ["constellations"],
            parameters: ["constellation_id": 20_000_001]),
        Recording(
            file: "universe.moons.one/moons_40000004", datasets: ["moons"], parameters: ["moon_id": 40_000_004]),
        Recording(
            file: "universe.planets.one/planets_40000002", datasets: ["planets"],
            parameters: ["planet_id": 40_000_002]),
        Recording(
            file: "universe.regions.one/regions_10000001", datasets: ["regions"],
            parameters: ["region_id": 10_000_001]),
        Recording(
            file: "universe.stargates.one/stargates_50000056", datasets: ["stargates"],
            parameters: ["stargate_id": 50_000_056]),
        Recording(
            file: "universe.stars.one/stars_40000001", datasets: ["stars"], parameters: ["star_id": 40_000_001]),
        Recording(
            file: "universe.stations.one/stations_60012526", datasets: ["stations"],
            parameters: ["station_id": 60_012_526]),
        Recording(
            file: "universe.systems.one/systems_30000001", datasets: ["systems"],
            parameters: ["system_id": 30_000_001]),
        Recording(file: "universe.regions/regions", datasets: ["region_ids"]),
        Recording(file: "universe.structures/structures", datasets: ["public_structures"]),
        Recording(
            file: "universe.structures/structures_with_filter", datasets: ["public_structures"],
            asked: "/universe/structures"),
    ]

    private static let types = [
        Recording(
            file: "dogma.attributes.attribute/attributes_2", datasets: ["dogma_attributes"],
            parameters: ["attribute_id": 2]),
        Recording(
            file: "dogma.effects.effect/effects_6717", datasets: ["dogma_effects"], parameters: ["effect_id": 6717]),
        Recording(file: "universe.ancestries/ancestries", datasets: ["ancestries"]),
        Recording(file: "universe.bloodlines/bloodlines", datasets: ["bloodlines"]),
        Recording(
            file: "universe.categories.one/categories_6", datasets: ["categories"], parameters: ["category_id": 6]),
        Recording(file: "universe.factions/factions", datasets: ["factions"]),
        Recording(file: "universe.groups.one/groups_450", datasets: ["groups"], parameters: ["group_id": 450]),
        Recording(file: "universe.races/races", datasets: ["races"]),
        Recording(
            file: "universe.types.one/types_192", datasets: ["types", "type_dogma_attributes", "type_dogma_effects"],
            parameters: ["type_id": 192]),
    ]

    private static let sovereignty = ["sovereignty_systems", "sovereignty_hubs"]

    private static let events = [
        Recording(file: "incursions/incursions_head", datasets: ["incursions", "incursion_systems"]),
        Recording(file: "skyhooks.raidable/raidable_head", datasets: ["raidable_skyhooks"]),
        Recording(
            file: "sovereignty.campaigns/campaigns_head",
            datasets: ["sovereignty_campaigns", "sovereignty_campaign_participants"]),
        Recording(file: "sovereignty.systems/systems_head", datasets: sovereignty),
        Recording(file: "status/info", datasets: ["server_status"]),
        Recording(file: "status/status_2026_09", datasets: ["server_status"]),
        Recording(
            file: "wars.killmails/615578_killmails", datasets: ["war_killmails"], parameters: ["war_id": 615_578]),
        Recording(file: "wars.list/wars", datasets: ["war_ids"]),
        Recording(file: "wars.list/wars_with_max_war_id", datasets: ["war_ids"], asked: "/wars"),
        Recording(file: "wars.war/744979", datasets: ["wars"], parameters: ["war_id": 744_979]),
    ]
}

// MARK: Routes that no shipped dataset reads

extension Recording {
    /// What a user's own file would make of them.
    private static let lists = [
        list("dogma.attributes/attributes", "/dogma/attributes"),
        list("dogma.effects/effects", "/dogma/effects"),
        list("universe.categories/categories", "/universe/categories"),
        list("universe.constellations/constellations", "/universe/constellations"),
        list("universe.graphics/graphics", "/universe/graphics"),
        list("universe.groups/groups", "/universe/groups", isPaged: true),
        list("universe.systems/systems", "/universe/systems"),
        list("universe.types/types", "/universe/types", isPaged: true),
        table(
            "universe.graphics.one/graphics_20481", "/universe/graphics/{graphic_id}",
            "graphic_id INTEGER NOT NULL PRIMARY KEY, sof_dna TEXT, sof_fation_name TEXT, sof_hull_name TEXT, "
                + "sof_race_name TEXT, graphic_file TEXT",
            ["graphic_id": 20_481]),
        table(
            "alliances.icons/99008595", "/alliances/{alliance_id}/icons",
            "alliance_id INTEGER NOT NULL PRIMARY KEY, px64x64 TEXT, px128x128 TEXT", ["alliance_id": 99_008_595]),
        table(
            "characters.portrait/1337512245", "/characters/{character_id}/portrait",
            "character_id INTEGER NOT NULL PRIMARY KEY, px64x64 TEXT, px128x128 TEXT, px256x256 TEXT, px512x512 TEXT",
            ["character_id": 1_337_512_245]),
        table(
            "meta.status/status_head", "/meta/status",
            "method TEXT NOT NULL, path TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (method, path)",
            head: "rows: /routes"),
        table(
            "meta.compatibility-dates/dates_head", "/meta/compatibility-dates", "day TEXT NOT NULL PRIMARY KEY",
            head: "rows: /compatibility_dates"),
        freelanceJobs,
    ]

    private static let freelanceJobs: Recording = {
        var recording = table(
            "freelance-jobs/first_page_head", "/freelance-jobs",
            "id TEXT NOT NULL PRIMARY KEY, name TEXT, state TEXT, last_modified TEXT, current INTEGER, "
                + "desired INTEGER, initial REAL, remaining REAL",
            head: """
                rows: /freelance_jobs
                fields:
                  current: /progress/current
                  desired: /progress/desired
                  initial: /reward/initial
                  remaining: /reward/remaining
                """)
        recording.unread = ["/cursor"]
        return recording
    }()

    private static func list(_ file: String, _ route: String, isPaged: Bool = false) -> Recording {
        var recording = table(
            file, route, "id INTEGER NOT NULL PRIMARY KEY", head: isPaged ? "paging: pages" : "cache: 1h")
        if isPaged { recording.pages = 1 }
        return recording
    }

    private static func table(
        _ file: String, _ route: String, _ columns: String, _ parameters: [String: Value] = [:],
        head: String = "cache: 1h"
    ) -> Recording {
        let bound = parameters.map { "\($0.value.plainText) AS \($0.key)" }
        let each = bound.isEmpty ? "" : "each: SELECT \(bound.joined(separator: ", "))\n"
        let key = columns.range(of: "PRIMARY KEY (")
        let table =
            key.map { columns[..<$0.lowerBound] + "valid_from INTEGER NOT NULL, " + columns[$0.lowerBound...] }
            ?? columns + ", valid_from INTEGER NOT NULL"
        let text = """
            /*---
            title: A list of the test's own
            route: GET \(route)
            \(each)\(head)
            ---*/
            CREATE TABLE own_list (\(table)) STRICT;
            """
        return Recording(file: file, datasets: ["own_list"], parameters: parameters, dataset: text)
    }

    /// Folders of what is no table, and why.
    static let noTables = [
        "errors": "refusals",
        "not_modified_304": "answers without a body",
        "route": "the way from here to there, a question of a POST body",
        "universe.ids": "the answer to names in a POST body",
    ]

    /// Routes that ask for a token.
    static func isPrivate(_ folder: String) -> Bool {
        let open = [
            "characters.character", "characters.corporationhistory", "characters.portrait", "corporations.corporation",
            "corporations.alliancehistory", "corporations.npccorps",
        ]
        if folder == "universe.structures.structure" { return true }
        return ["characters.", "corporations.", "corporation."].contains { folder.hasPrefix($0) }
            && !open.contains(folder)
    }
}

// MARK: Our own

extension Recording {
    /// What each one holds is in its name.
    static let own = [
        Recording(file: "bloodlines/promised_ship_is_null", datasets: ["bloodlines"]),
        Recording(
            file: "contracts/each_type_lacks_something", datasets: ["public_contracts"],
            parameters: ["region_id": 10_000_002]),
        Recording(
            file: "corporations/text_with_everything", datasets: ["corporations"],
            parameters: ["corporation_id": 98_000_123]),
        Recording(file: "facilities/tax_is_often_left_out", datasets: ["industry_facilities"]),
        Recording(file: "insurance/payout_is_no_whole_cent", datasets: ["insurance_prices"], unread: ["/1/type_id"]),
        Recording(
            file: "killmails/attackers_keep_their_order", datasets: ["killmails", "killmail_attackers"],
            parameters: [
                "killmail_id": 72_410_059, "killmail_hash": "07f7ef1d7f6090e78d8e85b4a98e680f67b5e9d5",
            ]),
        Recording(
            file: "markets/numbers_in_every_dress", datasets: ["market_orders"],
            parameters: ["region_id": 10_000_002]),
        Recording(file: "sovereignty/three_kinds_of_claim", datasets: sovereignty),
        Recording(file: "wars/allies_and_nobody_yet", datasets: ["wars"], parameters: ["war_id": 700_001]),
    ]
}
