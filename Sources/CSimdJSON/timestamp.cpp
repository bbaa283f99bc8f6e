#include "CSimdJSON.h"

namespace {
// Days from 1970-01-01 of a date of the proleptic Gregorian calendar, by Howard Hinnant's days_from_civil.
int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool digits(const char *text, int count, int &value) {
    value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    return true;
}

int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}
}

int esiwh_timestamp(const char *text, size_t length, int64_t *seconds) {
    int year, month, day, hour, minute, second;
    if (length < 20 || !digits(text, 4, year) || text[4] != '-' || !digits(text + 5, 2, month) || text[7] != '-' ||
        !digits(text + 8, 2, day) || (text[10] != 'T' && text[10] != ' ') || !digits(text + 11, 2, hour) ||
        text[13] != ':' || !digits(text + 14, 2, minute) || text[16] != ':' || !digits(text + 17, 2, second))
        return 0;
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60)
        return 0;
    size_t at = 19;
    if (text[at] == '.') {
        const size_t first = ++at;
        while (at < length && text[at] >= '0' && text[at] <= '9') at++;
        if (at == first) return 0;
    }
    int64_t offset = 0;
    if (length - at == 1 && text[at] == 'Z') {
        offset = 0;
    } else if (length - at == 6 && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':') {
        int hours, minutes;
        if (!digits(text + at + 1, 2, hours) || !digits(text + at + 4, 2, minutes) || hours > 23 || minutes > 59)
            return 0;
        offset = (hours * 3600 + minutes * 60) * (text[at] == '-' ? -1 : 1);
    } else {
        return 0;
    }
    *seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    return 1;
}
