/// How receivers are told: when, in which pieces, how often, and how long one that does not answer is tried.
public struct OutboxPolicy: Sendable, Equatable {
    public struct Receiver: Sendable, Equatable {
        /// Nothing is sent then; what falls into them is due at their end.
        public var quietHours: QuietHours?
        /// Messages within an hour at most.
        public var perHour = 30
        /// Whether the events of one owner and refresh come as one message, else each as its own.
        public var gathers = true

        public init(quietHours: QuietHours? = nil, perHour: Int = 30, gathers: Bool = true) {
            self.quietHours = quietHours
            self.perHour = perHour
            self.gathers = gathers
        }

        /// The moment, or where it is quiet then the end of the quiet.
        func due(at moment: Int64) -> Int64 { quietHours?.end(at: moment) ?? moment }
    }

    /// By name; others are as `Receiver()`.
    public var receivers: [String: Receiver]
    /// After so many seconds a failed delivery is tried again; after the last of them it is given up.
    public var schedule: [Int64]

    public init(
        receivers: [String: Receiver] = [:],
        schedule: [Int64] = [30, 120, 300, 900, 3600, 3600, 10_800, 21_600, 43_200, 86_400]
    ) {
        self.receivers = receivers
        self.schedule = schedule
    }

    public func receiver(_ name: String) -> Receiver { receivers[name] ?? Receiver() }

    /// When a delivery that failed for the `attempts`-th time is tried again; nil: it is given up.
    /// - Parameter asked: what the peer asked to wait, in seconds; it is believed within a day.
    func next(after attempts: Int, asked: Int64?, now: Int64) -> Int64? {
        guard attempts <= schedule.count else { return nil }
        return now + (asked.map { min(max($0, 1), 86_400) } ?? schedule[attempts - 1])
    }
}

/// A time of day in which nothing is sent, in UTC as all of EVE's times: `22:00-07:00`.
public struct QuietHours: Sendable, Equatable {
    /// Seconds of the day.
    public var from: Int64
    public var to: Int64

    public init(from: Int64, to: Int64) {
        self.from = from
        self.to = to
    }

    /// Reads `22:00-07:00`; nil where it is none.
    public init?(_ text: String) {
        let halves = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.seconds)
        guard halves.count == 2, let from = halves[0], let to = halves[1], from != to else { return nil }
        self.init(from: from, to: to)
    }

    private static func seconds(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { "0"..."9" ~= $0 } }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 3600 + minute * 60
    }

    /// The moment itself, or where it is quiet the end of the quiet.
    public func end(at moment: Int64) -> Int64 {
        let time = moment % 86_400
        let isQuiet = from < to ? time >= from && time < to : time >= from || time < to
        guard isQuiet else { return moment }
        return moment - time + to + (to <= time ? 86_400 : 0)
    }
}

/// Who is told of what, and how.
public struct Messenger: Sendable {
    /// The names of the receivers of an event.
    public var receivers: @Sendable (AlertEvent) -> [String]
    public var deliver: @Sendable (Delivery) async -> DeliveryOutcome
    public var policy: OutboxPolicy

    public init(
        policy: OutboxPolicy = OutboxPolicy(), receivers: @escaping @Sendable (AlertEvent) -> [String],
        deliver: @escaping @Sendable (Delivery) async -> DeliveryOutcome
    ) {
        self.policy = policy
        self.receivers = receivers
        self.deliver = deliver
    }

    /// Nobody is told anything.
    public static let none = Messenger(receivers: { _ in [] }, deliver: { _ in .sent("") })
}
