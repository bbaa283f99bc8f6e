import Testing

@testable import Warehouse

@Suite struct ShippedDatasetsTests {
    @Test func `every shipped file is usable`() {
        let catalogue = Catalogue(Library())
        #expect(catalogue.faults == [])
        #expect(catalogue.datasets.count >= 12)
    }
}
