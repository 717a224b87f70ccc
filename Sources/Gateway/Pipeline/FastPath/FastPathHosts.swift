import Serving

/// The hosts that one event loop has seen served, by the hash of their spelling.
///
/// It saves the judgement of ``HostPolicy`` and nothing else: an unknown spelling takes the regular path. The hash has
/// 64 bits and secrets of this process. So a page that tries names matches one by chance alone, and never finds out.
struct FastPathHosts {
    /// The most spellings that are remembered.
    ///
    /// Callers of one gateway use one or two; a new one beyond the bound replaces the oldest.
    private static let most = 8

    private var servesAll = false
    private var spellings: [UInt64] = []
    private var oldest = 0

    func contains(_ host: UInt64) -> Bool { servesAll || spellings.contains(host) }

    /// Adds a host that the policy serves.
    mutating func insert(_ host: String, by policy: HostPolicy) {
        guard policy.isBinding else {
            servesAll = true
            return
        }
        let spelling = host.fingerprint
        if spellings.contains(spelling) { return }
        if spellings.count < Self.most {
            spellings.append(spelling)
        } else {
            spellings[oldest] = spelling
            oldest = (oldest + 1) % Self.most
        }
    }
}
