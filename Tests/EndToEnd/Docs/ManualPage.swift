import FoundationEssentials

@testable import esiwh

/// docs/esiwh.1 in mdoc, from the same source as `--help`.
enum ManualPage {
    static func mdoc(_ tree: CommandTree) -> String {
        let commands = tree.command.all
        var lines = [
            #".\" Written by ./dev docs from what --help says."#,
            ".Dd November 24, 2026", ".Dt ESIWH 1", ".Os",
            ".Sh NAME", ".Nm esiwh", ".Nd \(plain(tree.command.abstract ?? ""))",
            ".Sh SYNOPSIS", ".Nm", ".Ar command", ".Op Ar options",
            ".Sh DESCRIPTION",
        ]
        lines += text(tree.command.discussion ?? "")
        lines += [".Pp", "The options of every command are as follows:"]
        lines += list(commands.first { !$0.common.isEmpty }?.common ?? [])
        lines.append(".Sh COMMANDS")
        for command in commands.dropFirst() {
            lines += [".Ss \(escaped(command.fullName))", plain(command.abstract ?? "") + "."]
            lines += [".Pp", ".Dl \(escaped(command.usage))"]
            if let discussion = command.discussion, !discussion.isEmpty { lines += [".Pp"] + text(discussion) }
            if !command.own.isEmpty { lines += list(command.own) }
        }
        lines += tail
        return lines.joined(separator: "\n") + "\n"
    }

    private static var tail: [String] {
        var lines = [".Sh ENVIRONMENT", ".Bl -tag -width Ds"]
        for key in ConfigurationKey.all { lines += [".It Ev \(key.environmentName)", escaped(key.help)] }
        lines += [
            ".It Ev ESIWH_HOME", "the folder of configuration and data",
            ".It Ev ESIWH_NOW", "the moment that the program's clock begins at, for demonstrations and tests", ".El",
            ".Sh FILES", ".Bl -tag -width Ds", ".It Pa ~/.config/esiwh/esiwh.yaml", "configuration",
            ".It Pa ~/.config/esiwh/sql/", "datasets, views, reports and rules of the user's",
            ".It Pa ~/.local/share/esiwh/warehouse.sqlite", "the warehouse",
            ".It Pa ~/.cache/esiwh/cache.sqlite", "the response cache", ".El",
            ".Sh EXIT STATUS", ".Bl -tag -width Ds",
        ]
        let meanings: [CommandStatus: String] = [
            .done: "done", .failed: "failed", .partial: "some of it failed or is partial; the rest is done and kept",
            .nothing: "nothing to do", .usage: "usage", .badData: "bad file or data",
            .unavailable: "ESI is unavailable", .tryLater: "try again later", .notAuthorised: "not authorised",
            .badConfiguration: "bad configuration",
        ]
        for status in CommandStatus.allCases { lines += [".It \(status.rawValue)", meanings[status] ?? ""] }
        return lines + [".El", ".Sh SEE ALSO", ".Xr sqlite3 1"]
    }

    private static func list(_ arguments: [ArgumentNode]) -> [String] {
        [".Bl -tag -width Ds"] + arguments.flatMap { [".It \(escaped($0.title))", escaped($0.help)] } + [".El"]
    }

    /// Paragraphs, and examples where lines are indented.
    private static func text(_ discussion: String) -> [String] {
        var lines: [String] = []
        for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty {
                lines.append(".Pp")
            } else if line.hasPrefix("  ") {
                lines.append(".Dl \(escaped(line.drop { $0 == " " }))")
            } else {
                lines.append(escaped(line))
            }
        }
        return lines
    }

    private static func plain(_ text: String) -> String {
        escaped(text.hasSuffix(".") ? text.dropLast() : text[...])
    }

    /// What roff would take for its own: backslashes, hyphens, a control character at the line's head.
    private static func escaped(_ text: some StringProtocol) -> String {
        var out = ""
        for character in text {
            switch character {
            case "\\": out += #"\e"#
            case "-": out += #"\-"#
            case "\n": out += " "
            default: out.append(character)
            }
        }
        return out.hasPrefix(".") || out.hasPrefix("'") ? #"\&"# + out : out
    }
}
