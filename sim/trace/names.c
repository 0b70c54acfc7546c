/* What the kinds, fates and other enumerations of a trace are called. */
#include "trace/trace.h"

static const char *const kind_names[TRACE_KIND_COUNT] = {
    [TRACE_CALL] = "call",   [TRACE_APP] = "app",         [TRACE_SEND] = "send",
    [TRACE_LOST] = "lost",   [TRACE_FAULT] = "fault",     [TRACE_ARRIVE] = "arrive",
    [TRACE_STATE] = "state", [TRACE_DISCARD] = "discard", [TRACE_TIMER] = "timer",
    [TRACE_HOST] = "host",   [TRACE_END] = "end",
};

static const char *const fate_names[TRACE_FATE_COUNT] = {
    [TRACE_FATE_PASS] = "pass",       [TRACE_FATE_DELAY] = "delay", [TRACE_FATE_DUP] = "dup",
    [TRACE_FATE_CORRUPT] = "corrupt", [TRACE_FATE_LOST] = "lost",
};

static const char *const culprit_names[TRACE_CULPRIT_COUNT] = {
    [TRACE_CULPRIT_RULE] = "rule",       [TRACE_CULPRIT_CHANCE] = "chance",
    [TRACE_CULPRIT_BURST] = "burst",     [TRACE_CULPRIT_QUEUE] = "queue",
    [TRACE_CULPRIT_DOWN] = "down",       [TRACE_CULPRIT_NOBODY] = "nobody",
    [TRACE_CULPRIT_NO_LINK] = "no-link",
};

static const char *const app_event_names[TRACE_APP_EVENT_COUNT] = {
    [TRACE_APP_CONNECTED] = "connected", [TRACE_APP_ACCEPTED] = "accepted",
    [TRACE_APP_READ] = "read",           [TRACE_APP_EOF] = "eof",
    [TRACE_APP_ERROR] = "error",         [TRACE_APP_PEEKED] = "peeked",
};

static const struct {
    const char *name, *text;
} ends[TRACE_END_COUNT] = {
    [TRACE_END_QUIET] = {"quiet", "no event was left"},
    [TRACE_END_STOP] = {"stop", "the scenario says stop"},
    [TRACE_END_MAX_TIME] = {"max-time", "the bound on virtual time was reached"},
    [TRACE_END_MAX_EVENTS] = {"max-events", "the bound on the number of events was reached"},
    [TRACE_END_MAX_MEMORY] = {"max-memory", "the bound on memory was reached: raise --max-memory"},
    [TRACE_END_MAX_STEPS] = {"max-steps",
                             "the bound on steps of work was reached: raise --max-steps"},
};

const char *trace_kind_name(TraceKind kind)
{
    g_assert(kind < TRACE_KIND_COUNT);
    return kind_names[kind];
}

const char *trace_fate_name(TraceFate fate)
{
    g_assert(fate < TRACE_FATE_COUNT);
    return fate_names[fate];
}

const char *trace_culprit_name(TraceCulprit culprit)
{
    g_assert(culprit < TRACE_CULPRIT_COUNT);
    return culprit_names[culprit];
}

const char *trace_app_event_name(TraceAppEvent event)
{
    g_assert(event < TRACE_APP_EVENT_COUNT);
    return app_event_names[event];
}

const char *trace_end_name(TraceEnd end)
{
    g_assert(end < TRACE_END_COUNT);
    return ends[end].name;
}

const char *trace_end_text(TraceEnd end)
{
    g_assert(end < TRACE_END_COUNT);
    return ends[end].text;
}
