/* Results by the kind of their file, which its first bytes tell. */
#include "sweep/results.h"

#include <stdio.h>
#include <string.h>

#include "sweep/csv.h"
#include "sweep/database.h"
#include "sweep/json.h"

/* One of them is not NULL. */
struct SweepResults {
    SweepCsv *csv;
    SweepJson *json;
    SweepDatabase *database;
};

static gboolean begins_with(const char *path, const char *magic, gsize length)
{
    char begin[32] = "";
    FILE *file = fopen(path, "r");

    g_assert(length <= sizeof begin);
    if (file == NULL)
        return FALSE;

    gsize size = fread(begin, 1, length, file);

    (void)fclose(file);
    return size == length && memcmp(begin, magic, length) == 0;
}

SweepResults *sweep_results_open(const char *path, char **trouble)
{
    static const char magic[] = "SQLite format 3";
    SweepResults *results = g_new0(SweepResults, 1);

    if (begins_with(path, magic, sizeof magic))
        results->database = sweep_database_read(path, trouble);
    else if (begins_with(path, "{", 1))
        results->json = sweep_json_open(path, trouble);
    else
        results->csv = sweep_csv_open(path, trouble);
    if (results->database != NULL || results->json != NULL || results->csv != NULL)
        return results;
    g_free(results);
    return NULL;
}

const SweepHead *sweep_results_head(const SweepResults *results)
{
    if (results->json != NULL)
        return sweep_json_head_of(results->json);
    return results->csv != NULL ? sweep_csv_head_of(results->csv)
                                : sweep_database_head(results->database);
}

gboolean sweep_results_next(SweepResults *results, SweepRow *row, char **trouble)
{
    if (results->json != NULL)
        return sweep_json_next(results->json, row, trouble);
    return results->csv != NULL ? sweep_csv_next(results->csv, row, trouble)
                                : sweep_database_next(results->database, row, trouble);
}

void sweep_results_close(SweepResults *results)
{
    if (results == NULL)
        return;
    if (results->csv != NULL)
        sweep_csv_close(results->csv);
    if (results->json != NULL)
        sweep_json_close(results->json);
    sweep_database_close(results->database);
    g_free(results);
}
