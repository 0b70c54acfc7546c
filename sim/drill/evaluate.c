/* %{ }% carried out: assertions, variables, what print() says. */
#include <math.h>
#include <string.h>

#include "drill/constants.h"
#include "drill/values.h"

struct DrillNames {
    GHashTable *values; /* char * to Value *: looked up, never walked */
};

/* One run of one piece of code. */
typedef struct Run {
    DrillNames *names;
    DrillLookUp look_up;
    gpointer context;
    char *trouble; /* what is wrong with a value */
} Run;

static Value *evaluate(Run *run, const CodeNode *node);

DrillNames *drill_names_new(void)
{
    DrillNames *names = g_new0(DrillNames, 1);

    names->values =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)value_unref);
    return names;
}

void drill_names_free(DrillNames *names)
{
    if (names == NULL)
        return;
    g_hash_table_unref(names->values);
    g_free(names);
}

static Value *trouble_is(Run *run, const char *what)
{
    run->trouble = g_strdup(what);
    return NULL;
}

/* --- functions ----------------------------------------------------------------------------- */

static Value *call_abs(Run *run, const GPtrArray *arguments)
{
    Value *value = g_ptr_array_index(arguments, 0);

    if (!value_is_number(value))
        return trouble_is(run, "abs() needs a number");
    if (value->kind == VALUE_FLOAT)
        return value_float(fabs(value->real));
    return operate_unary(value->number < 0 ? OP_NEGATE : OP_PLUS, value, &run->trouble);
}

/* Of its arguments, or of the list that is its only one. */
static Value *most(Run *run, const GPtrArray *arguments, CodeOp better)
{
    Value *first = g_ptr_array_index(arguments, 0);
    const GPtrArray *items =
        arguments->len == 1 && first->kind == VALUE_LIST ? first->items : arguments;
    gboolean holds;

    if (items->len == 0 || (items == arguments && items->len == 1))
        return trouble_is(run, "min() and max() need several values, or a list that has some");
    Value *best = g_ptr_array_index(items, 0);

    for (guint i = 1; i < items->len; i++) {
        Value *value = g_ptr_array_index(items, i);

        if (!operate_compare(better, value, best, &holds, &run->trouble))
            return NULL;
        if (holds)
            best = value;
    }
    return value_ref(best);
}

static Value *call_min(Run *run, const GPtrArray *arguments)
{
    return most(run, arguments, OP_LESS);
}

static Value *call_max(Run *run, const GPtrArray *arguments)
{
    return most(run, arguments, OP_GREATER);
}

static Value *call_int(Run *run, const GPtrArray *arguments)
{
    const Value *value = g_ptr_array_index(arguments, 0);
    char *end = NULL;

    if (value_is_whole(value))
        return value_int(value->number);
    if (value->kind == VALUE_FLOAT)
        return fabs(value->real) < 9e18 ? value_int((gint64)value->real)
                                        : trouble_is(run, "a number beyond 64 bits");
    if (value->kind != VALUE_TEXT)
        return trouble_is(run, "int() needs a number or a text");
    g_autofree char *text = g_strstrip(g_strdup(value->text));
    gint64 number = g_ascii_strtoll(text, &end, 10);

    if (end == text || *end != '\0')
        return trouble_is(run, "int() is given a text that is no number");
    return number == G_MAXINT64 || number == G_MININT64 ? trouble_is(run, "a number beyond 64 bits")
                                                        : value_int(number);
}

static Value *call_len(Run *run, const GPtrArray *arguments)
{
    const Value *value = g_ptr_array_index(arguments, 0);

    if (value->kind == VALUE_TEXT)
        return value_int(g_utf8_strlen(value->text, -1));
    return value->kind == VALUE_LIST ? value_int(value->items->len)
                                     : trouble_is(run, "len() needs a text or a list");
}

static Value *call_str(Run *run, const GPtrArray *arguments)
{
    return value_text(value_str(g_ptr_array_index(arguments, 0)), &run->trouble);
}

static const struct {
    const char *name;
    guint most; /* arguments */
    Value *(*call)(Run *run, const GPtrArray *arguments);
} functions[] = {
    {"abs", 1, call_abs}, {"min", G_MAXUINT, call_min}, {"max", G_MAXUINT, call_max},
    {"int", 1, call_int}, {"len", 1, call_len},         {"str", 1, call_str},
};

/* --- expressions --------------------------------------------------------------------------- */

static GPtrArray *evaluate_items(Run *run, const GPtrArray *nodes)
{
    GPtrArray *values = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref);

    for (guint i = 0; nodes != NULL && i < nodes->len; i++) {
        Value *value = evaluate(run, g_ptr_array_index(nodes, i));

        if (value == NULL) {
            g_ptr_array_unref(values);
            return NULL;
        }
        g_ptr_array_add(values, value);
    }
    return values;
}

static Value *evaluate_call(Run *run, const CodeNode *node)
{
    g_autoptr(GPtrArray) arguments = evaluate_items(run, node->items);

    if (arguments == NULL)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (strcmp(functions[i].name, node->text) != 0)
            continue;
        if (arguments->len >= 1 && arguments->len <= functions[i].most)
            return functions[i].call(run, arguments);
    }
    run->trouble = g_strdup_printf("%s() is given %u values", node->text, arguments->len);
    return NULL;
}

static Value *evaluate_list(Run *run, const CodeNode *node)
{
    GPtrArray *values = evaluate_items(run, node->items);

    return values != NULL ? value_list(values, node->kind == CODE_TUPLE, &run->trouble) : NULL;
}

static Value *evaluate_name(Run *run, const CodeNode *node)
{
    Value *value = g_hash_table_lookup(run->names->values, node->text);
    gint64 number;

    if (value != NULL)
        return value_ref(value);
    if (run->look_up != NULL && run->look_up(run->context, node->text, &number))
        return value_int(number);
    if (drill_constant(node->text, &number))
        return value_int(number);
    run->trouble = g_strdup_printf("nobody knows '%s'", node->text);
    return NULL;
}

/* `and` and `or` give the value that decided. */
static Value *evaluate_joined(Run *run, const CodeNode *node)
{
    Value *value = NULL;

    for (guint i = 0; i < node->items->len; i++) {
        value_unref(value);
        value = evaluate(run, g_ptr_array_index(node->items, i));
        if (value == NULL || value_is_true(value) == (node->kind == CODE_OR))
            break;
    }
    return value;
}

/* The values of a chain up to the one that decides are added to `values`; NULL: with a trouble. */
static Value *evaluate_chain(Run *run, const CodeNode *node, GPtrArray *values)
{
    gboolean holds = TRUE;

    for (guint i = 0; i < node->items->len && holds; i++) {
        Value *value = evaluate(run, g_ptr_array_index(node->items, i));

        if (value == NULL)
            return NULL;
        g_ptr_array_add(values, value);
        if (i > 0 &&
            !operate_compare(g_array_index(node->ops, CodeOp, i - 1),
                             g_ptr_array_index(values, i - 1), value, &holds, &run->trouble))
            return NULL;
    }
    return value_bool(holds);
}

static Value *evaluate_compare(Run *run, const CodeNode *node)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref);

    return evaluate_chain(run, node, values);
}

static Value *evaluate_unary(Run *run, const CodeNode *node)
{
    g_autoptr(Value) value = evaluate(run, g_ptr_array_index(node->items, 0));

    return value != NULL ? operate_unary(node->op, value, &run->trouble) : NULL;
}

static Value *evaluate_binary(Run *run, const CodeNode *node)
{
    g_autoptr(Value) left = evaluate(run, g_ptr_array_index(node->items, 0));
    g_autoptr(Value) right = left != NULL ? evaluate(run, g_ptr_array_index(node->items, 1)) : NULL;

    return right != NULL ? operate_binary(node->op, left, right, &run->trouble) : NULL;
}

static Value *evaluate(Run *run, const CodeNode *node)
{
    switch (node->kind) {
    case CODE_NUMBER: return value_int(node->number);
    case CODE_FLOAT: return value_float(node->real);
    case CODE_TEXT: return value_text(g_strdup(node->text), &run->trouble);
    case CODE_NAME: return evaluate_name(run, node);
    case CODE_TRUE: return value_bool(TRUE);
    case CODE_FALSE: return value_bool(FALSE);
    case CODE_NONE: return value_new(VALUE_NONE);
    case CODE_UNARY: return evaluate_unary(run, node);
    case CODE_BINARY: return evaluate_binary(run, node);
    case CODE_COMPARE: return evaluate_compare(run, node);
    case CODE_AND:
    case CODE_OR: return evaluate_joined(run, node);
    case CODE_LIST:
    case CODE_TUPLE: return evaluate_list(run, node);
    case CODE_CALL: return evaluate_call(run, node);
    }
    g_assert_not_reached();
}

/* --- assertions ---------------------------------------------------------------------------- */

static gboolean is_literal(const CodeNode *node)
{
    return node->kind != CODE_NAME && node->kind != CODE_CALL && node->items == NULL;
}

/* A name of a constant says what is wanted, as a number does. */
static gboolean is_fixed(const CodeNode *node)
{
    gint64 number;

    return is_literal(node) || (node->kind == CODE_NAME && drill_constant(node->text, &number));
}

/* What the comparison is about: of "10 <= x <= 20" x, of "0 == x" x, else the first one. */
static guint subject(const CodeNode *node)
{
    const CodeNode *first = g_ptr_array_index(node->items, 0),
                   *second = g_ptr_array_index(node->items, 1);

    return is_fixed(first) && !is_fixed(second) ? 1 : 0;
}

/* "it is 3, not 2". */
static char *tell_compare(const CodeNode *node, const GPtrArray *values, char **shown)
{
    guint which = subject(node);

    if (which >= values->len)
        return g_strdup("it does not hold");
    *shown = value_repr(g_ptr_array_index(values, which));
    if (node->items->len != 2 || g_array_index(node->ops, CodeOp, 0) != OP_EQUAL)
        return g_strdup_printf("it is %s", *shown);
    g_autofree char *wanted = value_repr(g_ptr_array_index(values, 1 - which));

    return g_strdup_printf("it is %s, not %s", *shown, wanted);
}

/* The message, if it says anything that has not been said. */
static char *tell_message(Run *run, const CodeNode *message, const char *shown)
{
    if (message == NULL)
        return NULL;
    g_autoptr(Value) value = evaluate(run, message);
    char *text = value != NULL ? value_str(value) : NULL;

    g_clear_pointer(&run->trouble, g_free); /* it fails either way */
    if (text != NULL && (*text == '\0' || g_strcmp0(text, shown) == 0))
        g_clear_pointer(&text, g_free);
    return text;
}

static DrillVerdict check(Run *run, const CodeStatement *statement, char **why)
{
    const CodeNode *node = statement->value;
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func((GDestroyNotify)value_unref);
    g_autoptr(Value) value =
        node->kind == CODE_COMPARE ? evaluate_chain(run, node, values) : evaluate(run, node);
    g_autofree char *shown = NULL;

    if (value == NULL)
        return DRILL_UNKNOWN;
    if (value_is_true(value))
        return DRILL_HOLDS;
    if (node->kind != CODE_COMPARE)
        shown = value_repr(value);
    g_autofree char *told = node->kind == CODE_COMPARE ? tell_compare(node, values, &shown)
                                                       : g_strdup_printf("it is %s", shown);
    g_autofree char *message = tell_message(run, statement->message, shown);

    *why = message != NULL ? g_strdup_printf("%s: %s (%s)", node->source, told, message)
                           : g_strdup_printf("%s: %s", node->source, told);
    return DRILL_FAILS;
}

/* --- statements ---------------------------------------------------------------------------- */

static DrillVerdict assign(Run *run, const CodeStatement *statement)
{
    Value *value = evaluate(run, statement->value);

    if (value != NULL && statement->op != OP_NONE) {
        const CodeNode name = {.kind = CODE_NAME, .text = statement->name};
        g_autoptr(Value) right = value;
        g_autoptr(Value) left = evaluate_name(run, &name);

        value = left != NULL ? operate_binary(statement->op, left, right, &run->trouble) : NULL;
    }
    if (value == NULL)
        return DRILL_UNKNOWN;
    g_hash_table_replace(run->names->values, g_strdup(statement->name), value);
    return DRILL_HOLDS;
}

static DrillVerdict print(Run *run, const CodeStatement *statement, GString *printed)
{
    g_autoptr(GPtrArray) values = evaluate_items(run, statement->items);

    if (values == NULL)
        return DRILL_UNKNOWN;
    for (guint i = 0; i < values->len; i++) {
        g_autofree char *text = value_str(g_ptr_array_index(values, i));

        if (i > 0)
            g_string_append_c(printed, ' ');
        g_string_append(printed, text);
    }
    g_string_append_c(printed, '\n');
    return DRILL_HOLDS;
}

DrillVerdict drill_code_run(const DrillCode *code, DrillNames *names, DrillLookUp look_up,
                            gpointer context, GString *printed, char **why)
{
    Run run = {.names = names, .look_up = look_up, .context = context};
    DrillVerdict verdict = DRILL_HOLDS;

    *why = NULL;
    for (guint i = 0; i < code->statements->len && verdict == DRILL_HOLDS; i++) {
        const CodeStatement *statement = g_ptr_array_index(code->statements, i);

        switch (statement->verb) {
        case CODE_ASSERT: verdict = check(&run, statement, why); break;
        case CODE_ASSIGN: verdict = assign(&run, statement); break;
        case CODE_PRINT: verdict = print(&run, statement, printed); break;
        }
    }
    if (verdict == DRILL_UNKNOWN)
        *why = g_steal_pointer(&run.trouble);
    g_free(run.trouble);
    return verdict;
}
