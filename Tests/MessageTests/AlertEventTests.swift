import Rules
import SQLite
import Testing

struct AlertEventTests {
    @Test("Events are equal only where every field is, the columns' order included")
    func equality() {
        let changes: [(inout AlertEvent) -> Void] = [
            { $0.id = "e2" }, { $0.alertID = "a2" }, { $0.rule = "r" }, { $0.title = "t" },
            { $0.key = [("contract_id", 2)] }, { $0.key = [("other", 217_000_001)] }, { $0.key = [] },
            { $0.state = .resolved }, { $0.previous = .pending }, { $0.severity = .critical }, { $0.labels = [:] },
            { $0.owner = nil }, { $0.asOf += 1 }, { $0.since += 1 }, { $0.at += 1 },
            { $0.verdict.reverse() }, { $0.verdict[3].value = 1000.0 }, { $0.units = [:] },
        ]
        #expect(outbidEvent() == outbidEvent())
        for change in changes {
            var event = outbidEvent()
            change(&event)
            #expect(event != outbidEvent())
        }
    }

    @Test("Severities are ordered")
    func severities() {
        let mixed: [Severity] = [.critical, .info, .warning]
        #expect(mixed.sorted() == [.info, .warning, .critical])
    }
}
