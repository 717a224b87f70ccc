import HTTPTypes

/// The rules for method, target and version.
///
/// Methods are the ones of RFC 9110 that name an operation on a resource: CONNECT and TRACE are refused, and
/// so is what it does not define.
enum RequestLine {
    /// The minor version of HTTP/1.
    static func minorVersion(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> Int {
        let version = [UInt8](bytes)
        if version.elementsEqual("HTTP/1.1".utf8) { return 1 }
        if version.elementsEqual("HTTP/1.0".utf8) { return 0 }
        guard version.count == 8, version.starts(with: "HTTP/".utf8), version[5].isDigit,
            version[6] == UInt8(ascii: "."), version[7].isDigit
        else { throw .malformed }
        throw .versionNotSupported
    }

    static func method(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> HTTPRequest.Method {
        switch String(decoding: bytes, as: UTF8.self) {
        case "GET": .get
        case "HEAD": .head
        case "POST": .post
        case "PUT": .put
        case "DELETE": .delete
        case "OPTIONS": .options
        default: throw .methodNotAllowed
        }
    }

    /// Checks a target: origin-form, visible ASCII, no fragment, no raw dot segment in its path.
    ///
    /// An encoded dot segment is the decoder's to refuse: here nothing is decoded.
    static func target(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> String {
        guard bytes.first == UInt8(ascii: "/"),
            bytes.allSatisfy({ $0.isVisible && $0 != UInt8(ascii: "#") })
        else { throw .badTarget }
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        for segment in path.split(separator: UInt8(ascii: "/"))
        where segment.count <= 2 && segment.allSatisfy({ $0 == UInt8(ascii: ".") }) {
            throw .badTarget
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
