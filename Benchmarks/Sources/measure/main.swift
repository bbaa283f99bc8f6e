import Foundation
import Warehouse

// measure parse PAGES | load|apply|unchanged DB PAGES [bare] | history DB VERSIONS | queries DB FOLDER MOMENT
// Each prints lines `#key=number`; Benchmarks/run.py runs them beside the peers.
let arguments = CommandLine.arguments.dropFirst().map { $0 }
let indexed = !arguments.contains("bare")

func open(_ path: String) throws -> (Warehouse, Orders) {
    let orders = try Orders(indexed: indexed)
    return (try Warehouse(path: path, catalogue: orders.catalogue, now: 0), orders)
}

func apply(_ database: String, _ folder: String, at moment: Int64, as name: String) throws {
    var watch = Stopwatch()
    let (warehouse, orders) = try open(database)
    watch.mark("start")
    let pages = try Pages(folder).decoded(orders.plan)
    let attempt = try warehouse.apply([orders.snapshot(pages, observedAt: moment)])[0]
    watch.mark(name)
    print("#rows=\(attempt.rows)\n#added=\(attempt.added)\n#changed=\(attempt.changed)\n#removed=\(attempt.removed)")
}

switch arguments.first {
case "parse": try Parse.run(arguments[1])
case "load": try apply(arguments[1], arguments[2], at: 1000, as: "load")
case "apply": try apply(arguments[1], arguments[2], at: 2000, as: "apply")
case "unchanged": try apply(arguments[1], arguments[2], at: 3000, as: "unchanged")
case "history": try History.fill(arguments[1], from: arguments[2])
case "queries": try Queries(arguments[1], folder: arguments[2], moment: Int64(arguments[3]) ?? 0).run()
default:
    print(
        "usage: measure parse PAGES | load|apply|unchanged DB PAGES [bare] | history DB VERSIONS | queries DB FOLDER MOMENT"
    )
    exit(64)
}
