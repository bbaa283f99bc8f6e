import SQLite
import Testing

@testable import Warehouse

/// A dataset that archives fill; its one partition is a place.
func archivedThings(absence: String = "keeps", archive: String = "things") throws -> (Catalogue, Dataset) {
    let text = """
        /*---
        title: Things
        route: GET /things/{place}
        each: SELECT 1 AS place
        paging: pages
        absence: \(absence)
        archive: \(archive)
        columns: { price: isk, flag: boolean, issued: timestamp }
        ---*/
        CREATE TABLE things (
            place INTEGER NOT NULL, id INTEGER NOT NULL, price REAL NOT NULL, note TEXT,
            flag INTEGER NOT NULL DEFAULT 0, issued INTEGER, valid_from INTEGER NOT NULL, PRIMARY KEY (place, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX things_by_price ON things (price);
        """
    let core = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
    let catalogue = Catalogue(Library(shipped: core.merging(["schema/datasets/things.sql": text]) { $1 }))
    return (catalogue, try #require(catalogue.dataset("things"), "\(catalogue.faults)"))
}

@Suite struct CSVTests {
    static let header = "place,id,price,note,flag,issued,http_last_modified"
    static let moment = "2024-05-01T00:15:06Z"

    /// Rows as texts, without the moment, whatever the pieces that the bytes come in.
    private func decode(_ text: String, pieces: Int = .max) throws -> (rows: [[Value]], faults: [CSVFault]) {
        let decoder = try CSVDecoder(try archivedThings().1)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(pieces, max(bytes.count, 1))) {
            try decoder.append(Array(bytes[start..<min(start + min(pieces, bytes.count), bytes.count)]))
        }
        try decoder.finish()
        let rows = decoder.take()
        // Cells: id, price, note, flag, issued, then place, then the moment.
        let values = (0..<rows.rowCount).map { row in (0..<6).map { rows.value(row, $0) } }
        return (values, decoder.faults)
    }

    @Test(arguments: [1, 2, 3, 7, Int.max])
    func `columns are taken by name in any order, and quotes as RFC 4180 has them`(pieces: Int) throws {
        let text = """
            note,flag,"id",more,price,http_last_modified,place,issued\r
            "a ""b"", c\r
            d",true,7,x,1.50,\(Self.moment),1,2024-04-30T10:00:00Z\r
            ,,8,,2,\(Self.moment),1,\r

            "",false,9,"",-3.25e2,\(Self.moment),1,2024-04-30
            """
        let (rows, faults) = try decode("\u{FEFF}" + text, pieces: pieces)
        #expect(faults == [])
        #expect(
            rows == [
                [7, 1.5, "a \"b\", c\r\nd", 1, .integer(1_714_471_200), 1],
                // Nothing is absent: NULL or the column's DEFAULT; two quotes are an empty text.
                [8, .real(2), .null, 0, .null, 1],
                [9, -325.0, "", 0, .integer(1_714_435_200), 1],
            ])
    }

    @Test(arguments: [
        ("1,1,x,,,,", "price: \"x\" is no number"), ("1,,1,,,,", "id is absent"),
        ("1,9223372036854775808,1,,,,", "id: \"9223372036854775808\" is no whole number of 64 bits"),
        ("1,1.5,1,,,,", "id: \"1.5\" is no whole number of 64 bits"),
        ("1,1,1,,maybe,,", "flag: \"maybe\" is no true or false"),
        ("1,1,1,,,yesterday,", "issued: \"yesterday\" is no ISO 8601 time"),
        ("1,1,inf,,,,", "price: \"inf\" is no number"), ("1,1,1e999,,,,", "price: \"1e999\" is no number"),
        ("1,1,1,\"a\"b,,,", "text behind a closing quote"), ("1,1", "2 fields where the header has 7"),
    ])
    func `a broken row is passed over and named by its line`(row: String, message: String) throws {
        let filled = row.hasSuffix(",") ? row + Self.moment : row
        let good = "1,5,1,,,,\(Self.moment)"
        let (rows, faults) = try decode(
            [Self.header, "\"1\",4,1,\"two\nlines\",,,\(Self.moment)", filled, good].joined(separator: "\n"))
        #expect(rows.map { $0[0] } == [4, 5])
        #expect(faults == [CSVFault(line: 4, message: message)])
    }

    @Test func `rows that the archive's condition leaves out are none, also at the end`() throws {
        let dataset = try archivedThings(archive: "{ file: things, where: flag = 0 AND note IS NOT 'x' }").1
        let decoder = try CSVDecoder(dataset)
        let rows = ["1,1,1,x,,,", "1,2,1,,,,", "1,3,1,y,true,,", "1,4,1,y,,,", "1,5,1,x,,,"].map { $0 + Self.moment }
        try decoder.append(Array(([Self.header] + rows).joined(separator: "\n").utf8))
        try decoder.finish()
        let taken = decoder.take()
        #expect((0..<taken.rowCount).map { taken.value($0, 0) } == [2, 4])
        #expect(decoder.faults == [])
        let wrong = try archivedThings(archive: "{ file: things, where: flags = 0 }").1
        let error = #expect(throws: FileError.self) { try CSVDecoder(wrong) }
        #expect(error?.message == "its query does not run: no such column: flags")
    }

    @Test func `text that is not UTF-8 is a broken row`() throws {
        let decoder = try CSVDecoder(try archivedThings().1)
        try decoder.append(Array("\(Self.header)\n1,1,1,".utf8) + [0xff, 0xfe] + Array(",,,\(Self.moment)\n".utf8))
        try decoder.finish()
        #expect(decoder.rowCount == 0 && decoder.faults.first?.line == 2)
    }

    @Test func `a header that lacks a column is the end of the table, and says so`() throws {
        let error = #expect(throws: CSVFault.self) { try decode("place,id\n1,1\n") }
        #expect(error?.message == "the header lacks price, http_last_modified; it has place, id")
        #expect(throws: CSVFault(line: 1, message: "the header names id twice")) {
            try decode("place,id,id,price,http_last_modified\n")
        }
        #expect(throws: CSVFault(line: 1, message: "no header")) { try decode("") }
    }

    @Test func `a quote that does not end is an error of its line, and what is before it is kept`() throws {
        let text = "\(Self.header)\n1,1,1,,,,\(Self.moment)\n1,2,1,\"open,,,\n" + String(repeating: "x\n", count: 40)
        let (rows, faults) = try decode(text)
        #expect(rows.count == 1 && faults == [CSVFault(line: 3, message: "a quoted field does not end")])
        // A megabyte on, nobody waits for its end.
        let endless = text + String(repeating: "y", count: 1_100_000)
        #expect(throws: CSVFault.self) { try decode(endless, pieces: 1 << 16) }
    }

    @Test func `numbers are the nearest doubles, as ESI's are`() throws {
        var random = InvariantTests.Generator(state: 5)
        for _ in 0..<20_000 {
            let digits = Int.random(in: 1...18, using: &random)
            var text = String((0..<digits).map { _ in "0123456789".randomElement(using: &random)! })
            if Bool.random(using: &random) {
                text.insert(".", at: text.index(text.startIndex, offsetBy: Int.random(in: 0...digits, using: &random)))
            }
            if Bool.random(using: &random) { text = "-" + text }
            let value = Array(text.utf8).withUnsafeBufferPointer(CSVCell.real)
            #expect(value == Double(text), "\(text)")
        }
        #expect(Array("-0.00".utf8).withUnsafeBufferPointer(CSVCell.real)?.sign == .plus)
    }
}
