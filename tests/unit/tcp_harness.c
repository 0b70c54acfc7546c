/* See tcp_harness.h. */
#include "tcp_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const harness_place_names[HARNESS_PLACE_COUNT] = {
    [AT_CLOSED] = "CLOSED",
    [AT_LISTEN] = "LISTEN",
    [AT_SYN_SENT] = "SYN-SENT",
    [AT_SYN_RCVD] = "SYN-RCVD (passive)",
    [AT_SYN_RCVD_ACTIVE] = "SYN-RCVD (active)",
    [AT_ESTABLISHED] = "ESTABLISHED",
    [AT_ESTABLISHED_PASSIVE] = "ESTABLISHED (passive)",
    [AT_FIN_WAIT_1] = "FIN-WAIT-1",
    [AT_FIN_WAIT_2] = "FIN-WAIT-2",
    [AT_CLOSE_WAIT] = "CLOSE-WAIT",
    [AT_CLOSING] = "CLOSING",
    [AT_LAST_ACK] = "LAST-ACK",
    [AT_TIME_WAIT] = "TIME-WAIT",
};

/* ---- Segments as text ---- */

static const char flag_letters[] = "FSRPAUEC"; /* bit 0 first */

static uint8_t read_flags(const char *letters)
{
    unsigned flags = 0;
    for (; *letters; letters++) {
        const char *place = strchr(flag_letters, *letters);
        ck_assert_msg(place != NULL, "no such flag: %c", *letters);
        flags |= 1U << (place - flag_letters);
    }
    return (uint8_t)flags;
}

static Seq read_number(const char *text, Seq base)
{
    if (text[0] == '-' && text[1] == '\0')
        return 0;
    return text[0] == '=' ? (Seq)strtoul(text + 1, NULL, 0) : base + (Seq)strtol(text, NULL, 0);
}

static void read_cookie(SegmentOptions *o, uint8_t form, const char *digits)
{
    unsigned byte;

    o->present |= form;
    for (; sscanf(digits, "%2x", &byte) == 1; digits += 2)
        o->cookie[o->cookie_length++] = (uint8_t)byte;
}

static void read_option(const TcpHarness *h, Segment *s, const char *word)
{
    SegmentOptions *o = &s->options;
    unsigned a, b;
    if (sscanf(word, "+%u", &a) == 1) {
        s->length = (uint16_t)a;
    } else if (sscanf(word, "w=%u", &a) == 1) {
        s->window = (uint16_t)a;
    } else if (sscanf(word, "mss=%u", &a) == 1) {
        o->present |= OPTION_MSS;
        o->mss = (uint16_t)a;
    } else if (sscanf(word, "ws=%u", &a) == 1) {
        o->present |= OPTION_WINDOW_SCALE;
        o->window_scale = (uint8_t)a;
    } else if (sscanf(word, "ts=%u/%u", &a, &b) == 2) {
        o->present |= OPTION_TIMESTAMPS;
        o->ts_val = a;
        o->ts_ecr = b;
    } else if (strcmp(word, "sackok") == 0) {
        o->present |= OPTION_SACK_PERMITTED;
    } else if (sscanf(word, "sack=%u-%u", &a, &b) == 2) {
        o->present |= OPTION_SACK;
        o->sack[o->sack_count++] = (SackBlock){h->iss + a, h->iss + b};
    } else if (strncmp(word, "fo=", 3) == 0) {
        read_cookie(o, OPTION_FAST_OPEN, word + 3);
    } else if (strncmp(word, "foexp=", 6) == 0) {
        read_cookie(o, OPTION_FAST_OPEN_EXP, word + 6);
    } else if (strcmp(word, "ect0") == 0 || strcmp(word, "ce") == 0) {
        s->ecn = word[0] == 'c' ? ECN_CE : ECN_ECT_0;
    } else {
        ck_assert_msg(sscanf(word, "stream=%u", &a) == 1, "cannot read \"%s\"", word);
        s->payload.stream = a;
    }
}

Segment harness_segment(const TcpHarness *h, const char *text)
{
    Segment s = {.src_addr = HARNESS_PEER,
                 .dst_addr = HARNESS_ADDRESS,
                 .src_port = HARNESS_PEER_PORT,
                 .dst_port = HARNESS_PORT,
                 .window = 65535,
                 .payload.stream = HARNESS_PEER_STREAM};
    char copy[128], *next;
    ck_assert(strlen(text) < sizeof copy);
    memcpy(copy, text, strlen(text) + 1);
    s.flags = read_flags(strtok_r(copy, " ", &next));
    s.seq = read_number(strtok_r(NULL, " ", &next), h->irs);
    s.ack = read_number(strtok_r(NULL, " ", &next), h->iss);
    for (char *word; (word = strtok_r(NULL, " ", &next)) != NULL;)
        read_option(h, &s, word);
    /* Byte k of the peer's stream has the number IRS + 1 + k. */
    Seq first = s.flags & TCP_SYN ? s.seq + 1 : s.seq;
    s.payload.offset = (uint64_t)(int64_t)seq_diff(first, h->irs + 1);
    return s;
}

static void write_cookie(const SegmentOptions *o, char *out)
{
    out += sprintf(out, o->present & OPTION_FAST_OPEN ? " fo=" : " foexp=");
    for (unsigned i = 0; i < o->cookie_length; i++)
        out += sprintf(out, "%02x", o->cookie[i]);
}

void harness_write(const TcpHarness *h, const Segment *s, char *out, size_t size)
{
    static const char order[] = "SFRAUEC";
    char flags[sizeof order] = "", seq[16], ack[16] = "-", length[16] = "";
    size_t count = 0;
    for (const char *f = order; *f; f++)
        if (s->flags & 1U << (strchr(flag_letters, *f) - flag_letters))
            flags[count++] = *f;
    flags[count] = '\0';
    snprintf(seq, sizeof seq, s->seq == 0 ? "=0" : "%d", (int)(s->seq - h->iss));
    if (s->flags & TCP_ACK)
        snprintf(ack, sizeof ack, "%d", (int)(s->ack - h->irs));
    if (s->length > 0)
        snprintf(length, sizeof length, " +%u", s->length);
    int used = snprintf(out, size, "%s %s %s%s%s", flags, seq, ack, length,
                        s->ecn == ECN_ECT_0 ? " ect0" : "");
    if (s->options.present & OPTION_ANY_FAST_OPEN)
        write_cookie(&s->options, out + used);
}

/* ---- Numbers by name ---- */

static const struct {
    int una, nxt, rcv;
} numbers[HARNESS_PLACE_COUNT] = {
    [AT_SYN_SENT] = {0, 1, 0},
    [AT_SYN_RCVD] = {0, 1, 1},
    [AT_SYN_RCVD_ACTIVE] = {0, 1, 1},
    [AT_ESTABLISHED] = {1, 1, 1},
    [AT_ESTABLISHED_PASSIVE] = {1, 1, 1},
    [AT_FIN_WAIT_1] = {1, 2, 1},
    [AT_FIN_WAIT_2] = {2, 2, 1},
    [AT_CLOSE_WAIT] = {1, 1, 2},
    [AT_CLOSING] = {1, 2, 2},
    [AT_LAST_ACK] = {1, 2, 2},
    [AT_TIME_WAIT] = {2, 2, 2},
};

enum { RIGHT_EDGE = 1 + 65535 };

static int put_number(HarnessPlace place, const char *word, size_t length, char *out, size_t size)
{
    static const char names[] = "UNRE";
    const int values[] = {numbers[place].una, numbers[place].nxt, numbers[place].rcv, RIGHT_EDGE};
    const char *name = strchr(names, word[0]);
    if (name == NULL)
        return snprintf(out, size, "%.*s", (int)length, word);
    int value = values[name - names] + (length > 1 ? atoi(word + 1) : 0);
    return snprintf(out, size, "%d%s", value, word[length - 1] == ';' ? ";" : "");
}

void harness_resolve(HarnessPlace place, const char *text, char out[HARNESS_LINE_MAX])
{
    size_t used = 0;
    unsigned word = 0; /* of its segment: 0 the flags, 1 and 2 the numbers */
    while (*text) {
        size_t length = strcspn(text, " "), size = HARNESS_LINE_MAX - used;
        if (word == 1 || word == 2)
            used += (size_t)put_number(place, text, length, out + used, size);
        else
            used += (size_t)snprintf(out + used, size, "%.*s", (int)length, text);
        ck_assert_uint_lt(used, HARNESS_LINE_MAX - 1);
        word = text[length - 1] == ';' ? 0 : word + 1;
        text += length;
        if (*text)
            out[used++] = *text++;
    }
    out[used] = '\0';
}

/* ---- What the hooks say ---- */

static void append(char *text, const char *item)
{
    size_t length = strlen(text);
    ck_assert(length + strlen(item) + 3 < HARNESS_TEXT_MAX);
    snprintf(text + length, HARNESS_TEXT_MAX - length, "%s%s", length > 0 ? "; " : "", item);
}

static void hook_send(void *context, TcpConnId conn, const Segment *segment,
                      const TcpSendNote *note)
{
    TcpHarness *h = context;
    char text[128];
    if (segment->flags & TCP_SYN)
        h->iss = segment->seq;
    harness_write(h, segment, text, sizeof text);
    append(h->sent, text);
    ck_assert(h->log_count < HARNESS_SENT_MAX);
    h->log[h->log_count++] = (HarnessSent){h->now, conn, *segment, *note};
}

static void hook_state(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    TcpHarness *h = context;
    ck_assert_msg(tcp_transition_is_allowed(from, to), "%s to %s", tcp_state_name(from),
                  tcp_state_name(to));
    ck_assert_uint_ne(reason, TCP_REASON_NONE);
    append(h->states, tcp_state_name(to));
    h->state = to;
    if (conn > h->conn)
        h->conn = conn;
}

static void hook_timer(void *context, TcpConnId conn, const TcpTimerNote *note)
{
    TcpHarness *h = context;
    HarnessTimer *timer = &h->timers[note->timer];
    (void)conn;
    timer->armed = note->event == TCP_TIMER_ARMED;
    timer->due = note->due;
    timer->length = note->length;
    timer->retry = note->retry;
    timer->limit = note->limit;
    timer->fired += note->event == TCP_TIMER_FIRED;
}

static void hook_discard(void *context, TcpConnId conn, const Segment *segment, TcpReason reason)
{
    TcpHarness *h = context;
    (void)conn;
    (void)segment;
    h->discards++;
    h->discarded = reason;
}

static void take(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    TcpHarness *h = context;
    h->read_bytes += length;
    h->wrong_bytes += payload_wrong_bytes(payload, HARNESS_PEER_STREAM, offset, length);
}

static void hook_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                     TcpError error)
{
    TcpHarness *h = context;
    char text[64];
    uint64_t got;
    TcpConnId accepted;
    snprintf(text, sizeof text, "%s", tcp_app_event_name(event));
    if (event == TCP_APP_READABLE)
        snprintf(text, sizeof text, "readable %u", amount);
    if (event == TCP_APP_ERROR)
        snprintf(text, sizeof text, "error %s", tcp_error_name(error));
    append(h->app, text);
    if (event == TCP_APP_ACCEPTABLE && h->accepts)
        ck_assert_int_eq(tcp_accept(h->stack, h->now, HARNESS_PORT, &accepted), TCP_OK);
    if (event == TCP_APP_READABLE && h->reads)
        ck_assert_int_eq(tcp_read(h->stack, h->now, conn, UINT64_MAX, take, h, &got), TCP_OK);
    if (event == TCP_APP_READABLE && h->readable != NULL)
        h->readable(h);
}

static void hook_ending(void *context, TcpConnId conn)
{
    TcpHarness *h = context;

    if (h->ending != NULL)
        h->ending(h, conn);
}

void harness_read(TcpHarness *h, uint64_t most)
{
    uint64_t got;
    ck_assert_int_eq(tcp_read(h->stack, h->now, h->conn, most, take, h, &got), TCP_OK);
    ck_assert_uint_gt(got, 0);
    ck_assert_uint_le(got, most);
}

/* ---- Beginning and end ---- */

void harness_configure(HostConfig *config, const char *keys)
{
    char copy[512], *next;
    ck_assert(strlen(keys) < sizeof copy);
    memcpy(copy, keys, strlen(keys) + 1);
    for (char *word = strtok_r(copy, " ", &next); word != NULL; word = strtok_r(NULL, " ", &next)) {
        size_t name = strcspn(word, "=");
        const Key *key = key_find(KEY_SCOPE_HOST, word, name);
        ck_assert_msg(key != NULL, "no such key: %s", word);
        const char *value = word + name + 1;
        ck_assert_msg(key_set(key, config, value, strlen(value), NULL) == KEY_OK,
                      "no such value: %s", word);
    }
}

void harness_set(TcpHarness *h, const char *keys)
{
    harness_configure(&h->config, keys);
}

TcpHarness *harness_new(const char *keys)
{
    TcpHarness *h = calloc(1, sizeof *h);
    ck_assert_ptr_nonnull(h);
    host_config_init(&h->config);
    harness_set(h, "isn=fixed");
    harness_set(h, keys);
    h->irs = HARNESS_IRS;
    h->accepts = h->reads = true;
    TcpSetup setup = {.config = &h->config,
                      .hooks = {.context = h,
                                .send = hook_send,
                                .state = hook_state,
                                .timer = hook_timer,
                                .discard = hook_discard,
                                .app = hook_app,
                                .ending = hook_ending},
                      .order = &h->order,
                      .address = HARNESS_ADDRESS,
                      .secret = {1, 2},
                      .stream_space = 1000};
    h->stack = tcp_stack_new(&setup);
    return h;
}

void harness_free(TcpHarness *h)
{
    tcp_stack_free(h->stack);
    free(h);
}

void harness_clear(TcpHarness *h)
{
    h->sent[0] = h->states[0] = h->app[0] = '\0';
    h->discards = 0;
}

/* ---- Acting ---- */

void harness_deliver_from(TcpHarness *h, uint16_t peer_port, const char *text)
{
    Segment segment = harness_segment(h, text);
    segment.src_port = peer_port;
    tcp_stack_deliver(h->stack, h->now, &segment);
}

void harness_deliver(TcpHarness *h, const char *text)
{
    harness_deliver_from(h, HARNESS_PEER_PORT, text);
}

void harness_listen(TcpHarness *h, uint32_t backlog)
{
    TcpListenOptions options = {.port = HARNESS_PORT, .backlog = backlog};
    ck_assert_int_eq(tcp_listen(h->stack, h->now, &options), TCP_OK);
}

void harness_connect(TcpHarness *h)
{
    TcpConnId conn;
    TcpConnectOptions options = {
        .address = HARNESS_PEER, .port = HARNESS_PEER_PORT, .from_port = HARNESS_PORT};
    ck_assert_int_eq(tcp_connect(h->stack, h->now, &options, &conn), TCP_OK);
    ck_assert_uint_eq(conn, h->conn);
}

void harness_establish_with(TcpHarness *h, const char *options)
{
    char text[128];
    snprintf(text, sizeof text, "SA 0 1 %s", options);
    harness_connect(h);
    harness_deliver(h, text);
    ck_assert_int_eq(h->state, TCP_STATE_ESTABLISHED);
    harness_clear(h);
}

static void shut_down(TcpHarness *h)
{
    ck_assert_int_eq(tcp_shutdown(h->stack, h->now, h->conn), TCP_OK);
}

typedef void (*Walk)(TcpHarness *);

static void walk_listen(TcpHarness *h)
{
    harness_listen(h, 10);
}

static void walk_syn_rcvd(TcpHarness *h)
{
    harness_listen(h, 10);
    harness_deliver(h, "S 0 - mss=1460");
}

static void walk_syn_rcvd_active(TcpHarness *h)
{
    harness_connect(h);
    harness_deliver(h, "S 0 - mss=1460");
}

static void walk_established(TcpHarness *h)
{
    harness_establish_with(h, "mss=1460");
}

static void walk_established_passive(TcpHarness *h)
{
    walk_syn_rcvd(h);
    harness_deliver(h, "A 1 1");
}

static void walk_fin_wait_1(TcpHarness *h)
{
    walk_established(h);
    shut_down(h);
}

static void walk_fin_wait_2(TcpHarness *h)
{
    walk_fin_wait_1(h);
    harness_deliver(h, "A 1 2");
}

static void walk_close_wait(TcpHarness *h)
{
    walk_established(h);
    harness_deliver(h, "FA 1 1");
}

static void walk_closing(TcpHarness *h)
{
    walk_fin_wait_1(h);
    harness_deliver(h, "FA 1 1");
}

static void walk_last_ack(TcpHarness *h)
{
    walk_close_wait(h);
    shut_down(h);
}

static void walk_time_wait(TcpHarness *h)
{
    walk_fin_wait_2(h);
    harness_deliver(h, "FA 1 2");
}

static const struct {
    Walk walk;
    TcpState state;
} places[HARNESS_PLACE_COUNT] = {
    [AT_CLOSED] = {NULL, TCP_STATE_CLOSED},
    [AT_LISTEN] = {walk_listen, TCP_STATE_LISTEN},
    [AT_SYN_SENT] = {harness_connect, TCP_STATE_SYN_SENT},
    [AT_SYN_RCVD] = {walk_syn_rcvd, TCP_STATE_SYN_RCVD},
    [AT_SYN_RCVD_ACTIVE] = {walk_syn_rcvd_active, TCP_STATE_SYN_RCVD},
    [AT_ESTABLISHED] = {walk_established, TCP_STATE_ESTABLISHED},
    [AT_ESTABLISHED_PASSIVE] = {walk_established_passive, TCP_STATE_ESTABLISHED},
    [AT_FIN_WAIT_1] = {walk_fin_wait_1, TCP_STATE_FIN_WAIT_1},
    [AT_FIN_WAIT_2] = {walk_fin_wait_2, TCP_STATE_FIN_WAIT_2},
    [AT_CLOSE_WAIT] = {walk_close_wait, TCP_STATE_CLOSE_WAIT},
    [AT_CLOSING] = {walk_closing, TCP_STATE_CLOSING},
    [AT_LAST_ACK] = {walk_last_ack, TCP_STATE_LAST_ACK},
    [AT_TIME_WAIT] = {walk_time_wait, TCP_STATE_TIME_WAIT},
};

void harness_bring(TcpHarness *h, HarnessPlace place)
{
    if (places[place].walk != NULL)
        places[place].walk(h);
    else
        h->iss = 1000;
    ck_assert_int_eq(h->state, places[place].state);
    if (place == AT_LISTEN)
        h->iss = 1000; /* what isn=fixed will choose */
    harness_clear(h);
}

/* ---- Time ---- */

bool harness_run_one(TcpHarness *h)
{
    SimDue due = tcp_stack_next_due(h->stack);
    if (due.at == SIM_NEVER)
        return false;
    ck_assert_int_ge(due.at, h->now);
    h->now = due.at;
    tcp_stack_advance(h->stack, h->now);
    return true;
}

void harness_run_until(TcpHarness *h, SimTime t)
{
    while (tcp_stack_next_due(h->stack).at <= t)
        harness_run_one(h);
    h->now = t;
}

/* ---- Looking ---- */

TcpStatus harness_status(const TcpHarness *h)
{
    TcpStatus status;
    ck_assert(tcp_status(h->stack, h->conn, &status));
    return status;
}

bool harness_is_gone(const TcpHarness *h)
{
    TcpStatus status;
    return !tcp_status(h->stack, h->conn, &status);
}

const char *harness_times(TcpHarness *h, SegmentClass class)
{
    h->times[0] = '\0';
    for (size_t i = 0, length = 0; i < h->log_count; i++) {
        char time[SIM_TIME_TEXT_MAX];
        if (class != SEGMENT_ANY && segment_class(&h->log[i].segment) != class)
            continue;
        sim_time_format_seconds(h->log[i].at, 0, time);
        ck_assert_uint_lt(length + SIM_TIME_TEXT_MAX, sizeof h->times);
        length += (size_t)snprintf(h->times + length, sizeof h->times - length, "%s%s",
                                   length ? " " : "", time);
    }
    return h->times;
}

const HarnessSent *harness_last(const TcpHarness *h)
{
    ck_assert_uint_gt(h->log_count, 0);
    return &h->log[h->log_count - 1];
}
