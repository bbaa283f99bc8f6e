#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a cell's 64 bits are to be read.
enum {
    ESIWH_NULL = 0,
    /// A two's complement integer.
    ESIWH_INTEGER = 1,
    /// A double.
    ESIWH_REAL = 2,
    /// An offset into the text arena in the upper 40 bits, a length in the lower 24; see esiwh_text_of.
    ESIWH_TEXT = 3
};

/// What a member's value must be.
enum {
    ESIWH_KIND_INTEGER = 0,
    ESIWH_KIND_REAL = 1,
    ESIWH_KIND_TEXT = 2,
    ESIWH_KIND_TIMESTAMP = 3,
    ESIWH_KIND_BOOLEAN = 4,
    ESIWH_KIND_JSON = 5
};

/// One member of a row: its name, what it must be, and the cell that stands for an absent one.
typedef struct {
    const char *name;
    size_t name_length;
    uint8_t kind;
    /// Whether an absent or null member takes the fallback; otherwise it is an error.
    uint8_t may_be_absent;
    uint8_t fallback_tag;
    uint64_t fallback_bits;
    /// For a fallback of ESIWH_TEXT.
    const char *fallback_text;
    size_t fallback_length;
} esiwh_field;

typedef struct {
    const esiwh_field *fields;
    size_t field_count;
    /// A JSON pointer to the rows, NULL for the whole document.
    const char *rows_pointer;
    /// Member names that are neither columns nor news.
    const char *const *ignored;
    size_t ignored_count;
} esiwh_plan;

/// Decoded rows: row-major cells and their tags, and the arena that texts point into. Allocated by esiwh_decode.
typedef struct {
    uint64_t *cells;
    uint8_t *tags;
    size_t rows;
    char *arena;
    size_t arena_length;
    /// Lone surrogates that became U+FFFD.
    size_t replaced;
    /// Names of unknown members, each ended by NUL.
    char *unknown;
    size_t unknown_length;
} esiwh_rows;

typedef struct {
    /// Where: a JSON pointer such as /12/price.
    char path[256];
    char message[256];
    /// Not JSON at all (cut short, not UTF-8, HTML), rather than JSON of another shape.
    uint8_t malformed;
} esiwh_decode_error;

/// Decodes a document. Returns 1, or 0 with *error filled and *rows empty.
int esiwh_decode(const char *bytes, size_t length, const esiwh_plan *plan, esiwh_rows *rows,
                 esiwh_decode_error *error);

/// Frees what esiwh_decode allocated.
void esiwh_rows_free(esiwh_rows *rows);

/// Unix seconds of an ISO 8601 time (fractions dropped downwards, Z or an offset); returns 0 where it is none.
int esiwh_timestamp(const char *text, size_t length, int64_t *seconds);

#ifdef __cplusplus
}
#endif
