/* The error queue: what MSG_ZEROCOPY and SO_TIMESTAMPING tell (Linux net/core/skbuff.c). */
#include "socket/inside.h"

enum { COPIED = 1 }; /* SO_EE_CODE_ZEROCOPY_COPIED: the model's link copies, as loopback does */

static void put(Sockets *sockets, Socket *socket, const SocketErrorRecord *what)
{
    SocketRecord *record = memory_pool_take(sockets->records);

    record->record = *what;
    if (socket->record_last != NULL)
        socket->record_last->next = record;
    else
        socket->record_first = record;
    socket->record_last = record;
    socket_wake(socket, SOCKET_POLL_ERR);
}

/* One record stands for calls in a row whose buffers are free. */
static void tell_zerocopy(Sockets *sockets, SimTime now, Socket *socket, uint32_t key)
{
    SocketRecord *last = socket->record_last;

    if (last != NULL && last->record.origin == SOCKET_FROM_ZEROCOPY &&
        last->record.data + 1 == key) {
        last->record.data = key;
        return;
    }
    put(sockets, socket,
        &(SocketErrorRecord){
            .origin = SOCKET_FROM_ZEROCOPY, .info = key, .data = key, .code = COPIED, .at = now});
}

static void tell_stamp(Sockets *sockets, SimTime now, Socket *socket, uint32_t kind, uint32_t key)
{
    put(sockets, socket,
        &(SocketErrorRecord){
            .origin = SOCKET_FROM_TIMESTAMPING, .info = kind, .data = key, .at = now});
}

static void add(Sockets *sockets, Socket *socket, const SocketMark *what)
{
    SocketMark *mark = memory_pool_take(sockets->marks);

    *mark = *what;
    mark->next = NULL;
    if (socket->mark_last != NULL)
        socket->mark_last->next = mark;
    else
        socket->mark_first = mark;
    socket->mark_last = mark;
}

static uint8_t wanted_stamps(const Socket *socket)
{
    int64_t set = socket->options.timestamping;

    return (uint8_t)((set & SOCKET_TX_SOFTWARE ? 1U << SOCKET_STAMP_SENT : 0U) |
                     (set & SOCKET_TX_SCHED ? 1U << SOCKET_STAMP_SCHEDULED : 0U) |
                     (set & SOCKET_TX_ACK ? 1U << SOCKET_STAMP_ACKED : 0U));
}

void socket_mark_zerocopy(Sockets *sockets, Socket *socket)
{
    add(sockets, socket,
        &(SocketMark){
            .end = socket->written, .key = socket->zerocopy_calls++, .is_zerocopy = true});
}

/* The key is that of the call's last byte, counted from the option's beginning. */
void socket_mark_stamps(Sockets *sockets, Socket *socket)
{
    uint8_t wants = wanted_stamps(socket);
    bool has_key = socket->options.timestamping & SOCKET_TX_OPT_ID;
    uint32_t key = has_key ? (uint32_t)socket->written - socket->stamp_base - 1 : 0;

    if (wants != 0)
        add(sockets, socket, &(SocketMark){.end = socket->written, .key = key, .wants = wants});
}

static bool is_wanted(SocketMark *mark, unsigned kind)
{
    bool wanted = mark->wants >> kind & 1;

    mark->wants &= (uint8_t) ~(1U << kind);
    return wanted;
}

void socket_marks_sent(Sockets *sockets, SimTime now, Socket *socket, uint64_t sent)
{
    for (SocketMark *mark = socket->mark_first; mark != NULL && mark->end <= sent;
         mark = mark->next) {
        if (is_wanted(mark, SOCKET_STAMP_SCHEDULED))
            tell_stamp(sockets, now, socket, SOCKET_STAMP_SCHEDULED, mark->key);
        if (is_wanted(mark, SOCKET_STAMP_SENT))
            tell_stamp(sockets, now, socket, SOCKET_STAMP_SENT, mark->key);
    }
}

static void drop_first(Sockets *sockets, Socket *socket)
{
    SocketMark *mark = socket->mark_first;

    socket->mark_first = mark->next;
    if (socket->mark_first == NULL)
        socket->mark_last = NULL;
    memory_pool_give(sockets->marks, mark);
}

void socket_marks_acked(Sockets *sockets, SimTime now, Socket *socket, uint64_t acked)
{
    while (socket->mark_first != NULL && socket->mark_first->end <= acked) {
        SocketMark *mark = socket->mark_first;

        if (mark->is_zerocopy)
            tell_zerocopy(sockets, now, socket, mark->key);
        if (is_wanted(mark, SOCKET_STAMP_ACKED))
            tell_stamp(sockets, now, socket, SOCKET_STAMP_ACKED, mark->key);
        drop_first(sockets, socket);
    }
}

/* The connection has ended: its buffers are freed, sent or not. */
void socket_marks_end(Sockets *sockets, SimTime now, Socket *socket)
{
    while (socket->mark_first != NULL) {
        if (socket->mark_first->is_zerocopy)
            tell_zerocopy(sockets, now, socket, socket->mark_first->key);
        drop_first(sockets, socket);
    }
}

void socket_queue_clear(Sockets *sockets, Socket *socket)
{
    while (socket->mark_first != NULL)
        drop_first(sockets, socket);
}

bool socket_error_record(Sockets *sockets, int fd, SocketErrorRecord *out)
{
    Socket *socket = socket_at(sockets, fd);

    if (socket == NULL || socket->record_first == NULL)
        return false;
    SocketRecord *record = socket->record_first;
    *out = record->record;
    socket->record_first = record->next;
    if (socket->record_first == NULL)
        socket->record_last = NULL;
    memory_pool_give(sockets->records, record);
    return true;
}
