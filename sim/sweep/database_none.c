/* What a program without SQLite answers. */
#include "sweep/database.h"

static gpointer without(char **trouble)
{
    *trouble = g_strdup("this program was built without SQLite (libsqlite3-dev)");
    return NULL;
}

gboolean sweep_database_is_there(void)
{
    return FALSE;
}

SweepDatabase *sweep_database_open(const char *path, const SweepHead *head, char **trouble)
{
    (void)path;
    (void)head;
    return without(trouble);
}

SweepDatabase *sweep_database_read(const char *path, char **trouble)
{
    (void)path;
    return without(trouble);
}

/* There is none to call the others with. */

const SweepHead *sweep_database_head(const SweepDatabase *database)
{
    (void)database;
    return NULL;
}

GArray *sweep_database_missing(SweepDatabase *database, SweepRange range, char **trouble)
{
    (void)database;
    (void)range;
    return without(trouble);
}

gboolean sweep_database_put(SweepDatabase *database, const SweepRow *row, char **trouble)
{
    (void)database;
    (void)row;
    return without(trouble) != NULL;
}

gboolean sweep_database_put_work(SweepDatabase *database, guint64 runs, double wall_s,
                                 char **trouble)
{
    (void)database;
    (void)runs;
    (void)wall_s;
    return without(trouble) != NULL;
}

gboolean sweep_database_commit(SweepDatabase *database, char **trouble)
{
    (void)database;
    return without(trouble) != NULL;
}

gboolean sweep_database_next(SweepDatabase *database, SweepRow *row, char **trouble)
{
    (void)database;
    (void)row;
    return without(trouble) != NULL;
}

void sweep_database_close(SweepDatabase *database)
{
    (void)database;
}
