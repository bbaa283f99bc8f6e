/// A file of the public archives, decoded: what it holds for each dataset.
public struct ArchivedFile: Sendable {
    /// The file's name without its folder, its size and date: what tells that it was read before.
    public struct Identity: Sendable, Hashable {
        public var name: String
        public var size: Int64
        public var modifiedAt: Int64

        public init(name: String, size: Int64, modifiedAt: Int64) {
            self.name = name
            self.size = size
            self.modifiedAt = modifiedAt
        }
    }

    public var identity: Identity
    public var tables: [ArchivedTable]

    public init(_ identity: Identity, tables: [ArchivedTable]) {
        self.identity = identity
        self.tables = tables
    }

    public var rowCount: Int { tables.reduce(0) { $0 + $1.rows.rowCount } }
}

/// What an archive's file holds for one dataset, in the cells of `CSVDecoder`.
public struct ArchivedTable: Sendable {
    public var dataset: Dataset
    public var rows: DecodedRows
    /// What of the file is not among the rows: where it was cut, or which rows are broken.
    public var fault: String?

    public init(_ dataset: Dataset, rows: DecodedRows, fault: String? = nil) {
        self.dataset = dataset
        self.rows = rows
        self.fault = fault
    }

    /// Of a file that has no row for the dataset.
    public init(without dataset: Dataset, fault: String? = nil) {
        var none = RowBuilder(columnCount: dataset.columns.count + 1)
        self.init(dataset, rows: none.take(), fault: fault)
    }

    /// Whether the file's rows are judged one by one, each by what is known of its key; otherwise by partition, as
    /// sweeps.
    public var isJudgedByRow: Bool { dataset.lifetime.isFact || dataset.archive?.absence == .keeps }
}

/// What became of an archive's file, for one dataset.
public struct ArchiveResult: Sendable, Hashable {
    public var dataset: String
    public var file: String
    public var fault: String?
    public var rows = 0
    /// Rows that begin a key's history, or lie before it.
    public var added = 0
    /// Versions that follow another.
    public var changed = 0
    public var removed = 0
    /// Rows about moments of which the warehouse knows already: they change nothing.
    public var known = 0
    /// Rows about moments behind the dataset's horizon, which are not kept.
    public var pruned = 0
    /// The earliest moment that the file says something new about.
    var newsFrom: Int64?
    /// Some of it waits for the end of the run.
    public var isPending = false

    public init(dataset: String, file: String) {
        self.dataset = dataset
        self.file = file
    }
}

/// Where an archive's rows hold what.
struct ArchiveCells {
    /// The cell of each of the dataset's columns, in their order.
    let columns: [Int]
    /// The cells of the primary key, in its order.
    let key: [Int]
    /// The cells of the partition's columns, in their order.
    let partition: [Int]
    /// The cell of the observation's moment.
    let moment: Int

    init(_ dataset: Dataset) {
        let names =
            dataset.columns.filter { !$0.isPathParameter }.map(\.name)
            + dataset.columns.filter(\.isPathParameter).map(\.name)
        func cell(_ name: String) -> Int? { names.firstIndex(of: name) }
        columns = dataset.columns.compactMap { cell($0.name) }
        key = dataset.key.compactMap(cell)
        partition = dataset.partitionColumns.compactMap(cell)
        moment = names.count
    }

    func moment(_ rows: RowCells, _ row: Int) -> Int64 { Int64(bitPattern: rows.bits(row, moment)) }

    func partition(_ rows: RowCells, _ row: Int, of dataset: Dataset) -> Partition {
        Partition(zip(dataset.partitionColumns, partition).map { .init(name: $0, value: rows.value(row, $1)) })
    }
}
