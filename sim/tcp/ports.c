/* Which port of ours a connect gets that asks for none: the next one, from 40000 up and around, whose
 * four-tuple is free.
 *
 * Most often that is the very next.  Where a search has met many that are taken, a list remembers them,
 * one for each remote end, and later searches pass them by; a connection that ends takes its port off
 * the list.  So a port that is taken is looked at once in its connection's life, and a connect is
 * cheap however many ports are taken, all of them too.
 */
#include "core/compiler.h"
#include "tcp/connection.h"

enum {
    PORTS = 65536 - TCP_FIRST_EPHEMERAL_PORT,
    NO_PORT = PORTS,
    FEW = 64, /* ports looked at before a list is worth its memory */
    WORD_BITS = 64,
    WORDS = (PORTS + WORD_BITS - 1) / WORD_BITS,
};

_Static_assert(PORTS % WORD_BITS == 0, "no bit of the last word is without a port");

/* What is known to be taken of the ports to one remote end; one at least is.  Ports are counted from
 * the first ephemeral one. */
struct TcpTakenPorts {
    MapNode node; /* its key is remote_end() */
    uint32_t count;
    uint64_t words[WORDS];
};

static uint64_t remote_end(uint64_t key)
{
    return key >> 16;
}

/* NULL: no list. */
static TcpTakenPorts *taken_to(const TcpStack *stack, uint64_t end)
{
    return (TcpTakenPorts *)(void *)map_get(&stack->taken_ports, end, map_as_it_is);
}

MemoryPool *tcp_port_lists_new(Budget *budget)
{
    return memory_pool_new(sizeof(TcpTakenPorts), budget);
}

static SELDOM TcpTakenPorts *make_taken(TcpStack *stack, uint64_t end)
{
    TcpTakenPorts *taken = memory_pool_take(stack->port_lists);

    taken->node.key = end;
    map_insert(&stack->taken_ports, &taken->node, map_as_it_is);
    stack->watched++;
    return taken;
}

/* ---- The search ---- */

static bool is_free(const TcpStack *stack, const TcpConnectOptions *to, uint32_t port)
{
    return tcp_stack_find(stack, (uint16_t)(TCP_FIRST_EPHEMERAL_PORT + port), to->address,
                          to->port) == 0;
}

static uint32_t next_port(const TcpStack *stack)
{
    return stack->next_port - (uint32_t)TCP_FIRST_EPHEMERAL_PORT;
}

/* The first free one of the next few. */
static uint32_t search_few(const TcpStack *stack, const TcpConnectOptions *to)
{
    uint32_t port = next_port(stack);

    for (uint32_t tries = 0; tries < FEW; tries++, port = (port + 1) % PORTS)
        if (is_free(stack, to, port))
            return port;
    return NO_PORT;
}

static uint32_t lowest_bit(uint64_t word)
{
    uint32_t bit = 0;

    while ((word >> bit & 1) == 0)
        bit++;
    return bit;
}

/* The first one that is not on the list, from `port` on, which wraps around; one is not. */
static uint32_t next_unlisted(const TcpTakenPorts *taken, uint32_t port)
{
    uint32_t word = port / WORD_BITS;
    uint64_t open = ~taken->words[word] & UINT64_MAX << port % WORD_BITS;

    while (open == 0) {
        word = (word + 1) % WORDS;
        open = ~taken->words[word];
    }
    return word * WORD_BITS + lowest_bit(open);
}

static SELDOM uint32_t search_beyond(const TcpStack *stack, const TcpConnectOptions *to,
                                     TcpTakenPorts *taken)
{
    uint32_t port = next_port(stack);

    for (; taken->count < PORTS; taken->count++) {
        port = next_unlisted(taken, port);
        if (is_free(stack, to, port))
            return port;
        taken->words[port / WORD_BITS] |= UINT64_C(1) << port % WORD_BITS;
    }
    return NO_PORT;
}

uint16_t tcp_port_choose(TcpStack *stack, const TcpConnectOptions *to)
{
    uint64_t end = remote_end(tcp_key(0, to->address, to->port));
    TcpTakenPorts *taken = taken_to(stack, end);
    uint32_t port = taken == NULL ? search_few(stack, to) : NO_PORT;

    if (port == NO_PORT)
        port = search_beyond(stack, to, taken != NULL ? taken : make_taken(stack, end));
    if (port == NO_PORT)
        return 0;
    stack->next_port = (uint16_t)(TCP_FIRST_EPHEMERAL_PORT + (port + 1) % PORTS);
    return (uint16_t)(TCP_FIRST_EPHEMERAL_PORT + port);
}

/* ---- A connection ends ---- */

static void take_off(TcpStack *stack, TcpTakenPorts *taken, uint32_t port)
{
    uint64_t bit = UINT64_C(1) << port % WORD_BITS;

    if ((taken->words[port / WORD_BITS] & bit) == 0)
        return;
    taken->words[port / WORD_BITS] &= ~bit;
    if (--taken->count > 0)
        return;
    map_remove(&stack->taken_ports, &taken->node, map_as_it_is);
    stack->watched--;
    memory_pool_give(stack->port_lists, taken);
}

SELDOM void tcp_port_forget(TcpStack *stack, uint64_t key)
{
    TcpTakenPorts *taken = taken_to(stack, remote_end(key));
    uint16_t port = tcp_key_local_port(key);

    if (taken != NULL && port >= TCP_FIRST_EPHEMERAL_PORT)
        take_off(stack, taken, port - (uint32_t)TCP_FIRST_EPHEMERAL_PORT);
}
