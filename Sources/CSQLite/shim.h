#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift cannot import: SQLite copies the bytes before the call returns.
// An empty Swift string may have no address, which SQLite would take for NULL.
static inline int esiwh_bind_text(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length) {
    return sqlite3_bind_text64(statement, index, bytes ? bytes : "", length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

// For bytes that outlive the statement's step: SQLite reads them where they are.
static inline int esiwh_bind_static_text(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length) {
    return sqlite3_bind_text64(statement, index, bytes ? bytes : "", length, SQLITE_STATIC, SQLITE_UTF8);
}

static inline int esiwh_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length) {
    return sqlite3_bind_blob64(statement, index, bytes, length, SQLITE_TRANSIENT);
}

static inline void esiwh_result_text(sqlite3_context *context, const void *bytes, sqlite3_uint64 length) {
    sqlite3_result_text64(context, bytes ? bytes : "", length, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline void esiwh_result_blob(sqlite3_context *context, const void *bytes, sqlite3_uint64 length) {
    sqlite3_result_blob64(context, bytes, length, SQLITE_TRANSIENT);
}

static inline int esiwh_db_config(sqlite3 *database, int option, int value) {
    return sqlite3_db_config(database, option, value, (int *)0);
}

// For bytes that outlive the statement's run.
static inline void esiwh_result_static_text(sqlite3_context *context, const void *bytes, sqlite3_uint64 length) {
    sqlite3_result_text64(context, bytes, length, SQLITE_STATIC, SQLITE_UTF8);
}

// Swift has no word for it.
static inline void esiwh_prefetch(const void *address) {
    __builtin_prefetch(address);
}

// A virtual table and its cursor as SQLite wants them, each with the Swift object behind it.
typedef struct esiwh_vtab {
    sqlite3_vtab base;
    void *object;
} esiwh_vtab;

typedef struct esiwh_cursor {
    sqlite3_vtab_cursor base;
    void *object;
    sqlite3_stmt *row;     // the statement that stands on the cursor's row; NULL at the end
    const int *positions;  // for each of the table's columns, its place in that row
} esiwh_cursor;

// The cursor of a table in memory: where it is, and at which row it stands.
typedef struct esiwh_rows_cursor {
    sqlite3_vtab_cursor base;
    const void *source;
    sqlite3_int64 row;
} esiwh_rows_cursor;

// Variadic in C: reading the table has no side effect, so that views may use it without trusted_schema.
static inline int esiwh_vtab_innocuous(sqlite3 *database) {
    return sqlite3_vtab_config(database, SQLITE_VTAB_INNOCUOUS);
}
