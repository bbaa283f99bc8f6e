/// Rows of several tables in the order of their key, those of one key by their moment.
struct KeyOrder {
    struct Entry {
        var moment: Int64
        var page: Int32
        var row: Int32
        // The key's first two columns where they are whole numbers, which settle nearly all comparisons.
        fileprivate var first: Int64
        fileprivate var second: Int64
    }

    let pages: [RowCells]
    let entries: [Entry]
    private let key: [Int]
    /// Keep the pages' memory.
    private let owners: [DecodedRows]

    init(_ tables: [DecodedRows], _ cells: ArchiveCells) {
        let pages = tables.map(\.cells)
        self.pages = pages
        owners = tables
        key = cells.key
        func number(_ page: RowCells, _ row: Int, _ place: Int) -> Int64 {
            guard place < cells.key.count, page.tag(row, cells.key[place]) == CellTag.integer else { return 0 }
            return Int64(bitPattern: page.bits(row, cells.key[place]))
        }
        var entries: [Entry] = []
        entries.reserveCapacity(tables.reduce(0) { $0 + $1.rowCount })
        for (index, page) in pages.enumerated() {
            for row in 0..<tables[index].rowCount {
                entries.append(
                    Entry(
                        moment: cells.moment(page, row), page: Int32(index), row: Int32(row),
                        first: number(page, row, 0), second: number(page, row, 1)))
            }
        }
        let key = cells.key
        entries.sort { left, right in
            let order = Self.compare(left, right, pages, key)
            if order != 0 { return order < 0 }
            return (left.moment, left.page, left.row) < (right.moment, right.page, right.row)
        }
        self.entries = entries
    }

    /// The end of the entries that share the key of the one at `start`.
    func endOfKey(from start: Int) -> Int {
        var end = start + 1
        while end < entries.count, Self.compare(entries[start], entries[end], pages, key) == 0 { end += 1 }
        return end
    }

    private static func compare(_ left: Entry, _ right: Entry, _ pages: [RowCells], _ key: [Int]) -> Int {
        if left.first != right.first { return left.first < right.first ? -1 : 1 }
        if left.second != right.second { return left.second < right.second ? -1 : 1 }
        let (leftPage, rightPage) = (pages[Int(left.page)], pages[Int(right.page)])
        for cell in key {
            let order = leftPage.compare(Int(left.row), with: rightPage, Int(right.row), cell: cell)
            if order != 0 { return order }
        }
        return 0
    }
}
