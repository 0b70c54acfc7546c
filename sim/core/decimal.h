/* Exact decimal numbers: "1.5" of a unit of 10^9 is 1500000000, and what is not whole is refused.
 *
 * Times, rates and probabilities are read with this, so none of them passes through floating
 * point.
 */
#ifndef TCPWALTZ_CORE_DECIMAL_H
#define TCPWALTZ_CORE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

typedef enum DecimalError {
    DECIMAL_OK,
    DECIMAL_NOT_A_NUMBER,
    DECIMAL_TOO_FINE,  /* not a whole multiple of 1 once scaled */
    DECIMAL_TOO_LARGE, /* beyond INT64_MAX */
} DecimalError;

/* How many of the bytes at `text`, from the first, are digits or points: what decimal_read() is
 * to be given when a unit follows the number. */
size_t decimal_span(const char *text, size_t length);

/* Reads "12" or "1.25" (a digit before and after the point; no sign) and multiplies by `unit`,
 * 1 to 10^17.  On success *out is the product; otherwise *out is unchanged. */
DecimalError decimal_read(const char *text, size_t length, int64_t unit, int64_t *out);

#endif
