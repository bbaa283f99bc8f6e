/// The datasets of a library, held against each other.
public struct Catalogue: Sendable {
    public let library: Library
    /// By name.
    public let datasets: [Dataset]
    /// By name.
    public let rollups: [Rollup]
    /// Files that cannot be used, with their reasons; the rest works.
    public let faults: [FileError]

    /// Names that belong to the warehouse.
    static let coreTables: Set<String> = [
        "runs", "datasets", "snapshots", "partitions", "owners", "friends", "tracked_regions", "watched_types", "notes",
        "builds", "alert_rules", "alerts", "alert_events", "alert_unknowns", "alert_silences", "alert_outbox",
        "archive_files", "archive_sweeps", "horizons", "protections", "rollups", "rollup_days",
    ]

    /// What a column of one of these tables holds, as far as its name tells.
    public static func coreKind(ofColumn name: String) -> ColumnKind? {
        name.hasSuffix("_at") || ["as_of", "since", "at"].contains(name) ? .timestamp : nil
    }

    public init(_ library: Library) {
        self.library = library
        var faults = library.faults
        var datasets: [Dataset] = []
        var indexes: [String: String] = [:]
        for file in library.files(.dataset) {
            do throws(FileError) {
                let dataset = try Dataset(file)
                try Self.check(dataset, library, &indexes)
                datasets.append(dataset)
            } catch {
                faults.append(error)
            }
        }
        self.datasets = datasets
        var rollups: [Rollup] = []
        for file in library.files(.rollup) {
            do throws(FileError) {
                let rollup = try Rollup(file)
                try Self.check(rollup, datasets, library, &indexes)
                rollups.append(rollup)
            } catch {
                faults.append(error)
            }
        }
        self.rollups = rollups
        faults += Self.lostRollups(datasets, library)
        self.faults = faults
    }

    public func dataset(_ name: String) -> Dataset? {
        datasets.first { $0.name == name }
    }

    /// The datasets, in the order of their names, that read the same answers as this one, itself included.
    public func readers(of dataset: Dataset) -> [Dataset] {
        datasets.filter { other in
            other.exportFile == dataset.exportFile && other.route?.method == dataset.route?.method
                && other.route?.path == dataset.route?.path
        }
    }

    /// Tables whose rows have versions, with the two that belong to each.
    public func dataset(ofTable table: String) -> Dataset? {
        datasets.first { [$0.name, $0.historyName, $0.versionsName].contains(table) }
    }

    public func rollup(_ name: String) -> Rollup? {
        rollups.first { $0.name == name }
    }

    private static func check(
        _ rollup: Rollup, _ datasets: [Dataset], _ library: Library, _ indexes: inout [String: String]
    ) throws(FileError) {
        let file = rollup.file
        let isTaken = datasets.contains { [$0.name, $0.historyName, $0.versionsName].contains(file.name) }
        guard !coreTables.contains(file.name), !isTaken, library.file(.view, file.name) == nil,
            !file.name.contains("-")
        else { throw file.error("\(file.name) is the name of another table", mend: "rename the file and its table") }
        guard datasets.contains(where: { $0.name == rollup.dataset && !$0.lifetime.isFact }) else {
            throw file.error(
                at: "of", "\(rollup.dataset) is no dataset with a past", mend: "name one: of: market_orders")
        }
        for index in rollup.indexes {
            if let other = indexes.updateValue(file.shownPath, forKey: index.name) {
                throw file.error(atOffset: 0, "the index \(index.name) is also in \(other)", mend: "rename one of them")
            }
        }
    }

    /// Datasets whose retention waits for a roll-up that there is not. Where roll-ups were not read, none is missed.
    private static func lostRollups(_ datasets: [Dataset], _ library: Library) -> [FileError] {
        guard library.kinds.contains(.rollup) else { return [] }
        return datasets.flatMap { dataset in
            (dataset.retention?.rollups ?? []).compactMap { name in
                let of = library.file(.rollup, name)?.frontMatter["of"]?.text
                guard of != dataset.name else { return nil }
                return dataset.file.error(
                    at: "retention", "there is no roll-up \(name) of \(dataset.name)",
                    mend: "write schema/rollups/\(name).sql, or name another")
            }
        }
    }

    private static func check(
        _ dataset: Dataset, _ library: Library, _ indexes: inout [String: String]
    ) throws(FileError) {
        let file = dataset.file
        let names = [dataset.name, dataset.historyName, dataset.versionsName]
        guard coreTables.isDisjoint(with: names), !dataset.name.contains("-") else {
            throw file.error("\(dataset.name) is a name of the warehouse's own", mend: "rename the file and its table")
        }
        for suffix in ["_history", "_versions", "_past", "_past_history"] where dataset.name.hasSuffix(suffix) {
            guard let other = library.file(.dataset, String(dataset.name.dropLast(suffix.count))) else { continue }
            throw file.error(
                "\(dataset.name) holds the past of \(other.shownPath)", mend: "rename the file and its table")
        }
        if let view = library.file(.view, dataset.name) {
            throw file.error("the view \(view.shownPath) has this name", mend: "rename one of them")
        }
        for index in dataset.indexes {
            if let other = indexes.updateValue(file.shownPath, forKey: index.name) {
                throw file.error(atOffset: 0, "the index \(index.name) is also in \(other)", mend: "rename one of them")
            }
        }
    }
}
