import Glibc

/// Runs one piece of work so many times, for whoever counts outside: `Benchmarks/micro.py`, `Benchmarks/scale.py`.
///
///     Micro                  the names of all works, a line each, with how often one count does it
///     Micro NAME COUNT       does the work COUNT times, prints the nanoseconds that one took
///     Micro scale NAME SIZE  fills a table, prints what it then costs, and waits for a line before it ends
///
/// Nothing is counted in here: what one time costs is the difference between two runs of different counts, which is
/// exact for allocations and, under callgrind, for instructions.
@main
struct Micro {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first, arguments.last.flatMap { Int($0) }) {
        case (nil, _, _):
            for work in Workload.all { print(work.name) }
        case ("scale", let name?, let size?):
            guard let scale = Scale.all[name] else { return refuse("no such table: \(name)") }
            scale(size)
            // Into a pipe too, before the wait.
            fflush(nil)
            _ = readLine()
        case (let name?, _, let count?):
            guard let work = Workload.all.first(where: { $0.name == name }) else {
                return refuse("no such work: \(name)")
            }
            let operation = work.prepare()
            operation()
            print(nanoseconds(of: count, operation))
        default:
            refuse("usage: Micro [NAME COUNT | scale NAME SIZE]")
        }
    }

    private static func refuse(_ reason: String) { print("Micro: \(reason)") }
}

/// Something that is done again and again, with what it needs made before.
struct Workload {
    let name: String
    let prepare: () -> () -> Void

    static var all: [Workload] { requests + answers + policy + pages + signing }
}

/// What one of `count` times took.
@inline(never)
func nanoseconds(of count: Int, _ operation: () -> Void) -> Int64 {
    let clock = ContinuousClock()
    let took = clock.measure { for _ in 0..<count { operation() } }
    let (seconds, attoseconds) = took.components
    return (seconds * 1_000_000_000 + attoseconds / 1_000_000_000) / Int64(max(1, count))
}

/// Takes a value so that making it is not left out.
@inline(never)
@_optimize(none)
func keep<Value>(_ value: Value) {}

/// The value; where there is none the benchmark is wrong, and says so in place of figures.
func need<Value>(_ value: Value?, _ what: String) -> Value {
    guard let value else {
        print("Micro: \(what) does not exist")
        exit(70)
    }
    return value
}
