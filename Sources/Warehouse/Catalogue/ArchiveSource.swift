/// The file of the public archives that fills a dataset's past: `archive: market-history`, or
/// `archive: { file: contract_bids.csv, absence: keeps, where: … }`.
public struct ArchiveSource: Sendable, Hashable {
    /// A whole name (`contracts.csv`), or how names begin (`market-orders`, of `market-orders-2024-05-01_00-15-06.v3.csv`).
    public let file: String
    /// What a row's absence from the file says, where it is not what its absence from the route says.
    public let absence: Dataset.Absence
    /// A condition on the dataset's columns, for a file that holds more than its route shows: SQL.
    public let condition: String?

    init?(_ file: StoredFile, absence: Dataset.Absence) throws(FileError) {
        guard let node = file.frontMatter["archive"], !node.isNull else { return nil }
        if let name = node.text {
            self.file = name
            self.absence = absence
            condition = nil
        } else {
            let mend = "archive: market-history, or archive: { file: contract_bids.csv, absence: keeps }"
            guard let entries = node.entries, let name = entries.first(where: { $0.key == "file" })?.value.text,
                entries.allSatisfy({ ["file", "absence", "where"].contains($0.key) })
            else { throw file.error(at: "archive", "archive is not a file's name", mend: mend) }
            let word = entries.first { $0.key == "absence" }?.value.text
            guard word == nil || word.flatMap(Dataset.Absence.init) != nil else {
                throw file.error(at: "archive", "absence is not \"\(word ?? "")\"", mend: "use one of closes, keeps")
            }
            self.file = name
            self.absence = word.flatMap(Dataset.Absence.init) ?? absence
            condition = entries.first { $0.key == "where" }?.value.text
        }
        guard !self.file.isEmpty, !self.file.contains("/") else {
            throw file.error(at: "archive", "archive is not a file's name", mend: "leave folders out")
        }
    }

    /// A query that takes a row's values in the order of the columns, and yields whether the dataset takes the row.
    public func filter(columns: [String]) -> String? {
        condition.map { condition in
            let row = columns.enumerated().map { "?\($0 + 1) AS \(quoted($1))" }.joined(separator: ", ")
            return "SELECT (\(condition)\n) FROM (SELECT \(row))"
        }
    }

    /// Whether a table of this name, without its compression, is the dataset's.
    public func matches(_ name: String) -> Bool {
        if name == file { return true }
        guard name.hasSuffix(".csv"), name.hasPrefix(file + "-") else { return false }
        let rest = name.dropFirst(file.count + 1)
        return rest.hasPrefix("latest") || rest.first.map { ("0"..."9").contains($0) } == true
    }
}
