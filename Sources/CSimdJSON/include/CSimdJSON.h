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
    ESIWH_KIND_JSON = 5,
    /// An object whose members have columns too.
    ESIWH_KIND_OBJECT = 6,
    /// What the rows stand in.
    ESIWH_KIND_ROWS = 7
};

/// A column: the cell that stands for an absent value.
typedef struct {
    /// Whether an absent or null value takes the fallback; otherwise it is an error.
    uint8_t may_be_absent;
    uint8_t fallback_tag;
    uint64_t fallback_bits;
    /// For a fallback of ESIWH_TEXT.
    const char *fallback_text;
    size_t fallback_length;
} esiwh_column;

/// A member that the decoder looks for.
typedef struct {
    const char *name;
    size_t name_length;
    uint8_t kind;
    /// The column of its value; for ESIWH_KIND_OBJECT the object, for ESIWH_KIND_ROWS the next step to the rows.
    size_t target;
} esiwh_member;

/// An object, in each place where the same members are looked for.
typedef struct {
    const esiwh_member *members;
    size_t member_count;
    /// What is put before the name of a member that is not known: "claim/alliance/".
    const char *prefix;
} esiwh_object;

/// A step from the document to its rows.
typedef struct {
    /// Into each element of an array; otherwise into the member of ESIWH_KIND_ROWS of an object.
    uint8_t is_each;
    /// Into each member of an object, whose names `name_column` takes.
    uint8_t is_each_member;
    /// Whether no such member means no rows; otherwise it is an error.
    uint8_t may_be_absent;
    size_t object;
} esiwh_step;

#define ESIWH_NONE SIZE_MAX

typedef struct {
    const esiwh_column *columns;
    size_t column_count;
    const esiwh_object *objects;
    size_t object_count;
    const esiwh_step *steps;
    size_t step_count;
    /// The object that is a row.
    size_t row_object;
    /// The row's member that a plain value stands for, where rows may be plain values; else ESIWH_NONE.
    size_t plain_member;
    /// The column of a row's position in its array; else ESIWH_NONE.
    size_t position_column;
    /// The column of the name of the member that a step into each member is in; else ESIWH_NONE.
    size_t name_column;
    /// Members that are neither columns nor news: names with their prefix; one that ends in / stands for all below it.
    const char *const *ignored;
    size_t ignored_count;
} esiwh_plan;

/// Where rows stand that are nested in their answer: those from `first` on, up to the next place's.
typedef struct {
    size_t first;
    /// A JSON pointer, ended by NUL: an offset into `place_names`.
    size_t name;
    /// Whether the rows are the elements of what stands there; otherwise the one row is what stands there.
    uint8_t is_array;
} esiwh_place;

/// Decoded rows: row-major cells and their tags, and the arena that texts point into. Allocated by esiwh_decode.
typedef struct {
    uint64_t *cells;
    uint8_t *tags;
    size_t rows;
    char *arena;
    size_t arena_length;
    /// Lone surrogates that became U+FFFD.
    size_t replaced;
    /// Names of unknown members with their prefix, each ended by NUL.
    char *unknown;
    size_t unknown_length;
    /// In the order of their rows; none where the rows are the document's own.
    esiwh_place *places;
    size_t place_count;
    char *place_names;
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

/// Decodes documents that stand one a line, as one. Where it fails, *line is the line's number, from 1. A line without
/// anything in it is passed over.
int esiwh_decode_lines(const char *bytes, size_t length, const esiwh_plan *plan, esiwh_rows *rows,
                       esiwh_decode_error *error, size_t *line);

/// Frees what these allocated.
void esiwh_rows_free(esiwh_rows *rows);

/// Unix seconds of an ISO 8601 time (fractions dropped downwards, Z or an offset); returns 0 where it is none.
int esiwh_timestamp(const char *text, size_t length, int64_t *seconds);

#ifdef __cplusplus
}
#endif
