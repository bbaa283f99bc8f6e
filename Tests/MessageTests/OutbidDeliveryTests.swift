import Foundation
import SQLite
import Testing
import Warehouse

@testable import esiwh

/// The seller's story: outbid, told once by mail and webhook, and told again when it is over.
@Suite(.enabled(if: Peer.hasMailServer, "python3-aiosmtpd is not installed; ./dev setup installs it"))
struct OutbidDeliveryTests {
    private static let start: Int64 = 1_790_510_400
    private static let expiry: Int64 = 1_791_000_000

    private let folder: Folder
    private let mail: Peer
    private let hook: Peer
    private let database: Connection

    /// Two contracts of hers in Jita, a Rifter and a thousand Tritanium, and nobody else's.
    init() throws {
        folder = try Folder()
        mail = try Peer.mail(folder.path)
        hook = try Peer.webhook()
        try folder.write(
            """
            owners: { characters: [90000001] }
            mail:
              from: esiwh@example.com
              to: [trader@example.com]
              smtp: smtp://localhost:\(mail.port)
              user: trader
              ca: cert.pem
            webhooks:
              - { name: ops, url: "http://127.0.0.1:\(hook.port)/hook", kind: json }
            """, to: "esiwh.yaml")
        let warehouse = try Warehouse(
            path: folder.path + "/warehouse.sqlite", catalogue: Catalogue(Library()), now: Self.start)
        database = warehouse.connection
        try database.run(
            """
            INSERT INTO stations (station_id, name, system_id, type_id, race_id, owner, max_dockable_ship_volume,
                office_rental_cost, reprocessing_efficiency, reprocessing_stations_take, services, position, valid_from)
            VALUES (60003760, 'Jita IV - Moon 4', 30000142, 52678, 1, 1000035, 50000000, 10000, 0.5, 0.05, '[]', '{}', 1)
            """)
        try database.run(
            """
            INSERT INTO types (type_id, name, group_id, market_group_id, published, description, volume,
                packaged_volume, valid_from)
            VALUES (34, 'Tritanium', 18, 1857, 1, '', 0.01, 0.01, 1), (587, 'Rifter', 25, 64, 1, '', 27289, 2500, 1)
            """)
        try offer(1, issuer: 90_000_001, type: 587, quantity: 1, price: 450_000.5)
        try offer(2, issuer: 90_000_001, type: 34, quantity: 1000, price: 5000)
    }

    private func offer(_ id: Int64, issuer: Int64, type: Int64, quantity: Int64, price: Double) throws {
        try database.run(
            """
            INSERT INTO public_contracts (region_id, contract_id, type, issuer_id, issuer_corporation_id,
                for_corporation, title, price, reward, buyout, volume, start_location_id, date_issued, date_expired,
                valid_from)
            VALUES (10000002, ?1, 'item_exchange', ?2, 98000009, 0, '', ?3, 0, NULL, 2500, 60003760, 1790000000, ?4, 1)
            """, [.integer(id), .integer(issuer), .real(price), .integer(Self.expiry)])
        try database.run(
            """
            INSERT INTO public_contract_items (contract_id, record_id, type_id, quantity, is_included,
                is_blueprint_copy, item_id, valid_from)
            VALUES (?1, ?1, ?2, ?3, 1, 0, ?1, 1)
            """, [.integer(id), .integer(type), .integer(quantity)])
        try see("public_contract_items", "contract_id=\(id)", at: Self.start)
    }

    /// A partition that was seen whole.
    private func see(_ dataset: String, _ partition: String, at moment: Int64) throws {
        for table in ["partitions", "snapshots"] {
            let extra = table == "partitions" ? "complete_at" : "last_at"
            try database.run(
                """
                INSERT OR REPLACE INTO \(table) (dataset, partition, observed_at, \(extra), fetched_at, outcome)
                VALUES (?1, ?2, ?3, ?3, ?3, 'complete')
                """, [.text(dataset), .text(partition), .integer(moment)])
        }
    }

    private struct Outcome: Equatable {
        var status = CommandStatus.done
        var err = ""
    }

    private func run(_ arguments: String..., after: Int64) async -> Outcome {
        let out = Sink(terminal: false)
        let err = Sink(terminal: false)
        let status = await Program.run(
            arguments + ["--home", folder.path],
            environment: ["ESIWH_NOW": Timestamp.text(Self.start + after), "ESIWH_SMTP_PASSWORD": "open sesame"],
            out: out, err: err)
        return Outcome(status: status, err: err.text)
    }

    private func judge(after: Int64) async throws -> Outcome {
        try see("public_contracts", "region_id=10000002", at: Self.start + after)
        return await run("rules", "run", "contract-outbid", "--quiet", after: after)
    }

    @Test func `she is told once with the evidence, and again when it is over`() async throws {
        #expect(try await judge(after: 0) == Outcome())
        try offer(11, issuer: 90_000_011, type: 587, quantity: 2, price: 800_000.5)
        try offer(12, issuer: 90_000_012, type: 34, quantity: 500, price: 2450)
        try mail.say("temporary")
        let late = try await judge(after: 600)
        #expect(late.status == .partial)
        #expect(
            late.err == "esiwh: mail:trader@example.com: 451 4.3.0 try again later (tried again later)\n")
        let bodies = [try hook.request().body, try hook.request().body]
        #expect(bodies.contains { $0.contains("\"key\":{\"contract_id\":1},\"state\":\"firing\"") })
        #expect(bodies.contains { $0.contains("\"key\":{\"contract_id\":2},\"state\":\"firing\"") })

        try mail.say("ok")
        #expect(await run("alerts", "outbox", "retry", "--quiet", after: 601) == Outcome())
        let told = try mail.message()
        #expect(told.header("Subject")?.hasSuffix(": 2 firing, 0 over") == true)
        for part in [told.text, told.html] {
            for fact in [
                "Rifter", "450,000.50 ISK", "400,000.25 ISK", "50,000.25 ISK", "Tritanium", "5.00 ISK", "4.90 ISK",
                "0.10 ISK", "Jita IV - Moon 4", Timestamp.text(Self.expiry), Timestamp.text(Self.start + 600),
            ] { #expect(part.contains(fact), "\(fact) in \(part)") }
        }
        #expect(told.text.contains("Your contract:  1 at 450,000.50 ISK"))
        #expect(told.text.contains("Best rival:     11 at 400,000.25 ISK"))

        // Another rival and another price while it fires are no news.
        try offer(13, issuer: 90_000_011, type: 587, quantity: 1, price: 300_000)
        #expect(try await judge(after: 1200) == Outcome())
        try database.run("DELETE FROM public_contracts WHERE contract_id IN (11, 13)")
        #expect(try await judge(after: 1800) == Outcome())
        let over = try mail.message()
        #expect(over.header("Subject") == "No longer outbid: Rifter (1)")
        #expect(over.header("In-Reply-To") == told.header("Message-ID"))
        #expect(over.header("References") == told.header("Message-ID"))
        #expect(try hook.request().body.contains("\"key\":{\"contract_id\":1},\"state\":\"resolved\""))
        #expect(try await judge(after: 2400) == Outcome())
        #expect(try database.value("SELECT count(*) FROM alert_outbox WHERE status <> 'sent'") == 0)
        #expect(try database.value("SELECT count(*) FROM alert_outbox") == 6)
    }
}
