import Driver
import Warehouse

// Any bytes as a stored SQL file: it is read as each kind, and refused with a message or taken; nothing else.

let status = fuzz { bytes, count in
    guard let text = String(validating: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self) else {
        return -1
    }
    // Names that are in the corpus, so that tables and files can agree.
    for name in ["market_prices", "t"] {
        for kind in StoredKind.allCases {
            do {
                let path = "\(kind.folder)/\(name).sql"
                let file = try StoredFile(kind: kind, name: name, path: path, origin: .shipped, text: text)
                if kind == .dataset { _ = try Dataset(file).columns }
            } catch {
                precondition(!"\(error)".isEmpty, "an error without a word")
            }
        }
    }
    return 0
}
precondition(status == 0)
