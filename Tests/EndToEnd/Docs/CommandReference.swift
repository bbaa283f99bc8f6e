import FoundationEssentials

/// docs/commands.md and docs/esiwh.1: what `--help` says, in one place each.
enum CommandReference {
    static func markdown(_ tree: CommandTree) -> String {
        let commands = tree.command.all
        var lines = [
            "# Commands", "",
            "Written by `./dev docs` from what `--help` says. Exit codes: [exit-codes.md](exit-codes.md); settings:",
            "[configuration.md](configuration.md).", "",
            "| command | |", "|---|---|",
        ]
        for command in commands.dropFirst() {
            lines.append("| [`\(command.fullName)`](#\(anchor(command))) | \(command.abstract ?? "") |")
        }
        lines += ["", "## Options of every command", ""]
        lines += options(commands.first { !$0.common.isEmpty }?.common ?? [])
        lines += ["- `-h, --help`: Show help information.", "- `--version`: Show the version.", ""]
        for command in commands.dropFirst() { lines += section(command) }
        return lines.joined(separator: "\n")
    }

    private static func anchor(_ command: CommandNode) -> String {
        command.fullName.split(separator: " ").joined(separator: "-")
    }

    private static func section(_ command: CommandNode) -> [String] {
        var lines = ["## \(command.fullName)", "", command.abstract ?? "", "", "    \(command.usage)", ""]
        if let discussion = command.discussion, !discussion.isEmpty { lines += paragraphs(discussion) + [""] }
        if !command.own.isEmpty { lines += options(command.own) + [""] }
        return lines
    }

    private static func options(_ arguments: [ArgumentNode]) -> [String] {
        arguments.map { "- `\($0.title)`: \($0.help)" }
    }

    /// Indented lines are examples, which Markdown wants indented further.
    private static func paragraphs(_ discussion: String) -> [String] {
        discussion.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("  ") ? "  " + $0 : String($0) }
    }
}
