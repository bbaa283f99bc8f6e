internal import ArgumentParser
internal import ESI
internal import FoundationEssentials
internal import HTTP
internal import SQLite
internal import Warehouse

struct DoctorESI: Command {
    static let configuration = CommandConfiguration(
        commandName: "esi", abstract: "Hold every dataset against ESI's specification.",
        discussion: """
            Says which dataset asks for a route, a column or a type that ESI does not have (any more), what ESI requires, what
            it has that no dataset takes, and where cache time, group or paging differ; each with file, line and mend. ESI is
            asked for the specification as of the compatibility date that this program sends. Exit code 65 where an ingest
            would fail or lose something.

              esiwh doctor esi
              esiwh doctor esi --spec openapi.json --format json
              esiwh doctor esi --spec 'https://esi.evetech.net/meta/openapi.json?compatibility_date=2026-08-18'
            """)

    @Option(
        help: ArgumentHelp(
            "The specification: a file, or a URL instead of /meta/openapi.json at esi.url.", valueName: "file|url"))
    var spec: String?

    @Flag(help: "Leave out the notes: what is worth knowing but works.") var noNotes = false

    @Option(help: ArgumentHelp("How to write the findings: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let catalogue = Catalogue(context.library([.dataset, .view]))
        let specification = try await specification(context)
        let all = SpecificationCheck(catalogue.datasets, against: specification).findings
        let findings = noNotes ? all.filter { $0.severity != .note } : all
        if !findings.isEmpty || !format.isForPeople {
            try context.write(findings.map(Self.row), Self.columns, as: format)
        }
        for fault in catalogue.faults { try context.complain("\(fault)") }
        try context.note(Self.summary(catalogue.datasets.count { $0.route != nil }, specification, all))
        return catalogue.faults.isEmpty && !all.contains { $0.severity == .error } ? .done : .badData
    }

    private static let columns = ["dataset", "severity", "kind", "file", "line", "finding", "mend"]
        .map { OutputColumn($0) }

    private static func row(_ finding: SpecificationFinding) -> [Value] {
        let place = finding.place
        return [
            .text(finding.dataset), .text(finding.severity.rawValue), .text(finding.kind.rawValue), .text(place.file),
            .integer(Int64(place.line)), .text(place.message), place.mend.map(Value.text) ?? .null,
        ]
    }

    private static func summary(
        _ datasets: Int, _ specification: Specification, _ findings: [SpecificationFinding]
    ) -> String {
        let counts = SpecificationFinding.Severity.allCases.compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        let found = counts.isEmpty ? "nothing to mend" : counts.joined(separator: ", ")
        return "\(datasets) datasets against ESI as of \(specification.version): \(found)"
    }

    // MARK: Where the specification comes from

    private func specification(_ context: Context) async throws -> Specification {
        guard let spec, !spec.contains("://") else {
            let url = try self.spec ?? context.configuration().esiURL + "/meta/openapi.json"
            let specification = try Specification(try await download(url, context), source: url)
            if specification.version != ESIConfiguration.compatibilityDate {
                try context.note(
                    "esiwh asks ESI as of \(ESIConfiguration.compatibilityDate): what differs is not so for it yet")
            }
            return specification
        }
        guard let data = FileManager.default.contents(atPath: spec) else {
            throw CommandError(.badData, "\(spec) cannot be read", mend: "give a file or a URL")
        }
        return try Specification(Array(data), source: spec)
    }

    /// Asks as politely as for a dataset: with the contact, conditionally, with the cache and the client's limits.
    private func download(_ url: String, _ context: Context) async throws -> [UInt8] {
        let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let slash = url[start...].firstIndex(of: "/") ?? url.endIndex
        let configuration = try context.configuration()
        let esi = try ESIConfiguration(url: String(url[..<slash]), contact: configuration.contact, version: version)
        let client = Client(.init(caFile: configuration.esiCA))
        defer { client.shutdown() }
        try Init.makeFolder(Paths.folder(of: context.paths.cache))
        let clock = context.clock
        let asking = ESIClient(
            esi, transport: client.transport, cache: try ResponseCache(path: context.paths.cache),
            clock: ESI.Clock(now: { clock.precise }, sleep: { try await Task.sleep(for: .seconds($0)) }))
        let document = Document()
        let target = Target(Route(path: String(url[slash...])))
        let outcome = try await asking.sweep(target, lastComplete: nil) { await document.set($0.body) }
        try await asking.flush()
        if let body = await document.body { return body }
        switch outcome {
        case .failed(let reason, _), .absent(_, let reason, _):
            throw CommandError(.unavailable, "\(url): \(reason)", mend: "try again later, or give a file")
        default: throw CommandError(.unavailable, "\(url): no answer", mend: "try again later, or give a file")
        }
    }

    private actor Document {
        private(set) var body: [UInt8]?
        func set(_ body: [UInt8]) { self.body = body }
    }
}
