internal import CSQLite

/// A function in Swift that SQL can call by name.
public struct ScalarFunction {
    public var name: String
    /// -1 for any number.
    public var argumentCount: Int32
    /// The same arguments always give the same result.
    public var isDeterministic: Bool
    /// It has no side effect and tells no secret, so that views and indexes of the file may use it.
    public var isInnocuous: Bool
    /// What it throws becomes the statement's error.
    public var body: ([Value]) throws -> Value

    public init(
        _ name: String, argumentCount: Int32, isDeterministic: Bool = true, isInnocuous: Bool = true,
        body: @escaping ([Value]) throws -> Value
    ) {
        self.name = name
        self.argumentCount = argumentCount
        self.isDeterministic = isDeterministic
        self.isInnocuous = isInnocuous
        self.body = body
    }

    func register(on handle: OpaquePointer) -> Int32 {
        let flags =
            SQLITE_UTF8 | (isDeterministic ? SQLITE_DETERMINISTIC : 0)
            | (isInnocuous ? SQLITE_INNOCUOUS : SQLITE_DIRECTONLY)
        let box = Unmanaged.passRetained(Box(body)).toOpaque()
        return sqlite3_create_function_v2(
            handle, name, argumentCount, flags, box,
            { context, count, arguments in
                guard let context, let data = sqlite3_user_data(context) else { return }
                let body = Unmanaged<Box<([Value]) throws -> Value>>.fromOpaque(data).takeUnretainedValue().content
                let values = (0..<Int(count)).map { Value(sqliteValue: arguments?[$0]) }
                do {
                    ScalarFunction.answer(context, try body(values))
                } catch {
                    sqlite3_result_error(context, "\(error)", -1)
                }
            }, nil, nil, { $0.map { Unmanaged<AnyObject>.fromOpaque($0).release() } })
    }

    private static func answer(_ context: OpaquePointer, _ value: Value) {
        switch value {
        case .null: sqlite3_result_null(context)
        case .integer(let value): sqlite3_result_int64(context, value)
        case .real(let value): sqlite3_result_double(context, value)
        case .text(var text):
            text.withUTF8 { esiwh_result_text(context, $0.baseAddress, UInt64($0.count)) }
        case .blob(let bytes):
            bytes.withUnsafeBytes {
                if $0.isEmpty {
                    sqlite3_result_zeroblob(context, 0)
                } else {
                    esiwh_result_blob(context, $0.baseAddress, UInt64($0.count))
                }
            }
        }
    }
}

/// An order for texts that SQL can name.
public struct Collation {
    public var name: String
    /// Negative where the first comes first, positive where the second does, 0 where they are equal.
    public var compare: (String, String) -> Int

    public init(_ name: String, compare: @escaping (String, String) -> Int) {
        self.name = name
        self.compare = compare
    }

    func register(on handle: OpaquePointer) -> Int32 {
        let box = Unmanaged.passRetained(Box(compare)).toOpaque()
        return sqlite3_create_collation_v2(
            handle, name, SQLITE_UTF8, box,
            { data, leftCount, left, rightCount, right in
                guard let data else { return 0 }
                let compare = Unmanaged<Box<(String, String) -> Int>>.fromOpaque(data).takeUnretainedValue().content
                let texts = [(left, leftCount), (right, rightCount)].map { start, count in
                    String(decoding: UnsafeRawBufferPointer(start: start, count: Int(count)), as: UTF8.self)
                }
                return Int32(compare(texts[0], texts[1]).signum())
            }, { $0.map { Unmanaged<AnyObject>.fromOpaque($0).release() } })
    }
}

/// A value behind a pointer that C can hold.
final class Box<Content> {
    let content: Content
    init(_ content: Content) { self.content = content }
}
