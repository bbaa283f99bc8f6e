/// The routes of public contracts.
extension Answers {
    static let contractRoutes = [
        SandboxRoute("/contracts/public/{region_id}", .timed(ContractBoard.step)) { $0.contracts($1) },
        // Cached from when they are first asked for, so the items of a contract that the board shows are there.
        SandboxRoute("/contracts/public/items/{contract_id}", .timed(ContractBoard.step)) { $0.items($1) },
        SandboxRoute("/contracts/public/bids/{contract_id}", .timed(300)) { $0.bids($1) },
    ]

    private func contracts(_ asked: Asked) -> Content {
        guard universe.regions.contains(asked.id()) else { return Self.failure(404, "Region not found!") }
        let (body, pages) = ContractBoard(universe: universe, region: asked.id()).page(asked.page, at: asked.time)
        guard (1...pages).contains(asked.page) else { return Self.failure(404, "Requested page does not exist!") }
        return Content(body: body, pages: pages)
    }

    private func items(_ asked: Asked) -> Content {
        guard let contract = ContractBoard.contract(asked.id(), in: universe, at: asked.time) else {
            return Self.failure(404, "Contract not found!")
        }
        if contract.expires <= asked.time { return Content(status: 204) }
        guard contract.kind != .courier else { return Self.failure(404, "Contract not found!") }
        return Content(body: contract.itemsJSON(), pages: 1)
    }

    private func bids(_ asked: Asked) -> Content {
        guard let contract = ContractBoard.contract(asked.id(), in: universe, at: asked.time),
            contract.kind == .auction
        else { return Self.failure(404, "Contract not found!") }
        return Content(body: contract.bidsJSON(at: asked.time), pages: 1)
    }
}
