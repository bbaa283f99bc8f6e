internal import FoundationEssentials
internal import Mustache
public import Warehouse

/// The parts of a message that templates make.
enum TemplatePart: String, Sendable, CaseIterable {
    case subject, txt, html
}

/// What a template is for, by its path below `templates/`.
enum TemplateUse: Sendable, Equatable {
    /// `message.txt.mustache`: the whole mail, whose events are made by the others.
    case message
    /// `event.resolved.txt.mustache`: an event of any rule.
    case event(AlertState?)
    /// `rules/contract-outbid.resolved.txt.mustache`: an event of one rule.
    case rule(String, AlertState?)
}

/// The templates in force: the shipped ones, and the user's, which add to them or replace them by path.
public struct TemplateBook: Sendable {
    /// Files that cannot be used; what they would replace is used instead.
    public private(set) var faults: [FileError] = []
    private var templates: [String: Template] = [:]

    private struct Template: Sendable {
        let file: String
        let use: TemplateUse
        let tags: TemplateTags
        let mustache: MustacheTemplate
    }

    static let folder = "templates/"
    static let suffix = ".mustache"

    /// - Parameter userFolder: the user's `templates/` folder; one that does not exist is an empty one.
    public init(shipped: [String: String] = embeddedFiles, userFolder: String? = nil) {
        for (path, text) in shipped.sorted(by: { $0.key < $1.key })
        where path.hasPrefix(Self.folder) && path.hasSuffix(Self.suffix) {
            take(String(path.dropFirst(Self.folder.count)), file: path, text: text)
        }
        guard let userFolder, let names = try? FileManager.default.subpathsOfDirectory(atPath: userFolder) else {
            return  // no folder: no templates of the user's
        }
        for name in names.sorted() where name.hasSuffix(Self.suffix) {
            let file = userFolder + "/" + name
            guard let data = FileManager.default.contents(atPath: file) else {
                faults.append(FileError(file: file, line: 0, message: "cannot be read", mend: "check its permissions"))
                continue
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                faults.append(FileError(file: file, line: 0, message: "not UTF-8", mend: "save it as UTF-8"))
                continue
            }
            take(name, file: file, text: text)
        }
    }

    private mutating func take(_ name: String, file: String, text: String) {
        do throws(FileError) {
            let (use, part) = try Self.use(of: name, file: file)
            let tags = try TemplateTags(text, file: file)
            let mustache = try Self.parse(text, part, file: file)
            templates[name] = Template(file: file, use: use, tags: tags, mustache: mustache)
        } catch {
            faults.append(error)
        }
    }

    /// Mustache takes what it makes for HTML unless a line in front says otherwise.
    private static func parse(_ text: String, _ part: TemplatePart, file: String) throws(FileError) -> MustacheTemplate
    {
        do {
            return try MustacheTemplate(string: part == .html ? text : "{{% CONTENT_TYPE:TEXT}}\n" + text)
        } catch {
            let error = error as? MustacheTemplate.ParserError
            throw FileError(
                file: file, line: (error?.context.lineNumber ?? 0) - (part == .html ? 0 : 1),
                message: "not Mustache: \(error.map { "\($0.error)" } ?? "cannot be read")",
                mend: "docs/messages.md tells what a template may hold")
        }
    }

    private static func use(of name: String, file: String) throws(FileError) -> (TemplateUse, TemplatePart) {
        let mend =
            "call it message.PART.mustache, event.PART.mustache or rules/RULE.PART.mustache, where PART is subject, txt "
            + "or html; before PART a state may stand: firing, resolved"
        let isRule = name.hasPrefix("rules/")
        var words = name.dropFirst(isRule ? "rules/".count : 0).dropLast(suffix.count).split(separator: ".")
            .map(String.init)
        guard words.count >= 2, let part = TemplatePart(rawValue: words.removeLast()), !words[0].contains("/") else {
            throw FileError(file: file, line: 0, message: "not the name of a template", mend: mend)
        }
        var state: AlertState?
        if words.count == 2 {
            state = AlertState(rawValue: words[1])
            guard state == .firing || state == .resolved else {
                throw FileError(file: file, line: 0, message: "nobody is told of a state \(words[1])", mend: mend)
            }
        }
        switch (isRule, words[0], state) {
        case (true, let rule, _) where words.count <= 2: return (.rule(rule, state), part)
        case (false, "event", _) where words.count <= 2: return (.event(state), part)
        case (false, "message", nil): return (.message, part)
        default: throw FileError(file: file, line: 0, message: "not the name of a template", mend: mend)
        }
    }

    /// Holds what the templates name against what there is to show.
    /// - Parameter columns: of each rule; nil where they are not known, as the rule is broken.
    public func check(_ columns: [String: [String]?]) -> [FileError] {
        var found = faults
        let columns = columns.merging([Blindness.rule: Blindness.columns]) { $1 }
        for (_, template) in templates.sorted(by: { $0.key < $1.key }) {
            do throws(FileError) {
                switch template.use {
                case .message: try template.tags.check(against: MessageText.shape, file: template.file)
                case .event:
                    try template.tags.check(against: EventValues.shape(columns: nil), file: template.file)
                case .rule(let rule, _):
                    guard let columns = columns[rule] else {
                        throw FileError(
                            file: template.file, line: 0, message: "there is no rule \"\(rule)\"",
                            mend: "name the file after one that `esiwh rules list` shows")
                    }
                    try template.tags.check(against: EventValues.shape(columns: columns), file: template.file)
                }
            } catch {
                found.append(error)
            }
        }
        return found
    }

    /// How many there are.
    public var count: Int { templates.count }

    /// The narrowest template for an event: that of its rule and state first.
    func render(_ event: AlertEvent, _ values: [String: Any], _ part: TemplatePart) -> String {
        let names = ["rules/\(event.rule).\(event.state).", "rules/\(event.rule).", "event.\(event.state).", "event."]
        return render(names, values, part)
    }

    func renderMessage(_ values: [String: Any], _ part: TemplatePart) -> String { render(["message."], values, part) }

    private func render(_ names: [String], _ values: [String: Any], _ part: TemplatePart) -> String {
        let template = names.lazy.compactMap { templates[$0 + part.rawValue + Self.suffix] }.first
        return template?.mustache.render(values) ?? ""
    }
}

/// What a delivery says, by the templates.
struct MessageText {
    /// A line.
    let subject: String
    let text: String
    let html: String
    /// Each event by itself.
    let events: [(subject: String, text: String)]

    init(_ events: [AlertEvent], _ templates: TemplateBook) {
        var parts: [(subject: String, text: String)] = []
        var shown: [[String: Any]] = []
        for event in events {
            var values = EventValues(event: event).all
            let subject = Self.line(templates.render(event, values, .subject))
            let text = templates.render(event, values, .txt)
            values["html"] = templates.render(event, values, .html)
            values["subject"] = subject
            values["text"] = text
            shown.append(values)
            parts.append((subject, text))
        }
        var values: [String: Any] = [
            "events": shown, "count": events.count, "is_digest": events.count > 1,
            "firing": events.count { $0.state == .firing }, "resolved": events.count { $0.state == .resolved },
        ]
        if let owner = events.first?.owner { values["owner"] = owner.oneLine }
        self.events = parts
        subject = events.count == 1 ? parts[0].subject : Self.line(templates.renderMessage(values, .subject))
        text = templates.renderMessage(values, .txt)
        html = templates.renderMessage(values, .html)
    }

    static let shape: TemplateShape = {
        guard case .record(var event) = EventValues.shape(columns: nil) else { return .anything }
        for name in ["subject", "text", "html"] { event[name] = .value }
        var members: [String: TemplateShape] = ["events": .record(event)]
        for name in ["count", "is_digest", "firing", "resolved", "owner"] { members[name] = .value }
        return .record(members)
    }()

    /// A subject is one line, however its template is broken into several.
    private static func line(_ text: String) -> String {
        text.oneLine.split(separator: " ").joined(separator: " ")
    }
}
