internal import CognitoSync
internal import Logging

extension Configuration {
    /// Every key, in the order of the documented file.
    package static let settings: [Setting] =
        listening + forwarding + credentialSources + policies + bounds + throttling + reporting

    /// Bounds that several keys share.
    enum Bound {
        static let instant = Duration.milliseconds(1)
        static let second = Duration.seconds(1)
        static let minute = Duration.seconds(60)
        static let hour = Duration.seconds(3600)
        static let day = Duration.seconds(86_400)
        static let rates: ClosedRange<Int64> = 1...1_000_000_000
    }
}

extension SettingKind where Value == Allowance<OperationName> {
    fileprivate static var operations: Self {
        .allowance("operations such as ListRecords", read: { OperationName(rawValue: $0) }, show: \.rawValue)
    }
}

extension SettingKind where Value == Allowance<String> {
    /// Identity pool ids as the API model has them: 1 to 55 bytes of `[\w-]+:[0-9a-f-]+`.
    fileprivate static var identityPools: Self {
        .allowance(
            "identity pool ids such as us-east-1:0ab1…",
            read: { IdentityPoolText.isValid($0) ? $0 : nil },
            show: { $0 }
        )
    }
}

/// The pattern of an identity pool id, byte by byte.
enum IdentityPoolText {
    static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 55, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            return false
        }
        let isWord: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        let isHexadecimal: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return parts[0].allSatisfy(isWord) && parts[1].allSatisfy(isHexadecimal)
    }
}
