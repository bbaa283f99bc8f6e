import Testing

@testable import Warehouse

@Suite struct ClockWordsTests {
    @Test(arguments: [
        "SELECT unixepoch('now')", "SELECT datetime('NOW', '-1 day')", "SELECT unixepoch ( )", "SELECT date()",
        "SELECT strftime('%s')", "SELECT strftime('%s', 'now')", "SELECT CURRENT_TIMESTAMP", "SELECT current_date AS d",
        "SELECT julianday(/* when? */)", "SELECT 1 -- date()\n, time('now')",
    ])
    func theMachinesClockIsFound(sql: String) {
        #expect(ClockWords.first(in: sql) != nil)
    }

    @Test(arguments: [
        "SELECT as_of()", "SELECT datetime(issued, 'unixepoch')", "SELECT 'now', date FROM t",
        "SELECT date(as_of(), 'unixepoch')",
        "SELECT strftime('%d', date(issued))", "-- unixepoch('now')\nSELECT 1",
        "SELECT 'it''s current_date', \"current_time\"",
        "SELECT /* date() */ updated(1)", "SELECT date(coalesce(x, 'now or never'))",
    ])
    func otherTimesAreLeftAlone(sql: String) {
        #expect(ClockWords.first(in: sql) == nil)
    }

    @Test func aStoredFileIsRefusedWithItsLine() {
        let text = "/*---\ntitle: x\n---*/\nSELECT 1,\n  unixepoch('now')\n"
        #expect(
            throws: FileError(
                file: "queries/reports/x.sql", line: 5, message: "unixepoch(…) asks the machine's clock",
                mend: "write as_of(), the moment that the data are of")
        ) {
            try StoredFile(
                kind: .report, name: "x", path: "queries/reports/x.sql",
                origin: .user(path: "queries/reports/x.sql", replaces: false), text: text)
        }
    }
}

@Suite struct StoredFileLineEndTests {
    @Test func linesMayEndAsOnWindows() throws {
        let text = "/*---\r\ntitle: x\r\n---*/\r\nSELECT 1,\r\n  2\r\n"
        let file = try StoredFile(kind: .report, name: "x", path: "queries/reports/x.sql", origin: .shipped, text: text)
        #expect(file.body == "SELECT 1,\n  2\n")
        #expect(file.bodyLine == 4)
        #expect(file.frontMatter["title"]?.text == "x")
    }

    @Test(arguments: [
        ("SELECT 1", "x.sql:1: no front matter"),
        ("/*---\ntitle: x\nSELECT 1\n", "x.sql:3: the front matter does not end"),
        ("/*---\n---*/\nSELECT 1", "x.sql:1: no title"), ("/*---\ntitle: x\n---*/", "x.sql:4: no SQL"),
    ])
    func aFileWithoutItsPartsIsRefused(text: String, expected: String) {
        do throws(FileError) {
            _ = try StoredFile(kind: .report, name: "x", path: "x.sql", origin: .shipped, text: text)
            Issue.record("read")
        } catch {
            #expect("\(error)".hasPrefix(expected))
        }
    }
}
