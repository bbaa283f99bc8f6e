internal import Warehouse

/// How a rule's alerts live: from the rule's front matter, and the configuration above it.
public struct AlertPolicy: Sendable, Equatable {
    /// `for`: how long the verdicts must have been firing before the alert does, in seconds.
    public var pending: Int64 = 0
    /// `keep_firing_for`: how long they must have been clear before it ends.
    public var keepFiring: Int64 = 0
    /// `repeat`: after how long an alert that fires still is told again; nil for never.
    public var repeats: Int64? = 86_400
    public var severity = Severity.warning
    public var labels: [String: String] = [:]
    /// Columns of which another value is told again while the alert fires.
    public var renotify: [String] = []
    /// The column that says whose alert it is.
    public var owner: String?
    /// How long the rule may stay blind before that is an alert of its own.
    public var maxAge: Int64 = 86_400
    /// Reasons of `unknown` that waiting does not cure: they are no blindness.
    public var undecidable: Set<String> = []

    public init() {}

    /// A setting that the configuration may give for every rule, beside the rule's parameters.
    struct Setting: Sendable {
        var name: String
        /// What may be given, for people.
        var allowed: String
        /// Takes a value; false where it is none.
        var take: @Sendable (String, inout AlertPolicy) -> Bool
    }

    static let settings: [Setting] = [
        duration("for", \.pending),
        duration("keep_firing_for", \.keepFiring),
        Setting(name: "repeat", allowed: "1m to 365d, or never") { text, policy in
            guard text != "never" else {
                policy.repeats = nil
                return true
            }
            guard let seconds = seconds(text), seconds >= 60 else { return false }
            policy.repeats = seconds
            return true
        },
        duration("max_age", \.maxAge),
        Setting(name: "severity", allowed: Severity.allCases.map(\.rawValue).joined(separator: ", ")) { text, policy in
            guard let severity = Severity(rawValue: text) else { return false }
            policy.severity = severity
            return true
        },
        Setting(name: "renotify", allowed: "columns of the rule, as in [rival_contract_id, rival_unit_price]") {
            $1.renotify = names($0)
            return true
        },
    ]

    private static func duration(
        _ name: String, _ path: any WritableKeyPath<AlertPolicy, Int64> & Sendable
    ) -> Setting {
        Setting(name: name, allowed: "0m to 365d") { text, policy in
            guard let seconds = seconds(text) else { return false }
            policy[keyPath: path] = seconds
            return true
        }
    }

    /// `90s`, `10m`, `1d12h`; a bare 0 as well.
    private static func seconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        return Timestamp.span(text).flatMap { $0 <= 365 * 86_400 ? $0 : nil }
    }

    /// `[a, b]` or `a,b` as a list.
    private static func names(_ text: String) -> [String] {
        text.split { ",[ ]".contains($0) }.map(String.init)
    }

    /// As the front matter has it.
    init(_ file: StoredFile) throws(FileError) {
        for setting in Self.settings {
            guard let node = file.frontMatter[setting.name], !node.isNull else { continue }
            let text = node.text ?? node.listText
            guard let text, setting.take(text, &self) else {
                throw file.error(
                    at: setting.name, "\(setting.name): \"\(text ?? "")\" is not allowed",
                    mend: "give \(setting.allowed)")
            }
        }
        owner = file.frontMatter["owner"]?.text
        undecidable = Set(file.frontMatter["undecidable"]?.elements?.compactMap(\.text) ?? [])
        guard let node = file.frontMatter["labels"], !node.isNull else { return }
        guard let entries = node.entries else {
            throw file.error(at: "labels", "labels: no names and values", mend: "write labels: { area: contracts }")
        }
        for entry in entries { labels[entry.key] = entry.value.text ?? "" }
    }

    /// What holds, as one would write it: `severity=warning for=0m …`.
    public var summary: String {
        let spans = [("for", pending), ("keep_firing_for", keepFiring), ("repeat", repeats), ("max_age", maxAge)]
        let texts = spans.map { "\($0)=\($1.map(Self.span) ?? "never")" }
        let names = renotify.isEmpty ? [] : ["renotify=\(renotify.joined(separator: ","))"]
        return (["severity=\(severity)"] + texts + names).joined(separator: " ")
    }

    /// `24h`, `90m`, `45s`: in the largest unit that it is a whole number of.
    private static func span(_ seconds: Int64) -> String {
        let units: [(length: Int64, name: String)] = [(3600, "h"), (60, "m")]
        let unit = units.first { seconds % $0.length == 0 && seconds > 0 }
        return unit.map { "\(seconds / $0.length)\($0.name)" } ?? (seconds == 0 ? "0m" : "\(seconds)s")
    }

    /// Takes a value of the configuration.
    /// - Returns: false where there is no such setting.
    mutating func take(_ name: String, _ text: String) throws(ParameterError) -> Bool {
        guard let setting = Self.settings.first(where: { $0.name == name }) else { return false }
        guard setting.take(text, &self) else {
            throw ParameterError(name, "\"\(text)\" is not allowed", mend: "give \(setting.allowed)")
        }
        return true
    }
}
