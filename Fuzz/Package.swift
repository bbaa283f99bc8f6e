// swift-tools-version: 6.2
import PackageDescription

// A package of its own: only it is built with -sanitize=fuzzer,address (see `./dev fuzz`).
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "esiwh", path: "..")],
    targets: [
        .target(name: "Driver"),
        .executableTarget(name: "fuzz-json", dependencies: ["Driver", .product(name: "Machinery", package: "esiwh")]),
        .executableTarget(
            name: "fuzz-front-matter", dependencies: ["Driver", .product(name: "Machinery", package: "esiwh")]),
    ],
    cxxLanguageStandard: .cxx17
)
