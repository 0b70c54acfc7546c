/* See rest.h: a list of pieces a connection. */
#include "socket/rest.h"

#include <assert.h>
#include <stdlib.h>

#include "core/id_map.h"
#include "core/memory.h"
#include "tcp/tuning.h"

typedef struct RestPiece {
    struct RestPiece *next;
    Payload payload;
    uint64_t offset; /* in the stream that the application reads */
    uint32_t length;
} RestPiece;

typedef struct Rest {
    uint64_t bytes;
    bool is_held;
    RestPiece *first, *last;
} Rest;

struct Rests {
    IdMap by_conn;
    MemoryPool *rests, *pieces;
};

Rests *rests_new(Budget *budget)
{
    Rests *rests = memory_new(1, sizeof *rests);

    rests->by_conn.budget = budget;
    rests->rests = memory_pool_new(sizeof(Rest), budget);
    rests->pieces = memory_pool_new(sizeof(RestPiece), budget);
    return rests;
}

void rests_free(Rests *rests)
{
    if (rests == NULL)
        return;
    id_map_clear(&rests->by_conn);
    memory_pool_free(rests->rests);
    memory_pool_free(rests->pieces);
    free(rests);
}

static Rest *rest_of(const Rests *rests, TcpConnId conn)
{
    return rests != NULL ? id_map_get(&rests->by_conn, conn) : NULL;
}

/* ---- Kept ---- */

typedef struct Keeping {
    Rests *rests;
    Rest *rest;
} Keeping;

static void keep(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    Keeping *keeping = context;
    Rest *rest = keeping->rest;
    RestPiece *piece = memory_pool_take(keeping->rests->pieces);

    *piece = (RestPiece){.payload = payload, .offset = offset, .length = length};
    *(rest->last != NULL ? &rest->last->next : &rest->first) = piece;
    rest->last = piece;
    rest->bytes += length;
}

void rest_keep(Rests *rests, TcpStack *stack, TcpConnId conn, bool is_held)
{
    Rest *rest = memory_pool_take(rests->rests);

    assert(rest_of(rests, conn) == NULL);
    rest->is_held = is_held;
    tcp_take_rest(stack, conn, keep, &(Keeping){rests, rest});
    id_map_set(&rests->by_conn, conn, rest);
}

void rest_accepted(Rests *rests, TcpConnId conn)
{
    Rest *rest = rest_of(rests, conn);

    if (rest != NULL)
        rest->is_held = true;
}

/* ---- Read ---- */

uint64_t rest_bytes(const Rests *rests, TcpConnId conn)
{
    const Rest *rest = rest_of(rests, conn);

    return rest != NULL && rest->is_held ? rest->bytes : 0;
}

static void drop_first(Rests *rests, Rest *rest)
{
    RestPiece *piece = rest->first;

    rest->first = piece->next;
    memory_pool_give(rests->pieces, piece);
}

static void take_from(Rests *rests, Rest *rest, RestPiece *piece, uint32_t length)
{
    piece->payload.offset += length;
    piece->offset += length;
    piece->length -= length;
    rest->bytes -= length;
    if (piece->length == 0)
        drop_first(rests, rest);
}

uint64_t rest_read(Rests *rests, TcpConnId conn, const ApplicationReading *reading)
{
    Rest *rest = rest_of(rests, conn);
    uint64_t got = 0;

    assert(rest != NULL && rest->is_held);
    for (RestPiece *piece = rest->first, *next; piece != NULL && got < reading->most;
         piece = next) {
        uint64_t wanted = reading->most - got;
        uint32_t length = piece->length < wanted ? piece->length : (uint32_t)wanted;

        next = piece->next;
        reading->take(reading->context, piece->payload, piece->offset, length);
        got += length;
        if (!reading->peeks)
            take_from(rests, rest, piece, length);
    }
    if (rest->bytes == 0)
        rest_forget(rests, conn);
    return got;
}

void rest_forget(Rests *rests, TcpConnId conn)
{
    Rest *rest = rest_of(rests, conn);

    if (rest == NULL)
        return;
    while (rest->first != NULL)
        drop_first(rests, rest);
    id_map_remove(&rests->by_conn, conn);
    memory_pool_give(rests->rests, rest);
}
