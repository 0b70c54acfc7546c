/* Mutations of a scenario that has every form of the language: the same ones every time.
 *
 * usage: mutate_scenario [COUNT [SEED]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/time.h"
#include "proto/error.h"
#include "proto/keys.h"
#include "proto/segment.h"
#include "proto/state.h"
#include "scenario_target.h"

enum { COUNT_DEFAULT = 8000, CHANGES_MAX = 2, LENGTH_MAX = 8192 };

static const char whole[] =
    "title \"Every form\" # comment\nabout \"quotes \\\" and \\\\\"\nsee \"RFC 9293 §3.5\"\n"
    "version 1\nseed 7\nhost client rfc6298 mss=1k initial-rto=2s\nhost server linux-2.4\n"
    "host m rfc1122 isn=fixed nagle=no\nset client window=64k tcp_syn_retries=3 source \"x\"\n"
    "link client server delay=10ms loss=1% jitter=250us rate=10mbit queue=5\n"
    "link server->m delay=1s burst=1%,50%,100%\nlink m -> server reorder=5% reorder-by=3ms\n"
    "drop client SYN #1\nduplicate server any #2..4 from 0 to 1.5s\ncorrupt client DATA #3..\n"
    "delay client ACK #1,4,7..9 by 2min from 1s to 5s\ndrop m RST all\n"
    "at 0 server listen port=80 backlog=5 accept=manual\nat 0s client connect server from-port=99\n"
    "at 1s server accept port=80\nat 1s client.1 send 64k\nat 1s server read all\n"
    "at 2s client shutdown\nat 3s client crash\nat 4s client reboot forget\n"
    "when server CLOSE-WAIT after 1s server.2 close\nwhen client SYN-RECEIVED client abort\n"
    "at 5s inject client->server SYN-ACK as=m flags=SYN,ACK seq=client.1.snd_nxt+100 ack=random "
    "win=5 len=9 from-port=7 port=8 conn=2\n"
    "at 5s inject server -> client FIN flags=S. seq=4294967295\n"
    "at 6s flood client->server SYN as=m rate=20000/s count=5 seq=client.iss step=7 from-port=9\n"
    "at 6s flood m->server SYN rate=1/s count=2 spoofed\n"
    "at 6s client connect server rate=3/s count=4\n"
    "expect client sends SYN at 0 3s 9s within 5%\nexpect client sends any gaps 1s within 10ms\n"
    "expect client.1 sends ACK 7 times\nexpect server never sends RST\n"
    "expect client enters ESTABLISHED at 3.02s\nexpect client path CLOSED SYN-SENT\n"
    "expect client sends DATA seq 1 1461\nexpect server sends ACK ack 1461\n"
    "expect server ends LISTEN\nexpect client error ETIMEDOUT at 189s\n"
    "expect server delivers 1M bytes wrong\nexpect server accepts 1\nstop at 100s\n";

/* What a blind change would rarely come upon. */
static const char *const pieces[] = {
    "\"",
    "#",
    "#0",
    "#1",
    "#4..2",
    "..",
    ",",
    "->",
    ".",
    "=",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\\",
    "%",
    "-1",
    "0",
    "999999",
    "18446744073709551616",
    "1e9",
    "5s",
    "within",
    "at",
    "from",
    "to",
    "source",
    "\xff",
    "\xc2",
    "\xc2\xa0",
    "\x1b",
    "é",
    "漢",
    "“",
    "all",
    "host",
    "unknown",
    "1.5",
    "0.0000000001s",
    "\xef\xbb\xbf",
};

static char **words; /* of the whole scenario */

/* SplitMix64 (Steele, Lea, Flood 2014): a step of a counter, mixed. */
static guint64 random_state;

static guint64 draw(guint64 below)
{
    guint64 z = random_state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* --- changes ------------------------------------------------------------------------------ */

static gssize any_place(const GString *text)
{
    return (gssize)draw(text->len + 1);
}

static gsize any_length(const GString *text, gssize from)
{
    return (gsize)draw(MIN(text->len - (gsize)from, 40) + 1);
}

static void change_byte(GString *text)
{
    if (text->len > 0)
        text->str[draw(text->len)] = (char)draw(256);
}

static void remove_part(GString *text)
{
    gssize at = any_place(text);

    g_string_erase(text, at, (gssize)any_length(text, at));
}

static void repeat_part(GString *text)
{
    gssize at = any_place(text);
    g_autofree char *part = g_strndup(text->str + at, any_length(text, at));

    g_string_insert(text, any_place(text), part);
}

static void insert_piece(GString *text)
{
    g_string_insert(text, any_place(text), pieces[draw(G_N_ELEMENTS(pieces))]);
}

static void insert_zero(GString *text)
{
    g_string_insert_len(text, any_place(text), "\0", 1);
}

/* A word of the language, of the scenario, or one that is wrong in a way worth trying. */
static const char *any_word(void)
{
    size_t count;
    const Key *keys = key_table(draw(2) ? KEY_SCOPE_HOST : KEY_SCOPE_LINK, &count);

    switch (draw(8)) {
    case 0: return keys[draw(count)].name;
    case 1: return tcp_state_name((TcpState)draw(TCP_STATE_COUNT));
    case 2: return segment_class_name((SegmentClass)draw(SEGMENT_CLASS_COUNT));
    case 3: return tcp_error_name((TcpError)draw(TCP_ERROR_COUNT));
    case 4: return pieces[draw(G_N_ELEMENTS(pieces))];
    default: return words[draw(g_strv_length(words))];
    }
}

/* The word that begins behind the next blank becomes another one. */
static void replace_word(GString *text)
{
    gsize at = (gsize)any_place(text);

    while (at < text->len && text->str[at] != ' ')
        at++;
    if (at == text->len)
        return;
    gsize end = ++at;

    while (end < text->len && strchr(" \n", text->str[end]) == NULL)
        end++;
    g_string_erase(text, (gssize)at, (gssize)(end - at));
    g_string_insert(text, (gssize)at, any_word());
}

static void cut(GString *text)
{
    g_string_truncate(text, draw(text->len + 1));
}

static void (*const changes[])(GString *text) = {
    change_byte,  remove_part,  repeat_part,  insert_piece, insert_zero,  cut,
    replace_word, replace_word, replace_word, replace_word, replace_word, replace_word,
};

/* The lines that declare hosts and links, and some of the others. */
static GString *some_lines(char **lines)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; lines[i] != NULL; i++)
        if (g_str_has_prefix(lines[i], "host") || g_str_has_prefix(lines[i], "link") ||
            draw(10) == 0)
            g_string_append_printf(text, "%s\n", lines[i]);
    return text;
}

int main(int argc, char **argv)
{
    guint64 count = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : COUNT_DEFAULT;
    g_auto(GStrv) lines = g_strsplit(whole, "\n", -1);
    guint64 good = 0;

    words = g_strsplit_set(whole, " \n", -1);
    random_state = argc > 2 ? g_ascii_strtoull(argv[2], NULL, 10) : 1;
    if (!scenario_target(whole, strlen(whole))) {
        fprintf(stderr, "the scenario to begin with is wrong\n");
        return EXIT_FAILURE;
    }
    for (guint64 i = 0; i < count; i++) {
        g_autoptr(GString) text = some_lines(lines);

        for (guint64 n = draw(CHANGES_MAX + 1); n > 0 && text->len < LENGTH_MAX; n--)
            changes[draw(G_N_ELEMENTS(changes))](text);
        good += scenario_target(text->str, text->len);
    }
    g_strfreev(words);
    printf("%" G_GUINT64_FORMAT " mutations, %" G_GUINT64_FORMAT " of them good scenarios\n", count,
           good);
    return EXIT_SUCCESS;
}
