import Glibc
import SQLite
import Testing

@testable import Warehouse

@Suite struct ShippedDatasetsTests {
    @Test func `every shipped file is usable`() {
        let catalogue = Catalogue(Library())
        #expect(catalogue.faults == [])
        #expect(catalogue.datasets.count >= 12)
    }
}

@Suite struct OpeningTests {
    @Test func `a warehouse of a newer program is neither written nor read`() throws {
        let path = "/tmp/esiwh-\(UInt64.random(in: 0 ... .max)).sqlite"
        defer { for end in ["", "-wal", "-shm"] { unlink(path + end) } }
        let catalogue = Catalogue(Library())
        do {
            let warehouse = try Warehouse(path: path, catalogue: catalogue, now: 0)
            try warehouse.connection.run("INSERT INTO migrations VALUES ('9999-later', '', 0)")
        }
        #expect(throws: MigrationError.unknown("9999-later")) {
            try Warehouse(path: path, catalogue: catalogue, now: 0)
        }
        #expect(throws: MigrationError.unknown("9999-later")) {
            try Session(path: path, catalogue: catalogue, settings: Settings())
        }
    }
}
