import NIOCore

/// The reason why an address cannot be bound, in the words of the system and without the names of a library.
enum BindReason {
    /// Returns the reason, to stand between the address and the advice.
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as IOError: lowerCase(Platform.message(of: error.errnoCode))
        case is SocketAddressError, is SocketAddressError.UnknownHost: "no address has this name"
        case let error as SocketFileError: error.description
        default: "the system refuses it"
        }
    }

    private static func lowerCase(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}
