/// How a report is drawn, as its front matter says: `chart: { kind: line, x: date, y: [average, vwap_20] }`.
public struct ChartDeclaration: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// A line for each y over x.
        case line
        /// A bar for each row and y, labelled by x.
        case bar
        /// A staircase for each series: what has come together up to and with each x, the best first.
        case depth
    }

    public let kind: Kind
    public let x: String
    public let y: [String]
    /// A column whose values split the rows into one line each.
    public let series: String?

    /// The result columns that it names.
    public var columns: [String] { [x] + y + [series].compactMap { $0 } }

    /// The declaration of a report; nil where it has none.
    /// - Throws: `FileError` with the line of what cannot be used.
    public static func of(_ file: StoredFile) throws(FileError) -> ChartDeclaration? {
        guard let entry = file.frontMatter.entries?.first(where: { $0.key == "chart" }) else { return nil }
        return try ChartDeclaration(entry, of: file)
    }

    private init(_ entry: YAMLNode.Entry, of file: StoredFile) throws(FileError) {
        let example = "write chart: { kind: line, x: date, y: [average] }"
        func fault(_ node: YAMLNode?, _ message: String, _ mend: String) -> FileError {
            FileError(file: file.shownPath, line: node?.line ?? entry.line, message: "chart: \(message)", mend: mend)
        }
        guard let keys = entry.value.entries else { throw fault(nil, "not a map", example) }
        let known = ["kind", "x", "y", "series"]
        for key in keys where !known.contains(key.key) {
            throw fault(key.value, "unknown key \"\(key.key)\"", "known are \(known.joined(separator: ", "))")
        }
        let kindNode = entry.value["kind"]
        guard let kind = kindNode?.text.flatMap(Kind.init(rawValue:)) else {
            let words = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault(kindNode, "no usable kind", "give one of \(words)")
        }
        guard let x = entry.value["x"]?.text else { throw fault(entry.value["x"], "no column for x", example) }
        let yNode = entry.value["y"]
        let y = yNode?.elements?.compactMap(\.text) ?? [yNode?.text].compactMap { $0 }
        guard !y.isEmpty else { throw fault(yNode, "no column for y", example) }
        let series = entry.value["series"]?.text
        guard series == nil || y.count == 1 else {
            throw fault(yNode, "series with several columns for y", "name one column for y")
        }
        self.kind = kind
        self.x = x
        self.y = y
        self.series = series
    }
}
