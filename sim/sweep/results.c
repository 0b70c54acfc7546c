/* Results by the kind of their file, which its first bytes tell. */
#include "sweep/results.h"

#include <stdio.h>
#include <string.h>

#include "sweep/csv.h"
#include "sweep/database.h"

struct SweepResults {
    SweepCsv *csv;           /* one of them is */
    SweepDatabase *database; /* NULL */
};

static gboolean is_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char begin[sizeof magic] = "";
    FILE *file = fopen(path, "r");

    if (file == NULL)
        return FALSE;

    gsize size = fread(begin, 1, sizeof begin, file);

    (void)fclose(file);
    return size == sizeof begin && memcmp(begin, magic, size) == 0;
}

SweepResults *sweep_results_open(const char *path, char **trouble)
{
    SweepResults *results = g_new0(SweepResults, 1);

    if (is_database(path))
        results->database = sweep_database_read(path, trouble);
    else
        results->csv = sweep_csv_open(path, trouble);
    if (results->database != NULL || results->csv != NULL)
        return results;
    g_free(results);
    return NULL;
}

const SweepHead *sweep_results_head(const SweepResults *results)
{
    return results->csv != NULL ? sweep_csv_head_of(results->csv)
                                : sweep_database_head(results->database);
}

gboolean sweep_results_next(SweepResults *results, SweepRow *row, char **trouble)
{
    return results->csv != NULL ? sweep_csv_next(results->csv, row, trouble)
                                : sweep_database_next(results->database, row, trouble);
}

void sweep_results_close(SweepResults *results)
{
    if (results == NULL)
        return;
    if (results->csv != NULL)
        sweep_csv_close(results->csv);
    sweep_database_close(results->database);
    g_free(results);
}
