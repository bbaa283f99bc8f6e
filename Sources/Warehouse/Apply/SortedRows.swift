/// The rows of a snapshot in the order of their key, each key once.
struct SortedRows {
    let pages: [RowCells]
    /// In key order.
    private(set) var order: [RowReference]
    /// Rows that stood twice, as they do when rows slide between pages.
    private(set) var duplicates = 0
    /// Cell indexes of the key that tells the partition's rows apart.
    private let key: [Int]
    private let fields: [Field]
    /// Keep the pages' memory.
    private let owners: [DecodedRows]

    var count: Int { order.count }

    /// - Throws: `DecodeError` where one answer holds a key twice and pages cannot have shifted.
    init(_ snapshot: Snapshot, key: [Int]) throws(DecodeError) {
        owners = snapshot.pages
        pages = snapshot.pages.map(\.cells)
        self.key = key
        fields = snapshot.dataset.fields
        order = snapshot.selection ?? Self.all(of: snapshot.pages)
        let mayShift = snapshot.dataset.route?.paging == .pages
        if key.count == 1, isInteger(key[0]) {
            try sortByInteger(key[0], mayShift: mayShift)
        } else {
            let unsorted = order
            order = unsorted.sorted { isBefore($0, $1) }
            try removeDuplicates(mayShift: mayShift)
        }
    }

    private static func all(of pages: [DecodedRows]) -> [RowReference] {
        var all: [RowReference] = []
        all.reserveCapacity(pages.reduce(0) { $0 + $1.rowCount })
        for (page, rows) in pages.enumerated() {
            for row in 0..<rows.rowCount { all.append(RowReference(page: page, row: row)) }
        }
        return all
    }

    /// Asks for the memory of a row that is soon needed.
    @inline(__always)
    func prefetch(_ position: Int) {
        guard position < order.count else { return }
        let reference = order[position]
        pages[Int(reference.page)].prefetch(Int(reference.row))
    }

    /// Asks for the memory of its texts, once its cells are there.
    @inline(__always)
    func prefetchTexts(_ position: Int, _ columns: [Int]) {
        guard position < order.count else { return }
        let reference = order[position]
        for column in columns { pages[Int(reference.page)].prefetchText(Int(reference.row), column) }
    }

    private func isInteger(_ cell: Int) -> Bool {
        order.allSatisfy { pages[Int($0.page)].tag(Int($0.row), cell) == CellTag.integer }
    }

    private mutating func sortByInteger(_ cell: Int, mayShift: Bool) throws(DecodeError) {
        var keyed = order.map { reference in
            let bits = pages[Int(reference.page)].bits(Int(reference.row), cell)
            // With the sign's bit turned, the order of the bits is that of the numbers.
            return KeyedRow(key: bits ^ (1 << 63), row: reference)
        }
        var (isSorted, isUnique) = KeyedRow.check(keyed)
        if !isSorted {
            keyed = KeyedRow.sorted(keyed)
            isUnique = KeyedRow.check(keyed).isUnique
            for (index, row) in keyed.enumerated() { order[index] = row.row }
        }
        if !isUnique { try removeDuplicates(mayShift: mayShift) }
    }

    private func isBefore(_ left: RowReference, _ right: RowReference) -> Bool {
        let order = compare(left, right)
        return order != 0 ? order < 0 : (left.page, left.row) < (right.page, right.row)
    }

    /// Negative, zero or positive by key alone.
    private func compare(_ left: RowReference, _ right: RowReference) -> Int {
        let (leftPage, rightPage) = (pages[Int(left.page)], pages[Int(right.page)])
        for cell in key {
            let order = leftPage.compare(Int(left.row), with: rightPage, Int(right.row), cell: cell)
            if order != 0 { return order }
        }
        return 0
    }

    private mutating func removeDuplicates(mayShift: Bool) throws(DecodeError) {
        guard order.count > 1 else { return }
        var kept = 0
        for index in 1..<order.count {
            guard compare(order[kept], order[index]) == 0 else {
                kept += 1
                order[kept] = order[index]
                continue
            }
            guard mayShift else { throw sameKey(order[index], order[kept]) }
            duplicates += 1
            // The later page was read later: where a row slid, it is the newer word.
            order[kept] = order[index]
        }
        order.removeSubrange((kept + 1)...)
    }

    private func sameKey(_ row: RowReference, _ other: RowReference) -> DecodeError {
        let rows = owners[Int(row.page)]
        let values = key.map { "\(fields[$0].name) \(rows.value(Int(row.row), $0).plainText)" }.joined(separator: ", ")
        let place = owners[Int(other.page)].place(of: Int(other.row))
        let same = place.isEmpty ? "a row before it" : place
        return DecodeError(
            path: rows.place(of: Int(row.row)), message: "the same key as \(same): \(values)", isMalformed: false)
    }
}

/// A row with the one integer that it is sorted by.
struct KeyedRow {
    let key: UInt64
    let row: RowReference

    /// Whether no row lies behind one of a higher key, and, if so, whether no two share theirs.
    static func check(_ rows: [KeyedRow]) -> (isSorted: Bool, isUnique: Bool) {
        var (isSorted, isUnique) = (true, true)
        for index in rows.indices.dropFirst() {
            if rows[index - 1].key > rows[index].key { isSorted = false }
            if rows[index - 1].key == rows[index].key { isUnique = false }
        }
        return (isSorted, isUnique)
    }

    /// Sorted by key, equal keys in the order given: byte by byte from the lowest, leaving out the bytes that all share.
    /// Six times as fast as comparing, for 400,000 rows.
    static func sorted(_ rows: [KeyedRow]) -> [KeyedRow] {
        var counts = [Int](repeating: 0, count: 8 * 256)
        for row in rows {
            for digit in 0..<8 { counts[digit &* 256 &+ Int(row.key >> UInt64(digit &* 8) & 0xff)] &+= 1 }
        }
        var (from, to) = (rows, rows)
        for digit in 0..<8 {
            var places = Array(counts[digit * 256..<(digit + 1) * 256])
            guard !places.contains(rows.count) else { continue }
            var place = 0
            for value in 0..<256 { (places[value], place) = (place, place + places[value]) }
            for row in from {
                let value = Int(row.key >> UInt64(digit &* 8) & 0xff)
                to[places[value]] = row
                places[value] &+= 1
            }
            swap(&from, &to)
        }
        return from
    }
}
