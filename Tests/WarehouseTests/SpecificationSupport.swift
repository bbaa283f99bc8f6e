import Testing

@testable import Warehouse

/// A small specification of our own, and datasets that fit it to the letter.
enum SmallSpecification {
    static let text = """
        {
          "openapi": "3.1.0", "info": { "version": "2026-07-21", "title": "ours" },
          "paths": {
            "/markets/{region_id}/orders": { "get": {
              "x-cache-age": 300, "x-rate-limit": { "group": "market-order" },
              "parameters": [
                { "in": "path", "name": "region_id", "required": true, "schema": { "type": "integer" } },
                { "in": "query", "name": "order_type", "required": true,
                  "schema": { "type": "string", "enum": ["buy", "sell", "all"] } },
                { "in": "query", "name": "page", "schema": { "type": "integer" } },
                { "$ref": "#/components/parameters/Date" }
              ],
              "responses": { "200": {
                "headers": { "X-Pages": { "schema": { "type": "integer" } } },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Orders" } } } } } } },
            "/universe/regions": { "get": { "responses": { "200": { "content": { "application/json": {
              "schema": { "type": "array", "items": { "type": "integer" } } } } } } } },
            "/universe/names": { "post": {
              "requestBody": { "content": { "application/json": {
                "schema": { "type": "array", "items": { "type": "integer" }, "maxItems": 1000 } } } },
              "responses": { "200": { "content": { "application/json": {
                "schema": { "type": "array", "items": { "$ref": "#/components/schemas/Name" } } } } } } } },
            "/insurance/prices": { "get": { "responses": { "200": { "content": { "application/json": {
              "schema": { "type": "array", "items": {
                "type": "object", "required": ["type_id", "levels"], "properties": {
                  "type_id": { "type": "integer" },
                  "levels": { "type": "array", "items": {
                    "type": "object", "required": ["name", "cost"], "properties": {
                      "name": { "type": "string" }, "cost": { "type": "number" },
                      "payer": { "oneOf": [
                        { "type": "object", "properties": { "alliance": { "$ref": "#/components/schemas/Party" } } },
                        { "type": "object", "properties": { "faction": { "$ref": "#/components/schemas/Party" } } }
                      ] } } } } } } } } } } } } }
          },
          "components": {
            "parameters": { "Date": { "in": "header", "name": "X-Compatibility-Date", "required": true } },
            "schemas": {
              "Orders": { "type": "array", "items": { "$ref": "#/components/schemas/Order" } },
              "OrderID": { "type": "integer", "format": "int64" },
              "Order": { "allOf": [
                { "type": "object", "required": ["order_id"],
                  "properties": { "order_id": { "$ref": "#/components/schemas/OrderID" } } },
                { "required": ["price", "issued"], "properties": {
                  "price": { "type": "number" }, "issued": { "type": "string", "format": "date-time" },
                  "range": { "type": ["string", "null"], "enum": ["station", "region", null] },
                  "is_buy_order": { "type": "boolean" } } } ] },
              "Party": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } },
              "Name": { "type": "object", "required": ["id", "name"], "properties": {
                "id": { "type": "integer" }, "name": { "type": "string" } } }
            } }
        }
        """

    static let orders = """
        /*---
        title: Orders
        route: GET /markets/{region_id}/orders
        query: { order_type: all }
        each: SELECT region_id FROM tracked_regions
        paging: pages
        cache: 300
        group: market-order
        columns: { issued: timestamp, is_buy_order: boolean }
        ---*/
        CREATE TABLE orders (
            region_id    INTEGER NOT NULL,   -- price and all
            order_id     INTEGER NOT NULL,
            price        REAL    NOT NULL,
            issued       INTEGER NOT NULL,
            range        TEXT    DEFAULT 'region',
            is_buy_order INTEGER NOT NULL DEFAULT 0,
            valid_from   INTEGER NOT NULL,
            PRIMARY KEY (region_id, order_id)
        ) STRICT;
        """

    static let regionIDs = """
        /*---
        title: Regions
        route: GET /universe/regions
        ---*/
        CREATE TABLE region_ids (region_id INTEGER NOT NULL PRIMARY KEY, valid_from INTEGER NOT NULL) STRICT;
        """

    static let names = """
        /*---
        title: Names
        route: POST /universe/names
        paging: ids
        each: SELECT 1 AS id
        ---*/
        CREATE TABLE names (
            id         INTEGER NOT NULL PRIMARY KEY,
            name       TEXT    NOT NULL,
            valid_from INTEGER NOT NULL
        ) STRICT;
        """

    static func dataset(_ text: String) throws -> Dataset {
        let name = try #require(text.split(separator: "CREATE TABLE ").dropFirst().first?.prefix { $0 != " " })
        return try Dataset(
            StoredFile(
                kind: .dataset, name: String(name), path: "schema/datasets/\(name).sql", origin: .shipped, text: text))
    }

    /// What is found, a line each: `line severity kind: message; mend`.
    static func findings(_ texts: [String], _ specification: String = text) throws -> [String] {
        let specification = try Specification(Array(specification.utf8), source: "ours")
        let check = SpecificationCheck(try texts.map(dataset), against: specification)
        return check.findings.map {
            "\($0.place.line) \($0.severity.rawValue) \($0.kind.rawValue): \($0.place.message); \($0.place.mend ?? "")"
        }
    }
}

/// A text with one place of it replaced, which must be there.
func changing(_ text: String, _ part: String, to other: String) throws -> String {
    let range = try #require(text.firstRange(of: part), "\(part) is not in it")
    return text.replacingCharacters(range, with: other)
}
