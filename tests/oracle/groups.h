/* Worlds counted by the levels that hold, and grouped by the first difference. */
#ifndef TESTS_ORACLE_GROUPS_H
#define TESTS_ORACLE_GROUPS_H

#include "agree.h"

typedef struct Groups {
    guint worlds, agree[LEVEL_COUNT];
    GHashTable *by_difference;
} Groups;

void groups_init(Groups *groups);
void groups_add(Groups *groups, guint64 number, guint levels, const char *difference);
void groups_print(const Groups *groups);
void groups_clear(Groups *groups);

#endif
