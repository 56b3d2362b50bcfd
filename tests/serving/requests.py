"""Requests in bytes and their answers: the table that this server and waitress, the oracle, are held against."""

from __future__ import annotations

from dataclasses import dataclass

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"\r\n"

BAD, SLOW, LARGE, MUCH, UNKNOWN, VERSION = ["400"], ["408"], ["413"], ["431"], ["501"], ["505"]
GOT = "200 GET /"
POSTED = "200 POST /"
LAST = "200 GET /last"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is sent, what is answered, and where the oracle differs."""

    name: str
    sent: bytes | tuple[bytes, ...]
    """Several parts are sent one after another."""
    answers: list[str]
    """Of each answer the status, and of a 200 what was understood."""
    oracle: list[str] | None = None
    """What waitress answers, where that is not the same."""
    why: str = ""
    """Why we differ there."""

    @property
    def parts(self) -> tuple[bytes, ...]:
        """What is sent, in parts."""
        return (self.sent,) if isinstance(self.sent, bytes) else self.sent


def row(name: str, sent: bytes | tuple[bytes, ...], answers: list[str], *oracle: str, why: str = "") -> Row:
    """Return a row in which the connection goes on after the answers."""
    return Row(name=name, sent=sent, answers=answers, oracle=list(oracle) or None, why=why)


def line(name: str, sent: bytes, answers: list[str], *oracle: str, why: str = "") -> Row:
    """Return a row for a request line."""
    return row(name, sent + b"\r\nHost: a\r\n\r\n", answers, *oracle, why=why)


def target(name: str, sent: bytes, answers: list[str], *oracle: str, why: str = "") -> Row:
    """Return a row for a GET of a target."""
    return line(name, b"GET " + sent + b" HTTP/1.1", answers, *oracle, why=why)


def header(name: str, line: bytes, answers: list[str], *oracle: str, why: str = "") -> Row:
    """Return a row for a GET with one header."""
    return row(name, GET + line + END + END, answers, *oracle, why=why)


def chunks(name: str, body: bytes, answers: list[str], *oracle: str, why: str = "") -> Row:
    """Return a row for a POST in chunks."""
    return row(name, CHUNKED + body, answers, *oracle, why=why)


STRICT = "what a proxy in front may read otherwise is refused (RFC 9112 §11.2)"
ONE_MEANING = "a message of which two readings exist is refused (RFC 9112 §6.3)"
HTTP_1_1 = "RFC 9112 §3.2 asks for it"
TOLERANT = "a script that does not encode its filter is understood"
SILENT = "nothing"
"""What the oracle answers where it waits for more."""
SAID = "the status says which of the two it is"

# fmt: off
WELL_FORMED = [
    row("a request", GET + END, [GOT, LAST]),
    row("two at once", (GET + END) * 2, [GOT, GOT, LAST]),
    row("ten at once", (GET + END) * 10, [GOT] * 10 + [LAST]),
    row("one byte after another", tuple(bytes([byte]) for byte in GET + END), [GOT, LAST]),
    row("a body and the next request at once", POST + b"Content-Length: 3\r\n\r\nabc" + GET + END,
        [POSTED + " abc", GOT, LAST]),
    row("a body in two parts", (POST + b"Content-Length: 6\r\n\r\nabc", b"def"), [POSTED + " abcdef", LAST]),
    row("a body of nothing", POST + b"Content-Length: 0\r\n\r\n", [POSTED, LAST]),
    row("a POST without a body", POST + END, [POSTED, LAST]),
    row("a GET with a body", GET + b"Content-Length: 3\r\n\r\nabc", [GOT + " abc", LAST]),
    row("a body that looks like a request", POST + b"Content-Length: %d\r\n\r\n" % len(GET + END) + GET + END,
        [POSTED + " " + (GET + END).decode(), LAST]),
    line("HEAD", b"HEAD / HTTP/1.1", ["200", LAST]),
    row("an empty line before", END + GET + END, [GOT, LAST]),
    row("an empty line after a body", POST + b"Content-Length: 3\r\n\r\nabc\r\n" + GET + END,
        [POSTED + " abc", GOT, LAST]),
    row("the end of the headers in two parts", (GET + b"\r", b"\n"), [GOT, LAST]),
    row("headers in any case", b"POST / HTTP/1.1\r\nhOST: a\r\ncontent-LENGTH: 3\r\n\r\nabc", [POSTED + " abc", LAST]),
    row("a length with a leading nought", POST + b"Content-Length: 03\r\n\r\nabc", [POSTED + " abc", LAST]),
    header("an empty header", b"A:", [GOT, LAST]),
    header("a header beyond ASCII", b"A: \xc3\xa9", [GOT, LAST]),
    header("Connection: close", b"Connection: close", [GOT]),
    header("Connection: close in capitals", b"Connection: CLOSE", [GOT]),
    header("close among others", b"Connection: TE, close", [GOT], GOT, LAST, why="RFC 9112 §9.6: any of the options"),
    header("a wish for HTTP/2", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA",
        [GOT, LAST]),
    row("a wish for HTTP/2 with a body", POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc",
        [POSTED + " abc", LAST]),
    row("a wish for HTTP/2 with chunks",
        POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        [POSTED + " abc", LAST]),
    row("100-continue with the body at once", POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
        [POSTED + " abc", LAST], "100", POSTED + " abc", LAST,
        why="who has sent the body needs no leave (RFC 9110 §10.1.1)"),
    row("100-continue in HTTP/1.0", (b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", b"abc"),
        [POSTED + " abc"]),
    row("another expectation", POST + b"Expect: more\r\nContent-Length: 3\r\n\r\nabc", [POSTED + " abc", LAST]),
]
TARGETS = [
    target("a query", b"/a?b=c", ["200 GET /a b=c", LAST]),
    target("a path that is encoded", b"/a%20%2F?b=%20", ["200 GET /a / b=%20", LAST]),
    target("an encoding that is none", b"/%zz%2", ["200 GET /%zz%2", LAST]),
    target("a query in raw UTF-8", "/?q=Zoë".encode(), ["200 GET / q=ZoÃ«", LAST], *BAD, why=TOLERANT),
    target("a path in raw Latin-1", b"/Zo\xeb", ["200 GET /Zoë", LAST], *BAD, why=TOLERANT),
    target("a fragment", b"/a?b#c", ["200 GET /a b", LAST]),
    target("slashes that are doubled", b"//a//b", ["200 GET /a//b", LAST]),
    target("a whole URL", b"http://b:1/a?c", ["200 GET /a c", LAST]),
    target("a whole URL without a path", b"http://b?c", ["200 GET / c", LAST], "200 GET c", LAST,
        why="an empty path is / (RFC 9112 §3.2.1)"),
    line("an asterisk", b"OPTIONS * HTTP/1.1", ["200 OPTIONS *", LAST]),
    target("quotes and brackets", b'/?q="<>[]{}|^`', ['200 GET / q="<>[]{}|^`', LAST]),
    row("a tunnel", b"CONNECT b:80 HTTP/1.1\r\nHost: b:80\r\n\r\n",
        UNKNOWN, "200 CONNECT 80", LAST, why="this is no proxy"),
    target("a host alone", b"b:80", BAD, "200 GET 80", LAST, why="only CONNECT has such a target"),
    target("a path without a slash", b"a/b", BAD, "200 GET a/b", LAST, why="it is no target"),
    target("a space in the target", b"/?q=a b", BAD),
    target("a NUL in the target", b"/\x00", BAD, "200 GET /\x00", LAST, why=STRICT),
    target("a tab in the target", b"/\t", BAD, "200 GET /", LAST, why=STRICT),
]
VERSIONS = [
    row("HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n", [GOT]),
    row("HTTP/1.0 that goes on", b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", [GOT, LAST]),
    row("HTTP/1.0 with a body", b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", [POSTED + " abc"]),
    row("HTTP/0.9", b"GET /\r\n", VERSION, "400", why="no answer without a status"),
    line("HTTP/0.9 with headers", b"GET /", VERSION, GOT, why="no answer without a status"),
    line("HTTP/1.2", b"GET / HTTP/1.2", VERSION, GOT, why="llhttp knows no such version"),
    line("HTTP/2.0", b"GET / HTTP/2.0", VERSION, GOT, why="it is not spoken here"),
    row("HTTP/2 from the start", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        VERSION, "200 PRI *", why="it is not spoken here"),
    line("RTSP", b"GET / RTSP/1.0", VERSION, "400", why=SAID),
    line("an unknown method", b"FROB / HTTP/1.1", UNKNOWN, "200 FROB /", LAST, why="llhttp knows no such method"),
    line("a method in small letters", b"get / HTTP/1.1", UNKNOWN, "400", why="methods are in capitals"),
    row("no request at all", b"hello!\r\n\r\n", BAD),
    row("noise", b"\x00\xff\x7f\r\n\r\n", BAD),
]
HEADERS = [
    row("no host", b"GET / HTTP/1.1\r\n\r\n", BAD, GOT, LAST, why=HTTP_1_1),
    row("two hosts", GET + b"Host: b\r\n\r\n", BAD, GOT, LAST, why=HTTP_1_1),
    row("no host in HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n", [GOT]),
    header("a space before the colon", b"A : b", BAD),
    header("no colon", b"A", BAD),
    header("no name", b": b", BAD),
    header("a name beyond ASCII", b"\xc3\xa9: b", BAD),
    header("a folded line", b"A: b\r\n c", BAD, GOT, LAST, why=STRICT),
    line("a line folded into the first", b"GET / HTTP/1.1\r\n A: b", BAD),
    header("a NUL in a value", b"A: b\x00c", BAD),
    header("a control character in a value", b"A: b\x01c", BAD),
    header("a NUL in a name", b"A\x00: b", BAD),
    header("a bare LF", b"A: b\nC: d", BAD),
    header("a bare CR", b"A: b\rC: d", BAD),
    row("LF for CR LF", b"GET / HTTP/1.1\nHost: a\n\n", BAD),
    row("65,536 bytes of headers", GET + b"A: " + b"b" * (65_536 - len(GET) - 7) + END + END, [GOT, LAST], *MUCH,
        why="that many are allowed"),
    row("65,537 bytes of headers", GET + b"A: " + b"b" * (65_537 - len(GET) - 7) + END + END, MUCH),
    target("65,537 bytes of target", b"/" + b"a" * 65_514 + b"", MUCH),
    row("257 headers", GET + b"A: b\r\n" * 256 + END, MUCH, GOT, LAST, why="Limits.header_lines"),
]
LENGTHS = [
    header("a length and chunks", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
        BAD, GOT, LAST, why=ONE_MEANING),
    header("chunks and a length", b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0",
        BAD, GOT, LAST, why=ONE_MEANING),
    header("two lengths", b"Content-Length: 3\r\nContent-Length: 4", BAD),
    header("a length twice", b"Content-Length: 3\r\nContent-Length: 3", BAD),
    header("two lengths in a list", b"Content-Length: 3, 3", BAD),
    header("a negative length", b"Content-Length: -1", BAD),
    header("a length with a sign", b"Content-Length: +3", BAD),
    header("a length with a sign of its base", b"Content-Length: 0x3", BAD),
    header("a length in words", b"Content-Length: three", BAD),
    header("a length with a space", b"Content-Length: 1 2", BAD),
    header("no length", b"Content-Length:", BAD),
    header("a length beyond all measure", b"Content-Length: 99999999999999999999",
        BAD, "413", why="it is no number to llhttp"),
    header("a length that is far too much", b"Content-Length: 99999999999", LARGE),
    header("a length with an underscore", b"Content_Length: 3", [GOT, LAST]),
    header("a coding that is unknown", b"Transfer-Encoding: gzip", UNKNOWN),
    header("a coding under chunks", b"Transfer-Encoding: gzip, chunked", UNKNOWN),
    header("chunks under a coding", b"Transfer-Encoding: chunked, gzip", BAD, "501", why="such a body has no end"),
    header("chunks under chunks", b"Transfer-Encoding: chunked, chunked\r\n\r\n0", BAD, GOT, LAST, why=ONE_MEANING),
    header("chunks twice", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0",
        BAD, GOT, LAST, why=ONE_MEANING),
    header("a coding that is almost chunks", b"Transfer-Encoding: xchunked", UNKNOWN),
    header("chunks after a vertical tab", b"Transfer-Encoding: \x0bchunked", BAD),
    row("chunks in HTTP/1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BAD, POSTED,
        why="HTTP/1.0 has none, so a proxy may take them for the next request"),
]
BODIES = [
    chunks("a chunk", b"3\r\nabc\r\n0\r\n\r\n", [POSTED + " abc", LAST]),
    chunks("two chunks", b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", [POSTED + " abcd", LAST]),
    chunks("no chunk", b"0\r\n\r\n", [POSTED, LAST]),
    chunks("a chunk with line breaks", b"6\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", [POSTED + " \r\n\r\n\r\n", LAST]),
    chunks("a size in hexadecimal", b"1F\r\n" + b"a" * 31 + b"\r\n0\r\n\r\n", [POSTED + " " + "a" * 31, LAST]),
    chunks("a size with leading noughts", b"0003\r\nabc\r\n000\r\n\r\n", [POSTED + " abc", LAST]),
    row("chunks one byte after another", (CHUNKED, *[bytes([byte]) for byte in b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"]),
        [POSTED + " abcd", LAST]),
    row("chunks in capitals", POST + b"Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n", [POSTED + " a", LAST]),
    chunks("an extension", b"3;a=b;c=\"d\"\r\nabc\r\n0;e\r\n\r\n", [POSTED + " abc", LAST]),
    chunks("trailers", b"3\r\nabc\r\n0\r\nA: b\r\nHost: b\r\n\r\n", [POSTED + " abc", LAST]),
    chunks("trailers and the next request", b"0\r\nA: b\r\n\r\n" + GET + END, [POSTED, GOT, LAST]),
    chunks("a trailer that is none", b"0\r\nA : b\r\n\r\n", BAD, POSTED, LAST, why=STRICT),
    chunks("a size that is none", b"zz\r\nabc\r\n0\r\n\r\n", BAD),
    chunks("no size", b"\r\nabc\r\n0\r\n\r\n", BAD, SILENT, why=STRICT),
    chunks("a negative size", b"-3\r\nabc\r\n0\r\n\r\n", BAD),
    chunks("a size with a sign", b"+3\r\nabc\r\n0\r\n\r\n", BAD),
    chunks("a size with a sign of its base", b"0x3\r\nabc\r\n0\r\n\r\n", BAD),
    chunks("a size with a space", b"3 \r\nabc\r\n0\r\n\r\n", BAD),
    chunks("a size beyond all measure", b"fffffffffffffffff\r\nabc", BAD, SILENT, why="it is no number to llhttp"),
    chunks("a size with a bare LF", b"3\nabc\r\n0\r\n\r\n", BAD),
    chunks("an extension with a bare LF", b"3;a\nabc\r\n0\r\n\r\n", BAD),
    chunks("more than the size says", b"3\r\nabcd\r\n0\r\n\r\n", BAD),
    chunks("less than the size says", b"4\r\nabc\r\n0\r\n\r\n", BAD),
]
# fmt: on
ROWS = [*WELL_FORMED, *TARGETS, *VERSIONS, *HEADERS, *LENGTHS, *BODIES]
