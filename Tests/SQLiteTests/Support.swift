import Glibc
import SQLite

func memory() throws -> Connection {
    try Connection(path: ":memory:", mode: .create)
}

/// A name for a database that is removed at the end.
final class TemporaryFile {
    let name: String

    init() {
        name = "/tmp/esiwh-sqlite-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    }

    deinit {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(name + suffix) }
    }

    func write(_ bytes: [UInt8]) throws {
        let file = fopen(name, "w")
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failed() }
    }

    struct Failed: Error {}
}

struct Stop: Error, Equatable {}

/// Numbers that are the same in each run.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
