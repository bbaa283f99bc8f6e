import Archive
import Foundation

/// CCP's static data export of the sandbox's universe: the same New Eden that its routes tell of, as JSON Lines.
///
/// A build is one more day of development: some types are heavier, the newest type comes with the second build and the one
/// before it goes with the third.
public struct StaticData: Sendable {
    public let universe: Universe
    /// From 1.
    public let build: Int

    public init(universe: Universe, build: Int = 1) {
        self.universe = universe
        self.build = build
    }

    public static let firstBuild = 3_000_000
    public var number: Int { Self.firstBuild + build }
    /// The first a month before the sandbox's clock began.
    public var releasedAt: Int { universe.start - 30 * 86_400 + (build - 1) * 86_400 }

    /// Writes the files into a folder, or into a zip where the path ends so.
    public func write(to path: String) throws {
        if path.hasSuffix(".zip") {
            let zip = try ArchiveWriter(path: path)
            for (name, lines) in files { try zip.add(name, Self.content(lines)) }
            try zip.close()
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (name, lines) in files {
                try Data(Self.content(lines)).write(to: URL(filePath: path + "/" + name))
            }
        }
    }

    private static func content(_ lines: [JSONBytes]) -> [UInt8] { lines.flatMap { $0.bytes + [UInt8(ascii: "\n")] } }

    /// By name, in order.
    private var files: [(String, [JSONBytes])] {
        [
            ("_sde.jsonl", [header]), ("blueprints.jsonl", blueprints), ("categories.jsonl", categories),
            ("dogmaAttributes.jsonl", attributes), ("groups.jsonl", groups),
            ("mapConstellations.jsonl", constellations), ("mapPlanets.jsonl", planets), ("mapRegions.jsonl", regions),
            ("mapSolarSystems.jsonl", systems), ("mapStargates.jsonl", stargates),
            ("marketGroups.jsonl", marketGroups), ("npcCorporations.jsonl", corporations),
            ("npcStations.jsonl", stations), ("planetSchematics.jsonl", schematics),
            ("stationOperations.jsonl", operations), ("typeDogma.jsonl", dogma), ("typeMaterials.jsonl", materials),
            ("types.jsonl", types),
        ]
    }

    private static func line(_ write: (inout JSONBytes) -> Void) -> JSONBytes {
        var json = JSONBytes()
        json.object(write)
        return json
    }

    /// A record of its own.
    static func record(_ id: Int, _ write: (inout JSONBytes) -> Void) -> JSONBytes {
        line {
            $0.member("_key", id)
            write(&$0)
        }
    }

    private var header: JSONBytes {
        Self.line {
            $0.member("_key", "sde")
            $0.member("buildNumber", number)
            $0.member("releaseDate", time: releasedAt)
        }
    }
}

extension JSONBytes {
    /// A text in the languages of the export.
    mutating func localized(_ name: String, _ text: String) {
        key(name)
        object { json in
            for language in ["de", "en", "fr"] {
                json.member(language, language == "en" ? text : "\(text) (\(language))")
            }
        }
    }

    mutating func position(_ id: Int) {
        key("position")
        object { json in
            for (index, axis) in ["x", "y", "z"].enumerated() {
                json.member(axis, Double(id % 1000 * (index + 1)) * 1e12)
            }
        }
    }
}
