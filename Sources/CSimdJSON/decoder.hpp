// JSON straight into column values: simdjson's on-demand parser walks the document once, and each member goes into the
// cell of its column. Nothing here knows a route; the plan says it all.
//
// Included once for each instruction set, with ESIWH_IMPLEMENTATION naming the namespace and, before it, simdjson.h
// with the matching SIMDJSON_BUILTIN_IMPLEMENTATION: on-demand chooses its implementation when it is compiled.

// Called for every cell, and a third of the time when inlined; and what is out of its way.
#define ESIWH_HOT [[gnu::always_inline]] inline
#define ESIWH_COLD [[gnu::noinline]]

namespace ESIWH_IMPLEMENTATION {

using namespace simdjson;
struct Fault {
    std::string path, message;
    bool malformed = false;
};

/// simdjson's errors that mean "this is no JSON", rather than JSON of another shape.
bool is_malformed(error_code code) {
    return code != INCORRECT_TYPE && code != NUMBER_OUT_OF_RANGE && code != NUMBER_ERROR &&
           code != NO_SUCH_FIELD && code != INDEX_OUT_OF_BOUNDS && code != INVALID_JSON_POINTER;
}

const char *const kind_names[] = {"a whole number", "a number", "a text", "an ISO 8601 time", "true or false", "JSON"};

class Decoder {
public:
    /// - length: of the document, from which the number of rows is guessed.
    Decoder(const esiwh_plan &plan, size_t length)
        : plan(plan), buffers(plan.field_count, length / (16 * (plan.field_count + 1))),
          follows(plan.field_count + 1), seen(plan.field_count) {
        names.reserve(plan.field_count);
        for (size_t i = 0; i < plan.field_count; i++) {
            names.emplace_back(plan.fields[i].name, plan.fields[i].name_length);
            follows[i] = i + 1;
        }
    }

    void decode(ondemand::document &document) {
        if (plan.rows_pointer != nullptr && plan.rows_pointer[0] != 0) {
            ondemand::value whole;
            check(document.get_value().get(whole), "the rows are not there");
            rows_at(whole, plan.rows_pointer);
            check_end(document);
            return;
        }
        ondemand::json_type type;
        check(document.type().get(type), "not JSON");
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            check(document.get_array().get(array), "not JSON");
            rows_of(array);
        } else if (type == ondemand::json_type::object) {
            ondemand::object object;
            check(document.get_object().get(object), "not JSON");
            object_row(object);
        } else {
            throw Fault{path, "rows must be an array or an object", false};
        }
        check_end(document);
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
    }

private:
    static void check_end(ondemand::document &document) {
        if (document.current_location().error() != OUT_OF_BOUNDS) throw Fault{"", "more text after the document", true};
    }

    /// The rows behind the rest of a pointer. What stands around them is validated too: a document is JSON as a whole
    /// or not at all.
    void rows_at(ondemand::value value, std::string_view rest) {
        if (rest.empty()) {
            path = plan.rows_pointer;
            all_rows(value);
            path.clear();
            return;
        }
        const size_t end = std::min(rest.find('/', 1), rest.size());
        const std::string_view name = rest.substr(1, end - 1);
        bool is_found = false;
        ondemand::object object;
        if (value.get_object().get(object)) throw Fault{plan.rows_pointer, "the rows are not there", false};
        for (auto member : object) {
            ondemand::field field;
            check(std::move(member).get(field), "not JSON");
            if (!esiwh::unescape(field.key().raw(), key_text, replaced)) throw Fault{"", "a bad escape in a name", true};
            const bool is_ours = key_text == name;
            if (is_ours && is_found) throw Fault{plan.rows_pointer, "the member stands twice", false};
            if (is_ours) {
                is_found = true;
                rows_at(field.value(), rest.substr(end));
            } else {
                scratch.clear();
                canonical(field.value(), scratch, 0);
            }
        }
        if (!is_found) throw Fault{plan.rows_pointer, "the rows are not there", false};
    }

    void all_rows(ondemand::value rows) {
        ondemand::json_type type;
        check(rows.type().get(type), "not JSON");
        if (type == ondemand::json_type::array) {
            ondemand::array array;
            check(rows.get_array().get(array), "not JSON");
            rows_of(array);
        } else if (type == ondemand::json_type::object) {
            ondemand::object object;
            check(rows.get_object().get(object), "not JSON");
            object_row(object);
        } else {
            throw Fault{path, "rows must be an array or an object", false};
        }
    }

    void rows_of(ondemand::array array) {
        const std::string base = path;
        row = 0;
        in_array = true;
        for (auto element : array) {
            ondemand::value value;
            check(element.get(value), "not JSON");
            ondemand::json_type type;
            check(value.type().get(type), "not JSON");
            if (type == ondemand::json_type::object) {
                ondemand::object object;
                check(value.get_object().get(object), "not JSON");
                object_row(object);
            } else if (plan.field_count == 1 && type != ondemand::json_type::array) {
                cell_of(value, 0, buffers.begin_row());
            } else {
                throw Fault{place(nullptr), "a row must be an object", false};
            }
            row++;
        }
    }

    void object_row(ondemand::object object) {
        const size_t first = buffers.begin_row();
        stamp++;
        size_t last = plan.field_count;
        for (auto member : object) {
            ondemand::field field;
            check(std::move(member).get(field), "not JSON");
            const size_t index = find(field, last);
            ondemand::value value = field.value();
            if (index == plan.field_count) {
                other_member(value);
                continue;
            }
            if (seen[index] == stamp) throw Fault{place(&plan.fields[index]), "the member stands twice", false};
            seen[index] = stamp;
            last = index;
            cell_of(value, index, first + index);
        }
        for (size_t index = 0; index < plan.field_count; index++) {
            if (seen[index] != stamp) fall_back(index, first + index, "missing");
        }
    }

    /// The field that a member's name belongs to: most often the one that followed `last` in the row before.
    ESIWH_HOT size_t find(ondemand::field &field, size_t last) {
        const char *raw = field.key().raw();
        const size_t expected = follows[last];
        if (expected < plan.field_count && names[expected].begins(raw)) return expected;
        const size_t index = search(raw);
        if (index < plan.field_count) follows[last] = index;
        return index;
    }

    ESIWH_COLD size_t search(const char *raw) {
        const size_t length = esiwh::plain_length(raw);
        std::string_view name(raw, length);
        if (raw[length] == '\\') {
            if (!esiwh::unescape(raw, key_text, replaced)) throw Fault{place(nullptr), "a bad escape in a name", true};
            name = key_text;
        }
        for (size_t index = 0; index < plan.field_count; index++) {
            if (name == std::string_view(plan.fields[index].name, plan.fields[index].name_length)) return index;
        }
        other_name.assign(name);
        return plan.field_count;
    }

    /// A member without a column: its value is still validated, and its name told once.
    ESIWH_COLD void other_member(ondemand::value value) {
        const std::string name = other_name;
        scratch.clear();
        canonical(value, scratch, 0);
        for (size_t i = 0; i < plan.ignored_count; i++) {
            if (name == plan.ignored[i]) return;
        }
        if (unknown.size() < 100 && std::find(unknown.begin(), unknown.end(), name) == unknown.end())
            unknown.push_back(name);
    }

    ESIWH_COLD void fall_back(size_t index, size_t cell, const char *what) {
        const esiwh_field &field = plan.fields[index];
        if (!field.may_be_absent) throw Fault{place(&field), what, false};
        if (field.fallback_tag == ESIWH_TEXT) {
            buffers.set_text(cell, index, std::string_view(field.fallback_text, field.fallback_length));
        } else {
            buffers.set(cell, field.fallback_tag, field.fallback_bits);
        }
    }

    ESIWH_HOT void cell_of(ondemand::value &value, size_t index, size_t cell) {
        const esiwh_field &field = plan.fields[index];
        switch (field.kind) {
        case ESIWH_KIND_INTEGER: return integer(value, field, index, cell);
        case ESIWH_KIND_REAL: return real(value, field, index, cell);
        case ESIWH_KIND_BOOLEAN: {
            bool flag;
            const auto code = value.get_bool().get(flag);
            if (code == SUCCESS) return buffers.set(cell, ESIWH_INTEGER, flag ? 1 : 0);
            return null_or_fault(value, field, index, cell, code);
        }
        case ESIWH_KIND_TEXT: case ESIWH_KIND_TIMESTAMP: return text(value, field, index, cell);
        default: {
            if (is_null(value)) return fall_back(index, cell, "null");
            scratch.clear();
            at_field = &field;
            canonical(value, scratch, 0);
            at_field = nullptr;
            if (!buffers.set_text(cell, index, scratch)) throw Fault{place(&field), "longer than 16 MB", false};
        }
        }
    }

    ESIWH_HOT void integer(ondemand::value &value, const esiwh_field &field, size_t index, size_t cell) {
        int64_t number;
        const auto code = value.get_int64().get(number);
        if (code == SUCCESS) return buffers.set(cell, ESIWH_INTEGER, uint64_t(number));
        other_integer(value, field, index, cell, code);
    }

    ESIWH_COLD void other_integer(
        ondemand::value &value, const esiwh_field &field, size_t index, size_t cell, error_code code) {
        double real;
        // 5.0 and 5e0 are the whole number 5; beyond 2^53 a double no longer tells which one was meant.
        if (value.get_double().get(real) == SUCCESS) {
            if (real != std::floor(real) || std::fabs(real) > 9007199254740992.0)
                throw Fault{place(&field), "not a whole number of 64 bits", false};
            return buffers.set(cell, ESIWH_INTEGER, uint64_t(int64_t(real)));
        }
        null_or_fault(value, field, index, cell, code);
    }

    ESIWH_HOT void real(ondemand::value &value, const esiwh_field &field, size_t index, size_t cell) {
        double number;
        const auto code = value.get_double().get(number);
        if (code != SUCCESS) return null_or_fault(value, field, index, cell, code);
        if (number == 0) number = 0; // -0.0 is 0.0
        uint64_t bits;
        std::memcpy(&bits, &number, sizeof bits);
        buffers.set(cell, ESIWH_REAL, bits);
    }

    void text(ondemand::value &value, const esiwh_field &field, size_t index, size_t cell) {
        ondemand::raw_json_string string;
        const auto code = value.get_raw_json_string().get(string);
        if (code != SUCCESS) return null_or_fault(value, field, index, cell, code);
        const char *raw = string.raw();
        const size_t length = esiwh::plain_length(raw);
        std::string_view text(raw, length);
        if (raw[length] == '\\') {
            if (!esiwh::unescape(raw, scratch, replaced)) throw Fault{place(&field), "a bad escape", true};
            text = scratch;
        }
        if (field.kind == ESIWH_KIND_TIMESTAMP) {
            int64_t seconds;
            if (!esiwh_timestamp(text.data(), text.size(), &seconds))
                throw Fault{place(&field), "not an ISO 8601 time: \"" + std::string(text.substr(0, 60)) + "\"", false};
            return buffers.set(cell, ESIWH_INTEGER, uint64_t(seconds));
        }
        if (!buffers.set_text(cell, index, text)) throw Fault{place(&field), "longer than 16 MB", false};
    }

    static bool is_null(ondemand::value &value) {
        bool null = false;
        return value.is_null().get(null) == SUCCESS && null;
    }

    ESIWH_COLD void null_or_fault(ondemand::value &value, const esiwh_field &field, size_t index, size_t cell, error_code code) {
        if (is_null(value)) return fall_back(index, cell, "null");
        std::string_view token;
        std::string shown;
        if (value.is_scalar().value_unsafe()) {
            token = value.raw_json_token();
            while (!token.empty() && uint8_t(token.back()) <= ' ') token.remove_suffix(1);
            shown = " but " + std::string(token.substr(0, 60));
        }
        const bool number = !token.empty() && (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'));
        const bool bad_token = number ? token.find_first_not_of("0123456789+-.eE") != token.npos
                                      : !token.empty() && token[0] != '"' && token != "true" && token != "false";
        throw Fault{place(&field), std::string("not ") + kind_names[field.kind] + shown,
                    bad_token || is_malformed(code)};
    }

    /// Canonical JSON: keys sorted by their bytes, no white space, numbers in their shortest form.
    void canonical(ondemand::value value, std::string &out, int depth) {
        if (depth > 64) throw Fault{place(at_field), "nested too deeply", false};
        ondemand::json_type type;
        check(value.type().get(type), "not JSON");
        switch (type) {
        case ondemand::json_type::array: {
            ondemand::array array;
            check(value.get_array().get(array), "not JSON");
            out += '[';
            bool first = true;
            for (auto element : array) {
                ondemand::value inner;
                check(element.get(inner), "not JSON");
                if (!first) out += ',';
                first = false;
                canonical(inner, out, depth + 1);
            }
            out += ']';
            return;
        }
        case ondemand::json_type::object: return canonical_object(value, out, depth);
        case ondemand::json_type::string: {
            ondemand::raw_json_string string;
            check(value.get_raw_json_string().get(string), "not JSON");
            std::string text;
            if (!esiwh::unescape(string.raw(), text, replaced)) throw Fault{place(at_field), "a bad escape", true};
            quote(text, out);
            return;
        }
        case ondemand::json_type::number: return canonical_number(value, out);
        case ondemand::json_type::boolean: {
            bool flag;
            check(value.get_bool().get(flag), "not JSON");
            out += flag ? "true" : "false";
            return;
        }
        case ondemand::json_type::null: {
            bool null = false;
            check(value.is_null().get(null), "not JSON");
            if (!null) throw Fault{place(at_field), "not JSON", true};
            out += "null";
            return;
        }
        }
        throw Fault{place(at_field), "not JSON", true};
    }

    void canonical_object(ondemand::value &value, std::string &out, int depth) {
        ondemand::object object;
        check(value.get_object().get(object), "not JSON");
        std::vector<std::pair<std::string, std::string>> members;
        for (auto member : object) {
            ondemand::field field;
            check(std::move(member).get(field), "not JSON");
            std::string name, text;
            if (!esiwh::unescape(field.key().raw(), name, replaced))
                throw Fault{place(at_field), "a bad escape in a name", true};
            canonical(field.value(), text, depth + 1);
            members.emplace_back(std::move(name), std::move(text));
        }
        std::sort(members.begin(), members.end());
        out += '{';
        for (size_t i = 0; i < members.size(); i++) {
            if (i > 0) out += ',';
            quote(members[i].first, out);
            out += ':';
            out += members[i].second;
        }
        out += '}';
    }

    void canonical_number(ondemand::value &value, std::string &out) {
        char text[40];
        int64_t whole;
        double real;
        if (value.get_int64().get(whole) == SUCCESS) {
            out.append(text, std::to_chars(text, text + sizeof text, whole).ptr);
            return;
        }
        std::string_view token = value.raw_json_token();
        while (!token.empty() && uint8_t(token.back()) <= ' ') token.remove_suffix(1);
        if (token.find_first_not_of("0123456789", token[0] == '-') == token.npos) {
            // A whole number beyond 64 bits stays as it was written.
            if (value.get_double().get(real) != SUCCESS) throw Fault{place(at_field), "not a number", true};
            out += token;
            return;
        }
        check(value.get_double().get(real), "not a number");
        if (real == std::floor(real) && std::fabs(real) <= 9007199254740992.0) {
            out.append(text, std::to_chars(text, text + sizeof text, int64_t(real)).ptr);
        } else {
            out.append(text, std::to_chars(text, text + sizeof text, real).ptr);
        }
    }

    static void quote(const std::string &text, std::string &out) {
        out += '"';
        for (const char c : text) {
            if (c == '"' || c == '\\') {
                out += '\\';
                out += c;
            } else if (uint8_t(c) < 0x20) {
                char escape[8];
                std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(uint8_t(c)));
                out += escape;
            } else {
                out += c;
            }
        }
        out += '"';
    }

    std::string place(const esiwh_field *field) const {
        std::string text = path;
        if (in_array) text += "/" + std::to_string(row);
        if (field != nullptr) text += "/" + std::string(field->name, field->name_length);
        return text;
    }

    void check(error_code code, const char *what) const {
        if (code != SUCCESS) fail(code, what);
    }

    [[noreturn, gnu::noinline, gnu::cold]] void fail(error_code code, const char *what) const {
        throw Fault{place(at_field), std::string(what) + " (" + error_message(code) + ")", is_malformed(code)};
    }

    const esiwh_plan &plan;
    esiwh::Buffers buffers;
    std::string path;
    size_t row = 0;
    bool in_array = false;
    const esiwh_field *at_field = nullptr;
    std::vector<esiwh::MemberName> names;
    /// The field that came behind each field in the row before; behind the last entry, the first of a row.
    std::vector<size_t> follows;
    /// The row, by number, in which each field was seen last.
    std::vector<uint64_t> seen;
    uint64_t stamp = 0;
    std::string scratch, key_text, other_name;
    std::vector<std::string> unknown;
    size_t replaced = 0;
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

int decode(const char *bytes, size_t length, const esiwh_plan *plan, esiwh_rows *rows,
                 esiwh_decode_error *error) {
    static thread_local ondemand::parser parser;
    static thread_local std::string copy;
    std::memset(rows, 0, sizeof *rows);
    try {
        if (needs_copy(bytes, length)) {
            copy.reserve(length + SIMDJSON_PADDING);
            copy.assign(bytes, length);
            bytes = copy.data();
        }
        ondemand::document document;
        const auto code = parser.iterate(bytes, length, length + SIMDJSON_PADDING).get(document);
        if (code != SUCCESS) throw Fault{"", std::string("not JSON (") + error_message(code) + ")", true};
        Decoder decoder(*plan, length);
        decoder.decode(document);
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
