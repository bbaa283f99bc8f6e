import Glibc

/// Prints `#name=milliseconds` of wall time and `#name_cpu=milliseconds` of CPU time since the mark before.
struct Stopwatch {
    private var wall = Stopwatch.read(CLOCK_MONOTONIC)
    private var cpu = Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID)

    mutating func mark(_ name: String) {
        let now = (Stopwatch.read(CLOCK_MONOTONIC), Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID))
        print("#\(name)=\((now.0 - wall) * 1000)")
        print("#\(name)_cpu=\((now.1 - cpu) * 1000)")
        (wall, cpu) = (Stopwatch.read(CLOCK_MONOTONIC), Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID))
    }

    static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The median of `count` runs of `body`, in milliseconds.
func median(of count: Int, _ body: () throws -> Void) rethrows -> Double {
    var times: [Double] = []
    for _ in 0..<count {
        let start = Stopwatch.read(CLOCK_MONOTONIC)
        try body()
        times.append((Stopwatch.read(CLOCK_MONOTONIC) - start) * 1000)
    }
    return times.sorted()[count / 2]
}
