import Testing
import Warehouse

@testable import esiwh

@Suite struct MomentTextTests {
    /// 2025-11-24T16:00:00Z
    private static let now: Int64 = 1_764_000_000

    private static let forms: [(text: String, expected: MomentText)] = [
        ("now", .moment(now)), ("yesterday", .moment(1_763_913_600)), ("-2h", .moment(1_763_992_800)),
        ("-30m", .moment(1_763_998_200)), ("-7d", .moment(1_763_395_200)), ("-1w", .moment(1_763_395_200)),
        ("-90s", .moment(1_763_999_910)), ("-1d12h", .moment(1_763_870_400)), ("2025-11-24", .moment(1_763_942_400)),
        ("2025-11-24T16:00", .moment(now)), ("2025-11-24T16:00:00Z", .moment(now)),
        ("2025-11-24 17:00:00.9+01:00", .moment(now)), ("2025-11-24T14:30-0130", .moment(now)),
        ("@1764000000", .moment(now)), ("1", .snapshot(1)), ("48211", .snapshot(48211)),
    ]

    @Test(arguments: forms)
    func momentsAreRead(text: String, expected: MomentText) throws {
        #expect(try MomentText(text, now: Self.now) == expected)
    }

    @Test(arguments: [
        "", "tomorrow", "-2", "-h", "-2x", "2h", "-2h3", "0", "-0", "+5", "2025-02-30", "2025-13-01",
        "2025-11-24T24:00",
        "2025-11-24T16", "2025-11-24T16:00:00z+1", "20251124 16:00", "@", "@x", "１２", "2025-11-24Z",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(throws: CommandError.self) { try MomentText(text, now: Self.now) }
    }

    @Test func theRefusalSaysWhatToGive() {
        #expect {
            try MomentText("soon", now: 0)
        } throws: {
            "\($0)" == "\"soon\" is no moment; give a date, a time (2026-11-24T12:00Z), -2h, -30m, -7d, yesterday, "
                + "now, or a snapshot's number" && ($0 as? CommandError)?.status == .usage
        }
    }

    /// Days in order give texts in order, one day after the other, over all the years that four digits hold.
    @Test func textsAndMomentsAgreeOverTenThousandYears() {
        var moment: Int64 = -62_167_219_200
        var last = ""
        var disagreements = 0
        while moment <= 253_402_300_799 {
            let text = Timestamp.text(moment)
            if Timestamp.parse(text) != moment || text <= last { disagreements += 1 }
            last = text
            moment += 86400 * 13 + 3607
        }
        #expect(disagreements == 0)
        #expect(Timestamp.text(253_402_300_799) == "9999-12-31T23:59:59Z")
        #expect(Timestamp.text(253_402_300_800) == "253402300800")
        #expect(Timestamp.text(-1) == "1969-12-31T23:59:59Z")
        #expect(Timestamp.text(951_782_400) == "2000-02-29T00:00:00Z")
    }
}
