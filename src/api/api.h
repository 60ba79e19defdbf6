/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* api/api.h: what the parts of the public library share: behind the opaque handles of include/undersigned/. For api/ only */
#ifndef UND_API_API_H
#define UND_API_API_H

#include <undersigned/letter.h>
#include <undersigned/member.h>

#include "letter/letter.h"

enum und_copy_phase { UND_COPY_READING, UND_COPY_ENDED, UND_COPY_FAILED };

struct und_copy {
	enum und_copy_kind kind;
	enum und_copy_phase phase;
	enum und_err failed; /* with its place, said again and again */
	struct und_diag fault;
	struct und_random random; /* what the caller lent: copies */
	struct und_runner runner;
	struct und_progress progress;
	bool has_runner;
	struct und_letter *l;
	/* once it has ended */
	struct und_state state;
	uint8_t pin[UND_ID_SIZE];
	size_t *statements; /* state.statements of them: where they stand in und_letter_kept's list, which may move */
};

/* Whether it has ended well: the state is there. */
static inline bool und_copy_is_ready(const struct und_copy *copy)
{
	return copy != NULL && copy->phase == UND_COPY_ENDED;
}

/* What the caller lent, as far as its size goes; UND_ERR_MISUSE: too small, or something there that nobody here knows. */
UND_MUST_USE enum und_err und_lent_take(struct und_lent *out, const struct und_lent *lent, size_t size);
/* The caller's randomness, or the machine's, which is ready then. Errors: UND_ERR_RANDOM. */
UND_MUST_USE enum und_err und_lent_random(const struct und_random **out, const struct und_random *lent);
/* The options of a letter file, for calls that keep nothing. */
UND_MUST_USE enum und_err und_lent_options(struct und_letter_options *out, const struct und_lent *lent, size_t size);

/* A filled struct to a caller whose own has another size: what it does not know stays here, what we do not know becomes zero. Errors: UND_ERR_MISUSE: smaller than least, the size in the first version. */
UND_MUST_USE enum und_err und_api_fill(void *out, size_t size, const void *full, size_t full_size, size_t least);
/* Hands what a buffer owns to the caller, or its error. The buffer is empty then. */
UND_MUST_USE enum und_err und_api_give(uint8_t **out, size_t *n, struct und_buf *b);

#endif
