/*
 * A trace and a plan made by hand for the tests of expect/: two hosts, events added in the order
 * in which they happened, one expectation held at a time.
 */
#ifndef TESTS_UNIT_EXPECT_WORLD_H
#define TESTS_UNIT_EXPECT_WORLD_H

#include "marks.h"
#include <glib.h>
#include <string.h>

#include "expect/expect.h"

enum { CLIENT, SERVER };

typedef struct World {
    Plan plan;
    Trace *trace;
    GPtrArray *results; /* of the last world_hold() */
} World;

static inline void world_init(World *world)
{
    static char file[] = "demo.scn";
    const char *const names[] = {"client", "server"};

    memset(world, 0, sizeof *world);
    world->plan.file = file;
    world->plan.hosts = g_array_new(FALSE, TRUE, sizeof(PlanHost));
    world->plan.expects = g_array_new(FALSE, TRUE, sizeof(PlanExpect));
    g_array_set_size(world->plan.hosts, G_N_ELEMENTS(names));
    world->trace = trace_new(TRACE_LEVEL_FULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        trace_add_host(world->trace, names[i]);
}

static inline void world_clear(World *world)
{
    for (guint i = 0; i < world->plan.expects->len; i++) {
        PlanExpect *expect = &g_array_index(world->plan.expects, PlanExpect, i);
        g_clear_pointer(&expect->times, g_array_unref);
        g_clear_pointer(&expect->states, g_array_unref);
    }
    g_array_unref(world->plan.expects);
    g_array_unref(world->plan.hosts);
    g_clear_pointer(&world->results, g_ptr_array_unref);
    trace_free(world->trace);
}

/* What happened.  Each returns the event's id. */

static inline TraceId sent_by(World *world, SimTime t, TraceHost host, guint32 conn, guint8 flags,
                              guint16 length)
{
    Segment segment = {.flags = flags, .length = length};
    TraceEvent event = {.t = t, .kind = TRACE_SEND, .host = (guint16)host, .conn = conn};

    event.segment.seen = trace_see(world->trace, &segment, FALSE);
    event.segment.class = segment_class(&segment);
    event.segment.peer = host == CLIENT ? SERVER : CLIENT;
    return trace_add(world->trace, &event);
}

static inline TraceId sent(World *world, SimTime t, guint8 flags)
{
    return sent_by(world, t, CLIENT, 1, flags, 0);
}

static inline TraceId moved(World *world, SimTime t, TraceHost host, guint32 conn, TcpState from,
                            TcpState to)
{
    TraceEvent event = {.t = t, .kind = TRACE_STATE, .host = (guint16)host, .conn = conn};

    event.state.from = from;
    event.state.to = to;
    event.state.port = conn == 0 ? 80 : 0;
    return trace_add(world->trace, &event);
}

static inline TraceId told(World *world, SimTime t, TraceHost host, guint32 conn,
                           TraceAppEvent what, guint64 bytes, guint64 wrong, TcpError error)
{
    TraceEvent event = {.t = t, .kind = TRACE_APP, .host = (guint16)host, .conn = conn};

    event.app.event = what;
    event.app.bytes = bytes;
    event.app.wrong = wrong;
    event.app.error = error;
    return trace_add(world->trace, &event);
}

static inline TraceId called(World *world, SimTime t, TraceHost host, const char *text, guint line,
                             TcpError error)
{
    TraceEvent event = {.t = t, .kind = TRACE_CALL, .host = (guint16)host};

    event.call.line = trace_add_call(world->trace, text, "demo.scn", line);
    event.call.error = error;
    return trace_add(world->trace, &event);
}

static inline TraceId ended(World *world, SimTime t, TraceEnd why)
{
    TraceEvent event = {.t = t, .kind = TRACE_END, .host = TRACE_NO_HOST};

    event.end.why = why;
    return trace_add(world->trace, &event);
}

/* What is expected.  The caller fills in what the kind needs; valid until the next one. */
static inline PlanExpect *expectation(World *world, PlanExpectKind kind, guint host)
{
    static char text[] = "expect";
    PlanExpect expect = {.kind = kind, .party = {.host = host}, .text = text};

    g_array_append_val(world->plan.expects, expect);
    return &g_array_index(world->plan.expects, PlanExpect, world->plan.expects->len - 1);
}

static inline GArray *times(guint count, const SimTime *list)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(SimTime));

    return g_array_append_vals(array, list, count);
}

static inline GArray *states(guint count, const TcpState *list)
{
    GArray *array = g_array_new(FALSE, FALSE, sizeof(TcpState));

    return g_array_append_vals(array, list, count);
}

#define TIMES(...)                                                                                 \
    times(sizeof((SimTime[]){__VA_ARGS__}) / sizeof(SimTime), (const SimTime[]){__VA_ARGS__})
#define STATES(...)                                                                                \
    states(sizeof((TcpState[]){__VA_ARGS__}) / sizeof(TcpState), (const TcpState[]){__VA_ARGS__})

/* The plan against the trace; result i. */
static inline const ExpectResult *world_hold(World *world, guint i)
{
    g_clear_pointer(&world->results, g_ptr_array_unref);
    world->results = expect_check(&world->plan, world->trace);
    ck_assert_uint_lt(i, world->results->len);
    return g_ptr_array_index(world->results, i);
}

#define ck_assert_holds(world)                                                                     \
    do {                                                                                           \
        const ExpectResult *held_ = world_hold(world, 0);                                          \
        ck_assert_msg(held_->ok, "%s; was %s", held_->expected, held_->actual);                    \
        ck_assert_uint_eq(held_->event, 0);                                                        \
    } while (0)

#define ck_assert_fails(world, expected_, actual_, event_)                                         \
    do {                                                                                           \
        const ExpectResult *failed_ = world_hold(world, 0);                                        \
        ck_assert(!failed_->ok);                                                                   \
        ck_assert_str_eq(failed_->expected, expected_);                                            \
        ck_assert_str_eq(failed_->actual, actual_);                                                \
        ck_assert_uint_eq(failed_->event, event_);                                                 \
    } while (0)

#endif
