/* Values of %{ }% as text: str(), repr(), and the % of texts. */
#include <math.h>
#include <string.h>

#include "drill/values.h"

/* --- a value ------------------------------------------------------------------------------- */

/* The shortest digits that are read as the same number. */
static char *float_text(double real)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE], form[8];

    if (isnan(real))
        return g_strdup("nan");
    if (isinf(real))
        return g_strdup(real < 0 ? "-inf" : "inf");
    for (int digits = 1; digits <= 17; digits++) {
        g_snprintf(form, sizeof form, "%%.%dg", digits);
        g_ascii_formatd(text, sizeof text, form, real);
        if (g_ascii_strtod(text, NULL) == real)
            break;
    }
    return g_strconcat(text, strpbrk(text, ".e") == NULL ? ".0" : "", NULL);
}

static void append_repr(GString *out, const Value *value);

static void append_list(GString *out, const Value *list)
{
    g_string_append_c(out, list->is_tuple ? '(' : '[');
    for (guint i = 0; i < list->items->len; i++) {
        if (i > 0)
            g_string_append(out, ", ");
        append_repr(out, g_ptr_array_index(list->items, i));
    }
    if (list->is_tuple && list->items->len == 1)
        g_string_append_c(out, ',');
    g_string_append_c(out, list->is_tuple ? ')' : ']');
}

static void append_quoted(GString *out, const char *text)
{
    char quote = strchr(text, '\'') != NULL && strchr(text, '"') == NULL ? '"' : '\'';

    g_string_append_c(out, quote);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            g_string_append(out, "\\n");
        else if (*text == '\t')
            g_string_append(out, "\\t");
        else if (*text == '\r')
            g_string_append(out, "\\r");
        else if (*text == quote || *text == '\\')
            g_string_append_printf(out, "\\%c", *text);
        else
            g_string_append_c(out, *text);
    }
    g_string_append_c(out, quote);
}

static void append_repr(GString *out, const Value *value)
{
    g_autofree char *text = NULL;

    switch (value->kind) {
    case VALUE_NONE: g_string_append(out, "None"); break;
    case VALUE_BOOL: g_string_append(out, value->number != 0 ? "True" : "False"); break;
    case VALUE_INT: g_string_append_printf(out, "%" G_GINT64_FORMAT, value->number); break;
    case VALUE_FLOAT:
        text = float_text(value->real);
        g_string_append(out, text);
        break;
    case VALUE_TEXT: append_quoted(out, value->text); break;
    case VALUE_LIST: append_list(out, value); break;
    }
}

char *value_repr(const Value *value)
{
    GString *out = g_string_new(NULL);

    append_repr(out, value);
    return g_string_free(out, FALSE);
}

char *value_str(const Value *value)
{
    return value->kind == VALUE_TEXT ? g_strdup(value->text) : value_repr(value);
}

const char *value_kind_name(const Value *value)
{
    static const char *const names[] = {
        [VALUE_NONE] = "None",      [VALUE_BOOL] = "a number", [VALUE_INT] = "a number",
        [VALUE_FLOAT] = "a number", [VALUE_TEXT] = "a text",   [VALUE_LIST] = "a list",
    };

    return names[value->kind];
}

/* --- % ------------------------------------------------------------------------------------- */

enum { WIDTH_MAX = 1000 };

/* "%-08.3d". */
typedef struct Form {
    gboolean left, plus, blank, zero, other;
    guint width;
    int precision; /* -1: none */
    char letter;
} Form;

static gboolean read_count(const char **at, guint *count, char **trouble)
{
    for (*count = 0; g_ascii_isdigit(**at); ++*at) {
        *count = *count * 10 + (guint)(**at - '0');
        if (*count > WIDTH_MAX) {
            *trouble = g_strdup_printf("a width beyond %d", WIDTH_MAX);
            return FALSE;
        }
    }
    return TRUE;
}

/* Behind the "%". */
static gboolean read_form(const char **at, Form *form, char **trouble)
{
    guint precision;

    *form = (Form){.precision = -1};
    for (;; ++*at) {
        gboolean *flag = **at == '-'   ? &form->left
                         : **at == '+' ? &form->plus
                         : **at == ' ' ? &form->blank
                         : **at == '0' ? &form->zero
                         : **at == '#' ? &form->other
                                       : NULL;
        if (flag == NULL)
            break;
        *flag = TRUE;
    }
    if (!read_count(at, &form->width, trouble))
        return FALSE;
    if (**at == '.') {
        ++*at;
        if (!read_count(at, &precision, trouble))
            return FALSE;
        form->precision = (int)precision;
    }
    while (**at == 'l' || **at == 'h' || **at == 'L')
        ++*at;
    form->letter = **at;
    if (form->letter == '\0' || strchr("diuxXosrfFeEgGc%", form->letter) == NULL) {
        *trouble = form->letter == '\0' ? g_strdup("a % at the end of a format")
                                        : g_strdup_printf("a format has no %%%.*s",
                                                          (int)g_utf8_skip[(guchar) * *at], *at);
        return FALSE;
    }
    ++*at;
    return TRUE;
}

/* A number is padded with zeros behind its sign. */
static void append_padded(GString *out, const Form *form, const char *sign, const char *text,
                          gboolean is_number)
{
    glong length = g_utf8_strlen(sign, -1) + g_utf8_strlen(text, -1);
    guint blanks = length < (glong)form->width ? form->width - (guint)length : 0;
    gboolean zeros = form->zero && is_number && !form->left;

    for (guint i = 0; i < blanks && !form->left && !zeros; i++)
        g_string_append_c(out, ' ');
    g_string_append(out, sign);
    for (guint i = 0; i < blanks && zeros; i++)
        g_string_append_c(out, '0');
    g_string_append(out, text);
    for (guint i = 0; i < blanks && form->left; i++)
        g_string_append_c(out, ' ');
}

static const char *sign_of(const Form *form, gboolean is_negative)
{
    return is_negative ? "-" : form->plus ? "+" : form->blank ? " " : "";
}

/* %d %x %X %o. */
static gboolean append_whole(GString *out, const Form *form, const Value *value, char **trouble)
{
    gint64 number = value->number;

    if (value->kind == VALUE_FLOAT && strchr("diu", form->letter) != NULL) {
        if (!(fabs(value->real) < 9e18)) {
            *trouble = g_strdup("a number beyond 64 bits");
            return FALSE;
        }
        number = (gint64)value->real;
    } else if (!value_is_whole(value)) {
        *trouble = g_strdup_printf("%%%c needs a whole number, not %s", form->letter,
                                   value_kind_name(value));
        return FALSE;
    }
    guint64 size = number < 0 ? 0 - (guint64)number : (guint64)number;
    char digits[32];

    g_snprintf(digits, sizeof digits,
               form->letter == 'x'   ? "%" G_GINT64_MODIFIER "x"
               : form->letter == 'X' ? "%" G_GINT64_MODIFIER "X"
               : form->letter == 'o' ? "%" G_GINT64_MODIFIER "o"
                                     : "%" G_GINT64_MODIFIER "u",
               size);
    GString *text = g_string_new(digits);

    while ((int)text->len < form->precision)
        g_string_prepend_c(text, '0');
    const char *prefix = !form->other          ? ""
                         : form->letter == 'x' ? "0x"
                         : form->letter == 'X' ? "0X"
                         : form->letter == 'o' ? "0o"
                                               : "";
    g_autofree char *sign = g_strconcat(sign_of(form, number < 0), prefix, NULL);

    append_padded(out, form, sign, text->str, TRUE);
    g_string_free(text, TRUE);
    return TRUE;
}

static gboolean append_real(GString *out, const Form *form, const Value *value, char **trouble)
{
    if (!value_is_number(value)) {
        *trouble =
            g_strdup_printf("%%%c needs a number, not %s", form->letter, value_kind_name(value));
        return FALSE;
    }
    double real = value_to_real(value);
    char how[16], text[1500]; /* 309 digits before the point, WIDTH_MAX behind it */

    g_snprintf(how, sizeof how, "%%.%d%c", form->precision < 0 ? 6 : form->precision, form->letter);
    g_ascii_formatd(text, sizeof text, how, fabs(real));
    append_padded(out, form, sign_of(form, signbit(real) != 0), text, isfinite(real) != 0);
    return TRUE;
}

static gboolean append_text(GString *out, const Form *form, const Value *value)
{
    g_autofree char *text = form->letter == 's' ? value_str(value) : value_repr(value);

    if (form->precision >= 0 && g_utf8_strlen(text, -1) > form->precision)
        *g_utf8_offset_to_pointer(text, form->precision) = '\0';
    append_padded(out, form, "", text, FALSE);
    return TRUE;
}

static gboolean append_sign(GString *out, const Form *form, const Value *value, char **trouble)
{
    char text[8] = "";

    if (value->kind == VALUE_TEXT && g_utf8_strlen(value->text, -1) == 1)
        g_strlcpy(text, value->text, sizeof text);
    else if (value_is_whole(value) && value->number > 0 && value->number <= 0x10ffff &&
             g_unichar_validate((gunichar)value->number))
        g_unichar_to_utf8((gunichar)value->number, text);
    if (text[0] == '\0') {
        *trouble = g_strdup("%c needs one character");
        return FALSE;
    }
    append_padded(out, form, "", text, FALSE);
    return TRUE;
}

static gboolean append_argument(GString *out, const Form *form, const Value *value, char **trouble)
{
    if (strchr("sr", form->letter) != NULL)
        return append_text(out, form, value);
    if (strchr("diuxXo", form->letter) != NULL)
        return append_whole(out, form, value, trouble);
    if (form->letter == 'c')
        return append_sign(out, form, value, trouble);
    return append_real(out, form, value, trouble);
}

static gboolean format_all(const char *format, const Value *const *arguments, guint count,
                           GString *out, char **trouble)
{
    guint taken = 0;
    Form form;

    while (*format != '\0') {
        if (out->len > VALUE_SIZE_MAX)
            return TRUE; /* it is refused as too long */
        if (*format != '%') {
            g_string_append_c(out, *format++);
            continue;
        }
        format++;
        if (!read_form(&format, &form, trouble))
            return FALSE;
        if (form.letter == '%') {
            g_string_append_c(out, '%');
        } else if (taken == count) {
            *trouble = g_strdup("a format wants more values than it is given");
            return FALSE;
        } else if (!append_argument(out, &form, arguments[taken++], trouble)) {
            return FALSE;
        }
    }
    if (taken == count)
        return TRUE;
    *trouble = g_strdup("a format is given more values than it wants");
    return FALSE;
}

Value *format_percent(const char *format, Value *arguments, char **trouble)
{
    gboolean is_tuple = arguments->kind == VALUE_LIST && arguments->is_tuple;
    const Value *one[] = {arguments};
    const Value *const *all = is_tuple ? (const Value *const *)arguments->items->pdata : one;
    GString *out = g_string_new(NULL);
    gboolean good = format_all(format, all, is_tuple ? arguments->items->len : 1, out, trouble);
    char *text = g_string_free(out, FALSE);

    if (good)
        return value_text(text, trouble);
    g_free(text);
    return NULL;
}
