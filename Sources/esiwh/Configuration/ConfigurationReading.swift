internal import Warehouse

extension Configuration {
    /// Reads all sources; a stronger one replaces a weaker one key by key.
    /// - Parameters:
    ///   - file: path and text of `esiwh.yaml`; nil where there is none.
    ///   - environment: all variables; only those named after a key are looked at.
    ///   - flags: `--set KEY=VALUE`, as given.
    init(
        file: (path: String, text: String)?, environment: [String: String], flags: [String]
    ) throws(ConfigurationError) {
        self.init()
        if let file { try apply(file: file.path, text: file.text) }
        for key in ConfigurationKey.all {
            guard let text = environment[key.environmentName], !text.isEmpty else { continue }
            try apply(text, to: key, place: Place(source: key.environmentName))
        }
        for flag in flags { try apply(flag: flag) }
    }

    private mutating func apply(file path: String, text: String) throws(ConfigurationError) {
        let root: YAMLNode
        do throws(FileError) {
            root = try YAMLNode.parse(text, file: path)
        } catch {
            throw ConfigurationError(error)
        }
        if root.isNull { return }
        try apply(root, below: "", file: path)
    }

    private mutating func apply(_ node: YAMLNode, below prefix: String, file: String) throws(ConfigurationError) {
        guard let entries = node.entries else {
            let name = prefix.isEmpty ? "the file" : String(prefix.dropLast())
            throw ConfigurationError(
                Place(source: file, line: node.line), "\(name): not keys and values",
                mend: "write key: value on a line each")
        }
        for entry in entries {
            let name = prefix + entry.key
            let place = Place(source: file, line: entry.line)
            if let key = ConfigurationKey.all.first(where: { $0.name == name }) {
                try key.read(RawSetting(key: name, place: place, node: entry.value), &self)
            } else if ConfigurationKey.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
                // A group whose lines are all commented out, as in the template.
                if entry.value.isNull { continue }
                try apply(entry.value, below: name + ".", file: file)
            } else {
                throw Self.unknown(name, place)
            }
        }
    }

    private mutating func apply(flag: String) throws(ConfigurationError) {
        guard let equals = flag.firstIndex(of: "=") else {
            throw ConfigurationError(Place(source: "--set"), "\"\(flag)\" has no value", mend: "write --set key=value")
        }
        let name = String(flag[..<equals])
        let text = String(flag[flag.index(after: equals)...])
        let place = Place(source: "--set \(name)")
        if let key = ConfigurationKey.all.first(where: { $0.name == name }) {
            return try apply(text, to: key, place: place)
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "rules" else { throw Self.unknown(name, Place(source: "--set")) }
        rules[parts[1], default: [:]][parts[2]] = Setting(text: text, place: place)
    }

    /// A value from outside the file: lists may be written as `1,2`.
    private mutating func apply(_ text: String, to key: ConfigurationKey, place: Place) throws(ConfigurationError) {
        let isStructured = text.hasPrefix("[") || text.hasPrefix("{")
        var node = YAMLNode.scalar(text, quoted: false, line: 0)
        if isStructured {
            do throws(FileError) {
                node = try YAMLNode.parse(text, file: place.source)
            } catch {
                throw ConfigurationError(place, "\(key.name): \(error.message)", mend: error.mend)
            }
        } else if key.example.hasPrefix("["), text != "all" {
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            node = .list(parts.map { .scalar($0.trimmed, quoted: false, line: 0) }, line: 0)
        }
        try key.read(RawSetting(key: key.name, place: place, node: node), &self)
    }

    private static func unknown(_ name: String, _ place: Place) -> ConfigurationError {
        let names = ConfigurationKey.all.map(\.name)
        let near = names.min { $0.editDistance(to: name) < $1.editDistance(to: name) }
        let mend =
            if let near, near.editDistance(to: name) <= 2 {
                "did you mean \(near)?"
            } else {
                "known are \(names.joined(separator: ", "))"
            }
        return ConfigurationError(place, "unknown key \"\(name.withVisibleControls())\"", mend: mend)
    }
}

extension StringProtocol {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Insertions, removals and replacements that lead to the other text (Levenshtein).
    func editDistance(to other: some StringProtocol) -> Int {
        let other = Array(other)
        var previous = Array(0...other.count)
        for (row, character) in self.enumerated() {
            var current = [row + 1]
            for (column, against) in other.enumerated() {
                let replaced = previous[column] + (character == against ? 0 : 1)
                current.append(Swift.min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[other.count]
    }
}
