/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/table.h: the types of spec/records.md and their members, as one table that decoder, encoder, copies, documentation and tests read */
#ifndef UND_RECORD_TABLE_H
#define UND_RECORD_TABLE_H

#include "record/record.h"

/* What a member holds: how it is spelt in the line, and what stands for it in the struct. */
enum und_kind {
	UND_KIND_TYPE,      /* the type's name                                        - */
	UND_KIND_VERSION,   /* 1                                                      und_record.v */
	UND_KIND_NUMBER,    /* min … max                                              uint64_t */
	UND_KIND_DATE,      /* YYYY-MM-DD                                             und_day */
	UND_KIND_DATE0,     /* or ""                                                  und_day */
	UND_KIND_ID,        /* [a-z][a-z0-9-]{0,31}                                   und_bytes */
	UND_KIND_ID_ALL,    /* or "*"                                                 und_bytes */
	UND_KIND_TEXT,      /* min … max bytes of UTF-8                               und_bytes */
	UND_KIND_LONG,      /* the same, may hold LF                                  und_bytes */
	UND_KIND_LANGUAGE,  /* a language tag                                         und_bytes */
	UND_KIND_URL,       /* a web address or ""                                    und_bytes */
	UND_KIND_BYTES,     /* max bytes, base64url: references, salts, signatures    uint8_t[max] */
	UND_KIND_REF0,      /* 32 bytes or ""                                         und_ref */
	UND_KIND_POINT,     /* a group element, not the identity                      uint8_t[32] */
	UND_KIND_ED25519,   /* an authority's key (spec/protocol.md §8)               uint8_t[32] */
	UND_KIND_ED25519_0, /* or ""                                                  und_ref */
	UND_KIND_BLOB,      /* min … max bytes, base64url                             und_bytes */
	UND_KIND_KEYS,      /* min … max member keys of 32 bytes, ascending, as one   und_bytes, and their count */
	UND_KIND_WORD,      /* one of words                                           an enum, numbered as words are */
	UND_KIND_BOOL,      /* one of two words                                       bool: the second */
	UND_KIND_OBJECT,    /* an object of its own shape                             its struct */
	UND_KIND_LIST,      /* min … max objects of one shape                         pointer, and their count */
	UND_KIND_COUNT
};
const char *und_kind_name(enum und_kind k);

/* What a member must be beside its fellows in the other elements of a list. */
enum und_order {
	UND_ORDER_NONE,
	UND_ORDER_DISTINCT,  /* two that are set are never equal */
	UND_ORDER_ASCENDING  /* strictly, by bytes or as numbers */
};

struct und_record_member {
	const char *name;
	enum und_kind kind;
	enum und_order order;
	uint32_t min, max;
	size_t offset;             /* in the struct of the shape; of top-level members, in und_record */
	size_t count_offset;       /* KEYS, LIST */
	const struct und_shape *shape;   /* OBJECT, LIST */
	const char *const *words;        /* WORD, BOOL; max is how many */
};

/* The members of an object, ascending by name, and what they must be beside each other. */
struct und_shape {
	const struct und_record_member *members;
	size_t count;
	size_t size; /* of its struct */
	/* NULL, or: what the members must be beside each other; object is the struct. Names the member at fault. */
	enum und_err (*check)(const char **member, const void *object);
};

const struct und_shape *und_type_shape(enum und_type t);

/*
 * A line of another layer's own file (the registrar's book), by a shape of its own, which holds no UND_KIND_TYPE: canonical, strict and limited as a record's is. object: the shape's
 * struct; what its members point to goes into the arena. Errors: as und_record_decode. On failure object holds rubbish, and the arena is still its owner's to clear.
 */
UND_MUST_USE enum und_err und_object_decode(void *object, struct und_arena *arena, const struct und_shape *shape, struct und_bytes line, struct und_diag *diag);
/* Appends the line, no LF. The object must be one that decode would accept. */
UND_MUST_USE enum und_err und_object_encode(struct und_buf *out, const struct und_shape *shape, const void *object);

/* ---- the checks between members, one a shape; called by the table alone (check.c) ---- */

enum und_err und_check_roster(const char **member, const void *record);
enum und_err und_check_roster_body(const char **member, const void *body);
enum und_err und_check_council(const char **member, const void *council);
enum und_err und_check_rules(const char **member, const void *rules);
enum und_err und_check_sealed(const char **member, const void *record);
enum und_err und_check_signature(const char **member, const void *record);
enum und_err und_check_notice(const char **member, const void *record);

#endif
