/* Messages, filled in and translated. */
#include "view/message.h"

#include "proto/error.h"
#include "proto/reason.h"
#include "proto/timer.h"
#include "trace/trace.h"

enum { PLACES = 3 };

static const char *const messages[VIEW_MESSAGE_COUNT] = {
#define MESSAGE_TEXT_(name, text) [VIEW_MESSAGE_##name] = (text),
    VIEW_MESSAGES(MESSAGE_TEXT_)
#undef MESSAGE_TEXT_
};

const char *view_translated(const ViewStyle *style, const char *english)
{
    const char *translation =
        style->catalogue != NULL ? g_hash_table_lookup(style->catalogue, english) : NULL;

    return translation != NULL ? translation : english;
}

/* "{1}": its number; -1 when there is no place here. */
static gint place_at(const char *at)
{
    return at[0] == '{' && g_ascii_isdigit(at[1]) && at[2] == '}' ? at[1] - '0' : -1;
}

static void fill(const char *message, const char *const texts[PLACES], GString *out)
{
    for (const char *at = message; *at != '\0';) {
        gint place = place_at(at);

        if (place < 0) {
            g_string_append_c(out, *at++);
            continue;
        }
        if (place < PLACES && texts[place] != NULL)
            g_string_append(out, texts[place]);
        at += 3;
    }
}

void view_say(const ViewStyle *style, GString *out, ViewMessage message, ...)
{
    const char *texts[PLACES] = {NULL};
    const char *text;
    va_list rest;

    va_start(rest, message);
    for (guint i = 0; (text = va_arg(rest, const char *)) != NULL; i++) {
        g_assert(i < PLACES);
        texts[i] = text;
    }
    va_end(rest);
    fill(view_translated(style, messages[message]), texts, out);
}

/* --- all there are -------------------------------------------------------------------------- */

static const char *message_at(guint index)
{
    return messages[index];
}

/* TCP_REASON_NONE, the first one, says nothing. */
static const char *reason_at(guint index)
{
    return tcp_reason_text((TcpReason)(index + 1));
}

static const char *error_at(guint index)
{
    return tcp_error_text((TcpError)index);
}

static const char *timer_at(guint index)
{
    return tcp_timer_name((TcpTimer)index);
}

static const char *end_at(guint index)
{
    return trace_end_text((TraceEnd)index);
}

static const struct {
    const char *(*at)(guint index);
    guint count;
} tables[] = {
    {message_at, VIEW_MESSAGE_COUNT}, {reason_at, TCP_REASON_COUNT - 1},
    {error_at, TCP_ERROR_COUNT},      {timer_at, TCP_TIMER_COUNT},
    {end_at, TRACE_END_COUNT},
};

const char *view_message(gsize index)
{
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (index < tables[i].count)
            return tables[i].at((guint)index);
        index -= tables[i].count;
    }
    return NULL;
}
