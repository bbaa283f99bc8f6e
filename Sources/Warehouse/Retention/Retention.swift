/// How long a dataset's versions are kept in full, and what outlives them: `retention` in its file.
public struct Retention: Sendable, Hashable {
    /// Seconds, whole days of them.
    public let versions: Int64
    /// Roll-ups that must hold a day before its versions go.
    public let rollups: [String]
    /// A query whose columns are the dataset's: versions with the values of one of its rows are kept for ever.
    public let keep: String?

    static let day: Int64 = 86_400

    /// nil where the file says nothing: versions are kept for ever.
    init?(_ file: StoredFile) throws(FileError) {
        guard let node = file.frontMatter["retention"], !node.isNull else { return nil }
        let mend = "write retention: { versions: 30d, rollup: …, keep: SELECT … }"
        guard let entries = node.entries else {
            throw file.error(at: "retention", "retention must say how long versions are kept", mend: mend)
        }
        for key in ["fetch", "refresh", "sde"] where file.frontMatter[key] != nil {
            throw file.error(at: "retention", "what hardly ever changes has no past to drop", mend: "leave it out")
        }
        for entry in entries where !["versions", "rollup", "keep"].contains(entry.key) {
            throw FileError(
                file: file.shownPath, line: entry.line, message: "unknown key \"\(entry.key)\" in retention",
                mend: "known are keep, rollup, versions")
        }
        guard let text = node["versions"]?.text, let span = StoredFile.seconds(text), span >= Self.day,
            span % Self.day == 0
        else {
            throw FileError(
                file: file.shownPath, line: (node["versions"] ?? node).line,
                message: "versions is not a number of days",
                mend: "write versions: 30d; one day at least")
        }
        versions = span
        let named = node["rollup"]
        rollups = named?.elements?.compactMap(\.text) ?? named?.text.map { [$0] } ?? []
        keep = node["keep"]?.text
    }

    /// The midnight at or before a moment.
    static func midnight(_ moment: Int64) -> Int64 {
        let rest = moment % day
        return moment - (rest < 0 ? rest + day : rest)
    }
}
