import Foundation
import Ingest
import SQLite
import Testing

@testable import ESI
@testable import esiwh

@Suite struct CommandLineTests {
    @Test func versionAndHelpGoToStdout() async {
        let run = await Run(["--version"])
        #expect(run.status == .done)
        #expect(run.out == "\(version)\n")
        let help = await Run(["--help"])
        #expect(help.status == .done)
        #expect(help.out.hasPrefix("OVERVIEW: A warehouse of EVE Online's public data"))
        #expect(help.err == "")
    }

    @Test func anUnknownOptionIsUsage() async {
        let run = await Run(["sql", "list", "--frmat", "csv"])
        #expect(run.status == .usage)
        #expect(run.out == "")
        #expect(run.err.hasPrefix("esiwh: Unknown option '--frmat'. Did you mean '--format'?\nUsage: esiwh sql list"))
    }

    @Test func initMakesWhatIsMissingAndNothingTwice() async throws {
        let folder = try TemporaryFolder()
        let home = folder.path + "/home"
        let first = await Run(["init", "--home", home])
        #expect(first.status == .done)
        #expect(first.out.contains("made \(home)/esiwh.yaml\n"))
        try folder.write("contact: me@example.org\n", to: "home/esiwh.yaml")
        let second = await Run(["init", "--home", home])
        #expect(second.status == .done)
        #expect(second.out == "")
        #expect(try folder.read("home/esiwh.yaml") == "contact: me@example.org\n")
    }

    @Test func aUsersFileIsListedShownAndChecked() async throws {
        let folder = try TemporaryFolder()
        let text = "/*---\ntitle: Mine\n---*/\nSELECT 1 AS one\n"
        try folder.write(text, to: "sql/reports/mine.sql")
        let list = await Run(["sql", "list", "--home", folder.path, "--format", "csv"])
        #expect(list.status == .done)
        #expect(list.out.contains("report,mine,yours,Mine,\(folder.path)/sql/reports/mine.sql\r\n"))
        let show = await Run(["sql", "show", "mine", "--home", folder.path])
        #expect(show.out == text)
        let none = await Run(["sql", "show", "nobody", "--home", folder.path])
        #expect(none.status == .usage)
        #expect(none.err == "esiwh: no stored file \"nobody\"; `esiwh sql list` names them all\n")
    }

    @Test(arguments: [
        (
            "title: Mine\ncolour: red", "SELECT 1",
            "3: unknown key \"colour\" in a report; "
                + "known are chart, columns, description, engine, parameters, title"
        ),
        ("title: Mine", "SELECT 1,\n  colour FROM runs", "5: no such column: colour"),
        (
            "title: Mine", "SELECT :type_id",
            "1: the SQL names :type_id, which is not declared; declare it in parameters"
        ),
        (
            "title: Mine\nparameters: { a: { type: integer } }", "SELECT 1",
            "3: the SQL does not name :a; use it, or take it out"
        ),
        (
            "title: Mine\ncolumns: { price: isk }", "SELECT id, command FROM runs",
            "3: the result has no column price; it has id, command"
        ),
        ("title: Mine", "SELECT 1 AS a, 2 AS a", "1: two columns are called a; rename one with AS"),
        (
            "title: Mine", "SELECT unixepoch('now')",
            "4: unixepoch(…) asks the machine's clock; "
                + "write as_of(), the moment that the data are of"
        ),
        ("title: Mine", "SELECT 1; SELECT 2", "4: more than one statement"),
    ])
    func aFaultyReportIsNamedWithItsLine(frontMatter: String, sql: String, expected: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("/*---\n\(frontMatter)\n---*/\n\(sql)\n", to: "sql/reports/mine.sql")
        let run = await Run(["sql", "check"], home: folder)
        #expect(run.status == .badData)
        #expect(run.err == "esiwh: \(folder.path)/sql/reports/mine.sql:\(expected)\n")
    }

    @Test func aFolderOfOnesOwnIsCheckedBesideTheShippedFiles() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "/*---\ntitle: Mine\n---*/\nCREATE VIEW mine AS SELECT colour FROM runs\n", to: "other/views/mine.sql")
        let run = await Run(["sql", "check", folder.path + "/other"], home: folder)
        #expect(run.status == .badData)
        #expect(run.err == "esiwh: \(folder.path)/other/views/mine.sql:1: no such column: colour\n")
        let fine = await Run(["sql", "check"], home: folder)
        #expect(fine.status == .done)
        #expect(fine.err.hasSuffix(" files, no fault\n"))
    }

    @Test func aClockThatCannotBeReadIsAFaultOfTheConfiguration() async {
        let run = await Run(["sql", "list"], environment: ["ESIWH_HOME": "/nowhere", "ESIWH_NOW": "noon"])
        #expect(run.status == .badConfiguration)
        #expect(run.err == "esiwh: ESIWH_NOW: \"noon\" is no moment; write it as 2026-11-24T12:00:00Z\n")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowTheCommands(shell: String) async {
        let run = await Run(["completions", shell], environment: ["HOME": "/nowhere"])
        #expect(run.status == .done)
        #expect(run.out.contains("completions"))
        #expect(run.out.contains("--home") || run.out.contains("'home'"))
    }
}

/// What `ingest` refuses before it asks anybody; the rest is tried against the sandbox in Tests/EndToEnd.
@Suite struct IngestCommandTests {
    private static let loopback = "esi.url=http://127.0.0.1:1"

    @Test(
        arguments: [
            (
                [], CommandStatus.badConfiguration,
                "ESI wants to know whom to write to; set contact: you@example.com in esiwh.yaml, or ESIWH_CONTACT"
            ),
            (
                ["--set", loopback, "--set", "esi.ca=/none.pem"], .badConfiguration,
                "esi.ca: /none.pem cannot be read; name a PEM file that is there"
            ),
            (["comets", "--set", loopback], .usage, "no dataset comets; there are "),
            (
                ["--where", "type_id=5", "names", "--set", loopback], .usage,
                "no chosen dataset has a parameter type_id"
            ),
        ] as [([String], CommandStatus, String)])
    func itIsRefusedWithTheMend(arguments: [String], status: CommandStatus, message: String) async throws {
        let run = await Run(["ingest"] + arguments, home: try TemporaryFolder())
        #expect(run.err.hasPrefix("esiwh: \(message)"))
        #expect(run.out == "")
        #expect(run.status == status)
    }

    @Test func anotherIngestIsNamedWithItsBeginning() async throws {
        let folder = try TemporaryFolder()
        let lock = try IngestLock(path: folder.path + "/ingest.lock", since: "2025-11-24T16:00:00Z")
        let run = await Run(["ingest", "--set", Self.loopback], home: folder)
        #expect(run.status == .tryLater)
        #expect(run.err.hasPrefix("esiwh: another ingest is running (process "))
        #expect(run.err.hasSuffix(" since 2025-11-24T16:00:00Z)\n"))
        withExtendedLifetime(lock) {}
    }

    @Test func anESIThatAnswersNothingIsUnavailable() async throws {
        // Nobody listens on port 1.
        let run = await Run(["ingest", "region_ids", "--set", Self.loopback], home: try TemporaryFolder())
        #expect(run.status == .unavailable, "\(run.err)")
        #expect(run.err.contains("region_ids: failed: "))
    }

    @Test func aDryRunListsWhatWouldBeAsked() async throws {
        let run = await Run(
            [
                "ingest", "market_orders", "--dry-run", "--set", Self.loopback, "--set", "regions=10000002,10000043",
                "--format",
                "csv",
            ], home: try TemporaryFolder())
        #expect(run.status == .done)
        #expect(
            run.out == "dataset,partition,why\r\nmarket_orders,region_id=10000002,not there yet\r\n"
                + "market_orders,region_id=10000043,not there yet\r\n")
    }
}

@Suite struct BackupTests {
    @Test func theCopyHoldsWhatTheWarehouseHeld() async throws {
        let folder = try TemporaryFolder()
        let warehouse = try Connection(path: folder.path + "/warehouse.sqlite", mode: .create)
        try warehouse.execute("CREATE TABLE t (a); INSERT INTO t VALUES (5)")
        let copy = folder.path + "/copy.sqlite"
        let run = await Run(["backup", copy, "--home", folder.path])
        #expect(run.status == .done)
        #expect(try Connection(path: copy, mode: .readOnly).value("SELECT a FROM t") == 5)
        let again = await Run(["backup", copy, "--home", folder.path])
        #expect(again.status == .failed)
        #expect(again.err == "esiwh: \(copy) is there already; give another name, or --force\n")
        #expect(await Run(["backup", copy, "--home", folder.path, "--force"]).status == .done)
    }

    @Test func withoutAWarehouseThereIsNothingToCopy() async throws {
        let folder = try TemporaryFolder()
        let run = await Run(["backup", folder.path + "/copy.sqlite", "--home", folder.path])
        #expect(run.status == .failed)
        #expect(run.err == "esiwh: no warehouse at \(folder.path)/warehouse.sqlite yet; esiwh ingest makes one\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/copy.sqlite"))
    }
}

/// The built program, as a shell starts it.
@Suite struct ProgramTests {
    private static func shell(_ script: String) throws -> (status: Int32, output: String) {
        let folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-o", "pipefail", "-c", script]
        process.environment = ["PATH": "\(folder):/usr/bin:/bin", "HOME": "/nonexistent"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func aReaderThatGoesAwayEndsItQuietly() throws {
        let found = try Self.shell(
            """
            home=$(mktemp -d) && trap 'rm -rf "$home"' EXIT && export ESIWH_HOME=$home && esiwh init --quiet
            esiwh query 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c' --format tsv |
                head -n 2
            echo "${PIPESTATUS[@]}"
            """)
        #expect(found.output == "n\n1\n0 0\n")
    }

    @Test func bashCompletesCommandsAndTheNamesOfStoredFiles() throws {
        let found = try Self.shell(
            """
            home=$(mktemp -d) && trap 'rm -rf "$home"' EXIT && export ESIWH_HOME=$home && mkdir -p $home/sql/reports
            printf '/*---\ntitle: x\n---*/\nSELECT 1' > $home/sql/reports/zebra.sql
            source <(esiwh completions bash)
            complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
                COMPREPLY=(); _esiwh esiwh "${@: -1}" "${@: -2:1}"; echo "${COMPREPLY[@]}"; }
            complete_line esiwh hist
            complete_line esiwh query zeb
            """)
        #expect(found.output == "history\nzebra\n")
    }

    @Test func aFullDiskIsTold() throws {
        let found = try Self.shell("esiwh completions bash >/dev/full")
        #expect(found.output == "esiwh: the output cannot be written: No space left on device\n")
        #expect(found.status == 1)
    }

    @Test func sqlComesFromStdin() throws {
        let found = try Self.shell(
            """
            home=$(mktemp -d) && trap 'rm -rf "$home"' EXIT && export ESIWH_HOME=$home
            esiwh init --quiet && printf 'SELECT 7 AS n' | esiwh query - --format csv
            """)
        #expect(found.output == "n\r\n7\r\n")
    }

    @Test func theExitCodeReachesTheShell() throws {
        #expect(try Self.shell("esiwh query").status == 64)
        #expect(try Self.shell("ESIWH_NOW=noon esiwh sql list").status == 78)
    }
}

@Suite struct CacheTests {
    @Test func statsCountWhatIsKeptAndCleanThrowsItAway() async throws {
        let folder = try TemporaryFolder()
        let environment = ["ESIWH_HOME": folder.path, "ESIWH_NOW": "2025-11-24T16:00:00Z"]
        let empty = await Run(["cache", "stats", "--format", "csv"], environment: environment)
        #expect(empty.out == "answers,bytes,inflated_bytes,hits,misses,hit_ratio\r\n0,0,0,0,0,\r\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cache.sqlite"))
        let cache = try ResponseCache(path: folder.path + "/cache.sqlite")
        for (key, expires) in [("old", Int64(1_763_000_000)), ("new", 1_765_000_000)] {
            let body = [UInt8](repeating: 0x61, count: 1000)
            try await cache.store(.init(expires: expires, body: body), for: key, at: 1_763_000_000)
        }
        try await cache.flush()
        let stats = await Run(["cache", "stats", "--format", "ndjson"], environment: environment)
        #expect(stats.out.hasPrefix("{\"answers\": 2, \"bytes\": "))
        #expect(stats.out.contains("\"inflated_bytes\": 2000, "))
        let clean = await Run(["cache", "clean"], environment: environment)
        #expect(clean.err == "esiwh: 1 answer thrown away\n")
        #expect(
            await Run(["cache", "clean", "--all"], environment: environment).err == "esiwh: 1 answer thrown away\n")
    }
}
