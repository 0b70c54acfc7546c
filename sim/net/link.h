/* One direction of a link, sans I/O: a packet and the time go in, copies with due times come out.
 *
 * In the order in which they act: the finite queue and the rate, loss (independent and in bursts),
 * corruption, duplication, delay with jitter, reordering.  Every choice goes through link_decide().
 * Chance draws for every packet, dropped by a fault or not, so that a fault changes nothing else.
 */
#ifndef TCPWALTZ_NET_LINK_H
#define TCPWALTZ_NET_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/random.h"
#include "core/time.h"
#include "proto/keys.h"

typedef enum LinkPoint {
    LINK_POINT_LOSS,
    LINK_POINT_BURST, /* does the Gilbert-Elliott chain change its state? */
    LINK_POINT_BURST_LOSS,
    LINK_POINT_DUPLICATE,
    LINK_POINT_CORRUPT,
    LINK_POINT_CORRUPT_BIT, /* which bit flips */
    LINK_POINT_JITTER,
    LINK_POINT_REORDER,
    LINK_POINT_COUNT,
} LinkPoint;

/* A choice: `alternatives` numbers 0 .. n-1.  With odds_ppb >= 0 there are two, and 1 has that
 * probability in parts per billion; with odds_ppb < 0 all are equally likely. */
typedef struct LinkChoice {
    LinkPoint point;
    uint64_t alternatives;
    int64_t odds_ppb;
} LinkChoice;

/* Somebody who answers in place of chance (an explorer, a test). */
typedef uint64_t (*LinkDecide)(void *context, const LinkChoice *choice);

enum { LINK_COPIES_MAX = 8 };

typedef struct LinkCopy {
    SimTime due;
    bool corrupt;
    uint32_t corrupt_bit; /* of the IPv4 packet, when corrupt */
} LinkCopy;

/* What a fault rule demands of one packet, and what became of it. */
typedef struct LinkDemand {
    bool drop, corrupt;
    uint32_t duplicates; /* further copies */
    SimTime delay;       /* added to the delay */
} LinkDemand;

typedef enum LinkLoss {
    LINK_NOT_LOST,
    LINK_LOST_FAULT, /* the demand said drop */
    LINK_LOST_QUEUE, /* the queue was full */
    LINK_LOST_CHANCE,
    LINK_LOST_BURST,
} LinkLoss;

typedef struct LinkResult {
    LinkLoss loss;
    bool duplicated_by_chance, corrupted_by_chance, reordered_by_chance;
    uint32_t copy_count; /* 0 when lost; at most LINK_COPIES_MAX */
    LinkCopy copies[LINK_COPIES_MAX];
} LinkResult;

typedef struct Link {
    LinkConfig config;
    RandomStream streams[LINK_POINT_COUNT];
    LinkDecide decide; /* NULL: chance */
    void *decide_context;
    bool burst_is_bad;   /* the Gilbert-Elliott chain's state; it begins good */
    SimTime free_at;     /* when the last packet accepted has left at the link's rate */
    SimTime last_due;    /* jitter never overtakes this */
    uint32_t departures; /* packets queued or under transmission: see link.c */
    SimTime *departure_times;
    uint32_t departure_room, departure_first;
} Link;

/* `name` ("client->server") and `seed` name the random streams: "link client->server loss". */
void link_init(Link *link, const LinkConfig *config, uint64_t seed, const char *name);
void link_clear(Link *link); /* frees what the link holds, not the link */

/* Sends one packet of `ip_bytes` at `now` (never less than at the last call). */
void link_send(Link *link, SimTime now, uint32_t ip_bytes, const LinkDemand *demand,
               LinkResult *result);

#endif
