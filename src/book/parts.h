/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book/parts.h: between the files of the book */
#ifndef UND_BOOK_PARTS_H
#define UND_BOOK_PARTS_H

#include "book/book.h"
#include "letter/set.h"

/* Which slot (its place in slots) a code's hash or a member key belongs to. Keys that a slot dropped stay in it: und_index_key looks whether it still has them. */
struct und_book_index {
	struct und_set codes, keys;
	uint32_t *code_slots, *key_slots;
	size_t code_cap, key_cap;
};
UND_MUST_USE enum und_err und_index_new(struct und_book_index **out, const struct und_random *random);
void und_index_free(struct und_book_index *x);
/* UND_SET_NONE: nobody's. */
size_t und_index_code(const struct und_book *b, const uint8_t code[32]);
size_t und_index_key(const struct und_book *b, const uint8_t key[32]);
/* Errors: UND_ERR_DOUBLED: another slot's (or, of codes, known); UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_index_add_code(struct und_book *b, const uint8_t code[32], size_t slot);
UND_MUST_USE enum und_err und_index_add_key(struct und_book *b, const uint8_t key[32], size_t slot);

#endif
