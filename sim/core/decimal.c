/* Exact decimal numbers; see decimal.h. */
#include "core/decimal.h"

#include <assert.h>
#include <stdbool.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t decimal_span(const char *text, size_t length)
{
    size_t span = 0;

    while (span < length && (is_digit(text[span]) || text[span] == '.'))
        span++;
    return span;
}

static size_t digits_span(const char *text, size_t length)
{
    size_t span = 0;

    while (span < length && is_digit(text[span]))
        span++;
    return span;
}

static DecimalError read_whole(const char *digits, size_t count, int64_t unit, int64_t *out)
{
    int64_t number = 0;

    for (size_t i = 0; i < count; i++) {
        int digit = digits[i] - '0';

        if (number > (INT64_MAX - digit) / 10)
            return DECIMAL_TOO_LARGE;
        number = number * 10 + digit;
    }
    if (number > INT64_MAX / unit)
        return DECIMAL_TOO_LARGE;
    *out = number * unit;
    return DECIMAL_OK;
}

/* From the last digit to the first, each step divides what is behind it by ten.  Once a step
 * leaves a remainder no later one can make the sum whole again, so the check is exact for any
 * number of digits, and nothing grows beyond ten units. */
static DecimalError read_fraction(const char *digits, size_t count, int64_t unit, int64_t *out)
{
    int64_t sum = 0;

    for (size_t i = count; i > 0; i--) {
        sum += (digits[i - 1] - '0') * unit;
        if (sum % 10 != 0)
            return DECIMAL_TOO_FINE;
        sum /= 10;
    }
    *out = sum;
    return DECIMAL_OK;
}

static DecimalError combine(const char *text, size_t whole_digits, size_t fraction_digits,
                            int64_t unit, int64_t *out)
{
    int64_t whole, fraction;
    DecimalError error = read_whole(text, whole_digits, unit, &whole);

    if (error == DECIMAL_OK)
        error = read_fraction(text + whole_digits + 1, fraction_digits, unit, &fraction);
    if (error != DECIMAL_OK)
        return error;
    if (whole > INT64_MAX - fraction)
        return DECIMAL_TOO_LARGE;
    *out = whole + fraction;
    return DECIMAL_OK;
}

DecimalError decimal_read(const char *text, size_t length, int64_t unit, int64_t *out)
{
    assert(unit >= 1 && unit <= INT64_C(100000000000000000));
    size_t whole_digits = digits_span(text, length);

    if (whole_digits == 0)
        return DECIMAL_NOT_A_NUMBER;
    if (whole_digits == length)
        return read_whole(text, whole_digits, unit, out);

    size_t fraction_digits = length - whole_digits - 1;
    const char *point = text + whole_digits;
    if (*point != '.' || fraction_digits == 0 ||
        digits_span(point + 1, fraction_digits) != fraction_digits)
        return DECIMAL_NOT_A_NUMBER;
    return combine(text, whole_digits, fraction_digits, unit, out);
}
