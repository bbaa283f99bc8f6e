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
        for parameter in parameters where parameter.fallback == .required {
            // A rule is a view, and nobody hands a view its parameters.
            throw file.error(at: "parameters", "parameter \(parameter.name) has no default", mend: "give it one")
        }
    }

    /// The rule's query with its parameters at their values.
    /// - Parameters:
    ///   - settings: values by parameter, as written; the others stand at their defaults.
    ///   - now: what relative moments count from, in Unix seconds.
    /// - Throws: `ParameterError` for a value that cannot be used or a parameter that does not exist.
    public func sql(settings: [String: String], now: Int64) throws(ParameterError) -> String {
        let names = parameters.map(\.name)
        for name in settings.keys.sorted() where !names.contains(name) {
            let mend = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
            throw ParameterError(name, "the rule \(self.name) has no such parameter", mend: mend)
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
        return SQLText.substitute(literals, in: file.body)
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
