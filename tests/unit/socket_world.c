/* See socket_world.h. */
#include "socket_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp_harness.h"

static const char flag_letters[] = "FSRP.UEC"; /* bit 0 first */

static const char linux_keys[] =
    "timers=exact initial-rto=1s tcp_syn_retries=6 tcp_syn_linear_timeouts=4 tcp_synack_retries=5 "
    "fin-ack=delayed mss=1460 tcp_sack=1 tcp_window_scaling=1 window-scale=8 quick-acks=16 "
    "delayed-ack=40ms rto-floor=variance tcp_rto_min_us=200000 tcp_early_retrans=3 tcp_retries2=15 "
    "slow-start-segments=0 syn-data=refuse missing-timestamps=take cubic-basis=window "
    "tcp_fin_timeout=60 time-wait=60s give-up=time congestion=cubic loss-detection=rack "
    "rtt-estimator=linux window-probe=ack unread-after-reset=kept";

/* ---- The wire ---- */

static void put(World *w, unsigned to, const Segment *segment)
{
    ck_assert_uint_lt(w->wire_count, WORLD_WIRE);
    w->wire[w->wire_count++] = (WorldPacket){w->now + w->delay, to, *segment};
}

static void write_flags(uint8_t flags, char *out)
{
    static const unsigned order[] = {0, 1, 2, 3, 4, 5, 6, 7};

    for (unsigned i = 0; i < 8; i++)
        if (flags >> order[i] & 1)
            *out++ = flag_letters[order[i]];
    *out = '\0';
}

static void note_sent(World *w, const Segment *s)
{
    enum { LONGEST = 80 };
    char flags[16];
    size_t at = strlen(w->sent);

    if (s->flags & TCP_SYN)
        w->iss = s->seq, w->port = s->src_port, w->remote = s->dst_port;
    if (at + LONGEST > sizeof w->sent)
        return; /* nobody reads so far */
    write_flags(s->flags, flags);
    Seq from = s->seq - w->iss;
    int written = snprintf(w->sent + at, sizeof w->sent - at, "%s%s %u:%u(%u)", at ? "; " : "",
                           flags, from, from + s->length, s->length);
    at += (size_t)written;
    if (s->flags & TCP_ACK)
        (void)snprintf(w->sent + at, sizeof w->sent - at, " ack %u", s->ack - w->irs);
}

static void on_send(void *context, TcpConnId conn, const Segment *segment, const TcpSendNote *note)
{
    WorldHost *host = context;
    World *w = host->world;

    sockets_sent(host->sockets, w->now, conn, segment, note);
    if (host->index == 0)
        note_sent(w, segment);
    else if (segment->flags & TCP_SYN)
        w->irs = segment->seq;
    if (!w->is_by_hand && !w->is_cut)
        put(w, segment->dst_addr == WORLD_ADDRESS ? 0 : 1, segment);
}

static void on_state(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    (void)context;
    (void)conn;
    (void)from;
    (void)to;
    (void)reason;
}

static void on_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                   TcpError error)
{
    WorldHost *host = context;

    sockets_app(host->sockets, conn, event, amount, error);
}

static void on_ending(void *context, TcpConnId conn)
{
    WorldHost *host = context;

    sockets_ending(host->sockets, conn);
}

static void on_read(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    WorldHost *host = context;

    host->read += length;
    if (payload.offset != offset)
        host->wrong += length;
}

/* ---- Beginning and end ---- */

static void begin(World *w, unsigned index, const char *keys)
{
    WorldHost *host = &w->hosts[index];

    host->world = w;
    host->index = index;
    host_config_init(&host->config);
    harness_configure(&host->config, linux_keys);
    harness_configure(&host->config, keys);
    TcpSetup setup = {
        .config = &host->config,
        .hooks = {.context = host,
                  .send = on_send,
                  .state = on_state,
                  .app = on_app,
                  .ending = on_ending},
        .order = &w->order,
        .address = WORLD_ADDRESS + index,
        .stream_space = (uint64_t)(index + 1) << 32,
    };
    host->stack = tcp_stack_new(&setup);
    host->sockets = sockets_new(host->stack);
    sockets_on_read(host->sockets, on_read, host);
}

World *world_new(const char *keys)
{
    World *w = calloc(1, sizeof *w);

    w->delay = MS(10);
    begin(w, 0, keys);
    begin(w, 1, keys);
    return w;
}

World *world_by_hand(const char *keys)
{
    World *w = world_new(keys);

    w->is_by_hand = true;
    w->irs = WORLD_IRS;
    return w;
}

void world_free(World *w)
{
    for (unsigned i = 0; i < WORLD_HOSTS; i++) {
        ck_assert_uint_eq(w->hosts[i].wrong, 0);
        sockets_free(w->hosts[i].sockets);
        tcp_stack_free(w->hosts[i].stack);
    }
    free(w);
}

Sockets *world_sockets(World *w, unsigned host)
{
    return w->hosts[host].sockets;
}

/* ---- Time ---- */

static void deliver_first(World *w)
{
    WorldPacket packet = w->wire[0];

    w->wire_count--;
    memmove(w->wire, w->wire + 1, w->wire_count * sizeof *w->wire);
    sockets_deliver(w->hosts[packet.to].sockets, w->now, &packet.segment);
}

static SimTime next_due(const World *w, int *host)
{
    SimTime due = w->wire_count > 0 ? w->wire[0].at : SIM_NEVER;

    *host = -1;
    for (int i = 0; i < WORLD_HOSTS; i++) {
        SimTime timer = tcp_stack_next_due(w->hosts[i].stack).at;

        if (timer < due) {
            due = timer;
            *host = i;
        }
    }
    return due;
}

void world_run(World *w, SimTime until)
{
    int host;

    for (SimTime due; (due = next_due(w, &host)) <= until;) {
        w->now = due;
        if (host < 0)
            deliver_first(w);
        else
            tcp_stack_advance(w->hosts[host].stack, w->now);
    }
    w->now = until;
}

void world_pass(World *w, SimTime by)
{
    world_run(w, w->now + by);
}

void world_settle(World *w)
{
    while (w->wire_count > 0)
        world_run(w, w->wire[0].at);
    world_pass(w, 1);
}

void world_clear(World *w)
{
    w->sent[0] = '\0';
}

bool world_over(World *w, unsigned host, SocketOver *out)
{
    return sockets_settle(w->hosts[host].sockets, w->now, out);
}

/* ---- Connections ---- */

int world_listen(World *w, unsigned host, uint32_t backlog)
{
    Sockets *s = world_sockets(w, host);
    int fd = (int)socket_open(s).value;

    ck_value(socket_set_option(s, w->now, fd, SOCKET_SOL_SOCKET, SOCKET_SO_REUSEADDR, 1), 0);
    ck_value(socket_bind(s, fd, WORLD_PORT), 0);
    ck_value(socket_listen(s, w->now, fd, backlog), 0);
    return fd;
}

void world_pair(World *w, int listener, int *client, int *server)
{
    Sockets *s = world_sockets(w, 0);

    *client = (int)socket_open(s).value;
    ck_blocks(socket_connect(s, w->now, *client, WORLD_ADDRESS + 1, WORLD_PORT));
    world_settle(w);
    SocketOver over;
    ck_assert(world_over(w, 0, &over));
    ck_assert_int_eq(over.fd, *client);
    ck_value(over.answer, 0);
    *server = (int)socket_accept(world_sockets(w, 1), w->now, listener).value;
    ck_assert_int_gt(*server, 2);
    world_clear(w);
}

/* ---- By hand ---- */

static void read_option(Segment *s, World *w, const char *word)
{
    SegmentOptions *o = &s->options;
    unsigned a, b;

    if (sscanf(word, "mss=%u", &a) == 1) {
        o->present |= OPTION_MSS;
        o->mss = (uint16_t)a;
    } else if (sscanf(word, "ws=%u", &a) == 1) {
        o->present |= OPTION_WINDOW_SCALE;
        o->window_scale = (uint8_t)a;
    } else if (sscanf(word, "ts=%u/%u", &a, &b) == 2) {
        o->present |= OPTION_TIMESTAMPS;
        o->ts_val = a;
        o->ts_ecr = b;
    } else if (sscanf(word, "sack=%u-%u", &a, &b) == 2) {
        o->present |= OPTION_SACK;
        o->sack[o->sack_count++] = (SackBlock){w->iss + a, w->iss + b};
    } else {
        ck_assert_str_eq(word, "sack");
        o->present |= OPTION_SACK_PERMITTED;
    }
}

static void read_options(Segment *s, World *w, const char *options)
{
    char text[128], *rest;

    (void)snprintf(text, sizeof text, "%s", options);
    for (char *word = strtok_r(text, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest))
        read_option(s, w, word);
}

void world_inject(World *w, const char *text, const char *options)
{
    char flags[16];
    unsigned seq, end, length, ack = 0, window = 0;
    Segment s = {.src_addr = WORLD_ADDRESS + 1,
                 .dst_addr = WORLD_ADDRESS,
                 .src_port = w->remote,
                 .dst_port = w->port};

    ck_assert_int_ge(sscanf(text, "%15s %u:%u(%u)", flags, &seq, &end, &length), 4);
    const char *word = strstr(text, "ack ");
    if (word != NULL)
        (void)sscanf(word, "ack %u", &ack);
    word = strstr(text, "win ");
    if (word != NULL)
        (void)sscanf(word, "win %u", &window);
    for (const char *f = flags; *f; f++)
        s.flags |= (uint8_t)(1U << (strchr(flag_letters, *f) - flag_letters));
    s.seq = w->irs + seq;
    s.ack = s.flags & TCP_ACK ? w->iss + ack : 0;
    s.window = (uint16_t)window;
    s.length = (uint16_t)length;
    s.payload = (Payload){77, seq - 1};
    read_options(&s, w, options);
    sockets_deliver(world_sockets(w, 0), w->now, &s);
}

int world_accept_by_hand(World *w, const char *options, unsigned window)
{
    char text[64];
    int listener = world_listen(w, 0, 1);

    w->port = WORLD_PORT;
    w->remote = 40000;
    world_inject(w, "S 0:0(0) win 1000", options);
    world_pass(w, MS(10));
    (void)snprintf(text, sizeof text, ". 1:1(0) ack 1 win %u", window);
    world_inject(w, text, "");
    world_clear(w);
    return (int)socket_accept(world_sockets(w, 0), w->now, listener).value;
}
