extension StoredFile {
    /// The line that declares a column's place (`fields`) or kind (`columns`), else its own in the table.
    func line(ofColumn name: String, keys: [String] = []) -> Int {
        for key in keys {
            if let entry = frontMatter[key]?.entries?.first(where: { $0.key == name }) { return entry.line }
        }
        let words = body.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let code = line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
            return code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        }
        // A definition begins its line, where the table is laid out as it should be.
        let index = words.firstIndex { $0.first == name } ?? words.firstIndex { $0.contains(name) }
        return bodyLine + (index ?? 0)
    }
}
