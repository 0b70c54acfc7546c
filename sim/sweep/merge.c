/* Merging: of all files the row with the least run is next. */
#include "sweep/merge.h"

#include <string.h>

#include "sweep/results.h"

enum { LINES_MAX = 20 };

typedef struct Part {
    const char *path;
    SweepResults *results;
    SweepRow row; /* the next one; cells NULL: there is none */
} Part;

struct SweepMerge {
    GArray *parts; /* Part */
    SweepHead *head;
    guint64 of;   /* shards that all files are of; 0: they are of different numbers */
    guint64 next; /* run that should come */
    GArray *missing;
};

static Part *part_at(const SweepMerge *merge, guint index)
{
    return &g_array_index(merge->parts, Part, index);
}

static gboolean fail(const Part *part, char *why, char **trouble)
{
    *trouble = g_strdup_printf("%s: %s", part->path, why);
    g_free(why);
    return FALSE;
}

static gboolean read_next(Part *part, char **trouble)
{
    char *why = NULL;

    if (!sweep_results_next(part->results, &part->row, &why))
        part->row.cells = NULL;
    return why == NULL || fail(part, why, trouble);
}

/* --- opening ------------------------------------------------------------------------------ */

/* The first file's, for the whole sweep. */
static SweepHead *whole_head(const SweepHead *of)
{
    SweepHead *head = sweep_head_new();

    for (guint field = 0; field < SWEEP_FIELD_COUNT; field++) {
        for (guint i = 0; i < of->values[field]->len; i++)
            sweep_head_add(head, (SweepField)field, g_ptr_array_index(of->values[field], i));
    }
    sweep_head_set_shard(head, 1, 1);
    (void)sweep_head_finish(head);
    return head;
}

static gboolean fits(SweepMerge *merge, const Part *part, char **trouble)
{
    const SweepHead *head = sweep_results_head(part->results);

    if (merge->head == NULL) {
        merge->head = whole_head(head);
        merge->of = head->of;
        return TRUE;
    }

    char *why = sweep_head_differs(head, merge->head);

    if (head->of != merge->of)
        merge->of = 0;
    if (why == NULL)
        return TRUE;

    g_autofree char *other = why;

    return fail(
        part, g_strdup_printf("it is of another sweep than %s: %s", part_at(merge, 0)->path, other),
        trouble);
}

static gboolean add_part(SweepMerge *merge, const char *path, char **trouble)
{
    Part part = {.path = path};
    char *why = NULL;

    part.results = sweep_results_open(path, &why);
    if (part.results == NULL)
        return fail(&part, why, trouble);
    g_array_append_val(merge->parts, part);

    Part *added = part_at(merge, merge->parts->len - 1);

    return fits(merge, added, trouble) && read_next(added, trouble);
}

SweepMerge *sweep_merge_open(char *const *paths, char **trouble)
{
    SweepMerge *merge = g_new0(SweepMerge, 1);

    merge->parts = g_array_new(FALSE, FALSE, sizeof(Part));
    merge->missing = g_array_new(FALSE, FALSE, sizeof(SweepRange));
    merge->next = 1;
    for (; *paths != NULL; paths++) {
        if (!add_part(merge, *paths, trouble)) {
            sweep_merge_close(merge);
            return NULL;
        }
    }
    return merge;
}

void sweep_merge_close(SweepMerge *merge)
{
    if (merge == NULL)
        return;
    for (guint i = 0; i < merge->parts->len; i++) {
        sweep_row_clear(&part_at(merge, i)->row);
        sweep_results_close(part_at(merge, i)->results);
    }
    g_array_unref(merge->parts);
    g_array_unref(merge->missing);
    sweep_head_free(merge->head);
    g_free(merge);
}

const SweepHead *sweep_merge_head(const SweepMerge *merge)
{
    return merge->head;
}

/* --- rows --------------------------------------------------------------------------------- */

/* Whose row is next; NULL: nobody has one. */
static Part *first_part(const SweepMerge *merge)
{
    Part *first = NULL;

    for (guint i = 0; i < merge->parts->len; i++) {
        Part *part = part_at(merge, i);

        if (part->row.cells != NULL && (first == NULL || part->row.run < first->row.run))
            first = part;
    }
    return first;
}

static void add_gap(SweepMerge *merge, guint64 end)
{
    SweepRange gap = {merge->next, end};

    if (gap.first < gap.end)
        g_array_append_val(merge->missing, gap);
    merge->next = end + 1;
}

static gboolean is_same(const SweepRow *a, const SweepRow *b)
{
    return g_strv_equal((const char *const *)a->cells, (const char *const *)b->cells);
}

/* Goes on in all others that have the row, too. */
static gboolean pass_others(SweepMerge *merge, const Part *first, const SweepRow *row,
                            char **trouble)
{
    for (guint i = 0; i < merge->parts->len; i++) {
        Part *part = part_at(merge, i);

        if (part == first || part->row.cells == NULL || part->row.run != row->run)
            continue;
        if (!is_same(&part->row, row))
            return fail(part,
                        g_strdup_printf("its run %" G_GUINT64_FORMAT " is not that of %s", row->run,
                                        first->path),
                        trouble);
        sweep_row_clear(&part->row);
        if (!read_next(part, trouble))
            return FALSE;
    }
    return TRUE;
}

gboolean sweep_merge_next(SweepMerge *merge, SweepRow *row, char **trouble)
{
    Part *first = first_part(merge);

    if (first == NULL) {
        add_gap(merge, merge->head->runs + 1);
        return FALSE;
    }
    *row = first->row;
    add_gap(merge, row->run);
    if (read_next(first, trouble) && pass_others(merge, first, row, trouble))
        return TRUE;
    sweep_row_clear(row);
    return FALSE;
}

/* --- what is missing ---------------------------------------------------------------------- */

const GArray *sweep_merge_missing(const SweepMerge *merge)
{
    return merge->missing;
}

static void tell_runs(SweepRange range, GString *out)
{
    if (range.end - range.first == 1)
        g_string_append_printf(out, "run %" G_GUINT64_FORMAT, range.first);
    else
        g_string_append_printf(out, "runs %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, range.first,
                               range.end - 1);
}

/* Which shard has the run: the first whose end is behind it. */
static guint64 shard_of(const SweepMerge *merge, guint64 run)
{
    guint64 least = 1, most = merge->of;

    while (least < most) {
        guint64 middle = least + (most - least) / 2;

        if (sweep_shard(merge->head->runs, middle, merge->of).end > run)
            most = middle;
        else
            least = middle + 1;
    }
    return least;
}

/* The part of the gap that is of one shard; returns where it ends. */
static guint64 tell_shard(const SweepMerge *merge, SweepRange gap, GString *out)
{
    guint64 shard = shard_of(merge, gap.first);
    SweepRange all = sweep_shard(merge->head->runs, shard, merge->of);
    SweepRange here = {gap.first, MIN(gap.end, all.end)};
    gboolean is_lost = here.first == all.first && here.end == all.end;

    g_string_append_printf(out, "shard %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "%s", shard,
                           merge->of, is_lost ? " is missing: " : " is not complete: it lacks ");
    tell_runs(here, out);
    g_string_append_c(out, '\n');
    return here.end;
}

void sweep_merge_tell_missing(const SweepMerge *merge, GString *out)
{
    guint lines = 0;

    for (guint i = 0; i < merge->missing->len; i++) {
        SweepRange gap = g_array_index(merge->missing, SweepRange, i);

        while (gap.first < gap.end && lines++ < LINES_MAX) {
            if (merge->of > 1) {
                gap.first = tell_shard(merge, gap, out);
                continue;
            }
            tell_runs(gap, out);
            g_string_append(out, gap.end - gap.first == 1 ? " is missing\n" : " are missing\n");
            gap.first = gap.end;
        }
    }
    if (lines > LINES_MAX)
        g_string_append(out, "and more\n");
}
