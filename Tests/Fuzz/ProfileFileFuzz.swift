/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// The part before the first NUL is a configuration file, the rest a credentials file.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzProfileFile(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let config = input.part()
    let files = [config, Array(input.rest)].map(ProfileFileFuzz.check)
    guard let config = files[0], let credentials = files[1] else { return 0 }
    ProfileFileFuzz.check(Profiles(config: config, credentials: credentials), from: config, credentials)
    return 0
}

/// The properties under test: a file has one meaning, whatever its line ends, and credentials win over configuration.
private enum ProfileFileFuzz {
    /// Returns the file after the checks; nil for a malformed one.
    static func check(_ bytes: [UInt8]) -> ProfileFile? {
        let file = try? ProfileFile(bytes)
        let dos = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        Finding.unless((try? ProfileFile(dos))?.sections == file?.sections, "line ends have a meaning", bytes)
        guard let file else { return nil }
        let again = try? ProfileFile(text(of: file))
        Finding.unless(again?.sections == file.sections, "another spelling is another file", bytes)
        let both = try? ProfileFile(bytes + "\n[fuzz]\nkey=1\n".utf8)
        let last = ProfileFile.Section(name: "fuzz", properties: ["key": "1"])
        Finding.unless(
            both?.sections == file.sections + [last],
            "a file reaches into the next section",
            bytes
        )
        return file
    }

    static func check(_ profiles: Profiles, from config: ProfileFile, _ credentials: ProfileFile) {
        for section in credentials.sections {
            guard let profile = profiles.profiles[section.name] else { continue }
            for name in section.properties.keys {
                // A later section of the same name may change the value, one of the other file may not.
                let values = credentials.sections.filter { $0.name == section.name }.compactMap {
                    $0.properties[name]
                }
                guard let value = profile[name] else { continue }
                Finding.unless(value == values.last, "the configuration wins over credentials", name.utf8)
            }
        }
        for name in profiles.profiles.keys {
            Finding.unless(
                name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F },
                "a name with odd bytes",
                name.utf8
            )
        }
    }

    /// Returns the sections as text.
    ///
    /// A vertical tab before a property is white space, and keeps a name that begins like a section or a comment.
    private static func text(of file: ProfileFile) -> [UInt8] {
        var text = ""
        for section in file.sections {
            text += "[\(section.name)]\n"
            for (name, value) in section.properties {
                text +=
                    "\u{0B}\(name)="
                    + value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n ")
                text += "\n"
            }
        }
        return Array(text.utf8)
    }
}
