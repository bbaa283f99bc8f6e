internal import ArgumentParser
internal import SQLite

/// Options of the commands that print rows.
struct FormatOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How to write the rows: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table

    @Flag(help: "Write amounts as 1.25 B and moments as 3 h ago, in table, markdown and html.")
    var human = false

    func style(_ context: Context) -> HumanStyle? {
        human && format.isForPeople ? HumanStyle(now: context.clock.now) : nil
    }
}

/// As `FormatOptions`, for what may be drawn as well.
struct DrawingOptions: ParsableArguments {
    /// A format for rows, or a drawing in a file.
    enum Format: ExpressibleByArgument, Equatable, CustomStringConvertible {
        case rows(OutputFormat)
        case svg

        init?(argument: String) {
            if argument == "svg" {
                self = .svg
            } else {
                guard let format = OutputFormat(rawValue: argument) else { return nil }
                self = .rows(format)
            }
        }

        static let allValueStrings = OutputFormat.allCases.map(\.rawValue) + ["svg"]
        static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

        var description: String {
            switch self {
            case .rows(let format): format.rawValue
            case .svg: "svg"
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            "How to write the rows: \(OutputFormat.names); or svg, the report's chart as a file.", valueName: "format"))
    var format = Format.rows(.table)

    @Flag(help: "Write amounts as 1.25 B and moments as 3 h ago, in table, markdown and html.")
    var human = false

    @Flag(help: "Draw the report's chart in the terminal instead of writing its rows.")
    var chart = false

    func validate() throws {
        if chart, format != .rows(.table) { throw ValidationError("--chart draws in the terminal; leave --format out") }
    }

    /// The format of rows; nil where a chart is drawn.
    var rows: OutputFormat? {
        if case .rows(let format) = format, !chart { return format }
        return nil
    }

    func style(_ context: Context) -> HumanStyle? {
        human && rows?.isForPeople == true ? HumanStyle(now: context.clock.now) : nil
    }
}

/// Options of the commands that read the warehouse as of a moment.
struct AsOfOptions: ParsableArguments {
    @Option(
        name: .customLong("as-of"), parsing: .unconditional,
        help: ArgumentHelp(
            "Read everything as of this moment: \(MomentText.forms).", valueName: "moment"))
    var asOf: String?
}

/// `name=value`, as `--param`, `--where` and `--set` take it.
struct Assignment: ExpressibleByArgument, Equatable {
    var name: String
    var value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        name = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
    }
}

/// Bounds of one statement.
struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Give up after so many seconds; 0 never does.", valueName: "seconds"))
    var timeLimit: Double = 60

    @Option(
        help: ArgumentHelp(
            """
            Write so many rows at most, and say when there were more; 0 writes all. Where it is not given: 1000 in table, \
            markdown and html, all in the other formats.
            """, valueName: "rows"))
    var maxRows: Int?

    func validate() throws {
        if timeLimit < 0 || !timeLimit.isFinite { throw ValidationError("--time-limit must not be negative") }
        if let maxRows, maxRows < 0 { throw ValidationError("--max-rows must not be negative") }
    }

    /// nil for all.
    ///
    /// - Parameter format: nil for a chart, which takes all.
    func rows(for format: OutputFormat?) -> Int? {
        guard let maxRows else { return format?.isForPeople == true ? 1000 : nil }
        return maxRows == 0 ? nil : maxRows
    }

    /// The time begins to count.
    func apply(to connection: Connection, _ context: Context) {
        let deadline = timeLimit > 0 ? ContinuousClock.now + .seconds(timeLimit) : nil
        let interrupts = context.interrupts
        connection.setDeadline(deadline) { interrupts.isInterrupted }
    }

    /// Runs `body`; a statement that was ended is told by what ended it.
    func interpreting<T>(_ context: Context, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SQLiteError where error.isInterrupt {
            throw interruption(context)
        }
    }

    /// Why a statement was ended: by Ctrl-C, or by the clock.
    func interruption(_ context: Context) -> CommandError {
        if context.interrupts.isInterrupted { return CommandError(.failed, "stopped") }
        return CommandError(
            .failed, "not done within \(CellText.isk(timeLimit)) s", mend: "give it longer with --time-limit")
    }
}
