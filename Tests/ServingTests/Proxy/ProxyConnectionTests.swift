import Messages
import Serving
import TestSupport
import Testing

/// PROXY headers on the wire, in front of HTTP and of TLS.
@Suite(.timeLimit(.minutes(1)))
struct ProxyConnectionTests {
    private static let line = "PROXY TCP4 192.0.2.7 198.51.100.1 4660 443\r\n"
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private var echo: HopResponder { HopResponder() }

    @Test(arguments: [ProxyProtocol.optional, .required], [nil, 1])
    func theHeaderNamesTheCaller(mode: ProxyProtocol, pieces: Int?) async throws {
        let responder = echo
        try await withServer(responder, hops: .init(mode, trusted: ["127.0.0.1"])) { server in
            for (header, address) in [
                (Array(Self.line.utf8), "192.0.2.7"), (Block.checked(0x21, 0x21, Block.ipv6), "2001:db8::7"),
                (Block.header(0x20, 0x11, Block.ipv4), "127.0.0.1"),
                (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1"),
                (Block.header(0x21, 0x31, Block.unix), "127.0.0.1"),
            ] {
                let texts = try await ask(
                    server,
                    header + Array((Self.get + Self.get).utf8),
                    pieces: pieces,
                    responses: 2
                )
                #expect(texts == [address, address])
            }
            #expect(responder.refusals.isEmpty)
        }
    }

    @Test func aConnectionWithoutAHeaderIsServedWhereItIsOptional() async throws {
        try await withServer(echo, hops: .init(.optional, trusted: ["127.0.0.1"])) { server in
            let found1 = try await ask(server, Array(Self.get.utf8))
            #expect(found1 == ["127.0.0.1"])
            let found2 = try await ask(server, Array(("\r\n" + Self.get).utf8), pieces: 1)
            #expect(found2 == ["127.0.0.1"])
        }
        try await withServer(echo, hops: .init(.optional, trusted: ["10.0.0.0/8"])) { server in
            let found3 = try await ask(server, Array(Self.get.utf8), pieces: 1)
            #expect(found3 == ["127.0.0.1"])
        }
    }

    @Test(arguments: ProxyHeaderTests.table)
    func aBrokenHeaderClosesTheConnection(wanted: ProxyHeaderCase) async throws {
        guard case .broken(let fault) = wanted.expected else { return }
        let responder = echo
        try await withServer(responder, hops: .init(.required, trusted: ["127.0.0.0/8"])) { server in
            let found4 = try await ask(server, wanted.bytes + Array(Self.get.utf8))
            #expect(found4.isEmpty)
            #expect(server.statistics().refused == [.badProxyHeader: 1])
            #expect(responder.refusals == [.init(.badProxyHeader, fault.rawValue)])
            #expect(responder.callers.isEmpty)
        }
    }

    @Test(
        arguments: [ProxyProtocol.optional, .required],
        [Array(line.utf8), Block.header(0x21, 0x11, Block.ipv4)]
    )
    func aHeaderOfAnUntrustedHopIsRefused(mode: ProxyProtocol, header: [UInt8]) async throws {
        let responder = echo
        try await withServer(responder, hops: .init(mode, trusted: ["10.0.0.0/8", "127.0.0.2"])) { server in
            let found5 = try await ask(server, header + Array(Self.get.utf8))
            #expect(found5.isEmpty)
            #expect(server.statistics().refused == [.untrustedProxy: 1])
            #expect(responder.refusals.map(\.reason) == [.untrustedProxy])
            #expect(responder.callers.isEmpty)
        }
    }

    @Test(arguments: [get, "\u{16}\u{3}\u{1}", "\r\n\r\n"])
    func aRequiredHeaderMustBeThere(text: String) async throws {
        let responder = echo
        try await withServer(responder, hops: .init(.required, trusted: ["127.0.0.1"])) { server in
            let found6 = try await ask(server, Array(text.utf8) + [0x20])
            #expect(found6.isEmpty)
            #expect(server.statistics().refused == [.noProxyHeader: 1])
            #expect(responder.callers.isEmpty)
        }
    }

    @Test func withoutTheProtocolAHeaderIsNoRequest() async throws {
        let responder = echo
        try await withServer(responder, hops: .init(.off, trusted: ["127.0.0.1"])) { server in
            let found7 = try await ask(server, Array((Self.line + Self.get).utf8))
            #expect(found7 == ["malformed"])
            #expect(server.statistics().refused == [.malformed: 1])
        }
    }

    /// The deadline is that of a silent caller, from the accepted connection on.
    @Test(arguments: ["PROXY TCP4 192.0.2.7", "P", ""])
    func aHeaderThatStopsIsRefused(start: String) async throws {
        let responder = echo
        var timeouts = ServerTimeouts()
        timeouts.silent = .milliseconds(200)
        try await withServer(responder, timeouts: timeouts, hops: .init(.required, trusted: ["127.0.0.1"])) {
            server in
            let end = try await offPool {
                let connection = try RawConnection(port: server.boundPort)
                if !start.isEmpty { try connection.send(start) }
                return connection.read(within: .seconds(3)).end
            }
            #expect(end != .deadline)
            // A hop that says nothing at all may have opened the connection ahead.
            #expect(server.statistics().refused == (start.isEmpty ? [:] : [.badProxyHeader: 1]))
        }
    }

    @Test func theHeaderComesBeforeTheHandshake() async throws {
        guard OpenSSL.available else { return }
        let openssl = try OpenSSL()
        let responder = echo
        try await withServer(
            responder,
            tls: openssl.files(clients: false),
            hops: .init(.required, trusted: ["127.0.0.1"])
        ) { server in
            let text = try await openssl.ask(port: server.boundPort, [])
            #expect(!text.contains("HTTP/1.1 "))
            #expect(server.statistics().refused == [.noProxyHeader: 1])
        }
    }

    /// A caller beyond its bound is refused by its own count; its hop has none.
    @Test func connectionsCountForTheCallerBehindTheHop() async throws {
        var limits = ServerLimits()
        limits.connectionsPerPeer = 2
        try await withServer(echo, limits: limits, hops: .init(.optional, trusted: ["127.0.0.1"])) { server in
            let port = server.boundPort
            let texts = try await offPool {
                var open: [RawConnection] = []
                return try ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2"].map { address in
                    let connection = try RawConnection(port: port)
                    open.append(connection)
                    let text = "PROXY TCP4 \(address) 198.51.100.1 1 2\r\n" + Self.get
                    return try connection.roundTrip(text).first?.text ?? ""
                }
            }
            #expect(texts == ["192.0.2.1", "192.0.2.1", "overloaded", "192.0.2.2", "192.0.2.2"])
            try await eventually("all are closed") { server.statistics().open == 0 }
            #expect(
                try await ask(server, Array(("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + Self.get).utf8)) == [
                    "192.0.2.1"
                ]
            )
        }
    }

    /// The fields count where the hop is trusted: the address of the socket, or that of the PROXY header.
    @Test(arguments: [
        ("", "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.9"),
        (line, "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.7"),
        ("PROXY TCP4 10.0.0.1 198.51.100.1 1 2\r\n", "X-Forwarded-For: 192.0.2.9\r\n", "192.0.2.9"),
        (
            "PROXY TCP4 10.0.0.1 198.51.100.1 1 2\r\n", "X-Forwarded-For: 192.0.2.9\r\nAccept-Charset: a\r\n",
            "192.0.2.9"
        ),
        ("", "Forwarded: for=192.0.2.9\r\n", "192.0.2.9"),
        ("", "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 10.0.0.1\r\n", "192.0.2.9"),
        ("", "X-Forwarded-For: 192.0.2.9\r\nForwarded: for=192.0.2.8\r\n", "forwardedConflict"),
        ("", "", "127.0.0.1"),
    ])
    func fieldsOfATrustedHopNameTheCaller(start: String, fields: String, expected: String) async throws {
        let request = "GET / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n"
        try await withServer(echo, hops: .init(.optional, trusted: ["127.0.0.1", "10.0.0.0/8"])) { server in
            let found8 = try await ask(server, Array((start + request).utf8))
            #expect(found8 == [expected])
        }
        for responder in [HopResponder(hasFastPath: true), HopResponder(takesPlain: true)] {
            try await withServer(
                responder,
                hops: .init(.optional, trusted: ["127.0.0.1", "10.0.0.0/8"])
            ) { server in
                let found9 = try await ask(server, Array((start + request).utf8))
                #expect(found9 == [expected])
            }
        }
    }

    @Test(arguments: [false, true])
    func fieldsOfAnUntrustedHopMeanNothing(hasFastPath: Bool) async throws {
        let request =
            "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n"
            + "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.9\r\nForwarded: for=192.0.2.8\r\n\r\n"
        try await withServer(
            HopResponder(hasFastPath: hasFastPath),
            hops: .init(.off, trusted: ["10.0.0.0/8"])
        ) {
            server in
            let found10 = try await ask(server, Array(request.utf8), responses: 2)
            #expect(found10 == ["127.0.0.1", "127.0.0.1"])
        }
        try await withServer(HopResponder(hasFastPath: hasFastPath, takesPlain: true)) { server in
            let found11 = try await ask(server, Array(request.utf8), responses: 2)
            #expect(found11 == ["127.0.0.1", "127.0.0.1"])
        }
    }

    /// A connection carries the requests of many callers, and each has its own.
    @Test(arguments: [false, true])
    func eachRequestHasItsOwnCaller(hasFastPath: Bool) async throws {
        let addresses = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "127.0.0.1", "192.0.2.1", "2001:db8::1"]
        let text = addresses.map { address in
            let field = address == "127.0.0.1" ? "" : "X-Forwarded-For: \(address)\r\n"
            return "GET / HTTP/1.1\r\nHost: h\r\n\(field)\r\n"
        }
        for takesPlain in [false, true] {
            try await withServer(
                HopResponder(hasFastPath: hasFastPath, takesPlain: takesPlain),
                hops: .init(.off, trusted: ["127.0.0.1"])
            ) { server in
                let found12 = try await ask(server, Array(text.joined().utf8), responses: 6)
                #expect(found12 == addresses)
            }
        }
    }

    private func ask(
        _ server: HTTPServer,
        _ bytes: [UInt8],
        pieces: Int? = nil,
        responses: Int = 1
    ) async throws -> [String] {
        let port = server.boundPort
        return try await offPool {
            let connection = try RawConnection(port: port)
            // The server may close the connection before the last byte.
            try? connection.send(bytes, pieces: pieces)
            return RawResponse.parse(connection.read(responses: responses, within: .seconds(5)).bytes).map(
                \.text
            )
        }
    }
}
