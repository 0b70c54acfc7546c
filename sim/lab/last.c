/* The last numbers of connections that are over, for scripts that name them: `seq=client.1.iss` means
 * what it was, not 0.  Only what the plan names is kept, so a million others leave nothing.
 */
#include "lab/world.h"

/* Of a connection that is named by its number, or (key 0) of a host's newest that is over. */
typedef struct LastStatus {
    TcpConnId conn; /* 0: none is over yet */
    TcpStatus status;
} LastStatus;

static guint64 key_of(guint host, TcpConnId conn)
{
    return (guint64)host << 32 | conn;
}

/* ---- Who is named ---- */

static void want(LabRun *run, guint host, TcpConnId conn)
{
    guint64 *key = g_new(guint64, 1);

    if (run->last == NULL)
        run->last = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    *key = key_of(host, conn);
    g_hash_table_replace(run->last, key, g_new0(LastStatus, 1));
}

static void want_number(LabRun *run, const PlanNumber *number)
{
    if (number->kind == PLAN_NUMBER_VARIABLE)
        want(run, number->party.host, number->party.number);
}

static void want_forged(LabRun *run, const PlanInject *inject)
{
    want_number(run, &inject->seq);
    want_number(run, &inject->ack);
    if (inject->conn != 0)
        want(run, inject->from, inject->conn);
}

void lab_last_init(LabRun *run)
{
    for (guint i = 0; i < run->plan->steps->len; i++) {
        const PlanStep *step = &g_array_index(run->plan->steps, PlanStep, i);

        if (step->verb == PLAN_INJECT)
            want_forged(run, &step->inject);
        else if (step->verb == PLAN_FLOOD)
            want_forged(run, &step->flood.segment);
    }
}

void lab_last_clear(LabRun *run)
{
    g_clear_pointer(&run->last, g_hash_table_unref);
}

/* ---- What is kept ---- */

static LastStatus *kept(const LabRun *run, guint host, TcpConnId conn)
{
    guint64 key = key_of(host, conn);

    return run->last != NULL ? g_hash_table_lookup(run->last, &key) : NULL;
}

void lab_last_keep(LabHost *host, TcpConnId conn)
{
    LastStatus *named = kept(host->run, host->index, conn);
    LastStatus *newest = kept(host->run, host->index, 0);
    LastStatus last = {.conn = conn};

    if (newest != NULL && newest->conn > conn)
        newest = NULL;
    if ((named == NULL && newest == NULL) || !lab_host_status(host, conn, &last.status))
        return;
    if (named != NULL)
        *named = last;
    if (newest != NULL)
        *newest = last;
}

gboolean lab_status(LabRun *run, guint host, TcpConnId conn, TcpStatus *out)
{
    const LabHost *of = lab_host(run, host);
    TcpConnId meant = conn != 0 ? conn : lab_host_newest(of);

    if (lab_host_status(of, meant, out))
        return TRUE;
    const LastStatus *last = kept(run, host, conn);
    if (last == NULL || last->conn == 0 || last->conn != meant)
        return FALSE;
    *out = last->status;
    return TRUE;
}

/* A table has no order that is always the same: so it is a sum. */
guint64 lab_last_digest(const LabRun *run)
{
    guint64 sum = 0;
    GHashTableIter iter;
    gpointer key, value;

    if (run->last == NULL)
        return 0;
    g_hash_table_iter_init(&iter, run->last);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        Digest one = {.exact = *(const guint64 *)key};

        digest_bytes(&one, value, sizeof(LastStatus));
        sum += one.exact;
    }
    return sum;
}
