import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// The parsers and writers of single header fields.
@Suite struct HeaderFieldsTests {
    @Test(
        arguments: [
            ("Tue, 11 Nov 2014 18:32:30 GMT", 1_415_730_750), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 31 Dec 1999 23:59:60 GMT", 946_684_800),
            ("Sun, 30 Aug 2015 12:36:00 GMT", 1_440_938_160),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] as [(String, Int64)]
    )
    func aDateIsRead(text: String, seconds: Int64) {
        #expect(HTTPDate(text)?.epochSeconds == seconds)
    }

    @Test(arguments: [
        "", "Tue, 11 Nov 2014 18:32:30", "Tue, 11 Nov 2014 18:32:30 UTC", "Tue, 11 Nov 2014 24:00:00 GMT",
        "Tue, 11 Nov 2014 18:60:00 GMT", "Tue, 32 Nov 2014 18:32:30 GMT", "Tue, 00 Nov 2014 18:32:30 GMT",
        "Tue, 11 nov 2014 18:32:30 GMT", "Tue, 1 Nov 2014 18:32:30 GMT", "Tue, 11 Nov 14 18:32:30 GMT",
        "Tue, 11 Nov 1969 18:32:30 GMT", "Tuesday, 11-Nov-14 18:32:30 GMT", "Tue Nov 11 18:32:30 2014",
        "Tue, 11 Nov 2014 18:32 GMT", "Tue, 11 Nov +014 18:32:30 GMT", "Tue, 11 Nov 2014 18:32:3x GMT",
        "Tue, 11 Nov 2014 18:32:30 GMT x", "Tue, -1 Nov 2014 18:32:30 GMT",
    ])
    func anInvalidDateIsNil(text: String) {
        #expect(HTTPDate(text) == nil)
    }

    @Test(arguments: [
        (CacheStatus.hit(timeToLive: 27_900_000_000), "syncgate; hit; ttl=27"),
        (.hit(timeToLive: 1), "syncgate; hit; ttl=0"),
        (.staleIfError, "syncgate; hit; detail=stale-if-error"),
        (.forwarded(.uriMiss, stored: true), "syncgate; fwd=uri-miss; stored"),
        (.forwarded(.uriMiss), "syncgate; fwd=uri-miss"), (.forwarded(.bypass), "syncgate; fwd=bypass"),
        (.forwarded(.method), "syncgate; fwd=method"),
        (.forwarded(.stale, stored: true), "syncgate; fwd=stale; stored"),
        (.forwarded(.request), "syncgate; fwd=request"),
        (.collapsed(.uriMiss), "syncgate; fwd=uri-miss; collapsed"),
        (.collapsed(.request), "syncgate; fwd=request; collapsed"),
    ])
    func aCacheStatusIsWritten(status: CacheStatus, text: String) {
        #expect(status.fieldValue == text)
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", "0af7651916cd43dd8448eb211c80319c"),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", nil),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", nil),
        ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", nil),
        ("00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01", nil),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01", nil),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", nil),
        ("0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", nil), ("", nil), ("---", nil),
    ])
    func aTraceIDIsRead(field: String, id: String?) {
        #expect(RequestIdentity.traceID(of: [.named("traceparent"): field]) == id)
    }
}
