import Testing

@testable import esiwh

@Suite struct ConfigurationTests {
    private func read(
        _ yaml: String? = nil, environment: [String: String] = [:], flags: [String] = []
    ) throws(ConfigurationError) -> Configuration {
        try Configuration(file: yaml.map { ("esiwh.yaml", $0) }, environment: environment, flags: flags)
    }

    private func message(
        _ yaml: String? = nil, environment: [String: String] = [:], flags: [String] = []
    ) -> String {
        do throws(ConfigurationError) {
            return "no error: \(try read(yaml, environment: environment, flags: flags))"
        } catch {
            return error.description
        }
    }

    @Test func everyKeyIsReadFromTheFile() throws {
        let found = try read(
            """
            contact: me@example.org
            esi: { url: "http://127.0.0.1:8080/", ca: /etc/ca.pem }
            regions: all
            owners: { characters: [1, 2], corporations: [3], orders: [4] }
            friends:
              characters: [5]
              corporations: 6
              alliances: [7]
            watch: { types: [34, 35] }
            rules:
              contract-outbid: { scope: station, tolerance: 0.5 }
            """)
        var expected = Configuration()
        expected.contact = "me@example.org"
        expected.esiURL = "http://127.0.0.1:8080"
        expected.esiCA = "/etc/ca.pem"
        expected.regions = .all
        expected.ownCharacters = [1, 2]
        expected.ownCorporations = [3]
        expected.ownOrders = [4]
        expected.friendCharacters = [5]
        expected.friendCorporations = [6]
        expected.friendAlliances = [7]
        expected.watchedTypes = [34, 35]
        let place = Place(source: "esiwh.yaml", line: 11)
        expected.rules = [
            "contract-outbid": [
                "scope": .init(text: "station", place: place), "tolerance": .init(text: "0.5", place: place),
            ]
        ]
        #expect(found == expected)
    }

    @Test func flagsAreStrongerThanTheEnvironmentAndThatThanTheFile() throws {
        let yaml = "regions: [1]\nowners: { characters: [1], corporations: [1] }"
        let environment = ["ESIWH_REGIONS": "2,3", "ESIWH_OWNERS_CHARACTERS": "2", "ESIWH_CONTACT": ""]
        let found = try read(yaml, environment: environment, flags: ["regions=all", "rules.a.b=c"])
        #expect(found.regions == .all)
        #expect(found.ownCharacters == [2])
        #expect(found.ownCorporations == [1])
        #expect(found.contact == nil)
        #expect(found.rules["a"]?["b"]?.text == "c")
    }

    @Test func aVariableMayHoldListsAndMaps() throws {
        let found = try read(environment: [
            "ESIWH_RULES": "{contract-outbid: {scope: region}}", "ESIWH_FRIENDS_ALLIANCES": "[5, 6]",
            "ESIWH_OWNERS_ORDERS": " 7 , 8 ",
        ])
        #expect(found.rules["contract-outbid"]?["scope"]?.text == "region")
        #expect(found.friendAlliances == [5, 6])
        #expect(found.ownOrders == [7, 8])
    }

    @Test func defaultsStandWhereNothingIsSaid() throws {
        for yaml in [nil, "", "# nothing\n", "esi:\nowners:\n"] { #expect(try read(yaml) == Configuration()) }
        #expect(Configuration().regions == .some([10_000_002]))
    }

    @Test func aFileOfCertificatesIsSeenFromTheFolderOfTheConfiguration() throws {
        let found = try Configuration(
            file: ("/etc/esiwh/esiwh.yaml", "esi: { ca: ca.pem }"), environment: [:], flags: [])
        #expect(found.esiCA == "/etc/esiwh/ca.pem")
    }

    @Test(arguments: [
        ("contact: me@example.org\nregoins: [1]", "esiwh.yaml:2: unknown key \"regoins\"; did you mean regions?"),
        (
            "esi:\n  uri: x\n  timeout: 5",
            "esiwh.yaml:2: unknown key \"esi.uri\"; did you mean esi.url?"
        ),
        (
            "regions:\n  - 10000002\n  - Delve",
            "esiwh.yaml:3: regions: \"Delve\" is no id; write a list of region ids, or all"
        ),
        ("regions: []", "esiwh.yaml:1: regions: no region; name one at least, or all"),
        (
            "owners: { characters: [0] }",
            "esiwh.yaml:1: owners.characters: \"0\" is no id; write a list of ids: [90000001, 90000002]"
        ),
        (
            "\nesi: { url: esi.evetech.net }",
            "esiwh.yaml:2: esi.url: \"esi.evetech.net\" is no address; write it as https://host or http://127.0.0.1:8080"
        ),
        (
            "contact: \"a\\nHost: b\"",
            "esiwh.yaml:1: contact: \"a\\nHost: b\" is no contact; "
                + "give a mail address, a character's name or a web address of yours, in ASCII"
        ),
        (
            "contact: you@example.com",
            "esiwh.yaml:1: contact: still the example; "
                + "give a mail address, a character's name or a web address of yours"
        ),
        ("owners: [1]", "esiwh.yaml:1: owners: not keys and values; write key: value on a line each"),
        ("regions: [1]\nregions: [2]", "esiwh.yaml:1: repeated key: regions; keep one of them"),
        (
            "rules: { a: 5 }",
            "esiwh.yaml:1: rules.a: not a map of parameters; write { contract-outbid: { scope: region } }"
        ),
    ])
    func aBadFileIsRefusedWithItsLineAndTheMend(yaml: String, expected: String) {
        #expect(message(yaml) == expected)
    }

    @Test func badVariablesAndFlagsAreNamed() {
        #expect(
            message(environment: ["ESIWH_REGIONS": "1;2"])
                == "ESIWH_REGIONS: regions: \"1;2\" is no id; write a list of region ids, or all")
        #expect(message(flags: ["regions"]) == "--set: \"regions\" has no value; write --set key=value")
        #expect(message(flags: ["contcat=me"]) == "--set: unknown key \"contcat\"; did you mean contact?")
    }

    /// Taking the `#` away from each line of the template gives a file that sets every key.
    @Test func theTemplateSetsNothingAndUncommentedSetsEveryKey() throws {
        #expect(try read(ConfigurationKey.template) == Configuration())
        let uncommented = ConfigurationKey.template.split(separator: "\n")
            .map { $0.dropFirst() }.joined(separator: "\n")
            .split(separator: "you@example.com").joined(separator: "me@example.org")
        let found = try read(uncommented)
        #expect(found.ownCharacters == [90_000_001])
        #expect(found.rules["contract-outbid"]?["scope"]?.text == "region")
        for key in ConfigurationKey.all {
            let leaf = key.name.split(separator: ".").last ?? ""
            #expect(uncommented.contains("\(leaf): "))
        }
    }

    @Test func foldersFollowTheHomeOrXDG() throws {
        let home = try Paths(home: nil, environment: ["ESIWH_HOME": "/e", "HOME": "/h"])
        #expect(home.configuration == "/e/esiwh.yaml")
        #expect(home.warehouse == "/e/warehouse.sqlite")
        #expect(try Paths(home: "/f", environment: ["ESIWH_HOME": "/e"]).sql == "/f/sql")
        let xdg = try Paths(
            home: nil, environment: ["HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "relative"])
        #expect(xdg.configuration == "/h/.config/esiwh/esiwh.yaml")
        #expect(xdg.sql == "/h/.config/esiwh/sql")
        #expect(xdg.warehouse == "/d/esiwh/warehouse.sqlite")
        #expect(xdg.cache == "/h/.cache/esiwh/cache.sqlite")
        #expect(throws: ConfigurationError.self) { try Paths(home: nil, environment: [:]) }
    }
}
