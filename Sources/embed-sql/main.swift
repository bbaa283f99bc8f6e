import Foundation

// embed-sql OUTPUT ROOT FILE…: writes a Swift dictionary from each file's path below ROOT to its text.
let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    FileHandle.standardError.write(Data("usage: embed-sql OUTPUT ROOT FILE...\n".utf8))
    exit(64)
}
let root = arguments[2].hasSuffix("/") ? arguments[2] : arguments[2] + "/"
var lines = [
    "/// The files of `schema/`, `queries/` and `templates/`, by path.",
    "public let embeddedFiles: [String: String] = [",
]
for path in arguments.dropFirst(3) {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    lines.append("    \(String(reflecting: String(path.dropFirst(root.count)))): \(String(reflecting: text)),")
}
lines.append(arguments.count == 3 ? "    :" : "")
lines.append("]")
try (lines.joined(separator: "\n") + "\n").write(toFile: arguments[1], atomically: true, encoding: .utf8)
