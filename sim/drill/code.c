/* What stands in %{ }%, read to a tree. */
#include <string.h>

#include "drill/names.h"
#include "drill/reader.h"
#include "drill/tree.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_LINE_END,
    TOKEN_NUMBER,
    TOKEN_NAME,
    TOKEN_TEXT,
    TOKEN_SIGN
} TokenKind;

typedef struct Token {
    TokenKind kind;
    gsize at, length; /* in the source */
} Token;

typedef struct CodeReader {
    const DrillSource *source;
    Diagnostics *diagnostics;
    gsize at, end; /* behind the token at hand */
    Token token;
    gsize behind; /* the token before */
    guint open;   /* parentheses and brackets: line ends are blanks in them */
    guint depth;  /* of calls of read_test() in each other */
} CodeReader;

static CodeNode *read_test(CodeReader *reader);

/* --- trees --------------------------------------------------------------------------------- */

static void node_free(gpointer data)
{
    CodeNode *node = data;

    if (node == NULL)
        return;
    g_free(node->text);
    g_free(node->source);
    if (node->items != NULL)
        g_ptr_array_unref(node->items);
    if (node->ops != NULL)
        g_array_unref(node->ops);
    g_free(node);
}

static CodeNode *new_node(CodeKind kind)
{
    CodeNode *node = g_new0(CodeNode, 1);

    node->kind = kind;
    node->depth = 1;
    return node;
}

static void add_item(CodeNode *node, CodeNode *item)
{
    if (node->items == NULL)
        node->items = g_ptr_array_new_with_free_func(node_free);
    g_ptr_array_add(node->items, item);
    node->depth = MAX(node->depth, item->depth + 1);
}

static void statement_free(gpointer data)
{
    CodeStatement *statement = data;

    node_free(statement->value);
    node_free(statement->message);
    if (statement->items != NULL)
        g_ptr_array_unref(statement->items);
    g_free(statement->name);
    g_free(statement);
}

void drill_code_free(DrillCode *code)
{
    if (code == NULL)
        return;
    g_ptr_array_unref(code->statements);
    g_free(code);
}

/* --- tokens -------------------------------------------------------------------------------- */

static gboolean G_GNUC_PRINTF(4, 5)
    broken(CodeReader *reader, const Token *token, const char *hint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    drill_source_error(reader->source, reader->diagnostics, token->at, token->length, hint, "%s",
                       message);
    return FALSE;
}

static char *token_text(const CodeReader *reader, const Token *token)
{
    return g_strndup(reader->source->bytes + token->at, token->length);
}

static gboolean expected(CodeReader *reader, const char *what)
{
    if (reader->token.kind == TOKEN_END)
        return broken(reader, &reader->token, NULL, "expected %s, but the code ends here", what);
    if (reader->token.kind == TOKEN_LINE_END)
        return broken(reader, &reader->token, NULL, "expected %s, but the line ends here", what);
    g_autofree char *shown = drill_one_line(reader->source->bytes + reader->token.at,
                                            MIN(reader->token.length, (gsize)60));

    return broken(reader, &reader->token, NULL, "expected %s, not '%s'", what, shown);
}

static gboolean is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Blanks, comments, and line ends that end nothing. */
static void skip_blanks(CodeReader *reader)
{
    const char *bytes = reader->source->bytes;

    while (reader->at < reader->end) {
        char c = bytes[reader->at];
        gsize left = reader->end - reader->at;

        if (c == '\\' && left >= 2 && bytes[reader->at + 1] == '\n')
            reader->at += 2;
        else if (c == '\\' && left >= 3 && memcmp(bytes + reader->at, "\\\r\n", 3) == 0)
            reader->at += 3;
        else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && reader->open > 0))
            reader->at++;
        else if (c == '#')
            while (reader->at < reader->end && bytes[reader->at] != '\n')
                reader->at++;
        else
            return;
    }
}

static gsize span_sign(const char *text, gsize left)
{
    static const char *const two[] = {"==", "!=", "<=", ">=", "<<", ">>", "//",
                                      "+=", "**", "-=", "*=", "|=", "&="};

    for (guint i = 0; left >= 2 && i < G_N_ELEMENTS(two); i++)
        if (memcmp(text, two[i], 2) == 0)
            return 2;
    return (gsize)g_utf8_skip[(guchar)*text];
}

/* At a quote; 0: it is not closed on its line. */
static gsize span_text(const char *text, gsize left)
{
    for (gsize i = 1; i < left && text[i] != '\n'; i++) {
        if (text[i] == text[0])
            return i + 1;
        i += text[i] == '\\' && i + 1 < left;
    }
    return 0;
}

static gsize span_number(const char *text, gsize left)
{
    gsize length = 1;

    while (length < left && (is_name_char(text[length]) || text[length] == '.'))
        length++;
    return length;
}

static gboolean next(CodeReader *reader)
{
    Token *token = &reader->token;

    reader->behind = token->at + token->length;
    skip_blanks(reader);
    *token = (Token){TOKEN_END, reader->at, 0};
    if (reader->at >= reader->end)
        return TRUE;
    const char *text = reader->source->bytes + reader->at;
    gsize left = reader->end - reader->at;

    if (*text == '\n') {
        *token = (Token){TOKEN_LINE_END, reader->at, 1};
    } else if (*text == '"' || *text == '\'') {
        *token = (Token){TOKEN_TEXT, reader->at, span_text(text, left)};
        if (token->length == 0) {
            token->length = 1;
            return broken(reader, token, NULL, "this quote is not closed on its line");
        }
    } else if (g_ascii_isdigit(*text) || (*text == '.' && left > 1 && g_ascii_isdigit(text[1]))) {
        *token = (Token){TOKEN_NUMBER, reader->at, span_number(text, left)};
    } else if (is_name_char(*text)) {
        *token = (Token){TOKEN_NAME, reader->at, 1};
        while (token->length < left && is_name_char(text[token->length]))
            token->length++;
    } else {
        *token = (Token){TOKEN_SIGN, reader->at, MIN(span_sign(text, left), left)};
    }
    reader->at += token->length;
    return TRUE;
}

static gboolean token_is(const CodeReader *reader, const char *text)
{
    const Token *token = &reader->token;

    return (token->kind == TOKEN_SIGN || token->kind == TOKEN_NAME) &&
           token->length == strlen(text) &&
           memcmp(reader->source->bytes + token->at, text, token->length) == 0;
}

/* Behind an opening or closing sign lines count otherwise, so it has to be said before the next token is read. */
static gboolean open_list(CodeReader *reader)
{
    reader->open++;
    return next(reader);
}

static gboolean close_list(CodeReader *reader, const char *sign)
{
    g_autofree char *what = g_strdup_printf("',' or '%s'", sign);

    if (!token_is(reader, sign))
        return expected(reader, what);
    reader->open--;
    return next(reader);
}

/* --- leaves -------------------------------------------------------------------------------- */

static CodeNode *fail(CodeNode *node)
{
    node_free(node);
    return NULL;
}

static CodeNode *read_whole(CodeReader *reader, const char *digits, guint base)
{
    CodeNode *node = new_node(CODE_NUMBER);
    guint64 number;

    if (!g_ascii_string_to_unsigned(digits, base, 0, G_MAXINT64, &number, NULL)) {
        broken(reader, &reader->token, NULL,
               strspn(digits, base == 16 ? "0123456789abcdefABCDEF" : "0123456789") ==
                       strlen(digits)
                   ? "this number is beyond 64 bits"
                   : "this is no number");
        return fail(node);
    }
    node->number = (gint64)number;
    return next(reader) ? node : fail(node);
}

static CodeNode *read_number(CodeReader *reader)
{
    g_autofree char *text = token_text(reader, &reader->token);
    char *end;

    if (g_str_has_prefix(text, "0x") || g_str_has_prefix(text, "0X"))
        return read_whole(reader, text + 2, 16);
    if (strchr(text, '.') == NULL)
        return read_whole(reader, text, 10);
    CodeNode *node = new_node(CODE_FLOAT);

    node->real = g_ascii_strtod(text, &end);
    if (*end != '\0') {
        broken(reader, &reader->token, NULL, "this is no number");
        return fail(node);
    }
    return next(reader) ? node : fail(node);
}

static void unescape(const char *text, gsize length, GString *out)
{
    static const char letters[] = "ntr\\'\"", signs[] = "\n\t\r\\'\"";

    for (gsize i = 0; i < length; i++) {
        const char *letter = text[i] == '\\' && i + 1 < length
                                 ? memchr(letters, text[i + 1], sizeof letters - 1)
                                 : NULL;

        if (letter == NULL) {
            g_string_append_c(out, text[i]);
        } else {
            g_string_append_c(out, signs[letter - letters]);
            i++;
        }
    }
}

/* Texts one after the other are one. */
static CodeNode *read_text(CodeReader *reader)
{
    CodeNode *node = new_node(CODE_TEXT);
    GString *out = g_string_new(NULL);
    gboolean good = TRUE;

    while (good && reader->token.kind == TOKEN_TEXT) {
        unescape(reader->source->bytes + reader->token.at + 1, reader->token.length - 2, out);
        good = next(reader);
    }
    node->text = g_string_free(out, FALSE);
    return good ? node : fail(node);
}

/* Items up to the closing sign; `open` is at hand. */
static gboolean read_items(CodeReader *reader, CodeNode *node, const char *sign,
                           gboolean *has_comma)
{
    if (!open_list(reader))
        return FALSE;
    while (!token_is(reader, sign)) {
        CodeNode *item = read_test(reader);

        if (item == NULL)
            return FALSE;
        add_item(node, item);
        if (!token_is(reader, ","))
            break;
        *has_comma = TRUE;
        if (!next(reader))
            return FALSE;
    }
    return close_list(reader, sign);
}

/* "(x)" is x, "()", "(x,)" and "(x, y)" are tuples. */
static CodeNode *read_parentheses(CodeReader *reader)
{
    CodeNode *node = new_node(CODE_TUPLE);
    gboolean has_comma = FALSE;

    if (!read_items(reader, node, ")", &has_comma))
        return fail(node);
    if (has_comma || node->items == NULL)
        return node;
    CodeNode *item = g_ptr_array_steal_index(node->items, 0);

    node_free(node);
    return item;
}

static CodeNode *read_list(CodeReader *reader)
{
    CodeNode *node = new_node(CODE_LIST);
    gboolean has_comma = FALSE;

    return read_items(reader, node, "]", &has_comma) ? node : fail(node);
}

static const struct {
    const char *name;
    CodeKind kind;
} values[] = {{"True", CODE_TRUE}, {"False", CODE_FALSE}, {"None", CODE_NONE}};

static const char *const functions[] = {"abs", "min", "max", "int", "len", "str", NULL};

static const char *const reserved[] = {
    "and",    "as",   "assert", "break",  "class", "continue", "def",  "del",   "elif",   "else",
    "except", "for",  "from",   "global", "if",    "import",   "in",   "is",    "lambda", "not",
    "or",     "pass", "raise",  "return", "try",   "while",    "with", "yield", NULL,
};

static CodeNode *read_call(CodeReader *reader, const Token *token, char *name)
{
    CodeNode *node = new_node(CODE_CALL);
    gboolean has_comma = FALSE;

    node->text = name;
    if (!g_strv_contains(functions, name)) {
        g_autofree char *meant = drill_meant(nearest_word(name, functions));

        broken(reader, token,
               meant != NULL ? meant : "functions are abs, min, max, int, len and str",
               "there is no function '%s' here", name);
        return fail(node);
    }
    return read_items(reader, node, ")", &has_comma) ? node : fail(node);
}

/* A variable may have any name; one that looks like a member of TCP_INFO is one, or misspelt. */
static gboolean is_misspelt(CodeReader *reader, const Token *token, const char *name)
{
    g_autofree char *hint = drill_meant(drill_field_meant(name));

    return hint != NULL && !broken(reader, token, hint, "TCP_INFO has no '%s'", name);
}

static CodeNode *read_name(CodeReader *reader)
{
    g_autofree char *name = token_text(reader, &reader->token);
    Token token = reader->token;

    if (g_strv_contains(reserved, name)) {
        expected(reader, "a value");
        return NULL;
    }
    if (!next(reader))
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(values); i++)
        if (strcmp(values[i].name, name) == 0)
            return new_node(values[i].kind);
    if (token_is(reader, "("))
        return read_call(reader, &token, g_steal_pointer(&name));
    if (is_misspelt(reader, &token, name))
        return NULL;
    CodeNode *node = new_node(CODE_NAME);

    node->text = g_steal_pointer(&name);
    return node;
}

static CodeNode *read_leaf(CodeReader *reader)
{
    switch (reader->token.kind) {
    case TOKEN_NUMBER: return read_number(reader);
    case TOKEN_TEXT: return read_text(reader);
    case TOKEN_NAME: return read_name(reader);
    default: break;
    }
    if (token_is(reader, "("))
        return read_parentheses(reader);
    if (token_is(reader, "["))
        return read_list(reader);
    expected(reader, "a value");
    return NULL;
}

/* --- operators ----------------------------------------------------------------------------- */

static CodeNode *check_depth(CodeReader *reader, CodeNode *node)
{
    if (node->depth <= CODE_DEPTH_MAX)
        return node;
    broken(reader, &reader->token, NULL, "more than %d operators in each other", CODE_DEPTH_MAX);
    return fail(node);
}

static CodeNode *combine(CodeReader *reader, CodeKind kind, CodeOp op, CodeNode *left,
                         CodeNode *right)
{
    CodeNode *node = new_node(kind);

    node->op = op;
    add_item(node, left);
    if (right != NULL)
        add_item(node, right);
    return check_depth(reader, node);
}

static CodeOp sign_before(const CodeReader *reader)
{
    return token_is(reader, "-")   ? OP_NEGATE
           : token_is(reader, "+") ? OP_PLUS
           : token_is(reader, "~") ? OP_INVERT
                                   : OP_NONE;
}

/* Signs before a value, the last one nearest to it. */
static CodeNode *read_signed(CodeReader *reader)
{
    CodeOp ops[CODE_DEPTH_MAX];
    guint count = 0;

    for (CodeOp op; (op = sign_before(reader)) != OP_NONE; ops[count++] = op) {
        if (count == CODE_DEPTH_MAX) {
            broken(reader, &reader->token, NULL, "more than %d signs before a value",
                   CODE_DEPTH_MAX);
            return NULL;
        }
        if (!next(reader))
            return NULL;
    }
    CodeNode *node = read_leaf(reader);

    while (node != NULL && count > 0)
        node = combine(reader, CODE_UNARY, ops[--count], node, NULL);
    return node;
}

/* What binds more tightly has the greater number (the Python Language Reference, 6.17). */
static const struct {
    const char *sign;
    guint binds;
    CodeOp op;
} operators[] = {
    {"|", 1, OP_BIT_OR},        {"^", 2, OP_BIT_XOR},      {"&", 3, OP_BIT_AND},
    {"<<", 4, OP_SHIFT_LEFT},   {">>", 4, OP_SHIFT_RIGHT}, {"+", 5, OP_ADD},
    {"-", 5, OP_SUBTRACT},      {"*", 6, OP_MULTIPLY},     {"/", 6, OP_DIVIDE},
    {"//", 6, OP_DIVIDE_FLOOR}, {"%", 6, OP_MODULO},
};

/* The operator at hand if it binds at least so tightly; else 0. */
static guint operator_at(const CodeReader *reader, guint least, CodeOp *op)
{
    for (guint i = 0; i < G_N_ELEMENTS(operators); i++) {
        if (!token_is(reader, operators[i].sign))
            continue;
        *op = operators[i].op;
        return operators[i].binds >= least ? operators[i].binds : 0;
    }
    return 0;
}

static CodeNode *read_binary(CodeReader *reader, guint least)
{
    CodeNode *left = read_signed(reader);
    guint binds;
    CodeOp op;

    while (left != NULL && (binds = operator_at(reader, least, &op)) > 0) {
        CodeNode *right = next(reader) ? read_binary(reader, binds + 1) : NULL;

        left = right != NULL ? combine(reader, CODE_BINARY, op, left, right) : fail(left);
    }
    return left;
}

/* Takes it; FALSE with *op OP_NONE: there is none. */
static gboolean take_comparison(CodeReader *reader, CodeOp *op)
{
    static const struct {
        const char *sign;
        CodeOp op;
    } comparisons[] = {
        {"==", OP_EQUAL},  {"!=", OP_NOT_EQUAL},     {"<", OP_LESS}, {"<=", OP_LESS_EQUAL},
        {">", OP_GREATER}, {">=", OP_GREATER_EQUAL}, {"in", OP_IN},  {"not", OP_NOT_IN},
    };

    *op = OP_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++)
        if (token_is(reader, comparisons[i].sign))
            *op = comparisons[i].op;
    if (*op == OP_NONE || !next(reader))
        return FALSE;
    if (*op != OP_NOT_IN)
        return TRUE;
    return token_is(reader, "in") ? next(reader) : expected(reader, "'in'");
}

static CodeNode *read_comparison(CodeReader *reader)
{
    CodeNode *left = read_binary(reader, 1);
    CodeNode *node = NULL;
    CodeOp op;

    if (left == NULL)
        return NULL;
    while (take_comparison(reader, &op)) {
        CodeNode *right = read_binary(reader, 1);

        if (node == NULL) {
            node = new_node(CODE_COMPARE);
            node->ops = g_array_new(FALSE, FALSE, sizeof(CodeOp));
            add_item(node, left);
        }
        if (right == NULL)
            return fail(node);
        add_item(node, right);
        g_array_append_val(node->ops, op);
    }
    if (op != OP_NONE)
        return fail(node != NULL ? node : left);
    return node != NULL ? check_depth(reader, node) : left;
}

static CodeNode *read_not(CodeReader *reader)
{
    guint count = 0;

    for (; token_is(reader, "not"); count++) {
        if (count == CODE_DEPTH_MAX) {
            broken(reader, &reader->token, NULL, "more than %d 'not'", CODE_DEPTH_MAX);
            return NULL;
        }
        if (!next(reader))
            return NULL;
    }
    CodeNode *node = read_comparison(reader);

    for (; node != NULL && count > 0; count--)
        node = combine(reader, CODE_UNARY, OP_NOT, node, NULL);
    return node;
}

/* One or more, with this word between them. */
static CodeNode *read_joined(CodeReader *reader, const char *word, CodeKind kind,
                             CodeNode *(*read)(CodeReader *reader))
{
    CodeNode *left = read(reader);

    if (left == NULL || !token_is(reader, word))
        return left;
    CodeNode *node = new_node(kind);

    add_item(node, left);
    while (token_is(reader, word)) {
        CodeNode *right = next(reader) ? read(reader) : NULL;

        if (right == NULL)
            return fail(node);
        add_item(node, right);
    }
    return check_depth(reader, node);
}

static CodeNode *read_and(CodeReader *reader)
{
    return read_joined(reader, "and", CODE_AND, read_not);
}

static CodeNode *read_test(CodeReader *reader)
{
    if (reader->depth >= CODE_DEPTH_MAX) {
        broken(reader, &reader->token, NULL, "more than %d parentheses in each other",
               CODE_DEPTH_MAX);
        return NULL;
    }
    reader->depth++;
    CodeNode *node = read_joined(reader, "or", CODE_OR, read_and);

    reader->depth--;
    return node;
}

/* --- statements ---------------------------------------------------------------------------- */

/* A value; "a, b" without parentheses is a tuple. */
static CodeNode *read_value(CodeReader *reader)
{
    CodeNode *node = read_test(reader);

    if (node == NULL || !token_is(reader, ","))
        return node;
    CodeNode *tuple = new_node(CODE_TUPLE);

    add_item(tuple, node);
    while (token_is(reader, ",")) {
        if (!next(reader))
            return fail(tuple);
        if (reader->token.kind == TOKEN_END || reader->token.kind == TOKEN_LINE_END ||
            token_is(reader, ";"))
            break;
        node = read_test(reader);
        if (node == NULL)
            return fail(tuple);
        add_item(tuple, node);
    }
    return check_depth(reader, tuple);
}

static gboolean read_assert(CodeReader *reader, CodeStatement *statement)
{
    gsize begin = reader->token.at;

    statement->verb = CODE_ASSERT;
    statement->value = read_test(reader);
    if (statement->value == NULL)
        return FALSE;
    statement->value->source =
        drill_one_line(reader->source->bytes + begin, MAX(reader->behind, begin) - begin);
    if (!token_is(reader, ","))
        return TRUE;
    if (!next(reader))
        return FALSE;
    statement->message = read_test(reader);
    return statement->message != NULL;
}

static gboolean read_print(CodeReader *reader, CodeStatement *statement)
{
    CodeNode node = {0};
    gboolean has_comma = FALSE;

    statement->verb = CODE_PRINT;
    if (!token_is(reader, "("))
        return expected(reader, "'('");
    gboolean good = read_items(reader, &node, ")", &has_comma);

    statement->items = node.items;
    return good;
}

static gboolean read_assignment(CodeReader *reader, CodeStatement *statement, const Token *name)
{
    static const struct {
        const char *sign;
        CodeOp op;
    } signs[] = {
        {"=", OP_NONE},      {"+=", OP_ADD},    {"-=", OP_SUBTRACT},
        {"*=", OP_MULTIPLY}, {"|=", OP_BIT_OR}, {"&=", OP_BIT_AND},
    };

    statement->verb = CODE_ASSIGN;
    statement->name = token_text(reader, name);
    for (guint i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (!token_is(reader, signs[i].sign))
            continue;
        statement->op = signs[i].op;
        if (!next(reader))
            return FALSE;
        statement->value = read_value(reader);
        return statement->value != NULL;
    }
    static const char *const verbs[] = {"assert", "print", NULL};
    g_autofree char *meant = drill_meant(nearest_word(statement->name, verbs));

    if (meant != NULL)
        return broken(reader, name, meant, "this begins no statement");
    return broken(
        reader, name,
        "statements: assert EXPRESSION[, MESSAGE]   NAME = VALUE   NAME += VALUE   print(…)",
        "this begins no statement");
}

static gboolean read_statement(CodeReader *reader, CodeStatement *statement)
{
    Token first = reader->token;
    g_autofree char *name = token_text(reader, &first);

    if (first.kind != TOKEN_NAME)
        return expected(reader, "a statement");
    if (!next(reader))
        return FALSE;
    if (strcmp(name, "assert") == 0)
        return read_assert(reader, statement);
    if (strcmp(name, "print") == 0)
        return read_print(reader, statement);
    return read_assignment(reader, statement, &first);
}

static gboolean read_statements(CodeReader *reader, GPtrArray *statements)
{
    for (;;) {
        while (reader->token.kind == TOKEN_LINE_END || token_is(reader, ";"))
            if (!next(reader))
                return FALSE;
        if (reader->token.kind == TOKEN_END)
            return TRUE;
        CodeStatement *statement = g_new0(CodeStatement, 1);

        g_ptr_array_add(statements, statement);
        if (!read_statement(reader, statement))
            return FALSE;
        if (reader->token.kind != TOKEN_END && reader->token.kind != TOKEN_LINE_END &&
            !token_is(reader, ";"))
            return expected(reader, "the end of the statement");
    }
}

DrillCode *drill_code_read_source(const DrillSource *source, gsize offset, gsize length,
                                  Diagnostics *diagnostics)
{
    CodeReader reader = {
        .source = source,
        .diagnostics = diagnostics,
        .at = offset,
        .end = offset + length,
        .token = {TOKEN_END, offset, 0},
    };
    DrillCode *code = g_new0(DrillCode, 1);

    code->statements = g_ptr_array_new_with_free_func(statement_free);
    if (next(&reader) && read_statements(&reader, code->statements))
        return code;
    drill_code_free(code);
    return NULL;
}

/* The text is made a source in which it stands where `place` says. */
DrillCode *drill_code_read(const char *text, gsize length, SourcePlace place,
                           Diagnostics *diagnostics)
{
    guint before = place.column > 1 ? place.column - 1 : 0;
    g_autoptr(GString) padded = g_string_new(NULL);
    DrillSource source;
    DrillCode *code = NULL;
    const char *end;

    g_string_append_printf(padded, "%*s", (int)before, "");
    g_string_append_len(padded, text, (gssize)length);
    drill_source_init(&source, place.file != NULL ? place.file : "?", padded->str, padded->len);
    source.first_line = MAX(place.line, 1);
    if (g_utf8_validate_len(text, length, &end))
        code = drill_code_read_source(&source, before, length, diagnostics);
    else
        drill_source_error(&source, diagnostics, before + (gsize)(end - text), 1, "files are UTF-8",
                           "this byte, 0x%02x, is not valid UTF-8", (guint)(guchar)*end);
    drill_source_clear(&source);
    return code;
}
