import Testing

@testable import CredentialSources

struct XMLScannerTests {
    private func root(_ text: String) throws(XMLError) -> XMLElement {
        try XMLScanner.root(of: Array(text.utf8))
    }

    @Test
    func aResponseIsReadWithItsPaths() throws {
        let root = try root(
            """
            \u{FEFF}<?xml version="1.0" encoding="utf-8"?>
            <!-- one -->
            <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
              <AssumeRoleResult><Credentials><SessionToken>a&#43;b&#x3D;&amp;<![CDATA[<&]]></SessionToken>\
            <Empty/></Credentials></AssumeRoleResult>
            </AssumeRoleResponse >
            """
        )
        #expect(root.name == "AssumeRoleResponse")
        let credentials = root.element(at: "AssumeRoleResult", "Credentials")
        #expect(credentials?["SessionToken"]?.text == "a+b=&<&")
        #expect(credentials?["Empty"]?.text == "")
        #expect(root.element(at: "AssumeRoleResult", "Other") == nil)
    }

    @Test
    func lineEndsAreLineFeeds() throws {
        #expect(try root("<a>1\r\n2\r3\n4&#13;</a>").text == "1\n2\n3\n4\r")
    }

    @Test(arguments: [
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", XMLError.documentType),
        ("<a/><!DOCTYPE a>", .documentType),
        ("<a><!DOCTYPE a></a>", .documentType),
        ("<?xml-stylesheet href=\"a\"?><a/>", .processingInstruction),
        ("<a><?php ?></a>", .processingInstruction),
        (" <?xml version=\"1.0\"?><a/>", .processingInstruction),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", .notUTF8),
        ("<a>&b;</a>", .unknownEntity(at: 3)),
        ("<a>&#0;</a>", .unknownEntity(at: 3)),
        ("<a>&#xD800;</a>", .unknownEntity(at: 3)),
        ("<a>&#x110000;</a>", .unknownEntity(at: 3)),
        ("<a>&#xFFFE;</a>", .unknownEntity(at: 3)),
        ("<a>&#+65;</a>", .unknownEntity(at: 3)),
        ("<a>&#;</a>", .unknownEntity(at: 3)),
        ("<a>&amp</a>", .unknownEntity(at: 3)),
        ("<a b=\"&c;\"/>", .unknownEntity(at: 6)),
        ("", .malformed(at: 0)),
        ("text", .malformed(at: 0)),
        ("<a>", .malformed(at: 3)),
        ("<a></b>", .malformed(at: 5)),
        ("<a/><b/>", .malformed(at: 4)),
        ("<a b=\"1\" b=\"2\"/>", .malformed(at: 9)),
        ("<a b=\"1\"c=\"2\"/>", .malformed(at: 8)),
        ("<a b=\"<\"/>", .malformed(at: 6)),
        ("<a b=1/>", .malformed(at: 5)),
        ("<a>]]></a>", .malformed(at: 3)),
        ("<a>\u{1}</a>", .malformed(at: 3)),
        ("<a>\u{FFFF}</a>", .malformed(at: 3)),
        ("<a><!-- -- --></a>", .malformed(at: 8)),
        ("<\u{E9}/>", .malformed(at: 1)),
        ("<?xml version=\"1.1\"?><a/>", .malformed(at: 5)),
    ])
    func whatIsNotAllowedIsAnErrorOfItsKind(_ text: String, _ error: XMLError) {
        #expect(throws: error) { try root(text) }
    }

    @Test
    func theBoundsHold() throws {
        let deepest = String(repeating: "<a>", count: 16) + String(repeating: "</a>", count: 16)
        #expect(throws: Never.self) { try root(deepest) }
        #expect(throws: XMLError.tooDeep) { try root("<a>\(deepest)</a>") }
        // A document that would exhaust the stack of a reader without a bound.
        #expect(throws: XMLError.tooDeep) { try root(String(repeating: "<a>", count: 20_000)) }
        let filling = String(repeating: "x", count: XMLScanner.maximumLength - 7)
        #expect(try root("<a>\(filling)</a>").text == filling)
        #expect(throws: XMLError.tooLong) { try root("<a>\(filling)x</a>") }
        let attributes = (0..<16).map { " a\($0)='b'" }.joined()
        #expect(throws: Never.self) { try root("<a\(attributes)/>") }
        #expect(throws: XMLError.tooManyAttributes) { try root("<a\(attributes) b='c'/>") }
        #expect(throws: XMLError.notUTF8) { try XMLScanner.root(of: Array("<a>".utf8) + [0xFF]) }
    }

    @Test
    func anErrorShowsNoByteOfTheDocument() {
        let errors: [XMLError] = [
            .documentType, .processingInstruction, .unknownEntity(at: 3), .malformed(at: 4),
        ]
        #expect(
            errors.map(\.description) == [
                "has a document type", "has a processing instruction", "has an unknown entity at byte 3",
                "is not XML at byte 4",
            ]
        )
    }
}
