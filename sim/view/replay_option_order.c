/* `order=` of a forged segment: how the options of one that was seen stood in its header. */
#include "proto/keys.h"
#include "view/replay_words.h"

static const char *const order_names[OPTION_ITEM_COUNT] = {
    [OPTION_ITEM_END] = "eol",       [OPTION_ITEM_NOP] = "nop",
    [OPTION_ITEM_MSS] = "mss",       [OPTION_ITEM_WINDOW_SCALE] = "wscale",
    [OPTION_ITEM_TIMESTAMPS] = "ts", [OPTION_ITEM_SACK_PERMITTED] = "sackok",
    [OPTION_ITEM_SACK] = "sack",
};

enum { ITEMS_MAX = OPTION_ITEMS_MAX - 4 }; /* as many as the language takes */

/* An order= that is being written. */
typedef struct OrderText {
    GString *text;
    guint items;
    guint8 named; /* of what is present */
} OrderText;

static void begin_item(OrderText *order)
{
    if (order->items++ > 0)
        g_string_append_c(order->text, ',');
}

static void append_named(OrderText *order, OptionItem item)
{
    begin_item(order);
    g_string_append(order->text, order_names[item]);
    if (item >= OPTION_ITEM_MSS)
        order->named |= (guint8)(1U << (item - OPTION_ITEM_MSS));
}

/* Kinds that receivers know have words of their own in the language, or none. */
static gboolean can_be_named(OptionItem item, const guint8 *option)
{
    return item == OPTION_ITEM_OTHER && option[0] > 5 && option[0] != 8 && option[0] != 34 &&
           option[0] != 254;
}

static void append_kind(OrderText *order, const guint8 *option)
{
    begin_item(order);
    g_string_append_printf(order->text, "%u:", option[0]);
    for (guint i = 2; i < option[1]; i++)
        g_string_append_printf(order->text, "%02x", option[i]);
}

static guint item_length(OptionItem item, const SegmentOptions *options, const guint8 *other)
{
    switch (item) {
    case OPTION_ITEM_OTHER: return other[1];
    case OPTION_ITEM_REST: return (guint)(options->room + SEGMENT_OPTIONS_MAX - other);
    case OPTION_ITEM_FAST_OPEN: return 2U + options->cookie_length;
    case OPTION_ITEM_FAST_OPEN_EXP: return 4U + options->cookie_length;
    default: return 0;
    }
}

/* Where an option cannot be named, there are as many NOPs: the same to who receives them. */
static void append_list(OrderText *order, const SegmentOptions *options)
{
    const guint8 *other = segment_options_others(options);

    for (OptionList list = options->list; list != 0;) {
        OptionItem item = option_list_take(&list);
        guint length = item_length(item, options, other);

        if (order_names[item] != NULL)
            append_named(order, item);
        else if (can_be_named(item, other))
            append_kind(order, other);
        else
            for (guint i = 0; i < length; i++)
                append_named(order, OPTION_ITEM_NOP);
        if (item == OPTION_ITEM_OTHER)
            other += length;
    }
}

/* How they stand, where Linux would have them otherwise; nothing, where the language has no room for it. */
void replay_append_order(GString *out, const SegmentOptions *options)
{
    const guint8 named =
        OPTION_MSS | OPTION_WINDOW_SCALE | OPTION_SACK_PERMITTED | OPTION_TIMESTAMPS | OPTION_SACK;
    g_autoptr(GString) text = g_string_new(NULL);
    OrderText order = {.text = text};
    SegmentOptions as_linux = *options;

    segment_options_lay_out(&as_linux, OPTION_ORDER_OF_LINUX, FALSE);
    append_list(&order, options);
    if (options->list != as_linux.list && order.items <= ITEMS_MAX &&
        (options->present & named & ~order.named) == 0)
        g_string_append_printf(out, " order=%s", text->str);
}
