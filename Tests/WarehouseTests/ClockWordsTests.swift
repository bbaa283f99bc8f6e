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
