import Messages
import Testing

@Suite struct OriginTests {
    @Test(
        arguments: [
            ("https://cognito-sync.us-east-1.amazonaws.com", "cognito-sync.us-east-1.amazonaws.com"),
            ("http://127.0.0.1:8080/", "127.0.0.1:8080"), ("HTTP://[::1]:9", "[::1]:9"),
            ("https://h:443", "h"), ("http://h:80", "h"), ("http://h:443", "h:443"),
        ]
    )
    func aURLIsParsedAndWrittenAsAnAuthority(text: String, authority: String) {
        #expect(Origin(text)?.authority == authority)
    }

    @Test(
        arguments: [
            "", "cognito-sync", "ftp://h", "https://", "https://h/path", "https://h?q", "https://u:p@h",
            "https://h:0",
            "https://h:65536", "https://h:", "https://h:+1", "https://[::1", "https://[h]", "https://a b",
            "https://h\r\n",
            "https://::1", "https://[::1]x", "http://a<b", "http://[:]", "http://..",
            "http://256.256.256.256",
        ]
    )
    func aURLWithMoreOrLessThanSchemeHostAndPortIsRefused(text: String) {
        #expect(Origin(text) == nil)
    }
}
