import Testing

@testable import Archive

@Suite struct ArchiveTests {
    @Test(arguments: ["two.tar", "two.tar.gz", "two.tar.bz2", "two.zip", "stored.zip"])
    func `an archive's files are read in order, without its folders and links`(name: String) throws {
        let workshop = try Workshop(Workshop.all)
        let reader = try ArchiveReader(path: workshop.path(name))
        let first = try #require(try reader.next())
        #expect(first.path == "a.csv" && first.name == "a.csv")
        #expect(first.size == Int64(try workshop.bytes("a.csv").count))
        #expect(try reader.readAll(limit: 1 << 20) == workshop.bytes("a.csv"))
        let second = try #require(try reader.next())
        #expect(second.path == "deep/b.csv" && second.name == "b.csv")
        #expect(try reader.readAll(limit: 1 << 20) == workshop.bytes("b.csv"))
        #expect(try reader.read() == nil)
        #expect(try reader.next() == nil)
        #expect(try reader.next() == nil)
    }

    @Test(arguments: ["a.csv", "a.csv.gz", "a.csv.bz2", "parts.csv.gz", "parts.csv.bz2"])
    func `a single file is an archive of one, called as it is without its compression`(name: String) throws {
        let workshop = try Workshop(Workshop.all)
        let inside = name.hasPrefix("a") ? "a.csv" : "parts.csv"
        #expect(try contents(workshop.path(name)) == [inside: workshop.bytes("a.csv")])
    }

    @Test(arguments: ["two.tar", "two.tar.gz", "two.tar.bz2", "two.zip"])
    func `files may be passed over, unread or half read`(name: String) throws {
        let workshop = try Workshop(Workshop.all)
        let reader = try ArchiveReader(path: workshop.path(name))
        _ = try reader.next()
        #expect(try reader.read(atMost: 10)?.count == 10)
        #expect(try reader.next()?.path == "deep/b.csv")
        #expect(try reader.next() == nil)
    }

    @Test func `lines end at either kind of end, and the last needs none`() throws {
        let workshop = try Workshop(Workshop.all)
        let reader = try ArchiveReader(path: workshop.path("two.zip"))
        _ = try reader.next()
        var lines = reader.lines()
        #expect(try lines.next() == Array("id,name".utf8))
        #expect(try lines.next() == Array("0,0".utf8))
        var count = 2
        while try lines.next() != nil { count += 1 }
        #expect(count == 151 && lines.number == 151)
        _ = try reader.next()
        var others = reader.lines()
        var texts: [String] = []
        while let line = try others.next() { texts.append(String(decoding: line, as: UTF8.self)) }
        #expect(texts == ["id", "1", "", "ü"])
    }

    @Test func `a line without end is an error, not memory`() throws {
        let workshop = try Workshop("keep('long.jsonl.gz', gzip.compress(b'{}\\n' + b'x' * (4 << 20)))")
        let reader = try ArchiveReader(path: workshop.path("long.jsonl.gz"))
        _ = try reader.next()
        var lines = reader.lines(longest: 1 << 20)
        #expect(try lines.next() == Array("{}".utf8))
        let error = #expect(throws: ArchiveError.self) { try lines.next() }
        #expect(error?.message == "line 2 is longer than 1048576 bytes" && error?.entry == "long.jsonl")
    }

    // MARK: What is not whole

    @Test(arguments: [
        "two.tar", "two.tar.gz", "two.tar.bz2", "two.zip", "a.csv.gz", "a.csv.bz2", "parts.csv.gz", "parts.csv.bz2",
    ])
    func `an archive that was cut is an error wherever it was cut`(name: String) throws {
        let workshop = try Workshop(Workshop.all)
        let bytes = try workshop.bytes(name)
        // Behind its end mark a tar is padded; nothing is missing there.
        let padding = name == "two.tar" ? bytes.reversed().prefix { $0 == 0 }.count / 512 * 512 - 1024 : 0
        for length in stride(from: 0, to: bytes.count - padding, by: name == "two.tar" ? 256 : 1) {
            let path = try workshop.write(bytes[..<length], to: "cut.\(name)")
            // What a cut between the two members of a gzip or bzip2 file leaves is a whole one.
            if let found = try? contents(path) {
                let parts = found["cut.parts.csv"]
                #expect(parts?.count == 500 && name.hasPrefix("parts"), "\(length) of \(bytes.count) bytes pass")
            }
        }
        _ = try contents(try workshop.write(bytes, to: "cut.\(name)"))
    }

    @Test(arguments: ["two.tar.gz", "two.tar.bz2", "two.zip", "stored.zip", "a.csv.gz", "a.csv.bz2"])
    func `a changed byte is an error, or changes nothing that is read`(name: String) throws {
        let workshop = try Workshop(Workshop.all)
        var bytes = try workshop.bytes(name)
        let right = Set(try contents(workshop.path(name)).values)
        var errors = 0
        for index in bytes.indices {
            bytes[index] ^= 0x10
            let path = try workshop.write(bytes, to: "changed.\(name)")
            bytes[index] ^= 0x10
            guard let found = try? contents(path) else {
                errors += 1
                continue
            }
            // A zip's names and attributes have no checksum.
            #expect(Set(found.values).isSubset(of: right), "byte \(index)")
            if !name.hasSuffix("zip") { #expect(Set(found.values) == right, "byte \(index)") }
        }
        #expect(errors > bytes.count / 2)
    }

    @Test func `more behind the end is an error`() throws {
        let workshop = try Workshop(Workshop.all)
        for name in ["a.csv.gz", "a.csv.bz2", "two.tar.gz", "two.tar.bz2"] {
            let path = try workshop.write(workshop.bytes(name) + Array("BZh9 more".utf8), to: "more.\(name)")
            #expect(throws: ArchiveError.self, "\(name)") { try contents(path) }
        }
    }

    @Test func `errors name the archive, the file in it and what is wrong`() throws {
        let workshop = try Workshop(Workshop.all)
        let bytes = try workshop.bytes("two.tar.bz2")
        let cut = try workshop.write(bytes.dropLast(40), to: "cut.tar.bz2")
        let error = #expect(throws: ArchiveError.self) { try contents(cut) }
        #expect(error?.reason == .damaged && error?.archive == cut)
        #expect(error.map { "\($0)" }?.hasSuffix("cut.tar.bz2: truncated bzip2 input") == true)

        let a = try workshop.bytes("a.csv")
        let tar = try workshop.bytes("two.tar")
        let inside = try workshop.write(tar.prefix(1024 + a.count / 2), to: "inside.tar")
        let second = #expect(throws: ArchiveError.self) { try contents(inside) }
        #expect(second?.entry == "a.csv" && second?.message == "Truncated tar archive")

        let missing = #expect(throws: ArchiveError.self) { try contents("/nowhere/x.zip") }
        #expect(missing?.reason == .unreadable)
        #expect(missing.map { "\($0)" } == "/nowhere/x.zip: No such file or directory")
        #expect(throws: ArchiveError.self) { try ArchiveReader(path: "/tmp") }
    }

    @Test(arguments: ["page.csv.bz2", "page.csv.gz", "page.tar", "page.tar.bz2", "page.zip"])
    func `a file that is not what its name says is refused`(name: String) throws {
        let workshop = try Workshop(Workshop.all)
        let path = try workshop.write(Array("<html>404 Not Found</html>".utf8), to: name)
        let error = #expect(throws: ArchiveError.self) { try contents(path) }
        #expect(error?.reason == .unrecognised)
        #expect(error?.message.hasPrefix("this is no ") == true)
    }

    @Test func `a compressed table under the name of a tar is refused`() throws {
        let workshop = try Workshop(Workshop.all)
        let path = try workshop.write(workshop.bytes("a.csv.bz2"), to: "a.tar.bz2")
        #expect(throws: ArchiveError.self) { try contents(path) }
    }

    // MARK: Bounds

    static let bombs = """
        zeros = bytes(8 << 20)
        keep('bomb.gz', gzip.compress(zeros)); keep('bomb.bz2', bz2.compress(zeros))
        with zipfile.ZipFile('bomb.zip', 'w', zipfile.ZIP_DEFLATED) as archive:
            for i in range(3): archive.writestr('zeros%d' % i, zeros[:4 << 20])
        with tarfile.open('bomb.tar.gz', 'w:gz') as tar:
            info = tarfile.TarInfo('zeros'); info.size = len(zeros); tar.addfile(info, io.BytesIO(zeros))
        """

    @Test(arguments: ["bomb.gz", "bomb.bz2", "bomb.zip", "bomb.tar.gz"])
    func `what unpacks to more than is allowed is stopped there`(name: String) throws {
        let workshop = try Workshop(Self.bombs)
        let limits = ArchiveReader.Limits(inflatedBytes: 6 << 20)
        let error = #expect(throws: ArchiveError.self) { try contents(workshop.path(name), limits: limits) }
        #expect(error?.reason == .tooLarge && error?.entry != nil)
        _ = try contents(workshop.path(name), limits: .init(inflatedBytes: 13 << 20))
    }

    @Test func `passing over a file does not unpack without bound either`() throws {
        let workshop = try Workshop(Self.bombs)
        for name in ["bomb.gz", "bomb.bz2", "bomb.tar.gz"] {
            let reader = try ArchiveReader(path: workshop.path(name), limits: .init(inflatedBytes: 1 << 20))
            _ = try reader.next()
            let error = #expect(throws: ArchiveError.self) { try reader.next() }
            #expect(error?.reason == .tooLarge)
        }
    }
}

@Suite struct ArchiveWriterTests {
    @Test func `what is written is read back, and the same files are the same bytes`() throws {
        let workshop = try Workshop("")
        let files: [(String, [UInt8])] = [
            ("a.jsonl", Array(repeating: 120, count: 300_000)), ("ü.txt", []), ("deep/b", [0, 255]),
        ]
        for name in ["one.zip", "two.zip"] {
            let zip = try ArchiveWriter(path: workshop.path(name))
            for (name, content) in files { try zip.add(name, content) }
            try zip.close()
        }
        #expect(try workshop.bytes("one.zip") == workshop.bytes("two.zip"))
        #expect(try workshop.bytes("one.zip").count < 10_000)
        let reader = try ArchiveReader(path: workshop.path("one.zip"))
        for (name, content) in files {
            #expect(try reader.next()?.path == name)
            #expect(try reader.readAll(limit: 1 << 20) == content)
        }
        #expect(try reader.next() == nil)
    }

    @Test func `a zip that cannot be made names its path`() throws {
        #expect {
            try ArchiveWriter(path: "/nowhere/a.zip")
        } throws: { "\($0)".hasPrefix("/nowhere/a.zip: ") }
    }
}
