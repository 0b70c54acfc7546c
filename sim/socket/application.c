/* See application.h: calls that go to the endpoint, in the keys of the connection that they are for. */
#include "socket/application.h"

#include <stdlib.h>

#include "core/compiler.h"
#include "core/memory.h"
#include "socket/rest.h"
#include "tcp/tuning.h"

struct Application {
    TcpStack *stack;
    Rests *rests;
    bool has_tunings; /* a connection had keys of its own: most hosts never see one */
};

Application *application_new(TcpStack *stack)
{
    Application *application = memory_new(1, sizeof *application);

    application->stack = stack;
    return application;
}

void application_free(Application *application)
{
    if (application == NULL)
        return;
    rests_free(application->rests);
    free(application);
}

void application_expects_tunings(Application *application)
{
    application->has_tunings = true;
}

/* ---- Keys of their own ---- */

/* Calls also come from hooks, while the endpoint serves somebody: who that was, for end(). */
static inline TcpTuning *begin(const Application *application, TcpConnId conn)
{
    return application->has_tunings ? tcp_tuning_begin(application->stack, conn) : NULL;
}

static inline TcpError end(const Application *application, TcpTuning *before, TcpError error)
{
    if (application->has_tunings)
        tcp_tuning_resume(application->stack, before);
    return error;
}

bool application_set(Application *application, TcpConnId conn, const Key *key, int64_t value)
{
    application->has_tunings = true;
    return tcp_tune_key(application->stack, conn, key, value);
}

void application_has_set(Application *application, SimTime now, TcpConnId conn)
{
    tcp_tuned(application->stack, now, conn);
}

/* ---- Opening ---- */

TcpError application_listen(Application *application, SimTime now, const TcpListenOptions *options)
{
    return tcp_listen(application->stack, now, options);
}

TcpError application_close_listener(Application *application, SimTime now, uint16_t port)
{
    return tcp_close_listener(application->stack, now, port);
}

OFTEN TcpError application_connect(Application *application, SimTime now,
                                   const TcpConnectOptions *options, TcpConnId *out)
{
    return tcp_connect(application->stack, now, options, out);
}

bool application_accept_ended(Application *application, uint16_t port, ApplicationAccepted *out)
{
    if (!tcp_accept_ended(application->stack, port, &out->conn, &out->error))
        return false;
    rest_accepted(application->rests, out->conn);
    return true;
}

OFTEN TcpError application_accept(Application *application, SimTime now, uint16_t port,
                                  ApplicationAccepted *out)
{
    if (application_accept_ended(application, port, out))
        return TCP_OK;
    out->error = TCP_OK;
    return tcp_accept(application->stack, now, port, &out->conn);
}

/* ---- Data ---- */

TcpError application_send_as(Application *application, SimTime now, TcpConnId conn, uint64_t bytes,
                             TcpSendEnd how)
{
    TcpTuning *before = begin(application, conn);

    return end(application, before, tcp_send_as(application->stack, now, conn, bytes, how));
}

TcpError application_send(Application *application, SimTime now, TcpConnId conn, uint64_t bytes)
{
    return application_send_as(application, now, conn, bytes, TCP_SEND_ENDS);
}

TcpReadable application_readable(const Application *application, TcpConnId conn)
{
    uint64_t left = rest_bytes(application->rests, conn);

    if (left > 0)
        return (TcpReadable){.bytes = (uint32_t)left};
    return tcp_stack_readable(application->stack, conn);
}

static TcpError read_connection(Application *application, SimTime now, TcpConnId conn,
                                const ApplicationReading *reading, uint64_t *got)
{
    if (reading->peeks)
        return tcp_peek(application->stack, conn, reading->most, reading->take, reading->context,
                        got);
    return tcp_read(application->stack, now, conn, reading->most, reading->take, reading->context,
                    got);
}

TcpError application_read(Application *application, SimTime now, TcpConnId conn,
                          const ApplicationReading *reading, uint64_t *got)
{
    if (rest_bytes(application->rests, conn) > 0) {
        *got = rest_read(application->rests, conn, reading);
        return TCP_OK;
    }
    TcpTuning *before = begin(application, conn);

    return end(application, before, read_connection(application, now, conn, reading, got));
}

/* ---- Ends ---- */

TcpError application_shutdown(Application *application, SimTime now, TcpConnId conn)
{
    TcpTuning *before = begin(application, conn);

    return end(application, before, tcp_shutdown(application->stack, now, conn));
}

OFTEN TcpError application_close(Application *application, SimTime now, TcpConnId conn)
{
    TcpTuning *before = begin(application, conn);

    return end(application, before, tcp_close(application->stack, now, conn));
}

TcpError application_abort(Application *application, SimTime now, TcpConnId conn)
{
    TcpTuning *before = begin(application, conn);

    return end(application, before, tcp_abort(application->stack, now, conn));
}

/* Its application holds it, or can still accept it although it is over: reset-in-queue=stays. */
static bool will_be_read(const TcpStack *stack, const TcpStatus *status)
{
    return status->accepted ||
           (status->queued && tcp_stack_config(stack)->reset_in_queue == RESET_IN_QUEUE_STAYS);
}

bool application_ending(Application *application, TcpConnId conn)
{
    TcpStack *stack = application->stack;
    TcpStatus status;

    if (tcp_stack_config(stack)->unread_after_reset != UNREAD_AFTER_RESET_KEPT ||
        tcp_stack_readable(stack, conn).bytes == 0 || !tcp_status(stack, conn, &status) ||
        !will_be_read(stack, &status))
        return false;
    if (application->rests == NULL)
        application->rests = rests_new(tcp_stack_budget(stack));
    rest_keep(application->rests, stack, conn, status.accepted);
    return true;
}

void application_forget(Application *application, TcpConnId conn)
{
    rest_forget(application->rests, conn);
}

void application_forget_all(Application *application)
{
    rests_free(application->rests);
    application->rests = NULL;
}
