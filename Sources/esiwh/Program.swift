internal import ArgumentParser
import Glibc

@main
enum Program {
    static func main() async {
        // A reader that goes away ends our writing with EPIPE (`OutputClosed`), not the process in the midst of an ingest.
        signal(SIGPIPE, SIG_IGN)
        let interrupts = Interrupts()
        let signals = interrupts.install()
        let status = await run(
            Array(CommandLine.arguments.dropFirst()), environment: environment(), out: Sink(descriptor: 1),
            err: Sink(descriptor: 2), interrupts: interrupts)
        withExtendedLifetime(signals) { exit(status.rawValue) }
    }

    /// Runs one command line: what `main` does, with all that it reads and writes given.
    static func run(
        _ arguments: [String], environment: [String: String], out: Sink, err: Sink,
        interrupts: Interrupts = Interrupts()
    ) async -> CommandStatus {
        do {
            let status = try await execute(
                arguments, environment: environment, out: out, err: err, interrupts: interrupts)
            try out.flush()
            try err.flush()
            return status
        } catch {
            return report(error, out: out, err: err)
        }
    }

    private static func execute(
        _ arguments: [String], environment: [String: String], out: Sink, err: Sink, interrupts: Interrupts
    ) async throws -> CommandStatus {
        var command = try Esiwh.parseAsRoot(arguments)
        guard let ours = command as? any Command else {
            // Help, version and completion scripts of ArgumentParser's own: they throw what they have to say.
            try command.run()
            return .done
        }
        let context = try Context(ours.common, environment: environment, out: out, err: err, interrupts: interrupts)
        return try await ours.run(in: context)
    }

    /// Says an error where it belongs. What was written before stays.
    private static func report(_ error: any Error, out: Sink, err: Sink) -> CommandStatus {
        if error is OutputClosed { return .done }
        let isParsers = !(error is CommandError) && Esiwh.exitCode(for: error) != .failure
        let text: String
        let status: CommandStatus
        if isParsers {
            status = Esiwh.exitCode(for: error) == .success ? .done : .usage
            let full = Esiwh.fullMessage(for: error)
            text = full.hasPrefix("Error: ") ? "esiwh: " + full.dropFirst(7) : full
        } else {
            status = CommandStatus(of: error)
            text = "esiwh: " + ErrorText.of(error)
        }
        // Nothing is left to tell anybody where even this cannot be written: the status says it.
        try? out.flush()
        let sink = status == .done ? out : err
        try? sink.write(text.hasSuffix("\n") ? text : text + "\n")
        try? sink.flush()
        return status
    }

    static func environment() -> [String: String] {
        var result: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                result[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return result
    }
}
