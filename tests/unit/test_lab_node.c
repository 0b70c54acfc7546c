/* The layer between a run and its nodes (lab/node.h): an endpoint of ours that sits behind it, and is
 * told and tells no more than any node, leaves the same trace as one that the lab drives itself.
 */
#include "lab_runs.h"

#include "core/random.h"
#include "every_scenario.h"
#include "lab/node.h"
#include "net/wire.h"
#include "socket/application.h"

/* ---- An endpoint behind the interface ---- */

typedef struct Own {
    LabNode node; /* first */
    TcpStack *stack;
    Application *application;
    GHashTable *rest_streams; /* guint64 * by connection that is over: what its peer sent */
    guint16 closing;          /* the listener that is being closed */
    gboolean listening;
    HostConfig config;
} Own;

static Own *own_of(LabNode *node)
{
    return (Own *)(void *)node;
}

static SimTime now_of(const Own *own)
{
    return lab_node_now(own->node.host);
}

/* What it says: bytes. */
static void on_send(void *context, TcpConnId conn, const Segment *segment, const TcpSendNote *note)
{
    const Own *own = context;
    guint8 bytes[WIRE_PACKET_MAX];
    gsize size = wire_encode(segment, 0, bytes, sizeof bytes);

    ck_assert_uint_gt(size, 0);
    lab_node_sends(own->node.host, conn, segment, &(LabBytes){bytes, size}, note);
}

static void on_state(void *context, TcpConnId conn, TcpState from, TcpState to, TcpReason reason)
{
    const Own *own = context;

    if (conn != 0 || reason == TCP_REASON_CRASHED)
        lab_node_moves(own->node.host, conn, from, to, reason);
    else if (!own->listening)
        lab_node_stops_listening(own->node.host, own->closing, reason);
}

static void on_timer(void *context, TcpConnId conn, const TcpTimerNote *note)
{
    lab_node_times(((Own *)context)->node.host, conn, note);
}

static void on_discard(void *context, TcpConnId conn, const Segment *segment, TcpReason reason)
{
    lab_node_discards(((Own *)context)->node.host, conn, segment, reason);
}

static void on_ending(void *context, TcpConnId conn)
{
    Own *own = context;
    guint64 stream;

    lab_node_forgets(own->node.host, conn);
    if (!lab_node_reads(own->node.host) && application_ending(own->application, conn) &&
        lab_node_peer_stream(own->node.host, conn, &stream))
        g_hash_table_insert(own->rest_streams, GUINT_TO_POINTER(conn),
                            g_memdup2(&stream, sizeof stream));
}

static void tell(const Own *own, TcpConnId conn, TraceAppEvent event, TcpError error)
{
    lab_node_tells(own->node.host, conn, event, 0, 0, error);
}

/* ---- Its applications ---- */

typedef struct Reading {
    const Own *own;
    TcpConnId conn;
    TraceAppEvent as;
    guint64 expected, got, wrong;
} Reading;

static gboolean peer_stream(const Own *own, TcpConnId conn, guint64 *stream)
{
    const guint64 *kept = g_hash_table_lookup(own->rest_streams, GUINT_TO_POINTER(conn));

    if (kept != NULL)
        *stream = *kept;
    return kept != NULL || lab_node_peer_stream(own->node.host, conn, stream);
}

static void take(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    Reading *reading = context;
    LabHost *host = reading->own->node.host;
    guint64 stream;

    reading->got += length;
    reading->wrong += peer_stream(reading->own, reading->conn, &stream)
                          ? payload_wrong_bytes(payload, stream, offset, length)
                          : length;
    if (reading->got == reading->expected)
        lab_node_tells(host, reading->conn, reading->as, reading->got, reading->wrong, TCP_OK);
}

static TcpError read_up_to(const Own *own, TcpConnId conn, guint64 most, gboolean peeks)
{
    Reading reading = {.own = own,
                       .conn = conn,
                       .as = peeks ? TRACE_APP_PEEKED : TRACE_APP_READ,
                       .expected = MIN(most, application_readable(own->application, conn).bytes)};
    const ApplicationReading how = {
        .most = most, .peeks = peeks, .take = take, .context = &reading};
    guint64 got;

    return application_read(own->application, now_of(own), conn, &how, &got);
}

static void read_what_is_there(const Own *own, TcpConnId conn)
{
    if (lab_node_reads(own->node.host))
        (void)read_up_to(own, conn, G_MAXUINT64, FALSE);
}

static TcpError accept_one(const Own *own, guint16 port)
{
    ApplicationAccepted accepted;
    TcpError error = application_accept(own->application, now_of(own), port, &accepted);
    TcpConnId conn = accepted.conn;

    if (error != TCP_OK)
        return error;
    tell(own, conn, TRACE_APP_ACCEPTED, TCP_OK);
    if (accepted.error != TCP_OK) {
        tell(own, conn, TRACE_APP_ERROR, accepted.error);
        return TCP_OK;
    }
    if (tcp_stack_readable(own->stack, conn).bytes > 0)
        read_what_is_there(own, conn);
    if (tcp_stack_readable(own->stack, conn).at_eof)
        tell(own, conn, TRACE_APP_EOF, TCP_OK);
    return TCP_OK;
}

static void on_acceptable(const Own *own, TcpConnId conn)
{
    TcpEnds ends = {0};
    gboolean is_open;

    tcp_stack_ends(own->stack, conn, &ends);
    if (!lab_node_accepts_by_hand(own->node.host, ends.local_port, &is_open) && is_open)
        (void)accept_one(own, ends.local_port);
}

/* Whose bytes they are is known when they come, however late they are read. */
static void on_readable(const Own *own, TcpConnId conn)
{
    guint64 ignored;

    (void)lab_node_peer_stream(own->node.host, conn, &ignored);
    read_what_is_there(own, conn);
}

static void on_app(void *context, TcpConnId conn, TcpAppEvent event, uint32_t amount,
                   TcpError error)
{
    const Own *own = context;

    (void)amount;
    if (event == TCP_APP_ACCEPTABLE)
        on_acceptable(own, conn);
    else if (event == TCP_APP_READABLE)
        on_readable(own, conn);
    else
        lab_node_hears(own->node.host, conn, event, error);
}

/* ---- What it is told ---- */

/* The bytes say what the sender meant; the endpoint keeps payload by reference. */
static void deliver(LabNode *node, const LabBytes *packet, const Segment *sent)
{
    const Own *own = own_of(node);
    Segment segment;
    const guint8 *payload;
    gboolean is_sound = wire_decode(packet->data, packet->size, &segment, &payload) == WIRE_OK;

    ck_assert_int_eq(is_sound, sent != NULL);
    if (!is_sound)
        return;
    ck_assert_uint_eq(segment.length, sent->length);
    for (guint i = 0; i < segment.length; i++)
        ck_assert_uint_eq(payload[i], payload_byte(sent->payload.stream, sent->payload.offset + i));
    segment.payload = sent->payload;
    tcp_stack_deliver(own->stack, now_of(own), &segment);
}

static TcpError open_listener(Own *own, const PlanStep *step)
{
    const TcpListenOptions how = {
        .port = step->port, .backlog = step->backlog, .fast_open = step->fast_open_most};

    own->listening = TRUE;
    TcpError error = application_listen(own->application, now_of(own), &how);
    own->listening = FALSE;
    if (error == TCP_OK)
        lab_node_listens(own->node.host, step->port, step->accept_manual);
    return error;
}

static TcpError open_connection(const Own *own, const PlanStep *step)
{
    const TcpConnectOptions how = {.address =
                                       lab_address(lab_node_plan(own->node.host), step->peer),
                                   .port = step->port,
                                   .from_port = step->from_port,
                                   .fast_open = step->fast_open,
                                   .data = step->fast_open ? step->bytes : 0};
    TcpConnId conn;

    return application_connect(own->application, now_of(own), &how, &conn);
}

static TcpError close_either(Own *own, const PlanStep *step, TcpConnId conn)
{
    own->closing = step->port;
    return conn != 0 ? application_close(own->application, now_of(own), conn)
                     : application_close_listener(own->application, now_of(own), step->port);
}

static TcpError set_keys(const Own *own, const GArray *settings, TcpConnId conn)
{
    for (guint i = 0; i < settings->len; i++) {
        const PlanSetting *setting = &g_array_index(settings, PlanSetting, i);

        if (!application_set(own->application, conn, setting->key, setting->value))
            return TCP_ENOTCONN;
    }
    application_has_set(own->application, now_of(own), conn);
    return TCP_OK;
}

static TcpError do_call(Own *own, const PlanStep *step, TcpConnId conn)
{

    switch (step->verb) {
    case PLAN_LISTEN: return open_listener(own, step);
    case PLAN_ACCEPT: return accept_one(own, step->port);
    case PLAN_CONNECT: return open_connection(own, step);
    case PLAN_SEND: return application_send(own->application, now_of(own), conn, step->bytes);
    case PLAN_READ: return read_up_to(own, conn, step->bytes, step->peeks);
    case PLAN_SHUTDOWN: return application_shutdown(own->application, now_of(own), conn);
    case PLAN_CLOSE: return close_either(own, step, conn);
    case PLAN_CLOSE_LISTENER: return close_either(own, step, 0);
    case PLAN_SET: return set_keys(own, step->settings, conn);
    case PLAN_ABORT: return application_abort(own->application, now_of(own), conn);
    default: ck_abort_msg("no node is told that"); return TCP_EINVAL;
    }
}

static TcpError call(LabNode *node, const PlanStep *step, TcpConnId conn)
{
    return do_call(own_of(node), step, conn);
}

static SimDue next_due(LabNode *node)
{
    return tcp_stack_next_due(own_of(node)->stack);
}

static void advance(LabNode *node)
{
    tcp_stack_advance(own_of(node)->stack, lab_node_now(node->host));
}

static void power(LabNode *node, gboolean up, gboolean forget)
{
    (void)up;
    application_forget_all(own_of(node)->application);
    tcp_stack_crash(own_of(node)->stack, lab_node_now(node->host), forget);
}

static gboolean ends(LabNode *node, TcpConnId conn, TcpEnds *out)
{
    return tcp_stack_ends(own_of(node)->stack, conn, out);
}

static gboolean status(LabNode *node, TcpConnId conn, TcpStatus *out)
{
    return tcp_status(own_of(node)->stack, conn, out);
}

static TcpConnId find(LabNode *node, const TcpEnds *wanted)
{
    return tcp_stack_find(own_of(node)->stack, wanted->local_port, wanted->remote_address,
                          wanted->remote_port);
}

static TcpConnId newest(LabNode *node)
{
    return tcp_stack_newest(own_of(node)->stack);
}

static TcpHeld held(LabNode *node)
{
    return tcp_stack_held(own_of(node)->stack);
}

static void own_free(LabNode *node)
{
    application_free(own_of(node)->application);
    tcp_stack_free(own_of(node)->stack);
    g_hash_table_unref(own_of(node)->rest_streams);
    g_free(node);
}

static const LabNodeKind own_kind = {.free = own_free,
                                     .deliver = deliver,
                                     .call = call,
                                     .next_due = next_due,
                                     .advance = advance,
                                     .power = power,
                                     .ends = ends,
                                     .status = status,
                                     .find = find,
                                     .newest = newest,
                                     .held = held};

/* ---- Who is one ---- */

/* As the lab keys its own, so that initial numbers are the same. */
static SipKey secret_of(const LabHost *host, const char *name)
{
    g_autofree char *stream_name = g_strdup_printf("host %s secret", name);
    RandomStream stream;

    random_stream_init(&stream, lab_node_seed(host), stream_name);
    SipKey key = {.k0 = random_stream_next(&stream)};
    key.k1 = random_stream_next(&stream);
    return key;
}

static LabNode *own_new(LabHost *host)
{
    Own *own = g_new0(Own, 1);
    guint index = lab_node_index(host);
    const PlanHost *plan = &g_array_index(lab_node_plan(host)->hosts, PlanHost, index);
    const TcpSetup setup = {.config = &own->config,
                            .hooks = {.context = own,
                                      .send = on_send,
                                      .state = on_state,
                                      .timer = on_timer,
                                      .discard = on_discard,
                                      .app = on_app,
                                      .ending = on_ending},
                            .order = lab_node_order(host),
                            .address = lab_address(lab_node_plan(host), index),
                            .secret = secret_of(host, plan->name),
                            .stream_space = lab_node_stream(host, 0)};

    own->node = (LabNode){.kind = &own_kind, .host = host};
    own->config = plan->config;
    lab_fit_ip(&own->config);
    own->stack = tcp_stack_new(&setup);
    own->application = application_new(own->stack);
    own->rest_streams = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return &own->node;
}

typedef struct OwnReality {
    LabReality reality; /* first */
    guint hosts;        /* a bit each: those that are nodes */
    SimTime passed;     /* where time is not the run's */
} OwnReality;

static gpointer begin(const LabReality *reality, const Plan *plan, char **trouble)
{
    (void)plan;
    (void)trouble;
    return g_memdup2(reality, sizeof(OwnReality));
}

static LabNode *node_of(gpointer session, LabHost *host, char **trouble)
{
    const OwnReality *own = session;

    (void)trouble;
    return own->hosts >> (lab_node_index(host) % 32) & 1 ? own_new(host) : NULL;
}

/* A clock that wakes on time, but can be read to the microsecond only. */
static SimTime coarse_now(gpointer session)
{
    const OwnReality *own = session;

    return own->passed - own->passed % SIM_MICROSECOND;
}

static gboolean coarse_wait(gpointer session, SimTime until)
{
    OwnReality *own = session;

    own->passed = until;
    return TRUE;
}

static Trace *run_in(const LabReality *reality, const Plan *plan, TraceLevel level, guint hosts)
{
    OwnReality own = {.reality = *reality, .hosts = hosts};
    LabOptions how = {.level = level, .reality = &own.reality};
    g_autofree char *trouble = NULL;

    return lab_try(plan, &how, &trouble);
}

static Trace *run_behind(const Plan *plan, TraceLevel level, guint hosts)
{
    static const LabReality virtual = {.begin = begin, .end = g_free, .node = node_of};

    return run_in(&virtual, plan, level, hosts);
}

static Trace *run_by_coarse_clock(const Plan *plan)
{
    static const LabReality coarse = {
        .begin = begin, .end = g_free, .node = node_of, .now = coarse_now, .wait = coarse_wait};

    return run_in(&coarse, plan, TRACE_LEVEL_FULL, 0);
}

/* ---- Every scenario ---- */

enum { FLOOD_MAX = 20000 };

/* Floods of millions say no more than those of thousands, and a node's packets are bytes each. */
static gboolean takes_long(const Plan *plan)
{
    guint64 count = 0;

    for (guint i = 0; i < plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(plan->steps, PlanStep, i);
        if (step->verb == PLAN_FLOOD)
            count += step->flood.series.count;
    }
    return count > FLOOD_MAX;
}

/* A router's word is for endpoints of ours alone. */
static gboolean has_icmp(const Plan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        if (g_array_index(plan->steps, PlanStep, i).verb == PLAN_ICMP)
            return TRUE;
    }
    return FALSE;
}

static void hold_same(const char *path, const Plan *plan, guint hosts)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL};

    if (takes_long(plan) || has_icmp(plan))
        return;
    g_autoptr(Trace) one = lab_run(plan, &how);
    g_autoptr(Trace) two = run_behind(plan, TRACE_LEVEL_FULL, hosts);
    g_autofree char *json_one = json_of(one), *json_two = json_of(two);

    ck_assert_msg(strcmp(json_one, json_two) == 0, "%s", path);
    ck_assert_msg(memcmp(&one->counters, &two->counters, sizeof one->counters) == 0, "%s", path);
    ck_assert_uint_eq(one->intervals->len, two->intervals->len);
}

static void hold_first(const char *path, const Plan *plan)
{
    hold_same(path, plan, 1);
}

static void hold_second(const char *path, const Plan *plan)
{
    hold_same(path, plan, 2);
}

static void hold_all(const char *path, const Plan *plan)
{
    hold_same(path, plan, ~0U);
}

START_TEST(the_first_host_is_a_node)
{
    for_each_scenario(hold_first);
}
END_TEST

START_TEST(the_second_host_is_a_node)
{
    for_each_scenario(hold_second);
}
END_TEST

START_TEST(all_hosts_are_nodes)
{
    for_each_scenario(hold_all);
}
END_TEST

static void hold_by_coarse_clock(const char *path, const Plan *plan)
{
    LabOptions how = {.level = TRACE_LEVEL_FULL};

    if (takes_long(plan) || has_icmp(plan))
        return;
    g_autoptr(Trace) one = lab_run(plan, &how);
    g_autoptr(Trace) two = run_by_coarse_clock(plan);
    g_autofree char *json_one = json_of(one), *json_two = json_of(two);

    ck_assert_msg(strcmp(json_one, json_two) == 0, "%s", path);
}

/* What is simulated beside something real is never served early. */
START_TEST(a_coarse_clock_is_waited_for)
{
    for_each_scenario(hold_by_coarse_clock);
}
END_TEST

static void hold_less(const char *path, const Plan *plan)
{
    LabOptions how = {.level = TRACE_LEVEL_CONNECTIONS};

    if (takes_long(plan) || has_icmp(plan))
        return;
    g_autoptr(Trace) one = lab_run(plan, &how);
    g_autoptr(Trace) two = run_behind(plan, TRACE_LEVEL_CONNECTIONS, 2);
    g_autofree char *of_one = story(one, ~0U, ANYBODY), *of_two = story(two, ~0U, ANYBODY);

    ck_assert_msg(strcmp(of_one, of_two) == 0, "%s: %s, %s", path, of_one, of_two);
}

static void hold_counters(const char *path, const Plan *plan)
{
    LabOptions how = {.level = TRACE_LEVEL_COUNTERS};

    if (takes_long(plan) || has_icmp(plan))
        return;
    g_autoptr(Trace) one = lab_run(plan, &how);
    g_autoptr(Trace) two = run_behind(plan, TRACE_LEVEL_COUNTERS, 2);

    ck_assert_msg(memcmp(&one->counters, &two->counters, sizeof one->counters) == 0, "%s", path);
}

/* Then segments take the short way, on which a node's bytes would be missed. */
START_TEST(nothing_is_recorded_but_counted)
{
    for_each_scenario(hold_counters);
}
END_TEST

START_TEST(less_is_recorded_but_not_otherwise)
{
    for_each_scenario(hold_less);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lab_node");

    TCase *tc = scenario_case("scenarios");
    tcase_add_test(tc, the_first_host_is_a_node);
    tcase_add_test(tc, the_second_host_is_a_node);
    tcase_add_test(tc, all_hosts_are_nodes);
    tcase_add_test(tc, a_coarse_clock_is_waited_for);
    tcase_add_test(tc, nothing_is_recorded_but_counted);
    tcase_add_test(tc, less_is_recorded_but_not_otherwise);
    suite_add_tcase(s, tc);
    return s;
}
