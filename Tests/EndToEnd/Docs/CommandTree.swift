import FoundationEssentials
import Testing

@testable import esiwh

/// The commands and their options, as ArgumentParser tells them (`--experimental-dump-help`).
struct CommandTree: Decodable {
    var command: CommandNode

    static func load() async throws -> CommandTree {
        let out = Sink(terminal: false)
        let err = Sink(terminal: false)
        _ = await Program.run(["--experimental-dump-help"], environment: [:], out: out, err: err)
        return try JSONDecoder().decode(CommandTree.self, from: Data(out.text.utf8))
    }
}

struct CommandNode: Decodable {
    var commandName: String
    var superCommands: [String]?
    var abstract: String?
    var discussion: String?
    var subcommands: [CommandNode]?
    var arguments: [ArgumentNode]?

    /// `esiwh sql check`.
    var fullName: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// The command and all below it, `help` left out.
    var all: [CommandNode] {
        [self] + (subcommands ?? []).filter { $0.commandName != "help" }.flatMap(\.all)
    }

    /// Arguments and options of its own: not those that every command has.
    var own: [ArgumentNode] {
        (arguments ?? []).filter { $0.shouldDisplay && $0.sectionTitle == nil && !$0.isParsers }
    }

    var common: [ArgumentNode] {
        (arguments ?? []).filter { $0.shouldDisplay && $0.sectionTitle != nil }
    }

    /// `esiwh sql check [<dir>] [options]`.
    var usage: String {
        let positional = own.filter { $0.kind == "positional" }.map(\.synopsis)
        let rest = (subcommands ?? []).isEmpty ? ["[options]"] : ["<command>"]
        return ([fullName] + positional + rest).joined(separator: " ")
    }
}

struct ArgumentNode: Decodable {
    struct Name: Decodable {
        var kind: String
        var name: String
        var written: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var shouldDisplay: Bool
    var sectionTitle: String?
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var abstract: String?

    /// `--help` and `--version`, which every command has without asking.
    var isParsers: Bool { names?.contains { ["help", "version"].contains($0.name) } == true }

    /// `--format <format>`, `-q, --quiet`, `<name>`.
    var title: String {
        guard let names, !names.isEmpty else { return "<\(valueName ?? "")>" }
        let written = names.sorted { $0.written.count < $1.written.count }.map(\.written).joined(separator: ", ")
        return kind == "option" ? "\(written) <\(valueName ?? "value")>" : written
    }

    /// A positional argument as a usage line shows it.
    var synopsis: String {
        let name = "<\(valueName ?? "")>" + (isRepeating ? "..." : "")
        return isOptional ? "[\(name)]" : name
    }

    /// What it does, with its default.
    var help: String {
        let text = abstract ?? ""
        guard let defaultValue, kind != "flag" else { return text }
        return text + " (default: \(defaultValue))"
    }
}
