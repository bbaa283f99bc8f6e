internal import Archive
internal import Warehouse

/// Decodes an archive's file for the datasets that it may fill.
struct ArchiveDecoder: Sendable {
    let datasets: [Dataset]
    let inflatedBytes: Int64

    struct Decoded: Sendable {
        var file: ArchivedFile
        /// Columns that datasets do not have, by the dataset's name.
        var unknown: [String: [String]] = [:]
        /// Faults by file and line, for people.
        var faults: [String] = []
    }

    /// Only cancellation is thrown: a file that cannot be read is a fault, and what of it is whole is kept.
    func decode(_ file: ArchiveFile) throws -> Decoded {
        var decoded = Decoded(file: ArchivedFile(file.identity, tables: []))
        do throws(ArchiveError) {
            let reader = try ArchiveReader(path: file.path, limits: .init(inflatedBytes: inflatedBytes))
            while let entry = try reader.next() {
                let name = file.isContainer ? entry.name : file.inside
                for dataset in datasets where dataset.archive?.matches(name) == true {
                    guard !Task.isCancelled else { break }
                    // Backfill has made one of each before the first file.
                    guard let decoder = try? CSVDecoder(dataset) else { continue }
                    try table(name, dataset, decoder, file, reader, &decoded)
                }
            }
        } catch {
            // Beyond the tables: all that was to come is missing.
            fail(&decoded, error.message, file.isContainer ? error.entry ?? "" : "", file)
        }
        try Task.checkCancellation()
        complete(&decoded, file)
        return decoded
    }

    private func table(
        _ name: String, _ dataset: Dataset, _ decoder: CSVDecoder, _ file: ArchiveFile, _ reader: ArchiveReader,
        _ decoded: inout Decoded
    ) throws(ArchiveError) {
        let place = file.isContainer ? "\(file.path), \(name)" : file.path
        var fault: String?
        var cut: ArchiveError?
        do {
            while !Task.isCancelled, let bytes = try reader.read() { try decoder.append(bytes) }
            try decoder.finish()
        } catch let error as CSVFault {
            fault = "\(error)"
        } catch let error as ArchiveError {
            // A row that was cut is none; those before it are whole.
            cut = error
            fault = error.message + " behind row \(decoder.rowCount)"
        } catch {
            fault = "\(error)"
        }
        if let fault { decoded.faults.append("\(place): \(fault)") }
        decoded.faults += decoder.faults.map { "\(place): \($0)" }
        if decoder.faultCount > decoder.faults.count {
            decoded.faults.append("\(place): \(decoder.faultCount - decoder.faults.count) more broken rows")
        }
        let broken = decoder.faultCount == 0 ? nil : "\(decoder.faultCount) broken rows, first \(decoder.faults[0])"
        if !decoder.unknownColumns.isEmpty { decoded.unknown[dataset.name] = decoder.unknownColumns }
        decoded.file.tables.append(
            ArchivedTable(dataset, rows: decoder.take(), fault: fault ?? broken))
        if let cut, file.isContainer { throw cut }
    }

    /// The whole file's fault is one of each of its tables: its end was not seen.
    private func fail(_ decoded: inout Decoded, _ message: String, _ entry: String, _ file: ArchiveFile) {
        for index in decoded.file.tables.indices where decoded.file.tables[index].fault == nil {
            decoded.file.tables[index].fault = message
        }
        let isTold = decoded.faults.contains { $0.contains(message) }
        if !isTold { decoded.faults.append("\(file.path)\(entry.isEmpty ? "" : ", \(entry)"): \(message)") }
        for dataset in datasets where !decoded.file.tables.contains(where: { $0.dataset.name == dataset.name }) {
            decoded.file.tables.append(ArchivedTable(without: dataset, fault: message))
        }
    }

    /// A container that lacks a dataset's file was read for it all the same.
    private func complete(_ decoded: inout Decoded, _ file: ArchiveFile) {
        for dataset in datasets where !decoded.file.tables.contains(where: { $0.dataset.name == dataset.name }) {
            decoded.file.tables.append(ArchivedTable(without: dataset))
        }
    }
}
