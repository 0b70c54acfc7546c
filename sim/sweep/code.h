/* Which code a sweep's results are of: made by tools/digest.py from all sources that decide on them. */
#ifndef TCPWALTZ_SWEEP_CODE_H
#define TCPWALTZ_SWEEP_CODE_H

extern const char sweep_code[]; /* twelve hexadecimal digits */

#endif
