/// The rows of a snapshot in the order of their key, each key once.
struct SortedRows {
    let pages: [DecodedRows]
    /// In key order.
    private(set) var order: [RowReference]
    /// Rows that stood twice, as they do when rows slide between pages.
    private(set) var duplicates = 0
    /// Cell indexes of the key that tells the partition's rows apart.
    private let key: [Int]

    /// - Throws: `DecodeError` where one answer holds a key twice and pages cannot have shifted.
    init(_ snapshot: Snapshot, key: [Int]) throws(DecodeError) {
        pages = snapshot.pages
        self.key = key
        order =
            snapshot.selection
            ?? snapshot.pages.enumerated().flatMap { page, rows in
                (0..<rows.rowCount).map { RowReference(page: page, row: $0) }
            }
        if key.count == 1, isInteger(key[0]) {
            sortByInteger(key[0])
        } else {
            let unsorted = order
            order = unsorted.sorted { isBefore($0, $1) }
        }
        try removeDuplicates(mayShift: snapshot.dataset.route?.paging == .pages)
    }

    private func isInteger(_ cell: Int) -> Bool {
        order.allSatisfy { pages[Int($0.page)].tag(Int($0.row), cell) == CellTag.integer }
    }

    private mutating func sortByInteger(_ cell: Int) {
        var keyed = order.map { reference in
            (key: Int64(bitPattern: pages[Int(reference.page)].bits(Int(reference.row), cell)), row: reference)
        }
        let isSorted = zip(keyed, keyed.dropFirst()).allSatisfy { $0.key <= $1.key }
        if !isSorted {
            keyed.sort { ($0.key, $0.row.page, $0.row.row) < ($1.key, $1.row.page, $1.row.row) }
        }
        order = keyed.map(\.row)
    }

    private func isBefore(_ left: RowReference, _ right: RowReference) -> Bool {
        let order = compare(left, right)
        return order != 0 ? order < 0 : (left.page, left.row) < (right.page, right.row)
    }

    /// Negative, zero or positive by key alone.
    private func compare(_ left: RowReference, _ right: RowReference) -> Int {
        for cell in key {
            let order = pages[Int(left.page)].compare(
                Int(left.row), with: pages[Int(right.page)], Int(right.row), cell: cell)
            if order != 0 { return order }
        }
        return 0
    }

    private mutating func removeDuplicates(mayShift: Bool) throws(DecodeError) {
        guard order.count > 1 else { return }
        var kept = 0
        for index in 1..<order.count {
            if compare(order[kept], order[index]) != 0 {
                kept += 1
                order[kept] = order[index]
                continue
            }
            guard mayShift else {
                throw DecodeError(
                    path: "/\(order[index].row)", message: "the same key as /\(order[kept].row)", isMalformed: false)
            }
            duplicates += 1
            // The later page was read later: where a row slid, it is the newer word.
            order[kept] = order[index]
        }
        order.removeSubrange((kept + 1)...)
    }
}
