import Foundation

/// The routes by which a person or a script steers the sandbox (docs/sandbox.md).
struct Control: Sendable {
    let universe: Universe
    let clock: SandboxClock
    let state: SandboxState

    private struct ClockOrder: Decodable {
        var advance: Int?
        var set: String?
    }

    private struct FaultOrder: Decodable {
        var route: String
        var fault: String
        var status: Int?
        var times: Int?
        var pages: [Int]?
    }

    /// nil for what is no control route.
    func reply(to ask: Exchange.Ask) async -> Reply? {
        guard ask.path.hasPrefix("/control/") else { return nil }
        switch (ask.method, ask.path) {
        case ("GET", "/control/clock"): return time()
        case ("POST", "/control/clock"): return move(ask.body)
        case ("POST", "/control/faults"): return await add(ask.body)
        case ("DELETE", "/control/faults"):
            await state.clearFaults()
            return Reply(body: Array("{}".utf8))
        case ("GET", "/control/log"): return await log()
        case ("DELETE", "/control/log"):
            await state.clearLog()
            return Reply(body: Array("{}".utf8))
        case ("GET", "/control/limits"): return await limits()
        case ("GET", "/control/demo"): return demo()
        default: return .error(404, "no such control; see docs/sandbox.md")
        }
    }

    private func time() -> Reply {
        let now = clock.now
        var json = JSONBytes()
        json.open("{")
        json.member("now", time: now)
        json.close("}")
        return Reply(body: json.bytes)
    }

    private func move(_ body: [UInt8]) -> Reply {
        guard let order = try? JSONDecoder().decode(ClockOrder.self, from: Data(body)) else {
            return .error(400, #"write {"advance": seconds} or {"set": "2026-09-27T12:00:00Z"}"#)
        }
        if let seconds = order.advance { clock.advance(seconds) }
        if let text = order.set {
            guard let moment = SandboxTime.parse(text) else { return .error(400, "set takes 2026-09-27T12:00:00Z") }
            clock.set(moment)
        }
        return time()
    }

    private func add(_ body: [UInt8]) async -> Reply {
        guard let orders = try? JSONDecoder().decode([FaultOrder].self, from: Data(body)) else {
            return .error(400, #"write [{"route": "/markets/*/orders", "fault": "status", "status": 502, "times": 3}]"#)
        }
        for order in orders {
            guard let effect = Fault.Effect(rawValue: order.fault) else {
                let words = Fault.Effect.allCases.map(\.rawValue).joined(separator: ", ")
                return .error(400, "no fault \(order.fault); there are \(words)")
            }
            await state.add(
                Fault(
                    route: order.route, effect: effect, status: order.status ?? 502, times: order.times,
                    pages: order.pages.map(Set.init)))
        }
        return Reply(body: Array("{}".utf8))
    }

    private func log() async -> Reply {
        var json = JSONBytes()
        json.open("[")
        for line in await state.lines() {
            json.open("{")
            json.member("at", time: line.at)
            json.member("method", line.method)
            json.member("path", line.path)
            json.member("status", line.status)
            json.member("errors_remaining", line.errorsRemaining)
            if let tokens = line.tokensRemaining { json.member("tokens_remaining", tokens) }
            json.close("}")
        }
        json.close("]")
        return Reply(body: json.bytes)
    }

    private func limits() async -> Reply {
        let account = await state.account
        var json = JSONBytes()
        json.open("{")
        json.member("requests", account.requests)
        json.key("statuses")
        json.open("{")
        for (status, count) in account.statuses.sorted(by: { $0.key < $1.key }) { json.member("\(status)", count) }
        json.close("}")
        json.member("least_errors_remaining", account.leastErrors)
        json.member("least_tokens_remaining", account.leastTokens)
        json.member("over_error_limit", account.overErrors)
        json.member("over_rate_limit", account.overTokens)
        json.member("asked_before_expires", account.early)
        if let path = account.earlyPath { json.member("last_asked_before_expires", path) }
        json.close("}")
        return Reply(body: json.bytes)
    }

    private func demo() -> Reply {
        var json = JSONBytes()
        json.open("{")
        json.member("character", Demo.character)
        json.member("corporation", Demo.corporation)
        json.key("orders")
        json.open("[")
        for id in Demo.orderIDs { json.number(id) }
        json.close("]")
        json.close("}")
        return Reply(body: json.bytes)
    }
}
