import FoundationEssentials

// The part of OpenAPI 3.1 and JSON Schema that says what a dataset can expect. Vendors add members as they like, so
// what is not named here is passed over.

struct OpenAPIDocument: Decodable, Sendable {
    struct Info: Decodable, Sendable {
        var version: String
    }

    struct Components: Decodable, Sendable {
        var schemas: [String: Schema]?
        var parameters: [String: OpenAPIParameter]?
        var responses: [String: OpenAPIAnswer]?
    }

    struct PathItem: Decodable, Sendable {
        var get: OpenAPIOperation?
        var post: OpenAPIOperation?
    }

    /// The version of OpenAPI; a document without it is something else.
    var openapi: String
    var info: Info
    var paths: [String: PathItem]
    var components: Components?
}

/// What ESI calls a route.
struct OpenAPIOperation: Decodable, Sendable {
    struct RateLimit: Decodable, Sendable {
        var group: String?
    }

    struct Body: Decodable, Sendable {
        var content: [String: OpenAPIMedia]?
    }

    var parameters: [OpenAPIParameter]?
    var requestBody: Body?
    var responses: [String: OpenAPIAnswer]?
    var security: [[String: [String]]]?
    var deprecated: Bool?
    var cacheAge: Int64?
    var rateLimit: RateLimit?
    /// "cursor" where the list is walked by tokens.
    var pagination: String?

    enum CodingKeys: String, CodingKey {
        case parameters, requestBody, responses, security, deprecated
        case cacheAge = "x-cache-age"
        case rateLimit = "x-rate-limit"
        case pagination = "x-pagination"
    }

    /// The scopes that a token must have; nil for a public route.
    var scopes: [String]? {
        guard let security, !security.isEmpty, !security.contains(where: \.isEmpty) else { return nil }
        return Set(security.flatMap { $0.values.flatMap { $0 } }).sorted()
    }
}

struct OpenAPIParameter: Decodable, Sendable {
    var reference: String?
    var name: String?
    var place: String?
    var required: Bool?
    var schema: Schema?

    enum CodingKeys: String, CodingKey {
        case name, required, schema
        case place = "in"
        case reference = "$ref"
    }
}

struct OpenAPIAnswer: Decodable, Sendable {
    /// Only the headers' names matter here.
    struct Header: Decodable, Sendable {}

    var reference: String?
    var content: [String: OpenAPIMedia]?
    var headers: [String: Header]?

    enum CodingKeys: String, CodingKey {
        case content, headers
        case reference = "$ref"
    }
}

struct OpenAPIMedia: Decodable, Sendable {
    var schema: Schema?
}

/// A JSON Schema as written; `Shape` is what it comes to.
final class Schema: Decodable, Sendable {
    let reference: String?
    /// With "null" where the value may be null.
    let types: Set<String>
    let format: String?
    let words: [String]?
    let properties: [String: Schema]
    let required: Set<String>
    let items: Schema?
    let all: [Schema]
    let alternatives: [Schema]
    let maxItems: Int?

    private enum Key: String, CodingKey {
        case type, format, properties, required, items, allOf, oneOf, anyOf, maxItems, nullable
        case words = "enum"
        case reference = "$ref"
    }

    init(from decoder: any Decoder) throws {
        // `true` is the schema that anything fits.
        let members = try? decoder.container(keyedBy: Key.self)
        func member<T: Decodable>(_ key: Key, _ type: T.Type) throws -> T? {
            try members?.decodeIfPresent(type, forKey: key)
        }
        reference = try member(.reference, String.self)
        var types = Set(try member(.type, OneOrMany.self)?.texts ?? [])
        if try member(.nullable, Bool.self) == true { types.insert("null") }
        self.types = types
        format = try member(.format, String.self)
        words = try member(.words, [Word].self)?.compactMap(\.text)
        properties = try member(.properties, [String: Schema].self) ?? [:]
        required = Set(try member(.required, [String].self) ?? [])
        items = try member(.items, Schema.self)
        all = try member(.allOf, [Schema].self) ?? []
        alternatives = try member(.oneOf, [Schema].self) ?? member(.anyOf, [Schema].self) ?? []
        maxItems = try member(.maxItems, Int.self)
    }

    /// The schema that fits what any of these fits.
    init(anyOf alternatives: [Schema]) {
        (reference, types, format, words, properties, required) = (nil, [], nil, nil, [:], [])
        (items, all, maxItems) = (nil, [], nil)
        self.alternatives = alternatives
    }

    /// `type` is one name or a list of them.
    private struct OneOrMany: Decodable {
        var texts: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                texts = [text]
            } else {
                texts = try container.decode([String].self)
            }
        }
    }

    /// A member of an enum: a text, or something that no column's text equals.
    private struct Word: Decodable {
        var text: String?

        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }
}
