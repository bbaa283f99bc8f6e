// Nested values kept as text, and the validation of what nobody keeps. Included once for each instruction set, as
// decoder.hpp.

/// Writes canonical JSON: keys sorted by their bytes, no white space, numbers in their shortest form.
class Canonical {
public:
    /// - replaced: counts lone surrogates that became U+FFFD.
    Canonical(const Place &place, size_t &replaced) : place(place), replaced(replaced) {}

    void write(ondemand::value value, std::string &out) const { write(value, out, 0); }

private:
    void write(ondemand::value value, std::string &out, int depth) const {
        if (depth > 64) throw Fault{place.text(), "nested too deeply", false};
        ondemand::json_type type;
        place.check(value.type().get(type), "not JSON");
        switch (type) {
        case ondemand::json_type::array: {
            ondemand::array array;
            place.check(value.get_array().get(array), "not JSON");
            out += '[';
            bool first = true;
            for (auto element : array) {
                ondemand::value inner;
                place.check(element.get(inner), "not JSON");
                if (!first) out += ',';
                first = false;
                write(inner, out, depth + 1);
            }
            out += ']';
            return;
        }
        case ondemand::json_type::object: return write_object(value, out, depth);
        case ondemand::json_type::string: {
            ondemand::raw_json_string string;
            place.check(value.get_raw_json_string().get(string), "not JSON");
            std::string text;
            if (!esiwh::unescape(string.raw(), text, replaced)) throw Fault{place.text(), "a bad escape", true};
            quote(text, out);
            return;
        }
        case ondemand::json_type::number: return write_number(value, out);
        case ondemand::json_type::boolean: {
            bool flag;
            place.check(value.get_bool().get(flag), "not JSON");
            out += flag ? "true" : "false";
            return;
        }
        case ondemand::json_type::null: {
            bool null = false;
            place.check(value.is_null().get(null), "not JSON");
            if (!null) throw Fault{place.text(), "not JSON", true};
            out += "null";
            return;
        }
        }
        throw Fault{place.text(), "not JSON", true};
    }

    void write_object(ondemand::value &value, std::string &out, int depth) const {
        ondemand::object object;
        place.check(value.get_object().get(object), "not JSON");
        std::vector<std::pair<std::string, std::string>> members;
        for (auto member : object) {
            ondemand::field field;
            place.check(std::move(member).get(field), "not JSON");
            std::string name, text;
            if (!esiwh::unescape(field.key().raw(), name, replaced))
                throw Fault{place.text(), "a bad escape in a name", true};
            write(field.value(), text, depth + 1);
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

    void write_number(ondemand::value &value, std::string &out) const {
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
            if (value.get_double().get(real) != SUCCESS) throw Fault{place.text(), "not a number", true};
            out += token;
            return;
        }
        place.check(value.get_double().get(real), "not a number");
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

    const Place &place;
    size_t &replaced;
};
