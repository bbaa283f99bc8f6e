internal import Warehouse

/// What the user has settled, from flags, environment, `esiwh.yaml` and defaults, in this order of strength.
struct Configuration: Equatable {
    enum Regions: Equatable {
        case all
        case some([Int64])
    }

    /// Goes into the User-Agent of each request; nil where none is given.
    var contact: String?
    var esiURL = "https://esi.evetech.net"
    /// A file of certificates in PEM trusted for `esiURL` instead of the system's.
    var esiCA: String?
    var regions = Regions.some([10_000_002])
    var ownCharacters: [Int64] = []
    var ownCorporations: [Int64] = []
    var ownOrders: [Int64] = []
    var friendCharacters: [Int64] = []
    var friendCorporations: [Int64] = []
    var friendAlliances: [Int64] = []
    var watchedTypes: [Int64] = []
    /// By rule and parameter.
    var rules: [String: [String: Setting]] = [:]
    var mail = MailConfiguration()
    var webhooks: [WebhookConfiguration] = []
    var routes: [RouteConfiguration] = []
    /// Nobody is told anything then; in UTC.
    var quietHours: Setting?
    /// To one receiver.
    var messagesPerHour = 30

    /// A value and where it was written, so that an error found later can name the place.
    struct Setting: Equatable {
        var text: String
        var place: Place
    }
}

/// Where a setting comes from: `esiwh.yaml:3`, `ESIWH_REGIONS`, `--set`.
struct Place: Equatable, CustomStringConvertible {
    var source: String
    var line = 0

    var description: String { line > 0 ? "\(source):\(line)" : source }
}

/// A setting that cannot be used: where, why, and what mends it.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    var place: Place
    var message: String
    var mend: String?

    init(_ place: Place, _ message: String, mend: String? = nil) {
        self.place = place
        self.message = message
        self.mend = mend
    }

    init(_ error: FileError) {
        self.init(Place(source: error.file, line: error.line), error.message, mend: error.mend)
    }

    var description: String { "\(place): \(message)" + (mend.map { "; \($0)" } ?? "") }
}
