internal import FoundationEssentials
internal import SQLite
internal import Warehouse

/// JSON: an array of objects, one a line, or without the array as NDJSON. Columns of one name get `_2`, `_3` so that no
/// object loses a member.
struct JSONWriter: RowWriter {
    let sink: Sink
    let lines: Bool
    private var columns: [OutputColumn] = []
    private var keys: [String] = []
    private var isFirst = true

    init(sink: Sink, lines: Bool) {
        self.sink = sink
        self.lines = lines
    }

    mutating func begin(_ columns: [OutputColumn]) throws {
        self.columns = columns
        var seen: Set<String> = []
        keys = columns.map { column in
            var name = column.name
            var count = 1
            while !seen.insert(name).inserted {
                count += 1
                name = "\(column.name)_\(count)"
            }
            return JSONText.string(name)
        }
        if !lines { try sink.write("[") }
    }

    mutating func row(_ values: [Value]) throws {
        var text = lines ? "" : isFirst ? "\n" : ",\n"
        isFirst = false
        text += "{"
        for (index, value) in values.enumerated() {
            if index > 0 { text += ", " }
            text += keys[index] + ": " + JSONText.value(value, columns[index].kind)
        }
        text += lines ? "}\n" : "}"
        try sink.write(text)
    }

    func end() throws {
        if !lines { try sink.write(isFirst ? "]\n" : "\n]\n") }
    }
}

/// Values as JSON.
enum JSONText {
    static func value(_ value: Value, _ kind: ColumnKind?) -> String {
        switch (value, kind) {
        case (.null, _): "null"
        case (.integer(let number), .timestamp): string(Timestamp.text(number))
        case (.integer(let number), .boolean): number == 0 ? "false" : "true"
        case (.integer(let number), _): String(number)
        case (.real(let number), .isk) where number.isFinite: CellText.isk(number)
        case (.real(let number), _): real(number)
        case (.text(let text), .json): isJSON(text) ? text : string(text)
        case (.text(let text), _): string(text)
        case (.blob(let bytes), _): string(CellText.hex(bytes))
        }
    }

    /// JSON has no infinity; `9e999` is what SQLite writes, and what its readers take for one.
    private static func real(_ number: Double) -> String {
        guard number.isInfinite else { return number.description }
        return number < 0 ? "-9e999" : "9e999"
    }

    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A stored file may call any text `json`; what is none is written as a string.
    private static func isJSON(_ text: String) -> Bool {
        (try? JSONDecoder().decode(Anything.self, from: Data(text.utf8))) != nil
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
