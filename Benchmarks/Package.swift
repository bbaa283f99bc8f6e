// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product's build does not carry it; `./dev bench` builds and runs it.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "esiwh", path: "..")],
    targets: [
        .target(name: "Floor", linkerSettings: [.linkedLibrary("simdjson")]),
        .executableTarget(
            name: "measure", dependencies: ["Floor", .product(name: "Machinery", package: "esiwh")]),
        .executableTarget(name: "fetch", dependencies: [.product(name: "Network", package: "esiwh")]),
        .executableTarget(
            name: "month",
            dependencies: [.product(name: "Machinery", package: "esiwh"), .product(name: "World", package: "esiwh")]),
    ],
    cxxLanguageStandard: .cxx17
)
