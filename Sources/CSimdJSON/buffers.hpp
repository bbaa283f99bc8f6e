#pragma once
#include "CSimdJSON.h"
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace esiwh {

/// The bytes of a raw JSON string before its closing quote or first escape. Reads past it, as simdjson does: documents
/// are padded.
inline size_t plain_length(const char *raw) {
    size_t length = 0;
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), escape = _mm_set1_epi8('\\');
    for (;; length += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(raw + length));
        const int ends = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, escape)));
        if (ends != 0) return length + size_t(__builtin_ctz(unsigned(ends)));
    }
#else
    while (raw[length] != '"' && raw[length] != '\\') length++;
    return length;
#endif
}

/// The number that eight bytes are, or all ones where not all of them are digits.
inline uint64_t eight_digits(uint64_t bytes) {
    constexpr uint64_t high = 0xf0f0f0f0f0f0f0f0;
    if (((bytes & high) | (((bytes + 0x0606060606060606) & high) >> 4)) != 0x3333333333333333) return UINT64_MAX;
    bytes = (bytes & 0x0f0f0f0f0f0f0f0f) * 2561 >> 8;
    bytes = (bytes & 0x00ff00ff00ff00ff) * 6553601 >> 16;
    return (bytes & 0x0000ffff0000ffff) * 42949672960001 >> 32;
}

/// Reads a token that is nothing but one to sixteen digits, eight at a time; false for any other, a leading zero's too.
/// Reads up to seven bytes past it (see plain_length).
inline bool plain_number(std::string_view token, uint64_t &number) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    size_t length = token.size();
    const char *at = token.data();
    if (length - 1 > 15 || (*at == '0' && length > 1)) return false;
    uint64_t bytes, upper = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    if (length > 8) {
        length -= 8;
        uint64_t last;
        std::memcpy(&last, at + length, sizeof last);
        upper = bytes;
        bytes = last;
        const size_t missing = 64 - 8 * length;
        if (missing > 0) upper = upper << missing | (0x3030303030303030 & ((uint64_t(1) << missing) - 1));
        upper = eight_digits(upper);
        if (upper == UINT64_MAX) return false;
        upper *= 100000000;
    } else if (length < 8) {
        const size_t missing = 64 - 8 * length;
        bytes = bytes << missing | (0x3030303030303030 & ((uint64_t(1) << missing) - 1));
    }
    bytes = eight_digits(bytes);
    number = upper + bytes;
    return bytes != UINT64_MAX;
#else
    return false;
#endif
}

/// A member's name with its closing quote, to be compared with a raw JSON string eight bytes at a time.
class MemberName {
public:
    MemberName(const char *name, size_t length) {
        if (length >= sizeof words) return;
        char *bytes = reinterpret_cast<char *>(words);
        std::memcpy(bytes, name, length);
        bytes[length] = '"';
        std::memset(reinterpret_cast<char *>(masks), 0xff, length + 1);
        count = length / 8 + 1;
    }

    /// Whether a raw string is this name; false for names too long for this. Reads up to seven bytes past it (see
    /// plain_length).
    bool begins(const char *raw) const {
        uint64_t differences = count == 0;
        for (size_t i = 0; i < count; i++) {
            uint64_t word;
            std::memcpy(&word, raw + 8 * i, sizeof word);
            differences |= (word ^ words[i]) & masks[i];
        }
        return differences == 0;
    }

private:
    uint64_t words[4] = {0, 0, 0, 0}, masks[4] = {0, 0, 0, 0};
    size_t count = 0;
};

/// The cells of one row. Valid until the next row begins.
struct Row {
    uint64_t *cells;
    uint8_t *tags;

    void set(size_t column, uint8_t tag, uint64_t bits) const {
        cells[column] = bits;
        tags[column] = tag;
    }
};

/// Rows as they grow; hands its memory to the caller at the end.
class Buffers {
public:
    /// - rows: how many to make room for at first.
    Buffers(size_t columns, size_t rows) : columns(columns), first(rows < 64 ? 64 : rows), recent(columns) {}
    Buffers(const Buffers &) = delete;
    ~Buffers() { std::free(cells); std::free(tags); std::free(arena); }

    Row begin_row() {
        if (rows == capacity) grow_rows();
        return row(rows++);
    }

    Row row(size_t index) const { return Row{cells + index * columns, tags + index * columns}; }
    size_t row_count() const { return rows; }

    /// Stores a text, once for those that repeat in a column.
    bool set_text(Row row, size_t column, std::string_view text) {
        if (text.size() >= (1u << 24)) return false;
        Recent &seen = recent[column];
        for (const uint64_t bits : seen.bits) {
            const size_t length = bits & 0xffffff;
            if (length == text.size() && length > 0 && std::memcmp(arena + (bits >> 24), text.data(), length) == 0) {
                row.set(column, ESIWH_TEXT, bits);
                return true;
            }
        }
        const uint64_t bits = (uint64_t(append(text)) << 24) | text.size();
        if (text.size() <= 32) seen.bits[seen.next++ % 4] = bits;
        row.set(column, ESIWH_TEXT, bits);
        return true;
    }

    void hand_over(esiwh_rows &out) {
        out.cells = cells;
        out.tags = tags;
        out.rows = rows;
        out.arena = arena;
        out.arena_length = used;
        cells = nullptr;
        tags = nullptr;
        arena = nullptr;
    }

private:
    struct Recent {
        uint64_t bits[4] = {0, 0, 0, 0};
        unsigned next = 0;
    };

    void grow_rows() {
        capacity = capacity == 0 ? first : capacity * 2;
        cells = static_cast<uint64_t *>(checked(std::realloc(cells, capacity * columns * sizeof(uint64_t))));
        tags = static_cast<uint8_t *>(checked(std::realloc(tags, capacity * columns)));
    }

    size_t append(std::string_view text) {
        if (used + text.size() > room) {
            room = (used + text.size()) * 2 + 64;
            arena = static_cast<char *>(checked(std::realloc(arena, room)));
        }
        if (!text.empty()) std::memcpy(arena + used, text.data(), text.size());
        const size_t offset = used;
        used += text.size();
        return offset;
    }

    static void *checked(void *memory) {
        if (memory == nullptr) throw std::bad_alloc();
        return memory;
    }

    size_t columns, first;
    uint64_t *cells = nullptr;
    uint8_t *tags = nullptr;
    size_t rows = 0, capacity = 0;
    char *arena = nullptr;
    size_t used = 0, room = 0;
    std::vector<Recent> recent;
};

/// The text of a JSON string from its raw form (behind the opening quote, escapes as they are). A lone surrogate
/// becomes U+FFFD and is counted; returns false for an escape that JSON does not have.
inline bool unescape(const char *raw, std::string &out, size_t &replaced) {
    const auto hex = [](const char *at, uint32_t &value) {
        value = 0;
        for (int i = 0; i < 4; i++) {
            const char c = at[i];
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) return false;
            value = value * 16 + uint32_t(digit);
        }
        return true;
    };
    const auto put = [&out](uint32_t code) {
        if (code < 0x80) {
            out += char(code);
        } else if (code < 0x800) {
            out += char(0xc0 | (code >> 6));
            out += char(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            out += char(0xe0 | (code >> 12));
            out += char(0x80 | ((code >> 6) & 0x3f));
            out += char(0x80 | (code & 0x3f));
        } else {
            out += char(0xf0 | (code >> 18));
            out += char(0x80 | ((code >> 12) & 0x3f));
            out += char(0x80 | ((code >> 6) & 0x3f));
            out += char(0x80 | (code & 0x3f));
        }
    };
    out.clear();
    for (const char *at = raw; *at != '"';) {
        if (*at != '\\') {
            out += *at++;
            continue;
        }
        const char escape = at[1];
        at += 2;
        switch (escape) {
        case '"': case '\\': case '/': out += escape; break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u': {
            uint32_t code, low;
            if (!hex(at, code)) return false;
            at += 4;
            if (code >= 0xd800 && code < 0xdc00 && at[0] == '\\' && at[1] == 'u' && hex(at + 2, low) && low >= 0xdc00 &&
                low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                at += 6;
            } else if (code >= 0xd800 && code < 0xe000) {
                code = 0xfffd;
                replaced++;
            }
            put(code);
            break;
        }
        default: return false;
        }
    }
    return true;
}

}
