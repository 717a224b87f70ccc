import GatewayConfiguration
import Messages
import Telemetry

/// The status as a page for people.
///
/// It loads nothing, and its only links are to reads.
struct StatusPage {
    let status: StatusReport
    let checks: [HealthCheck]

    var text: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>syncgate: \(status.state.rawValue)</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
        table { border-collapse: collapse; width: 100%; } td { padding: .2rem 0; border-top: 1px solid #ddd; }
        td:first-child { width: 14rem; color: #555; } .bad { color: #b00020; font-weight: 600; }
        @media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd; } td { border-color: #333; }
        td:first-child { color: #aaa; } a { color: #8ab4f8; } .bad { color: #ff8a80; } }
        </style>
        </head>
        <body>
        <h1>syncgate is \(status.state.rawValue)</h1>
        \(section("Service", service))\(section("Checks", checkRows))\(section("Cache", cache))\
        \(section("Throttle", throttle))\(section("Upstream", upstream))\
        \(section("Last failures", failures))
        <p><a href="/metrics">metrics</a> · <a href="/status">status</a> · <a href="/readyz?verbose">readiness</a></p>
        </body>
        </html>

        """
    }

    private typealias Row = (name: String, value: String, isBad: Bool)

    private var service: [Row] {
        [
            ("version", "\(status.version) (\(status.revision))", false),
            ("started", "\(status.started), \(status.uptimeSeconds) s ago", false),
            ("listens at", status.listen, false),
            ("connections", "\(status.connections.active) active, \(status.connections.idle) idle", false),
            ("requests in flight", String(status.requestsInFlight), false),
            ("last reload", reload, status.lastReload?.succeeded == false),
            ("log lines dropped", String(status.logLinesDropped), status.logLinesDropped > 0),
        ] + status.pendingRestart.map { ("waits for a restart", "\($0.key): \($0.reason)", true) }
    }

    private var reload: String {
        guard let reload = status.lastReload else { return "none yet" }
        return "\(reload.succeeded ? "succeeded" : "failed") at \(reload.time)"
            + reload.problems.map { "; " + $0 }.joined()
    }

    private var failures: [Row] {
        status.failures.map { failure in
            let what = failure.reason ?? failure.status.map { "status \($0)" } ?? "failed"
            let texts = [failure.error, failure.message ?? failure.detail].compactMap(\.self)
            return (
                failure.time,
                "\(what) × \(failure.count), \(failure.operation ?? "") " + texts.joined(separator: ": "),
                true
            )
        }
    }

    private var checkRows: [Row] {
        checks.map { check in
            let detail = check.detail.map { ": " + $0 } ?? ""
            return (check.name, (check.isPassing ? "passing" : "failing") + detail, !check.isPassing)
        }
    }

    private var cache: [Row] {
        let cache = status.cache
        let used = cache.limitBytes > 0 ? ", \(cache.bytes * 100 / cache.limitBytes) %" : ""
        return [
            ("pages", String(cache.entries), false),
            ("memory", "\(cache.bytes) of \(cache.limitBytes) bytes\(used)", false),
            ("evictions", String(cache.evictions), false),
            ("fenced fills", String(cache.fencedFills), false),
        ]
    }

    private var throttle: [Row] {
        [
            ("callers known", String(status.throttle.callers), false),
            ("identities known", String(status.throttle.identities), false),
        ]
    }

    private var upstream: [Row] {
        [
            ("origin", status.upstream.origin, false),
            ("region", status.upstream.region, false),
            ("connections", "\(status.upstream.connections) open, \(status.upstream.connects) made", false),
            ("credentials", status.credentials.source ?? "none", status.credentials.source == nil),
            ("credentials expire", status.credentials.expires ?? "never", false),
            (
                "clock skew", "\(status.upstream.clockSkewSeconds) s",
                abs(status.upstream.clockSkewSeconds) > 240
            ),
        ]
    }

    private func section(_ title: String, _ rows: [Row]) -> String {
        let lines = rows.map { row in
            "<tr><td>\(Self.escaped(row.name))</td><td\(row.isBad ? " class=\"bad\"" : "")>\(Self.escaped(row.value))</td></tr>\n"
        }
        return "<h2>\(title)</h2>\n<table>\n\(lines.joined())</table>\n"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in oneLine(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Returns the text with U+FFFD in place of every control character.
    static func oneLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(TextEscape.isHarmful(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
