/* Worlds counted and grouped. */
#include "groups.h"

#include <stdio.h>
#include <string.h>

enum { EXAMPLES = 5 };

typedef struct Group {
    guint count;
    GString *examples;
} Group;

static void group_free(gpointer data)
{
    Group *group = data;

    g_string_free(group->examples, TRUE);
    g_free(group);
}

static void add_to_group(GHashTable *groups, const char *difference, guint64 number)
{
    Group *group = g_hash_table_lookup(groups, difference);

    if (group == NULL) {
        group = g_new0(Group, 1);
        group->examples = g_string_new(NULL);
        g_hash_table_insert(groups, g_strdup(difference), group);
    }
    if (++group->count <= EXAMPLES)
        g_string_append_printf(group->examples, " %" G_GUINT64_FORMAT, number);
}

static gint by_count(gconstpointer a, gconstpointer b, gpointer groups)
{
    const Group *one = g_hash_table_lookup(groups, a), *other = g_hash_table_lookup(groups, b);

    return one->count != other->count ? (one->count < other->count ? 1 : -1) : strcmp(a, b);
}

static void print_differences(GHashTable *groups)
{
    g_autoptr(GList) names = g_hash_table_get_keys(groups);

    names = g_list_sort_with_data(names, by_count, groups);
    printf("\n| worlds | the first difference | such as |\n| --- | --- | --- |\n");
    for (const GList *name = names; name != NULL; name = name->next) {
        const Group *group = g_hash_table_lookup(groups, name->data);
        printf("| %u | %s |%s |\n", group->count, (const char *)name->data, group->examples->str);
    }
}

void groups_init(Groups *groups)
{
    *groups = (Groups){.by_difference =
                           g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free)};
}

void groups_add(Groups *groups, guint64 number, guint levels, const char *difference)
{
    groups->worlds++;
    for (guint level = 0; level < levels; level++)
        groups->agree[level]++;
    if (levels < LEVEL_COUNT)
        add_to_group(groups->by_difference, difference, number);
}

void groups_print(const Groups *groups)
{
    printf("| agree in, and in what stands above | of %u worlds |\n| --- | --- |\n",
           groups->worlds);
    for (guint level = 0; level < LEVEL_COUNT; level++)
        printf("| %s | %u |\n", level_names[level], groups->agree[level]);
    print_differences(groups->by_difference);
}

void groups_clear(Groups *groups)
{
    g_hash_table_unref(groups->by_difference);
}
