/// The place that takes the lines of a ``LogWriter``.
package struct LogOutput: Sendable {
    /// Takes whole lines, and may block for any time.
    let write: @Sendable ([UInt8]) -> Void
    /// Returns the number of lines that were given up so far.
    let lost: @Sendable () -> Int

    /// Creates an output that takes every line.
    package init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
        lost = { 0 }
    }

    private init(_ descriptor: DescriptorOutput) {
        write = { descriptor.write($0) }
        lost = { descriptor.lost }
    }

    /// The standard output of the process, which has no buffer of its own.
    package static let standard = LogOutput(DescriptorOutput(descriptor: 1))

    /// Returns an output to an open file; the caller closes it after the writer has stopped.
    static func descriptor(_ number: CInt, patience: Duration) -> LogOutput {
        LogOutput(DescriptorOutput(descriptor: number, patience: patience))
    }
}
