/* Values of %{ }% and their operators, as Python has them; but whole numbers have 64 bits, and one that would
 * need more is a trouble.
 */
#include <math.h>
#include <string.h>

#include "drill/values.h"

/* --- values -------------------------------------------------------------------------------- */

Value *value_new(ValueKind kind)
{
    Value *value = g_new0(Value, 1);

    value->references = 1;
    value->kind = kind;
    value->size = 1;
    return value;
}

Value *value_int(gint64 number)
{
    Value *value = value_new(VALUE_INT);

    value->number = number;
    return value;
}

Value *value_bool(gboolean is_true)
{
    Value *value = value_new(VALUE_BOOL);

    value->number = is_true != FALSE;
    return value;
}

Value *value_float(double real)
{
    Value *value = value_new(VALUE_FLOAT);

    value->real = real;
    return value;
}

static Value *check_size(Value *value, char **trouble)
{
    if (value->size <= VALUE_SIZE_MAX && value->depth <= VALUE_DEPTH_MAX)
        return value;
    *trouble = g_strdup_printf("%s too large", value_kind_name(value));
    value_unref(value);
    return NULL;
}

Value *value_text(char *text, char **trouble)
{
    Value *value = value_new(VALUE_TEXT);

    value->text = text;
    value->size += strlen(text);
    return check_size(value, trouble);
}

Value *value_list(GPtrArray *items, gboolean is_tuple, char **trouble)
{
    Value *value = value_new(VALUE_LIST);

    value->items = items;
    value->is_tuple = is_tuple;
    for (guint i = 0; i < items->len; i++) {
        const Value *item = g_ptr_array_index(items, i);

        value->size += item->size;
        value->depth = MAX(value->depth, item->depth + 1);
    }
    return check_size(value, trouble);
}

Value *value_ref(Value *value)
{
    value->references++;
    return value;
}

void value_unref(Value *value)
{
    if (value == NULL || --value->references > 0)
        return;
    g_free(value->text);
    if (value->items != NULL)
        g_ptr_array_unref(value->items);
    g_free(value);
}

gboolean value_is_true(const Value *value)
{
    switch (value->kind) {
    case VALUE_NONE: return FALSE;
    case VALUE_FLOAT: return value->real != 0;
    case VALUE_TEXT: return value->text[0] != '\0';
    case VALUE_LIST: return value->items->len > 0;
    default: return value->number != 0;
    }
}

gboolean value_is_whole(const Value *value)
{
    return value->kind == VALUE_INT || value->kind == VALUE_BOOL;
}

gboolean value_is_number(const Value *value)
{
    return value_is_whole(value) || value->kind == VALUE_FLOAT;
}

double value_to_real(const Value *value)
{
    return value->kind == VALUE_FLOAT ? value->real : (double)value->number;
}

/* --- whole numbers ------------------------------------------------------------------------- */

static Value *trouble_is(char **trouble, const char *what)
{
    *trouble = g_strdup(what);
    return NULL;
}

static Value *too_large(char **trouble)
{
    return trouble_is(trouble, "a number beyond 64 bits");
}

/* Rounded towards minus infinity; b is not 0. */
static gboolean divide_floor(gint64 a, gint64 b, gint64 *quotient, gint64 *rest)
{
    if (a == G_MININT64 && b == -1)
        return FALSE;
    *quotient = a / b;
    *rest = a % b;
    if (*rest != 0 && (*rest < 0) != (b < 0)) {
        --*quotient;
        *rest += b;
    }
    return TRUE;
}

static Value *shift(CodeOp op, gint64 a, gint64 b, char **trouble)
{
    gint64 product;

    if (b < 0)
        return trouble_is(trouble, "a shift by a negative number");
    if (op == OP_SHIFT_RIGHT) {
        guint64 by = (guint64)MIN(b, 63);

        return value_int(a < 0 ? (gint64) ~(~(guint64)a >> by) : (gint64)((guint64)a >> by));
    }
    if (a == 0)
        return value_int(0);
    if (b > 62 || __builtin_mul_overflow(a, (gint64)1 << b, &product))
        return too_large(trouble);
    return value_int(product);
}

static Value *divide_whole(CodeOp op, gint64 a, gint64 b, char **trouble)
{
    gint64 quotient, rest;

    if (b == 0)
        return trouble_is(trouble, "division by zero");
    if (op == OP_DIVIDE)
        return value_float((double)a / (double)b);
    if (b == -1 && op == OP_MODULO)
        return value_int(0);
    if (!divide_floor(a, b, &quotient, &rest))
        return too_large(trouble);
    return value_int(op == OP_MODULO ? rest : quotient);
}

static Value *binary_whole(CodeOp op, gint64 a, gint64 b, char **trouble)
{
    gint64 out = 0;
    gboolean overflow = FALSE;

    switch (op) {
    case OP_BIT_OR: return value_int(a | b);
    case OP_BIT_XOR: return value_int(a ^ b);
    case OP_BIT_AND: return value_int(a & b);
    case OP_SHIFT_LEFT:
    case OP_SHIFT_RIGHT: return shift(op, a, b, trouble);
    case OP_DIVIDE:
    case OP_DIVIDE_FLOOR:
    case OP_MODULO: return divide_whole(op, a, b, trouble);
    case OP_ADD: overflow = __builtin_add_overflow(a, b, &out); break;
    case OP_SUBTRACT: overflow = __builtin_sub_overflow(a, b, &out); break;
    case OP_MULTIPLY: overflow = __builtin_mul_overflow(a, b, &out); break;
    default: g_assert_not_reached();
    }
    return overflow ? too_large(trouble) : value_int(out);
}

/* --- other values -------------------------------------------------------------------------- */

static const char *op_text(CodeOp op)
{
    static const char *const texts[] = {
        [OP_BIT_OR] = "|",        [OP_BIT_XOR] = "^",        [OP_BIT_AND] = "&",
        [OP_SHIFT_LEFT] = "<<",   [OP_SHIFT_RIGHT] = ">>",   [OP_ADD] = "+",
        [OP_SUBTRACT] = "-",      [OP_MULTIPLY] = "*",       [OP_DIVIDE] = "/",
        [OP_DIVIDE_FLOOR] = "//", [OP_MODULO] = "%",         [OP_EQUAL] = "==",
        [OP_NOT_EQUAL] = "!=",    [OP_LESS] = "<",           [OP_LESS_EQUAL] = "<=",
        [OP_GREATER] = ">",       [OP_GREATER_EQUAL] = ">=", [OP_IN] = "in",
        [OP_NOT_IN] = "not in",   [OP_NEGATE] = "-",         [OP_PLUS] = "+",
        [OP_INVERT] = "~",        [OP_NOT] = "not",          [OP_NONE] = "=",
    };

    return texts[op];
}

static Value *binary_real(CodeOp op, double a, double b, char **trouble)
{
    if ((op == OP_DIVIDE || op == OP_DIVIDE_FLOOR || op == OP_MODULO) && b == 0)
        return trouble_is(trouble, "division by zero");
    switch (op) {
    case OP_ADD: return value_float(a + b);
    case OP_SUBTRACT: return value_float(a - b);
    case OP_MULTIPLY: return value_float(a * b);
    case OP_DIVIDE: return value_float(a / b);
    default: break;
    }
    double rest = fmod(a, b);

    if (rest != 0 && (rest < 0) != (b < 0))
        rest += b;
    return value_float(op == OP_MODULO ? rest : floor((a - rest) / b + 0.5));
}

static Value *join_lists(const Value *left, const Value *right, char **trouble)
{
    GPtrArray *items = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref);

    for (guint i = 0; i < left->items->len; i++)
        g_ptr_array_add(items, value_ref(g_ptr_array_index(left->items, i)));
    for (guint i = 0; i < right->items->len; i++)
        g_ptr_array_add(items, value_ref(g_ptr_array_index(right->items, i)));
    return value_list(items, left->is_tuple, trouble);
}

static gboolean has_reals(CodeOp op)
{
    return op == OP_ADD || op == OP_SUBTRACT || op == OP_MULTIPLY || op == OP_DIVIDE ||
           op == OP_DIVIDE_FLOOR || op == OP_MODULO;
}

Value *operate_binary(CodeOp op, Value *left, Value *right, char **trouble)
{
    if (value_is_whole(left) && value_is_whole(right))
        return binary_whole(op, left->number, right->number, trouble);
    if (value_is_number(left) && value_is_number(right) && has_reals(op))
        return binary_real(op, value_to_real(left), value_to_real(right), trouble);
    if (op == OP_MODULO && left->kind == VALUE_TEXT)
        return format_percent(left->text, right, trouble);
    if (op == OP_ADD && left->kind == VALUE_TEXT && right->kind == VALUE_TEXT)
        return value_text(g_strconcat(left->text, right->text, NULL), trouble);
    if (op == OP_ADD && left->kind == VALUE_LIST && right->kind == VALUE_LIST &&
        left->is_tuple == right->is_tuple)
        return join_lists(left, right, trouble);
    *trouble = g_strdup_printf("%s has no %s with %s", value_kind_name(left), op_text(op),
                               value_kind_name(right));
    return NULL;
}

Value *operate_unary(CodeOp op, Value *value, char **trouble)
{
    if (op == OP_NOT)
        return value_bool(!value_is_true(value));
    if (value->kind == VALUE_FLOAT && op != OP_INVERT)
        return value_float(op == OP_NEGATE ? -value->real : value->real);
    if (!value_is_whole(value)) {
        *trouble = g_strdup_printf("%s has no %s", value_kind_name(value), op_text(op));
        return NULL;
    }
    if (op == OP_INVERT)
        return value_int(~value->number);
    if (op == OP_PLUS)
        return value_int(value->number);
    return binary_whole(OP_SUBTRACT, 0, value->number, trouble);
}

/* --- comparing ----------------------------------------------------------------------------- */

enum { UNORDERED = 2 }; /* one of them is no number (NaN) */

static int sign(gboolean less, gboolean greater)
{
    return less ? -1 : greater ? 1 : 0;
}

/* Exactly, which a conversion to floating point would not be. */
static int compare_mixed(gint64 whole, double real)
{
    if (isnan(real))
        return UNORDERED;
    if (real >= 9223372036854775808.0)
        return -1;
    if (real < -9223372036854775808.0)
        return 1;
    gint64 floored = (gint64)floor(real);

    return whole != floored ? sign(whole < floored, TRUE) : (double)floored < real ? -1 : 0;
}

static int compare_numbers(const Value *left, const Value *right)
{
    if (value_is_whole(left) && value_is_whole(right))
        return sign(left->number<right->number, left->number> right->number);
    if (value_is_whole(left))
        return compare_mixed(left->number, right->real);
    if (value_is_whole(right)) {
        int other = compare_mixed(right->number, left->real);

        return other == UNORDERED ? UNORDERED : -other;
    }
    if (isnan(left->real) || isnan(right->real))
        return UNORDERED;
    return sign(left->real<right->real, left->real> right->real);
}

static gboolean are_equal(const Value *left, const Value *right)
{
    if (value_is_number(left) && value_is_number(right))
        return compare_numbers(left, right) == 0;
    if (left->kind != right->kind)
        return FALSE;
    if (left->kind == VALUE_TEXT)
        return strcmp(left->text, right->text) == 0;
    if (left->kind != VALUE_LIST)
        return TRUE;
    if (left->is_tuple != right->is_tuple || left->items->len != right->items->len)
        return FALSE;
    for (guint i = 0; i < left->items->len; i++)
        if (!are_equal(g_ptr_array_index(left->items, i), g_ptr_array_index(right->items, i)))
            return FALSE;
    return TRUE;
}

/* FALSE: these two have no order. */
static gboolean compare(const Value *left, const Value *right, int *order)
{
    if (value_is_number(left) && value_is_number(right)) {
        *order = compare_numbers(left, right);
        return TRUE;
    }
    if (left->kind == VALUE_TEXT && right->kind == VALUE_TEXT) {
        *order = strcmp(left->text, right->text);
        *order = sign(*order<0, *order> 0);
        return TRUE;
    }
    if (left->kind != VALUE_LIST || right->kind != VALUE_LIST || left->is_tuple != right->is_tuple)
        return FALSE;
    for (guint i = 0; i < left->items->len && i < right->items->len; i++) {
        const Value *a = g_ptr_array_index(left->items, i), *b = g_ptr_array_index(right->items, i);

        if (!are_equal(a, b))
            return compare(a, b, order);
    }
    *order = sign(left->items->len<right->items->len, left->items->len> right->items->len);
    return TRUE;
}

static gboolean is_in(const Value *item, const Value *whole, gboolean *holds)
{
    if (whole->kind == VALUE_TEXT && item->kind == VALUE_TEXT) {
        *holds = strstr(whole->text, item->text) != NULL;
        return TRUE;
    }
    if (whole->kind != VALUE_LIST)
        return FALSE;
    *holds = FALSE;
    for (guint i = 0; i < whole->items->len && !*holds; i++)
        *holds = are_equal(item, g_ptr_array_index(whole->items, i));
    return TRUE;
}

gboolean operate_compare(CodeOp op, const Value *left, const Value *right, gboolean *holds,
                         char **trouble)
{
    gboolean good = TRUE;
    int order = 0;

    if (op == OP_EQUAL || op == OP_NOT_EQUAL)
        *holds = are_equal(left, right) == (op == OP_EQUAL);
    else if (op == OP_IN || op == OP_NOT_IN)
        good = is_in(left, right, holds);
    else
        good = compare(left, right, &order);
    if (!good) {
        *trouble = g_strdup_printf("%s cannot be compared by %s with %s", value_kind_name(left),
                                   op_text(op), value_kind_name(right));
        return FALSE;
    }
    switch (op) {
    case OP_NOT_IN: *holds = !*holds; break;
    case OP_LESS: *holds = order < 0; break;
    case OP_LESS_EQUAL: *holds = order <= 0; break;
    case OP_GREATER: *holds = order == 1; break;
    case OP_GREATER_EQUAL: *holds = order == 0 || order == 1; break;
    default: break;
    }
    return TRUE;
}
