internal import Warehouse

/// One key of `esiwh.yaml`. The table below is the only place that knows them: reading, the environment, `--set`, the
/// template that `init` writes and the test of the docs all go by it.
struct ConfigurationKey: Sendable {
    /// As in `owners.characters`.
    let name: String
    /// What it is, in a line.
    let help: String
    /// The default, as one would write it.
    let standard: String
    /// A value to show in the template.
    let example: String
    /// Reads a value, or says what is wrong with it.
    let read: @Sendable (RawSetting, inout Configuration) throws(ConfigurationError) -> Void

    /// `owners.characters` is `ESIWH_OWNERS_CHARACTERS`.
    var environmentName: String {
        "ESIWH_" + name.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    static let all = warehouse + messages

    /// The keys of what is asked for and how it is judged.
    private static let warehouse: [ConfigurationKey] = [
        ConfigurationKey(
            name: "contact", help: "how CCP reaches you; goes into the User-Agent of each request to ESI",
            standard: "none; the real ESI is not asked without one", example: "you@example.com"
        ) { raw, result throws(ConfigurationError) in result.contact = try raw.contact() },
        ConfigurationKey(
            name: "esi.url", help: "where ESI is", standard: "https://esi.evetech.net",
            example: "https://esi.evetech.net"
        ) { raw, result throws(ConfigurationError) in result.esiURL = try raw.url() },
        ConfigurationKey(
            name: "esi.ca", help: "a file of certificates (PEM) to trust for esi.url, instead of the system's",
            standard: "the system's", example: "ca.pem"
        ) { raw, result throws(ConfigurationError) in result.esiCA = try raw.path() },
        ConfigurationKey(
            name: "regions", help: "whose order books and public contracts are tracked; `all` for every region",
            standard: "[10000002]", example: "[10000002]"
        ) { raw, result throws(ConfigurationError) in result.regions = try raw.regions() },
        ids("owners.characters", "character ids that are yours", \.ownCharacters, "[90000001]"),
        ids("owners.corporations", "corporation ids that are yours", \.ownCorporations, "[98000001]"),
        ids("owners.orders", "market order ids that are yours, for order-undercut", \.ownOrders, "[6500000001]"),
        ids("friends.characters", "character ids whose offers never count as rivals", \.friendCharacters, "[]"),
        ids("friends.corporations", "corporation ids of friends", \.friendCorporations, "[]"),
        ids("friends.alliances", "alliance ids of friends", \.friendAlliances, "[]"),
        ids("watch.types", "item types whose price history is kept beside that of your own", \.watchedTypes, "[34]"),
        ConfigurationKey(
            name: "rules", help: "values for the rules' parameters and how their alerts live (`esiwh rules list`)",
            standard: "{}", example: "{ contract-outbid: { scope: region, for: 0m, repeat: 24h } }"
        ) { raw, result throws(ConfigurationError) in
            for (rule, parameters) in try raw.rules() {
                result.rules[rule, default: [:]].merge(parameters) { $1 }
            }
        },
    ]

    private static func ids(
        _ name: String, _ help: String, _ path: any WritableKeyPath<Configuration, [Int64]> & Sendable,
        _ example: String
    ) -> ConfigurationKey {
        ConfigurationKey(name: name, help: help, standard: "[]", example: example) {
            raw, result throws(ConfigurationError) in
            result[keyPath: path] = try raw.ids()
        }
    }
}

/// A value as it was written, with its key and place.
struct RawSetting {
    let key: String
    let place: Place
    let node: YAMLNode

    func error(_ message: String, mend: String? = nil) -> ConfigurationError {
        ConfigurationError(place, "\(key): \(message)", mend: mend)
    }

    func text(_ mend: String) throws(ConfigurationError) -> String {
        guard let text = node.text, !text.isEmpty else {
            throw error(node.isNull ? "no value" : "not a text", mend: mend)
        }
        return text
    }

    func contact() throws(ConfigurationError) -> String {
        let mend = "give a mail address, a character's name or a web address of yours"
        let text = try text(mend)
        // It becomes part of a header: a line end in it would begin another one.
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7f }), text.count >= 3 else {
            throw error("\"\(text.withVisibleControls())\" is no contact", mend: mend + ", in ASCII")
        }
        guard text != "you@example.com" else { throw error("still the example", mend: mend) }
        return text
    }

    func url() throws(ConfigurationError) -> String {
        let mend = "write it as https://host or http://127.0.0.1:8080"
        var text = try text(mend)
        while text.last == "/" { text.removeLast() }
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
        guard let scheme, text.utf8.count > scheme.utf8.count,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"?#@\"<>".utf8.contains($0) })
        else { throw error("\"\(text.withVisibleControls())\" is no address", mend: mend) }
        return text
    }

    /// A path, seen from the file that names it.
    func path() throws(ConfigurationError) -> String {
        let text = try text("give the path of a file")
        guard !text.hasPrefix("/"), place.line > 0, let slash = place.source.lastIndex(of: "/") else { return text }
        return place.source[...slash] + text
    }

    func regions() throws(ConfigurationError) -> Configuration.Regions {
        if node.text == "all" { return .all }
        let ids = try ids(mend: "write a list of region ids, or all")
        guard !ids.isEmpty else { throw error("no region", mend: "name one at least, or all") }
        return .some(ids)
    }

    func ids(mend: String = "write a list of ids: [90000001, 90000002]") throws(ConfigurationError) -> [Int64] {
        if node.isNull { return [] }
        let elements = node.elements ?? [node]
        var ids: [Int64] = []
        for element in elements {
            guard let id = element.integer, id > 0 else {
                let shown = element.text.map { "\"\($0.withVisibleControls())\" is no id" } ?? "not a list of ids"
                throw ConfigurationError(
                    Place(source: place.source, line: line(of: element)), "\(key): \(shown)", mend: mend)
            }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    func rules() throws(ConfigurationError) -> [String: [String: Configuration.Setting]] {
        let mend = "write { contract-outbid: { scope: region } }"
        if node.isNull { return [:] }
        guard let rules = node.entries else { throw error("not a map of rules", mend: mend) }
        var result: [String: [String: Configuration.Setting]] = [:]
        for rule in rules {
            if rule.value.isNull { continue }
            guard let parameters = rule.value.entries else {
                throw ConfigurationError(
                    Place(source: place.source, line: line(of: rule.value)),
                    "rules.\(rule.key): not a map of parameters", mend: mend)
            }
            for parameter in parameters {
                let place = Place(source: place.source, line: line(of: parameter.value))
                guard let text = parameter.value.text ?? parameter.value.listText else {
                    throw ConfigurationError(
                        place, "rules.\(rule.key).\(parameter.key): neither a value nor a list of them", mend: mend)
                }
                result[rule.key, default: [:]][parameter.key] = .init(text: text, place: place)
            }
        }
        return result
    }

    /// Lines are known in a file only.
    private func line(of node: YAMLNode) -> Int { place.line > 0 ? node.line : 0 }
}
