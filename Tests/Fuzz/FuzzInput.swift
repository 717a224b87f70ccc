import Foundation

/// The bytes of one fuzzed input, taken from the front.
///
/// The files of this folder belong to no target of the package. `.ci/fuzz` compiles each fuzz target together with
/// this file and the sources under test, so that libFuzzer sees their branches.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ start: UnsafePointer<UInt8>, _ count: Int) {
        rest = unsafe Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    /// Removes and returns a byte, which is a choice; 0 at the end.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Removes and returns the bytes before the next NUL, or all; the NUL is removed too.
    mutating func part() -> [UInt8] {
        let part = rest.prefix { $0 != 0 }
        rest = rest.dropFirst(part.count + 1)
        return Array(part)
    }

    /// Removes and returns the text before the next NUL; nil for none, and for bytes that are not UTF-8.
    mutating func text() -> String? {
        let part = part()
        return part.isEmpty ? nil : String(validating: part, as: UTF8.self)
    }
}

/// The end of a run whose property does not hold: libFuzzer then keeps the input.
enum Finding {
    /// Traps with the reason and the bytes in question unless the condition holds.
    static func unless(_ holds: Bool, _ reason: String, _ bytes: some Sequence<UInt8> = []) {
        if !holds { trap("\(reason): \(String(decoding: Array(bytes), as: UTF8.self).debugDescription)") }
    }

    /// Prints the reason, which an optimised program's trap would not tell, and traps.
    static func trap(_ reason: String) -> Never {
        FileHandle.standardError.write(Data("\(reason)\n".utf8))
        preconditionFailure(reason)
    }
}
