/* Markdown for a terminal: each kind of block, each inline mark, widths, colour, ASCII. */
#include "check_main.h"

#include <string.h>

#include "lesson/render.h"

enum { WIDTH = 40 };

static const LessonLook plain = {.width = WIDTH, .unicode = TRUE};

static void check_look(const char *markdown, const LessonLook *look, const char *expected)
{
    g_autofree char *text = lesson_render(markdown, look);

    ck_assert_str_eq(text, expected);
}

static void check_plain(const char *markdown, const char *expected)
{
    check_look(markdown, &plain, expected);
}

START_TEST(headings)
{
    check_plain("# 6. A title\n\n## Part\n\n### Third\ntext\n",
                "6. A title\n==========\n\nPart\n----\n\nThird\n\ntext\n");
    check_plain("#hash\n", "#hash\n");
}
END_TEST

/* 40 cells: "aaaa " five times makes 25, a sixth of 16 letters 41. */
START_TEST(paragraphs_are_wrapped)
{
    check_plain("aaaa aaaa aaaa aaaa aaaa bbbbbbbbbbbbbbbb\n",
                "aaaa aaaa aaaa aaaa aaaa\nbbbbbbbbbbbbbbbb\n");
    check_plain("aaaa aaaa aaaa aaaa aaaa bbbbbbbbbbbbbbb\n",
                "aaaa aaaa aaaa aaaa aaaa bbbbbbbbbbbbbbb\n");
    check_plain("two\nlines\n\n\nnext\n", "two lines\n\nnext\n");
    /* Twenty signs of two cells fill the line. */
    check_plain("漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢 x y\n",
                "漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢 x\ny\n");
}
END_TEST

START_TEST(inline_marks)
{
    check_plain("**bold** *em* _em_ `code` snd_una a*b 2 * 3 * 4\n",
                "bold em em code snd_una a*b 2 * 3 * 4\n");
    check_plain("`two words` \\*x\\* &lt;b&gt; a<br>b\n", "'two words' *x* <b> a b\n");
    check_plain("[lesson 9](09.md) [rfc](https://r.fc/1)\n", "lesson 9 rfc (https://r.fc/1)\n");
    check_plain("array[1] and f(2), x < y\n", "array[1] and f(2), x < y\n");
    check_plain("waits <!-- ask: a | b -->3 s<!-- /ask -->.\n", "waits 3 s.\n");
    check_plain("waits <!-- ask: a\n| b -->3 s<!-- /ask -->.\n", "waits 3 s.\n");
}
END_TEST

START_TEST(lists)
{
    check_plain("- a\n- b\n  c\n", "- a\n- b c\n");
    check_plain("1. a\n\n   more\n\n2. b\n\nend\n", "1. a\n\n   more\n\n2. b\n\nend\n");
    check_plain("1. aaaa aaaa aaaa aaaa aaaa aaaa aaaaaaaaa b\n",
                "1. aaaa aaaa aaaa aaaa aaaa aaaa\n   aaaaaaaaa b\n");
    check_plain("- a\n  - b\n", "- a\n  - b\n");
    check_plain("- \n\nb\n", "b\n");
}
END_TEST

START_TEST(answers)
{
    check_plain(
        "1. Why?\n\n   <details><summary>Answer</summary>\n\n   So.\n\n   </details>\n\n2. How?\n",
        "1. Why?\n\n   Answer: So.\n\n2. How?\n");
    check_plain("<details><summary>Answer</summary>\n\n```\nx\n```\n\n</details>\n",
                "Answer:\n\nx\n");
}
END_TEST

/* Folded, of an answer its sign is left, whatever stands in it; what has no end is shown. */
START_TEST(folded)
{
    LessonLook look = plain;

    look.folded = TRUE;
    check_look("1. Why?\n\n   <details><summary>Answer</summary>\n\n   So.\n\n   ```\n   "
               "</details>\n   ```\n\n   - x\n\n   </details>\n\n2. How?\n",
               &look, "1. Why?\n\n   [+] Answer\n\n2. How?\n");
    check_look("<details><summary>A</summary>\n<details><summary>B</summary>\nx\n</details>\ny\n"
               "</details>\nz\n",
               &look, "[+] A\n\nz\n");
    check_look("<details><summary>Answer</summary>\n\nSo.\n", &look, "Answer: So.\n");
}
END_TEST

START_TEST(code_is_untouched)
{
    check_plain("a\n```text\n *x*  | y\n\n     z\n```\nb\n", "a\n\n *x*  | y\n\n     z\n\nb\n");
    check_plain("1. a\n\n   ```text\n   x\n     y\n   ```\n", "1. a\n\n   x\n     y\n");
    check_plain("````text\n```\n~~~~\n````\nb\n", "```\n~~~~\n\nb\n");
    check_plain("a:\n\n    tcpwaltz run *x*\n\n      y\n\nb\n",
                "a:\n\n    tcpwaltz run *x*\n\n      y\n\nb\n");
}
END_TEST

/* 40 cells; a word that is longer than that stays whole. */
START_TEST(code_too_wide_goes_on_below)
{
    check_plain("```\naaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaaa\n```\n",
                "aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaaa\n");
    check_plain("```\n  aaaa aaaa aaaa aaaa aaaa aaaa aaaa aaaa   bb\n```\n",
                "  aaaa aaaa aaaa aaaa aaaa aaaa aaaa\n      aaaa   bb\n");
    check_plain("```\n→→→→ 漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢 xx\n```\n",
                "→→→→ 漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢\n    xx\n");
    check_plain("```\naaaaaaaaa,bbbbbbbbb,ccccccccc,ddddddddd,eeee\n```\n",
                "aaaaaaaaa,bbbbbbbbb,ccccccccc,ddddddddd,\n    eeee\n");
    check_plain("```\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bb\n```\n",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bb\n");
}
END_TEST

START_TEST(tables)
{
    check_plain("| a | long |\n| --- | ---: |\n| `x` | 1 |\n| yy | <!-- ask: q \\| r -->22<!-- "
                "/ask --> |\n",
                "a   long\n--  ----\nx      1\nyy    22\n");
    check_plain("| a\\|b | c |\n| - | - |\n", "a|b  c\n---  -\n");
    /* 1 + 2 + 60 cells do not fit into 40: the second column gets 37. */
    check_plain("| a | b |\n| --- | --- |\n| x | aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd "
                "eeeeeeeee fffffffff |\n",
                "a  b\n-  -------------------------------------\n"
                "x  aaaaaaaaa bbbbbbbbb ccccccccc\n   ddddddddd eeeeeeeee fffffffff\n");
}
END_TEST

/* 20 + 2 + 30 cells: the first column is one word, so the second one gets the 18 that are left. */
START_TEST(tables_break_no_word)
{
    check_plain(
        "| a | b |\n| --- | --- |\n| aaaaaaaaaaaaaaaaaaaa | bbbbbbbbb ccccccccc ddddddddd |\n",
        "a                     b\n--------------------  ------------------\n"
        "aaaaaaaaaaaaaaaaaaaa  bbbbbbbbb\n                      ccccccccc\n"
        "                      ddddddddd\n");
}
END_TEST

START_TEST(pictures)
{
    LessonLook look = plain;

    check_plain("![A ladder](pictures/x.svg)\n", "Picture: pictures/x.svg\n  A ladder\n");
    check_plain("![](x.svg)\n<!-- picture: draw -->\nend\n", "Picture: x.svg\n\nend\n");
    look.folder = "/docs";
    check_look("![](x.svg)\n", &look, "Picture: /docs/x.svg\n");
}
END_TEST

START_TEST(comments_quotations_rules)
{
    check_plain("<!-- run: x -->\n```text\ny\n```\n<!-- /run -->\n\nend\n", "y\n\nend\n");
    check_plain("<!-- two\nlines -->\nend\n", "end\n");
    check_plain("> a\n> b\n", "  a b\n");
    check_plain("a\n\n---\n\nb\n", "a\n\n----------------------------------------\n\nb\n");
}
END_TEST

START_TEST(colour)
{
    LessonLook look = plain;

    look.colour = TRUE;
    check_look("a **b c** `d e`\n", &look, "a \033[0;1mb c\033[0m \033[0;36md e\033[0m\n");
    check_look("## x\n", &look, "\033[0;1mx\033[0m\n-\n");
}
END_TEST

START_TEST(ascii)
{
    LessonLook look = plain;

    look.unicode = FALSE;
    check_look("§3.5 – “x” 10 µs × 2 → ≤ ☃\n", &look, "section 3.5 - \"x\" 10 us x 2 -> <= ?\n");
}
END_TEST

/* Whatever the width, a word is shown, and a wide terminal is not filled with one line. */
START_TEST(widths)
{
    LessonLook narrow = {.width = 1, .unicode = TRUE}, wide = {.width = 1000, .unicode = TRUE};
    g_autofree char *words = g_strnfill(300, 'a');

    for (gsize i = 9; i < 300; i += 10)
        words[i] = ' ';
    g_autofree char *text = lesson_render(words, &wide);

    ck_assert_uint_eq(strcspn(text, "\n"), 99); /* ten words of nine letters */
    check_look("antidisestablishmentarianism\n", &narrow, "antidisestablishmentarianism\n");
    check_look("", &narrow, "");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("lesson_render");
    TCase *tc = tcase_create("render");

    tcase_add_test(tc, headings);
    tcase_add_test(tc, paragraphs_are_wrapped);
    tcase_add_test(tc, inline_marks);
    tcase_add_test(tc, lists);
    tcase_add_test(tc, answers);
    tcase_add_test(tc, folded);
    tcase_add_test(tc, code_is_untouched);
    tcase_add_test(tc, code_too_wide_goes_on_below);
    tcase_add_test(tc, tables);
    tcase_add_test(tc, tables_break_no_word);
    tcase_add_test(tc, pictures);
    tcase_add_test(tc, comments_quotations_rules);
    tcase_add_test(tc, colour);
    tcase_add_test(tc, ascii);
    tcase_add_test(tc, widths);
    suite_add_tcase(s, tc);
    return s;
}
