/// A role to assume, with what STS wants to know about the session.
package struct AssumedRole: Sendable, Equatable {
    package var arn: String
    /// The word that the owner of the role asks of strangers; nil for none.
    package var externalID: String?
    /// The name of the session in the logs of AWS.
    package var sessionName: String
    /// The life of the credentials in seconds; nil for the hour that STS gives by itself.
    package var duration: Int64?

    package init(arn: String, externalID: String? = nil, sessionName: String, duration: Int64? = nil) {
        self.arn = arn
        self.externalID = externalID
        self.sessionName = sessionName
        self.duration = duration
    }

    /// The bounds of STS for the life of a session in seconds; a chained role gets an hour at most.
    package static let durations: ClosedRange<Int64> = 900...43_200
    package static let longestChained: Int64 = 3600

    /// Returns what is wrong with the role and how to repair it, without its values; nil if nothing is.
    package var fault: String? {
        if !Self.isARN(arn) {
            return "has a role_arn that is not an ARN; write arn:aws:iam::ACCOUNT:role/NAME"
        }
        if !Self.isSessionName(sessionName) {
            return "has a session name that STS refuses; write 2 to 64 letters, digits and _+=,.@-"
        }
        if let externalID, !Self.isExternalID(externalID) {
            return "has an external_id that STS refuses; write 2 to 1224 letters, digits and _+=,.@:/-"
        }
        if let duration, !Self.durations.contains(duration) {
            return "has a duration that STS refuses; write 900 to 43200 seconds"
        }
        return nil
    }

    /// Returns whether a text may be an ARN; STS decides about the rest.
    package static func isARN(_ text: String) -> Bool {
        (5...2048).contains(text.utf8.count) && text.hasPrefix("arn:") && FieldText.isVisible(text)
    }

    package static func isSessionName(_ text: String) -> Bool {
        (2...64).contains(text.utf8.count) && isMadeOf(text, others: "_+=,.@-")
    }

    package static func isExternalID(_ text: String) -> Bool {
        (2...1224).contains(text.utf8.count) && isMadeOf(text, others: "_+=,.@:/-")
    }

    /// Returns a session name that is the same for the whole life of this process: `syncgate-` and the host.
    package static func sessionName(host: String) -> String {
        let letters = host.utf8.filter { isWordByte($0) || "_+=,.@-".utf8.contains($0) }
        return "syncgate" + (letters.isEmpty ? "" : "-" + String(decoding: letters.prefix(55), as: UTF8.self))
    }

    private static func isMadeOf(_ text: String, others: String) -> Bool {
        text.utf8.allSatisfy { isWordByte($0) || others.utf8.contains($0) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
