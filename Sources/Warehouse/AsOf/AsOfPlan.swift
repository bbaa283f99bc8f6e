import CSQLite
import SQLite

/// A constraint that the reading statement has on a column, and that the statements behind the virtual table take over.
struct AsOfConstraint: Hashable {
    enum Operator: UInt8 {
        case equal, less, lessOrEqual, greater, greaterOrEqual, identical, isNull, isNotNull

        init?(sqlite code: Int32) {
            switch code {
            case SQLITE_INDEX_CONSTRAINT_EQ: self = .equal
            case SQLITE_INDEX_CONSTRAINT_LT: self = .less
            case SQLITE_INDEX_CONSTRAINT_LE: self = .lessOrEqual
            case SQLITE_INDEX_CONSTRAINT_GT: self = .greater
            case SQLITE_INDEX_CONSTRAINT_GE: self = .greaterOrEqual
            case SQLITE_INDEX_CONSTRAINT_IS: self = .identical
            case SQLITE_INDEX_CONSTRAINT_ISNULL: self = .isNull
            case SQLITE_INDEX_CONSTRAINT_ISNOTNULL: self = .isNotNull
            default: return nil
            }
        }

        var takesValue: Bool { self != .isNull && self != .isNotNull }
        /// Whether it holds for one value of the column only, so that an index can be entered with it.
        var isPoint: Bool { self == .equal || self == .identical || self == .isNull }
        var isRange: Bool { !isPoint && self != .isNotNull }

        var sql: String {
            switch self {
            case .equal: "="
            case .less: "<"
            case .lessOrEqual: "<="
            case .greater: ">"
            case .greaterOrEqual: ">="
            case .identical: "IS"
            case .isNull: "IS NULL"
            case .isNotNull: "IS NOT NULL"
            }
        }
    }

    let column: Int
    let operation: Operator
}

/// One way to ask a versioned table: which constraints go down, and which columns come up.
///
/// What goes down is what means the same there. A number compared with a TEXT column means two things in SQLite: with an
/// affinity of its own (a column) the text is taken for a number, without (a literal) the number for a text. The
/// virtual table is not told which. So a constraint on a TEXT column is checked above once more, and left out below
/// for the run in which its value is a number.
final class AsOfPlan {
    struct Key: Hashable {
        let constraints: [AsOfConstraint]
        /// SQLite's mask: bit 63 stands for all columns from the 64th on.
        let used: UInt64
    }

    let key: Key
    /// At most one row can answer: a row that is current makes the look into the history needless.
    let isUnique: Bool
    /// Of `key.constraints`, those that a number cannot go down with.
    let textMask: UInt64
    /// For each column its place in the rows of the statements, -1 where it is not read.
    let positions: UnsafeMutableBufferPointer<Int32>
    private let shape: AsOfShape
    private let selected: [Int]

    init(_ key: Key, isUnique: Bool, shape: AsOfShape) {
        self.key = key
        self.isUnique = isUnique
        self.shape = shape
        var mask: UInt64 = 0
        for (index, constraint) in key.constraints.enumerated() where shape.isText(constraint.column) {
            if constraint.operation.takesValue { mask |= 1 << UInt64(index) }
        }
        textMask = mask
        // The key besides: where SQLite goes through several searches for an OR, it tells rows apart by it, unasked.
        let identity = shape.identity
        selected = (0..<shape.columnCount).filter {
            key.used & (1 << UInt64(min($0, 63))) != 0 || identity.contains($0)
        }
        positions = .allocate(capacity: shape.columnCount)
        positions.initialize(repeating: -1)
        for (place, column) in selected.enumerated() { positions[column] = Int32(place) }
    }

    deinit { positions.deallocate() }

    /// Where the synthetic rowid stands in the rows, for a table whose key is no identity.
    var rowIDPosition: Int32 { Int32(selected.count) }

    /// The statement on one half of the table. Parameter 1 is the moment, 2… the constraints' values.
    /// - Parameter skipped: constraints to leave out, by their bits.
    func sql(_ half: AsOfShape.Half, skipping skipped: UInt64) -> String {
        var list = selected.map { shape.expression($0, half) }
        if !shape.hasIdentity { list.append(half == .current ? "rowid" : "version_id") }
        // The plus keeps SQLite from a search by valid_from, which nearly all rows pass.
        var terms = ["+valid_from <= ?1"]
        if half == .history, !shape.isVersions { terms.append("valid_to > ?1") }
        for (index, constraint) in key.constraints.enumerated() where skipped & (1 << UInt64(index)) == 0 {
            let column = shape.expression(constraint.column, half)
            let value = constraint.operation.takesValue ? " ?\(index + 2)" : ""
            terms.append("\(column) \(constraint.operation.sql)\(value)")
        }
        let columns = list.isEmpty ? "1" : list.joined(separator: ", ")
        return "SELECT \(columns) FROM main.\(quoted(shape.tableName(half))) WHERE \(terms.joined(separator: " AND "))"
    }
}

/// What a search is likely to cost, in SQLite's unit: about one step of a cursor.
struct AsOfEstimate {
    var cost: Double
    var rows: Double
    /// Columns that the best paths are entered with, in both halves.
    var entered: Set<Int>

    /// - Parameters:
    ///   - points: columns with one value.
    ///   - ranges: columns with a bound.
    init(_ table: VersionedTable, points: Set<Int>, ranges: Set<Int>, isUnique: Bool) {
        let current = Self.best(table.current, points, ranges)
        let history = Self.best(table.history, points, ranges)
        cost = 10 + current.cost + (isUnique ? 1 : history.cost)
        rows = max(1, current.rows + history.rows / 4)
        if isUnique { rows = 1 }
        entered = current.entered.intersection(history.entered)
    }

    private static func best(
        _ half: VersionedTable.Half, _ points: Set<Int>, _ ranges: Set<Int>
    ) -> (cost: Double, rows: Double, entered: Set<Int>) {
        var best = (cost: 3 * half.rows + 1, examined: half.rows, entered: Set<Int>())
        for path in half.paths {
            let prefix = path.columns.prefix { points.contains($0) }
            let next = prefix.count < path.columns.count ? path.columns[prefix.count] : nil
            let hasRange = next.map { ranges.contains($0) || $0 == VersionedTable.Path.validTo } ?? false
            guard !prefix.isEmpty || (hasRange && next != VersionedTable.Path.validTo) else { continue }
            var examined = prefix.isEmpty ? half.rows : min(path.rowsPerPrefix[prefix.count - 1], half.rows)
            if path.isUnique, prefix.count == path.columns.count { examined = 1 }
            if hasRange { examined = max(1, examined / 4) }
            let cost = 1 + max(1, half.rows).log2Approximation + 3 * examined
            if cost < best.cost { best = (cost, examined, Set(prefix)) }
        }
        // Each further constraint is taken to keep a quarter of the rows, a bound a half.
        var rows = best.examined
        for _ in points.subtracting(best.entered) { rows /= 4 }
        for _ in ranges.subtracting(best.entered) { rows /= 2 }
        return (best.cost, rows, best.entered)
    }
}

extension Double {
    /// The binary logarithm, rounded down; for finite numbers from 1 on.
    var log2Approximation: Double { Double(exponent) }
}
