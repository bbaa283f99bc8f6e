#pragma once
#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>
// inflateInit2 is a macro, which Swift cannot see.
static inline int esiwh_gzip_open(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
