import Testing

@testable import Warehouse

/// Each kind of finding, by a specification or a file in which one thing was changed.
@Suite struct SpecificationTests {
    private typealias Small = SmallSpecification

    @Test func `files that fit the specification give no finding`() throws {
        #expect(try Small.findings([Small.orders, Small.regionIDs, Small.names]) == [])
    }

    @Test(arguments: [
        (
            "\"/markets/{region_id}/orders\"", "\"/markets/{region}/orders\"",
            "3 error route: ESI has no GET /markets/{region_id}/orders; "
                + "ESI has /markets/{region}/orders; name that, or take the dataset out"
        ),
        (
            "\"x-cache-age\": 300", "\"deprecated\": true, \"x-cache-age\": 300",
            "3 warning route: GET /markets/{region_id}/orders is on its way out; look what ESI has instead of it"
        ),
        (
            "\"x-cache-age\": 300", "\"x-cache-age\": 600",
            "7 warning cache: ESI keeps GET /markets/{region_id}/orders for 600 s, not 300; write cache: 600"
        ),
        (
            "\"group\": \"market-order\"", "\"group\": \"market\"",
            "8 warning group: GET /markets/{region_id}/orders is in the group market, not market-order; "
                + "write group: market"
        ),
        (
            ", \"x-rate-limit\": { \"group\": \"market-order\" }", "",
            "8 warning group: GET /markets/{region_id}/orders is in no group, nor in market-order; take group out"
        ),
        (
            "\"X-Pages\"", "\"X-Page\"",
            "6 warning paging: GET /markets/{region_id}/orders comes in one page; take paging out"
        ),
        (
            "\"x-cache-age\": 300", "\"x-pagination\": \"cursor\", \"x-cache-age\": 300",
            "3 error paging: GET /markets/{region_id}/orders is paged by cursor, of which the first page would be read; "
                + "use another route"
        ),
        (
            "\"x-cache-age\": 300", "\"security\": [{ \"OAuth2\": [\"esi-markets.v1\"] }], \"x-cache-age\": 300",
            "3 error token: GET /markets/{region_id}/orders wants a token with esi-markets.v1; use a public route"
        ),
        (
            "{ \"in\": \"query\", \"name\": \"page\"",
            "{ \"in\": \"query\", \"name\": \"type_id\", \"required\": true }, { \"in\": \"query\", \"name\": \"page\"",
            "3 error parameter: GET /markets/{region_id}/orders requires the query parameter type_id; "
                + "write query: { type_id: … }"
        ),
        (
            "\"name\": \"order_type\", \"required\": true", "\"name\": \"kind\"",
            "4 warning parameter: GET /markets/{region_id}/orders does not know the parameter order_type; "
                + "take it out of query"
        ),
        (
            ", \"all\"]", ", \"both\"]",
            "4 error word: order_type cannot be all; use one of buy, sell, both"
        ),
        (
            "\"required\": true, \"schema\": { \"type\": \"integer\" }",
            "\"required\": true, \"schema\": { \"type\": \"string\" }",
            "12 error parameter: region_id is INTEGER, but ESI's path parameter is TEXT; declare it so"
        ),
        (
            "\"price\": { \"type\": \"number\" }", "\"price\": { \"type\": \"string\" }",
            "14 error type: price is real, but ESI answers a string; declare it TEXT"
        ),
        (
            "\"price\": { \"type\": \"number\" }", "\"price\": { \"type\": \"integer\" }",
            "14 warning type: price is real, but ESI answers an integer; declare it INTEGER"
        ),
        (
            "\"is_buy_order\": { \"type\": \"boolean\" }", "\"is_buy_order\": { \"type\": [\"boolean\", \"integer\"] }",
            "9 error type: is_buy_order is boolean, but ESI answers a boolean or an integer; declare it json"
        ),
        (
            "\"is_buy_order\": { \"type\": \"boolean\" }", "\"is_buy_order\": { \"type\": \"object\" }",
            "9 error type: is_buy_order is boolean, but ESI answers an object; declare it TEXT and json in columns"
        ),
        (
            "\"date-time\"", "\"date\"",
            "9 error type: issued is timestamp, but ESI answers a string; declare it TEXT"
        ),
        (
            "[\"price\", \"issued\"]", "[\"issued\"]",
            "14 warning absence: price is NOT NULL, but ESI may leave it out; allow NULL, or give it a DEFAULT"
        ),
        (
            "\"required\": [\"order_id\"],", "",
            "13 warning absence: order_id is NOT NULL, but ESI may leave it out; "
                + "give it a DEFAULT, or choose another key"
        ),
        (
            "[\"price\", \"issued\"]", "[\"price\", \"issued\", \"is_buy_order\"]",
            "17 note absence: ESI promises is_buy_order; NOT NULL would hold ESI to it"
        ),
        (
            "\"region\", null", "\"solarsystem\", null",
            "16 warning word: range's DEFAULT is region, which ESI never says; use one of station, solarsystem"
        ),
        (
            "\"price\": { \"type\"", "\"duration\": { \"type\": \"integer\" }, \"price\": { \"type\"",
            "3 note field: no column takes /duration; add a column duration, or leave it"
        ),
        (
            "\"#/components/schemas/Order\"", "\"#/components/schemas/Lost\"",
            "3 warning schema: the specification does not say what /markets/{region_id}/orders's rows hold; "
                + "look at an answer"
        ),
        (
            "\"application/json\": { \"schema\": { \"$ref\": \"#/components/schemas/Orders\"",
            "\"text/html\": { \"schema\": { \"$ref\": \"#/components/schemas/Orders\"",
            "3 error schema: GET /markets/{region_id}/orders answers no JSON; use a route that does"
        ),
    ])
    func `a changed specification is found at its line`(part: String, other: String, expected: String) throws {
        #expect(try Small.findings([Small.orders], changing(Small.text, part, to: other)) == [expected])
    }

    @Test func `a renamed member is missing, and what came in its place is untaken`() throws {
        let changed = try changing(
            changing(Small.text, "\"price\": {", to: "\"unit_price\": {"), "[\"price\"", to: "[\"unit_price\"")
        #expect(
            try Small.findings([Small.orders], changed) == [
                "3 note field: no column takes /unit_price; add a column unit_price, or leave it",
                "14 error column: price: ESI's answer has no price; "
                    + "take the column out, or have it read one of unit_price",
            ])
    }

    @Test(arguments: [
        (
            "paging: pages\n", "",
            "3 error paging: GET /markets/{region_id}/orders comes in pages, and only the first would be read; "
                + "write paging: pages"
        ),
        (
            "query: { order_type: all }\n", "",
            "3 error parameter: GET /markets/{region_id}/orders requires the query parameter order_type; "
                + "write query: { order_type: all }"
        ),
        ("cache: 300\n", "", "3 note cache: ESI keeps GET /markets/{region_id}/orders for 300 s; write cache: 300"),
        (
            "group: market-order\n", "",
            "3 warning group: GET /markets/{region_id}/orders is in the group market-order; write group: market-order"
        ),
        (
            "{ order_type: all }", "{ order_type: \"{order_id}\" }",
            "13 error parameter: order_id is INTEGER, but ESI's query parameter is TEXT; declare it so"
        ),
        (
            "issued: timestamp, ", "",
            "15 error type: issued is integer, but ESI answers a moment; declare it INTEGER and timestamp in columns"
        ),
    ])
    func `a file that says less than it should is found`(part: String, other: String, expected: String) throws {
        #expect(try Small.findings([changing(Small.orders, part, to: other)]) == [expected])
    }

    @Test func `a route of ids takes a list of whole numbers, a thousand at once`() throws {
        let few = try changing(Small.text, "\"maxItems\": 1000", to: "\"maxItems\": 500")
        #expect(
            try Small.findings([Small.names], few) == [
                "4 error paging: POST /universe/names takes 500 ids at once, and 1,000 are sent; "
                    + "use a route that takes as many"
            ])
        let texts = try changing(
            Small.text, "\"items\": { \"type\": \"integer\" }, \"maxItems\"",
            to: "\"items\": { \"type\": \"string\" }, \"maxItems\"")
        #expect(
            try Small.findings([Small.names], texts) == [
                "3 error paging: POST /universe/names does not take a list of ids; use a route that does"
            ])
        let other = try changing(Small.names, "POST /universe/names\npaging: ids", to: "GET /universe/names")
        let single = try changing(other, "each: SELECT 1 AS id\n", to: "")
        #expect(
            try Small.findings([single]) == [
                "3 error route: ESI has no GET /universe/names; ESI has POST /universe/names"
            ])
    }

    @Test func `a list of bare values fills one column of its type`() throws {
        let text = try changing(Small.regionIDs, "INTEGER NOT NULL PRIMARY KEY", to: "TEXT NOT NULL PRIMARY KEY")
        #expect(
            try Small.findings([text]) == [
                "5 error type: region_id is text, but ESI answers an integer; declare it INTEGER"
            ])
        let two = try changing(Small.regionIDs, "KEY, valid", to: "KEY, name TEXT, valid")
        #expect(
            try Small.findings([two])
                == ["region_id", "name"].map { _ in
                    "5 error column: /universe/regions answers bare values, which fill one column, not 2; "
                        + "keep one column beside those that the route and `fields` fill"
                })
    }

    @Test(arguments: [
        "[]", "{}", "<html>", "{ \"openapi\": \"3.1.0\", \"info\": { \"version\": \"1\" }, \"paths\": 5 }",
    ])
    func `what is no specification is refused by name`(text: String) throws {
        let error = #expect(throws: FileError.self) { try Specification(Array(text.utf8), source: "x.json") }
        #expect(error?.file == "x.json")
        #expect(error?.message.hasPrefix("not ESI's specification: ") == true)
    }
}
