/* Forged segments: `inject` puts onto a link what its claimed sender never sent.
 *
 * What the line does not give is borrowed from the claimed sender's connection: ports, and the
 * numbers that it would use now.
 */
#include "lab/world.h"

enum { DEFAULT_PORT = 80, DEFAULT_FROM_PORT = 40000 };

/* The host's newest connection with `peer`; FALSE when there is none. */
static gboolean newest_with(LabRun *run, guint host, guint peer, TcpStatus *out)
{
    const TcpStack *stack = lab_host(run, host)->stack;
    for (TcpConnId id = tcp_stack_newest(stack); id > 0; id--)
        if (tcp_status(stack, id, out) && out->remote_address == lab_address(peer))
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

static guint16 port(gint32 given, gboolean has_conn, guint16 of_conn, guint16 otherwise)
{
    if (given >= 0)
        return (guint16)given;
    return has_conn ? of_conn : otherwise;
}

gboolean lab_forged(LabRun *run, const PlanInject *inject, Segment *out)
{
    TcpStatus status = {0};
    gboolean has_conn = borrowed(run, inject, &status);
    if (inject->conn && !has_conn)
        return FALSE;
    *out = (Segment){
        .src_addr = lab_address(inject->from),
        .dst_addr = lab_address(inject->to),
        .src_port = port(inject->from_port, has_conn, status.local_port, DEFAULT_FROM_PORT),
        .dst_port = port(inject->to_port, has_conn, status.remote_port, DEFAULT_PORT),
        .flags = inject->flags,
        .seq = status.snd_nxt,
        .ack = status.rcv_nxt,
        .window = inject->window >= 0 ? (guint16)inject->window : 65535,
        .length = (guint16)inject->length,
    };
    if (!number(run, &inject->seq, &out->seq) || !number(run, &inject->ack, &out->ack))
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
    if (!lab_forged(run, inject, &segment))
        return TCP_ENOTCONN;
    segment.payload = lab_forged_payload(run);
    LabPacket packet = {
        .segment = &segment, .from = inject->as, .to = inject->to, .injected = TRUE};
    lab_transmit(run, &packet);
    return TCP_OK;
}
