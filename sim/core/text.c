/* Text put together piece by piece; see text.h.  Callers: the formatting of times, keys, names. */
#include "core/text.h"

#include <assert.h>

Text text_begin(char *out, size_t room)
{
    assert(room > 0);
    out[0] = '\0';
    return (Text){out, room, 0};
}

void text_add_bytes(Text *text, const char *bytes, size_t length)
{
    assert(length < text->room - text->length);
    memcpy(text->out + text->length, bytes, length);
    text->length += length;
    text->out[text->length] = '\0';
}

void text_add(Text *text, const char *piece)
{
    text_add_bytes(text, piece, strlen(piece));
}

void text_add_number(Text *text, uint64_t number)
{
    char digits[20]; /* UINT64_MAX has 20 */
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_add_bytes(text, digits + first, sizeof digits - first);
}

void text_add_decimal(Text *text, uint64_t value, uint64_t unit, int decimals_min)
{
    uint64_t rest = value % unit;

    text_add_number(text, value / unit);
    if (rest > 0 || decimals_min > 0)
        text_add(text, ".");
    for (int decimals = 0; rest > 0 || decimals < decimals_min; decimals++) {
        unit /= 10;
        text_add_number(text, unit > 0 ? rest / unit : 0);
        rest = unit > 0 ? rest % unit : 0;
    }
}

const TextUnit *text_unit_for(uint64_t value, const TextUnit *units, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        uint64_t size = (uint64_t)units[i].size;

        if (value >= size && (size < 1000 || value % (size / 1000) == 0))
            return &units[i];
    }
    return &units[count - 1];
}

const TextUnit *text_unit_named(const TextUnit *units, size_t count, const char *name,
                                size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (text_equals(units[i].name, name, length))
            return &units[i];
    return NULL;
}
