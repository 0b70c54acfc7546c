/* One direction of a link, sans I/O: a packet and the time go in, copies with due times come out.
 *
 * In the order in which they act:
 *
 *   faults       what a LinkDemand asks for acts first, and what somebody asks for who answers in
 *                place of chance: a packet that is dropped so takes no place in the queue and no
 *                time of transmission.
 *   queue, rate  at `rate` bits a second a packet starts when the one before it has left, and
 *                leaves ip_bytes * 8 / rate later, rounded up to 1 ns.  At most `queue` packets
 *                wait; the one under transmission does not count.  Rate 0: it leaves at once.
 *   loss         independent with `loss`.
 *   burst        Gilbert-Elliott: the chain begins good.  For each packet it first moves (good to
 *                bad with P, bad to good with R); then, if it is bad, the packet is lost with LOSS.
 *   corruption   one bit of the IPv4 packet flips; all its copies have it.
 *   duplication  a second copy arrives at the same time, right behind the first.
 *   delay        `delay` and a jitter, uniform in 0 .. `jitter`; never before the packet sent
 *                before it.
 *   reordering   held back by `reorder_by` besides.  Neither such a packet nor one that a fault
 *                delays is waited for by later ones: they overtake it.
 *
 * Every choice goes through one function, link_decide() in link.c.  Chance draws for every packet,
 * lost or not, each point from a stream of its own: so a fault changes nothing else.  A point that
 * is switched off draws nothing.
 *
 * Where somebody answers in place of chance (Link.decide), he is asked for every packet whether it
 * meets a fault, however plain the link is; and then what chance would have drawn.
 */
#ifndef TCPWALTZ_NET_LINK_H
#define TCPWALTZ_NET_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/random.h"
#include "core/time.h"
#include "proto/fault.h"
#include "proto/keys.h"
#include "proto/segment.h"

typedef enum LinkPoint {
    LINK_POINT_LOSS,
    LINK_POINT_BURST, /* does the Gilbert-Elliott chain change its state? */
    LINK_POINT_BURST_LOSS,
    LINK_POINT_DUPLICATE,
    LINK_POINT_CORRUPT,
    LINK_POINT_CORRUPT_BIT, /* which bit flips */
    LINK_POINT_JITTER,
    LINK_POINT_REORDER,
    LINK_POINT_MARK,
    LINK_POINT_CHANCE_COUNT, /* chance draws those before it, each from a stream of its own */
    LINK_POINT_FAULT = LINK_POINT_CHANCE_COUNT, /* 0: none; 1 + FaultKind: it meets that one */
    LINK_POINT_FAULT_DELAY,                     /* FAULT_DELAY: by how much, in ns */
    LINK_POINT_COUNT,
} LinkPoint;

/* What is sent. */
typedef struct LinkPacket {
    SimTime at;             /* when: never less than the one before it on its link */
    uint32_t ip_bytes;      /* of the whole IPv4 packet: 1 to 65535 */
    const Segment *segment; /* NULL: whoever is asked does not look at it */
    bool forged;            /* no fault rule counts it */
} LinkPacket;

/* A choice: `alternatives` numbers 0 .. n-1.  With odds_ppb >= 0 there are two, and 1 has that
 * probability in parts per billion; with odds_ppb < 0 all are equally likely. */
typedef struct LinkChoice {
    LinkPoint point;
    uint64_t alternatives;
    int64_t odds_ppb;
    const struct Link *link;  /* on which one, … */
    const LinkPacket *packet; /* … and for what */
} LinkChoice;

/* Somebody who answers in place of chance (an explorer, a test), with a number below
 * `alternatives`.  He is asked only where the answer makes a difference: not how to delay a
 * packet that is lost. */
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
    LINK_LOST_NO_LINK, /* link_lose(): there is none */
} LinkLoss;

typedef struct LinkResult {
    LinkLoss loss;
    bool duplicated_by_chance, corrupted_by_chance, reordered_by_chance;
    bool marked;         /* CE, if it is ECN-capable */
    uint32_t copy_count; /* 0 when lost; at most LINK_COPIES_MAX */
    LinkCopy copies[LINK_COPIES_MAX];
} LinkResult;

typedef struct Link {
    LinkConfig config;
    RandomStream streams[LINK_POINT_CHANCE_COUNT];
    uint32_t from, to; /* what its owner calls the ends; the link itself does not look */
    LinkDecide decide; /* NULL: chance */
    void *decide_context;
    bool burst_is_bad;   /* the Gilbert-Elliott chain's state; it begins good */
    SimTime free_at;     /* when the last packet accepted has left at the link's rate */
    SimTime last_due;    /* jitter never overtakes this */
    bool is_plain;       /* it has a delay and nothing else */
    uint32_t departures; /* packets queued or under transmission: see link.c */
    SimTime *departure_times;
    uint32_t departure_room, departure_first;
    Budget *budget; /* what they are taken from; set by the owner, NULL: none */
} Link;

/* `name` ("client->server") and `seed` name the random streams: "link client->server loss". */
void link_init(Link *link, const LinkConfig *config, uint64_t seed, const char *name);
void link_clear(Link *link); /* frees what the link holds, not the link */

/* A packet that is ECN-capable: is it marked (RFC 3168)?  To be asked once for each, lost or not. */
bool link_marks(Link *link, const LinkPacket *packet);

/* What becomes of a packet where there is no link. */
void link_lose(LinkResult *result);

/* Sends one packet.  NULL demands nothing.  Copies beyond LINK_COPIES_MAX are not made; result->copies holds
 * nothing of use beyond copy_count.  A time that would exceed SIM_NEVER is SIM_NEVER. */
void link_send(Link *link, const LinkPacket *packet, const LinkDemand *demand, LinkResult *result);

/* The same where the link is plain, nobody decides and nothing is demanded: it arrives, and this is
 * when. */
static inline SimTime link_send_plainly(Link *link, SimTime now)
{
    link->last_due = sim_time_add(now, link->config.delay); /* `now` never goes back */
    return link->last_due;
}

#endif
