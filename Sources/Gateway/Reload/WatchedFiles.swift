import GatewayConfiguration
import Serving

/// The files that are taken over by themselves when they change: certificates, keys, authorities, revocation lists
/// and tokens.
///
/// A certificate and its key are two files, so for a moment they may not fit. A change that cannot be used is
/// reported only if it is still the same a poll later.
struct WatchedFiles: Sendable {
    /// The files of a moment by path; nil for one that is missing.
    typealias Stamps = [String: FileStamp?]

    enum Step: Equatable {
        case nothing
        case takeOver
    }

    private var inForce: Stamps = [:]
    /// The change that could not be used at the last poll.
    private var failed: Stamps?
    private var isReported = false

    /// Decides what to do about the files as they are now.
    func step(_ now: Stamps) -> Step {
        now == inForce || (now == failed && isReported) ? .nothing : .takeOver
    }

    /// The paths of the files that differ from those in force.
    func changed(to stamps: Stamps) -> [String] {
        stamps.keys.filter { stamps[$0] != inForce[$0] }.sorted()
    }

    /// Records that the files are in force.
    mutating func adopted(_ stamps: Stamps) {
        inForce = stamps
        failed = nil
        isReported = false
    }

    /// Records that the files cannot be used; returns whether to report it now.
    mutating func refused(_ stamps: Stamps) -> Bool {
        isReported = failed == stamps
        failed = stamps
        return isReported
    }

    /// Reads the marks of the files of a configuration.
    static func stamps(of configuration: Configuration) -> Stamps {
        var stamps: Stamps = [:]
        for path in configuration.watchedPaths { stamps[path] = .some(FileStamp(of: path)) }
        return stamps
    }
}

extension Configuration {
    /// The files whose content a process takes over without a reload.
    ///
    /// The key of tokens and the salt are none: another key drops all pages, which is for a person to decide.
    var watchedPaths: [String] {
        [listen.tls, admin.tls]
            .flatMap { [$0.certificateFile, $0.keyFile, $0.clientCAFile, $0.clientCRLFile] }
            .compactMap(\.self)
            + [admin.tokenFile, admin.streamsTokenFile, callers.by.apiKey.file].compactMap(\.self)
    }
}
