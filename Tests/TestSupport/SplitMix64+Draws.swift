package import Messages

extension SplitMix64 {
    /// Returns a number below `bound`; the distribution is uniform enough for tests.
    package mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % bound }

    package mutating func chance(oneIn bound: Int) -> Bool { below(bound) == 0 }
}
