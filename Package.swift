// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency], plugins: [Target.PluginUsage] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings, plugins: plugins)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")

let package = Package(
    name: "esiwh",
    products: [
        .executable(name: "esiwh", targets: ["esiwh"]),
        .executable(name: "esi-sandbox", targets: ["esi-sandbox"]),
        // For Benchmarks/ and Fuzz/, packages of their own; nothing outside this repository is promised anything.
        .library(name: "Machinery", targets: ["SQLite", "Warehouse", "Rules"]),
        .library(name: "Network", targets: ["HTTP"]),
        .library(name: "World", targets: ["Sandbox"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev", "zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(
            name: "CSimdJSON", cxxSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
            linkerSettings: [.linkedLibrary("simdjson")]),
        module("SQLite", ["CSQLite"]),
        module("HTTP", ["CCurl"]),
        module("Archive", ["CArchive"]),
        module("ESI", ["HTTP", "SQLite", "CZstd"]),
        module("Warehouse", ["SQLite", "CSQLite", "CSimdJSON", yams], plugins: ["EmbedSQL"]),
        module("Ingest", ["Archive", "Warehouse", "ESI", "SQLite"]),
        module("Rules", ["HTTP", "Warehouse", crypto, mustache, yams]),
        module("Sandbox", ["Archive", flyingFox]),
        program("esiwh", ["Archive", "Ingest", "Rules", "Warehouse", "ESI", "HTTP", "SQLite", argumentParser]),
        program("esi-sandbox", ["Sandbox", argumentParser]),
        program("embed-sql", []),
        .plugin(name: "EmbedSQL", capability: .buildTool(), dependencies: ["embed-sql"], path: "Sources/EmbedSQL"),
        tests("SQLiteTests", ["SQLite"]),
        tests("HTTPTests", ["HTTP"]),
        tests("ArchiveTests", ["Archive"]),
        tests("ESITests", ["ESI", "Sandbox"]),
        tests("WarehouseTests", ["Warehouse"]),
        tests("IngestTests", ["Ingest", "Sandbox"]),
        tests("RulesTests", ["Rules", "Warehouse", "SQLite"]),
        tests("MessageTests", ["esiwh", "HTTP", "Rules", "SQLite", "Warehouse", crypto]),
        tests("CommandTests", ["esiwh", "Archive", "ESI", "Ingest", "Sandbox", "Warehouse", "SQLite"]),
        tests("SandboxTests", ["Sandbox", "Warehouse"]),
        tests("EndToEnd", ["esiwh", "esi-sandbox", "Warehouse", "Sandbox", "SQLite", flyingFox]),
    ],
    cxxLanguageStandard: .cxx17
)
