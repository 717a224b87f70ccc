import Foundation

/// Standard output is a pipe as often as a terminal: what was printed must be there when somebody waits for it.
enum FlushedOutput {
    static func flush() { fflush(nil) }
}
