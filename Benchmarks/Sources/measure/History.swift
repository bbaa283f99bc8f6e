import Foundation
import SQLite
import Warehouse

/// Fills a warehouse with the versions that `generate.py history` wrote: the tables, indexes and records that as many
/// snapshots would have left, without applying them one by one.
enum History {
    static let region: Int64 = 10_000_002

    static func fill(_ database: String, from path: String) throws {
        let (warehouse, orders) = try open(database)
        let connection = warehouse.connection
        guard let file = fopen(path, "r") else { throw CocoaError(.fileReadUnknown) }
        defer { fclose(file) }
        try connection.execute("PRAGMA cache_size = -65536")
        try connection.transaction {
            let indexes = try connection.query(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name LIKE 'market_orders%'"
            )
            for index in indexes { try connection.execute("DROP INDEX \"\(index[0].text ?? "")\"") }
            let moments = try insert(file, orders.dataset, connection)
            try record(moments, connection)
            for index in indexes { try connection.execute(index[1].text ?? "") }
        }
    }

    /// - Returns: the moments at which versions began.
    private static func insert(
        _ file: UnsafeMutablePointer<FILE>, _ dataset: Dataset, _ connection: Connection
    ) throws -> [Int64] {
        // As generate.py writes them, behind valid_from and valid_to.
        let names = [
            "duration", "is_buy_order", "issued", "location_id", "min_volume", "order_id", "price", "range",
            "system_id",
            "type_id", "volume_remain", "volume_total",
        ]
        let list = (["valid_from", "valid_to"] + names).joined(separator: ", ")
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let closed = try connection.prepare(
            "INSERT INTO market_orders_history (\(list), region_id) VALUES (?, ?, \(marks), \(region))")
        let current = try connection.prepare(
            "INSERT INTO market_orders (valid_from, \(names.joined(separator: ", ")), region_id) VALUES (?, \(marks), \(region))"
        )
        var moments: Set<Int64> = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let line {
            line[strlen(line) - 1] = 0
            let cells = String(cString: line).split(separator: "\t", omittingEmptySubsequences: false)
            moments.insert(Int64(cells[0]) ?? 0)
            let statement = cells[1].isEmpty ? current : closed
            var index: Int32 = 1
            for (place, cell) in cells.enumerated() where !cell.isEmpty {
                switch place {
                case 8: try statement.bind(real: Double(cell) ?? 0, at: index)
                case 9: try statement.bind(text: String(cell), at: index)
                default: try statement.bind(integer: Int64(cell) ?? 0, at: index)
                }
                index += 1
            }
            try statement.run()
        }
        return moments.sorted()
    }

    private static func record(_ moments: [Int64], _ connection: Connection) throws {
        for moment in moments {
            try connection.run(
                "INSERT INTO snapshots (dataset, partition, observed_at, fetched_at, last_at, outcome) "
                    + "VALUES ('market_orders', ?, ?2, ?2, ?2, 'complete')",
                [.text("region_id=\(region)"), .integer(moment)])
        }
        try connection.run(
            "INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome) "
                + "VALUES ('market_orders', ?, ?2, ?2, ?2, 'complete')",
            [.text("region_id=\(region)"), .integer(moments.last ?? 0)])
    }
}
