/// What libFuzzer calls with each input; it returns 0, or -1 to keep the input out of the corpus.
public typealias Probe = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, _ probe: Probe
) -> CInt

/// Fuzzes `probe` as the command line says. SwiftPM gives an executable a `main` of its own, hence libFuzzer's driver
/// is called rather than its `main` linked.
public func fuzz(_ probe: Probe) -> CInt {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    return runDriver(&count, &arguments, probe)
}
