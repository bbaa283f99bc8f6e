public import SQLite
public import Warehouse

/// A rule over stored history: the same view, as of one moment after the other, and the alerts it would have raised.
public struct Backtest {
    public let rule: Rule
    public let policy: AlertPolicy
    private let session: Session

    /// - Parameter session: of the past, with the rule's view.
    public init(_ rule: Rule, _ policy: AlertPolicy, in session: Session) {
        self.rule = rule
        self.policy = policy
        self.session = session
    }

    /// An evaluation: when the rule would have been run, and of which moment the newest data were.
    public struct Step: Sendable, Equatable {
        public var at: Int64
        public var asOf: Int64
    }

    /// One life of an alert.
    public struct Life: Sendable, Equatable {
        public var key: [Value]
        public var state: AlertState
        public var pendingAt: Int64?
        public var firedAt: Int64?
        public var endedAt: Int64?
        public var isBaseline: Bool
        /// How often it would have been told.
        public var told: Int
        /// The row with which it fired, or became pending.
        public var verdict: [Value]
    }

    public struct Result: Sendable {
        /// Of the verdicts; none where no evaluation went well.
        public var columns: [(name: String, kind: ColumnKind?)] = []
        /// In the order in which they began.
        public var lives: [Life] = []
        public var evaluations = 0
        /// Evaluations that found the rule broken, and what the first of them said.
        public var broken = 0
        public var fault: String?
    }

    /// When to evaluate: every so often, but only where something was observed since the last time.
    public func steps(from: Int64, to: Int64, every interval: Int64) throws(SQLiteError) -> [Step] {
        let datasets = try session.datasets(readBy: "SELECT * FROM \"\(rule.viewName)\"")
        let moments = try session.moments(of: datasets, from: from, to: to)
        var steps: [Step] = []
        var next = moments.startIndex
        var at = from
        while at <= to {
            var newest: Int64?
            while next < moments.endIndex, moments[next] <= at {
                newest = moments[next]
                next += 1
            }
            if let newest { steps.append(Step(at: at, asOf: newest)) }
            at += interval
        }
        return steps
    }

    /// - Parameters:
    ///   - prepare: called before each evaluation, with how many are done; sets the time that it may take.
    /// - Throws: SQLite's interrupt where the caller's deadline says so.
    public func run(_ steps: [Step], before prepare: (Int) throws -> Void) throws -> Result {
        var course = Course(policy)
        let query = try rule.prepare(in: session)
        for (index, step) in steps.enumerated() {
            try prepare(index)
            session.move(to: step.asOf)
            let evaluation = Evaluation(rule, policy, rule.evaluate(query, asOf: step.asOf))
            course.result.evaluations += 1
            guard let fault = evaluation.verdicts.fault else {
                course.take(evaluation, step)
                continue
            }
            course.result.broken += 1
            if course.result.fault == nil { course.result.fault = fault }
        }
        return course.result
    }

    /// The alerts on their way.
    private struct Course {
        let policy: AlertPolicy
        var result = Result()
        /// By key.
        private var alive: [String: (life: AlertLife, index: Int?)] = [:]
        private var isBaseline = true

        init(_ policy: AlertPolicy) { self.policy = policy }

        mutating func take(_ evaluation: Evaluation, _ step: Step) {
            let verdicts = evaluation.verdicts
            result.columns = verdicts.columns
            var rest = Set(alive.keys)
            for (judgement, row) in zip(evaluation.judgements(at: step.at), verdicts.rows) {
                rest.remove(judgement.key)
                let key = evaluation.rule.key.map { name in
                    verdicts.columns.firstIndex { $0.name == name }.map { row[$0] } ?? .null
                }
                take(judgement, step, key, row)
            }
            for key in rest.sorted() {
                let gone = Judgement(key: key, finding: .clear, asOf: step.asOf, owner: nil, verdict: "", held: nil)
                take(gone, step, [], [])
            }
            isBaseline = false
        }

        private mutating func take(_ judgement: Judgement, _ step: Step, _ key: [Value], _ row: [Value]) {
            var (life, index) = alive[judgement.key] ?? (AlertLife(), nil)
            let moment = AlertMoment(asOf: max(judgement.asOf, life.since), at: step.at)
            if let taken = life.next(judgement.finding, moment, policy, isBaseline ? .baseline : []) {
                record(taken, life.since, &index, key, row)
            }
            alive[judgement.key] = life.isAlive ? (life, index) : nil
        }

        private mutating func record(
            _ step: AlertStep, _ since: Int64, _ index: inout Int?, _ key: [Value], _ row: [Value]
        ) {
            if index == nil {
                index = result.lives.count
                result.lives.append(
                    Life(key: key, state: step.state, isBaseline: isBaseline, told: 0, verdict: row))
            }
            guard let place = index else { return }
            result.lives[place].state = step.state
            if step.isTold { result.lives[place].told += 1 }
            guard step.cause == .transition else { return }
            switch step.state {
            case .pending: result.lives[place].pendingAt = since
            case .firing:
                result.lives[place].firedAt = since
                result.lives[place].verdict = row
            case .resolved, .inactive: result.lives[place].endedAt = since
            }
        }
    }
}
