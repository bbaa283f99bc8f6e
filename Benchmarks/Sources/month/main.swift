// Simulates days of The Forge, a snapshot every five minutes and a prune every night, and says how large the file is.
//
//   month [--orders 400000] [--days 30] [--path month.sqlite]

import Dispatch
import Foundation
import SQLite
import Sandbox
import Warehouse

/// A day's figures.
struct Night {
    var versions: Int64
    var bytesPerVersion: Double
    var file: Int64
    var free: Int64

    init(_ db: Connection) throws {
        func value(_ sql: String) throws -> Value { try db.value(sql) ?? .null }
        versions = try value("SELECT count(*) FROM market_orders_history").integer ?? 0
        let history = try value(
            """
            SELECT sum(pgsize) FROM dbstat
            WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = 'market_orders_history')
            """
        ).integer
        bytesPerVersion = versions == 0 ? 0 : Double(history ?? 0) / Double(versions)
        file = try value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").integer ?? 0
        free = try value("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size").integer ?? 0
    }
}

/// Writes a line at once: hours lie between them.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// The option's value, or what stands for it.
func option(_ name: String, _ fallback: String) -> String {
    let arguments = CommandLine.arguments
    guard let index = arguments.firstIndex(of: "--\(name)"), index + 1 < arguments.count else { return fallback }
    return arguments[index + 1]
}

let start = 1_790_467_200  // 2026-09-27T00:00:00Z
guard let orders = Int(option("orders", "400000")), orders > 0, let days = Int(option("days", "30")), days > 0 else {
    say("month [--orders 400000] [--days 30] [--path month.sqlite]")
    exit(64)
}
let path = option("path", "month.sqlite")
for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
let catalogue = Catalogue(Library())
guard let dataset = catalogue.dataset("market_orders") else { fatalError("no market_orders") }
let warehouse = try Warehouse(path: path, catalogue: catalogue, now: Int64(start))
let plan = dataset.decodePlan()
let partition = Partition([.init(name: "region_id", value: .integer(Int64(Universe.forge)))])
let size = Universe.Size(
    regions: 1, forgeOrders: orders, otherOrders: 0, forgeContracts: 0, types: min(max(orders / 25, 48), 16_000))
let market = Market(universe: Universe(size: size, seed: 1, start: start), region: Universe.forge)

func snapshot(_ step: Int) throws -> Snapshot {
    let time = start + step * Market.step
    let pages = try (1...market.pages).map { try plan.decode(market.page($0, at: time)) }
    return Snapshot(
        dataset: dataset, partition: partition, observedAt: Int64(time), fetchedAt: Int64(time), isComplete: true,
        pages: pages)
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
    let begin = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
}

say("| day | versions | bytes a version | file MiB | free MiB | apply s | prune s |\n|--:|--:|--:|--:|--:|--:|--:|")
let perDay = 86_400 / Market.step
var next = Task.detached { try snapshot(0) }
for day in 0..<days {
    var applying = 0.0
    for step in day * perDay..<(day + 1) * perDay {
        // The next one is made on the other core.
        let now = try await next.value
        next = Task.detached { try snapshot(step + 1) }
        applying += try seconds { _ = try warehouse.apply([now]) }
    }
    let pruning = try seconds { _ = try warehouse.prune(dataset, now: Int64(start + (day + 1) * 86_400)) }
    let night = try Night(warehouse.connection)
    let figures = [
        "\(day + 1)", "\(night.versions)", String(format: "%.1f", night.bytesPerVersion), "\(night.file >> 20)",
        "\(night.free >> 20)", String(format: "%.1f", applying), String(format: "%.1f", pruning),
    ]
    say("| \(figures.joined(separator: " | ")) |")
}
