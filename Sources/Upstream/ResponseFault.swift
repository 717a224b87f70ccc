/// The reason why received bytes are not a whole, well-formed response.
struct ResponseFault: Error, Equatable {
    var kind: UpstreamError.Kind
    var detail: String

    static func malformed(_ detail: String) -> Self { Self(kind: .malformed, detail: detail) }
    static func tooLarge(_ detail: String) -> Self { Self(kind: .tooLarge, detail: detail) }
    static func cut(_ detail: String) -> Self { Self(kind: .cut, detail: detail) }
}
