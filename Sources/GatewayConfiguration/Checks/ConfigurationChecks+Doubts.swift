internal import CognitoSync
internal import Serving

/// The doubts about values that are possible, and hardly meant.
extension ConfigurationChecks {
    mutating func checkPorts() {
        let (callers, admin) = (configuration.listen.address, configuration.admin.address)
        guard case .tcp(let host, let port) = callers, case .tcp(let adminHost, port) = admin,
            port != 0, host != adminHost
        else { return }
        let keys = ["admin.address", "listen.address"]
        let blamed = isGiven(keys[0]) ? keys : keys.reversed()
        let (value, other) = blamed[0] == keys[0] ? (admin, callers) : (callers, admin)
        doubt(
            blamed[0],
            "\(value)",
            "has the port of \(blamed[1]), \(Quotation.text("\(other)")); choose another port",
            with: [blamed[1]]
        )
    }

    /// Checks the sizes against `memory`, the bytes that this process may use.
    mutating func checkMemory(_ memory: Int) {
        let sizes = [
            ("cache.memory", configuration.cache.memory), ("limits.bytes", configuration.limits.bytes ?? 0),
        ]
        for (key, size) in sizes where size > memory {
            let reason = "is more than the memory of this machine or container"
            let shown = memory >= 1 << 20 ? ByteSize.text((memory >> 20) << 20) : ByteSize.text(memory)
            doubt(key, ByteSize.text(size), "\(reason), \(shown); lower it")
        }
        let cache = configuration.cache.memory
        if (1..<1 << 20).contains(cache) {
            let reason = "has room for a page or two; write 0 to cache nothing, or 1MiB or more"
            doubt("cache.memory", ByteSize.text(cache), reason)
        }
    }

    mutating func checkBuckets() {
        let throttle = configuration.throttle
        check("throttle.caller", throttle.caller.rate, throttle.caller.burst)
        check("throttle.identity", throttle.identity.rate, throttle.identity.burst)
        check("throttle.upstream", throttle.upstream.rate, throttle.upstream.burst)
    }

    /// Checks a bucket: without a tenth of a second in store, requests that come together are refused.
    private mutating func check(_ section: String, _ rate: TokenRate, _ burst: Int64) {
        let (rateKey, burstKey) = ("\(section).rate", "\(section).burst")
        let (tokens, seconds) = rate.fraction
        let most = TokenRate.greatestPerSecond / seconds
        if burst > most {
            fault(
                burstKey,
                "\(burst)",
                "is more than \(most), the most for \(rateKey), \(rate); lower it",
                with: [rateKey]
            )
        }
        let least = (tokens / seconds + 9) / 10
        guard burst < least else { return }
        if isGiven(burstKey) {
            let reason = "is less than a tenth of a second of \(rateKey), \(rate)"
            doubt(burstKey, "\(burst)", "\(reason); write \(least) or more", with: [rateKey])
        } else {
            let reason = "is more than ten times \(burstKey), \(burst), in a second"
            doubt(rateKey, "\(rate)", "\(reason); write \(burstKey): \(least) or more", with: [burstKey])
        }
    }

    /// Checks the time of an orderly end: after theirs, the supervisors kill the process.
    mutating func checkDrain() {
        let drain = configuration.drain
        guard drain.delay + drain.timeout > .seconds(90) else { return }
        let key = isGiven("drain.timeout") || !isGiven("drain.delay") ? "drain.timeout" : "drain.delay"
        let value = key == "drain.timeout" ? drain.timeout : drain.delay
        let both = drain.delay > .zero && drain.timeout > .zero
        let reason =
            (both
                ? "makes drain.delay and drain.timeout \(DurationText.text(drain.delay + drain.timeout)), "
                : "is ")
            + "longer than supervisors wait: systemd 90s, Kubernetes and ECS 30s by default"
        doubt(
            key,
            DurationText.text(value),
            "\(reason); raise TimeoutStopSec, terminationGracePeriodSeconds or stopTimeout too"
        )
    }

    /// Checks that the identity pools are in the region to which their requests go.
    mutating func checkPools() {
        guard case .only(let pools) = configuration.allow.identityPools else { return }
        let region = configuration.upstream.region
        for pool in pools.map(\.text).sorted() {
            let home = pool.prefix { $0 != ":" }
            guard home != region, Endpoint.regions.contains(String(home)) else { continue }
            let reason = "is in the region \(home), and requests go to that of upstream.region, \(region)"
            doubt(
                "allow.identity_pools",
                pool,
                "\(reason); remove it, or change the region",
                with: ["upstream.region"]
            )
        }
    }
}
