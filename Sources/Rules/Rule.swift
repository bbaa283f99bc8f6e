internal import SQLite
public import Warehouse

/// A stored query whose rows are verdicts: key columns, `state`, `reason`, and what the message needs.
public struct Rule: Sendable {
    public let file: StoredFile
    /// The columns that tell what a verdict is about; no two rows may share their values.
    public let key: [String]
    public let parameters: [Parameter]
    /// The declared meanings of result columns.
    public let columns: [String: ColumnKind]
    /// How its alerts live unless the configuration says otherwise.
    private let standardPolicy: AlertPolicy

    public var name: String { file.name }
    public var title: String { file.frontMatter["title"]?.text ?? name }
    /// `contract-outbid` is the view `rule_contract_outbid`.
    public var viewName: String { Self.viewName(name) }

    static func viewName(_ name: String) -> String {
        "rule_" + name.map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// - Throws: `FileError` where the front matter cannot be used.
    public init(_ file: StoredFile) throws(FileError) {
        self.file = file
        parameters = try Parameter.all(of: file)
        columns = Dictionary(try file.columnKinds().map { ($0.name, $0.kind) }) { first, _ in first }
        guard let node = file.frontMatter["key"], let elements = node.elements, !elements.isEmpty else {
            throw file.error(
                at: "key", "no key", mend: "name the columns that tell the verdicts apart: key: [contract_id]")
        }
        key = elements.compactMap(\.text)
        standardPolicy = try AlertPolicy(file)
        guard file.name != Blindness.rule else {
            throw file.error("\(file.name) is the name of the alerts on blind rules", mend: "rename the file")
        }
        let taken = AlertPolicy.settings.map(\.name).filter { $0 != "max_age" }
        for parameter in parameters {
            if taken.contains(parameter.name) {
                throw file.error(
                    at: "parameters", "\(parameter.name) is a setting of every rule", mend: "rename the parameter")
            }
            // A rule is a view, and nobody hands a view its parameters.
            guard parameter.fallback != .required else {
                throw file.error(at: "parameters", "parameter \(parameter.name) has no default", mend: "give it one")
            }
        }
    }

    /// How its alerts live.
    ///
    /// A parameter `max_age`, in whole hours, is also how long the rule may stay blind.
    /// - Parameter settings: values by setting or parameter, as written.
    /// - Throws: `ParameterError` for a value that cannot be used.
    public func policy(settings: [String: String]) throws(ParameterError) -> AlertPolicy {
        var policy = standardPolicy
        for (name, text) in settings where !parameters.contains(where: { $0.name == name }) {
            _ = try policy.take(name, text)
        }
        if let parameter = parameters.first(where: { $0.name == "max_age" }) {
            let text = settings["max_age"]
            let value = if let text { try parameter.value(text, now: 0) } else { try parameter.standard(now: 0) }
            if let hours = value.integer { policy.maxAge = hours * 3600 }
        }
        return policy
    }

    /// The rule's query with its parameters at their values.
    /// - Parameters:
    ///   - settings: values by parameter, as written; the others stand at their defaults.
    ///   - now: what relative moments count from, in Unix seconds.
    /// - Throws: `ParameterError` for a value that cannot be used or a parameter that does not exist.
    public func sql(settings: [String: String], now: Int64) throws(ParameterError) -> String {
        try substituted(settings, in: file.body, now: now)
    }

    /// SQL with the rule's parameters at their values.
    func substituted(
        _ settings: [String: String], in sql: String, now: Int64
    ) throws(ParameterError) -> String {
        let names = parameters.map(\.name) + AlertPolicy.settings.map(\.name)
        for name in settings.keys.sorted() where !names.contains(name) {
            throw ParameterError(
                name, "the rule \(self.name) has no such parameter",
                mend: "it has \(names.joined(separator: ", "))")
        }
        var literals: [String: String] = [:]
        for parameter in parameters {
            let value: Value
            if let text = settings[parameter.name] {
                value = try parameter.value(text, now: now)
            } else {
                value = try parameter.standard(now: now)
            }
            literals[parameter.name] = value.sqlLiteral
        }
        return SQLText.substitute(literals, in: sql)
    }
}

/// The rules of a library.
public struct RuleBook: Sendable {
    /// By name.
    public let rules: [Rule]
    /// Rule files that cannot be used; the others work.
    public let faults: [FileError]

    public init(_ library: Library) {
        var rules: [Rule] = []
        var faults: [FileError] = []
        for file in library.files(.rule) {
            do throws(FileError) {
                let rule = try Rule(file)
                if let other = rules.first(where: { $0.viewName == rule.viewName }) {
                    throw file.error(
                        "its view \(rule.viewName) is also that of \(other.name)", mend: "rename one of them")
                }
                rules.append(rule)
            } catch {
                faults.append(error)
            }
        }
        self.rules = rules
        self.faults = faults
    }

    public func rule(_ name: String) -> Rule? { rules.first { $0.name == name } }
}
