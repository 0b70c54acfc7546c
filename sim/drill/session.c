/* One run of a script: who sits where. */
#include "drill/session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_PORT = 40000 };

/* packetdrill's: --tolerance_usecs, and an eighth of the time since the event before. */
static const PlanTolerance usual_tolerance = {4 * SIM_MILLISECOND, 125000000};

static const guint32 usual_local = 0xc0a80001,
                     usual_remote = 0xc0000201; /* 192.168.0.1, 192.0.2.1 */
static const char usual_long_local[] = "fd3d:0a0b:17d6::1",
                  usual_long_remote[] = "fd3d:fa7b:d17d::1";

/* ---- Settings of the script ---- */

static SimTime microseconds(const char *value)
{
    return value != NULL ? (SimTime)g_ascii_strtoull(value, NULL, 10) * SIM_MICROSECOND : 0;
}

static void set_tolerance(DrillSession *session, const char *value)
{
    session->tolerance.within = microseconds(value);
}

static void set_tolerance_percent(DrillSession *session, const char *value)
{
    enum { PPB_OF_PERCENT = 10000000 };
    double percent = value != NULL ? g_ascii_strtod(value, NULL) : 0;

    session->tolerance.within_ppb = (gint64)(CLAMP(percent, 0, 1000) * PPB_OF_PERCENT);
}

static void set_init_scripts(DrillSession *session, const char *value)
{
    (void)value;
    session->out_of_reach = "--init_scripts";
}

static void set_shared_object(DrillSession *session, const char *value)
{
    (void)value;
    session->out_of_reach = "--so_filename";
}

static void set_ts_tick(DrillSession *session, const char *value)
{
    session->ts_tick = microseconds(value);
}

static void set_ecr_scaled(DrillSession *session, const char *value)
{
    (void)value;
    session->ts_ecr_scaled = TRUE;
}

static void set_strict(DrillSession *session, const char *value)
{
    (void)value;
    session->joins = FALSE;
}

static void set_mtu(DrillSession *session, const char *value)
{
    enum { HEADERS = 40 };
    gint64 mtu = value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;

    if (mtu > HEADERS)
        session->config.mss = mtu - HEADERS;
}

/* What arrives longer was cut so (GRO). */
static void set_arriving_mss(DrillSession *session, const char *value)
{
    session->arriving_mss = value != NULL ? (guint32)g_ascii_strtoull(value, NULL, 10) : 0;
}

/* The plan's hosts speak it already. */
static void set_ip_version(DrillSession *session, const char *value)
{
    session->is_mapped = value != NULL && drill_is_mapped(value);
}

/* "192.168.0.1", "192.0.2.1/24", "fd::1" */
static void set_address(guint32 *address, guint8 *long_address, const char *value)
{
    unsigned a, b, c, d;

    if (value != NULL && inet_pton(AF_INET6, value, long_address) == 1)
        return;

    if (value != NULL && sscanf(value, "%3u.%3u.%3u.%3u", &a, &b, &c, &d) == 4)
        *address = a << 24 | b << 16 | c << 8 | d;
}

static void set_local_ip(DrillSession *session, const char *value)
{
    set_address(&session->local_address, session->long_local, value);
}

static void set_remote_ip(DrillSession *session, const char *value)
{
    set_address(&session->remote_address, session->long_remote, value);
}

static void set_udp(DrillSession *session, const char *value)
{
    (void)value;
    session->out_of_reach = "TCP over UDP";
}

/* Those that are not here (addresses, devices, waiting for them) change nothing in a simulation. */
static const struct {
    const char *name;
    void (*set)(DrillSession *session, const char *value);
} settings[] = {
    {"tolerance_usecs", set_tolerance}, {"tolerance_percent", set_tolerance_percent},
    {"init_scripts", set_init_scripts}, {"so_filename", set_shared_object},
    {"tcp_ts_tick_usecs", set_ts_tick}, {"tcp_ts_ecr_scaled", set_ecr_scaled},
    {"strict_segments", set_strict},    {"mtu", set_mtu},
    {"mss", set_arriving_mss},          {"ip_version", set_ip_version},
    {"local_ip", set_local_ip},         {"remote_ip", set_remote_ip},
    {"udp_encapsulation", set_udp},     {"udp_encaps", set_udp},
};

static void apply(DrillSession *session, const DrillSetting *setting)
{
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (strcmp(settings[i].name, setting->name) == 0)
            settings[i].set(session, setting->value);
    }
}

/* ---- Life ---- */

static gpointer begin(const LabReality *reality, const Plan *plan, char **trouble)
{
    DrillSession *session = g_new0(DrillSession, 1);

    (void)reality;
    (void)trouble;
    session->script = drill_of(plan, &session->options);
    session->plan = plan;
    session->config = g_array_index(plan->hosts, PlanHost, 0).config;
    session->tolerance = usual_tolerance;
    session->joins = TRUE;
    session->local_address = usual_local;
    session->remote_address = usual_remote;
    (void)inet_pton(AF_INET6, usual_long_local, session->long_local);
    (void)inet_pton(AF_INET6, usual_long_remote, session->long_remote);
    session->next_port = FIRST_PORT;
    session->listener = -1;
    session->current = session->newest = -1;
    session->ttl = (guint8)session->config.ip_default_ttl;
    g_queue_init(&session->seen);
    session->fds = g_hash_table_new(NULL, NULL);
    session->conn.timestamps = g_hash_table_new(NULL, NULL);
    session->watched = g_ptr_array_new_with_free_func(g_free);
    session->names = drill_names_new();
    for (guint i = 0; i < session->script->settings->len; i++)
        apply(session, g_ptr_array_index(session->script->settings, i));
    if (session->options->has_tolerance)
        session->tolerance = session->options->tolerance;
    lab_fit_ip(&session->config);
    if (session->config.ip == IP_6) {
        session->local_address = lab_address(plan, 0);
        session->remote_address = lab_address(plan, 1);
    }
    return session;
}

static LabNode *node(gpointer data, LabHost *host, char **trouble)
{
    DrillSession *session = data;

    (void)trouble;
    if (lab_node_index(host) == 0) {
        budget_take(lab_node_budget(host), session->script->bytes);
        drill_local_init(&session->local, session, host);
        return &session->local.node;
    }
    drill_remote_init(&session->remote, session, host);
    return &session->remote.node;
}

static void end(gpointer data)
{
    DrillSession *session = data;

    drill_local_clear(&session->local);
    g_queue_clear_full(&session->seen, g_free);
    g_hash_table_unref(session->fds);
    g_ptr_array_unref(session->watched);
    g_hash_table_unref(session->conn.timestamps);
    drill_names_free(session->names);
    trace_verdict_clear(&session->verdict);
    g_free(session);
}

static void judge(gpointer data, TraceVerdict *out)
{
    DrillSession *session = data;

    *out = session->verdict;
    session->verdict = (TraceVerdict){.judgement = TRACE_NOT_JUDGED};
}

const LabReality drill_reality = {.begin = begin, .end = end, .node = node, .judge = judge};
