import Foundation
import Ingest
import SQLite
import Testing
import Warehouse

/// CCP's static data export, read into the tables of its files.
@Suite struct StaticIngestTests {
    private static let first: Int64 = 1_780_000_000
    private static let second: Int64 = 1_785_000_000

    private func outcomes(_ summary: IngestSummary) -> [String: AttemptOutcome] {
        Dictionary(
            uniqueKeysWithValues: summary.lines.compactMap { line in line.outcomes.first.map { (line.dataset, $0.key) }
            })
    }

    private func reason(_ summary: IngestSummary, _ dataset: String) -> String? {
        summary.lines.first { $0.dataset == dataset }?.reasons.first?.reason
    }

    private func filled() throws -> ExportFolder {
        let export = try ExportFolder()
        try export.writeAll()
        try export.setBuild(100, released: Self.first)
        try export.ingest()
        return export
    }

    @Test func `an export fills the tables that its files feed, nested rows included`() throws {
        let export = try ExportFolder()
        try export.writeAll()
        try export.setBuild(100, released: Self.first)
        let summary = try export.ingest()
        #expect(!summary.isIncomplete)
        #expect(Set(outcomes(summary).values) == [.complete])
        #expect(
            try export.rows("SELECT type_id, name, group_id, volume FROM sde_types ORDER BY 1") == [
                [34, "Tritanium", 18, 0.01], [587, "Rifter", 25, 27289.0], [691, "Rifter Blueprint", 105, 0.01],
            ])
        #expect(try export.rows("SELECT * FROM sde_blueprint_materials") == [[691, "manufacturing", 34, 32000, 0]])
        #expect(
            try export.rows("SELECT activity, type_id, quantity, probability FROM sde_blueprint_products") == [
                ["manufacturing", 587, 1, .null]
            ])
        // A list may name a skill twice.
        #expect(try export.value("SELECT count(*) FROM sde_blueprint_skills") == 2)
        #expect(
            try export.rows("SELECT manufacturing_time, copying_time, invention_time FROM sde_blueprints") == [
                [6000, 4800, .null]
            ])
        #expect(try export.rows("SELECT build, released_at FROM builds") == [[100, .integer(Self.first)]])
    }

    @Test func `the same build again writes nothing, and what is open to ESI does not age with the build`() throws {
        let export = try filled()
        let before = try export.rows("SELECT count(*), max(valid_from) FROM sde_types_versions")
        let summary = try export.ingest(now: 1_790_520_000)
        #expect(Set(outcomes(summary).values) == [.unchanged])
        #expect(try export.rows("SELECT count(*), max(valid_from) FROM sde_types_versions") == before)
        #expect(try export.value("SELECT as_of() FROM all_types") == .null)
    }

    @Test func `a newer build changes, adds and removes, and the older one is seen as of its time`() throws {
        let export = try filled()
        try export.write(
            [
                ExportFolder.type(34, "Tritanium", group: 18, volume: 0.02),
                ExportFolder.type(691, "Rifter Blueprint", group: 105, volume: 0.01),
                ExportFolder.type(692, "New", group: 105, volume: 0.01),
            ], to: "types.jsonl")
        try export.setBuild(200, released: Self.second)
        let summary = try export.ingest()
        let line = try #require(summary.lines.first { $0.dataset == "sde_types" })
        #expect((line.added, line.changed, line.removed) == (1, 1, 1))
        #expect(outcomes(summary)["sde_groups"] == .unchanged)
        let sql = "SELECT type_id, volume FROM all_types ORDER BY 1"
        let old: [[Value]] = [[34, 0.01], [587, 27289.0], [691, 0.01]]
        #expect(try export.rows(sql) == [[34, 0.02], [691, 0.01], [692, 0.01]])
        #expect(try export.rows(sql, asOf: Self.second) == [[34, 0.02], [691, 0.01], [692, 0.01]])
        #expect(try export.rows(sql, asOf: Self.second - 1) == old)
        // The first build holds since ever.
        #expect(try export.rows(sql, asOf: 1) == old)
        #expect(try export.rows("SELECT build FROM builds", asOf: Self.second - 1) == [[100]])
    }

    @Test func `an older build is refused as stale, and one that contradicts its number is an error`() throws {
        let export = try filled()
        try export.write([ExportFolder.type(34, "Older", group: 18, volume: 1)], to: "types.jsonl")
        try export.setBuild(99, released: Self.first - 86_400)
        let summary = try export.ingest()
        #expect(Set(outcomes(summary).values) == [.stale])
        #expect(!summary.isIncomplete)
        #expect(reason(summary, "sde_types") == "build 99 is older than 100, which was applied")
        for (build, released) in [(100, Self.first + 1), (101, Self.first), (99, Self.second)] {
            try export.setBuild(build, released: released)
            #expect(throws: StaticExportError.self) { try export.ingest() }
        }
        #expect(try export.value("SELECT name FROM sde_types WHERE type_id = 34") == "Tritanium")
        #expect(try export.value("SELECT count(*) FROM builds") == 1)
    }

    @Test func `a broken line leaves all that its file feeds as it was, and the others go on`() throws {
        let export = try filled()
        try export.write(
            ExportFolder.small["blueprints.jsonl", default: []] + [
                "", #"{"_key": 692, "activities": {"copying": {"materials": [{"typeID": 34, "quantity": "x"}]}}}"#,
            ], to: "blueprints.jsonl")
        try export.remove("groups.jsonl")
        try export.write([ExportFolder.type(34, "Tritanium", group: 18, volume: 0.02)], to: "types.jsonl")
        try export.setBuild(200, released: Self.second)
        let summary = try export.ingest()
        #expect(summary.isIncomplete)
        for dataset in ["sde_blueprints", "sde_blueprint_materials", "sde_blueprint_products", "sde_blueprint_skills"] {
            #expect(outcomes(summary)[dataset] == .failed)
            #expect(
                reason(summary, dataset)
                    == "blueprints.jsonl:3: /activities/copying/materials/0/quantity: not a whole number but \"x\"")
        }
        #expect(try export.value("SELECT count(*) FROM sde_blueprints_versions") == 1)
        #expect(outcomes(summary)["sde_groups"] == .failed)
        #expect(reason(summary, "sde_groups") == "groups.jsonl: \(export.path) has no such file")
        #expect(try export.value("SELECT volume FROM sde_types WHERE type_id = 34") == 0.02)
        // Mended, the same build takes what is missing.
        try export.writeAll()
        try export.setBuild(200, released: Self.second)
        let again = try export.ingest()
        #expect(outcomes(again)["sde_blueprints"] == .unchanged)
        #expect(!again.isIncomplete)
    }

    @Test func `rows that contradict each other fail their file whole`() throws {
        let export = try ExportFolder()
        try export.writeAll()
        try export.setBuild(1, released: Self.first)
        let twice = #"{"materials": [{"typeID": 34, "quantity": 1}, {"typeID": 34, "quantity": 2}]}"#
        try export.write([#"{"_key": 1, "activities": {"reaction": \#(twice)}}"#], to: "blueprints.jsonl")
        let category = #"{"_key": 4, "name": {"en": "Material"}, "published": true}"#
        try export.write([category, category], to: "categories.jsonl")
        let summary = try export.ingest()
        #expect(outcomes(summary)["sde_blueprints"] == .failed)
        #expect(try export.value("SELECT count(*) FROM sde_blueprints") == 0)
        let reasons = Set(summary.lines.flatMap { $0.reasons.map(\.reason) })
        let path = "/activities/reaction/materials"
        let key = "blueprint_type_id 1, activity reaction, type_id 34"
        #expect(
            reasons == [
                "blueprints.jsonl: \(path)/1: the same key as \(path)/0: \(key)",
                "categories.jsonl: the same key as a row before it: category_id 4",
            ])
        #expect(outcomes(summary)["sde_types"] == .complete)
    }

    @Test func `where nothing of a build could be used, it is not in the way of another`() throws {
        let export = try ExportFolder()
        try export.setBuild(500, released: Self.second)
        #expect(try export.ingest().isIncomplete)
        #expect(try export.value("SELECT count(*) FROM builds") == 0)
        try export.writeAll()
        try export.setBuild(400, released: Self.first)
        #expect(try !export.ingest().isIncomplete)
    }

    @Test(arguments: [
        (["_sde.yaml", "types.yaml"], "this is the export as YAML"),
        (["fsd/types.yaml", "bsd/invNames.yaml"], "this is the export in its layout of before September 2025"),
        (["readme.txt"], "no _sde.jsonl in it, so it is no static data export"),
    ])
    func `another layout is refused as a whole, with the way out`(files: [String], message: String) throws {
        let export = try ExportFolder()
        for file in files {
            let path = URL(filePath: export.path + "/" + file)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x: 1\n".utf8).write(to: path)
        }
        #expect {
            try export.ingest()
        } throws: { error in
            guard let error = error as? StaticExportError else { return false }
            return error.message == message && error.mend?.contains("-jsonl.zip") == true
        }
        #expect(!FileManager.default.fileExists(atPath: export.warehousePath))
    }

    @Test func `a header that says no build is named with its line`() throws {
        let export = try ExportFolder()
        try export.write([#"{"_key": "sde", "buildNumber": "x"}"#], to: "_sde.jsonl")
        #expect {
            try export.ingest()
        } throws: { "\($0)".contains("_sde.jsonl:1: /buildNumber: not a whole number but \"x\"") }
    }

    @Test func `a changed dataset file is filled from the same build, without a version`() throws {
        func file(_ columns: String, _ fields: String) -> String {
            """
            /*---
            title: Things
            sde: types.jsonl
            fields: { type_id: /_key\(fields) }
            ---*/
            CREATE TABLE things (type_id INTEGER NOT NULL PRIMARY KEY\(columns), valid_from INTEGER NOT NULL) STRICT;
            """
        }
        let export = try ExportFolder(datasets: ["things": file("", "")])
        try export.write([ExportFolder.type(34, "Tritanium", group: 18, volume: 1)], to: "types.jsonl")
        try export.setBuild(1, released: Self.first)
        try export.ingest()
        let changed = try ExportFolder(datasets: ["things": file(", name TEXT", ", name: /name/en")])
        _ = try StaticIngest(
            export: export.path, warehouse: export.warehousePath, catalogue: changed.catalogue, settings: Settings(),
            now: 1_790_510_400
        ).run()
        let session = try Session(path: export.warehousePath, catalogue: changed.catalogue, settings: Settings())
        #expect(try session.prepare("SELECT name FROM things").rows() == [["Tritanium"]])
        #expect(try session.prepare("SELECT count(*) FROM things_versions").rows() == [[1]])
    }
}

/// Any order of builds, complete or broken: what is shown at a moment is the last whole build before it.
@Suite struct BuildHistoryTests {
    private static let steps = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 400 : 40
    private static let dataset = """
        /*---
        title: Things
        sde: things.jsonl
        rows: /parts/*
        fields: { thing_id: ../_key, part: "@", size: /size }
        ---*/
        CREATE TABLE things (
            thing_id INTEGER NOT NULL, part TEXT NOT NULL, size INTEGER, valid_from INTEGER NOT NULL,
            PRIMARY KEY (thing_id, part)
        ) STRICT, WITHOUT ROWID;
        """

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private typealias Content = [[Value]]

    private func content(_ random: inout Generator) -> (lines: [String], rows: Content) {
        var lines: [String] = []
        var rows: Content = []
        for id in 1...6 where Int.random(in: 0..<4, using: &random) > 0 {
            let parts = ["a", "b", "c"].filter { _ in Bool.random(using: &random) }
            let sizes = parts.map { _ in Int.random(in: 0..<3, using: &random) }
            rows += zip(parts, sizes).map { [.integer(Int64(id)), .text($0), $1 == 0 ? .null : .integer(Int64($1))] }
            let members = zip(parts, sizes).map { "\"\($0)\": {\($1 == 0 ? "" : "\"size\": \($1)")}" }
            lines.append("{\"_key\": \(id), \"parts\": {\(members.shuffled(using: &random).joined(separator: ", "))}}")
        }
        return (lines.shuffled(using: &random), rows)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `the tables at every moment are those of the last whole build by then`(seed: UInt64) throws {
        var random = Generator(state: seed)
        let export = try ExportFolder(datasets: ["things": Self.dataset])
        // By build: when released, and what it holds.
        let builds = (1...12).map { number in
            (number: number, released: Int64(number) * 1000, content: content(&random))
        }
        var applied: [Int] = []
        for _ in 0..<Self.steps {
            // Mostly near the newest, so that many are applied.
            let newest = applied.last ?? 0
            let number = min(max(newest + Int.random(in: -2...1, using: &random), 1), builds.count)
            let build = builds[number - 1]
            let isBroken = Int.random(in: 0..<5, using: &random) == 0
            try export.write(build.content.lines + (isBroken ? ["{\"_key\": 1, "] : []), to: "things.jsonl")
            try export.setBuild(number, released: build.released)
            let outcome = try #require(export.ingest().lines.first?.outcomes.keys.first)
            if number < newest {
                #expect(outcome == .stale)
            } else if isBroken {
                #expect(outcome == .failed)
            } else {
                #expect(outcome == (number == newest ? .unchanged : outcome))
                #expect([.complete, .unchanged].contains(outcome))
                if number > newest { applied.append(number) }
            }
        }
        #expect(applied.count > 3)
        let sql = "SELECT thing_id, part, size FROM things ORDER BY 1, 2"
        for moment in stride(from: Int64(500), through: 12_500, by: 500) {
            let shown = applied.last { builds[$0 - 1].released <= moment } ?? applied[0]
            #expect(try export.rows(sql, asOf: moment) == builds[shown - 1].content.rows, "as of \(moment)")
        }
    }
}
