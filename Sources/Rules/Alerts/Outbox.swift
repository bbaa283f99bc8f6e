internal import SQLite
internal import Warehouse

/// What is to be told whom: written with the event, taken out by whoever delivers.
///
/// 1. A row is there with its event or not at all.
/// 2. A message's id and events never change from its first attempt on: what is told again is told as the same.
/// 3. A row is one process's at a time, as long as that process lives.
/// 4. A row ends as sent, dead or dropped, and says why; nothing is given up silently.
struct Outbox {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    // MARK: Writing

    func enqueue(_ events: [AlertEvent], _ messenger: Messenger, now: Int64) throws(SQLiteError) {
        guard let first = events.first else { return }
        for event in events {
            for name in messenger.receivers(event) {
                let receiver = messenger.policy.receiver(name)
                // One message for each owner and refresh, which the first event of the commit stands for.
                let digest = receiver.gathers ? "\(first.id)/\(event.owner ?? "")" : event.id
                try connection.run(
                    """
                    INSERT OR IGNORE INTO alert_outbox (event, receiver, status, digest, due_at, created_at)
                    SELECT id, ?, 'waiting', ?, ?, ? FROM alert_events WHERE uid = ?
                    """,
                    [
                        .text(name), .text(digest), .integer(receiver.due(at: now)),
                        .integer(now), .text(event.id),
                    ])
            }
        }
    }

    // MARK: Taking

    /// A message that is this process's to deliver.
    struct Taken {
        var delivery: Delivery
        /// The attempts that failed before.
        var attempts: Int
    }

    /// Takes what is due: messages that were tried before as they were, and new ones within the receivers' rates.
    func take(_ lock: LeaseLock, _ policy: OutboxPolicy, now: Int64) throws -> [Taken] {
        try connection.transaction {
            var taken: [Taken] = []
            for receiver in try receivers(dueAt: now) {
                let due = try due(receiver, now: now)
                let held = due.map { $0.lease.map(lock.isHeldElsewhere) ?? false }
                // What another process is sending counts as sent.
                var free = try allowance(receiver, policy, now: now) - held.count { $0 }
                for (digest, isHeld) in zip(due, held) where !isHeld {
                    guard free > 0 else {
                        try postpone(receiver, policy, now: now)
                        break
                    }
                    free -= 1
                    taken.append(try take(digest, of: receiver, lock.lease, now: now))
                }
            }
            return taken
        }
    }

    private func receivers(dueAt now: Int64) throws(SQLiteError) -> [String] {
        try connection.query(
            """
            SELECT DISTINCT receiver FROM alert_outbox WHERE status = 'waiting' AND due_at <= ? ORDER BY receiver
            """, [.integer(now)]
        ).map { $0[0].plainText }
    }

    /// How many more messages a receiver may be sent within the hour.
    private func allowance(_ receiver: String, _ policy: OutboxPolicy, now: Int64) throws(SQLiteError) -> Int {
        let sent = try connection.value(
            """
            SELECT count(DISTINCT delivery) FROM alert_outbox WHERE receiver = ? AND status = 'sent' AND sent_at > ?
            """, [.text(receiver), .integer(now - 3600)])
        return policy.receiver(receiver).perHour - Int(sent?.integer ?? 0)
    }

    private struct Digest {
        var digest: String
        var delivery: String?
        var lease: Int64?
        var attempts: Int
    }

    private func due(_ receiver: String, now: Int64) throws(SQLiteError) -> [Digest] {
        // Whether a message was tried or not, all its rows are due at the same time.
        try connection.query(
            """
            SELECT digest, delivery, max(lease), max(attempts), min(due_at) AS due, min(id) AS first FROM alert_outbox
            WHERE receiver = ? AND status = 'waiting' AND due_at <= ?
            GROUP BY digest, delivery ORDER BY due, first
            """, [.text(receiver), .integer(now)]
        ).map { row in
            Digest(
                digest: row[0].plainText, delivery: row[1].text, lease: row[2].integer,
                attempts: Int(row[3].integer ?? 0))
        }
    }

    /// What is beyond the rate waits until the oldest message of the hour is an hour old.
    private func postpone(_ receiver: String, _ policy: OutboxPolicy, now: Int64) throws(SQLiteError) {
        let oldest = try connection.value(
            """
            SELECT min(sent_at) FROM (
                SELECT max(sent_at) AS sent_at FROM alert_outbox
                WHERE receiver = ?1 AND status = 'sent' AND sent_at > ?2
                GROUP BY delivery ORDER BY 1 DESC LIMIT ?3)
            """, [.text(receiver), .integer(now - 3600), .integer(Int64(policy.receiver(receiver).perHour))])
        let due = policy.receiver(receiver).due(at: (oldest?.integer ?? now) + 3600)
        try connection.run(
            """
            UPDATE alert_outbox SET due_at = ?1
            WHERE receiver = ?2 AND status = 'waiting' AND due_at <= ?3 AND lease IS NULL
            """, [.integer(max(due, now + 1)), .text(receiver), .integer(now)])
    }

    private func take(_ digest: Digest, of receiver: String, _ lease: Int64, now: Int64) throws -> Taken {
        let id: String
        if let known = digest.delivery {
            id = known
        } else {
            id = try connection.value("SELECT lower(hex(randomblob(16)))")?.text ?? ""
        }
        try connection.run(
            """
            UPDATE alert_outbox SET delivery = ?1, lease = ?2, tried_at = ?3
            WHERE receiver = ?4 AND digest = ?5 AND delivery IS ?6 AND status = 'waiting'
            """,
            [
                .text(id), .integer(lease), .integer(now), .text(receiver), .text(digest.digest),
                digest.delivery.sqlValue,
            ])
        let events = try connection.query(
            "SELECT event FROM alert_outbox WHERE delivery = ? AND status = 'waiting' ORDER BY event", [.text(id)]
        ).compactMap { try AlertEvent.stored($0[0].integer ?? 0, on: connection) }
        let delivery = Delivery(id: id, receiver: receiver, events: events, first: try first(of: id, receiver))
        return Taken(delivery: delivery, attempts: digest.attempts)
    }

    /// By alert the message in which the receiver was told of it first, where that was an earlier one.
    private func first(of delivery: String, _ receiver: String) throws(SQLiteError) -> [String: String] {
        let rows = try connection.query(
            """
            SELECT a.uid, o.delivery, min(o.event)
            FROM alert_outbox AS mine
            JOIN alert_events AS e ON e.id = mine.event
            JOIN alerts AS a ON a.id = e.alert
            JOIN alert_events AS earlier ON earlier.alert = a.id
            JOIN alert_outbox AS o ON o.event = earlier.id AND o.receiver = mine.receiver
            WHERE mine.delivery = ?1 AND mine.receiver = ?2 AND o.delivery IS NOT NULL
            GROUP BY a.uid
            """, [.text(delivery), .text(receiver)])
        let pairs = rows.map { ($0[0].plainText, $0[1].plainText) }.filter { $0.1 != delivery }
        return Dictionary(pairs) { first, _ in first }
    }

    // MARK: Ending

    /// Writes down what became of a message.
    func conclude(_ taken: Taken, _ outcome: DeliveryOutcome, _ policy: OutboxPolicy, now: Int64) throws(SQLiteError) {
        switch outcome {
        case .sent(let words):
            try connection.run(
                """
                UPDATE alert_outbox SET status = 'sent', lease = NULL, attempts = attempts + 1, code = NULL, text = ?,
                    sent_at = ?
                WHERE delivery = ? AND status = 'waiting'
                """, [.text(words), .integer(now), .text(taken.delivery.id)])
        case .retry(let code, let text, let asked):
            let next = policy.next(after: taken.attempts + 1, asked: asked, now: now)
            let receiver = policy.receiver(taken.delivery.receiver)
            try fail(taken, code, text, next.map(receiver.due), now: now)
        case .refused(let code, let text): try fail(taken, code, text, nil, now: now)
        }
    }

    /// - Parameter next: when it is tried again; nil: it is given up.
    private func fail(
        _ taken: Taken, _ code: String, _ text: String, _ next: Int64?, now: Int64
    ) throws(SQLiteError) {
        try connection.run(
            """
            UPDATE alert_outbox SET status = CASE WHEN ?1 IS NULL THEN 'dead' ELSE 'waiting' END, lease = NULL,
                attempts = attempts + 1, code = ?2, text = ?3, due_at = coalesce(?1, due_at), tried_at = ?4
            WHERE delivery = ?5 AND status = 'waiting'
            """, [next.sqlValue, .text(code), .text(text), .integer(now), .text(taken.delivery.id)])
    }

    /// Gives back what was taken and not tried.
    func giveBack(_ taken: [Taken]) throws {
        try connection.transaction {
            for message in taken {
                try connection.run(
                    "UPDATE alert_outbox SET lease = NULL WHERE delivery = ? AND status = 'waiting'",
                    [.text(message.delivery.id)])
            }
        }
    }
}
