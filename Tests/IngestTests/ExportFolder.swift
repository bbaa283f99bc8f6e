import Foundation
import Ingest
import SQLite
import Warehouse

/// An export in a folder, written line by line, and a warehouse to read it into.
final class ExportFolder {
    let folder: String
    var path: String { folder + "/export" }
    var warehousePath: String { folder + "/warehouse.sqlite" }
    let catalogue: Catalogue
    private static let shipped = Catalogue(Library())

    /// - Parameter datasets: files of datasets besides the shipped ones, or in place of all, by name.
    init(datasets: [String: String]? = nil) throws {
        folder = NSTemporaryDirectory() + "esiwh-export-\(UUID().uuidString)"
        if let datasets {
            var texts = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
            for (name, text) in datasets { texts["schema/datasets/\(name).sql"] = text }
            catalogue = Catalogue(Library(shipped: texts))
        } else {
            catalogue = Self.shipped
        }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the temporary folder

    func write(_ lines: [String], to name: String) throws {
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path + "/" + name))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    func setBuild(_ number: Int, released: Int64) throws {
        let date = Timestamp.text(released)
        try write(["{\"_key\": \"sde\", \"buildNumber\": \(number), \"releaseDate\": \"\(date)\"}"], to: "_sde.jsonl")
    }

    @discardableResult
    func ingest(from path: String? = nil, now: Int64 = 1_790_510_400) throws -> IngestSummary {
        try StaticIngest(
            export: path ?? self.path, warehouse: warehousePath, catalogue: catalogue, settings: Settings(), now: now
        ).run()
    }

    func rows(_ sql: String, asOf: Int64? = nil) throws -> [[Value]] {
        try Session(path: warehousePath, catalogue: catalogue, settings: Settings(), asOf: asOf).prepare(sql).rows()
    }

    func value(_ sql: String, asOf: Int64? = nil) throws -> Value? { try rows(sql, asOf: asOf).first?.first }

    /// A small whole export: every file that a shipped dataset reads.
    func writeAll() throws {
        for file in Set(catalogue.datasets.compactMap(\.exportFile)) { try write([], to: file) }
        for (file, lines) in Self.small { try write(lines, to: file) }
    }

    static let small: [String: [String]] = [
        "types.jsonl": [
            type(34, "Tritanium", group: 18, volume: 0.01), type(587, "Rifter", group: 25, volume: 27_289),
            type(691, "Rifter Blueprint", group: 105, volume: 0.01),
        ],
        "groups.jsonl": [group(18, "Mineral", 4), group(25, "Frigate", 6), group(105, "Frigate Blueprint", 9)],
        "categories.jsonl": [
            #"{"_key": 6, "name": {"en": "Ship"}, "published": true}"#,
            #"{"_key": 9, "name": {"en": "Blueprint"}, "published": true}"#,
        ],
        "mapRegions.jsonl": [#"{"_key": 10000002, "name": {"en": "The Forge"}, "constellationIDs": [20000020]}"#],
        "mapConstellations.jsonl": [
            #"{"_key": 20000020, "name": {"en": "Kimotoro"}, "regionID": 10000002, "solarSystemIDs": [30000142]}"#
        ],
        "mapSolarSystems.jsonl": [
            #"{"_key": 30000142, "name": {"en": "Jita"}, "constellationID": 20000020, "regionID": 10000002, "#
                + #""securityStatus": 0.9459, "position": {"x": 1.0, "y": 2.5, "z": -3.0}}"#
        ],
        "mapPlanets.jsonl": [
            #"{"_key": 40009082, "solarSystemID": 30000142, "typeID": 11, "celestialIndex": 4}"#,
            #"{"_key": 40139399, "solarSystemID": 30002187, "typeID": 11, "celestialIndex": 8, "#
                + #""uniqueName": {"en": "Amarr VIII (Oris)"}}"#,
        ],
        "npcStations.jsonl": [
            #"{"_key": 60003760, "solarSystemID": 30000142, "typeID": 52678, "ownerID": 1000035, "operationID": 26, "#
                + #""useOperationName": true, "orbitID": 40009086, "celestialIndex": 4, "orbitIndex": 4}"#
        ],
        "npcCorporations.jsonl": [#"{"_key": 1000035, "name": {"en": "Caldari Navy"}, "tickerName": "CN"}"#],
        "stationOperations.jsonl": [#"{"_key": 26, "operationName": {"en": "Assembly Plant"}}"#],
        "blueprints.jsonl": [
            #"{"_key": 691, "activities": {"copying": {"time": 4800}, "manufacturing": {"materials": "#
                + #"[{"quantity": 32000, "typeID": 34}], "products": [{"quantity": 1, "typeID": 587}], "skills": "#
                + #"[{"level": 1, "typeID": 3380}, {"level": 1, "typeID": 3380}], "time": 6000}}, "#
                + #""blueprintTypeID": 691, "maxProductionLimit": 30}"#
        ],
    ]

    static func type(_ id: Int, _ name: String, group: Int, volume: Double, mass: Int = 1) -> String {
        """
        {"_key": \(id), "groupID": \(group), "name": {"de": "\(name) (de)", "en": "\(name)"}, "mass": \(mass), \
        "portionSize": 1, "published": true, "volume": \(volume), "metaGroupID": 1, "somethingNew": {"en": 1}}
        """
    }

    static func group(_ id: Int, _ name: String, _ category: Int) -> String {
        "{\"_key\": \(id), \"categoryID\": \(category), \"name\": {\"en\": \"\(name)\"}, \"published\": true}"
    }
}
