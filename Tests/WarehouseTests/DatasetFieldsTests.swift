import SQLite
import Testing

@testable import Warehouse

/// `rows` and `fields` in the head of a dataset's file.
@Suite struct DatasetFieldsTests {
    private static func file(_ head: String, name: String = "levels") throws -> StoredFile {
        try StoredFile(
            kind: .dataset, name: name, path: "schema/datasets/\(name).sql", origin: .shipped,
            text: """
                /*---
                title: Levels
                \(head)
                ---*/
                CREATE TABLE \(name) (
                    type_id INTEGER NOT NULL, name TEXT NOT NULL, cost REAL NOT NULL, place INTEGER,
                    valid_from INTEGER NOT NULL, PRIMARY KEY (type_id, name)
                ) STRICT, WITHOUT ROWID;
                """)
    }

    private static let prices = "route: GET /insurance/prices\nrows: /*/levels\n"
    private static let one = "route: GET /types/{type_id}\neach: SELECT 1\nrows: /levels\n"

    @Test func `fields place columns, the rest are members of their names`() throws {
        let dataset = try Dataset(Self.file(Self.prices + "fields: { type_id: ../type_id, cost: /c~1d/0, place: '#' }"))
        #expect(
            dataset.fields.map(\.place) == [
                .member(outward: 1, path: ["type_id"]), .named("name"), .member(path: ["c/d", "0"]), .position,
            ])
        let rows = try dataset.decodePlan().decode(
            Array(#"[{"levels":[{"name":"a","c/d":{"0":1.5}}],"type_id":34}]"#.utf8))
        #expect((0..<4).map { rows.value(0, $0) } == [34, "a", 1.5, 0])
    }

    @Test(arguments: [
        ("fields: { typ: ../type_id }", 5, "the table has no column typ"),
        ("fields:\n  type_id: ../type_id\n  cost: payout", 7, "cost does not say where its value stands"),
        ("fields: { type_id: ../../type_id }", 5, "type_id points 2 objects out, but 1 of them stands around a row"),
        ("fields: { type_id: ../levels }", 5, "type_id is what the rows stand in"),
        ("fields: { type_id: ../levels/x }", 5, "type_id points into levels, where the rows are"),
        ("fields: { type_id: /name }", 5, "name is the same value as type_id"),
        ("fields: { type_id: /name/id }", 5, "name is taken whole, and another column takes a part of it"),
        ("fields: { name: '#' }", 5, "name is no INTEGER"),
        ("fields: { type_id: '#', place: '#' }", 5, "place another column takes the position too"),
        ("fields: type_id", 5, "fields must be columns and where their values stand"),
        ("fields: { valid_from: /at }", 5, "the table has no column valid_from"),
        ("fields: { cost: /~2 }", 5, "cost does not say where its value stands"),
    ])
    func `a place that cannot be is refused, with file, line and mend`(fields: String, line: Int, message: String)
        throws
    {
        let error = #expect(throws: FileError.self) { try Dataset(Self.file(Self.prices + fields)) }
        #expect(error?.message == message)
        #expect(error?.line == line)
        #expect(error?.mend?.isEmpty == false)
    }

    @Test func `a path parameter has its value from the route, and rows are a pointer`() throws {
        let head = Self.one + "fields: { type_id: ../type_id }"
        #expect(throws: FileError.self) { try Dataset(Self.file(head)) }
        for rows in ["levels", "/", "/a//b", "/~"] {
            let error = #expect(throws: FileError.self, "\(rows)") {
                try Dataset(Self.file("route: GET /insurance/prices\nrows: \(rows)"))
            }
            #expect(error?.line == 4)
        }
        let paged = "route: GET /insurance/prices\npaging: pages\nfields: { place: '#' }"
        let error = #expect(throws: FileError.self) { try Dataset(Self.file(paged)) }
        #expect(error?.message == "\"#\" would count anew on each page")
    }

    @Test func `what another dataset of the route reads is no news`() throws {
        let levels = try Dataset(Self.file(Self.one))
        let body = Array(
            #"{"name":"x","mass":1,"new":2,"levels":[{"name":"a","cost":1,"type_id":7,"up":{"to":1}}]}"#.utf8)
        #expect(try levels.decodePlan().decode(body).unknownMembers == ["name", "mass", "new", "levels/up"])
        let text = """
            /*---
            title: Types
            route: GET /types/{type_id}
            each: SELECT 1
            ---*/
            CREATE TABLE types (
                type_id INTEGER NOT NULL PRIMARY KEY, name TEXT, mass REAL, valid_from INTEGER NOT NULL) STRICT;
            """
        let file = try StoredFile(
            kind: .dataset, name: "types", path: "schema/datasets/types.sql", origin: .shipped, text: text)
        let types = try Dataset(file)
        #expect(try levels.decodePlan(siblings: [levels, types]).decode(body).unknownMembers == ["new", "levels/up"])
        #expect(try types.decodePlan(siblings: [levels, types]).decode(body).unknownMembers == ["new"])
    }

    @Test func `an answer about one thing may lack the rows, a whole table may not`() throws {
        #expect(try Dataset(Self.file(Self.one)).decodePlan().decode(Array(#"{"name":"x"}"#.utf8)).rowCount == 0)
        let whole = try Dataset(Self.file("route: GET /insurance/prices\nrows: /levels"))
        #expect(throws: DecodeError.self) { try whole.decodePlan().decode(Array(#"{"name":"x"}"#.utf8)) }
    }
}
