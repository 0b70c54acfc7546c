/* Forged segments: `inject` puts onto a link what its claimed sender never sent.
 *
 * What the line does not give is borrowed from the claimed sender's connection: ports, and the
 * numbers that it would use now.
 */
#include "lab/world.h"

enum { SERVER_PORT = 80, CLIENT_PORT = 40000 };

/* The host's newest connection with `peer`; FALSE when there is none. */
static gboolean newest_with(LabRun *run, guint host, guint peer, TcpStatus *out)
{
    const LabHost *of = lab_host(run, host);
    for (TcpConnId id = lab_host_newest(of); id > 0; id--)
        if (lab_host_status(of, id, out) && out->remote_address == lab_address(run->plan, peer))
            return TRUE;
    return FALSE;
}

/* The same connection as its other end would see it. */
static TcpStatus mirrored(const TcpStatus *status)
{
    return (TcpStatus){.local_port = status->remote_port,
                       .remote_port = status->local_port,
                       .snd_nxt = status->rcv_nxt,
                       .rcv_nxt = status->snd_nxt};
}

/* Whose ports and numbers are borrowed: the connection that is named, or the claimed sender's newest
 * with the receiver, or, when it has none, the receiver's with it.  FALSE: nobody's. */
static gboolean borrowed(LabRun *run, const PlanInject *inject, TcpStatus *out)
{
    if (inject->conn)
        return lab_status(run, inject->from, inject->conn, out);
    if (newest_with(run, inject->from, inject->to, out))
        return TRUE;
    TcpStatus other;
    if (!newest_with(run, inject->to, inject->from, &other))
        return FALSE;
    *out = mirrored(&other);
    return TRUE;
}

static guint32 variable(const TcpStatus *status, PlanVariable which)
{
    const guint32 values[PLAN_VARIABLE_COUNT] = {
        [PLAN_SND_UNA] = status->snd_una, [PLAN_SND_NXT] = status->snd_nxt,
        [PLAN_SND_WND] = status->snd_wnd, [PLAN_RCV_NXT] = status->rcv_nxt,
        [PLAN_RCV_WND] = status->rcv_wnd, [PLAN_ISS] = status->iss,
        [PLAN_IRS] = status->irs,
    };

    return values[which];
}

/* *out stays what it is where no number is given.  FALSE: it is one of a connection that never was. */
static gboolean number(LabRun *run, const PlanNumber *given, guint32 *out)
{
    TcpStatus status;

    switch (given->kind) {
    case PLAN_NUMBER_LITERAL: *out = given->literal; return TRUE;
    case PLAN_NUMBER_RANDOM: *out = (guint32)random_stream_next(&run->inject_random); return TRUE;
    case PLAN_NUMBER_VARIABLE:
        if (!lab_status(run, given->party.host, given->party.number, &status))
            return FALSE;
        *out = variable(&status, given->variable) + (guint32)given->plus;
        return TRUE;
    default: return TRUE;
    }
}

static guint16 port(gint32 given, guint16 otherwise)
{
    return given >= 0 ? (guint16)given : otherwise;
}

/* The port of the host's newest listener; 0: nobody listens there. */
static guint16 listening_port(LabRun *run, guint host)
{
    const GArray *listeners = lab_host(run, host)->listeners;

    return listeners->len > 0 ? g_array_index(listeners, LabListener, listeners->len - 1).port : 0;
}

/* Without a connection: to where somebody listens; from there, where only the claimed sender listens. */
static void choose_ports(LabRun *run, const PlanInject *inject, TcpStatus *out)
{
    guint16 of_from = listening_port(run, inject->from), of_to = listening_port(run, inject->to);
    gboolean is_answer = of_from != 0 && of_to == 0;

    out->local_port = is_answer ? of_from : CLIENT_PORT;
    out->remote_port = is_answer ? CLIENT_PORT : of_to != 0 ? of_to : SERVER_PORT;
}

static gboolean say_sacked(LabRun *run, const PlanInject *inject, SegmentOptions *out)
{
    for (guint i = 0; i < inject->options.sack_count; i++) {
        SackBlock *block = &out->sack[i];

        if (!number(run, &inject->sacked[2 * i], &block->left) ||
            !number(run, &inject->sacked[2 * i + 1], &block->right))
            return FALSE;
    }
    return TRUE;
}

gboolean lab_forged(LabRun *run, const PlanInject *inject, Segment *out, gboolean *chose_ports)
{
    TcpStatus status = {0};
    gboolean has_conn = borrowed(run, inject, &status);

    if (inject->conn && !has_conn)
        return FALSE;
    *chose_ports = !has_conn && (inject->from_port < 0 || inject->to_port < 0);
    if (!has_conn)
        choose_ports(run, inject, &status);
    *out = (Segment){
        .src_addr = lab_address(run->plan, inject->from),
        .dst_addr = lab_address(run->plan, inject->to),
        .src_port = port(inject->from_port, status.local_port),
        .dst_port = port(inject->to_port, status.remote_port),
        .flags = inject->flags,
        .seq = status.snd_nxt,
        .ack = status.rcv_nxt,
        .window = inject->window >= 0 ? (guint16)inject->window : 65535,
        .length = (guint16)inject->length,
        .options = inject->options,
    };
    if (!number(run, &inject->seq, &out->seq) || !number(run, &inject->ack, &out->ack) ||
        !say_sacked(run, inject, &out->options))
        return FALSE;
    if (!(out->flags & TCP_ACK))
        out->ack = 0;
    return TRUE;
}

Payload lab_forged_payload(LabRun *run)
{
    return (Payload){++run->injected, 0};
}

TcpError lab_inject(LabRun *run, const PlanInject *inject)
{
    Segment segment;
    gboolean chose_ports;

    if (!lab_forged(run, inject, &segment, &chose_ports))
        return TCP_ENOTCONN;
    segment.payload = lab_forged_payload(run);
    LabPacket packet = {.segment = &segment,
                        .from = inject->as,
                        .to = inject->to,
                        .injected = TRUE,
                        .chose_ports = chose_ports};
    lab_transmit(run, &packet);
    return TCP_OK;
}
