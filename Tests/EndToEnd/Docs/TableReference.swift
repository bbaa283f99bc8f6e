import FoundationEssentials

@testable import Warehouse

/// The generated parts of docs/tables.md, docs/reports.md and docs/rules.md: the shipped stored SQL files.
enum TableReference {
    static func datasets(_ catalogue: Catalogue) -> String {
        catalogue.datasets.map { dataset in
            var lines = ["### \(dataset.name)", "", sentence(dataset.file), "", facts(dataset), ""]
            lines += ["| column | kind | |", "|---|---|---|"]
            for column in dataset.columns { lines.append(row(column, dataset)) }
            return lines.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    static func rollups(_ catalogue: Catalogue) -> String {
        catalogue.rollups.map { rollup in
            let columns = rollup.columns.map { "| `\($0)` | \(rollup.kinds[$0]?.rawValue ?? "") |" }
            return
                (["### \(rollup.name)", "", sentence(rollup.file), "", "Of `\(rollup.dataset)`.", ""]
                + ["| column | kind |", "|---|---|"] + columns).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    static func files(_ kind: StoredKind, _ library: Library) -> String {
        let sections = library.files(kind).map { file in
            var lines = ["### \(file.name)", "", sentence(file), ""]
            let parameters = file.frontMatter["parameters"]?.entries ?? []
            if !parameters.isEmpty {
                lines += ["| parameter | type | default | |", "|---|---|---|---|"]
                for parameter in parameters { lines.append(row(parameter)) }
                lines.append("")
            }
            return lines.joined(separator: "\n")
        }
        return sections.isEmpty ? "None yet.\n" : sections.joined(separator: "\n")
    }

    private static func sentence(_ file: StoredFile) -> String {
        let title = file.frontMatter["title"]?.text ?? ""
        let description = file.frontMatter["description"]?.text?.trimmed ?? ""
        return title + (title.hasSuffix(".") ? "" : ".") + (description.isEmpty ? "" : "\n\n" + description)
    }

    private static func facts(_ dataset: Dataset) -> String {
        var facts: [String] = []
        switch dataset.source {
        case .route(let route): facts.append("`\(route.method.rawValue) \(route.path)`")
        case .export(let file): facts.append("`\(file)` of the [static data export](static-data.md)")
        }
        facts.append("key: `\(dataset.key.joined(separator: ", "))`")
        switch dataset.lifetime {
        case .changing: if let cache = dataset.cache { facts.append("ESI keeps an answer for \(span(cache))") }
        case .build: break
        case .once: facts.append("fetched once")
        case .refresh(let seconds): facts.append("asked again after \(span(seconds)) where the server's build changed")
        }
        if let retention = dataset.retention {
            let rest = retention.rollups.isEmpty ? "" : ", then `\(retention.rollups.joined(separator: "`, `"))`"
            facts.append("versions are kept for \(span(retention.versions))\(rest)")
        }
        if dataset.absence == .keeps { facts.append("a row that an answer lacks is kept") }
        if let archive = dataset.archive { facts.append("[archives](backfill.md) fill its past: `\(archive.file)`") }
        return facts.joined(separator: "; ") + "."
    }

    private static func row(_ column: DatasetColumn, _ dataset: Dataset) -> String {
        var notes: [String] = []
        if column.isPathParameter { notes.append("from the route") }
        if column.isNullable { notes.append("may be NULL") }
        if let fallback = column.fallback { notes.append("\(fallback.plainText) where ESI leaves it out") }
        return "| `\(column.name)` | \(column.kind.rawValue) | \(notes.joined(separator: "; ")) |"
    }

    private static func row(_ parameter: YAMLNode.Entry) -> String {
        func text(_ key: String) -> String {
            let node = parameter.value[key]
            return (node?.text ?? node?.listText ?? "").split(separator: "\n").joined(separator: " ")
        }
        var notes = text("description")
        if let values = parameter.value["values"]?.elements {
            notes += ": " + values.compactMap(\.text).joined(separator: ", ")
        }
        return "| `\(parameter.key)` | \(text("type")) | \(text("default")) | \(notes) |"
    }

    private static func span(_ seconds: Int64) -> String {
        for (length, name) in [(86_400, "days"), (3600, "hours"), (60, "minutes")] as [(Int64, String)]
        where seconds % length == 0 && seconds >= length {
            return "\(seconds / length) \(seconds == length ? String(name.dropLast()) : name)"
        }
        return "\(seconds) s"
    }
}

extension String {
    fileprivate var trimmed: String {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
