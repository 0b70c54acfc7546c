/* Values of %{ }% while it runs, as Python has them: never changed, shared by counting.  Only evaluate.c,
 * operate.c and format.c include this.
 */
#ifndef TCPWALTZ_DRILL_VALUES_H
#define TCPWALTZ_DRILL_VALUES_H

#include <glib.h>

#include "drill/tree.h"

typedef enum ValueKind {
    VALUE_NONE,
    VALUE_BOOL,
    VALUE_INT,
    VALUE_FLOAT,
    VALUE_TEXT,
    VALUE_LIST
} ValueKind;

enum {
    VALUE_SIZE_MAX = 65536, /* bytes of texts and items of lists, all of them */
    VALUE_DEPTH_MAX = 50,   /* lists in each other */
};

typedef struct Value {
    guint references;
    ValueKind kind;
    gint64 number; /* of BOOL and INT */
    double real;
    char *text;
    GPtrArray *items; /* Value *, of LIST */
    gboolean is_tuple;
    gsize size;
    guint depth;
} Value;

Value *value_new(ValueKind kind);
Value *value_int(gint64 number);
Value *value_bool(gboolean is_true);
Value *value_float(double real);

/* NULL with *trouble where it is beyond VALUE_SIZE_MAX; takes `text` and `items`. */
Value *value_text(char *text, char **trouble);
Value *value_list(GPtrArray *items, gboolean is_tuple, char **trouble);

Value *value_ref(Value *value);
void value_unref(Value *value); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Value, value_unref)

gboolean value_is_true(const Value *value);
gboolean value_is_whole(const Value *value); /* BOOL or INT */
gboolean value_is_number(const Value *value);
double value_to_real(const Value *value);

/* As print() shows it, or as a list shows it (texts in quotes).  Free with g_free(). */
char *value_str(const Value *value);
char *value_repr(const Value *value);
const char *value_kind_name(const Value *value); /* "a number", "a text", "a list", "None" */

/* --- operate.c: NULL with *trouble, or a new value ------------------------------------------ */

Value *operate_unary(CodeOp op, Value *value, char **trouble);
Value *operate_binary(CodeOp op, Value *left, Value *right, char **trouble);

/* *holds: of one comparison. */
gboolean operate_compare(CodeOp op, const Value *left, const Value *right, gboolean *holds,
                         char **trouble);

/* --- format.c ------------------------------------------------------------------------------ */

/* 'cwnd=%d' % 10. */
Value *format_percent(const char *format, Value *arguments, char **trouble);

#endif
