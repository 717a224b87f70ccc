import Testing

@testable import Policy

/// The table of the texts that grants name.
@Suite struct GrantIndexTests {
    @Test func anEmptyTableHasNoText() {
        #expect(GrantIndex([:]).bits(of: "") == 0)
        #expect(GrantIndex([:]).bits(of: "a") == 0)
    }

    /// All texts end alike here, so that each one is behind all others.
    @Test(arguments: [1, 2, 3, 64, 500]) func textsOfOneHashAreToldApart(count: Int) {
        let texts = (0..<count).map { "\(100_000 + $0):0a0a" }
        let index = GrantIndex(
            Dictionary(uniqueKeysWithValues: texts.enumerated().map { ($1, UInt64($0 + 1)) })
        )
        for (number, text) in texts.enumerated() { #expect(index.bits(of: text) == UInt64(number + 1)) }
        #expect(index.bits(of: "200000:0a0a") == 0)
        #expect(index.bits(of: "0a0a") == 0)
        #expect(index.bits(of: "") == 0)
    }
}
