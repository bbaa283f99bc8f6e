internal import Archive
internal import Foundation

/// The days before the sandbox's clock began, as the public archives write them (ESI.md G): a table of market history a day, and
/// sweeps of orders and contracts every twelve hours. All of it is what the routes would have answered.
public struct PublicArchives {
    private let answers: Answers
    private let universe: Universe

    public init(universe: Universe) {
        self.universe = universe
        answers = Answers(universe: universe)
    }

    private static let sweep = 43_200

    public func write(days: Int, to folder: String) throws {
        let today = universe.start / 86_400
        let history = try histories()
        for day in (today - days)..<today {
            let date = String(SandboxTime.text(day * 86_400).prefix(10))
            try keep(history[date] ?? CSV(Self.historyColumns), "\(folder)/market-history-\(date).csv.bz2")
            for time in stride(from: day * 86_400, to: (day + 1) * 86_400, by: Self.sweep) {
                try writeSweeps(time, to: folder)
            }
        }
    }

    // MARK: History

    private static let historyColumns = [
        "average", "date", "highest", "lowest", "order_count", "volume", "http_last_modified", "region_id", "type_id",
    ]

    /// By date: for each region and type the day that its route shows.
    private func histories() throws -> [String: CSV] {
        var tables: [String: CSV] = [:]
        // As on the day behind each: the newest day of an answer is not closed yet.
        for region in universe.regions {
            for kind in universe.types where universe.isTradable(kind) {
                let rows = try self.rows(
                    "/markets/\(region)/history", query: ["type_id": "\(kind.id)"], at: universe.start)
                for row in rows {
                    guard let date = row["date"]?.text, let midnight = SandboxTime.parse("\(date)T00:00:00Z") else {
                        continue
                    }
                    let moment = min(midnight + 86_400 + 11 * 3600 + 300, universe.start)
                    let more = [
                        "http_last_modified": SandboxTime.text(moment), "region_id": "\(region)",
                        "type_id": "\(kind.id)",
                    ]
                    tables[date, default: CSV(Self.historyColumns)].add(row, more)
                }
            }
        }
        return tables
    }

    // MARK: Sweeps

    private func writeSweeps(_ time: Int, to folder: String) throws {
        var orders = CSV([
            "duration", "is_buy_order", "issued", "location_id", "min_volume", "order_id", "price", "range",
            "system_id",
            "type_id", "volume_remain", "volume_total", "region_id", "http_last_modified",
        ])
        var contracts = CSV(Self.contractColumns)
        var items = CSV(Self.itemColumns)
        var bids = CSV(["bid_id", "amount", "date_bid", "contract_id", "http_last_modified"])
        for region in universe.regions {
            let moment = SandboxTime.text(time)
            let more = ["region_id": "\(region)", "http_last_modified": moment]
            for row in try rows("/markets/\(region)/orders", query: ["order_type": "all"], at: time) {
                orders.add(row, more)
            }
            for row in try rows("/contracts/public/\(region)", at: time) {
                contracts.add(row, more)
                guard let id = row["contract_id"]?.text else { continue }
                let ofContract = ["contract_id": id, "http_last_modified": moment]
                for item in try rows("/contracts/public/items/\(id)", at: time) { items.add(item, ofContract) }
                guard row["type"]?.text == "auction" else { continue }
                for bid in try rows("/contracts/public/bids/\(id)", at: time) { bids.add(bid, ofContract) }
            }
        }
        let stamp = SandboxTime.text(time).replacing("T", with: "_").replacing(":", with: "-").dropLast()
        try keep(orders, "\(folder)/market-orders-\(stamp).v3.csv.bz2")
        let archive = try ArchiveWriter(path: "\(folder)/public-contracts-\(stamp).v2.tar.bz2")
        let times = #"{"datasource":"tranquility","scrape_start":"\#(SandboxTime.text(time))"}"#
        try archive.add("meta.json", Array(times.utf8))
        try archive.add("contracts.csv", contracts.bytes)
        try archive.add("contract_items.csv", items.bytes)
        try archive.add("contract_bids.csv", bids.bytes)
        try archive.close()
    }

    private static let contractColumns = [
        "contract_id", "type", "issuer_id", "issuer_corporation_id", "for_corporation", "title", "price", "reward",
        "collateral", "buyout", "volume", "days_to_complete", "start_location_id", "end_location_id", "date_issued",
        "date_expired", "region_id", "http_last_modified",
    ]

    private static let itemColumns = [
        "record_id", "type_id", "quantity", "is_included", "is_blueprint_copy", "material_efficiency",
        "time_efficiency", "runs", "item_id", "contract_id", "http_last_modified",
    ]

    private func keep(_ table: CSV, _ path: String) throws {
        let archive = try ArchiveWriter(path: path)
        try archive.add("data", table.bytes)
        try archive.close()
    }

    // MARK: Answers

    /// A route's rows at a moment, page by page; none where it says that there is no such thing.
    private func rows(_ path: String, query: [String: String] = [:], at time: Int) throws -> [[String: Scalar]] {
        let parts = path.split(separator: "/").map(String.init)
        guard
            let (route, texts) = Answers.routes.lazy.compactMap({ route in
                route.method == "GET" ? route.match(parts).map { (route, $0) } : nil
            }).first
        else { return [] }
        var rows: [[String: Scalar]] = []
        var (page, pages) = (1, 1)
        while page <= pages {
            let asked = Asked(texts: texts, query: query.merging(["page": "\(page)"]) { $1 }, body: [], time: time)
            let content = route.answer(answers, asked)
            guard content.status == 200 else { break }
            rows += try JSONDecoder().decode([[String: Scalar]].self, from: Data(content.body))
            pages = content.pages ?? 1
            page += 1
        }
        return rows
    }
}

/// A plain value of an answer, as a table writes it.
private struct Scalar: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let flag = try? value.decode(Bool.self) {  // Each kind is tried in turn: the last one throws.
            text = "\(flag)"
        } else if let number = try? value.decode(Int.self) {  // As above.
            text = "\(number)"
        } else if let number = try? value.decode(Double.self) {  // As above.
            text = "\(number)"
        } else {
            text = try value.decode(String.self)
        }
    }
}

/// Comma-separated values (RFC 4180).
private struct CSV {
    let columns: [String]
    private(set) var bytes: [UInt8]

    init(_ columns: [String]) {
        self.columns = columns
        bytes = Array((columns.joined(separator: ",") + "\r\n").utf8)
    }

    mutating func add(_ row: [String: Scalar], _ more: [String: String]) {
        let fields = columns.map { Self.quoted(more[$0] ?? row[$0]?.text) }
        bytes += Array((fields.joined(separator: ",") + "\r\n").utf8)
    }

    /// An absent value is nothing at all, an empty text two quotes.
    private static func quoted(_ text: String?) -> String {
        guard let text else { return "" }
        guard text.isEmpty || text.contains(where: { [",", "\"", "\n", "\r", "\r\n"].contains($0) }) else {
            return text
        }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
