import Serving

/// The hosts that one event loop has seen served, in the spelling of requests.
///
/// It saves the judgement of ``HostPolicy`` and nothing else: an unknown spelling takes the regular path.
struct FastPathHosts {
    /// The most spellings that are remembered.
    ///
    /// Callers of one gateway use one or two; a new one beyond the bound replaces the oldest.
    private static let most = 8

    private var servesAll = false
    private var texts: [String] = []
    private var spellings: [WireBytes] = []
    private var oldest = 0

    func contains(_ host: WireBytes) -> Bool { servesAll || spellings.contains(host) }

    /// Adds a host that the policy serves.
    mutating func insert(_ host: String, by policy: HostPolicy) {
        guard policy.isBinding else {
            servesAll = true
            return
        }
        if texts.contains(host) { return }
        if texts.count < Self.most {
            texts.append(host)
            spellings.append(WireBytes(host))
        } else {
            texts[oldest] = host
            spellings[oldest] = WireBytes(host)
            oldest = (oldest + 1) % Self.most
        }
    }
}
