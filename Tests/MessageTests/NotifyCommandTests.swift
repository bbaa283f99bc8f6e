import Foundation
import Testing

@testable import esiwh

/// The configuration of messages, and `alerts notify-test`, as a user meets them.
@Suite struct NotifyCommandTests {
    private struct Run {
        var status: CommandStatus
        var out: String
        var err: String

        init(_ arguments: [String], _ folder: Folder, environment: [String: String] = [:]) async {
            let out = Sink(terminal: false)
            let err = Sink(terminal: false)
            status = await Program.run(
                arguments + ["--home", folder.path], environment: environment, out: out, err: err)
            self.out = out.text
            self.err = err.text.replacing(folder.path + "/", with: "")
        }
    }

    @Test(.enabled(if: Peer.hasMailServer, "python3-aiosmtpd is not installed; ./dev setup installs it"))
    func `each receiver gets a message, and what it said is shown`() async throws {
        let folder = try Folder()
        let mail = try Peer.mail(folder.path)
        let hook = try Peer.webhook()
        try folder.write("open sesame\n", to: "password", mode: 0o600)
        try folder.write(
            """
            mail:
              from: esiwh@example.com
              to: [trader@example.com]
              smtp: smtp://localhost:\(mail.port)
              user: trader
              password_file: password
              ca: cert.pem
            webhooks:
              - { name: ops, url: "http://127.0.0.1:\(hook.port)/hook", kind: json }
            """, to: "esiwh.yaml")
        let secret = ["ESIWH_WEBHOOK_OPS_SECRET": "whsec"]
        let run = await Run(["alerts", "notify-test", "--format", "tsv"], folder, environment: secret)
        #expect(run.err == "")
        #expect(run.status == .done)
        #expect(
            run.out == "receiver\tstatus\tcode\tanswer\n"
                + "mail:trader@example.com\tsent\t\t250 2.0.0 taken\nops\tsent\t\t204\n")
        let message = try mail.message()
        #expect(message.header("Subject") == "A test message of esiwh, receiver mail:trader@example.com")
        #expect(message.text.contains("Where this arrives, alerts arrive."))
        let request = try hook.request()
        #expect(request.headers["X-Esiwh-Signature"]?.hasPrefix("t=") == true)
        #expect(request.body.contains("\"rule\":\"notify-test\""))

        try mail.say("unauthorised")
        let half = await Run(["alerts", "notify-test", "--format", "tsv"], folder, environment: secret)
        #expect(half.status == .partial)
        #expect(half.err == "esiwh: mail:trader@example.com: 535 5.7.8 Authentication credentials invalid\n")
        #expect(half.out.contains("mail:trader@example.com\tfailed\t535\t5.7.8 Authentication credentials invalid\n"))
        #expect(await Run(["alerts", "notify-test", "mail"], folder).status == .failed)
        let stronger = await Run(
            ["alerts", "notify-test", "mail"], folder, environment: ["ESIWH_SMTP_PASSWORD": "wrong horse"])
        #expect(stronger.status == .failed)
        #expect(!(stronger.out + stronger.err).contains("horse"))
        #expect(await Run(["alerts", "notify-test", "nobody"], folder).status == .usage)
    }

    @Test(.enabled(if: Peer.hasMailServer, "python3-aiosmtpd is not installed; ./dev setup installs it"))
    func `everything may come from the environment, and each address is told by itself`() async throws {
        let folder = try Folder()
        let mail = try Peer.mail(folder.path, "--plain")
        let hook = try Peer.webhook()
        let environment = [
            "ESIWH_MAIL_FROM": "esiwh@example.com", "ESIWH_MAIL_TO": "a@example.com, b@example.com",
            "ESIWH_MAIL_SMTP": "smtp://127.0.0.1:\(mail.port)", "ESIWH_MAIL_TLS": "none",
            "ESIWH_WEBHOOKS": "[{ name: ops }]", "ESIWH_WEBHOOK_OPS_URL": "http://127.0.0.1:\(hook.port)/hidden",
            "ESIWH_NOTIFY_ROUTES": "[{ to: [b@example.com, c@example.com] }]",
        ]
        let run = await Run(["alerts", "notify-test", "--format", "tsv"], folder, environment: environment)
        #expect(run.err == "")
        #expect(
            run.out.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "\t" } } == [
                "mail:a@example.com", "mail:b@example.com", "ops", "mail:c@example.com",
            ])
        for address in ["a", "b", "c"] { #expect(try mail.message().to == ["\(address)@example.com"]) }
        let request = try hook.request()
        #expect(request.path == "/hidden")
        #expect(request.headers["X-Esiwh-Signature"] == nil)
    }

    @Test func `the user's template is what is told`() async throws {
        let folder = try Folder()
        let hook = try Peer.webhook()
        try folder.write("Hello {{key}}{{#key}}{{value}}{{/key}}", to: "templates/event.subject.mustache")
        let webhooks = "webhooks=[{ name: chat, kind: discord, url: \"http://127.0.0.1:\(hook.port)/\" }]"
        let run = await Run(["alerts", "notify-test", "--set", webhooks], folder)
        #expect(run.status == .done)
        #expect(try hook.request().body.contains("chat"))
        try folder.write("{{title}}\n{{row.no", to: "templates/event.txt.mustache")
        let check = await Run(["sql", "check"], folder)
        #expect(check.status == .badData)
        #expect(
            check.err == "esiwh: templates/event.txt.mustache:2: a tag does not end; write }} behind its name\n")
        try folder.write("{{row.no}}", to: "templates/rules/contract-outbid.txt.mustache")
        let rules = await Run(["rules", "check"], folder)
        #expect(rules.status == .badData)
        #expect(rules.err.contains("esiwh: templates/rules/contract-outbid.txt.mustache:1: there is no row.no to show"))
    }

    @Test(arguments: [
        ("mail: { to: [you] }", "esiwh.yaml:1: mail.to: \"you\" is no mail address"),
        ("mail:\n  from: \"a@b\\r\\nBcc: c@d\"", "esiwh.yaml:2: mail.from: \"a@b\\r\\nBcc: c@d\" is no mail address"),
        ("mail: { smtp: \"smtp://me:pass@host\" }", "esiwh.yaml:1: mail.smtp: a user has no place in it"),
        ("mail: { smtp: \"http://host\" }", "esiwh.yaml:1: mail.smtp: \"http://host\" is no mail server"),
        ("mail: { tls: off }", "esiwh.yaml:1: mail.tls: not one of the words; write required or none"),
        ("mail: { from: a@b, to: [c@d] }", "mail.smtp: not set, so no mail can be sent"),
        ("mail: { smtp: \"smtp://h\" }", "esiwh.yaml:1: mail.smtp without mail.from"),
        (
            "mail:\n  from: a@b\n  tls: none\n  smtp: smtp://mail.example.com",
            "esiwh.yaml:4: mail.tls: none, and the server is another machine"
        ),
        ("mail: { from: a@b, smtp: \"smtp://h\", user: me }", "esiwh.yaml:1: mail.user without a password"),
        (
            "mail: { from: a@b, smtp: \"smtp://h\", user: me, password_file: open }",
            "esiwh.yaml:1: mail.password_file: open may be read by others; chmod 600"
        ),
        (
            "mail: { from: a@b, smtp: \"smtp://h\", user: me, password_file: none }",
            "esiwh.yaml:1: mail.password_file: none cannot be read: No such file or directory"
        ),
        (
            "mail: { from: a@b, smtp: \"smtp://h\", user: me, password_file: . }",
            "esiwh.yaml:1: mail.password_file: . is no file"
        ),
        ("webhooks: [{ url: \"https://a\" }]", "esiwh.yaml:1: webhooks: no name"),
        ("webhooks:\n  - { name: A, url: \"https://a\" }", "esiwh.yaml:2: webhooks: \"A\" is no name"),
        ("webhooks: [{ name: mail }]", "esiwh.yaml:1: webhooks: \"mail\" is no name"),
        ("webhooks:\n  - { name: a-b }\n  - { name: a_b }", "esiwh.yaml:3: webhooks: a_b is the same as a-b"),
        ("webhooks:\n  - name: a\n    uri: b", "esiwh.yaml:3: webhooks.uri: unknown key; known are name, url"),
        ("webhooks: [{ name: a, kind: teams }]", "esiwh.yaml:1: webhooks.kind: not one of the words; write json"),
        ("webhooks: [{ name: a }]", "esiwh.yaml:1: webhooks.a: no url; give url, url_file or ESIWH_WEBHOOK_A_URL"),
        (
            "webhooks: [{ name: a, url: \"http://example.com/secret-path\" }]",
            "esiwh.yaml:1: webhooks.a: plain http to another machine"
        ),
        (
            "webhooks: [{ name: a, url: \"http://example.com#@127.0.0.1/secret-path\" }]",
            "esiwh.yaml:1: webhooks.a: plain http to another machine"
        ),
        ("webhooks: [{ name: a, url: \"ftp://secret-path\" }]", "esiwh.yaml:1: webhooks.a: its url is no address"),
        (
            "webhooks: [{ name: a, kind: discord, url: \"https://discord.com/secret-path\" }]",
            "esiwh.yaml:1: webhooks.a: its url is a secret, and others may read it where it stands; chmod 600 esiwh.yaml"
        ),
        (
            "webhooks: [{ name: a, url: \"https://a\", secret_file: open }]",
            "esiwh.yaml:1: webhooks.a.secret_file: open may be read by others; chmod 600"
        ),
        ("notify: { routes: [{ severity: warning }] }", "esiwh.yaml:1: notify.routes: a route to nobody"),
        ("notify: { routes: [{ to: [ops] }] }", "esiwh.yaml:1: notify.routes: there is no receiver \"ops\""),
        ("notify: { routes: [{ to: mail }] }", "esiwh.yaml:1: notify.routes: a route to mail, and no mail server"),
        ("notify: { routes: [{ to: mail, severity: bad }] }", "esiwh.yaml:1: notify.routes.severity: not one of"),
        ("notify: { per_hour: 0 }", "esiwh.yaml:1: notify.per_hour: not a number from 1 to 10000"),
        ("regions: [1]", "nobody is to be told of alerts; configure mail or webhooks"),
    ])
    func `what cannot be used is refused with its place, and no secret is shown`(yaml: String, fault: String)
        async throws
    {
        let folder = try Folder()
        try folder.write(yaml, to: "esiwh.yaml")
        try folder.write("hidden words", to: "open", mode: 0o644)
        let run = await Run(["alerts", "notify-test"], folder)
        #expect(run.status == .badConfiguration)
        #expect(run.err.hasPrefix("esiwh: \(fault)"), "\(run.err)")
        #expect(!run.err.contains("hidden words"))
        #expect(!run.err.contains("secret-path"))
    }

    @Test func `what only its owner may read may hold a secret`() async throws {
        let folder = try Folder()
        try folder.write(
            "webhooks: [{ name: a, kind: discord, url: \"https://host.invalid/secret-path\" }]", to: "esiwh.yaml",
            mode: 0o600)
        let own = await Run(["alerts", "notify-test"], folder)
        #expect(own.status == .failed)
        #expect(own.err.hasPrefix("esiwh: a: connect "))
        #expect(!(own.out + own.err).contains("secret-path"))
        let flag = "webhooks=[{ name: a, kind: slack, url: \"https://host.invalid/secret-path\" }]"
        #expect(await Run(["alerts", "notify-test", "--set", flag], folder).status == .badConfiguration)
        let variable = ["ESIWH_WEBHOOK_A_URL": "https://host.invalid/other-secret"]
        try folder.write("webhooks: [{ name: a, kind: discord }]", to: "esiwh.yaml")
        #expect(await Run(["alerts", "notify-test"], folder, environment: variable).status == .failed)
    }
}
