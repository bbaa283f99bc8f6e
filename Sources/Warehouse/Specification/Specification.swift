import FoundationEssentials

/// ESI's own description of its routes.
public struct Specification: Sendable {
    /// The compatibility date that it describes.
    public var version: String { document.info.version }
    private let document: OpenAPIDocument

    /// - Parameter source: the file or URL, for messages.
    /// - Throws: `FileError` for what is no OpenAPI document.
    public init(_ json: [UInt8], source: String) throws(FileError) {
        do {
            document = try JSONDecoder().decode(OpenAPIDocument.self, from: Data(json))
        } catch {
            throw FileError(
                file: source, line: 0, message: "not ESI's specification: \(Self.reason(error))",
                mend: "give its OpenAPI document, as https://esi.evetech.net/meta/openapi.json answers it")
        }
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { $0.intValue.map { "/\($0)" } ?? "/" + $0.stringValue }.joined()
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "no \"\(key.stringValue)\" in \(place(context.codingPath))/"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context.codingPath)) is of another type"
        default: return "no JSON"
        }
    }

    var paths: Dictionary<String, OpenAPIDocument.PathItem>.Keys { document.paths.keys }

    func operation(_ method: RouteTemplate.Method, _ path: String) -> OpenAPIOperation? {
        switch method {
        case .get: document.paths[path]?.get
        case .post: document.paths[path]?.post
        }
    }

    func parameters(of operation: OpenAPIOperation) -> [OpenAPIParameter] {
        (operation.parameters ?? []).map { parameter in
            guard let name = Self.name(parameter.reference, in: "parameters") else { return parameter }
            return document.components?.parameters?[name] ?? parameter
        }
    }

    /// The answer that carries data.
    func answer(of operation: OpenAPIOperation) -> OpenAPIAnswer? {
        let answer = operation.responses?["200"]
        guard let name = Self.name(answer?.reference, in: "responses") else { return answer }
        return document.components?.responses?[name]
    }

    /// What a schema comes to. A reference that leads nowhere leaves it opaque.
    func shape(_ schema: Schema) -> Shape { shape(schema, depth: 0) }

    private func shape(_ schema: Schema, depth: Int) -> Shape {
        // Schemas may contain themselves; only one that *is* itself comes here so often.
        guard depth < 32 else { return Shape() }
        if let reference = schema.reference {
            guard let name = Self.name(reference, in: "schemas"), let target = document.components?.schemas?[name]
            else { return Shape() }
            return shape(target, depth: depth + 1)
        }
        var result = Shape(schema)
        for part in schema.all { result.join(shape(part, depth: depth + 1)) }
        if !schema.alternatives.isEmpty {
            result.join(Shape.either(schema.alternatives.map { shape($0, depth: depth + 1) }))
        }
        return result
    }

    /// `#/components/schemas/X` is X.
    private static func name(_ reference: String?, in section: String) -> String? {
        let prefix = "#/components/\(section)/"
        guard let reference, reference.hasPrefix(prefix) else { return nil }
        return String(reference.dropFirst(prefix.count)).replacing("~1", with: "/").replacing("~0", with: "~")
    }
}
