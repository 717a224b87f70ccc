import Glibc

/// The micro benchmark: it runs one workload a number of times, for `Benchmarks/micro.py` and
/// `Benchmarks/scale.py`.
///
///     Micro                  prints the names of all workloads, a line each
///     Micro NAME COUNT       runs the workload COUNT times and prints the nanoseconds of one run
///     Micro scale NAME SIZE  fills a table, prints its cost, and waits for a line before it ends
///
/// The scripts count, not this program. The cost of one run is the difference between two processes with
/// different counts. It is exact for allocations and, under callgrind, for instructions.
@main
struct Micro {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first, arguments.last.flatMap { Int($0) }) {
        case (nil, _, _):
            for workload in Workload.all { print(workload.name) }
        case ("scale", let name?, let size?):
            guard let scale = Scale.all[name] else { return refuse("table '\(name)' is unknown") }
            scale(size)
            // The reader of a pipe gets the line before the wait, too.
            fflush(nil)
            _ = readLine()
        case (let name?, _, let count?):
            guard let workload = Workload.all.first(where: { $0.name == name }) else {
                return refuse("workload '\(name)' is unknown; run Micro for the names")
            }
            let operation = workload.prepare()
            operation()
            print(nanoseconds(of: count, operation))
        default:
            refuse("usage: Micro [NAME COUNT | scale NAME SIZE]")
        }
    }

    private static func refuse(_ reason: String) { print("Micro: \(reason)") }
}

/// A piece of work that is run again and again.
struct Workload {
    /// The name on the command line, which is also the key of the thresholds.
    let name: String
    /// Makes all that the work needs, and returns the work.
    let prepare: () -> () -> Void

    static var all: [Workload] { requests + bodies + responses + policy + pages + signing + tokens }
}

/// Returns the nanoseconds that one of `count` runs takes.
@inline(never)
func nanoseconds(of count: Int, _ operation: () -> Void) -> Int64 {
    let clock = ContinuousClock()
    let took = clock.measure { for _ in 0..<count { operation() } }
    let (seconds, attoseconds) = took.components
    return (seconds * 1_000_000_000 + attoseconds / 1_000_000_000) / Int64(max(1, count))
}

/// Takes a value, so that the compiler does not remove its computation.
@inline(never)
@_optimize(none)
func keep<Value>(_ value: Value) {}

/// Returns the value.
///
/// If it is nil, the benchmark is wrong: the process prints that and exits with 70.
func need<Value>(_ value: Value?, _ name: String) -> Value {
    guard let value else {
        print("Micro: \(name) does not exist")
        exit(70)
    }
    return value
}
