import SQLite

/// A table of the archives that cannot be read, or one row of it.
public struct CSVFault: Error, Equatable, Sendable, CustomStringConvertible {
    public var line: Int
    public var message: String

    public var description: String { "line \(line): \(message)" }
}

/// Decodes a table of comma-separated values into a dataset's rows: columns by name in any order, values by the columns'
/// kinds. A broken row is passed over and named; a header that lacks a column is the table's end.
///
/// A row's cells are the dataset's columns that an answer gives, then its path parameters, then the moment of the observation.
public final class CSVDecoder {
    /// The column with the moment at which ESI said so.
    public static let momentColumn = "http_last_modified"

    private let cells: [Cell]
    private var records = CSVRecords()
    private var builder: RowBuilder
    /// For each of the header's columns its cell; nil where no column takes it.
    private var header: [Int?]?
    private var scratch: [UInt8] = []
    /// Whether a row is the dataset's, on a connection of its own: this runs beside the warehouse's.
    private let filter: (statement: Statement, connection: Connection)?
    /// Cells that the header lacks and that have a value anyway.
    private var absent: [Int] = []
    /// Rows that were passed over: the first few, and their number.
    public private(set) var faults: [CSVFault] = []
    public private(set) var faultCount = 0
    /// The header's columns that the dataset does not have.
    public private(set) var unknownColumns: [String] = []

    static let faultsKept = 5

    private struct Cell {
        let name: String
        let kind: ColumnKind
        let mayBeAbsent: Bool
        let fallback: Value?
    }

    /// - Throws: `FileError` where the archive's condition does not run.
    public init(_ dataset: Dataset) throws(FileError) {
        let columns = dataset.columns.filter { !$0.isPathParameter } + dataset.columns.filter(\.isPathParameter)
        cells =
            columns.map {
                Cell(name: $0.name, kind: $0.kind, mayBeAbsent: $0.isNullable, fallback: $0.fallback)
            } + [Cell(name: Self.momentColumn, kind: .timestamp, mayBeAbsent: false, fallback: nil)]
        builder = RowBuilder(columnCount: cells.count)
        filter = try Self.filter(dataset, columns.map(\.name))
    }

    private static func filter(
        _ dataset: Dataset, _ columns: [String]
    ) throws(FileError) -> (statement: Statement, connection: Connection)? {
        guard let sql = dataset.archive?.filter(columns: columns) else { return nil }
        do throws(SQLiteError) {
            let connection = try Connection(path: ":memory:", mode: .create)
            return (try connection.prepare(sql), connection)
        } catch {
            throw dataset.file.error(at: "archive", "its query does not run: \(error.message)")
        }
    }

    deinit { builder.discard() }

    public var rowCount: Int { builder.rowCount }

    /// Decodes what is whole of the bytes so far.
    /// - Throws: `CSVFault` for a header that does not fit, or a quote that does not end.
    public func append(_ bytes: [UInt8]) throws(CSVFault) {
        records.append(bytes)
        try decode()
        if records.isTooLong {
            throw CSVFault(line: records.pendingLine, message: "a quoted field does not end")
        }
    }

    /// Decodes the last row, which may lack its end.
    public func finish() throws(CSVFault) {
        records.finish()
        try decode()
        guard header != nil else { throw CSVFault(line: 1, message: "no header") }
    }

    /// The rows so far.
    public func take() -> DecodedRows { builder.take() }

    private func decode() throws(CSVFault) {
        while case .record = records.step() {
            guard let header else {
                try readHeader()
                continue
            }
            var message = records.fault
            if message == nil { message = try row(header) }
            if let message {
                faultCount += 1
                if faults.count < Self.faultsKept { faults.append(CSVFault(line: records.line, message: message)) }
            }
        }
    }

    private func readHeader() throws(CSVFault) {
        var names = records.fields.map { field in
            String(decoding: records.bytes[field.start..<field.end], as: UTF8.self)
        }
        if names[0].unicodeScalars.first == "\u{FEFF}" { names[0].unicodeScalars.removeFirst() }
        let line = records.line
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw CSVFault(line: line, message: "the header names \(twice) twice")
        }
        let missing = cells.filter { !names.contains($0.name) && !$0.mayBeAbsent && $0.fallback == nil }.map(\.name)
        guard missing.isEmpty else {
            throw CSVFault(
                line: line,
                message: "the header lacks \(missing.joined(separator: ", ")); it has \(names.joined(separator: ", "))")
        }
        header = names.map { name in cells.firstIndex { $0.name == name } }
        absent = cells.indices.filter { !names.contains(cells[$0].name) }
        unknownColumns = names.filter { name in !cells.contains { $0.name == name } }
    }

    /// - Returns: what is wrong with the row.
    private func row(_ header: [Int?]) throws(CSVFault) -> String? {
        guard records.fields.count == header.count else {
            return "\(records.fields.count) fields where the header has \(header.count)"
        }
        for cell in absent { setAbsent(cell) }
        for (index, cell) in header.enumerated() {
            guard let cell else { continue }
            if let message = set(cell, records.fields[index]) { return message }
        }
        // Otherwise the next row takes its place.
        if try isTaken() { builder.endRow() }
        return nil
    }

    private func isTaken() throws(CSVFault) -> Bool {
        guard let filter = filter?.statement else { return true }
        do throws(SQLiteError) {
            // The moment is no column.
            for cell in 0..<cells.count - 1 {
                try builder.rowCells.bind(builder.rowCount, cell, to: filter, at: Int32(cell + 1))
            }
            defer { filter.reset() }
            return try filter.step() && filter.int64(0) != 0
        } catch {
            throw CSVFault(line: records.line, message: "the archive's condition: \(error.message)")
        }
    }

    private func setAbsent(_ cell: Int) {
        switch cells[cell].fallback {
        case .integer(let value): builder.set(cell, CellTag.integer, UInt64(bitPattern: value))
        case .real(let value): builder.set(cell, CellTag.real, value.bitPattern)
        case .text(var text): text.withUTF8 { builder.set(cell, text: $0) }
        case .null, .blob, nil: builder.set(cell, CellTag.null, 0)
        }
    }

    private func set(_ cell: Int, _ field: CSVRecords.Field) -> String? {
        let facts = cells[cell]
        // Nothing between the commas is an absent value; two quotes are an empty text.
        if field.start == field.end, !(field.isQuoted && facts.kind.storage == "TEXT") {
            guard facts.mayBeAbsent || facts.fallback != nil else { return "\(facts.name) is absent" }
            setAbsent(cell)
            return nil
        }
        if field.isEscaped {
            unescape(field)
            return scratch.withUnsafeBufferPointer { set(cell, facts, $0) }
        }
        return records.bytes.withUnsafeBufferPointer {
            set(cell, facts, UnsafeBufferPointer(rebasing: $0[field.start..<field.end]))
        }
    }

    private func unescape(_ field: CSVRecords.Field) {
        scratch.removeAll(keepingCapacity: true)
        var isFirstOfTwo = false
        for byte in records.bytes[field.start..<field.end] {
            isFirstOfTwo = byte == UInt8(ascii: "\"") && !isFirstOfTwo
            if !isFirstOfTwo { scratch.append(byte) }
        }
    }

    private func set(_ cell: Int, _ facts: Cell, _ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        func refuse(_ what: String) -> String {
            let shown = String(decoding: bytes.prefix(40), as: UTF8.self)
            return "\(facts.name): \"\(shown)\" is no \(what)"
        }
        switch facts.kind {
        case .integer:
            guard let value = CSVCell.integer(bytes) else { return refuse("whole number of 64 bits") }
            builder.set(cell, CellTag.integer, UInt64(bitPattern: value))
        case .real, .isk:
            guard let value = CSVCell.real(bytes) else { return refuse("number") }
            builder.set(cell, CellTag.real, value.bitPattern)
        case .timestamp:
            guard let value = CSVCell.timestamp(bytes) else { return refuse("ISO 8601 time") }
            builder.set(cell, CellTag.integer, UInt64(bitPattern: value))
        case .boolean:
            guard let value = CSVCell.boolean(bytes) else { return refuse("true or false") }
            builder.set(cell, CellTag.integer, value ? 1 : 0)
        case .text, .json:
            guard bytes.count <= RowBuilder.longestText, CSVCell.isUTF8(bytes) else { return refuse("UTF-8 text") }
            builder.set(cell, text: bytes)
        }
        return nil
    }
}
