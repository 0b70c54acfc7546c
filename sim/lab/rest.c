/* What an ended connection has left unread: its application may read it all the same
 * (unread-after-reset=kept), as long as its host is up.
 */
#include "lab/world.h"
#include "tcp/tuning.h"

typedef struct RestPiece {
    struct RestPiece *next;
    Payload payload;
    guint64 offset; /* in the stream that the application reads */
    guint32 length;
} RestPiece;

struct LabRest {
    LabConn conn; /* as it was */
    guint64 bytes;
    RestPiece *first, *last;
};

void lab_rests_init(LabRun *run)
{
    run->rests = memory_pool_new(sizeof(LabRest), run->budget);
    run->rest_pieces = memory_pool_new(sizeof(RestPiece), run->budget);
}

void lab_rests_free(LabRun *run)
{
    memory_pool_free(run->rests);
    memory_pool_free(run->rest_pieces);
}

/* ---- Kept ---- */

typedef struct Keeping {
    LabRun *run;
    LabRest *rest;
} Keeping;

static void keep(void *context, Payload payload, uint64_t offset, uint32_t length)
{
    Keeping *keeping = context;
    LabRest *rest = keeping->rest;
    RestPiece *piece = memory_pool_take(keeping->run->rest_pieces);

    *piece = (RestPiece){.payload = payload, .offset = offset, .length = length};
    *(rest->last != NULL ? &rest->last->next : &rest->first) = piece;
    rest->last = piece;
    rest->bytes += length;
}

void lab_rest_keep(LabHost *host, TcpConnId conn)
{
    TcpStatus status;

    if (!tcp_status(host->stack, conn, &status) || !status.accepted || status.readable == 0)
        return;
    LabRest *rest = memory_pool_take(host->run->rests);
    LabConn *known = lab_host_conn(host, conn);
    rest->conn = known != NULL ? *known : (LabConn){.ends = lab_host_ends(host, conn)};
    lab_host_find_peer_stream(host, &rest->conn);
    tcp_take_rest(host->stack, conn, keep, &(Keeping){host->run, rest});
    id_map_set(&host->rests, conn, rest);
}

/* ---- Read ---- */

const LabConn *lab_rest_conn(const LabHost *host, TcpConnId conn)
{
    const LabRest *rest = id_map_get(&host->rests, conn);

    return rest != NULL ? &rest->conn : NULL;
}

guint64 lab_rest_bytes(const LabHost *host, TcpConnId conn)
{
    const LabRest *rest = id_map_get(&host->rests, conn);

    return rest != NULL ? rest->bytes : 0;
}

static void drop_first(LabRun *run, LabRest *rest)
{
    RestPiece *piece = rest->first;

    rest->first = piece->next;
    memory_pool_give(run->rest_pieces, piece);
}

static void drop(LabHost *host, TcpConnId conn, LabRest *rest)
{
    while (rest->first != NULL)
        drop_first(host->run, rest);
    id_map_remove(&host->rests, conn);
    memory_pool_give(host->run->rests, rest);
}

void lab_rest_read(LabHost *host, TcpConnId conn, guint64 most, TcpTake take, void *context)
{
    LabRest *rest = id_map_get(&host->rests, conn);

    while (most > 0 && rest->first != NULL) {
        RestPiece *piece = rest->first;
        guint32 length = (guint32)MIN(piece->length, most);

        take(context, piece->payload, piece->offset, length);
        piece->payload.offset += length;
        piece->offset += length;
        piece->length -= length;
        rest->bytes -= length;
        most -= length;
        if (piece->length == 0)
            drop_first(host->run, rest);
    }
    if (rest->first == NULL)
        drop(host, conn, rest);
}

void lab_rests_forget(LabHost *host)
{
    if (!host->keeps_rests)
        return;
    for (TcpConnId conn = 1; conn <= tcp_stack_newest(host->stack); conn++) {
        LabRest *rest = id_map_get(&host->rests, conn);
        if (rest != NULL)
            drop(host, conn, rest);
    }
}
