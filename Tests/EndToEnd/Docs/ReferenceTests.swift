import Testing

@testable import Warehouse
@testable import esiwh

/// What there is must be in the docs: the generated pages are as the program says, the others name each thing.
@Suite struct ReferenceTests {
    @Test func `docs/commands.md names every command and option`() async throws {
        let tree = try await CommandTree.load()
        #expect(tree.command.all.count > 3)
        try Document(path: "docs/commands.md").expect(CommandReference.markdown(tree))
    }

    @Test func `the manual page names every command and option`() async throws {
        try Document(path: "docs/esiwh.1").expect(ManualPage.mdoc(try await CommandTree.load()))
    }

    @Test func `every command says what it is for and shows an example`() async throws {
        for command in try await CommandTree.load().command.all {
            #expect(command.abstract?.hasSuffix(".") == true, "\(command.fullName): no sentence")
            #expect(command.discussion?.contains("  esiwh ") == true, "\(command.fullName): no example")
            for argument in command.own {
                #expect(argument.abstract?.isEmpty == false, "\(command.fullName) \(argument.title): no help")
            }
        }
    }

    @Test func `docs/configuration.md names every key and its variable`() throws {
        let text = try Document(path: "docs/configuration.md").text
        for key in ConfigurationKey.all {
            #expect(text.contains("| `\(key.name)` | `\(key.environmentName)` |"), "\(key.name)")
        }
    }

    @Test func `docs/exit-codes.md names every exit code`() throws {
        let text = try Document(path: "docs/exit-codes.md").text
        for status in CommandStatus.allCases { #expect(text.contains("\n| \(status.rawValue) | "), "\(status)") }
    }

    @Test func `docs/tables.md describes every dataset and view`() throws {
        let catalogue = Catalogue(Library())
        #expect(catalogue.faults.isEmpty)
        let page = Document(path: "docs/tables.md")
        try page.expect(TableReference.datasets(catalogue), between: "datasets")
        try page.expect(TableReference.files(.view, catalogue.library), between: "views")
        try page.expect(TableReference.rollups(catalogue), between: "rollups")
    }

    @Test func `docs/reports.md describes every report, docs/rules.md every rule`() throws {
        let library = Library()
        try Document(path: "docs/reports.md").expect(TableReference.files(.report, library), between: "reports")
        let page = Document(path: "docs/rules.md")
        try page.expect(TableReference.files(.rule, library), between: "rules")
        let reasons = try page.text
        for file in library.files(.rule) {
            #expect(reasons.contains("\n| \(file.name) | "), "its reasons: \(file.name)")
        }
    }

    @Test func `every page of docs/ is in its index`() throws {
        let index = try Document(path: "docs/README.md").text
        for page in [
            "commands", "configuration", "exit-codes", "tables", "reports", "rules", "charts", "concepts",
            "add-a-dataset", "doctor", "static-data", "messages", "alerts", "backfill", "retention",
        ] {
            #expect(index.contains("](\(page).md)"), "\(page)")
            #expect(try !Document(path: "docs/\(page).md").text.isEmpty)
        }
    }
}
