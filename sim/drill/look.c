/* What %{ }% sees: TCP_INFO of the current connection (before there is one, of the newest socket), and the constants. */
#include <string.h>

#include "drill/constants.h"
#include "drill/names.h"
#include "drill/session.h"

#define FIELD(member)                                                                              \
    {                                                                                              \
        "tcpi_" #member, G_STRUCT_OFFSET(SocketInfo, member), sizeof(((SocketInfo *)0)->member)    \
    }

static const struct {
    const char *name;
    gsize offset, size;
} fields[] = {
    FIELD(state),         FIELD(ca_state),
    FIELD(retransmits),   FIELD(probes),
    FIELD(backoff),       FIELD(options),
    FIELD(snd_wscale),    FIELD(rcv_wscale),
    FIELD(rto),           FIELD(ato),
    FIELD(snd_mss),       FIELD(rcv_mss),
    FIELD(unacked),       FIELD(sacked),
    FIELD(lost),          FIELD(retrans),
    FIELD(fackets),       FIELD(last_data_sent),
    FIELD(last_ack_sent), FIELD(last_data_recv),
    FIELD(last_ack_recv), FIELD(pmtu),
    FIELD(rcv_ssthresh),  FIELD(rtt),
    FIELD(rttvar),        FIELD(snd_ssthresh),
    FIELD(snd_cwnd),      FIELD(advmss),
    FIELD(reordering),    FIELD(rcv_rtt),
    FIELD(rcv_space),     FIELD(total_retrans),
    FIELD(bytes_acked),   FIELD(bytes_received),
    FIELD(segs_out),      FIELD(segs_in),
    FIELD(notsent_bytes), FIELD(min_rtt),
    FIELD(data_segs_in),  FIELD(data_segs_out),
    FIELD(delivery_rate), FIELD(busy_time),
    FIELD(rwnd_limited),  FIELD(sndbuf_limited),
    FIELD(delivered),     FIELD(delivered_ce),
    FIELD(bytes_sent),    FIELD(bytes_retrans),
    FIELD(dsack_dups),    FIELD(reord_seen),
    FIELD(rcv_ooopack),   FIELD(snd_wnd),
};

const char *drill_field_name(gsize i)
{
    return i < G_N_ELEMENTS(fields) ? fields[i].name : NULL;
}

static gint64 field_of(const SocketInfo *info, gsize i)
{
    const char *at = (const char *)info + fields[i].offset;

    switch (fields[i].size) {
    case sizeof(guint8): return *(const guint8 *)at;
    case sizeof(guint32): return *(const guint32 *)(const void *)at;
    default: return (gint64) * (const guint64 *)(const void *)at;
    }
}

/* SO_MEMINFO (Linux include/uapi/linux/sock_diag.h), as far as options tell of it. */
static const struct {
    const char *name;
    int option;
} meminfo[] = {
    {"SK_MEMINFO_RCVBUF", SOCKET_SO_RCVBUF},
    {"SK_MEMINFO_SNDBUF", SOCKET_SO_SNDBUF},
};

static gboolean look_up_memory(const DrillSession *session, const char *name, gint64 *value)
{
    gint64 found = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(meminfo); i++) {
        if (strcmp(meminfo[i].name, name) != 0)
            continue;
        SocketAnswer answer =
            socket_get_option(session->local.sockets, lab_node_now(session->local.node.host),
                              session->current >= 0 ? session->current : session->newest,
                              SOCKET_SOL_SOCKET, meminfo[i].option, &found);

        *value = found;
        return answer.value >= 0;
    }
    return FALSE;
}

static gboolean look_up(gpointer context, const char *name, gint64 *value)
{
    const DrillSession *session = context;
    SocketInfo info;

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        if (!socket_info(session->local.sockets, lab_node_now(session->local.node.host),
                         session->current >= 0 ? session->current : session->newest, &info))
            return FALSE;
        *value = field_of(&info, i);
        return TRUE;
    }
    return look_up_memory(session, name, value) || drill_constant(name, value);
}

gboolean drill_code(DrillSession *session, const DrillEvent *event)
{
    char *why = NULL;
    g_autoptr(GString) printed = g_string_new(NULL);
    DrillVerdict verdict =
        drill_code_run(event->code, session->names, look_up, session, printed, &why);

    if (printed->len > 0)
        lab_node_prints(session->local.node.host, printed->str);
    switch (verdict) {
    case DRILL_HOLDS: return TRUE;
    case DRILL_FAILS: return drill_fails(session, event, 0, g_strdup(event->text), why);
    case DRILL_UNKNOWN: break;
    }
    (void)drill_out_of_reach(session, event, "%s", why);
    g_free(why);
    return FALSE;
}
