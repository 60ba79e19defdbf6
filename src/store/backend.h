/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* store/backend.h: what a kind of store implements; store.c turns the calls of store.h into it */
#ifndef UND_STORE_BACKEND_H
#define UND_STORE_BACKEND_H

#include "store/store.h"

enum und_store_what {
	UND_JOB_SUBMIT, /* job lies in a struct und_submission */
	UND_JOB_ENROL,  /* … in a struct und_enrolling */
	/* … in a struct und_store_request; these members are set */
	UND_JOB_CREATE,        /* slug letter seg */
	UND_JOB_APPEND,        /* letter generation seg */
	UND_JOB_RELEASE,       /* letter generation seg (its bytes are not set: the lines of its acts) */
	UND_JOB_DROP,          /* letter generation asked */
	UND_JOB_WAITING,       /* letter after max_bytes; out.waiting */
	UND_JOB_WAITING_COUNT, /* letter; out.counts */
	UND_JOB_SERIES_PUT,    /* series note only_if was */
	UND_JOB_ENROLLED,      /* series after_card max_bytes; out.enrolled */
	UND_JOB_CARD_COUNT,    /* series; out.counts */
	UND_JOB_TIDY
};

/* A call that waits. Arguments are checked (check.h) before a backend sees them. */
struct und_store_request {
	struct und_store_job job;
	const uint8_t *letter;
	uint64_t generation;
	struct und_bytes slug, series, note;
	bool only_if;                /* … the series' note is *was; NULL: there is no such series */
	const struct und_bytes *was;
	const struct und_store_segment *seg;
	const struct und_store_asked *asked;
	const struct und_act *after;
	const struct und_card *after_card;
	size_t max_bytes;
	union {
		struct und_waiting *waiting;
		struct und_enrolled *enrolled;
		uint64_t *counts;
	} out; /* untouched on failure */
};

struct und_store_backend {
	/* Any thread. Calls job->finish once, from a thread of its own. */
	void (*start)(struct und_store *s, struct und_store_job *job);
	void (*close)(struct und_store *s);
	uint64_t (*epoch)(struct und_store *s); /* NULL: one process holds the store */
	enum und_err (*reader_open)(struct und_store_reader **out, struct und_store *s);
	void (*reader_close)(struct und_store_reader *r);
	enum und_err (*letter)(struct und_store_letter *out, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE]);
	enum und_err (*letter_by_slug)(struct und_store_letter *out, struct und_store_reader *r, struct und_bytes slug, bool after);
	enum und_err (*size_at)(uint64_t *size, struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t generation);
	enum und_err (*read)(struct und_store_reader *r, const uint8_t letter[UND_ID_SIZE], uint64_t start, uint64_t n,
	                     enum und_err (*take)(void *ctx, struct und_bytes piece), void *ctx);
	enum und_err (*series)(struct und_bytes *note, struct und_store_reader *r, struct und_bytes series);
	enum und_err (*series_after)(char out[UND_ID_TEXT_MAX + 1], struct und_store_reader *r, struct und_bytes series);
};

/* Backends begin their own structs with these. */
struct und_store {
	const struct und_store_backend *backend;
};
struct und_store_reader {
	const struct und_store_backend *backend;
};

/* The struct that the job lies in. */
#define UND_JOB_OF(type, job) ((type *)(void *)((uint8_t *)(job) - offsetof(type, job)))

#endif
