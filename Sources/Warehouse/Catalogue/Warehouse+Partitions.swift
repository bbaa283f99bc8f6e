import SQLite

// Which partitions a dataset has, and what is known of each.

extension Warehouse {
    /// The datasets that a dataset's `each` reads.
    public func dependencies(of dataset: Dataset) throws(FileError) -> Set<String> {
        guard let each = dataset.each else { return [] }
        do {
            let tables = try Guard.tablesRead(by: each, on: connection)
            // What the static data export feeds waits for no route.
            let datasets = tables.compactMap { catalogue.dataset(ofTable: $0) }.filter { $0.route != nil }
            return Set(datasets.map(\.name)).subtracting([dataset.name])
        } catch {
            throw dataset.file.error(at: "each", "each does not run: \(error.message)")
        }
    }

    /// The datasets of routes, in an order in which each comes behind those that its `each` reads. What has a fault (an
    /// `each` that does not run, or that waits for itself) waits for nobody: the others go on without it.
    public func ingestOrder() -> [(dataset: Dataset, fault: FileError?)] {
        var order: [(dataset: Dataset, fault: FileError?)] = []
        var waiting: [(dataset: Dataset, needs: Set<String>)] = []
        for dataset in catalogue.datasets where dataset.route != nil {
            do throws(FileError) {
                waiting.append((dataset, try dependencies(of: dataset)))
            } catch {
                order.append((dataset, error))
            }
        }
        while !waiting.isEmpty {
            let done = Set(order.map(\.dataset.name))
            if let next = waiting.firstIndex(where: { $0.needs.isSubset(of: done) }) {
                order.append((waiting.remove(at: next).dataset, nil))
            } else {
                let needs = Dictionary(uniqueKeysWithValues: waiting.map { ($0.dataset.name, $0.needs) })
                let circle = Self.circle(in: needs)
                let fault = "datasets wait for each other in a circle: \(circle.joined(separator: ", "))"
                for (dataset, _) in waiting where circle.contains(dataset.name) {
                    let mend = "let one of their each queries read something else"
                    order.append((dataset, dataset.file.error(at: "each", fault, mend: mend)))
                }
                waiting.removeAll { circle.contains($0.dataset.name) }
            }
        }
        return order
    }

    /// Names that wait for each other, the first behind the last. Each of those given waits for at least one of them.
    private static func circle(in needs: [String: Set<String>]) -> [String] {
        var way: [String] = []
        var next = needs.keys.min()
        while let name = next {
            if let start = way.firstIndex(of: name) { return Array(way[start...]) }
            way.append(name)
            next = needs[name]?.filter { needs[$0] != nil }.min()
        }
        return way
    }

    /// The partitions that `each` yields now.
    /// - Throws: `FileError` where its columns are not the path parameters.
    public func partitions(of dataset: Dataset) throws(FileError) -> [Partition] {
        guard let each = dataset.each else { return [Partition()] }
        do {
            let statement = try connection.prepare(each)
            let names = (0..<statement.columnCount).map(statement.columnName)
            let wanted = dataset.partitionColumns
            guard names.sorted() == wanted.sorted() else {
                throw dataset.file.error(
                    at: "each", "each yields \(names.joined(separator: ", ")), not \(wanted.joined(separator: ", "))",
                    mend: "name its columns so")
            }
            var partitions: [Partition] = []
            var seen: Set<Partition> = []
            while try statement.step() {
                let row = statement.row
                guard !row.contains(.null) else { continue }
                let partition = Partition(
                    wanted.map { name in .init(name: name, value: row[names.firstIndex(of: name) ?? 0]) })
                if seen.insert(partition).inserted { partitions.append(partition) }
            }
            return partitions
        } catch let error as FileError {
            throw error
        } catch let error as SQLiteError {
            throw dataset.file.error(at: "each", "each does not run: \(error.message)")
        } catch {
            throw dataset.file.error(at: "each", "\(error)")
        }
    }

    /// What is known of some partitions of a dataset, by their text. Those that `each` no longer yields are left alone:
    /// they only become more.
    public func partitionStates(
        of dataset: Dataset, among partitions: [Partition]
    ) throws -> [String: PartitionState] {
        try name(partitions)
        let rows = try connection.query(
            """
            SELECT p.observed_at, p.complete_at, p.expires_at, p.fetched_at, p.outcome, p.reason, p.redecode,
                (SELECT max(rows) FROM (
                    SELECT s.rows FROM main.snapshots AS s
                    WHERE s.dataset = p.dataset AND s.partition = p.partition ORDER BY s.id DESC LIMIT 3)),
                p.partition
            FROM temp.named AS n CROSS JOIN main.partitions AS p ON p.dataset = ? AND p.partition = n.partition
            """, [.text(dataset.name)])
        return Dictionary(rows.map { ($0[8].text ?? "", PartitionState($0)) }) { first, _ in first }
    }

    /// Notes which partitions `each` yields: only those count for `as_of()`.
    public func setActive(_ partitions: [Partition], of dataset: Dataset) throws {
        try name(partitions)
        try connection.transaction {
            try connection.run(
                """
                UPDATE main.partitions SET active = partition IN (SELECT partition FROM temp.named)
                WHERE dataset = ? AND active <> (partition IN (SELECT partition FROM temp.named))
                """, [.text(dataset.name)])
        }
    }

    /// Puts partitions into `temp.named`, for statements to join.
    private func name(_ partitions: [Partition]) throws {
        try connection.execute("CREATE TEMP TABLE IF NOT EXISTS named (partition TEXT PRIMARY KEY) WITHOUT ROWID")
        try connection.transaction {
            try connection.run("DELETE FROM temp.named")
            let insert = try connection.prepare("INSERT OR IGNORE INTO temp.named VALUES (?)")
            for partition in partitions {
                try insert.bind([.text("\(partition)")])
                try insert.run()
            }
        }
    }

    /// Static partitions of a build that still runs count as fetched now.
    public func touch(_ partitions: [Partition], of dataset: Dataset, at now: Int64) throws {
        try connection.transaction {
            for partition in partitions {
                try connection.run(
                    "UPDATE main.partitions SET fetched_at = ? WHERE dataset = ? AND partition = ?",
                    [.integer(now), .text(dataset.name), .text("\(partition)")])
            }
        }
    }
}
