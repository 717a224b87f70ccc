import Glibc

/// The permissions of the file of a Unix socket; who may write to it may connect.
package struct SocketPermissions: Sendable, Equatable {
    /// The mode; nil leaves the one of the process's umask, or means 0660 where a group is given.
    package var mode: SocketMode?
    /// The name or the number of the group; nil leaves the group of the process.
    package var group: String?

    package init(mode: SocketMode? = nil, group: String? = nil) {
        self.mode = mode
        self.group = group
    }

    /// The same with what a new socket would have: the group of the process, and the mode of its umask.
    var withDefaults: Self {
        guard group == nil else { return self }
        let status = Platform.contents(of: "/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Umask:") }
        let mask = line.flatMap { UInt16($0.dropFirst(6).filter { !$0.isWhitespace }, radix: 8) } ?? 0o022
        return Self(mode: mode ?? SocketMode(bits: 0o777 & ~mask), group: "\(getegid())")
    }

    /// Sets group and mode of a file, in this order: no other group ever has the mode.
    func apply(to path: String) throws(SocketFileError) {
        if let group {
            guard let number = SystemGroup.number(of: group) else {
                throw .system("find the group '\(group)'", ENOENT)
            }
            guard unsafe lchown(path, uid_t.max, number) == 0 else {
                throw .system("give the socket to the group '\(group)'", errno)
            }
        }
        guard let mode = mode ?? (group == nil ? nil : .group) else { return }
        guard unsafe chmod(path, mode_t(mode.bits)) == 0 else {
            throw .system("set the mode \(mode) of the socket", errno)
        }
    }
}

/// The mode of a file in octal, such as `0660`.
package struct SocketMode: Sendable, Hashable, CustomStringConvertible {
    let bits: UInt16

    /// The mode for the owner and a group.
    static let group = SocketMode(bits: 0o660)

    fileprivate init(bits: UInt16) { self.bits = bits }

    /// Reads three octal digits, with or without a 0 before them; nil for any other text.
    package init?(parsing text: String) {
        let digits = text.utf8.count == 4 && text.hasPrefix("0") ? text.dropFirst() : text[...]
        guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let bits = UInt16(digits, radix: 8)
        else { return nil }
        self.bits = bits
    }

    package var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// The groups of the system.
package enum SystemGroup {
    /// Returns the number of a group that is given by name or by number; nil if no group has the name.
    package static func number(of text: String) -> UInt32? {
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // The highest number means "no change" to the system.
            return UInt32(text).flatMap { $0 == .max ? nil : $0 }
        }
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        // Names of the members stand in the buffer too, so a large group needs a large one.
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        guard unsafe getgrnam_r(text, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil else {
            return nil
        }
        return unsafe entry.gr_gid
    }
}
