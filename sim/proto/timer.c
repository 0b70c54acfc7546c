/* The names of the timers, and of what happens to them. */
#include "proto/timer.h"

#include <assert.h>

static const char *const timer_names[TCP_TIMER_COUNT] = {
    [TCP_TIMER_RETRANSMIT] = "retransmit",   [TCP_TIMER_PROBE] = "probe",
    [TCP_TIMER_TAIL_PROBE] = "tail-probe",   [TCP_TIMER_REORDERING] = "reordering",
    [TCP_TIMER_DELAYED_ACK] = "delayed-ack", [TCP_TIMER_CONNECT] = "connect",
    [TCP_TIMER_KEEPALIVE] = "keepalive",     [TCP_TIMER_FIN_WAIT_2] = "fin-wait-2",
    [TCP_TIMER_TIME_WAIT] = "time-wait",
};

static const char *const timer_event_names[TCP_TIMER_EVENT_COUNT] = {
    [TCP_TIMER_ARMED] = "armed",
    [TCP_TIMER_CANCELLED] = "cancelled",
    [TCP_TIMER_FIRED] = "fired",
};

const char *tcp_timer_name(TcpTimer timer)
{
    assert(timer < TCP_TIMER_COUNT);
    return timer_names[timer];
}

const char *tcp_timer_event_name(TcpTimerEvent event)
{
    assert(event < TCP_TIMER_EVENT_COUNT);
    return timer_event_names[event];
}
