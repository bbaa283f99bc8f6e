import SQLite
import Testing

@testable import Warehouse

/// Documents that stand one a line, and objects whose members are rows by name: what the static data export needs.
@Suite struct LinesDecodeTests {
    private func field(_ name: String, _ kind: ColumnKind, _ place: String, absent: Bool = false) -> Field {
        Field(name: name, kind: kind, mayBeAbsent: absent, place: FieldPlace(place))
    }

    private func table(_ rows: DecodedRows) -> [[Value]] {
        (0..<rows.rowCount).map { row in (0..<rows.columnCount).map { rows.value(row, $0) } }
    }

    private func lines(_ plan: DecodePlan, _ text: String) throws(LineError) -> [[Value]] {
        table(try plan.decodeLines(Array(text.utf8)))
    }

    private func names() throws -> DecodePlan {
        try DecodePlan(fields: [
            field("id", .integer, "/_key"), field("name", .text, "/name/en"),
            field("note", .text, "/note", absent: true),
        ])
    }

    @Test func `each line is a document, and all are the rows of one`() throws {
        let text =
            "{\"_key\": 1, \"name\": {\"de\": \"Eins\", \"en\": \"One\"}, \"other\": [1, {\"a\": 2}]}\r\n\n"
            + "{\"note\": \"x\", \"name\": {\"en\": \"Tw\\u006f\"}, \"_key\": 2}\n  \r\n"
            + "{\"_key\": 3, \"name\": {\"en\": \"Thr\u{e9}e\"}}"
        #expect(try lines(try names(), text) == [[1, "One", .null], [2, "Two", "x"], [3, "Thr\u{e9}e", .null]])
        #expect(try lines(try names(), "") == [])
    }

    @Test(arguments: [
        ("{\"_key\": 1, \"name\": {\"en\": \"a\"}}\n\n{\"_key\": 2, \"name\": {}}\n", 3, "/name/en: missing"),
        ("{\"_key\": \"1\", \"name\": {\"en\": \"a\"}}", 1, "/_key: not a whole number but \"1\""),
        ("{\"_key\": 1, \"name\": {\"en\": \"a\"}}\n{\"_key\": 2, \"name\": {\"en\": \"b\"", 2, nil),
        ("{\"_key\": 1, \"name\": {\"en\": \"a\"}} {\"_key\": 2, \"name\": {\"en\": \"b\"}}", 1, nil),
        ("{\"_key\": 1, \"name\": {\"en\": \"a\"}}\n<html>\n", 2, nil), ("\n\n7\n", 3, nil),
        ("{\"_key\": 1, \"name\": {\"en\": \"\u{1}\"}}", 1, nil),
    ])
    func `a line that cannot be used is told by its number`(text: String, line: Int, message: String?) throws {
        let plan = try names()
        #expect {
            try lines(plan, text)
        } throws: { error in
            guard let error = error as? LineError else { return false }
            return error.line == line && message.map { "\(error.error)" == $0 } ?? true
        }
    }

    @Test func `lines give what their documents give, wherever a line ends in memory`() throws {
        let plan = try names()
        var text = ""
        var expected: [[Value]] = []
        for id in 1...500 {
            let line =
                "{\"_key\": \(id), \"name\": {\"en\": \"\(String(repeating: "n", count: id % 97))\\n\"}, \"x\": \(id)}"
            expected += table(try plan.decode(Array(line.utf8)))
            text += line + "\n"
        }
        #expect(try lines(plan, text) == expected)
    }

    // MARK: Members as rows

    private static let blueprint =
        #"{"_key": 681, "activities": {"copying": {"time": 480}, "manufacturing": {"materials": "#
        + #"[{"quantity": 86, "typeID": 38}, {"quantity": 2, "typeID": 39}], "time": 600}, "#
        + #""inv\u0065ntion": {"materials": [{"typeID": 7, "quantity": 1}]}, "research": null}, "limit": 300}"#

    private func materials() throws -> DecodePlan {
        try DecodePlan(
            fields: [
                field("blueprint", .integer, "../../_key"), field("activity", .text, "@"),
                field("place", .integer, "#"), field("type", .integer, "/typeID"),
                field("quantity", .integer, "/quantity"), field("time", .integer, "../time", absent: true),
            ], rows: #require(RowsPointer("/activities/*/materials")), rowsMayBeAbsent: true)
    }

    @Test func `a star steps into the members of an object, and the at sign is their name`() throws {
        let text = Self.blueprint + "\n{\"_key\": 5}\n{\"_key\": 6, \"activities\": {}}\n"
        #expect(
            try lines(try materials(), text) == [
                [681, "manufacturing", 0, 38, 86, 600], [681, "manufacturing", 1, 39, 2, 600],
                [681, "invention", 0, 7, 1, .null],
            ])
    }

    @Test func `members are rows themselves where their names are asked for, and one row where not`() throws {
        let rows = try #require(RowsPointer("/activities/*"))
        let named = try DecodePlan(
            fields: [
                field("id", .integer, "../_key"), field("activity", .text, "@"),
                field("time", .integer, "/time", absent: true),
            ], rows: rows)
        let text = #"{"activities": {"a": {"time": 1}, "b": {}}, "_key": 9}"#
        #expect(try lines(named, text) == [[9, "a", 1], [9, "b", .null]])
        let one = try DecodePlan(fields: [field("time", .integer, "/a/time")], rows: rows)
        #expect(try lines(one, text) == [[1]])
    }

    @Test func `members are stepped into only where their names are asked for, and elements where not`() throws {
        let rows = try #require(RowsPointer("/activities/*/materials"))
        let unnamed = try DecodePlan(fields: [field("type", .integer, "/typeID")], rows: rows)
        #expect(throws: DecodeError(path: "/activities", message: "not an array", isMalformed: false)) {
            try unnamed.decode(Array(#"{"activities": {}}"#.utf8))
        }
        #expect(
            throws: LineError(
                line: 1,
                error: DecodeError(
                    path: "/activities", message: "not an object", isMalformed: false))
        ) {
            try lines(try materials(), #"{"activities": [], "_key": 1}"#)
        }
    }

    @Test func `what is wrong in a member names it`() throws {
        let text = #"{"_key": 1, "activities": {"copying": {"materials": [{"typeID": 1, "quantity": "x"}]}}}"#
        let plan = try materials()
        #expect(
            throws: LineError(
                line: 1,
                error: DecodeError(
                    path: "/activities/copying/materials/0/quantity", message: "not a whole number but \"x\"",
                    isMalformed: false))
        ) { try lines(plan, text) }
    }

    @Test func `a name is asked for once, and only where a star stands for one`() throws {
        let two = [field("a", .text, "@"), field("b", .text, "@")]
        #expect(throws: FieldFault("b", "another column takes the name too")) {
            try DecodePlan(fields: two, rows: #require(RowsPointer("/x/*/y")))
        }
        #expect(throws: FieldFault("a", "asks for a member's name, but no * in rows stands for one")) {
            try DecodePlan(fields: [two[0]], rows: #require(RowsPointer("/x/y")))
        }
    }

    @Test func `no part of a line passes for the whole`() throws {
        let plan = try materials()
        let bytes = Array(Self.blueprint.utf8)
        for length in 1..<bytes.count {
            #expect(throws: LineError.self, "\(length)") { try plan.decodeLines(Array(bytes[..<length])) }
        }
    }
}
