import Floor
import Foundation
import Warehouse

/// Decoding alone, pages in memory: ours, simdjson's floor, Foundation's.
enum Parse {
    struct Order: Decodable {
        var duration: Int
        var is_buy_order: Bool
        var issued: String
        var location_id: Int64
        var min_volume: Int
        var order_id: Int64
        var price: Double
        var range: String
        var system_id: Int
        var type_id: Int
        var volume_remain: Int64
        var volume_total: Int64
    }

    static func run(_ folder: String) throws {
        let pages = try Pages(folder)
        let bodies = try pages.paths.map(pages.read)
        // simdjson reads up to 64 bytes past the end.
        let padded = bodies.map { $0 + [UInt8](repeating: 0, count: 64) }
        let plan = try Orders(indexed: true).plan
        var rows = 0
        let ours = try median(of: 5) { for body in bodies { rows += try plan.decode(body).rowCount } }
        let floor = median(of: 5) {
            for (body, copy) in zip(bodies, padded) {
                let count = copy.withUnsafeBytes {
                    floor_parse($0.baseAddress?.assumingMemoryBound(to: CChar.self), body.count, copy.count)
                }
                precondition(count >= 0)
                rows += count
            }
        }
        let decoder = JSONDecoder()
        let foundation = try median(of: 1) {
            for body in bodies { rows += try decoder.decode([Order].self, from: Data(body)).count }
        }
        precondition(rows > 0)
        print("#bytes=\(bodies.reduce(0) { $0 + $1.count })")
        print("#parse=\(ours)\n#parse_simdjson=\(floor)\n#parse_jsondecoder=\(foundation)")
    }
}
