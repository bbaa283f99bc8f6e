/// Where a dataset's file and ESI's specification disagree, and what mends it.
public struct SpecificationFinding: Sendable, Equatable, CustomStringConvertible {
    public enum Severity: String, Sendable, CaseIterable {
        /// An ingest fails, or what it keeps is wrong or lacks something.
        case error
        /// It works until ESI does what it reserves the right to do, or wastes something.
        case warning
        /// Worth knowing.
        case note
    }

    public enum Kind: String, Sendable, CaseIterable {
        /// No such route, or one that is on its way out.
        case route
        /// A declared column that the answer lacks.
        case column
        /// A value of another type than the column's.
        case type
        /// NOT NULL where ESI promises nothing, or the reverse.
        case absence
        /// A parameter of the route: required and not sent, sent and not known, of another type.
        case parameter
        /// A word that is not among those of an enum.
        case word
        /// A member of the answer that no dataset of the route takes.
        case field
        case cache, group, paging
        /// The route wants a token.
        case token
        /// A schema that says nothing to hold the dataset against.
        case schema
    }

    public let dataset: String
    public let severity: Severity
    public let kind: Kind
    /// File and line, what is the matter, and the mend.
    public let place: FileError

    public var description: String { "\(place) [\(severity.rawValue): \(kind.rawValue)]" }
}
