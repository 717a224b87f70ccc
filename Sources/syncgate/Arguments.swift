import CProcess

/// The arguments of the process, as the system gave them to `main`.
enum Arguments {
    /// The arguments without the name of the program.
    ///
    /// `CommandLine.arguments` loses them without /proc, and beside a library that moves the environment.
    static var all: [String] {
        (1..<max(1, syncgate_argument_count())).compactMap { index in
            unsafe syncgate_argument(index).map { unsafe String(cString: $0) }
        }
    }
}
