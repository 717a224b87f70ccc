import Testing

@testable import CognitoSync

/// The doubles of numbers, beside those of the standard library.
@Suite struct NumberTests {
    private func double(_ text: String) throws -> Double? {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes)
        let number = try reader.number()
        try reader.finish()
        return number.double(in: bytes)
    }

    @Test(arguments: [
        "0", "-0", "0.0", "1", "-1.5", "1.4E9", "1.440938160607E9", "1440938160.607", "1424801824343e-3",
        "1e0",
        "9007199254740992", "9007199254740993", "9007199254740993e-1", "900719925474099.3", "0.1", "3e-1",
        "1e22",
        "1e23", "1e-22", "1e-23", "123456789012345e22", "5e-324", "1e400", "-1e400", "1E+05", "1e-05",
        "1e005",
        "0.000000000000000000000001", "123456789012345678901234567890", "1.7976931348623157e308",
    ])
    func aDoubleIsTheNearest(text: String) throws {
        #expect(try double(text)?.bitPattern == Double(text)?.bitPattern)
    }

    @Test func doublesOfAllLengthsAreTheNearest() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            let digits = UInt64.random(in: 1 ... .max >> UInt64.random(in: 0..<64, using: &generator))
            let point = Int.random(in: 0...20)
            let fraction = point == 0 ? "" : ".\(String(repeating: "0", count: point - 1))\(digits)"
            let text = "\(point == 0 ? digits : digits % 1000)\(fraction)e\(Int.random(in: -30...30))"
            #expect(try double(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
    }
}
