/* Floods: forged segments, one every 1 s / rate, from a task that waits for the next one only.
 *
 * Small floods are listed like any other traffic.  Large ones are quiet: see LabRun.quiet. */
#include "lab/world.h"
#include "proto/address.h"

enum {
    SYN_PORT = 80,
    LEAST_DRAWN_PORT = 1024,
    MOST_PORT = 65535,
    SYN_MSS = 1460,
    SYN_MSS_IPV6 = 1440
};

/* A `flood` line that has begun. */
typedef struct LabFlood {
    LabTask task;
    const PlanFlood *plan;
    TraceId cause; /* its line in the trace */
    guint record;  /* index into Trace.floods */
    SimTime began;
    guint64 left;  /* segments that have left so far */
    Segment model; /* what all have in common; its seq is the first one's */
    gboolean draws_port, draws_seq, draws_ack;
    RandomStream addresses, ports, seqs, acks;
} LabFlood;

SimTime lab_series_due(const PlanSeries *series, SimTime began, guint64 k)
{
    /* Both below 2^32, so the product fits. */
    return sim_time_add(began, (SimTime)(k * (guint64)SIM_SECOND / series->rate));
}

/* ---- What is drawn ---- */

/* How many lines before this one flood the same way: they have streams of their own. */
static guint earlier_floods(const Plan *plan, guint step)
{
    const PlanInject *this = &g_array_index(plan->steps, PlanStep, step).flood.segment;
    guint count = 0;

    for (guint i = 0; i < step; i++) {
        const PlanStep *other = &g_array_index(plan->steps, PlanStep, i);

        count += other->verb == PLAN_FLOOD && other->flood.segment.from == this->from &&
                 other->flood.segment.to == this->to;
    }
    return count;
}

/* "flood client->server port"; of the second such line "flood client->server 2 port". */
static void begin_streams(LabRun *run, guint step, LabFlood *flood)
{
    const PlanInject *segment = &flood->plan->segment;

    const struct {
        const char *what;
        RandomStream *stream;
    } streams[] = {{"address", &flood->addresses},
                   {"port", &flood->ports},
                   {"seq", &flood->seqs},
                   {"ack", &flood->acks}};
    guint before = earlier_floods(run->plan, step);
    g_autofree char *number = before ? g_strdup_printf("%u ", before + 1) : g_strdup("");

    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autofree char *name = g_strdup_printf(
            "flood %s->%s %s%s", g_array_index(run->plan->hosts, PlanHost, segment->from).name,
            g_array_index(run->plan->hosts, PlanHost, segment->to).name, number, streams[i].what);

        random_stream_init(streams[i].stream, run->seed, name);
    }
}

/* IPv6: a made-up one behind those that hosts can have. */
static guint32 ipv6_stranger(RandomStream *stream)
{
    enum { FIRST = 1 << 16 };

    return FIRST + (guint32)random_stream_below(stream, ADDRESS_IPV6_MAX - FIRST + 1);
}

/* One that a router would let pass: not of this network, loopback, private or multicast use; so it
 * is no host's of the run either (10.0.0.0/8). */
static guint32 stranger(RandomStream *stream)
{
    for (;;) {
        guint32 address = (guint32)(random_stream_next(stream) >> 32);
        guint32 first = address >> 24;
        gboolean is_private = first == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8;

        if (first != 0 && first != 127 && first < 224 && !is_private)
            return address;
    }
}

static guint16 drawn_port(RandomStream *stream)
{
    return (guint16)(LEAST_DRAWN_PORT +
                     random_stream_below(stream, MOST_PORT - LEAST_DRAWN_PORT + 1));
}

static gboolean floods_are_quiet(const LabRun *run)
{
    guint64 count = 0;

    for (guint i = 0; i < run->plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(run->plan->steps, PlanStep, i);

        if (step->verb == PLAN_FLOOD)
            count += step->flood.series.count;
    }
    return count > run->options.listed_max;
}

gboolean lab_strangers_way(const LabRun *run, guint host, guint *out)
{
    for (guint i = 0; i < run->plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(run->plan->steps, PlanStep, i);

        if (step->verb == PLAN_FLOOD && step->flood.spoofed && step->flood.segment.to == host) {
            *out = step->flood.segment.as;
            return TRUE;
        }
    }
    return FALSE;
}

/* ---- The segments ---- */

/* What all of them have in common, as an inject would make it now; what is drawn is left open.  FALSE: see
 * lab_inject(). */
static gboolean make_model(LabRun *run, LabFlood *flood)
{
    const PlanFlood *plan = flood->plan;
    PlanInject common = plan->segment;
    gboolean is_syn = plan->class == SEGMENT_SYN;
    gboolean random_seq =
        common.seq.kind == PLAN_NUMBER_RANDOM || (is_syn && common.seq.kind == PLAN_NUMBER_DEFAULT);

    flood->draws_port = common.from_port < 0 && (is_syn || plan->spoofed);
    flood->draws_seq = random_seq && plan->step == 0;
    flood->draws_ack = common.ack.kind == PLAN_NUMBER_RANDOM && (common.flags & TCP_ACK);
    if (random_seq)
        common.seq = (PlanNumber){.kind = PLAN_NUMBER_LITERAL,
                                  .literal = (guint32)random_stream_next(&flood->seqs)};
    if (flood->draws_ack)
        common.ack.kind = PLAN_NUMBER_LITERAL;
    if (is_syn && common.to_port < 0)
        common.to_port = SYN_PORT;
    gboolean chose_ports; /* those of a flood are drawn, or told by its line */
    if (!lab_forged(run, &common, &flood->model, &chose_ports))
        return FALSE;
    if (common.flags & TCP_SYN) {
        flood->model.options.present = OPTION_MSS;
        flood->model.options.mss = address_is_ipv6(flood->model.src_addr) ? SYN_MSS_IPV6 : SYN_MSS;
        segment_options_lay_out(&flood->model.options, OPTION_ORDER_OF_LINUX, FALSE);
    }
    return TRUE;
}

static void send_one(LabRun *run, LabFlood *flood)
{
    const PlanFlood *plan = flood->plan;
    Segment segment = flood->model;
    LabPacket packet = {.segment = &segment,
                        .from = plan->segment.as,
                        .to = plan->segment.to,
                        .injected = TRUE,
                        .quiet = run->floods_are_quiet};

    if (plan->spoofed)
        segment.src_addr =
            (address_is_ipv6(segment.dst_addr) ? ipv6_stranger : stranger)(&flood->addresses);
    if (flood->draws_port)
        segment.src_port = drawn_port(&flood->ports);
    if (flood->draws_seq && flood->left > 0) /* the model has the first */
        segment.seq = (guint32)random_stream_next(&flood->seqs);
    if (flood->draws_ack)
        segment.ack = (guint32)random_stream_next(&flood->acks);
    segment.seq += (guint32)flood->left * plan->step;
    segment.payload = lab_forged_payload(run);
    LabWire *wire = lab_plain_wire(lab_host(run, packet.from), packet.to);
    if (wire != NULL)
        lab_transmit_plainly(run, wire, &segment);
    else
        lab_transmit(run, &packet);
    flood->left++;
    TraceFlood *record = &g_array_index(run->trace->floods, TraceFlood, flood->record);
    record->count = flood->left;
    record->last = run->now;
}

/* ---- The task ---- */

/* The next segment takes its order number when the one before has left: a flood is one decision
 * after the other, and never more than one task. */
static void flood_on(LabRun *run, LabTask *task)
{
    LabFlood *flood = (LabFlood *)(void *)task;
    const PlanSeries *series = &flood->plan->series;

    lab_because(run, flood->cause);
    run->quiet = run->floods_are_quiet;
    send_one(run, flood);
    if (flood->left < series->count)
        lab_schedule(run, task, lab_series_due(series, flood->began, flood->left));
    else
        memory_pool_give(run->floods, flood);
}

void lab_floods_begin(LabRun *run)
{
    run->floods = memory_pool_new(sizeof(LabFlood), run->budget);
    run->floods_are_quiet = floods_are_quiet(run);
}

void lab_floods_clear(LabRun *run)
{
    memory_pool_free(run->floods);
}

static void add_record(LabRun *run, LabFlood *flood)
{
    const PlanFlood *plan = flood->plan;
    TraceFlood record = {.from = plan->segment.from,
                         .to = plan->segment.to,
                         .class = plan->class,
                         .spoofed = plan->spoofed,
                         .is_listed = !run->floods_are_quiet,
                         .first = run->now};

    flood->record = run->trace->floods->len;
    g_array_append_val(run->trace->floods, record);
}

TcpError lab_flood(LabRun *run, guint step)
{
    LabFlood *flood = memory_pool_take(run->floods);

    flood->task.run = flood_on;
    flood->plan = &g_array_index(run->plan->steps, PlanStep, step).flood;
    flood->cause = run->cause;
    flood->began = run->now;
    begin_streams(run, step, flood);
    if (!make_model(run, flood)) {
        memory_pool_give(run->floods, flood);
        return TCP_ENOTCONN;
    }
    add_record(run, flood);
    flood_on(run, &flood->task);
    return TCP_OK;
}
