import Testing

@testable import esiwh

@Suite struct ProgressTests {
    @Test func theLineTellsWhatIsDoneAndLeft() {
        var line = ProgressLine(now: 100)
        #expect(line.update(done: 0, total: 60, label: "", width: 80, now: 100) == "\r\u{1b}[K0/60")
        #expect(line.update(done: 1, total: 60, label: "", width: 80, now: 100.05) == nil)
        #expect(
            line.update(done: 10, total: 60, label: "market_orders", width: 80, now: 110)
                == "\r\u{1b}[K10/60, 50 s left  market_orders")
        #expect(line.update(done: 60, total: 60, label: "", width: 80, now: 110.01) == "\r\u{1b}[K60/60")
        #expect(line.clearing() == "\r\u{1b}[K")
        #expect(line.clearing() == "")
    }

    @Test func aLongLineIsCutToTheTerminal() {
        var line = ProgressLine(now: 0)
        let text = line.update(done: 1, total: 9, label: "\u{1b}日本日本日本", width: 24, now: 1)
        #expect(text == "\r\u{1b}[K1/9, 8 s left  \\u{1b}日")
    }

    @Test func nothingIsForetoldFromNothing() {
        #expect(ProgressLine.secondsLeft(done: 0, total: 5, elapsed: 10) == nil)
        #expect(ProgressLine.secondsLeft(done: 1, total: 5, elapsed: 0.5) == nil)
        #expect(ProgressLine.secondsLeft(done: 5, total: 5, elapsed: 10) == nil)
        #expect(ProgressLine.secondsLeft(done: 2, total: 6, elapsed: 10) == 20)
    }

    @Test func theFirstInterruptCancelsWhatRuns() async throws {
        let interrupts = Interrupts()
        await #expect(throws: CancellationError.self) {
            try await interrupts.start {
                #expect(interrupts.interrupt())
                #expect(!interrupts.interrupt())
                // Ends by being cancelled, or not at all.
                try await Task.sleep(for: .seconds(3600))
            }.value
        }
        #expect(interrupts.isInterrupted)
    }
}
