import FlyingFox
import FlyingSocks
import Foundation
import SQLite
import Testing
import Warehouse

/// A receiver of webhooks that may kill who is telling it something.
private actor Receiver {
    enum Moment { case before, behind }

    /// By id of the event, its body; a repeated id must say the same.
    private(set) var bodies: [String: String] = [:]
    private(set) var count = 0
    private(set) var contradictions: [String] = []
    private var fuse: (process: pid_t, left: Int, moment: Moment)?

    func arm(_ process: pid_t, after requests: Int, _ moment: Moment) { fuse = (process, requests, moment) }
    func disarm() { fuse = nil }

    func hear(_ body: Data) {
        count += 1
        guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any],
            let id = object["id"] as? String
        else {
            contradictions.append("no event: \(String(decoding: body, as: UTF8.self))")
            return
        }
        let text = String(decoding: body, as: UTF8.self)
        if bodies.updateValue(text, forKey: id) ?? text != text { contradictions.append(id) }
    }

    /// Kills the process where its time has come.
    func burn(_ moment: Moment) {
        guard var fuse, fuse.moment == moment else { return }
        fuse.left -= 1
        self.fuse = fuse
        if fuse.left < 0 { kill(fuse.process, SIGKILL) }
    }
}

/// Killed between the transition and its delivery, `rules run` loses none: the next one delivers it, under the same id.
@Suite struct AlertKillTests {
    private static let kills = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 300 : 12
    private static let start: Int64 = 1_764_000_000
    private static let orders: Int64 = 8

    private let home = NSTemporaryDirectory() + "esiwh-alert-kill-\(UUID().uuidString)"

    private func prepare(_ port: UInt16) throws -> Connection {
        for folder in [home, home + "/sql/rules"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let rule = """
            /*---
            title: Dear orders
            key: [order_id]
            columns: { price: isk }
            ---*/
            SELECT order_id, CASE WHEN price > 100 THEN 'firing' ELSE 'clear' END AS state, price FROM market_orders
            """
        try Data(rule.utf8).write(to: URL(filePath: home + "/sql/rules/dear.sql"))
        let settings = """
            notify: { per_hour: 10000 }
            webhooks: [{ name: ops, url: "http://127.0.0.1:\(port)/hook", kind: json }]
            """
        try Data(settings.utf8).write(to: URL(filePath: home + "/esiwh.yaml"))
        let warehouse = try Warehouse(
            path: home + "/warehouse.sqlite", catalogue: Catalogue(Library()), now: Self.start)
        for id in 1...Self.orders {
            try warehouse.connection.run(
                """
                INSERT INTO market_orders (region_id, order_id, price, type_id, is_buy_order, issued, duration,
                    location_id, system_id, min_volume, range, volume_remain, volume_total, valid_from)
                VALUES (10000002, ?, 50, 34, 0, 1, 90, 60003760, 30000142, 1, 'region', 2, 2, 1)
                """, [.integer(id)])
        }
        try warehouse.connection.run(
            """
            INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome)
            VALUES ('market_orders', 'region_id=10000002', ?1, ?1, ?1, 'complete')
            """, [.integer(Self.start)])
        return warehouse.connection
    }

    private func port(of server: HTTPServer) async throws -> UInt16 {
        try await server.waitUntilListening(timeout: 120)
        guard case .ip4(_, let port) = await server.listeningAddress else { throw CancellationError() }
        return port
    }

    private func start(at moment: Int64) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Shell.programs + "/esiwh")
        process.arguments = ["rules", "run", "dear", "--quiet"]
        process.environment = [
            "ESIWH_HOME": home, "ESIWH_NOW": Timestamp.text(moment), "PATH": "/usr/bin:/bin",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Other prices as of a moment; each order's state changes with every second one.
    private func observe(_ database: Connection, _ moment: Int64, _ random: inout UInt64) throws {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        try database.run(
            "UPDATE market_orders SET price = CASE WHEN (? >> (order_id + 20)) & 1 THEN 200 ELSE 50 END",
            [.integer(Int64(bitPattern: random >> 1))])
        try database.run("UPDATE partitions SET observed_at = ?", [.integer(moment)])
        try database.run(
            """
            INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome)
            VALUES ('market_orders', 'region_id=10000002', ?1, ?1, ?1, 'complete')
            """, [.integer(moment)])
    }

    @Test func `killed many times between transition and delivery, each step is told, and under one id`() async throws {
        let receiver = Receiver()
        let server = HTTPServer(
            address: try .inet(ip4: "127.0.0.1", port: 0), logger: .disabled,
            handler: ClosureHTTPHandler { request in
                await receiver.hear(try await request.bodyData)
                await receiver.burn(.before)
                Task { await receiver.burn(.behind) }
                return HTTPResponse(statusCode: .noContent)
            })
        let listening = Task { try await server.run() }
        defer { listening.cancel() }
        let database = try prepare(try await port(of: server))
        defer { try? FileManager.default.removeItem(atPath: home) }  // what stays is in the temporary folder
        var random: UInt64 = 7
        var killed = 0
        var moment = Self.start
        // The baseline, in which nothing fires.
        try start(at: moment).waitUntilExit()
        for round in 0..<Self.kills {
            moment += 300
            try observe(database, moment, &random)
            let process = try start(at: moment)
            await receiver.arm(
                process.processIdentifier, after: Int(random >> 40) % 4, round % 2 == 0 ? .before : .behind)
            while process.isRunning { await Task.yield() }
            await receiver.disarm()
            if process.terminationReason == .uncaughtSignal { killed += 1 }
            #expect(try database.value("PRAGMA integrity_check") == "ok")
        }
        #expect(killed > Self.kills / 4)
        moment += 86_400
        let last = try start(at: moment)
        while last.isRunning { await Task.yield() }
        #expect(last.terminationStatus == 0)
        let told = try database.query("SELECT uid FROM alert_events WHERE is_told ORDER BY uid").map(\.[0].plainText)
        #expect(told.count > Self.kills)
        #expect(await receiver.bodies.keys.sorted() == told)
        #expect(await receiver.contradictions == [])
        #expect(try database.value("SELECT count(*) FROM alert_outbox WHERE status <> 'sent'") == 0)
        // Every change of an order's state is a step: the alerts end where the prices are.
        let wrong = """
            SELECT count(*) FROM market_orders AS o
            WHERE (o.price > 100) <> EXISTS (
                SELECT 1 FROM alerts AS a WHERE a.state = 'firing' AND a.key ->> '$.order_id' = o.order_id)
            """
        #expect(try database.value(wrong) == 0)
        #expect(await receiver.count >= told.count)
        await server.stop()
    }

    @Test func `two runs at once tell each step once`() async throws {
        let receiver = Receiver()
        let server = HTTPServer(
            address: try .inet(ip4: "127.0.0.1", port: 0), logger: .disabled,
            handler: ClosureHTTPHandler { request in
                await receiver.hear(try await request.bodyData)
                return HTTPResponse(statusCode: .noContent)
            })
        let listening = Task { try await server.run() }
        defer { listening.cancel() }
        let database = try prepare(try await port(of: server))
        defer { try? FileManager.default.removeItem(atPath: home) }  // what stays is in the temporary folder
        try start(at: Self.start).waitUntilExit()
        var random: UInt64 = 3
        for round in 1...5 {
            let moment = Self.start + Int64(round) * 300
            try observe(database, moment, &random)
            let both = [try start(at: moment), try start(at: moment)]
            for process in both {
                while process.isRunning { await Task.yield() }
                #expect(process.terminationStatus == 0)
            }
        }
        let told = try database.query("SELECT uid FROM alert_events WHERE is_told ORDER BY uid").map(\.[0].plainText)
        #expect(told.count > 5)
        #expect(await receiver.bodies.keys.sorted() == told)
        #expect(await receiver.count == told.count)
        await server.stop()
    }
}
