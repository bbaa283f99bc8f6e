internal import ArgumentParser

struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "See that those who are to be told of alerts can be reached.",
        discussion: """
            docs/messages.md tells how receivers are configured.

              esiwh alerts notify-test
            """,
        subcommands: [AlertsNotifyTest.self])
}
