import SQLite
import Testing

@testable import Warehouse

/// Rows inside rows, and values beside and around them, by `rows` and `fields` alone.
@Suite struct NestedDecodeTests {
    private func field(_ name: String, _ kind: ColumnKind, _ place: String? = nil, absent: Bool = false) -> Field {
        Field(name: name, kind: kind, mayBeAbsent: absent, place: place.flatMap { FieldPlace($0) })
    }

    private func plan(_ rows: String, _ fields: [Field], mayBeAbsent: Bool = false) throws -> DecodePlan {
        try DecodePlan(fields: fields, rows: #require(RowsPointer(rows)), rowsMayBeAbsent: mayBeAbsent)
    }

    private func table(_ rows: DecodedRows) -> [[Value]] {
        (0..<rows.rowCount).map { row in (0..<rows.columnCount).map { rows.value(row, $0) } }
    }

    private func decode(_ plan: DecodePlan, _ json: String) throws(DecodeError) -> [[Value]] {
        table(try plan.decode(Array(json.utf8)))
    }

    // MARK: Shapes of ESI

    private static let insurance =
        #"[{"levels":[{"cost":0,"name":"Basic","payout":0.5},{"cost":143201.6,"name":"Bronze","payout":2}],"#
        + #""type_id":34475},{"type_id":34828,"levels":[{"name":"Gold","payout":3,"cost":1}]},"#
        + #"{"type_id":1,"levels":[]},{"type_id":2}]"#

    private func insurancePlan() throws -> DecodePlan {
        try plan(
            "/*/levels",
            [
                field("type_id", .integer, "../type_id"), field("name", .text), field("cost", .isk),
                field("payout", .isk), field("place", .integer, "#"), field("at", .text, "../note", absent: true),
            ])
    }

    @Test func `what stands around rows comes before or behind them, and rows may be absent`() throws {
        #expect(
            try decode(try insurancePlan(), Self.insurance) == [
                [34475, "Basic", 0.0, 0.5, 0, .null], [34475, "Bronze", 143201.6, 2.0, 1, .null],
                [34828, "Gold", 1.0, 3.0, 0, .null],
            ])
    }

    @Test func `members of nested objects are columns, and absent with what should hold them`() throws {
        let plan = try plan(
            "/solar_systems",
            [
                field("solar_system_id", .integer),
                field("faction_id", .integer, "/claim/faction/faction_id", absent: true),
                field("alliance_id", .integer, "/claim/alliance/alliance_id", absent: true),
                field("until", .timestamp, "/claim/alliance/sovereignty_hub/vulnerability_window/end", absent: true),
                Field(
                    name: "unclaimed", kind: .boolean, mayBeAbsent: false, fallback: 0,
                    place: FieldPlace("/claim/unclaimed")),
            ])
        let rows = try plan.decode(
            Array(
                #"""
                {"solar_systems":[{"solar_system_id":1,"claim":{"faction":{"faction_id":500007}}},
                {"claim":{"alliance":{"sovereignty_hub":{"id":7,"vulnerability_window":{"start":"2026-09-18T09:30:00Z",
                "end":"2026-09-18T12:30:00Z"}},"alliance_id":99}},"solar_system_id":2},
                {"solar_system_id":3,"claim":{"unclaimed":true}},{"solar_system_id":4,"claim":null},{"solar_system_id":5},
                {"solar_system_id":6,"claim":{"alliance":null}}]}
                """#.utf8))
        #expect(
            table(rows) == [
                [1, 500007, .null, .null, 0], [2, .null, 99, 1_789_734_600, 0], [3, .null, .null, .null, 1],
                [4, .null, .null, .null, 0], [5, .null, .null, .null, 0], [6, .null, .null, .null, 0],
            ])
        #expect(
            rows.unknownMembers.sorted() == [
                "solar_systems/claim/alliance/sovereignty_hub/id",
                "solar_systems/claim/alliance/sovereignty_hub/vulnerability_window/start",
            ])
    }

    @Test func `plain values in a nested array are rows, beside the one column of their own`() throws {
        let plan = try plan(
            "/*/infested",
            [field("constellation_id", .integer, "../constellation_id"), field("system_id", .integer)])
        #expect(
            try decode(plan, #"[{"infested":[3,4],"constellation_id":1},{"constellation_id":2,"infested":[5]}]"#)
                == [[1, 3], [1, 4], [2, 5]])
        let error = #expect(throws: DecodeError.self) {
            try decode(plan, #"[{"constellation_id":1,"infested":[3,"x"]}]"#)
        }
        #expect(
            error == DecodeError(path: "/0/infested/1", message: "not a whole number but \"x\"", isMalformed: false))
    }

    @Test func `arrays in arrays and objects around objects give their members too`() throws {
        let plan = try plan(
            "/*/activities/*/made/materials",
            [
                field("blueprint", .integer, "../../../_key"), field("activity", .text, "../../name"),
                field("time", .integer, "../time"), field("type_id", .integer, "/_key"),
                field("quantity", .integer, "/_value"), field("limit", .integer, "../../../limits/runs"),
            ])
        #expect(
            try decode(
                plan,
                #"""
                [{"activities":[{"made":{"materials":[{"_key":34,"_value":2},{"_value":3,"_key":35}],"time":60},"name":"a"},
                {"name":"b"},{"name":"c","made":{"time":7,"materials":[{"_key":36,"_value":4}]}}],
                "limits":{"x":1,"runs":300},"_key":681}]
                """#) == [
                    [681, "a", 60, 34, 2, 300], [681, "a", 60, 35, 3, 300], [681, "c", 7, 36, 4, 300],
                ])
    }

    @Test func `an object in each element is a row, with the element's position`() throws {
        let plan = try plan(
            "/*/position",
            [field("id", .integer, "../id"), field("x", .real), field("at", .integer, "#")])
        #expect(
            try decode(plan, #"[{"id":1,"position":{"x":1}},{"position":null,"id":2},{"id":3,"position":{"x":3}}]"#)
                == [[1, 1.0, 0], [3, 3.0, 2]])
    }

    // MARK: What is refused

    @Test(arguments: [
        (#"[{"levels":[{"name":"a","payout":1,"cost":1}]}]"#, "/0/type_id", "missing"),
        (#"[{"levels":[],"type_id":"x"}]"#, "/0/type_id", "not a whole number but \"x\""),
        (#"[{"type_id":1,"levels":[{"name":"a","payout":1,"cost":[]}]}]"#, "/0/levels/0/cost", "not a number"),
        (#"[{"type_id":1,"levels":[{"name":"a","cost":1}]}]"#, "/0/levels/0/payout", "missing"),
        (#"[{"type_id":1,"levels":[7]}]"#, "/0/levels/0", "a row must be an object"),
        (#"[{"type_id":1,"levels":7}]"#, "/0/levels", "rows must be an array or an object"),
        (#"[{"type_id":1,"levels":[],"levels":[]}]"#, "/0/levels", "the member stands twice"),
        (#"[{"type_id":1,"levels":[],"type_id":1}]"#, "/0/type_id", "the member stands twice"),
        (#"[{"type_id":1},7]"#, "/1", "not an object"), (#"[null]"#, "/0", "the rows are not there"),
        (#"{"levels":[]}"#, "", "not an array"),
    ])
    func `a wrong shape is refused, naming its path`(json: String, path: String, message: String) throws {
        let error = #expect(throws: DecodeError.self) { try decode(try insurancePlan(), json) }
        #expect(error == DecodeError(path: path, message: message, isMalformed: false))
    }

    @Test func `rows of a whole table must be there, those of one thing of many need not`() throws {
        let fields = [field("x", .integer)]
        for json in [#"{"a":{}}"#, #"{"a":{"b":null}}"#, #"{"a":null}"#, "{}"] {
            #expect(try decode(try plan("/a/b", fields, mayBeAbsent: true), json) == [])
            let error = #expect(throws: DecodeError.self) { try decode(try plan("/a/b", fields), json) }
            #expect(error?.message == "the rows are not there")
        }
    }

    @Test func `a nested value that is no object is refused where a column is a part of it`() throws {
        let plan = try plan("", [field("x", .integer, "/a/b/x", absent: true)])
        for (json, path) in [(#"[{"a":7}]"#, "/0/a"), (#"[{"a":{"b":[1]}}]"#, "/0/a/b")] {
            let error = #expect(throws: DecodeError.self) { try decode(plan, json) }
            #expect(error == DecodeError(path: path, message: "not an object", isMalformed: false))
        }
        let twice = #expect(throws: DecodeError.self) { try decode(plan, #"[{"a":{"b":{"x":1}},"a":{}}]"#) }
        #expect(twice?.path == "/0/a")
    }

    @Test func `no part of a nested document passes for the whole`() throws {
        let nested = try plan(
            "/*/a/b",
            [
                field("k", .integer, "../../k"), field("x", .integer, absent: true),
                field("t", .text, "/o/t", absent: true),
                field("n", .json, "../n", absent: true),
            ])
        let body = Array(
            #"[{"a":{"b":[{"x":1,"o":{"t":"a\u00e9"}},{"o":null}],"n":{"z":[1]}},"k":7},{"k":8,"a":null,"new":[{}]}]"#
                .utf8)
        #expect(table(try nested.decode(body)) == [[7, 1, "aé", #"{"z":[1]}"#], [7, .null, .null, #"{"z":[1]}"#]])
        for length in 0..<body.count {
            let error = #expect(throws: DecodeError.self) { try nested.decode(Array(body[..<length])) }
            #expect(error?.isMalformed == true, "\(length): \(String(describing: error))")
        }
        for bad in [
            "[{\"a\":{\"b\":[]\"n\":1},\"k\":1}]", "[{\"k\":1 \"a\":null}]", "[{\"k\":1}]]", "[{\"k\":1,\"a\":nul}]",
        ] {
            #expect(throws: DecodeError.self, "\(bad)") { try nested.decode(Array(bad.utf8)) }
        }
    }

    // MARK: Random documents

    /// A document of elements with nested rows, written in any order of members, and the rows it must give.
    private struct Sample {
        var random: AsOfNumbers

        mutating func document() -> (json: String, rows: [[Value]]) {
            var rows: [[Value]] = []
            let elements = (0..<random.below(4)).map { _ in element(&rows) }
            return ("[" + elements.joined(separator: ",") + "]", rows)
        }

        private mutating func element(_ rows: inout [[Value]]) -> String {
            let (id, note) = (random.below(1000), random.below(3))
            var members = ["\"id\":\(id)"]
            if note > 0 { members.append("\"o\":{\"note\":\(note == 1 ? "null" : "\"n\(id)\"")}") }
            if random.below(4) > 0 {
                let inner = (0..<random.below(4)).map { place -> String in
                    let value = random.below(100)
                    let text = note == 2 ? Value.text("n\(id)") : .null
                    rows.append([.integer(Int64(id)), text, .integer(Int64(value)), .integer(Int64(place))])
                    return shuffled(["\"v\":{\"w\":\(value)}", "\"other\":[{}]"])
                }
                members.append("\"in\":[\(inner.joined(separator: ","))]")
            }
            return shuffled(members)
        }

        private mutating func shuffled(_ members: [String]) -> String {
            "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
        }
    }

    @Test func `members in any order give the same rows`() throws {
        let plan = try plan(
            "/*/in",
            [
                field("id", .integer, "../id"), field("note", .text, "../o/note", absent: true),
                field("w", .integer, "/v/w"), field("at", .integer, "#"),
            ])
        var sample = Sample(random: AsOfNumbers(state: 7))
        for _ in 0..<500 {
            let (json, rows) = sample.document()
            #expect(try decode(plan, json) == rows, "\(json)")
        }
    }
}
