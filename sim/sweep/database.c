/* SQLite: one table that says what the sweep is, one with a row a run. */
#include "sweep/database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NO_SWEEP "it is no result of a sweep"

struct SweepDatabase {
    sqlite3 *handle;
    sqlite3_stmt *insert, *select; /* NULL until they are used */
    SweepHead *head;               /* as it was read */
    guint columns;
    gboolean is_open; /* a transaction */
};

gboolean sweep_database_is_there(void)
{
    return TRUE;
}

/* --- asking SQLite ------------------------------------------------------------------------ */

static gboolean fail(const SweepDatabase *database, char **trouble)
{
    int code = sqlite3_errcode(database->handle) & 0xff;

    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        *trouble = g_strdup("another process is writing to it");
    else if (code == SQLITE_NOTADB)
        *trouble = g_strdup(NO_SWEEP);
    else
        *trouble = g_strdup(sqlite3_errmsg(database->handle));
    return FALSE;
}

static gboolean execute(SweepDatabase *database, const char *sql, char **trouble)
{
    return sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK ||
           fail(database, trouble);
}

static gboolean prepare(SweepDatabase *database, const char *sql, sqlite3_stmt **out,
                        char **trouble)
{
    return sqlite3_prepare_v2(database->handle, sql, -1, out, NULL) == SQLITE_OK ||
           fail(database, trouble);
}

/* --- the head ----------------------------------------------------------------------------- */

static gboolean put_value(SweepDatabase *database, sqlite3_stmt *insert, const char *key,
                          const char *value, char **trouble)
{
    sqlite3_bind_text(insert, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, value, -1, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE)
        return fail(database, trouble);
    sqlite3_reset(insert);
    return TRUE;
}

static gboolean put_values(SweepDatabase *database, sqlite3_stmt *insert, const SweepHead *head,
                           char **trouble)
{
    for (guint field = 0; field < SWEEP_FIELD_COUNT; field++) {
        const GPtrArray *values = head->values[field];

        for (guint i = 0; i < values->len; i++) {
            if (!put_value(database, insert, sweep_field_name((SweepField)field),
                           g_ptr_array_index(values, i), trouble))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean put_head(SweepDatabase *database, const SweepHead *head, char **trouble)
{
    sqlite3_stmt *insert;

    if (!prepare(database, "insert into sweep values (?, ?)", &insert, trouble))
        return FALSE;

    gboolean good = put_values(database, insert, head, trouble);

    sqlite3_finalize(insert);
    return good;
}

static char *create_runs(const SweepHead *head)
{
    g_auto(GStrv) columns = sweep_head_columns(head);
    g_autoptr(GString) sql = g_string_new("create table runs (run integer primary key");

    for (guint i = 1; columns[i] != NULL; i++) {
        char *quoted = sqlite3_mprintf("\"%w\"", columns[i]);

        g_string_append_printf(sql, ", %s not null", quoted);
        sqlite3_free(quoted);
    }
    g_string_append_c(sql, ')');
    return g_strdup(sql->str);
}

static gboolean create(SweepDatabase *database, const SweepHead *head, char **trouble)
{
    g_autofree char *runs = create_runs(head);

    return execute(database, "create table sweep (key text not null, value text not null)",
                   trouble) &&
           execute(database, "create table work (runs integer not null, wall_s real not null)",
                   trouble) &&
           execute(database, runs, trouble) && put_head(database, head, trouble);
}

/* TRUE with *has_head FALSE: the database is empty. */
static gboolean read_head(SweepDatabase *database, gboolean *has_head, char **trouble)
{
    sqlite3_stmt *select, *any;
    gboolean good = TRUE;

    if (!prepare(database, "select 1 from sqlite_master", &any, trouble))
        return FALSE;
    *has_head = sqlite3_step(any) == SQLITE_ROW;
    sqlite3_finalize(any);
    if (!*has_head)
        return sqlite3_errcode(database->handle) == SQLITE_DONE ||
               sqlite3_errcode(database->handle) == SQLITE_OK || fail(database, trouble);
    if (sqlite3_prepare_v2(
            database->handle,
            "select coalesce(key, ''), coalesce(value, '') from sweep order by rowid", -1, &select,
            NULL) != SQLITE_OK) {
        *trouble = g_strdup(NO_SWEEP);
        return FALSE;
    }
    while (good && sqlite3_step(select) == SQLITE_ROW)
        good = sweep_head_read(database->head, (const char *)sqlite3_column_text(select, 0),
                               (const char *)sqlite3_column_text(select, 1));
    sqlite3_finalize(select);
    if (!good || !sweep_head_finish(database->head)) {
        *trouble = g_strdup(NO_SWEEP);
        return FALSE;
    }
    return TRUE;
}

/* --- opening ------------------------------------------------------------------------------ */

static SweepDatabase *open_file(const char *path, int flags, char **trouble)
{
    SweepDatabase *database = g_new0(SweepDatabase, 1);

    database->head = sweep_head_new();
    if (sqlite3_open_v2(path, &database->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK)
        return database;
    (void)fail(database, trouble);
    sweep_database_close(database);
    return NULL;
}

static gboolean is_same(const SweepDatabase *database, const SweepHead *head, char **trouble)
{
    g_autofree char *why = sweep_head_differs(database->head, head);

    if (why != NULL) {
        *trouble = g_strdup_printf("it holds another sweep: %s", why);
        return FALSE;
    }
    if (database->head->shard == head->shard && database->head->of == head->of)
        return TRUE;
    *trouble = g_strdup_printf("it holds shard %s of this sweep, not %s",
                               sweep_head_value(database->head, SWEEP_SHARD),
                               sweep_head_value(head, SWEEP_SHARD));
    return FALSE;
}

/* The lock stays until it is closed. */
static gboolean begin_writing(SweepDatabase *database, const SweepHead *head, char **trouble)
{
    gboolean has_head;

    if (!execute(database, "pragma locking_mode=exclusive", trouble) ||
        !execute(database, "begin exclusive", trouble))
        return FALSE;
    database->is_open = TRUE;
    if (!read_head(database, &has_head, trouble))
        return FALSE;
    if (has_head)
        return is_same(database, head, trouble);
    return create(database, head, trouble);
}

SweepDatabase *sweep_database_open(const char *path, const SweepHead *head, char **trouble)
{
    gboolean was_there = access(path, F_OK) == 0;
    SweepDatabase *database = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, trouble);

    if (database == NULL)
        return NULL;
    database->columns = sweep_head_column_count(head);
    if (begin_writing(database, head, trouble) && sweep_database_commit(database, trouble))
        return database;
    sweep_database_close(database);
    if (!was_there)
        (void)unlink(path);
    return NULL;
}

SweepDatabase *sweep_database_read(const char *path, char **trouble)
{
    SweepDatabase *database = open_file(path, SQLITE_OPEN_READWRITE, trouble);
    gboolean has_head = FALSE;

    if (database == NULL)
        return NULL;
    if (read_head(database, &has_head, trouble) && has_head) {
        database->columns = sweep_head_column_count(database->head);
        return database;
    }
    if (*trouble == NULL)
        *trouble = g_strdup(NO_SWEEP);
    sweep_database_close(database);
    return NULL;
}

const SweepHead *sweep_database_head(const SweepDatabase *database)
{
    return database->head;
}

void sweep_database_close(SweepDatabase *database)
{
    if (database == NULL)
        return;
    sqlite3_finalize(database->insert);
    sqlite3_finalize(database->select);
    sqlite3_close(database->handle);
    sweep_head_free(database->head);
    g_free(database);
}

/* --- writing ------------------------------------------------------------------------------ */

enum { WHOLE_DIGITS_MAX = 18, REAL_DIGITS_MAX = 15 };

/* As a number where that is the very same text again. */
static void bind_cell(sqlite3_stmt *insert, int column, const char *text)
{
    double number;
    char again[SWEEP_NUMBER_TEXT];

    if (sweep_is_number(text) && strchr(text, '.') == NULL && strlen(text) <= WHOLE_DIGITS_MAX) {
        sqlite3_bind_int64(insert, column, g_ascii_strtoll(text, NULL, 10));
        return;
    }
    if (sweep_is_number(text) && strlen(text) <= REAL_DIGITS_MAX + 1) {
        number = g_ascii_strtod(text, NULL);
        sweep_number_text(number, again);
        if (strcmp(again, text) == 0) {
            sqlite3_bind_double(insert, column, number);
            return;
        }
    }
    sqlite3_bind_text(insert, column, text, -1, SQLITE_STATIC);
}

static gboolean prepare_insert(SweepDatabase *database, char **trouble)
{
    g_autoptr(GString) sql = g_string_new("insert into runs values (?");

    for (guint i = 1; i < database->columns; i++)
        g_string_append(sql, ", ?");
    g_string_append_c(sql, ')');
    return prepare(database, sql->str, &database->insert, trouble);
}

gboolean sweep_database_put(SweepDatabase *database, const SweepRow *row, char **trouble)
{
    if (database->insert == NULL && !prepare_insert(database, trouble))
        return FALSE;
    if (!database->is_open && !execute(database, "begin", trouble))
        return FALSE;
    database->is_open = TRUE;
    for (guint i = 0; i < database->columns; i++)
        bind_cell(database->insert, (int)i + 1, row->cells[i]);
    if (sqlite3_step(database->insert) != SQLITE_DONE)
        return fail(database, trouble);
    sqlite3_reset(database->insert);
    return TRUE;
}

gboolean sweep_database_put_work(SweepDatabase *database, guint64 runs, double wall_s,
                                 char **trouble)
{
    sqlite3_stmt *insert;

    if (!prepare(database, "insert into work values (?, ?)", &insert, trouble))
        return FALSE;
    sqlite3_bind_int64(insert, 1, (sqlite3_int64)runs);
    sqlite3_bind_double(insert, 2, wall_s);

    gboolean good = sqlite3_step(insert) == SQLITE_DONE || fail(database, trouble);

    sqlite3_finalize(insert);
    return good;
}

gboolean sweep_database_commit(SweepDatabase *database, char **trouble)
{
    if (!database->is_open)
        return TRUE;
    database->is_open = FALSE;
    return execute(database, "commit", trouble);
}

/* --- reading ------------------------------------------------------------------------------ */

static char *cell_text(sqlite3_stmt *select, int column)
{
    char number[SWEEP_NUMBER_TEXT];

    if (sqlite3_column_type(select, column) == SQLITE_NULL) /* somebody else put it there */
        return g_strdup("");
    if (sqlite3_column_type(select, column) != SQLITE_FLOAT)
        return g_strdup((const char *)sqlite3_column_text(select, column));
    sweep_number_text(sqlite3_column_double(select, column), number);
    return g_strdup(number);
}

gboolean sweep_database_next(SweepDatabase *database, SweepRow *row, char **trouble)
{
    if (database->select == NULL &&
        !prepare(database, "select * from runs order by run", &database->select, trouble))
        return FALSE;
    switch (sqlite3_step(database->select)) {
    case SQLITE_ROW: break;
    case SQLITE_DONE: return FALSE;
    default: return fail(database, trouble);
    }

    sqlite3_int64 run = sqlite3_column_int64(database->select, 0);

    if (sqlite3_column_count(database->select) != (int)database->columns || run < 1 ||
        (guint64)run > database->head->runs) {
        *trouble = g_strdup("its rows are not of this sweep");
        return FALSE;
    }
    row->run = (guint64)run;
    row->cells = g_new0(char *, database->columns + 1);
    for (guint i = 0; i < database->columns; i++)
        row->cells[i] = cell_text(database->select, (int)i);
    return TRUE;
}

static void add_gap(GArray *gaps, guint64 first, guint64 end)
{
    SweepRange gap = {first, end};

    if (first < end)
        g_array_append_val(gaps, gap);
}

GArray *sweep_database_missing(SweepDatabase *database, SweepRange range, char **trouble)
{
    GArray *gaps = g_array_new(FALSE, FALSE, sizeof(SweepRange));
    guint64 next = range.first;
    sqlite3_stmt *select;
    int step;

    if (!prepare(database, "select run from runs order by run", &select, trouble)) {
        g_array_unref(gaps);
        return NULL;
    }
    while ((step = sqlite3_step(select)) == SQLITE_ROW) {
        guint64 run = (guint64)sqlite3_column_int64(select, 0);

        add_gap(gaps, next, run);
        next = run + 1;
    }
    if (step != SQLITE_DONE) {
        (void)fail(database, trouble);
        g_clear_pointer(&gaps, g_array_unref);
    } else {
        add_gap(gaps, next, range.end);
    }
    sqlite3_finalize(select);
    return gaps;
}
