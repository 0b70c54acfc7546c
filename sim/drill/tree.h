/* %{ }% as a tree.  Only code.c, which makes it, and evaluate.c, which walks it, include this. */
#ifndef TCPWALTZ_DRILL_TREE_H
#define TCPWALTZ_DRILL_TREE_H

#include <glib.h>

#include "drill/code.h"

/* Of a tree: what walks it calls itself, and must not fill the stack. */
enum { CODE_DEPTH_MAX = 100 };

typedef enum CodeKind {
    CODE_NUMBER,
    CODE_FLOAT,
    CODE_TEXT,
    CODE_NAME,
    CODE_TRUE,
    CODE_FALSE,
    CODE_NONE,
    CODE_UNARY,   /* items[0] */
    CODE_BINARY,  /* items[0] and [1] */
    CODE_COMPARE, /* items, and ops between them */
    CODE_AND,     /* items */
    CODE_OR,
    CODE_LIST,
    CODE_TUPLE,
    CODE_CALL, /* text of items */
} CodeKind;

typedef enum CodeOp {
    OP_BIT_OR,
    OP_BIT_XOR,
    OP_BIT_AND,
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_DIVIDE_FLOOR,
    OP_MODULO,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_GREATER,
    OP_GREATER_EQUAL,
    OP_IN,
    OP_NOT_IN,
    OP_NEGATE,
    OP_PLUS,
    OP_INVERT,
    OP_NOT,
    OP_NONE,
} CodeOp;

typedef struct CodeNode {
    CodeKind kind;
    CodeOp op;        /* of UNARY, BINARY */
    gint64 number;    /* of NUMBER */
    double real;      /* of FLOAT */
    char *text;       /* of TEXT, NAME, CALL */
    GPtrArray *items; /* CodeNode *; NULL: none */
    GArray *ops;      /* CodeOp, of COMPARE */
    guint depth;      /* 1: a leaf */
    char *source;     /* of what is asserted alone: as written, on one line */
} CodeNode;

typedef enum CodeVerb { CODE_ASSERT, CODE_ASSIGN, CODE_PRINT } CodeVerb;

typedef struct CodeStatement {
    CodeVerb verb;
    CodeNode *value;   /* of ASSERT and ASSIGN */
    CodeNode *message; /* of ASSERT; or NULL */
    GPtrArray *items;  /* of PRINT: CodeNode * */
    char *name;        /* of ASSIGN */
    CodeOp op;         /* "+=": OP_ADD; "=": OP_NONE */
} CodeStatement;

struct DrillCode {
    GPtrArray *statements; /* CodeStatement * */
};

#endif
