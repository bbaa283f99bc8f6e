internal import Archive
internal import ESI
internal import HTTP
internal import Ingest
internal import Rules
internal import SQLite
internal import Warehouse

extension CommandStatus {
    /// The one place that knows which error the shell hears as which code.
    init(of error: any Error) {
        switch error {
        case let error as CommandError: self = error.status
        case is ConfigurationError: self = .badConfiguration
        case is FileError: self = .badData
        case let error as SQLiteError: self = Self(of: error)
        case is ESIConfigurationError: self = .badConfiguration
        case is IngestUsageError, is TableUsageError, is AlertUsageError: self = .usage
        case is StaticExportError, is ArchiveError: self = .badData
        case is IngestLock.Held: self = .tryLater
        case is HTTPError: self = .unavailable
        case let error as WarehouseError: self = Self(of: error)
        case is MigrationError, is BackfillSourceError: self = .badData
        case is CancellationError: self = .partial
        default: self = .failed
        }
    }

    private init(of error: WarehouseError) {
        switch error {
        case .foreign: self = .badData
        case .missing, .empty: self = .failed
        }
    }

    private init(of error: SQLiteError) {
        if error.isBusy {
            self = .tryLater
        } else if error.isNotADatabase {
            self = .badData
        } else {
            self = .failed
        }
    }
}

/// What is said of an error: a line, and how to mend it.
enum ErrorText {
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as SQLiteError where error.isBusy:
            "\(error); another program is writing to the warehouse, try again when it is done"
        case let error as SQLiteError where error.isFull: "\(error); the disk is full, make room and run it again"
        case let error as SQLiteError where error.isReadOnly:
            "\(error); check the permissions of the file and of its folder"
        case is CancellationError: "stopped"
        default: "\(error)"
        }
    }
}
