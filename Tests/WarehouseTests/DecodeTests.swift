import SQLite
import Testing

@testable import Warehouse

@Suite struct DecodeTests {
    private func decode(_ json: String, _ kind: ColumnKind, absent: Bool = false) throws -> Value {
        let plan = try DecodePlan(fields: [Field(name: "x", kind: kind, mayBeAbsent: absent)])
        return try plan.decode(Array("[{\"x\":\(json)}]".utf8)).value(0, 0)
    }

    @Test(arguments: [
        ("5", ColumnKind.integer, Value.integer(5)), ("5.0", .integer, 5), ("5e2", .integer, 500),
        ("-0", .integer, 0), ("9223372036854775807", .integer, .integer(.max)), ("26590", .isk, 26590.0),
        ("-0.0", .real, 0.0), ("1e3", .real, 1000.0), (#""\/a""#, .text, "/a"), (#""""#, .text, ""),
        (#""2026-09-27T04:25:25Z""#, .timestamp, 1_790_483_125), ("true", .boolean, 1), ("false", .boolean, 0),
        (#""2026-09-27T04:25:25.855+01:00""#, .timestamp, 1_790_479_525),
        (#"{"b":[1.0, 2.50], "a" : null}"#, .json, #"{"a":null,"b":[1,2.5]}"#),
        ("[]", .json, "[]"), (#""a\ud800b""#, .text, "a\u{FFFD}b"), (#""\ud83d\ude80""#, .text, "🚀"),
    ])
    func `a value of its kind is taken and normalised`(json: String, kind: ColumnKind, value: Value) throws {
        #expect(try decode(json, kind) == value)
    }

    @Test(arguments: [
        ("5.5", ColumnKind.integer), ("9223372036854775808", .integer), ("\"5\"", .integer), ("true", .integer),
        ("1e400", .real), ("\"a\"", .real), ("5", .text), ("1", .boolean), ("\"true\"", .boolean),
        (#""2026-09-27""#, .timestamp), (#""2026-13-27T04:25:25Z""#, .timestamp), ("1790483125", .timestamp),
        ("null", .integer), ("{}", .integer), ("[]", .text),
    ])
    func `a value of another kind is refused, naming its path`(json: String, kind: ColumnKind) throws {
        let error = #expect(throws: DecodeError.self) { try decode(json, kind) }
        #expect(error?.path == "/0/x")
        #expect(error?.isMalformed == false)
    }

    @Test func `whole numbers of any length are exact`() throws {
        let digits = "9081726354987654321"
        for length in 1...19 {
            let text = String(digits.prefix(length))
            #expect(try decode(text, .integer) == .integer(try #require(Int64(text))))
            #expect(try decode("-\(text) ", .integer) == .integer(try #require(Int64("-" + text))))
            #expect(try decode("\n\(text)\t", .integer) == .integer(try #require(Int64(text))))
            let power = "1" + String(repeating: "0", count: length - 1)
            #expect(try decode(power, .integer) == .integer(try #require(Int64(power))))
            for bad in ["0\(text)", "\(text)a", "\(text) 1", "\(text.dropLast())/", "\(text.dropLast()):"] {
                #expect(throws: DecodeError.self, "\(bad)") { try decode(bad, .integer) }
            }
        }
    }

    @Test func `absent and null take the fallback, else NULL, else are errors`() throws {
        let plan = try DecodePlan(fields: [
            Field(name: "a", kind: .integer, mayBeAbsent: true),
            Field(name: "b", kind: .boolean, mayBeAbsent: false, fallback: 0),
            Field(name: "c", kind: .text, mayBeAbsent: false),
        ])
        let rows = try plan.decode(Array(#"[{"c":"x"},{"b":null,"a":null,"c":"y"}]"#.utf8))
        #expect((0..<2).map { row in (0..<3).map { rows.value(row, $0) } } == [[.null, 0, "x"], [.null, 0, "y"]])
        #expect(throws: DecodeError(path: "/0/c", message: "missing", isMalformed: false)) {
            try plan.decode(Array(#"[{"a":1}]"#.utf8))
        }
    }

    @Test func `members without a column are told once, ignored ones never, and escaped names are found`() throws {
        let plan = try DecodePlan(fields: [Field(name: "x", kind: .integer, mayBeAbsent: false)], ignored: ["i"])
        let rows = try plan.decode(Array(#"[{"i":1,"new":[1,{"y":2}],"\u0078":3},{"new":2,"x":4}]"#.utf8))
        #expect(rows.unknownMembers == ["new"])
        #expect((0..<2).map { rows.value($0, 0) } == [3, 4])
        #expect(throws: DecodeError.self) { try plan.decode(Array(#"[{"x":1,"x":2}]"#.utf8)) }
        #expect(throws: DecodeError.self) { try plan.decode(Array(#"[{"x":1,"new":tru}]"#.utf8)) }
    }

    /// Objects that resemble the one before, and objects that suddenly do not.
    @Test(arguments: [UInt64(1), 2, 3])
    func `members are found in any order, whatever the object before looked like`(seed: UInt64) throws {
        var random = InvariantTests.Generator(state: seed)
        let names = ["a", "bb", "c_of_more_than_eight", "d", "e"]
        let plan = try DecodePlan(
            fields: names.map { Field(name: $0, kind: .integer, mayBeAbsent: true, fallback: $0 == "d" ? 7 : nil) })
        var order = names
        var expected: [[Value]] = []
        var objects: [String] = []
        for row in 0..<300 {
            if Int.random(in: 0..<4, using: &random) == 0 {
                order = (names + ["unknown"]).shuffled(using: &random).filter { _ in .random(using: &random) }
            }
            let values = order.indices.map { row * 10 + $0 }
            objects.append("{" + zip(order, values).map { #""\#($0)":\#($1)"# }.joined(separator: ",") + "}")
            expected.append(
                names.map { name in
                    order.firstIndex(of: name).map { .integer(Int64(values[$0])) } ?? (name == "d" ? 7 : .null)
                })
        }
        let rows = try plan.decode(Array("[\(objects.joined(separator: ","))]".utf8))
        #expect(rows.unknownMembers == ["unknown"])
        #expect(expected.indices.map { row in names.indices.map { rows.value(row, $0) } } == expected)
        // One that stands twice is found behind any beginning.
        for beginning in objects.suffix(20) where beginning != "{}" {
            let doubled = beginning.dropLast() + #","a":1,"a":2}"#
            #expect(throws: DecodeError.self) { try plan.decode(Array("[\(beginning),\(doubled)]".utf8)) }
        }
    }

    @Test func `rows may be an object, scalars, or nested`() throws {
        let plan = try DecodePlan(fields: [Field(name: "x", kind: .integer, mayBeAbsent: false)])
        #expect(try plan.decode(Array(#"{"x":1}"#.utf8)).value(0, 0) == 1)
        let scalars = try plan.decode(Array("[3,1,2]".utf8))
        #expect((0..<3).map { scalars.value($0, 0) } == [3, 1, 2])
        #expect(try plan.decode(Array(" [ ] ".utf8)).rowCount == 0)
        let nested = try DecodePlan(fields: plan.fields, rows: #require(RowsPointer("/skills")))
        #expect(try nested.decode(Array(#"{"total":7,"skills":[{"x":9}]}"#.utf8)).value(0, 0) == 9)
        let error = #expect(throws: DecodeError.self) { try nested.decode(Array(#"{"total":7}"#.utf8)) }
        #expect(error?.path == "/skills")
        let deeper = try DecodePlan(fields: plan.fields, rows: #require(RowsPointer("/a/b")))
        #expect(try deeper.decode(Array(#"{"a":{"b":[{"x":1}],"c":[]},"d":null}"#.utf8)).rowCount == 1)
        for bad in [
            #"{"skills":[]"x":1}"#, #"{"x":tru,"skills":[]}"#, #"{"skills":[],"x":9j}"#, #"{"skills":[]}}"#,
            #"{"skills":[]"#, #"{"skills":[],"skills":[]}"#, "[1]", "{}", "7",
        ] {
            #expect(throws: DecodeError.self, "\(bad)") { try nested.decode(Array(bad.utf8)) }
        }
    }

    @Test func `no part of a document passes for the whole`() throws {
        let plan = try DecodePlan(fields: [
            Field(name: "x", kind: .integer, mayBeAbsent: true), Field(name: "t", kind: .text, mayBeAbsent: true),
        ])
        let body = Array(#"[{"x":12,"t":"a\u00e9\"b"},{"x":-3,"other":{"y":[true]}}]"#.utf8)
        #expect(try plan.decode(body).rowCount == 2)
        for length in 0..<body.count {
            let error = #expect(throws: DecodeError.self) { try plan.decode(Array(body[..<length])) }
            #expect(error?.isMalformed == true, "\(length): \(String(describing: error))")
        }
        for bad in ["", "<html></html>", "[{\"x\":1}] x", "[{\"x\":1}]]", "\u{FEFF}nope", "[{\"t\":\"\u{1}\"}]"] {
            #expect(throws: DecodeError.self, "\(bad)") { try plan.decode(Array(bad.utf8)) }
        }
        #expect(throws: DecodeError.self) { try plan.decode(Array("[{\"t\":\"".utf8) + [0xff] + Array("\"}]".utf8)) }
    }
}
