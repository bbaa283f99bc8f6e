import Foundation

/// The part of JSON Schema that ESI's specification uses, to hold answers against it.
struct ESISpecification {
    private let root: [String: Any]

    /// Beside the project, where it is there; the project itself does not need it.
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/esi/openapi.json").path

    static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    init() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.path))
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// What is wrong with an answer of a route, in words; empty where it is as specified.
    func faults(_ method: String, _ route: String, _ body: [UInt8]) throws -> [String] {
        guard let schema = schema(method, route) else { return ["no such route: \(method) \(route)"] }
        let value = try JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
        return faults(value, resolve(schema), "")
    }

    /// The token bucket of a route as X-Ratelimit-Limit writes it; nil where it has none.
    func limit(_ method: String, _ route: String) -> String? {
        guard let limit = operation(method, route)?["x-rate-limit"] as? [String: Any] else { return nil }
        return (limit["max-tokens"] as? Int).map { "\($0)/\(limit["window-size"] as? String ?? "")" }
    }

    private func operation(_ method: String, _ route: String) -> [String: Any]? {
        let paths = root["paths"] as? [String: [String: Any]]
        return paths?[route]?[method.lowercased()] as? [String: Any]
    }

    private func schema(_ method: String, _ route: String) -> [String: Any]? {
        let operation = operation(method, route)
        let answer = (operation?["responses"] as? [String: Any])?["200"] as? [String: Any]
        let content = (answer?["content"] as? [String: Any])?["application/json"] as? [String: Any]
        return content?["schema"] as? [String: Any]
    }

    private func resolve(_ schema: [String: Any]) -> [String: Any] {
        guard let reference = schema["$ref"] as? String else { return schema }
        var node: Any = root
        for part in reference.split(separator: "/").dropFirst() {
            node = (node as? [String: Any])?[String(part)] ?? [:]
        }
        return resolve(node as? [String: Any] ?? [:])
    }

    private func faults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        switch schema["type"] as? String {
        case "array":
            guard let values = value as? [Any] else { return ["\(path): no array"] }
            let items = resolve(schema["items"] as? [String: Any] ?? [:])
            return values.enumerated().flatMap { faults($1, items, "\(path)/\($0)") }
        case nil where schema["oneOf"] != nil:
            let choices = (schema["oneOf"] as? [[String: Any]] ?? []).map { faults(value, resolve($0), path) }
            return choices.contains([]) ? [] : choices.min { $0.count < $1.count } ?? []
        case "object": return objectFaults(value, schema, path)
        case "integer":
            guard let number = value as? NSNumber else { return ["\(path): no integer"] }
            return number.doubleValue == number.doubleValue.rounded() ? [] : ["\(path): \(number) is not whole"]
        case "number": return value is NSNumber ? [] : ["\(path): no number"]
        case "boolean": return value is Bool ? [] : ["\(path): no boolean"]
        case "string": return textFaults(value, schema, path)
        default: return []
        }
    }

    private func objectFaults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(path): no object"] }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        var found = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(path)/\($0): missing"
        }
        for (name, value) in object {
            if let property = properties[name] {
                found += faults(value, resolve(property), "\(path)/\(name)")
            } else {
                found.append("\(path)/\(name): not in the specification")
            }
        }
        return found
    }

    private func textFaults(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
        guard let text = value as? String else { return ["\(path): no text"] }
        if let words = schema["enum"] as? [String], !words.contains(text) {
            return ["\(path): \(text) is not in the enum"]
        }
        if schema["format"] as? String == "date-time", text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) == nil {
            return ["\(path): \(text) is no time"]
        }
        return []
    }
}
