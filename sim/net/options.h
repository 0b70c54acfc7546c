/* TCP options as the bytes of a header, and back (RFC 9293 §3.1).
 *
 * What was read is written again byte for byte, whatever it is: kinds that nobody here knows, lengths that
 * cannot be, an order that no stack has, bytes behind the end of the list.
 */
#ifndef TCPWALTZ_NET_OPTIONS_H
#define TCPWALTZ_NET_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/options.h"

/* Writes them as they are listed, ends of list filling the last word.  Returns segment_options_bytes(), which
 * must not be more than SEGMENT_OPTIONS_MAX. */
size_t wire_write_options(const SegmentOptions *options, uint8_t *out);

/* Reads `length` bytes, at most SEGMENT_OPTIONS_MAX, into *out, which was zero.  Of an option that comes twice
 * the last counts; a window scale above 14 is read as 14 (RFC 7323 §2.3); Fast Open cookies of a wrong length
 * (RFC 7413 §4.1.1) or beside SACK blocks are none.  False: a length is below 2, beyond the header, or wrong for its
 * kind; the options before it are understood, and all are listed. */
bool wire_read_options(const uint8_t *bytes, size_t length, SegmentOptions *out);

/* Of a header whose end is missing: how many of its `length` bytes are whole options. */
size_t wire_whole_options(const uint8_t *bytes, size_t length);

#endif
