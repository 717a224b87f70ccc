/// An error in the text of a fault, of a rule or of a control request.
package struct InputError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A lower-case fragment that quotes the value.
    package let description: String

    init(_ description: String) { self.description = description }
}

extension ServiceRules {
    /// Sets a rule from its name and its text, as a control request spells them.
    package mutating func set(_ name: String, to text: String) throws(InputError) {
        switch name {
        case "counterAfterDelete": counterAfterDelete = try Self.choice(name, text)
        case "fullListingTombstones": fullListingTombstones = try Self.flag(name, text)
        case "conflict": conflict = try Self.choice(name, text)
        case "sameValuePatch": sameValuePatch = try Self.choice(name, text)
        case "deviceDates": deviceDates = try Self.choice(name, text)
        case "explicitNulls": explicitNulls = try Self.flag(name, text)
        case "countMember": countMember = try Self.choice(name, text)
        case "maxResultsOutOfRange": maxResultsOutOfRange = try Self.choice(name, text)
        case "resurrection": resurrection = try Self.choice(name, text)
        case "patternError": patternError = try Self.choice(name, text)
        case "deviceOperations": deviceOperations = try Self.choice(name, text)
        case "unknownPools": unknownPools = try Self.choice(name, text)
        case "unknownIdentity": unknownIdentity = try Self.choice(name, text)
        case "tokenOnListRecords": tokenOnListRecords = try Self.choice(name, text)
        case "tokenUse": tokenUse = try Self.choice(name, text)
        case "expiredToken": expiredToken = try Self.choice(name, text)
        case "spentToken": spentToken = try Self.choice(name, text)
        case "accessDeniedForm": accessDeniedForm = try Self.choice(name, text)
        case "tokenAfterFullPage": tokenAfterFullPage = try Self.flag(name, text)
        case "errorTypeSuffix": errorTypeSuffix = try Self.flag(name, text)
        case "pageLimit": pageLimit = try Self.number(name, text, in: 1...1024)
        case "usagePageLimit": usagePageLimit = try Self.number(name, text, in: 1...1024)
        case "tokenLifetime": tokenLifetime = try Self.milliseconds(name, text)
        case "maximumClockSkew": maximumClockSkew = try Self.milliseconds(name, text) / 1000
        case "datasetsPerIdentity": datasetsPerIdentity = try Self.number(name, text, in: 0...Self.most)
        case "recordsPerDataset": recordsPerDataset = try Self.number(name, text, in: 0...Self.most)
        case "datasetBytes": datasetBytes = try Self.number(name, text, in: 0...Self.most)
        case "bulkPublishDuration": bulkPublishDuration = try Self.milliseconds(name, text)
        default: throw InputError("there is no rule '\(name)'")
        }
    }

    private static let most: Int64 = 1 << 32

    private static func flag(_ name: String, _ text: String) throws(InputError) -> Bool {
        switch text {
        case "true": true
        case "false": false
        default: throw InputError("\(name) is true or false, not '\(text)'")
        }
    }

    private static func choice<Choice>(_ name: String, _ text: String) throws(InputError) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
        throw InputError("\(name) is \(known), not '\(text)'")
    }

    private static func number(
        _ name: String,
        _ text: String,
        in range: ClosedRange<Int64>
    ) throws(InputError) -> Int64 {
        guard let number = Int64(text), range.contains(number) else {
            throw InputError(
                "\(name) is a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'"
            )
        }
        return number
    }

    private static func milliseconds(_ name: String, _ text: String) throws(InputError) -> Int64 {
        guard let duration = DurationText.milliseconds(text) else {
            throw InputError("\(name) is a duration such as 30ms, 5s, 10m or 24h, not '\(text)'")
        }
        return duration
    }
}

/// The spelling of durations: `250ms`, `30s`, `5m`, `24h`.
enum DurationText {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// Returns milliseconds, at most some 30 years, or nil for anything but digits and one unit.
    static func milliseconds(_ text: String) -> Int64? {
        for unit in units where text.hasSuffix(unit.suffix) {
            let digits = text.dropLast(unit.suffix.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
            guard let count = Int64(digits) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
            return overflow || product > 1_000_000_000_000 ? nil : product
        }
        return nil
    }
}
