import Foundation
import Rules
import SQLite
import Warehouse

/// Statements in a session that stands, prepared once: each is run to its end, and the median of its runs is printed.
struct Queries {
    /// Types to ask about, one a run.
    let types: [Int64]
    let past: Session
    let now: Session

    /// - Parameters:
    ///   - folder: where `generate.py history` left types.txt and own.txt.
    ///   - moment: the past moment asked about.
    init(_ database: String, folder: String, moment: Int64) throws {
        func numbers(_ name: String) throws -> [Int64] {
            try String(contentsOfFile: folder + "/" + name, encoding: .utf8).split(separator: "\n").compactMap {
                Int64($0)
            }
        }
        types = try numbers("types.txt")
        let catalogue = Catalogue(Library())
        let book = RuleBook(catalogue.library)
        let settings = Settings(
            owners: try numbers("own.txt").map { .init(kind: "order", id: $0) }, regions: .some([History.region]))
        func session(_ moment: Int64?) throws -> Session {
            let views = try book.rules.map {
                Session.View(name: $0.viewName, sql: try $0.sql(settings: [:], now: moment ?? 0))
            }
            return try Session(path: database, catalogue: catalogue, settings: settings, rules: views, asOf: moment)
        }
        past = try session(moment)
        now = try session(nil)
    }

    func run() throws {
        let columns = "order_id, price, volume_remain, location_id"
        try print("asof_type", past, "SELECT \(columns) FROM market_orders WHERE type_id = ?")
        try print("trend", now, Self.trend)
        let rule = "SELECT * FROM rule_order_undercut"
        try print("outbid_rule", now, rule)
        try print("outbid_rule_past", past, rule)
        try print("outbid", now, Self.outbid)
        try print("outbid_past", past, Self.outbid)
    }

    /// The best ask of a type on each day.
    static let trend = """
        WITH RECURSIVE
        days(day) AS (SELECT min(observed_at) FROM snapshots UNION ALL
            SELECT day + 86400 FROM days WHERE day < (SELECT max(observed_at) FROM snapshots)),
        asks AS MATERIALIZED (
            SELECT price, valid_from, valid_to FROM market_orders_versions WHERE type_id = ? AND is_buy_order = 0)
        SELECT day, min(price) FROM days LEFT JOIN asks
            ON valid_from <= day AND (valid_to IS NULL OR valid_to > day)
        GROUP BY day
        """

    /// What the peers are asked too: the best price that another asks.
    static let outbid = """
        SELECT m.order_id, m.price, (
            SELECT min(r.price) FROM market_orders AS r WHERE r.type_id = m.type_id AND r.is_buy_order = 0) AS best
        FROM owners AS o CROSS JOIN market_orders AS m
        WHERE o.kind = 'order' AND m.region_id = \(History.region) AND m.order_id = o.id
        """

    private func print(_ name: String, _ session: Session, _ sql: String) throws {
        let query = try session.prepare(sql)
        let takesType = query.statement.parameterNames.count > 0
        var times: [Double] = []
        // The first run of each type fills the page cache.
        for round in 0..<2 {
            times = []
            for type in takesType ? types : Array(types.prefix(round == 0 ? 1 : 21)) {
                query.statement.reset()
                if takesType { try query.statement.bind(integer: type, at: 1) }
                let start = Stopwatch.read(CLOCK_MONOTONIC)
                var rows = 0
                while try query.statement.step() { rows += 1 }
                times.append((Stopwatch.read(CLOCK_MONOTONIC) - start) * 1000)
            }
            query.statement.reset()
        }
        Swift.print("#\(name)=\(times.sorted()[times.count / 2])")
    }
}
