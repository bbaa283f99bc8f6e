// JSON straight into column values: simdjson's on-demand parser walks the document once, and each member goes into the
// cell of its column. Nothing here knows a route; the plan says it all.
//
// Included once for each instruction set, with ESIWH_IMPLEMENTATION naming the namespace and, before it, simdjson.h
// with the matching SIMDJSON_BUILTIN_IMPLEMENTATION: on-demand chooses its implementation when it is compiled.

// Called for every cell, and a third of the time when inlined; and what is out of its way. What is not inlined takes a value
// by value: one whose address is given away lives in memory, where the hot path would wait for it.
#define ESIWH_HOT [[gnu::always_inline]] inline
#define ESIWH_COLD [[gnu::noinline]]

namespace ESIWH_IMPLEMENTATION {

using namespace simdjson;
using esiwh::Row;

#include "faults.hpp"

#include "canonical.hpp"

const char *const kind_names[] = {"a whole number", "a number", "a text", "an ISO 8601 time", "true or false", "JSON"};

/// The members that are looked for in one kind of object, and how they were met so far.
struct Members {
    explicit Members(const esiwh_object &object)
        : all(object.members), count(object.member_count), prefix(object.prefix), follows(count + 1), seen(count) {
        names.reserve(count);
        for (size_t i = 0; i < count; i++) {
            names.emplace_back(all[i].name, all[i].name_length);
            follows[i] = i + 1;
            absent.push_back(i);
        }
    }

    const esiwh_member *all;
    size_t count;
    const char *prefix;
    std::vector<esiwh::MemberName> names;
    /// The member that came behind each member in the object before; behind the last entry, the first of an object.
    std::vector<size_t> follows;
    /// The object, by number, in which each member was seen last.
    std::vector<uint64_t> seen;
    uint64_t stamp = 0;
    /// The members that the object before had, in its order, and those that it lacked. Objects mostly resemble each other,
    /// and one that does needs neither `follows` nor `seen`.
    std::vector<size_t> usual, absent;
};

class Decoder {
public:
    /// - length: of the document, from which the number of rows is guessed.
    Decoder(const esiwh_plan &plan, size_t length)
        : plan(plan), buffers(plan.column_count, length / (16 * (plan.column_count + 1))),
          outer_cells(plan.column_count), outer_tags(plan.column_count), canonical(place, replaced) {
        objects.reserve(plan.object_count);
        for (size_t i = 0; i < plan.object_count; i++) objects.emplace_back(plan.objects[i]);
    }

    void decode(ondemand::document &document) {
        ondemand::json_type type;
        place.check(document.type().get(type), "not JSON");
        if (type != ondemand::json_type::array && type != ondemand::json_type::object)
            throw Fault{"", "rows must be an array or an object", false};
        rows_behind(document, 0);
        if (document.current_location().error() != OUT_OF_BOUNDS)
            throw Fault{"", "more text after the document", true};
    }

    void hand_over(esiwh_rows &out) {
        buffers.hand_over(out);
        out.replaced = replaced;
        size_t length = 0;
        for (const auto &name : unknown) length += name.size() + 1;
        out.unknown = static_cast<char *>(std::malloc(length + 1));
        if (out.unknown == nullptr) throw std::bad_alloc();
        char *at = out.unknown;
        for (const auto &name : unknown) {
            std::memcpy(at, name.c_str(), name.size() + 1);
            at += name.size() + 1;
        }
        out.unknown_length = length;
        hand_over_places(out);
    }

private:
    // MARK: The way to the rows

    /// The rows behind the rest of the steps. What stands around them is validated too: a document is JSON as a whole
    /// or not at all.
    template <class Value>
    void rows_behind(Value &value, size_t index) {
        if (index == plan.step_count) return rows_of(value);
        if (plan.steps[index].is_each_member) {
            ondemand::object object;
            if (const auto code = value.get_object().get(object)) return no_rows(value, index, "not an object", code);
            each_member(object, index);
        } else if (plan.steps[index].is_each) {
            ondemand::array array;
            if (const auto code = value.get_array().get(array)) return no_rows(value, index, "not an array", code);
            place.enter_array();
            size_t at = 0;
            for (auto element : array) {
                ondemand::value inner;
                place.check(element.get(inner), "not JSON");
                position = at;
                place.at(at++);
                rows_behind(inner, index + 1);
            }
            place.leave();
        } else {
            ondemand::object object;
            if (const auto code = value.get_object().get(object)) return no_rows(value, index, "not an object", code);
            enclosing(object, objects[plan.steps[index].object]);
        }
    }

    /// Each member of an object is entered as an element of an array is, and the rows in it take its name.
    void each_member(ondemand::object &object, size_t index) {
        for (auto member : object) {
            ondemand::field field;
            place.check(std::move(member).get(field), "not JSON");
            std::string name;
            if (!esiwh::unescape(field.key().raw(), name, replaced))
                throw Fault{place.text(), "a bad escape in a name", true};
            ondemand::value inner = field.value();
            if (is_null(inner)) continue;
            const size_t first = buffers.row_count();
            place.enter(name.data(), name.size());
            rows_behind(inner, index + 1);
            for (size_t row = first; row < buffers.row_count(); row++) {
                if (!buffers.set_text(buffers.row(row), plan.name_column, name))
                    throw Fault{place.text(), "longer than 16 MB", false};
            }
            place.leave();
        }
    }

    template <class Value>
    void rows_of(Value &value) {
        ondemand::json_type type;
        place.check(value.type().get(type), "not JSON");
        if (plan.step_count > 0) note_place(type == ondemand::json_type::array);
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            place.check(value.get_array().get(array), "not JSON");
            rows_in(array);
        } else if (type == ondemand::json_type::object) {
            ondemand::object object;
            place.check(value.get_object().get(object), "not JSON");
            object_row(object);
        } else {
            no_rows(value, plan.step_count, "rows must be an array or an object", INCORRECT_TYPE);
        }
    }

    /// Remembers where the rows to come stand: what is wrong with them may show only when all are there.
    ESIWH_COLD void note_place(bool is_array) {
        places.push_back({buffers.row_count(), place_names.size(), is_array});
        place_names += place.text();
        place_names += '\0';
    }

    void hand_over_places(esiwh_rows &out) const {
        if (places.empty()) return;
        out.places = static_cast<esiwh_place *>(std::malloc(places.size() * sizeof places[0]));
        out.place_names = static_cast<char *>(std::malloc(place_names.size()));
        if (out.places == nullptr || out.place_names == nullptr) throw std::bad_alloc();
        std::memcpy(out.places, places.data(), places.size() * sizeof places[0]);
        std::memcpy(out.place_names, place_names.data(), place_names.size());
        out.place_count = places.size();
    }

    ESIWH_COLD void no_rows(ondemand::document &, size_t, const char *what, error_code code) {
        throw Fault{"", what, is_malformed(code)};
    }

    /// A value where rows or the way to them should be: null stands for an absent one.
    ESIWH_COLD void no_rows(ondemand::value &value, size_t index, const char *what, error_code code) {
        if (!is_null(value)) throw Fault{place.text(), what, is_malformed(code) || is_bad_token(token_of(value))};
        if (index == 0 || !plan.steps[index - 1].may_be_absent) throw Fault{place.text(), "the rows are not there", false};
    }

    /// An object around rows. Its own columns may stand before and behind them, so they go into the rows at its end.
    void enclosing(ondemand::object object, Members &known) {
        const size_t first = buffers.row_count();
        outer_members(object, known);
        for (size_t index = first; index < buffers.row_count(); index++) fill(buffers.row(index), known);
    }

    void fill(Row row, const Members &known) {
        for (size_t i = 0; i < known.count; i++) {
            const esiwh_member &member = known.all[i];
            if (member.kind == ESIWH_KIND_ROWS) continue;
            if (member.kind == ESIWH_KIND_OBJECT) {
                fill(row, objects[member.target]);
            } else {
                row.set(member.target, outer_tags[member.target], outer_cells[member.target]);
            }
        }
    }

    void rows_in(ondemand::array array) {
        place.enter_array();
        size_t at = 0;
        for (auto element : array) {
            ondemand::value value;
            place.check(element.get(value), "not JSON");
            ondemand::json_type type;
            place.check(value.type().get(type), "not JSON");
            position = at;
            place.at(at++);
            if (type == ondemand::json_type::object) {
                ondemand::object object;
                place.check(value.get_object().get(object), "not JSON");
                object_row(object);
            } else if (plan.plain_member != ESIWH_NONE && type != ondemand::json_type::array) {
                plain_row(value);
            } else {
                throw Fault{place.text(), "a row must be an object", false};
            }
        }
        place.leave();
    }

    // MARK: Rows

    ESIWH_HOT Row begin_row() {
        const Row row = buffers.begin_row();
        if (plan.position_column != ESIWH_NONE) row.set(plan.position_column, ESIWH_INTEGER, position);
        return row;
    }

    void object_row(ondemand::object object) { members(object, objects[plan.row_object], begin_row()); }

    void plain_row(ondemand::value &value) {
        is_plain = true;
        cell_of(value, objects[plan.row_object].all[plan.plain_member], begin_row());
        is_plain = false;
    }

    ESIWH_COLD void outer_members(ondemand::object object, Members &known) {
        members(object, known, Row{outer_cells.data(), outer_tags.data()});
    }

    ESIWH_COLD void inner_members(ondemand::object object, Members &known, Row row) { members(object, known, row); }

    ESIWH_HOT void members(ondemand::object &object, Members &known, const Row row) {
        size_t at = 0;
        bool is_usual = true;
        for (auto member : object) {
            ondemand::field field;
            place.check(std::move(member).get(field), "not JSON");
            if (is_usual && at < known.usual.size() && known.names[known.usual[at]].begins(field.key().raw())) {
                ondemand::value value = field.value();
                cell_of(value, known.all[known.usual[at++]], row);
            } else {
                if (is_usual) become_unusual(known, at);
                is_usual = false;
                unusual_member(field.key().raw(), field.value(), known, row);
            }
        }
        if (is_usual && at < known.usual.size()) {
            become_unusual(known, at);
            is_usual = false;
        }
        if (!is_usual) note_absent(known);
        for (const size_t index : known.absent) leave_out(known.all[index], row, "missing");
    }

    /// From here on an object goes its own way: what it has so far is marked.
    ESIWH_COLD void become_unusual(Members &known, size_t met) {
        known.usual.resize(met);
        known.stamp++;
        for (const size_t index : known.usual) known.seen[index] = known.stamp;
    }

    ESIWH_COLD void unusual_member(const char *raw, ondemand::value value, Members &known, Row row) {
        const size_t index = find(raw, known, known.usual.empty() ? known.count : known.usual.back());
        if (index == known.count) return other_member(value, known);
        if (known.seen[index] == known.stamp) throw Fault{place.text(known.all[index]), "the member stands twice", false};
        known.seen[index] = known.stamp;
        known.usual.push_back(index);
        cell_of(value, known.all[index], row);
    }

    ESIWH_COLD void note_absent(Members &known) {
        known.absent.clear();
        for (size_t index = 0; index < known.count; index++) {
            if (known.seen[index] != known.stamp) known.absent.push_back(index);
        }
    }

    /// The member that a name belongs to: most often the one that followed `last` in the object before.
    size_t find(const char *raw, Members &known, size_t last) {
        const size_t expected = known.follows[last];
        if (expected < known.count && known.names[expected].begins(raw)) return expected;
        const size_t index = search(raw, known);
        if (index < known.count) known.follows[last] = index;
        return index;
    }

    ESIWH_COLD size_t search(const char *raw, const Members &known) {
        const size_t length = esiwh::plain_length(raw);
        std::string_view name(raw, length);
        if (raw[length] == '\\') {
            if (!esiwh::unescape(raw, key_text, replaced)) throw Fault{place.text(), "a bad escape in a name", true};
            name = key_text;
        }
        for (size_t index = 0; index < known.count; index++) {
            if (name == std::string_view(known.all[index].name, known.all[index].name_length)) return index;
        }
        other_name.assign(name);
        return known.count;
    }

    /// A member without a column: its value is still validated, and its name told once.
    ESIWH_COLD void other_member(ondemand::value value, const Members &known) {
        const std::string name = known.prefix + other_name;
        scratch.clear();
        canonical.write(value, scratch);
        for (size_t i = 0; i < plan.ignored_count; i++) {
            const std::string_view ignored = plan.ignored[i];
            const bool is_folder = !ignored.empty() && ignored.back() == '/';
            if (is_folder ? name.compare(0, ignored.size(), ignored) == 0 : name == ignored) return;
        }
        if (unknown.size() < 100 && std::find(unknown.begin(), unknown.end(), name) == unknown.end())
            unknown.push_back(name);
    }

    /// An absent or null member, with all that would stand in it.
    ESIWH_COLD void leave_out(const esiwh_member &member, Row row, const char *what) {
        if (member.kind == ESIWH_KIND_ROWS) {
            if (!plan.steps[member.target - 1].may_be_absent)
                throw Fault{place.text(member), "the rows are not there", false};
        } else if (member.kind == ESIWH_KIND_OBJECT) {
            place.enter(member);
            const Members &inner = objects[member.target];
            for (size_t i = 0; i < inner.count; i++) leave_out(inner.all[i], row, what);
            place.leave();
        } else {
            fall_back(member, row, what);
        }
    }

    ESIWH_COLD void fall_back(const esiwh_member &member, Row row, const char *what) {
        const esiwh_column &column = plan.columns[member.target];
        if (!column.may_be_absent) throw Fault{place_of(member), what, false};
        if (column.fallback_tag == ESIWH_TEXT) {
            buffers.set_text(row, member.target, std::string_view(column.fallback_text, column.fallback_length));
        } else {
            row.set(member.target, column.fallback_tag, column.fallback_bits);
        }
    }

    // MARK: Cells

    ESIWH_HOT void cell_of(ondemand::value &value, const esiwh_member &member, Row row) {
        switch (member.kind) {
        case ESIWH_KIND_INTEGER: return integer(value, member, row);
        case ESIWH_KIND_REAL: return real(value, member, row);
        case ESIWH_KIND_BOOLEAN: {
            bool flag;
            const auto code = value.get_bool().get(flag);
            if (code == SUCCESS) return row.set(member.target, ESIWH_INTEGER, flag ? 1 : 0);
            return null_or_fault(value, member, row, code);
        }
        case ESIWH_KIND_TEXT: case ESIWH_KIND_TIMESTAMP: return text(value, member, row);
        default: return nested(value, member, row);
        }
    }

    ESIWH_COLD void nested(ondemand::value value, const esiwh_member &member, Row row) {
        place.enter(member);
        if (member.kind == ESIWH_KIND_ROWS) {
            rows_behind(value, member.target);
        } else if (is_null(value)) {
            place.leave();
            return leave_out(member, row, "null");
        } else if (member.kind == ESIWH_KIND_OBJECT) {
            ondemand::object object;
            if (value.get_object().get(object))
                throw Fault{place.text(), "not an object", is_bad_token(token_of(value))};
            inner_members(object, objects[member.target], row);
        } else {
            scratch.clear();
            canonical.write(value, scratch);
            if (!buffers.set_text(row, member.target, scratch)) throw Fault{place.text(), "longer than 16 MB", false};
        }
        place.leave();
    }

    ESIWH_HOT void integer(ondemand::value &value, const esiwh_member &member, Row row) {
        // Most are; the iterator passes over a value that nobody took.
        uint64_t plain;
        if (esiwh::plain_number(value.raw_json_token(), plain)) return row.set(member.target, ESIWH_INTEGER, plain);
        int64_t number;
        const auto code = value.get_int64().get(number);
        if (code == SUCCESS) return row.set(member.target, ESIWH_INTEGER, uint64_t(number));
        other_integer(value, member, row, code);
    }

    ESIWH_COLD void other_integer(ondemand::value value, const esiwh_member &member, Row row, error_code code) {
        double real;
        // 5.0 and 5e0 are the whole number 5; beyond 2^53 a double no longer tells which one was meant.
        if (value.get_double().get(real) == SUCCESS) {
            if (real != std::floor(real) || std::fabs(real) > 9007199254740992.0)
                throw Fault{place_of(member), "not a whole number of 64 bits", false};
            return row.set(member.target, ESIWH_INTEGER, uint64_t(int64_t(real)));
        }
        null_or_fault(value, member, row, code);
    }

    ESIWH_HOT void real(ondemand::value &value, const esiwh_member &member, Row row) {
        double number;
        const auto code = value.get_double().get(number);
        if (code != SUCCESS) return null_or_fault(value, member, row, code);
        if (number == 0) number = 0; // -0.0 is 0.0
        uint64_t bits;
        std::memcpy(&bits, &number, sizeof bits);
        row.set(member.target, ESIWH_REAL, bits);
    }

    ESIWH_HOT void text(ondemand::value &value, const esiwh_member &member, Row row) {
        ondemand::raw_json_string string;
        const auto code = value.get_raw_json_string().get(string);
        if (code != SUCCESS) return null_or_fault(value, member, row, code);
        const char *raw = string.raw();
        const size_t length = esiwh::plain_length(raw);
        std::string_view text(raw, length);
        if (raw[length] == '\\') {
            if (!esiwh::unescape(raw, scratch, replaced)) throw Fault{place_of(member), "a bad escape", true};
            text = scratch;
        }
        if (member.kind == ESIWH_KIND_TIMESTAMP) {
            int64_t seconds;
            if (!esiwh_timestamp(text.data(), text.size(), &seconds))
                throw Fault{
                    place_of(member), "not an ISO 8601 time: \"" + std::string(text.substr(0, 60)) + "\"", false};
            return row.set(member.target, ESIWH_INTEGER, uint64_t(seconds));
        }
        if (!buffers.set_text(row, member.target, text)) throw Fault{place_of(member), "longer than 16 MB", false};
    }

    static bool is_null(ondemand::value &value) {
        bool null = false;
        return value.is_null().get(null) == SUCCESS && null;
    }

    ESIWH_COLD void null_or_fault(ondemand::value value, const esiwh_member &member, Row row, error_code code) {
        if (is_null(value)) return fall_back(member, row, "null");
        const std::string_view token = token_of(value);
        const std::string shown = token.empty() ? "" : " but " + std::string(token.substr(0, 60));
        throw Fault{place_of(member), std::string("not ") + kind_names[member.kind] + shown,
                    is_bad_token(token) || is_malformed(code)};
    }

    /// A plain value has no name.
    std::string place_of(const esiwh_member &member) const { return is_plain ? place.text() : place.text(member); }

    const esiwh_plan &plan;
    esiwh::Buffers buffers;
    std::vector<Members> objects;
    /// What the objects around the rows say, cell by cell as in a row.
    std::vector<uint64_t> outer_cells;
    std::vector<uint8_t> outer_tags;
    Place place;
    /// Of the row or the object around it in its array.
    size_t position = 0;
    bool is_plain = false;
    std::string scratch, key_text, other_name;
    std::vector<std::string> unknown;
    std::vector<esiwh_place> places;
    std::string place_names;
    size_t replaced = 0;
    Canonical canonical;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool always_copies = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool always_copies = true;
#else
constexpr bool always_copies = false;
#endif
#else
constexpr bool always_copies = false;
#endif

/// simdjson reads up to SIMDJSON_PADDING bytes past the end; that is harmless where they are on the same page.
bool needs_copy(const char *bytes, size_t length) {
    if (always_copies || length == 0) return true;
    return (reinterpret_cast<uintptr_t>(bytes + length - 1) & 4095) + SIMDJSON_PADDING >= 4096;
}

void report(const Fault &fault, esiwh_decode_error *error) {
    std::snprintf(error->path, sizeof error->path, "%s", fault.path.c_str());
    std::snprintf(error->message, sizeof error->message, "%s", fault.message.c_str());
    error->malformed = fault.malformed;
}

/// - capacity: bytes that may be read from the document's beginning on.
void decode_one(Decoder &decoder, const char *bytes, size_t length, size_t capacity) {
    static thread_local ondemand::parser parser;
    ondemand::document document;
    const auto code = parser.iterate(bytes, length, capacity).get(document);
    if (code != SUCCESS) throw Fault{"", std::string("not JSON (") + error_message(code) + ")", true};
    decoder.decode(document);
}

void decode_lines(Decoder &decoder, const char *bytes, size_t length, size_t &line) {
    for (size_t start = 0; start < length;) {
        line++;
        const void *found = std::memchr(bytes + start, '\n', length - start);
        const size_t end = found == nullptr ? length : size_t(static_cast<const char *>(found) - bytes);
        const std::string_view text(bytes + start, end - start);
        if (text.find_first_not_of(" \t\r") != text.npos)
            decode_one(decoder, bytes + start, end - start, length - start + SIMDJSON_PADDING);
        start = end + 1;
    }
}

/// - line: nullptr where the bytes are one document.
int decode(const char *bytes, size_t length, const esiwh_plan *plan, esiwh_rows *rows, esiwh_decode_error *error,
           size_t *line) {
    static thread_local std::string copy;
    std::memset(rows, 0, sizeof *rows);
    try {
        if (needs_copy(bytes, length)) {
            copy.reserve(length + SIMDJSON_PADDING);
            copy.assign(bytes, length);
            bytes = copy.data();
        }
        Decoder decoder(*plan, length);
        if (line == nullptr) {
            decode_one(decoder, bytes, length, length + SIMDJSON_PADDING);
        } else {
            decode_lines(decoder, bytes, length, *line);
        }
        decoder.hand_over(*rows);
        return 1;
    } catch (const Fault &fault) {
        report(fault, error);
    } catch (const std::bad_alloc &) {
        report(Fault{"", "out of memory", false}, error);
    } catch (const simdjson_error &fault) {
        report(Fault{"", fault.what(), is_malformed(fault.error())}, error);
    }
    esiwh_rows_free(rows);
    return 0;
}

}
