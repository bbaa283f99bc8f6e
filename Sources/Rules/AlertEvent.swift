public import SQLite

/// Where an alert is in its life.
public enum AlertState: String, Sendable, CaseIterable {
    /// There is no alert: where one comes from, or goes back to when it never fired.
    case inactive
    /// The rule says firing, but not yet for as long as `for` asks.
    case pending
    case firing
    case resolved
}

/// How much an alert matters; routes go by it.
public enum Severity: String, Sendable, CaseIterable, Comparable {
    case info, warning, critical

    public static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

/// One transition of one alert, as receivers are told it.
public struct AlertEvent: Sendable, Equatable {
    /// Stable: receivers drop repeats by it.
    public var id: String
    /// The same for all events of one alert's life, from firing to resolved: mails are threaded by it.
    public var alertID: String
    /// The rule's name.
    public var rule: String
    /// The rule's title.
    public var title: String
    /// The columns that tell what the verdict is about, in the rule's order.
    public var key: [(name: String, value: Value)]
    public var state: AlertState
    public var previous: AlertState
    public var severity: Severity
    public var labels: [String: String]
    /// Whose alert it is: events of one owner and refresh are one message. Nil where the rule has none.
    public var owner: String?
    /// The moment that the data are of, in Unix seconds as all moments here.
    public var asOf: Int64
    /// Since when the alert has been in its state.
    public var since: Int64
    /// When the transition was recorded.
    public var at: Int64
    /// The verdict's row as of the transition: the evidence.
    public var verdict: [(name: String, value: Value)]
    /// What a column's values mean where the storage class does not say: `isk`, `timestamp`, `boolean`, `json`.
    public var units: [String: String]

    public init(
        id: String, alertID: String, rule: String, title: String, key: [(name: String, value: Value)],
        state: AlertState, previous: AlertState, severity: Severity, labels: [String: String] = [:],
        owner: String? = nil, asOf: Int64, since: Int64, at: Int64, verdict: [(name: String, value: Value)],
        units: [String: String] = [:]
    ) {
        self.id = id
        self.alertID = alertID
        self.rule = rule
        self.title = title
        self.key = key
        self.state = state
        self.previous = previous
        self.severity = severity
        self.labels = labels
        self.owner = owner
        self.asOf = asOf
        self.since = since
        self.at = at
        self.verdict = verdict
        self.units = units
    }

    // By hand: tuples are not Equatable.
    public static func == (one: AlertEvent, other: AlertEvent) -> Bool {
        func same(_ columns: KeyPath<AlertEvent, [(name: String, value: Value)]>) -> Bool {
            one[keyPath: columns].elementsEqual(other[keyPath: columns]) { $0 == $1 }
        }
        return one.id == other.id && one.alertID == other.alertID && one.rule == other.rule
            && one.title == other.title && one.state == other.state && one.previous == other.previous
            && one.severity == other.severity && one.labels == other.labels && one.owner == other.owner
            && one.asOf == other.asOf && one.since == other.since && one.at == other.at
            && one.units == other.units && same(\.key) && same(\.verdict)
    }
}

/// What one receiver is to be told at once: a message.
public struct Delivery: Sendable {
    /// Stable over retries: receivers drop repeats by it.
    public var id: String
    public var receiver: String
    public var events: [AlertEvent]
    /// By alert (`alertID`) the id of the delivery by which this receiver was told of it first: a mail answers that one.
    /// None for an alert that this delivery is the first to tell of.
    public var first: [String: String]

    public init(id: String, receiver: String, events: [AlertEvent], first: [String: String] = [:]) {
        self.id = id
        self.receiver = receiver
        self.events = events
        self.first = first
    }
}

/// What became of a delivery.
public enum DeliveryOutcome: Sendable {
    /// The peer took it; its own words.
    case sent(String)
    /// Not now: the peer's code and text, and after how many seconds it asks to be tried again, where it does.
    case retry(code: String, text: String, after: Int64?)
    /// Never: trying again would change nothing.
    case refused(code: String, text: String)
}
