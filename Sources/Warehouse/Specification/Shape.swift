/// What a schema comes to: references followed, parts joined, alternatives laid over each other.
struct Shape: Sendable {
    /// Of JSON, without "null"; empty where the schema does not tell.
    var types: Set<String> = []
    var formats: Set<String> = []
    var isNullable = false
    var properties: [String: Schema] = [:]
    /// Members that every alternative promises.
    var required: Set<String> = []
    var items: Schema?
    /// The words of an enum, where the value is one.
    var words: [String]?
    var maxItems: Int?

    private var saysNothing: Bool { types.isEmpty && !isNullable }
    private var isNull: Bool { types.isEmpty && isNullable }

    /// Nothing is known of the value.
    var isOpaque: Bool { types.isEmpty && properties.isEmpty && items == nil }
    var isArray: Bool { types == ["array"] }
    var isObject: Bool { types == ["object"] }
    /// A plain value, neither array nor object.
    var isPlain: Bool { !types.isEmpty && types.isDisjoint(with: ["array", "object"]) }

    init() {}

    init(_ schema: Schema) {
        isNullable = schema.types.contains("null")
        types = schema.types.subtracting(["null"])
        if types.isEmpty, !schema.properties.isEmpty { types = ["object"] }
        if types.isEmpty, schema.items != nil { types = ["array"] }
        if let format = schema.format { formats = [format] }
        (properties, required, items) = (schema.properties, schema.required, schema.items)
        (words, maxItems) = (schema.words, schema.maxItems)
    }

    /// `allOf`: what both say.
    mutating func join(_ other: Shape) {
        formats.formUnion(other.formats)
        // Where one of them says nothing about null, the other decides.
        isNullable = saysNothing ? other.isNullable : other.saysNothing ? isNullable : isNullable && other.isNullable
        types = types.isEmpty ? other.types : types
        properties.merge(other.properties) { mine, _ in mine }
        required.formUnion(other.required)
        items = items ?? other.items
        words = words ?? other.words
        maxItems = maxItems ?? other.maxItems
    }

    /// `oneOf`, `anyOf`: what one or the other says. A member is promised only where each of them promises it.
    static func either(_ shapes: [Shape]) -> Shape {
        var result = Shape()
        let values = shapes.filter { !$0.isNull }
        result.isNullable = values.count < shapes.count
        for (index, shape) in values.enumerated() {
            result.types.formUnion(shape.types)
            result.formats.formUnion(shape.formats)
            result.isNullable = result.isNullable || shape.isNullable
            result.properties.merge(shape.properties) { Schema(anyOf: [$0, $1]) }
            result.required = index == 0 ? shape.required : result.required.intersection(shape.required)
            result.items = result.items ?? shape.items
        }
        let words = values.map(\.words)
        if !words.contains(where: { $0 == nil }) { result.words = words.flatMap { $0 ?? [] } }
        return result
    }
}
