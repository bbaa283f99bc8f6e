extension ConfigurationKey {
    /// The `esiwh.yaml` that `init` writes: each key in a comment of its own, with its default, nothing set.
    static var template: String {
        var lines = [
            "## esiwh's configuration. Each key can be given as an environment variable or with --set as well;",
            "## these are stronger than this file. All keys: docs/configuration.md",
        ]
        var group = ""
        for key in all {
            let parts = key.name.split(separator: ".", maxSplits: 1).map(String.init)
            let isNested = parts.count == 2
            if !isNested || parts[0] != group { lines.append("") }
            if isNested, parts[0] != group { lines.append("#\(parts[0]):") }
            group = isNested ? parts[0] : ""
            let indent = isNested ? "  " : ""
            lines.append("#\(indent)# \(key.help)")
            lines.append("#\(indent)# default: \(key.standard); \(key.environmentName)")
            lines.append("#\(indent)\(parts.last ?? ""): \(key.example)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
