internal import Glibc
internal import Rules

/// Where secrets come from: the environment, or a file that nobody but its owner may read.
struct Secrets {
    let environment: [String: String]

    /// The variable's value, else the file's text without the line end behind it; nil where there is neither.
    func find(_ variable: String, file: Configuration.Setting?, key: String) throws(ConfigurationError) -> Secret? {
        if let text = environment[variable], !text.isEmpty { return Secret(text) }
        guard let file else { return nil }
        return Secret(try Self.read(file, key))
    }

    private static func read(_ file: Configuration.Setting, _ key: String) throws(ConfigurationError) -> String {
        func fault(_ message: String, _ mend: String) -> ConfigurationError {
            ConfigurationError(file.place, "\(key): \(file.text.withVisibleControls()) \(message)", mend: mend)
        }
        // Its permissions are asked of the file that is open: it cannot be another by then.
        let descriptor = open(file.text, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw fault("cannot be read: \(String(cString: strerror(errno)))", "check the path and its permissions")
        }
        defer { close(descriptor) }
        var state = stat()
        guard fstat(descriptor, &state) == 0, state.st_mode & S_IFMT == S_IFREG else {
            throw fault("is no file", "give the path of one that holds nothing else")
        }
        guard state.st_mode & 0o077 == 0 else {
            throw fault("may be read by others", "chmod 600 \(file.text.withVisibleControls())")
        }
        var bytes = [UInt8](repeating: 0, count: 4097)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0, count < bytes.count else { throw fault("is over 4096 bytes", "put the secret alone into it") }
        bytes.removeLast(bytes.count - count)
        if bytes.last == 10 { bytes.removeLast() }
        if bytes.last == 13 { bytes.removeLast() }
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
            throw fault("holds no secret", "put the secret alone into it, as text")
        }
        return text
    }
}
