internal import Rules
internal import SQLite
internal import Warehouse

extension Configuration {
    /// What SQL can see of the configuration.
    var settings: Settings {
        func parties(_ kind: String, _ ids: [Int64]) -> [Settings.Party] { ids.map { .init(kind: kind, id: $0) } }
        let regions: Settings.Regions =
            switch regions {
            case .all: .all
            case .some(let ids): .some(ids)
            }
        return Settings(
            owners: parties("character", ownCharacters) + parties("corporation", ownCorporations)
                + parties("order", ownOrders),
            friends: parties("character", friendCharacters) + parties("corporation", friendCorporations)
                + parties("alliance", friendAlliances),
            regions: regions, watchedTypes: watchedTypes)
    }
}

/// A session with what it was opened by.
struct OpenSession {
    let session: Session
    let rules: RuleBook
    /// Stored files that cannot be used.
    let faults: [FileError]
    /// What relative moments count from: the moment asked for, else now.
    let moment: Int64
}

extension Context {
    /// Opens the warehouse for reading, with the rules' views at their configured parameters.
    ///
    /// Only the stored files that are needed are read: a query of one row is to be answered in 20 ms.
    /// - Parameters:
    ///   - asOf: as given by `--as-of`; nil for now.
    ///   - sql: what will run; the rules' views are made only where it, or a shared view, names one. Nil: always.
    func session(asOf text: String?, for sql: String? = nil) throws -> OpenSession {
        let configuration = try configuration()
        // As of a past moment all tables are shown as they were then, whatever is asked.
        let catalogue = Catalogue(library([.dataset, .view, .rollup], for: text == nil ? sql : nil))
        let views = catalogue.library.files(.view)
        let isNamed = sql?.contains("rule_") != false || views.contains { $0.body.contains("rule_") }
        // A setting that fits no rule is an error, whatever runs.
        let rules = library(isNamed || !configuration.rules.isEmpty ? [.rule] : [])
        let book = RuleBook(rules)
        let faults = catalogue.faults + (rules.faults + book.faults).filter { !catalogue.faults.contains($0) }
        for fault in faults { try complain("\(fault)") }
        let asOf = try text.map { try moment($0) }
        let base = asOf ?? clock.now
        let session = try Session(
            path: paths.warehouse, catalogue: catalogue, settings: configuration.settings,
            rules: try self.views(of: book, configuration, at: base), asOf: asOf)
        for name in session.brokenViews.keys.sorted() where !book.rules.contains(where: { $0.viewName == name }) {
            try complain(session.brokenViews[name] ?? name)
        }
        return OpenSession(session: session, rules: book, faults: faults, moment: base)
    }

    /// The moment that a text names; a number is a snapshot's.
    func moment(_ text: String) throws -> Int64 {
        switch try MomentText(text, now: clock.now) {
        case .moment(let moment): return moment
        case .snapshot(let id):
            let found = try Session.moment(ofSnapshot: id, path: paths.warehouse)
            guard let found else {
                throw CommandError(
                    .usage, "there is no snapshot \(id) that observed anything",
                    mend: "esiwh query 'SELECT id, dataset, partition, observed_at FROM snapshots' lists them")
            }
            return found
        }
    }

    /// The rules' views. A setting that no rule takes is an error at its place in the configuration.
    func views(
        of book: RuleBook, _ configuration: Configuration, at moment: Int64
    ) throws -> [Session.View] {
        for (name, parameters) in configuration.rules where book.rule(name) == nil {
            guard let place = parameters.values.first?.place else { continue }
            let names = book.rules.map(\.name).joined(separator: ", ")
            throw ConfigurationError(place, "there is no rule \"\(name)\"", mend: "there are \(names)")
        }
        return try book.rules.map { rule in
            let settings = configuration.rules[rule.name] ?? [:]
            do throws(ParameterError) {
                _ = try rule.policy(settings: settings.mapValues(\.text))
                return Session.View(
                    name: rule.viewName, sql: try rule.sql(settings: settings.mapValues(\.text), now: moment))
            } catch {
                let place = settings[error.parameter]?.place ?? Place(source: rule.file.shownPath)
                throw ConfigurationError(
                    place, "rules.\(rule.name).\(error.parameter): \(error.reason)", mend: error.mend)
            }
        }
    }
}
