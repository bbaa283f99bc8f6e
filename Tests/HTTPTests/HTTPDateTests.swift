import HTTP
import Testing

@Suite struct HTTPDateTests {
    @Test(arguments: [
        ("Sun, 27 Sep 2026 04:25:14 GMT", Int64(1_790_483_114)), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2028 23:59:59 GMT", 1_835_481_599),
    ])
    func `a date reads and writes back`(text: String, seconds: Int64) {
        #expect(HTTPDate.parse(text) == seconds)
        #expect(HTTPDate.format(seconds) == text)
    }

    @Test(arguments: ["", "2026-09-27T04:25:14Z", "Sun, 27 Sep 2026 25:25:14 GMT", "Sun, 27 Foo 2026 04:25:14 GMT"])
    func `another text is no date`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}
