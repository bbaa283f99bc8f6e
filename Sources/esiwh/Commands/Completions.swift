internal import ArgumentParser

struct Completions: Command {
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish
    }

    static let configuration = CommandConfiguration(
        abstract: "Print a completion script for your shell.",
        discussion: """
              esiwh completions bash > ~/.local/share/bash-completion/completions/esiwh
              esiwh completions zsh > ~/.zfunc/_esiwh
              esiwh completions fish > ~/.config/fish/completions/esiwh.fish
            """)

    @Argument(help: "The shell: bash, zsh or fish.") var shell: Shell
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let shell: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        try context.out.writeRaw(Esiwh.completionScript(for: shell) + "\n")
        return .done
    }
}
