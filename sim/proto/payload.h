/* Payload as a generator: byte k of a stream is a function of the stream's identity and k.
 *
 * A segment carries a reference, not bytes, so data costs nothing to hold; the receiver can
 * still check every byte that it delivers, because it knows which stream it should be reading.
 */
#ifndef TCPWALTZ_PROTO_PAYLOAD_H
#define TCPWALTZ_PROTO_PAYLOAD_H

#include <stddef.h>
#include <stdint.h>

typedef struct Payload {
    uint64_t stream; /* identity: one direction of one incarnation of a connection */
    uint64_t offset; /* of the first byte, from 0 */
} Payload;

/* Byte `k` of the stream. */
uint8_t payload_byte(uint64_t stream, uint64_t k);

/* Writes `length` bytes. */
void payload_write(Payload payload, uint8_t *out, size_t length);

/* How many of `length` bytes differ from those that stand at `offset` of stream `expected`.
 * Equal references are recognised without looking at a byte. */
size_t payload_wrong_bytes(Payload got, uint64_t expected_stream, uint64_t expected_offset,
                           size_t length);

#endif
