import SQLite
import Testing
import Warehouse

@testable import esiwh

/// A warehouse with three orders: one since 10:00, one from 11:00 on, one that was 100 ISK and is 90 since 12:00.
func marketHome() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
        """
        /*---
        title: Orders of a type
        parameters: { type_id: { type: integer, default: 34, minimum: 1 }, since: { type: timestamp, default: null } }
        columns: { value: isk }
        ---*/
        SELECT order_id, price, issued, is_buy_order, price * volume_remain AS value FROM market_orders
        WHERE type_id = :type_id AND issued >= coalesce(:since, 0) ORDER BY order_id
        """, to: "sql/reports/orders.sql")
    let path = folder.path + "/warehouse.sqlite"
    let warehouse = try Warehouse(path: path, catalogue: Catalogue(Library()), now: 1_763_978_400)
    let rows: [(table: String, id: Int64, price: Double, from: String, to: String?)] = [
        ("market_orders", 1, 5.5, "2025-11-24T10:00:00Z", nil),
        ("market_orders", 2, 1_250_000_000, "2025-11-24T11:00:00Z", nil),
        ("market_orders", 3, 90, "2025-11-24T12:00:00Z", nil),
        ("market_orders_history", 3, 100, "2025-11-24T10:00:00Z", "2025-11-24T12:00:00Z"),
    ]
    for row in rows {
        let from = try #require(Timestamp.parse(row.from))
        var values: [(String, Value)] = [
            ("region_id", 10_000_002), ("order_id", .integer(row.id)), ("price", .real(row.price)),
            ("type_id", 34), ("is_buy_order", 0), ("issued", .integer(from)), ("duration", 90),
            ("location_id", 60_003_760), ("system_id", 30_000_142), ("min_volume", 1), ("range", "region"),
            ("volume_remain", 2), ("volume_total", 2), ("valid_from", .integer(from)),
        ]
        if let to = row.to { values.append(("valid_to", Timestamp.parse(to).sqlValue)) }
        let names = values.map(\.0).joined(separator: ", ")
        let marks = values.map { _ in "?" }.joined(separator: ", ")
        try warehouse.connection.run("INSERT INTO \(row.table) (\(names)) VALUES (\(marks))", values.map(\.1))
    }
    try warehouse.connection.run(
        """
        INSERT INTO snapshots (id, dataset, partition, observed_at, fetched_at, outcome)
        VALUES (4, 'market_orders', 'region_id=10000002', 1763982000, 1763982000, 'complete')
        """)
    return folder
}
