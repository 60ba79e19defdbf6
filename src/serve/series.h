/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve/series.h: what the store notes of a series: whose it is, and which requests were answered. For serve/ only */
#ifndef UND_SERVE_SERIES_H
#define UND_SERVE_SERIES_H

#include "serve/parts.h"

enum { SERVE_USED_MAX = 4096 };

/* Nonces are kept while their request's day could still be taken: one day and the next. */
struct serve_used {
	und_day on;
	uint8_t nonce[32];
};
struct serve_series {
	uint8_t keys[UND_SIGNATURES_MAX][UND_ED25519_KEY_SIZE]; /* of those who opened it */
	size_t key_count;
	struct serve_used *used;
	size_t used_count, used_cap;
	bool is_kept;       /* the store has it */
	struct und_buf was; /* … with this note, which was read */
};

/* Lines "key KEY" and "used DAY NONCE". Errors: UND_ERR_STORE_DAMAGED, UND_ERR_MEMORY. clear it in any case. */
UND_MUST_USE enum und_err serve_series_decode(struct serve_series *out, struct und_bytes note);
UND_MUST_USE enum und_err serve_series_encode(struct und_buf *out, const struct serve_series *s);
void serve_series_clear(struct serve_series *s);

/* From the store. Errors: UND_ERR_SERIES_UNKNOWN and the store's. write: UND_ERR_STORE_MOVED: another server wrote it since it was read: read it again, and judge again. */
UND_MUST_USE enum und_err serve_series_read(struct serve_series *out, struct und_serve *s, struct und_bytes id);
UND_MUST_USE enum und_err serve_series_write(struct und_serve *s, struct und_bytes id, const struct serve_series *series);

/* Whether there is one: pages then name the place to enrol. Other servers of the store open some too. */
void serve_series_look(struct und_serve *s);

/* The keys of the series that the configuration still lists; returns how many. */
size_t serve_series_keys(uint8_t out[UND_SIGNATURES_MAX][UND_ED25519_KEY_SIZE], const struct serve_series *series, const struct und_serve *s);

/* UND_ERR_REQUEST_TWICE: it was used; UND_ERR_LIMIT: too many that day; UND_ERR_MEMORY. Forgets those of days before yesterday. */
UND_MUST_USE enum und_err serve_series_use(struct serve_series *s, und_day on, const uint8_t nonce[32], und_day today);

#endif
