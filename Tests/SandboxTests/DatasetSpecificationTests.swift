import Foundation
import Testing
import Warehouse

/// Each dataset's declaration, held against ESI's own specification by what `esiwh doctor esi` does.
@Suite struct DatasetSpecificationTests {
    @Test(
        .enabled(
            if: ESISpecification.isThere, "ESI's specification is not beside the project (../shared/esi/openapi.json)"))
    func `the shipped datasets are as ESI's specification says, and leave nothing out`() throws {
        let json = try Data(contentsOf: URL(fileURLWithPath: ESISpecification.path))
        let specification = try Specification(Array(json), source: ESISpecification.path)
        let catalogue = Catalogue(Library())
        #expect(catalogue.datasets.count >= 12)
        let findings = SpecificationCheck(catalogue.datasets, against: specification).findings
        // ESI's word, against what it sent (../shared/esi/samples/universe.bloodlines).
        let broken = ["ESI promises ship_type_id"]
        #expect(findings.map(\.place.message) == broken, "\(findings.map(\.description).joined(separator: "\n"))")
    }
}
