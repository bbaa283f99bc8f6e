extension Dataset {
    /// How the route's answers become this dataset's rows.
    public func decodePlan() -> DecodePlan {
        DecodePlan(
            fields: columns.filter { !$0.isPathParameter }.map {
                Field(name: $0.name, kind: $0.kind, mayBeAbsent: $0.isNullable, fallback: $0.fallback)
            },
            rows: rows, ignored: Set(route?.parameters ?? []))
    }
}
