import Foundation
import Testing
import Warehouse

@testable import Rules

/// Templates: the shipped ones and the user's.
@Suite struct TemplateTests {
    private static let columns = outbidEvent().verdict.map(\.name)

    private static func faults(_ files: [String: String]) throws -> [String] {
        let folder = try Folder()
        for (name, text) in files { try folder.write(text, to: name) }
        let book = TemplateBook(userFolder: folder.path)
        return book.check(["contract-outbid": Self.columns])
            .map { "\($0)".replacing(folder.path + "/", with: "") }
    }

    @Test func `the shipped templates name nothing that is not there`() throws {
        #expect(try Self.faults([:]) == [])
        #expect(TemplateBook().count >= 9)
    }

    @Test(arguments: [
        ("event.txt.mustache", "a\n{{title", "event.txt.mustache:2: a tag does not end; write }} behind its name"),
        (
            "event.txt.mustache", "\n\n{{#key}}\n{{name}}",
            "event.txt.mustache:3: the section key does not end; write {{/key}} behind it"
        ),
        (
            "event.txt.mustache", "{{#key}}\n{{#labels}}\n{{/key}}{{/labels}}",
            "event.txt.mustache:3: {{/key}} ends no section; "
                + "end the sections in the order in which they began, the inner one first"
        ),
        (
            "event.txt.mustache", "{{title}}\n{{> other}}",
            "event.txt.mustache:2: templates do not include others; write it out, or make it an event's template"
        ),
        (
            "event.txt.mustache", "{{title}}\n{{ti tle!}}",
            "event.txt.mustache:2: not Mustache: unfinishedName; docs/messages.md tells what a template may hold"
        ),
        (
            "rules/nobody.txt.mustache", "",
            "rules/nobody.txt.mustache: there is no rule \"nobody\"; name the file after one that `esiwh rules list` shows"
        ),
        (
            "rules/contract-outbid.pending.txt.mustache", "",
            "rules/contract-outbid.pending.txt.mustache: nobody is told of a state pending; "
                + "call it message.PART.mustache, event.PART.mustache or rules/RULE.PART.mustache, "
                + "where PART is subject, txt or html; before PART a state may stand: firing, resolved"
        ),
    ])
    func `what cannot be used is refused with its line and the mend`(name: String, text: String, fault: String) throws {
        #expect(try Self.faults([name: text]) == [fault])
    }

    @Test func `a name that its rule lacks is refused with its line`() throws {
        let found = try Self.faults([
            "rules/contract-outbid.firing.html.mustache":
                "{{row.type_name}}\n{{#row.unit_price}}\n{{row.no_price}}{{/row.unit_price}}"
        ])
        #expect(found.count == 1)
        let fault = found.first ?? ""
        #expect(
            fault.hasPrefix(
                "rules/contract-outbid.firing.html.mustache:3: there is no row.no_price to show; there are "))
        #expect(fault.contains("rival_unit_price"))
        for text in [
            "{{no}}", "{{^no}}{{/no}}", "{{{no}}}", "{{&no}}", "{{#key}}{{no}}{{/key}}", "{{title.no}}",
            "{{=<% %>=}}<% no %>", "{{uppercased(no)}}", "{{#labels}}{{value.no}}{{/labels}}",
        ] {
            let found = try Self.faults(["event.txt.mustache": text])
            #expect(found.count == 1, "\(text)")
            #expect(found.first?.hasPrefix("event.txt.mustache:1: there is no ") == true, "\(found)")
        }
        for text in [
            "{{row.anything}}", "{{#row}}{{any}}{{/row}}", "{{#key}}{{name}}{{title}}{{/key}}", "{{! no }}",
            "{{uppercased(title)}}", "{{#columns}}{{.}}{{/columns}}",
        ] {
            #expect(try Self.faults(["event.txt.mustache": text]) == [], "\(text)")
        }
    }

    @Test func `the alerts on blind rules have templates as well`() throws {
        let good = "{{row.rule}} {{row.reason}} {{row.blind_since}}"
        #expect(try Self.faults(["rules/rule-blind.txt.mustache": good]) == [])
        let found = try Self.faults(["rules/rule-blind.txt.mustache": "{{row.price}}"])
        #expect(found.first?.hasPrefix("rules/rule-blind.txt.mustache:1: there is no row.price to show") == true)
    }

    @Test func `the narrowest template in force is taken, the user's before ours`() throws {
        let folder = try Folder()
        try folder.write("any {{title}}", to: "event.subject.mustache")
        try folder.write("end", to: "event.resolved.subject.mustache")
        try folder.write("mine {{row.type_name}}", to: "rules/contract-outbid.firing.subject.mustache")
        let book = TemplateBook(userFolder: folder.path)
        var other = outbidEvent()
        other.rule = "order-undercut"
        var end = other
        end.state = .resolved
        let subjects = [outbidEvent(), resolvedEvent(), other, end].map { MessageText([$0], book).subject }
        #expect(
            subjects == [
                "mine Tritanium Élite", "No longer outbid: Tritanium Élite (217000001)",
                "any Own public contracts that are outbid", "end",
            ])
    }

    @Test func `instead of a faulty template that of ours is taken`() throws {
        let folder = try Folder()
        try folder.write("{{title", to: "rules/contract-outbid.subject.mustache")
        let book = TemplateBook(userFolder: folder.path)
        #expect(book.faults.count == 1)
        #expect(MessageText([outbidEvent()], book).subject == "Outbid: Tritanium Élite (217000001)")
    }

    @Test func `every event of any rule can be told`() {
        for state in [AlertState.firing, .resolved] {
            var event = outbidEvent()
            event.rule = "my-rule"
            event.state = state
            let message = MessageText([event], TemplateBook())
            #expect(message.subject.contains("contract_id 217000001"))
            #expect(message.text.contains("unit_price: 1,250,000.50 ISK"))
            #expect(message.html.contains("<td>1,250,000.50 ISK</td>"))
            #expect(message.text.contains("over") == (state == .resolved))
        }
    }
}
