/* The documents of the language: their examples are right, and no form is missing. */
#include "scenario_text.h"

#include "config.h"

static char *document(const char *name)
{
    g_autofree char *path = g_build_filename(TCPWALTZ_SOURCE_ROOT, "docs", name, NULL);
    char *text = NULL;

    ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s", path);
    return text;
}

/* The blocks between "```KIND" and "```". */
static char **blocks_of(const char *text, const char *kind)
{
    g_autofree char *begin = g_strdup_printf("\n```%s\n", kind);
    g_auto(GStrv) parts = g_strsplit(text, begin, -1);
    GPtrArray *blocks = g_ptr_array_new();

    for (guint i = 1; parts[i] != NULL; i++) {
        char *end = strstr(parts[i], "\n```");

        ck_assert_ptr_nonnull(end);
        end[1] = '\0';
        g_ptr_array_add(blocks, g_strdup(parts[i]));
    }
    g_ptr_array_add(blocks, NULL);
    return (char **)g_ptr_array_free(blocks, FALSE);
}

START_TEST(scenarios_in_the_document_are_right)
{
    g_autofree char *text = document("scenario-language.md");
    g_auto(GStrv) blocks = blocks_of(text, "scn");

    write_file("rfc6298.profile", "base plain\n", -1);
    ck_assert_uint_ge(g_strv_length(blocks), 3);
    for (guint i = 0; blocks[i] != NULL; i++) {
        g_autoptr(Plan) plan = plan_of(blocks[i]);

        ck_assert_uint_ge(plan->hosts->len, 2);
    }
}
END_TEST

START_TEST(profiles_in_the_document_are_right)
{
    g_autofree char *text = document("profile-format.md");
    g_auto(GStrv) blocks = blocks_of(text, "profile");

    write_file("rfc6298.profile", "base plain\n", -1);
    ck_assert_uint_ge(g_strv_length(blocks), 1);
    for (guint i = 0; blocks[i] != NULL; i++) {
        g_autoptr(Diagnostics) diagnostics = diagnostics_new();

        write_file("example.profile", blocks[i], -1);
        g_autoptr(Profile) profile = profile_load("example", &options, diagnostics);

        ck_assert_ptr_nonnull(profile);
    }
}
END_TEST

/* The help is printed from the tables of the parser: a line with two blanks before it is a form.
 * Of options the name is enough. */
START_TEST(no_form_is_missing)
{
    g_autofree char *scenario = document("scenario-language.md");
    g_autofree char *profile = document("profile-format.md");
    g_autofree char *both = g_strconcat(scenario, profile, NULL);
    g_autoptr(GString) documents = g_string_new(both);
    g_autofree char *help = scenario_help();
    g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
    gboolean words = TRUE, names = FALSE;
    guint count = 0;

    g_string_replace(documents, "\\|", "|", 0); /* as tables write it */
    for (guint i = 0; lines[i] != NULL; i++) {
        if (g_ascii_isupper(lines[i][0])) {
            words = !g_str_has_prefix(lines[i], "STATEMENTS") && strcmp(lines[i], "ACTIONS") != 0 &&
                    strcmp(lines[i], "EXPECTATIONS") != 0 && !g_str_has_prefix(lines[i], "OPTIONS");
            names = g_str_has_prefix(lines[i], "OPTIONS");
        }
        if (words || !g_str_has_prefix(lines[i], "  ") || lines[i][2] == ' ')
            continue;
        if (names && strchr(lines[i], '=') != NULL)
            strchr(lines[i], '=')[1] = '\0';
        ck_assert_msg(strstr(documents->str, lines[i] + 2) != NULL, "%s", lines[i]);
        count++;
    }
    /* 20 statements, 11 actions, 6, 9 and 12 options, 10 expectations, 6 statements of profiles. */
    ck_assert_uint_ge(count, 74);
}
END_TEST

START_TEST(no_key_of_links_is_missing)
{
    g_autofree char *text = document("scenario-language.md");
    size_t count;
    const Key *keys = key_table(KEY_SCOPE_LINK, &count);

    for (size_t i = 0; i < count; i++) {
        g_autofree char *row = g_strdup_printf("\n| `%s=", keys[i].name);

        ck_assert_msg(strstr(text, row) != NULL, "%s", row);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("scenario_docs");
    TCase *tc = scenario_case("documents");

    tcase_add_test(tc, scenarios_in_the_document_are_right);
    tcase_add_test(tc, profiles_in_the_document_are_right);
    tcase_add_test(tc, no_form_is_missing);
    tcase_add_test(tc, no_key_of_links_is_missing);
    suite_add_tcase(s, tc);
    return s;
}
