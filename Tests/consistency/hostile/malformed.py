"""Malformed requests: mutations of the framing of requests that are well-formed."""

LINES = [
    "Content-Length: 5", "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: -1", "Content-Length: 0x5",
    "Content-Length: 99999999999999999999", "Content-Length : 5", " Content-Length: 5", "Content-Length:\x0b5",
    "Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding:\tchunked", "Transfer-Encoding: identity", "Host: other", "Host: a, b", "Host: a/b", "Expect: 200-ok",
    "Connection: close, \x00", "A: b\x00c", "A: b\nB: c", "A: b\rB: c", "A", ": b", "A B: c", "A: " + "b" * 9000,
    "Content-Encoding: gzip", "Upgrade: h2c", "X: \xff\xfe",
]
CHUNKS = [
    "5\nhello\r\n0\r\n\r\n", "5;\r\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n",
    "ffffffffffffffffff\r\n", "5 \r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n", "\r\n5\r\nhello\r\n",
    "5;" + "a" * 20000 + "\r\nhello\r\n", "0\r\n" + "A: b\r\n" * 200 + "\r\n",
]
LINES_OF_REQUEST = [
    "GET  {} HTTP/1.1", "GET {}", "GET {} HTTP/1.2", "GET {} HTTP/2.0", "GET {} http/1.1", "get {} HTTP/1.1", "GET\t{} HTTP/1.1",
    "GET {} HTTP/1.1 ", "TRACE {} HTTP/1.1", "CONNECT h:1 HTTP/1.1", "GET {}#a HTTP/1.1", "GET /../{} HTTP/1.1", "\r\n\r\n\r\nGET {} HTTP/1.1",
    "GET {}\x00 HTTP/1.1", "PRI * HTTP/2.0", "\x16\x03\x01\x02\x00\x01", "GET " + "/a" * 9000 + " HTTP/1.1",
]


def malformed(chance, target, host):
    """Returns the bytes of one malformed request, and perhaps others behind it."""
    kind = chance.randrange(4)
    if kind == 0:
        text = chance.choice(LINES_OF_REQUEST).replace("{}", target) + f"\r\nHost: {host}\r\n\r\n"
    elif kind == 1:
        lines = [f"Host: {host}", *chance.sample(LINES, chance.choice([1, 1, 2, 3]))]
        chance.shuffle(lines)
        text = f"POST {target} HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines) + "\r\nhello"
    elif kind == 2:
        text = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n{chance.choice(CHUNKS)}"
    else:
        text = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\n\r\n{{}}GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(text))
            text = text[:place] + chance.choice(["", chr(chance.randrange(256)), "\r\n", "\0", " ", ":"]) + text[place + 1:]
    return text.encode("latin-1")
