#pragma once
#include "CSimdJSON.h"
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace esiwh {

/// Rows as they grow; hands its memory to the caller at the end.
class Buffers {
public:
    explicit Buffers(size_t columns) : columns(columns), recent(columns) {}
    Buffers(const Buffers &) = delete;
    ~Buffers() { std::free(cells); std::free(tags); std::free(arena); }

    /// Makes room for a row and returns the index of its first cell.
    size_t begin_row() {
        if (rows == capacity) grow_rows();
        return rows++ * columns;
    }

    void set(size_t cell, uint8_t tag, uint64_t bits) {
        cells[cell] = bits;
        tags[cell] = tag;
    }

    /// Stores a text, once for those that repeat in a column.
    bool set_text(size_t cell, size_t column, std::string_view text) {
        if (text.size() >= (1u << 24)) return false;
        Recent &seen = recent[column];
        for (const uint64_t bits : seen.bits) {
            const size_t length = bits & 0xffffff;
            if (length == text.size() && length > 0 && std::memcmp(arena + (bits >> 24), text.data(), length) == 0) {
                set(cell, ESIWH_TEXT, bits);
                return true;
            }
        }
        const uint64_t bits = (uint64_t(append(text)) << 24) | text.size();
        if (text.size() <= 32) seen.bits[seen.next++ % 4] = bits;
        set(cell, ESIWH_TEXT, bits);
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
        capacity = capacity == 0 ? 64 : capacity * 2;
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

    size_t columns;
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
