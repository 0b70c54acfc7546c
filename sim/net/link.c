/* One direction of a link; what it does and in which order is in link.h.
 *
 * A packet's fate is found in five steps: faults, the queue and the rate, chance, the time of
 * arrival, the copies.  Every step takes the same time for every packet.
 */
#include "net/link.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/text.h"

enum {
    PPB_ONE = 1000000000,       /* parts per billion: certainty */
    LINK_IP_BYTES_MAX = 65535,  /* an IPv4 packet's; so a transmission time fits 64 bits */
    LINK_DEPARTURES_FIRST = 16, /* room to begin with; a power of two */
};

static const char *const point_names[LINK_POINT_CHANCE_COUNT] = {
    [LINK_POINT_LOSS] = "loss",
    [LINK_POINT_BURST] = "burst",
    [LINK_POINT_BURST_LOSS] = "burst-loss",
    [LINK_POINT_DUPLICATE] = "duplicate",
    [LINK_POINT_CORRUPT] = "corrupt",
    [LINK_POINT_CORRUPT_BIT] = "corrupt-bit",
    [LINK_POINT_JITTER] = "jitter",
    [LINK_POINT_REORDER] = "reorder",
    [LINK_POINT_MARK] = "ce",
};

/* "link client->server loss" */
static void init_stream(RandomStream *stream, uint64_t seed, const char *name, const char *point)
{
    size_t room = strlen("link ") + strlen(name) + strlen(" ") + strlen(point) + 1;
    char *out = memory_new(room, 1);
    Text text = text_begin(out, room);

    text_add(&text, "link ");
    text_add(&text, name);
    text_add(&text, " ");
    text_add(&text, point);
    random_stream_init(stream, seed, out);
    free(out);
}

static bool is_plain(const LinkConfig *config)
{
    return config->rate == 0 && config->loss == 0 && config->burst == 0 && config->duplicate == 0 &&
           config->corrupt == 0 && config->jitter == 0 && config->reorder == 0 && config->mark == 0;
}

void link_init(Link *link, const LinkConfig *config, uint64_t seed, const char *name)
{
    memset(link, 0, sizeof *link);
    link->config = *config;
    link->is_plain = is_plain(config);
    for (int i = 0; i < LINK_POINT_CHANCE_COUNT; i++)
        init_stream(&link->streams[i], seed, name, point_names[i]);
}

void link_clear(Link *link)
{
    budget_give(link->budget, link->departure_room * sizeof *link->departure_times);
    free(link->departure_times);
    memset(link, 0, sizeof *link);
}

/* ---- The queue and the rate ---- */

/* The departures are a ring of times: of the packet under transmission, and of those that wait
 * behind it.  It grows as far as the queue ever fills; its room is a power of two. */
static SimTime *departure_at(const Link *link, uint32_t index)
{
    return &link->departure_times[(link->departure_first + index) & (link->departure_room - 1)];
}

static void forget_departed(Link *link, SimTime now)
{
    while (link->departures > 0 && *departure_at(link, 0) <= now) {
        link->departure_first = (link->departure_first + 1) & (link->departure_room - 1);
        link->departures--;
    }
}

static void grow_departures(Link *link)
{
    uint32_t room = link->departure_room > 0 ? 2 * link->departure_room : LINK_DEPARTURES_FIRST;

    budget_take(link->budget, room * sizeof(SimTime));
    SimTime *times = memory_new(room, sizeof *times);

    for (uint32_t i = 0; i < link->departures; i++)
        times[i] = *departure_at(link, i);
    budget_give(link->budget, link->departure_room * sizeof *times);
    free(link->departure_times);
    link->departure_times = times;
    link->departure_room = room;
    link->departure_first = 0;
}

static void remember_departure(Link *link, SimTime leaves)
{
    if (link->departures == link->departure_room)
        grow_departures(link);
    *departure_at(link, link->departures) = leaves;
    link->departures++;
}

static SimTime transmission_time(uint32_t ip_bytes, int64_t rate)
{
    int64_t bits_ns = (int64_t)ip_bytes * 8 * SIM_SECOND;

    return bits_ns / rate + (bits_ns % rate != 0);
}

/* Puts the packet behind those that are there; *leaves is when its last bit is out.  False when
 * the queue is full. */
static bool transmit(Link *link, SimTime now, uint32_t ip_bytes, SimTime *leaves)
{
    *leaves = now;
    if (link->config.rate == 0)
        return true;
    forget_departed(link, now);
    /* One is under transmission and does not wait. */
    if (link->departures > link->config.queue)
        return false;

    SimTime start = link->free_at > now ? link->free_at : now;
    *leaves = sim_time_add(start, transmission_time(ip_bytes, link->config.rate));
    link->free_at = *leaves;
    remember_departure(link, *leaves);
    return true;
}

/* ---- Choices ---- */

static uint64_t draw(Link *link, LinkPoint point, uint64_t alternatives, int64_t odds_ppb)
{
    assert(point < LINK_POINT_CHANCE_COUNT);
    RandomStream *stream = &link->streams[point];

    if (odds_ppb >= 0)
        return random_stream_below(stream, PPB_ONE) < (uint64_t)odds_ppb;
    return random_stream_below(stream, alternatives);
}

/* The one place where a link chooses.  Chance always draws, so that what happens to one packet
 * never shifts the draws for the next; somebody who answers in its place is asked only what
 * matters, so that an explorer does not try alternatives without a difference. */
static uint64_t link_decide(Link *link, const LinkPacket *packet, LinkPoint point,
                            uint64_t alternatives, int64_t odds_ppb, bool matters)
{
    if (link->decide == NULL)
        return draw(link, point, alternatives, odds_ppb);
    if (!matters)
        return 0;
    LinkChoice choice = {.point = point,
                         .alternatives = alternatives,
                         .odds_ppb = odds_ppb,
                         .link = link,
                         .packet = packet};
    uint64_t answer = link->decide(link->decide_context, &choice);

    assert(answer < alternatives);
    return answer;
}

/* What can never happen is not asked: a point of zero odds has a stream that nobody draws. */
static bool happens(Link *link, const LinkPacket *packet, LinkPoint point, int64_t odds_ppb,
                    bool matters)
{
    return odds_ppb > 0 && link_decide(link, packet, point, 2, odds_ppb, matters) == 1;
}

static uint64_t one_of(Link *link, const LinkPacket *packet, LinkPoint point, uint64_t alternatives,
                       bool matters)
{
    return alternatives > 1 ? link_decide(link, packet, point, alternatives, -1, matters) : 0;
}

/* ---- Faults ---- */

/* The fault that somebody decides on who answers in place of chance: chance knows none. */
static LinkDemand decide_fault(Link *link, const LinkPacket *packet, bool matters)
{
    LinkDemand demand = {0};

    switch (one_of(link, packet, LINK_POINT_FAULT, 1 + FAULT_KIND_COUNT, matters)) {
    case 1 + FAULT_DROP: demand.drop = true; break;
    case 1 + FAULT_CORRUPT: demand.corrupt = true; break;
    case 1 + FAULT_DUPLICATE: demand.duplicates = 1; break;
    case 1 + FAULT_DELAY:
        demand.delay = (SimTime)one_of(link, packet, LINK_POINT_FAULT_DELAY, SIM_NEVER, true);
        break;
    default: break;
    }
    return demand;
}

/* ---- Chance ---- */

/* Gilbert-Elliott: the chain moves once a packet, then the state it is in now decides: nothing is
 * lost in the good one, `burst_loss` in the bad one.  It moves for lost packets too, so its
 * moving always matters. */
static bool lost_in_burst(Link *link, const LinkPacket *packet, bool matters)
{
    int64_t odds = link->burst_is_bad ? link->config.burst_leave : link->config.burst;

    if (happens(link, packet, LINK_POINT_BURST, odds, true))
        link->burst_is_bad = !link->burst_is_bad;
    return link->burst_is_bad &&
           happens(link, packet, LINK_POINT_BURST_LOSS, link->config.burst_loss, matters);
}

static LinkLoss draw_loss(Link *link, const LinkPacket *packet, LinkLoss before)
{
    int64_t odds = link->config.loss;
    bool by_chance = happens(link, packet, LINK_POINT_LOSS, odds, before == LINK_NOT_LOST);
    bool in_burst = lost_in_burst(link, packet, before == LINK_NOT_LOST && !by_chance);

    if (before != LINK_NOT_LOST)
        return before;
    return by_chance ? LINK_LOST_CHANCE : in_burst ? LINK_LOST_BURST : LINK_NOT_LOST;
}

/* What chance, or who answers in its place, wants of a packet that is not lost. */
typedef struct LinkDraw {
    bool corrupt, duplicate, reorder;
    uint32_t corrupt_bit;
    SimTime jitter;
} LinkDraw;

static LinkDraw draw_rest(Link *link, const LinkPacket *packet, bool corrupt_demanded, bool matters)
{
    const LinkConfig *config = &link->config;
    LinkDraw draw;

    draw.corrupt = happens(link, packet, LINK_POINT_CORRUPT, config->corrupt, matters);
    bool bit_matters = matters && (draw.corrupt || corrupt_demanded);
    draw.corrupt_bit =
        (uint32_t)one_of(link, packet, LINK_POINT_CORRUPT_BIT, packet->ip_bytes * 8, bit_matters);
    draw.duplicate = happens(link, packet, LINK_POINT_DUPLICATE, config->duplicate, matters);
    draw.jitter =
        (SimTime)one_of(link, packet, LINK_POINT_JITTER, (uint64_t)config->jitter + 1, matters);
    draw.reorder = happens(link, packet, LINK_POINT_REORDER, config->reorder, matters);
    return draw;
}

/* ---- The time of arrival ---- */

static SimTime arrival(Link *link, SimTime leaves, const LinkDraw *draw, SimTime demanded)
{
    SimTime due = sim_time_add(sim_time_add(leaves, link->config.delay), draw->jitter);

    if (due < link->last_due)
        due = link->last_due;
    /* Later ones may overtake a packet that is held back: it is not what they must wait for. */
    if (!draw->reorder && demanded == 0)
        link->last_due = due;
    if (draw->reorder)
        due = sim_time_add(due, link->config.reorder_by);
    return sim_time_add(due, demanded);
}

/* ---- The copies ---- */

static void add_copies(LinkResult *result, const LinkCopy *copy, uint64_t count)
{
    result->copy_count = count < LINK_COPIES_MAX ? (uint32_t)count : LINK_COPIES_MAX;
    for (uint32_t i = 0; i < result->copy_count; i++)
        result->copies[i] = *copy;
}

static void deliver(Link *link, SimTime leaves, const LinkDemand *demand, const LinkDraw *draw,
                    LinkResult *result)
{
    LinkCopy copy = {
        .due = arrival(link, leaves, draw, demand->delay),
        .corrupt = draw->corrupt || demand->corrupt,
    };

    if (copy.corrupt)
        copy.corrupt_bit = draw->corrupt_bit;
    result->corrupted_by_chance = draw->corrupt;
    result->duplicated_by_chance = draw->duplicate;
    result->reordered_by_chance = draw->reorder;
    add_copies(result, &copy, UINT64_C(1) + demand->duplicates + draw->duplicate);
}

static void begin_result(LinkResult *result, LinkLoss loss)
{
    result->loss = loss;
    result->copy_count = 0;
    result->duplicated_by_chance = result->corrupted_by_chance = false;
    result->reordered_by_chance = false;
}

bool link_marks(Link *link, const LinkPacket *packet)
{
    return happens(link, packet, LINK_POINT_MARK, link->config.mark, true);
}

void link_lose(LinkResult *result)
{
    begin_result(result, LINK_LOST_NO_LINK);
}

static bool demands_something(const LinkDemand *demand)
{
    return demand->drop || demand->corrupt || demand->duplicates || demand->delay;
}

/* Rules and who decides may both want something of one packet. */
static LinkDemand both(const LinkDemand *one, const LinkDemand *other)
{
    return (LinkDemand){.drop = one->drop || other->drop,
                        .corrupt = one->corrupt || other->corrupt,
                        .duplicates = one->duplicates + other->duplicates,
                        .delay = sim_time_add(one->delay, other->delay)};
}

/* Steps 2 to 5, where there is anything to be found out. */
static void send_eventfully(Link *link, const LinkPacket *packet, const LinkDemand *demand,
                            LinkResult *result)
{
    SimTime leaves = packet->at;

    if (demand->drop)
        result->loss = LINK_LOST_FAULT;
    else if (!transmit(link, packet->at, packet->ip_bytes, &leaves))
        result->loss = LINK_LOST_QUEUE;
    result->loss = draw_loss(link, packet, result->loss);
    bool arrives = result->loss == LINK_NOT_LOST;
    LinkDraw draw = draw_rest(link, packet, demand->corrupt, arrives);
    if (arrives)
        deliver(link, leaves, demand, &draw, result);
}

/* What was decided on in place of chance is told as chance's. */
static void tell_fault(const LinkDemand *fault, LinkResult *result)
{
    if (fault->drop)
        result->loss = LINK_LOST_CHANCE;
    result->corrupted_by_chance |= fault->corrupt;
    result->duplicated_by_chance |= fault->duplicates > 0;
    result->reordered_by_chance |= fault->delay > 0;
}

static void send_decided(Link *link, const LinkPacket *packet, const LinkDemand *demand,
                         LinkResult *result)
{
    LinkDemand fault = decide_fault(link, packet, !demand->drop);
    LinkDemand all = both(demand, &fault);

    send_eventfully(link, packet, &all, result);
    tell_fault(&fault, result);
}

void link_send(Link *link, const LinkPacket *packet, const LinkDemand *demand, LinkResult *result)
{
    static const LinkDemand nothing = {0};

    assert(packet->ip_bytes > 0 && packet->ip_bytes <= LINK_IP_BYTES_MAX);
    if (demand == NULL)
        demand = &nothing;
    begin_result(result, LINK_NOT_LOST);
    if (link->decide != NULL) {
        send_decided(link, packet, demand, result);
    } else if (!link->is_plain || demands_something(demand)) {
        send_eventfully(link, packet, demand, result);
    } else {
        result->copies[0] = (LinkCopy){.due = link_send_plainly(link, packet->at)};
        result->copy_count = 1;
    }
}
