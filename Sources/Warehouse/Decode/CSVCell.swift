internal import CSimdJSON
import Glibc

/// Values as comma-separated files write them, normalised as those of ESI's answers are: equal content is equal rows,
/// wherever it came from (invariant 5).
enum CSVCell {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    static func integer(_ bytes: Bytes) -> Int64? {
        var at = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { at = 1 }
        var value: Int64 = 0
        let first = at
        while at < bytes.count, let digit = digit(bytes[at]) {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, overSum) = product.subtractingReportingOverflow(Int64(digit))
            guard !over, !overSum else { return nil }
            value = sum
            at += 1
        }
        guard at > first else { return nil }
        if at < bytes.count {
            // Tables written by data frames have 34.0 for 34.
            guard bytes[at] == UInt8(ascii: "."), bytes.count > at + 1,
                bytes[(at + 1)...].allSatisfy({ $0 == UInt8(ascii: "0") })
            else { return nil }
        }
        // Gathered below zero, where there is room for one more.
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    static func real(_ bytes: Bytes) -> Double? {
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        var isBehindPoint = false
        var at = bytes.first == UInt8(ascii: "-") ? 1 : 0
        while at < bytes.count {
            if let digit = digit(bytes[at]) {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits += 1
                if isBehindPoint { scale += 1 }
            } else if bytes[at] == UInt8(ascii: "."), !isBehindPoint {
                isBehindPoint = true
            } else {
                return slowReal(bytes)
            }
            at += 1
        }
        // Both numbers are exact doubles then, so that their quotient is the nearest one.
        guard digits > 0, digits <= 15 else { return digits == 0 ? nil : slowReal(bytes) }
        let value = Double(mantissa) / powersOfTen[scale]
        // Minus nought is nought, as in ESI's answers.
        return bytes[0] == UInt8(ascii: "-") && value != 0 ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    private static func slowReal(_ bytes: Bytes) -> Double? {
        guard bytes.allSatisfy({ digit($0) != nil || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(String(decoding: bytes, as: UTF8.self)).flatMap { $0.isFinite ? ($0 == 0 ? 0 : $0) : nil }
    }

    static func boolean(_ bytes: Bytes) -> Bool? {
        switch bytes.count {
        case 1: bytes[0] == UInt8(ascii: "1") ? true : bytes[0] == UInt8(ascii: "0") ? false : nil
        case 4: ["true", "True"].contains { $0.utf8.elementsEqual(bytes) } ? true : nil
        case 5: ["false", "False"].contains { $0.utf8.elementsEqual(bytes) } ? false : nil
        default: nil
        }
    }

    static func timestamp(_ bytes: Bytes) -> Int64? {
        var seconds: Int64 = 0
        let isDone = bytes.withMemoryRebound(to: CChar.self) { esiwh_timestamp($0.baseAddress, $0.count, &seconds) }
        return isDone == 1 ? seconds : Timestamp.parse(String(decoding: bytes, as: UTF8.self))
    }

    static func isUTF8(_ bytes: Bytes) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let digit = byte &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }
}
