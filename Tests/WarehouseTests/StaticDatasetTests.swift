import Testing

@testable import Warehouse

/// Datasets that a file of CCP's static data export feeds, as their files declare them.
@Suite struct StaticDatasetTests {
    static func file(_ frontMatter: String, name: String = "things") throws -> StoredFile {
        try StoredFile(
            kind: .dataset, name: name, path: "schema/datasets/\(name).sql", origin: .shipped,
            text: """
                /*---
                title: Things
                \(frontMatter)
                ---*/
                CREATE TABLE \(name) (id INTEGER NOT NULL PRIMARY KEY, valid_from INTEGER NOT NULL) STRICT;
                """)
    }

    @Test func `a file of the export stands for a route, and the whole of it is one partition`() throws {
        let dataset = try Dataset(Self.file("sde: things.jsonl"))
        #expect(dataset.exportFile == "things.jsonl")
        #expect(dataset.route == nil)
        #expect(dataset.partitionColumns == [])
        #expect(dataset.rowKey == ["id"])
        // What holds of a build is no reason to call every report as old as the build.
        #expect(dataset.lifetime.isFact)
    }

    @Test(arguments: [
        ("sde: things.yaml", 3, "sde is not a file of the export"),
        ("sde: fsd/things.jsonl", 3, "sde is not a file of the export"),
        ("route: GET /things\nsde: things.jsonl", 4, "a dataset is fed by a route or by a file of the export"),
        ("sde: things.jsonl\nrefresh: 30d", 4, "refresh is for ESI's routes"),
        ("sde: things.jsonl\neach: SELECT 1 AS id", 4, "each is for ESI's routes"),
    ])
    func `what is wrong with it is named with its line`(frontMatter: String, line: Int, message: String) throws {
        let file = try Self.file(frontMatter)
        #expect { try Dataset(file) } throws: { error in
            let error = error as? FileError
            return error?.line == line && error?.message == message && error?.mend != nil
        }
    }

    @Test func `what the export feeds is asked of no route, and what reads it waits for nothing`() throws {
        let reader = """
            /*---
            title: Readers
            route: GET /readers/{id}
            each: SELECT id FROM things
            ---*/
            CREATE TABLE readers (id INTEGER NOT NULL PRIMARY KEY, valid_from INTEGER NOT NULL) STRICT;
            """
        let things = try Self.file("sde: things.jsonl")
        let shipped = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
            .merging([things.path: things.text, "schema/datasets/readers.sql": reader]) { $1 }
        let warehouse = try Warehouse(path: ":memory:", catalogue: Catalogue(Library(shipped: shipped)), now: 0)
        #expect(warehouse.ingestOrder().map(\.dataset.name) == ["readers"])
    }
}
