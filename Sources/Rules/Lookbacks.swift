internal import SQLite
public import Warehouse

extension RuleBook {
    /// The datasets whose past the rules need, and how far.
    ///
    /// What `lookback` says in a rule's file holds for every dataset that the rule reads, also through views. A rule that
    /// reads old versions without saying how far back needs all of them; so does one with a lookback that does not run, for
    /// who knows what it reads.
    public func lookbacks(over catalogue: Catalogue, now: Int64) throws -> [Lookback] {
        let session = try Session(inMemory: catalogue, now: now)
        session.makeViews(
            rules.compactMap { rule in
                // Defaults that do not fit are told by `esiwh rules check`; what reads such a rule does not run here.
                (try? rule.sql(settings: [:], now: now)).map { .init(name: rule.viewName, sql: $0) }
            })
        return try rules.flatMap { rule -> [Lookback] in
            let seconds = try rule.file.seconds("lookback")
            // A statement that cannot be prepared does not tell what it reads.
            let tables = try? Guard.tablesRead(by: "SELECT * FROM \(rule.viewName)", on: session.connection)
            return catalogue.datasets.compactMap { dataset -> Lookback? in
                let isRead =
                    tables?.contains { catalogue.dataset(ofTable: $0)?.name == dataset.name } ?? (seconds != nil)
                guard isRead else { return nil }
                if let seconds { return Lookback(name: rule.name, dataset: dataset.name, seconds: seconds) }
                guard tables?.contains(dataset.historyName) == true else { return nil }
                return Lookback(name: rule.name, dataset: dataset.name, seconds: now)
            }
        }
    }
}
