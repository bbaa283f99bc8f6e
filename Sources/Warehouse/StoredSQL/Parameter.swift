public import SQLite

/// A parameter that a report or a rule declares, and that its SQL names as `:name`.
public struct Parameter: Sendable, Equatable {
    /// What holds where no value is given.
    public enum Fallback: Sendable, Equatable {
        /// Nothing: a value must be given.
        case required
        case null
        /// As one would write it on the command line; `-1d` counts from the moment of use.
        case text(String)
    }

    public let name: String
    public let kind: ColumnKind
    /// Any number of values of the kind; the SQL gets them as a JSON array: `… IN (SELECT value FROM json_each(:name))`.
    public let isList: Bool
    public let fallback: Fallback
    public let description: String?
    public let minimum: Double?
    public let maximum: Double?
    /// The values allowed, as one would write them; empty where any will do. One that ends in `:N` stands for all with a
    /// whole number there, which `minimum` and `maximum` bound: `jumps:N`.
    public let values: [String]

    /// The parameters of a file, in its order.
    /// - Throws: `FileError` with the line of a declaration that cannot be used.
    public static func all(of file: StoredFile) throws(FileError) -> [Parameter] {
        guard let node = file.frontMatter["parameters"], !node.isNull else { return [] }
        guard let entries = node.entries else {
            throw file.error(at: "parameters", "not a map", mend: "write name: { type: integer, default: 34 }")
        }
        var parameters: [Parameter] = []
        for entry in entries { parameters.append(try Parameter(entry, of: file)) }
        return parameters
    }

    private init(_ entry: YAMLNode.Entry, of file: StoredFile) throws(FileError) {
        func fault(_ line: Int, _ message: String, _ mend: String?) -> FileError {
            FileError(file: file.shownPath, line: line, message: "parameter \(entry.key): \(message)", mend: mend)
        }
        let known = ["type", "list", "default", "description", "minimum", "maximum", "values"]
        guard let keys = entry.value.entries else {
            throw fault(entry.line, "not a map", "write \(entry.key): { type: integer, default: 34 }")
        }
        for key in keys where !known.contains(key.key) {
            throw fault(key.line, "unknown key \"\(key.key)\"", "known are \(known.joined(separator: ", "))")
        }
        let kinds = ColumnKind.allCases.filter { $0 != .json }
        guard let kind = entry.value["type"]?.text.flatMap(ColumnKind.init(rawValue:)), kind != .json else {
            throw fault(
                entry.value["type"]?.line ?? entry.line, "no usable type",
                "give one of \(kinds.map(\.rawValue).joined(separator: ", "))")
        }
        let list = entry.value["list"]
        guard list == nil || (list?.boolean != nil && kind == .integer) else {
            throw fault(list?.line ?? entry.line, "no usable list", "write list: true beside type: integer")
        }
        name = entry.key
        self.kind = kind
        isList = list?.boolean ?? false
        description = entry.value["description"]?.text
        minimum = entry.value["minimum"]?.text.flatMap(Double.init)
        maximum = entry.value["maximum"]?.text.flatMap(Double.init)
        values = entry.value["values"]?.elements?.compactMap(\.text) ?? []
        let standard = entry.value["default"]
        fallback = standard.map { ($0.text ?? $0.listText).map(Fallback.text) ?? .null } ?? .required
        if case .text(let text) = fallback {
            do throws(ParameterError) {
                _ = try value(text, now: 0)
            } catch {
                throw fault(standard?.line ?? entry.line, "its default cannot be used: \(error.reason)", error.mend)
            }
        }
    }

    /// Reads a value as written on the command line or in the configuration.
    /// - Parameter now: what a relative moment (`-2h`) counts from, in Unix seconds.
    public func value(_ text: String, now: Int64) throws(ParameterError) -> Value {
        guard isList else { return try single(text, now: now) }
        var elements: [String] = []
        for element in Self.elements(text) { elements.append(try single(element, now: now).plainText) }
        return .text("[" + elements.joined(separator: ",") + "]")
    }

    private func single(_ text: String, now: Int64) throws(ParameterError) -> Value {
        let value = try parsed(text, now: now)
        var number = value.real ?? value.integer.map(Double.init)
        if !values.isEmpty, !values.contains(text) || text.hasSuffix(Self.numberMark) {
            guard let counted = counted(in: text) else {
                throw ParameterError(name, "\"\(text)\" is not allowed", mend: "give \(values.joined(separator: ", "))")
            }
            number = Double(counted)
        }
        if let minimum, let number, number < minimum {
            throw ParameterError(name, "\(text) is too little", mend: range ?? "the least is \(Self.plain(minimum))")
        }
        if let maximum, let number, number > maximum {
            throw ParameterError(name, "\(text) is too much", mend: range ?? "the most is \(Self.plain(maximum))")
        }
        return value
    }

    private static let numberMark = ":N"

    /// The number of a text such as `jumps:5`, where `jumps:N` is allowed.
    private func counted(in text: String) -> UInt32? {
        for value in values where value.hasSuffix(Self.numberMark) {
            let stem = value.dropLast()
            guard text.hasPrefix(stem) else { continue }
            let digits = text.dropFirst(stem.count)
            if digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt32(digits) { return number }
        }
        return nil
    }

    /// The elements of `[1, 2]` or `1,2`; of a text without anything there are none.
    private static func elements(_ text: String) -> [String] {
        var rest = text[...]
        if rest.first == "[", rest.last == "]" { rest = rest.dropFirst().dropLast() }
        guard rest.contains(where: { !$0.isWhitespace }) else { return [] }
        return rest.split(separator: ",", omittingEmptySubsequences: false).map { part in
            var element = part.drop(while: \.isWhitespace)
            while element.last?.isWhitespace == true { element.removeLast() }
            return String(element)
        }
    }

    /// What may be given where both ends are known.
    private var range: String? {
        guard let minimum, let maximum else { return nil }
        return "give \(Self.plain(minimum)) to \(Self.plain(maximum))"
    }

    /// The value that holds where none is given.
    public func standard(now: Int64) throws(ParameterError) -> Value {
        switch fallback {
        case .required:
            throw ParameterError(
                name, "no value", mend: "give --param \(name)=…" + (description.map { " (\($0))" } ?? ""))
        case .null: return .null
        case .text(let text): return try value(text, now: now)
        }
    }

    private func parsed(_ text: String, now: Int64) throws(ParameterError) -> Value {
        switch kind {
        case .integer:
            if let number = Int64(text) { return .integer(number) }
            throw ParameterError(name, "\"\(text)\" is no whole number", mend: "give digits alone")
        case .real, .isk:
            if let number = Double(text), number.isFinite { return .real(number) }
            throw ParameterError(name, "\"\(text)\" is no number", mend: "give it as 1250000 or 0.5")
        case .boolean:
            let words: [String: Int64] = ["true": 1, "yes": 1, "on": 1, "1": 1, "false": 0, "no": 0, "off": 0, "0": 0]
            if let word = words[text] { return .integer(word) }
            throw ParameterError(name, "\"\(text)\" is neither yes nor no", mend: "give true or false")
        case .timestamp:
            if let moment = Timestamp.moment(text, now: now) { return .integer(moment) }
            throw ParameterError(
                name, "\"\(text)\" is no moment", mend: "give a date, a time (2026-11-24T12:00Z), -2h, yesterday or now"
            )
        case .text, .json: return .text(text)
        }
    }

    private static func plain(_ number: Double) -> String {
        Int64(exactly: number).map(String.init) ?? String(number)
    }
}

/// A value that a parameter cannot take.
public struct ParameterError: Error, Equatable, Sendable, CustomStringConvertible {
    public var parameter: String
    public var reason: String
    public var mend: String?

    public init(_ parameter: String, _ reason: String, mend: String? = nil) {
        self.parameter = parameter
        self.reason = reason
        self.mend = mend
    }

    public var description: String { "parameter \(parameter): \(reason)" + (mend.map { "; \($0)" } ?? "") }
}
