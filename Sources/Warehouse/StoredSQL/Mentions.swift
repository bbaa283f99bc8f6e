/// Which datasets and views a statement can lead to, so that a short command reads only their files.
///
/// Any word of the SQL may be a table's name, in whatever quotes and case: a file too many costs a little time, one too few
/// would be an error.
struct Mentions {
    /// A stored file that is not read yet.
    typealias Source = (origin: StoredFile.Origin, text: String)

    private let sources: [String: Source]
    /// The paths of datasets, views and roll-ups by their name.
    private var named: [String: [String]] = [:]
    private var found: Set<String> = []
    /// Texts whose words are still to be followed.
    private var unread: [String]
    private var hasMoment = false

    /// The paths of the files that SQL can lead to; nil where that may be any. What a rule reads stands in the rule; and
    /// where no dataset is named that has a moment of its own, `as_of()` is the oldest of all.
    static func paths(in sql: String, among sources: [String: Source]) -> Set<String>? {
        var mentions = Mentions(sql, sources)
        while let text = mentions.unread.popLast() {
            for word in words(of: text) {
                if word.hasPrefix("rule_") { return nil }
                mentions.follow(word)
            }
        }
        return mentions.hasMoment ? mentions.found : nil
    }

    private init(_ sql: String, _ sources: [String: Source]) {
        self.sources = sources
        unread = [sql]
        for (path, source) in sources {
            guard let (kind, name) = StoredKind.named(by: path), [.dataset, .view, .rollup].contains(kind) else {
                continue
            }
            named[name, default: []].append(path)
            // The user's own views are made in any case.
            if kind == .view, source.origin != .shipped { unread.append(source.text) }
        }
    }

    private mutating func follow(_ word: String) {
        for path in named[word] ?? named[Self.withoutSuffix(word)] ?? [] {
            guard found.insert(path).inserted, let text = sources[path]?.text else { continue }
            if !path.hasPrefix(StoredKind.dataset.folder) {
                unread.append(text)
                continue
            }
            if Self.factWords.isDisjoint(with: Self.words(of: text)) { hasMoment = true }
            // A dataset that keeps roll-ups is none without them.
            unread += text.split(separator: "\n").filter { $0.contains("rollup:") }.map(String.init)
        }
    }

    /// Keys by which a dataset's rows are facts, without a moment.
    private static let factWords: Set<String> = ["fetch", "refresh", "sde"]

    /// The name of the dataset that a history or view of versions belongs to.
    private static func withoutSuffix(_ word: String) -> String {
        for suffix in ["_history", "_versions"] where word.hasSuffix(suffix) {
            return String(word.dropLast(suffix.count))
        }
        return word
    }

    /// All words, wherever they stand, in lower case.
    private static func words(of text: String) -> Set<String> {
        var words: Set<String> = []
        for part in text.utf8.split(whereSeparator: { !SQLTokens.isWordPart($0) }) {
            words.insert(String(decoding: part, as: UTF8.self).lowercased())
        }
        return words
    }
}
