/* Virtual time as text, exactly: writing for views, reading for scenarios and profiles. */
#include "core/time.h"

#include <stdbool.h>

#include "core/decimal.h"
#include "core/text.h"

/* Largest first; minutes and hours are read, but not written. */
static const TextUnit time_units[] = {
    {"h", SIM_HOUR},         {"min", SIM_MINUTE},     {"s", SIM_SECOND},
    {"ms", SIM_MILLISECOND}, {"us", SIM_MICROSECOND}, {"ns", SIM_NANOSECOND},
};

enum {
    TIME_UNIT_COUNT = sizeof time_units / sizeof time_units[0],
    TIME_UNIT_SECOND = 2,
};

/* Writes the sign and returns the magnitude, which of INT64_MIN is no SimTime. */
static uint64_t add_sign(Text *text, SimTime t)
{
    if (t >= 0)
        return (uint64_t)t;
    text_add(text, "-");
    return -(uint64_t)t;
}

size_t sim_time_format_seconds(SimTime t, int decimals_min, char out[SIM_TIME_TEXT_MAX])
{
    Text text = text_begin(out, SIM_TIME_TEXT_MAX);

    text_add_decimal(&text, add_sign(&text, t), SIM_SECOND, decimals_min);
    return text.length;
}

static const TextUnit *unit_to_write(uint64_t magnitude)
{
    const TextUnit *unit = &time_units[TIME_UNIT_SECOND];
    const TextUnit *last = &time_units[TIME_UNIT_COUNT - 1];

    if (magnitude == 0)
        return unit;
    while (unit < last && magnitude < (uint64_t)unit->size)
        unit++;
    return unit;
}

size_t sim_time_format(SimTime t, char out[SIM_TIME_TEXT_MAX])
{
    Text text = text_begin(out, SIM_TIME_TEXT_MAX);

    if (t == SIM_NEVER) {
        text_add(&text, "never");
        return text.length;
    }
    uint64_t magnitude = add_sign(&text, t);
    const TextUnit *unit = unit_to_write(magnitude);
    text_add_decimal(&text, magnitude, (uint64_t)unit->size, 0);
    text_add(&text, " ");
    text_add(&text, unit->name);
    return text.length;
}

static SimTimeError error_of_decimal(DecimalError error)
{
    switch (error) {
    case DECIMAL_OK: return SIM_TIME_OK;
    case DECIMAL_TOO_FINE: return SIM_TIME_TOO_FINE;
    case DECIMAL_TOO_LARGE: return SIM_TIME_TOO_LARGE;
    case DECIMAL_NOT_A_NUMBER: break;
    }
    return SIM_TIME_NOT_A_NUMBER;
}

static bool is_number(const char *text, size_t length)
{
    int64_t ignored;

    return decimal_read(text, length, 1, &ignored) != DECIMAL_NOT_A_NUMBER;
}

SimTimeError sim_time_parse(const char *text, size_t length, SimTime *out)
{
    if (length > 1 && text[0] == '-' && decimal_span(text + 1, 1) == 1)
        return SIM_TIME_NEGATIVE;

    size_t number = decimal_span(text, length);
    if (!is_number(text, number))
        return SIM_TIME_NOT_A_NUMBER;
    if (length == 1 && text[0] == '0') {
        *out = 0;
        return SIM_TIME_OK;
    }
    if (number == length)
        return SIM_TIME_NO_UNIT;

    const TextUnit *unit =
        text_unit_named(time_units, TIME_UNIT_COUNT, text + number, length - number);
    if (unit == NULL)
        return SIM_TIME_UNKNOWN_UNIT;
    return error_of_decimal(decimal_read(text, number, unit->size, out));
}
