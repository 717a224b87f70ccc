// swift-tools-version: 6.2
import PackageDescription

/// The package: a target for each role, an arrow for each import.
///
/// Each C library, NIO and Yams is visible in exactly one target. The pure targets see none of them; `make lint`
/// checks it.
let package = Package(
    name: "syncgate",
    products: [.executable(name: "syncgate", targets: ["syncgate"])],
    dependencies: [
        // Exact versions. The least versions of the packages that these bring along are in `.ci/floors`.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // The arguments, the rights and the children of the process: what only C can ask for.
        .target(name: "CProcess"),
        .target(name: "Messages", dependencies: [.httpTypes]),
        .target(name: "CognitoSync", dependencies: ["Messages", .httpTypes]),
        .target(name: "Policy", dependencies: ["Messages", "CognitoSync", .deque]),
        .target(name: "Cryptography", dependencies: ["CCrypto", "Messages"]),
        .target(name: "Compression", dependencies: ["CZlib"]),
        .target(name: "SigV4", dependencies: ["Messages", "Cryptography", .httpTypes]),
        // The tokens of callers. The strict JSON reader is that of the service's requests.
        .target(name: "WebTokens", dependencies: ["Messages", "CognitoSync", "Cryptography"]),
        .target(name: "Upstream", dependencies: ["Messages", "CCurl", .deque, .httpTypes]),
        .target(name: "Serving", dependencies: ["Messages", "Cryptography", .httpTypes] + .nio),
        .target(
            name: "CredentialSources",
            dependencies: ["CProcess", "Messages", "Cryptography", "SigV4", "Upstream", .httpTypes]
        ),
        .target(
            name: "Telemetry",
            dependencies: [
                "Messages", "CognitoSync", "Policy", "Cryptography", "CredentialSources", "Serving", .logging,
            ]
        ),
        .target(
            name: "GatewayConfiguration",
            dependencies: [
                "Messages", "CognitoSync", "Cryptography", "SigV4", "CredentialSources", "Serving",
                "Telemetry", .logging,
                .yams,
            ]
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "Messages", "CognitoSync", "Policy", "Compression", "Cryptography", "SigV4", "WebTokens",
                "CredentialSources",
                "Upstream", "Serving", "Telemetry", "GatewayConfiguration", .httpTypes, .logging,
            ]
        ),
        .target(
            name: "Emulator",
            dependencies: ["Messages", "CognitoSync", "Cryptography", "SigV4", "Serving", .httpTypes]
        ),
        .executableTarget(
            name: "syncgate",
            dependencies: [
                "CProcess", "Messages", "CognitoSync", "Policy", "Cryptography", "SigV4", "CredentialSources",
                "Upstream",
                "Serving",
                "Telemetry",
                "GatewayConfiguration",
                "Gateway", "Emulator", .argumentParser, .httpTypes, .logging, .unixSignals,
            ]
        ),

        .target(
            name: "TestSupport",
            dependencies: ["Messages", "CognitoSync", .httpTypes],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "MessagesTests", dependencies: ["Messages", "TestSupport", .httpTypes]),
        .testTarget(
            name: "CognitoSyncTests",
            dependencies: ["CognitoSync", "Messages", "TestSupport", .httpTypes]
        ),
        .testTarget(name: "PolicyTests", dependencies: ["Policy", "CognitoSync", "Messages", "TestSupport"]),
        .testTarget(name: "CompressionTests", dependencies: ["Compression"]),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography", "Messages", "TestSupport"]),
        .testTarget(
            name: "SigV4Tests",
            dependencies: ["SigV4", "Cryptography", "Messages", "TestSupport", .httpTypes]
        ),
        .testTarget(
            name: "WebTokensTests",
            dependencies: ["WebTokens", "CognitoSync", "Cryptography", "Messages", "TestSupport"]
        ),
        .testTarget(
            name: "CredentialSourcesTests",
            dependencies: [
                "CredentialSources", "Cryptography", "Messages", "SigV4", "Upstream", "TestSupport",
                .httpTypes,
            ]
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "Telemetry", "CognitoSync", "Policy", "CredentialSources", "Serving", "TestSupport", .logging,
            ]
        ),
        .testTarget(
            name: "GatewayConfigurationTests",
            dependencies: [
                "GatewayConfiguration", "CognitoSync", "SigV4", "CredentialSources", "Serving", "Telemetry",
                "TestSupport", .logging,
            ],
            exclude: ["Wrong"]
        ),
        .testTarget(
            name: "UpstreamTests",
            dependencies: ["Upstream", "Messages", "TestSupport", .httpTypes]
        ),
        .testTarget(
            name: "ServingTests",
            dependencies: ["Serving", "Messages", "TestSupport", .httpTypes] + .nio
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "GatewayConfiguration", "Telemetry", "CredentialSources", "Emulator",
                "CognitoSync",
                "Policy", "Cryptography", "SigV4", "WebTokens", "Upstream", "Serving", "Messages",
                "TestSupport", .httpTypes, .logging,
            ]
        ),
        .testTarget(
            name: "EmulatorTests",
            dependencies: [
                "Emulator", "CognitoSync", "Cryptography", "SigV4", "Serving", "Messages", "TestSupport",
                .httpTypes,
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Gateway", "GatewayConfiguration", "Telemetry", "CredentialSources", "Emulator",
                "CognitoSync",
                "Policy", "Cryptography", "SigV4", "Upstream", "Serving", "Messages", "TestSupport",
                .httpTypes,
                .logging,
            ]
        ),
    ]
)

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let deque = product(name: "DequeModule", package: "swift-collections")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let logging = product(name: "Logging", package: "swift-log")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}

extension [Target.Dependency] {
    static let nio: Self =
        ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOTLS"]
        .map { .product(name: $0, package: "swift-nio") } + [
            .product(name: "NIOSSL", package: "swift-nio-ssl")
        ]
}

// The micro-benchmarks are no part of a usual build: `make bench-micro` and `make bench-scale` set the variable.
if Context.environment["SYNCGATE_MICRO"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Micro",
            dependencies: [
                "Messages", "CognitoSync", "Policy", "Cryptography", "SigV4", "WebTokens", .httpTypes,
            ],
            path: "Benchmarks/Micro",
            exclude: ["thresholds"]
        )
    )
}

/// The settings of every target of ours.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
for target in package.targets where target.type != .system && target.name != "CProcess" {
    target.swiftSettings = strict
}
