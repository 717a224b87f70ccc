import Messages
import Testing

/// The IPv4 addresses in texts, beside a plain reading of the rule.
@Suite struct IPv4Tests {
    private func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in Int(part).map { (0...255).contains($0) && "\($0)" == part } ?? false
            }
    }

    @Test func anAddressIsFourNumbersWithoutZerosBeforeThem() {
        let parts = [
            "", "0", "00", "1", "9", "10", "01", "99", "100", "255", "256", "260", "1000", "a", "+1", "1a",
        ]
        var addresses = 0
        for first in parts {
            for second in parts {
                for text in [
                    "\(first).\(second).0.1", "1.\(first).\(second).255", "1.2.\(first).\(second)",
                    "\(first).\(second)", "\(first).1.1.\(second).", "1.1.1.\(first).\(second)",
                ] {
                    let expected = isAddress(text)
                    #expect(HostName.isIPv4(Substring(text)) == expected, "\(text)")
                    if expected { addresses += 1 }
                }
            }
        }
        #expect(addresses > 100)
    }
}
