import FoundationEssentials
import Testing

/// A file of the repository's that tests read, and that `./dev docs` writes anew where it is generated.
struct Document {
    let path: String

    /// The repository's root.
    static let root: String = {
        var path = #filePath
        for _ in 0..<4 { path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) }
        return path
    }()

    /// Set by `./dev docs`: write what is generated instead of holding it against the file.
    static let isWriting = ProcessInfo.processInfo.environment["ESIWH_WRITE_DOCS"] != nil

    var text: String {
        get throws {
            String(decoding: try Data(contentsOf: URL(filePath: Self.root + "/" + path)), as: UTF8.self)
        }
    }

    /// The file must be as generated.
    func expect(_ generated: String) throws {
        if Self.isWriting {
            try Data(generated.utf8).write(to: URL(filePath: Self.root + "/" + path))
        } else {
            let isSame = try text == generated  // not in the expectation, which would print both texts
            #expect(isSame, "\(path) is not what it documents; run ./dev docs and read the difference")
        }
    }

    /// The part of the file between the two marks of `name` must be as generated.
    func expect(_ generated: String, between name: String) throws {
        let begin = "<!-- \(name): written by ./dev docs -->\n"
        let end = "<!-- end of \(name) -->\n"
        let found = try text
        let opening = try #require(found.firstRange(of: begin), "\(path) lacks \(begin)")
        let closing = try #require(found.firstRange(of: end), "\(path) lacks \(end)")
        try expect(found[..<opening.upperBound] + generated + found[closing.lowerBound...])
    }
}
