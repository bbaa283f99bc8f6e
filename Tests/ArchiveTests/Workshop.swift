import Foundation
import Testing

@testable import Archive

/// A folder of archives made by Python's standard library: not by what reads them here.
final class Workshop {
    let folder: URL

    /// - Parameter script: Python, run in the folder.
    init(_ script: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "esiwh-archives-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-c", Self.prelude + script]
        python.currentDirectoryURL = folder
        try python.run()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }  // In /tmp: what stays is the system's to clear.

    func path(_ name: String) -> String { folder.appending(path: name).path }
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name))) }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: folder.appending(path: name))
        return path(name)
    }

    /// Two files, `a.csv` and `deep/b.csv`, beside a folder and a link, in every kind of archive.
    private static let prelude = """
        import bz2, gzip, io, tarfile, zipfile
        a = b'id,name\\n' + b''.join(b'%d,%x\\n' % (i, i * 7919 % 1009) for i in range(150))
        b = 'id\\r\\n1\\r\\n\\r\\nü'.encode()
        def tarred():
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode='w') as tar:
                folder = tarfile.TarInfo('deep'); folder.type = tarfile.DIRTYPE; tar.addfile(folder)
                for name, data in (('a.csv', a), ('deep/b.csv', b)):
                    info = tarfile.TarInfo(name); info.size = len(data); tar.addfile(info, io.BytesIO(data))
                link = tarfile.TarInfo('link'); link.type = tarfile.SYMTYPE; link.linkname = '/etc/passwd'
                tar.addfile(link)
            return out.getvalue()
        def zipped(method):
            out = io.BytesIO()
            with zipfile.ZipFile(out, 'w', method) as archive:
                archive.mkdir('deep') if hasattr(archive, 'mkdir') else archive.writestr('deep/', b'')
                archive.writestr('a.csv', a); archive.writestr('deep/b.csv', b)
            return out.getvalue()
        def keep(name, data): open(name, 'wb').write(data)

        """

    static let all = """
        keep('two.tar', tarred()); keep('two.tar.gz', gzip.compress(tarred(), mtime=0))
        keep('two.tar.bz2', bz2.compress(tarred())); keep('two.zip', zipped(zipfile.ZIP_DEFLATED))
        keep('stored.zip', zipped(zipfile.ZIP_STORED))
        keep('a.csv', a); keep('a.csv.gz', gzip.compress(a, mtime=0)); keep('a.csv.bz2', bz2.compress(a))
        keep('parts.csv.gz', gzip.compress(a[:500], mtime=0) + gzip.compress(a[500:], mtime=0))
        keep('parts.csv.bz2', bz2.compress(a[:500]) + bz2.compress(a[500:]))
        keep('b.csv', b)
        """
}

/// An archive's files with their content, all of it read.
func contents(_ path: String, limits: ArchiveReader.Limits = .init()) throws -> [String: [UInt8]] {
    let reader = try ArchiveReader(path: path, limits: limits)
    var files: [String: [UInt8]] = [:]
    while let entry = try reader.next() {
        var bytes: [UInt8] = []
        while let chunk = try reader.read(atMost: 700) {
            bytes += chunk
        }
        files[entry.path] = bytes
    }
    return files
}
