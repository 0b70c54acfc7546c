/* The names of the states. */
#include "proto/state.h"

#include <assert.h>

#include "core/text.h"
#include "proto/names.h"

static const char *const state_names[TCP_STATE_COUNT] = {
    [TCP_STATE_CLOSED] = "CLOSED",           [TCP_STATE_LISTEN] = "LISTEN",
    [TCP_STATE_SYN_SENT] = "SYN-SENT",       [TCP_STATE_SYN_RCVD] = "SYN-RCVD",
    [TCP_STATE_ESTABLISHED] = "ESTABLISHED", [TCP_STATE_FIN_WAIT_1] = "FIN-WAIT-1",
    [TCP_STATE_FIN_WAIT_2] = "FIN-WAIT-2",   [TCP_STATE_CLOSE_WAIT] = "CLOSE-WAIT",
    [TCP_STATE_CLOSING] = "CLOSING",         [TCP_STATE_LAST_ACK] = "LAST-ACK",
    [TCP_STATE_TIME_WAIT] = "TIME-WAIT",
};

const char *tcp_state_name(TcpState state)
{
    assert(state < TCP_STATE_COUNT);
    return state_names[state];
}

bool tcp_state_from_name(const char *name, size_t length, TcpState *out)
{
    size_t found = name_find(state_names, TCP_STATE_COUNT, name, length);

    /* The RFC's own name; the short one is what everybody's tools print. */
    if (text_equals("SYN-RECEIVED", name, length))
        found = TCP_STATE_SYN_RCVD;
    if (found == TCP_STATE_COUNT)
        return false;
    *out = (TcpState)found;
    return true;
}

bool tcp_state_is_synchronized(TcpState state)
{
    return state >= TCP_STATE_ESTABLISHED;
}
