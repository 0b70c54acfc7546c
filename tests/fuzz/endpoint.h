/* One endpoint in the hands of a fuzz target: its hooks hold it to its word.
 *
 *   - a connection leaves the state that it is in, for one that the diagram allows, and no more is heard of
 *     it once it is CLOSED;
 *   - each is accepted once;
 *   - a segment that is sent can be written as bytes and read back, and its payload is what stands at
 *     its sequence numbers;
 *   - a timer is due in the future.
 */
#ifndef TESTS_FUZZ_ENDPOINT_H
#define TESTS_FUZZ_ENDPOINT_H

#include <glib.h>

#include "bytes.h"
#include "tcp/tcp.h"

/* What is known of a connection. */
typedef struct Conn {
    TcpState state;
    bool is_acceptable, is_accepted;
    TcpEnds ends;
    uint64_t read; /* bytes */
} Conn;

typedef struct Endpoint Endpoint;

/* What becomes of a segment that it sends. */
typedef void EndpointSend(void *context, const Segment *segment);
/* Bytes that an application reads: `length` bytes at `offset` of what the peer of `conn` sends. */
typedef void EndpointRead(void *context, TcpConnId conn, Payload payload, uint64_t offset,
                          uint32_t length);

struct Endpoint {
    TcpStack *stack;
    HostConfig config;
    uint32_t address;
    SimTime now;
    GArray *conns; /* Conn, by their ids from 1 */
    EndpointSend *send;
    EndpointRead *read;
    void *context;
    TcpConnId reading;
};

enum { ENDPOINT_PORT = 80 };

/* Sets some keys; see endpoint_config.c. */
void endpoint_config(HostConfig *config, Bytes *bytes);

/* `config`, `address`, `send`, `read` and `context` are set. */
void endpoint_begin(Endpoint *end, SimOrder *order);
void endpoint_end(Endpoint *end);

/* Calls.  `which`: a connection, some are no more and one was never. */
TcpConnId endpoint_conn(const Endpoint *end, uint8_t which);
void endpoint_listen(Endpoint *end, uint16_t port, uint32_t backlog, uint32_t fast_open);
void endpoint_connect(Endpoint *end, const TcpConnectOptions *options);
void endpoint_accept(Endpoint *end, uint16_t port);
void endpoint_read(Endpoint *end, TcpConnId conn, uint64_t most);
void endpoint_crash(Endpoint *end, bool forget);
/* Any of these: send `bytes`, shutdown, close, abort. */
void endpoint_call(Endpoint *end, TcpConnId conn, unsigned which, uint64_t bytes);

void endpoint_deliver(Endpoint *end, const Segment *segment);
/* A router, or who claims to be one, complains of this segment of the endpoint's. */
void endpoint_icmp(Endpoint *end, const Segment *quoted, uint8_t how);

/* Runs the first timer, if it is due by then; FALSE: none is, and it is that time now. */
gboolean endpoint_step(Endpoint *end, SimTime until);

/* Looks at every connection: what its status says agrees with what was told of it. */
void endpoint_check(const Endpoint *end);

/* Its applications accept, read and close everything. */
void endpoint_finish(Endpoint *end);

/* No timer is set: no connection is in a state that only a timer ends. */
void endpoint_check_quiet(const Endpoint *end);

#endif
