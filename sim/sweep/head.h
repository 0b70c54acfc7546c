/* What a sweep is: it stands at the head of its results, and two of them are parts of one sweep when all of it
 * but the shard is the same. */
#ifndef TCPWALTZ_SWEEP_HEAD_H
#define TCPWALTZ_SWEEP_HEAD_H

#include <glib.h>

#include "sweep/grid.h"

/* What its lines are called, in their order: "version", … */
typedef enum SweepField {
    SWEEP_VERSION,  /* of the program and of its code: "0.1.0+3f2a90c1b7de" */
    SWEEP_SCENARIO, /* the name of the file; not looked at when heads are compared */
    SWEEP_FILES,    /* SHA-256 of all that was read: the scenario, what it includes, profiles */
    SWEEP_OPTIONS,  /* "--max-time 3s", as given; may be empty */
    SWEEP_SET,      /* "client.mss=1000"; may repeat, as … */
    SWEEP_VARY,     /* … "client.tcp_syn_retries=0..8" … */
    SWEEP_ASK,      /* … and "client sends SYN at" */
    SWEEP_SEEDS,    /* "1..1000" */
    SWEEP_RUNS,     /* of the whole grid */
    SWEEP_SHARD,    /* "3/10"; not looked at either */
    SWEEP_FIELD_COUNT,
} SweepField;

typedef struct SweepHead {
    GPtrArray *values[SWEEP_FIELD_COUNT]; /* char * */
    GPtrArray *targets;                   /* char *: of each SWEEP_VARY what stands before its = */
    guint64 first_seed, seeds, runs, shard, of;
} SweepHead;

const char *sweep_field_name(SweepField field);

SweepHead *sweep_head_new(void);
void sweep_head_free(SweepHead *head); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SweepHead, sweep_head_free)

/* Adds a value; the text is copied. */
void sweep_head_add(SweepHead *head, SweepField field, const char *text);

/* Adds one whose field goes by this name; FALSE: none does. */
gboolean sweep_head_read(SweepHead *head, const char *name, const char *text);

/* The first value of the field; "" when there is none. */
const char *sweep_head_value(const SweepHead *head, SweepField field);

/* When all is added: fills in targets and numbers.  FALSE: it is no head of ours. */
gboolean sweep_head_finish(SweepHead *head);

/* The runs of its shard. */
SweepRange sweep_head_range(const SweepHead *head);

/* Other shard; what it was of goes on. */
void sweep_head_set_shard(SweepHead *head, guint64 shard, guint64 of);

/* NULL: results of the one may stand with results of the other; else why not, "it is of another scenario".
 * Free with g_free(). */
char *sweep_head_differs(const SweepHead *head, const SweepHead *other);

/* The columns of a row, in their order: run, what is varied, seed, what is asked for, held, end_s.  Free with
 * g_strfreev(). */
char **sweep_head_columns(const SweepHead *head);
guint sweep_head_column_count(const SweepHead *head);

#endif
