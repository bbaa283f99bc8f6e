/// Where everything lies: below `$ESIWH_HOME`, else in the XDG folders (specifications.freedesktop.org/basedir-spec).
struct Paths: Equatable {
    var configuration: String
    /// The user's own stored SQL.
    var sql: String
    /// The user's own templates of messages.
    var templates: String
    var warehouse: String
    var cache: String

    /// - Parameter home: `--home`, which stands above `ESIWH_HOME`.
    init(home: String?, environment: [String: String]) throws(ConfigurationError) {
        if let home = home ?? environment["ESIWH_HOME"], !home.isEmpty {
            self.init(configuration: home, data: home, cache: home)
            return
        }
        self.init(
            configuration: try Self.folder("XDG_CONFIG_HOME", ".config", environment),
            data: try Self.folder("XDG_DATA_HOME", ".local/share", environment),
            cache: try Self.folder("XDG_CACHE_HOME", ".cache", environment))
    }

    private init(configuration: String, data: String, cache: String) {
        self.configuration = configuration + "/esiwh.yaml"
        sql = configuration + "/sql"
        templates = configuration + "/templates"
        warehouse = data + "/warehouse.sqlite"
        self.cache = cache + "/cache.sqlite"
    }

    private static func folder(
        _ variable: String, _ standard: String, _ environment: [String: String]
    ) throws(ConfigurationError) -> String {
        // "All paths set in these environment variables must be absolute": a relative one is to be ignored.
        if let folder = environment[variable], folder.hasPrefix("/") { return folder + "/esiwh" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw ConfigurationError(
                Place(source: "HOME"), "not set, so there is no place for the warehouse",
                mend: "set ESIWH_HOME to a folder, or give --home")
        }
        return "\(home)/\(standard)/esiwh"
    }

    /// The folder of a path.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
