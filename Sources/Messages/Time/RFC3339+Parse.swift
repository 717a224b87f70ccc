/// The reader of moments in the form that services send.
extension RFC3339 {
    /// Returns the seconds since 1970 of a moment such as `2015-08-30T12:36:00Z`; nil for any other text.
    ///
    /// A fraction of a second is passed over. The zone is `Z`, or an offset such as `+02:00` (RFC 3339 section 5.6).
    package static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8.prefix(64))
        guard bytes.count < 64, bytes.count >= 20, bytes[4] == UInt8(ascii: "-"),
            bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"),
            let year = DecimalDigits.value(bytes.span.extracting(0..<4)),
            let month = DecimalDigits.value(bytes.span.extracting(5..<7)),
            let day = DecimalDigits.value(bytes.span.extracting(8..<10)),
            let hour = DecimalDigits.value(bytes.span.extracting(11..<13)),
            let minute = DecimalDigits.value(bytes.span.extracting(14..<16)),
            let second = DecimalDigits.value(bytes.span.extracting(17..<19)),
            let time = CivilTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            ),
            let offset = offset(withoutFraction(bytes[19...]))
        else { return nil }
        return time.epochSeconds - offset
    }

    private static func withoutFraction(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.first == UInt8(ascii: ".") else { return bytes }
        let rest = bytes.dropFirst().drop(while: \.isDigit)
        return rest.startIndex - bytes.startIndex > 1 ? rest : bytes
    }

    /// Returns the seconds that a zone is ahead of UTC.
    private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
        guard let sign = zone.first else { return nil }
        let rest = Array(zone.dropFirst())
        if sign | 0x20 == UInt8(ascii: "z") { return rest.isEmpty ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 5,
            rest[2] == UInt8(ascii: ":"), let hours = DecimalDigits.value(rest.span.extracting(0..<2)),
            let minutes = DecimalDigits.value(rest.span.extracting(3..<5)),
            hours < 24, minutes < 60
        else { return nil }
        let offset = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -offset : offset
    }
}
