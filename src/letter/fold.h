/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter/fold.h: what the parts of the fold share: the letter as it grows, and one line's step. For letter/ only */
#ifndef UND_LETTER_FOLD_H
#define UND_LETTER_FOLD_H

#include "letter/letter.h"
#include "letter/pending.h"
#include "letter/set.h"
#include "record/reader.h"

#define UND_NO_BASE SIZE_MAX

/* A body, over all rosters of the file. */
struct und_fold_body {
	struct und_bytes id, name;
	uint64_t headcount; /* the newest */
	uint64_t keys;      /* in all rosters so far, by their counts */
	size_t layer;       /* the last that lists it */
};

/* A ring that a signature may name, prepared when it is first asked for. */
struct und_fold_ring {
	struct und_bytes label; /* "*" or a body's id */
	size_t body;            /* in bodies; UND_SET_NONE for "*" */
	size_t layer;           /* the last that adds to it */
	uint64_t keys, made, withdrawn;
	struct und_ring ring;   /* n 0: not prepared yet */
};

/* One roster of the file. Waves, and the last roster before the letter, have rings. */
struct und_layer {
	struct und_record *record;
	struct und_member_key **blocks; /* one a body of the record: its keys, NULL where they are not (yet) in the file */
	size_t *bodies;                 /* one a body of the record: its number in bodies */
	size_t *before;                 /* one a body of the record: the layer that listed it last, or UND_NO_BASE */
	size_t due;                     /* the next body of the record whose keys line may come; body_count: none */
	uint64_t keys;                  /* by its counts */
	uint64_t made;                  /* signatures that name it */
	struct und_fold_ring *rings;    /* "*", then bodies ascending by id; NULL: none (yet) */
	size_t ring_count;
};

/* Where a run of member keys (numbers first, first+1, …) stands. */
struct und_key_run {
	size_t first, layer, body; /* body: in the layer's record */
};

struct und_fold_tag {
	struct und_layer *layer;
	struct und_fold_ring *ring;
	bool withdrawn;
};

struct und_fold_party {
	struct und_bytes id, name;
	struct und_ref key;
	bool addressee;
	und_day delivered; /* first delivery, or UND_DAY_NONE */
};

struct und_fold_statement {
	const struct und_record *record;
	size_t party;
	uint64_t chain; /* clarifications below it */
	bool authenticated;
};

/* What was sealed, opened with the link. */
struct und_opened {
	struct und_record **records; /* the words, then translations */
	size_t n, cap;
};

struct und_letter {
	struct und_letter_options options;
	struct und_reader reader;
	uint64_t lines, bytes; /* taken so far */
	enum und_err failed;   /* sticks, with its place */
	struct und_diag fault;
	bool ended;
	enum und_err unmet;    /* the first quorum that a draft lacks, or UND_OK */

	struct und_set ids; /* of all lines: number = line - 1 */
	struct und_kept *kept;
	size_t kept_count, kept_cap;

	struct und_set layer_ids;
	struct und_layer **layers;
	size_t layers_cap;
	size_t base; /* the letter's roster among them, UND_NO_BASE before the letter */
	struct und_set body_ids; /* ids padded with zero bytes */
	struct und_fold_body *bodies;
	size_t bodies_cap;
	uint64_t key_count;      /* by the counts of all rosters */
	struct und_set keys;
	struct und_key_run *runs;
	size_t run_count, runs_cap;

	const struct und_record *letter, *words, *sealed;
	struct und_opened opened;

	struct und_set tags;
	struct und_fold_tag *tag_of;
	size_t tag_cap;
	uint64_t withdrawn;

	struct und_set party_ids, party_names, party_keys; /* ids padded; SHA-256 of names; keys */
	struct und_fold_party *parties;
	size_t parties_cap;
	struct und_set statement_ids;
	struct und_fold_statement *statements;
	size_t statements_cap;
	struct und_set question_ids;
	const struct und_record **questions;
	size_t questions_cap;
	struct und_set votes; /* u32 question, u32 tag: und_vote_key */
	uint8_t *choices;     /* one a vote */
	size_t choices_cap;

	struct und_pending pending;
};

/*
 * One line on its way in. A check judges, and makes room for everything that its commit will add; what it prepared stays here until
 * then. A commit cannot fail: so a refused line leaves the letter as it was.
 */
struct und_step {
	uint64_t line;
	struct und_record *record;
	struct und_layer *layer;       /* roster: the new one. signature: the one named */
	struct und_member_key *block;  /* keys */
	size_t body;                   /* keys: in the layer's record */
	struct und_fold_ring *rings;   /* letter: of its roster */
	size_t ring_count;
	struct und_fold_ring *ring;    /* signature */
	size_t tag, question, choice, party;
	uint64_t chain;
	bool authenticated;
	enum und_err unmet;
};

/* The check and the commit of every type: fold.c has the table. */
#define UND_FOLD_CHECK(name) UND_MUST_USE enum und_err und_##name##_check(struct und_letter *l, struct und_step *s, struct und_diag *diag)
#define UND_FOLD_TYPE(name) UND_FOLD_CHECK(name); void und_##name##_commit(struct und_letter *l, struct und_step *s)
UND_FOLD_TYPE(roster);
UND_FOLD_TYPE(keys);
UND_FOLD_TYPE(letter);
UND_FOLD_TYPE(words);
UND_FOLD_TYPE(sealed);
UND_FOLD_TYPE(signature);
UND_FOLD_TYPE(withdrawal);
UND_FOLD_TYPE(party);
UND_FOLD_TYPE(delivery);
UND_FOLD_TYPE(statement);
UND_FOLD_TYPE(question);
UND_FOLD_TYPE(vote);
UND_FOLD_CHECK(notice);
UND_FOLD_CHECK(translation);
#undef UND_FOLD_CHECK
#undef UND_FOLD_TYPE

/* For the reader. */
enum und_err und_fold_line(void *ctx, const struct und_line *line);
/* Frees what a step still holds. */
void und_step_clear(struct und_step *s);
/* One proof, judged at once. */
UND_MUST_USE enum und_err und_step_prove(struct und_letter *l, const struct und_step *s);

static inline enum und_err und_fault(enum und_err e, struct und_diag *diag, const char *member)
{
	und_diag_member(diag, member);
	return e;
}
/* list[i].member */
enum und_err und_fault_at(enum und_err e, struct und_diag *diag, const char *list, size_t i, const char *member);
static inline bool und_id_equal(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, UND_ID_SIZE) == 0;
}
static inline const struct und_rules *und_fold_rules(const struct und_letter *l)
{
	return &l->letter->u.letter.rules;
}
static inline struct und_layer *und_last_layer(const struct und_letter *l)
{
	return l->layer_ids.n == 0 ? NULL : l->layers[l->layer_ids.n - 1];
}
/* The words in the file, else the opened ones, else NULL. */
const struct und_words *und_fold_words(const struct und_letter *l);

/* ---- roles.c: whose signatures a record carries; whether they verify is und_record_check_signatures ---- */

bool und_council_has(const struct und_council *c, const uint8_t *key);
/*
 * Every signature is by the council: UND_ERR_NO_ROLE; and its quorum is there: lack. In a draft a lack goes into *unmet (NULL: it is
 * never excused).
 */
UND_MUST_USE enum und_err und_role_council(const struct und_letter *l, const struct und_record *r, const struct und_council *c, enum und_err lack,
                                           enum und_err *unmet, struct und_diag *diag);
/* The registrars' quorum stands among a roster's signatures; others may stand there too. */
UND_MUST_USE enum und_err und_role_registrars(const struct und_letter *l, const struct und_record *roster, const struct und_council *c,
                                              enum und_err *unmet, struct und_diag *diag);
/* Exactly the party's key, or only organisers at their quorum. */
UND_MUST_USE enum und_err und_role_statement(bool *authenticated, const struct und_letter *l, const struct und_record *r, const struct und_ref *key,
                                             struct und_diag *diag);

/* ---- roster.c, keys.c, rings.c ---- */

/* An id of at most 32 characters as a key of a set. */
void und_pad_id(uint8_t out[UND_ID_TEXT_MAX], struct und_bytes id);
/* The next body from i on that has keys in this roster. */
size_t und_next_due(const struct und_roster *r, size_t i);
void und_layer_free(struct und_layer *layer);
/* The place of a body in a roster's list, or body_count. */
size_t und_roster_find_body(const struct und_roster *r, struct und_bytes id);
/* The rings of the letter's roster: of the last layer and all that it extends; of a wave, whose number as a layer is given. */
UND_MUST_USE enum und_err und_base_rings(struct und_fold_ring **out, size_t *count, const struct und_letter *l);
UND_MUST_USE enum und_err und_wave_rings(struct und_layer *layer, const struct und_roster *r, size_t number);
void und_rings_free(struct und_fold_ring *rings, size_t count);
/* The layer in whose rings a roster's signatures stand: UND_ERR_ROSTER_UNKNOWN; UND_ERR_ROSTER_EARLIER: one before the letter's. */
UND_MUST_USE enum und_err und_find_layer(struct und_layer **out, const struct und_letter *l, const uint8_t *roster);
struct und_fold_ring *und_find_ring(const struct und_layer *layer, struct und_bytes label);
UND_MUST_USE enum und_err und_prepare_ring(struct und_letter *l, struct und_layer *layer, struct und_fold_ring *ring);
/* Allowed by the rules, and not smaller than min_ring. */
UND_MUST_USE enum und_err und_ring_allowed(const struct und_letter *l, const struct und_fold_ring *ring);
bool und_above_share(uint64_t made, uint64_t share, uint64_t keys);
/* Whether the letter holds this member key: reads every key, in time that depends on the letter alone. */
bool und_holds_key(const struct und_letter *l, const uint8_t key[UND_POINT_SIZE]);

/* ---- parties.c, statements.c, signers.c ---- */

size_t und_find_party(const struct und_letter *l, struct und_bytes id);
UND_MUST_USE enum und_err und_parties_make_room(struct und_letter *l, size_t more);
void und_party_add(struct und_letter *l, struct und_bytes id, struct und_bytes name, const struct und_ref *key, bool addressee);
/* What words must be: the letter's, with addressees whose names and keys are their own. Also for sealed ones. */
UND_MUST_USE enum und_err und_words_fit(const struct und_letter *l, const struct und_record *r, struct und_diag *diag);
UND_MUST_USE enum und_err und_translation_fit(const struct und_words *w, const struct und_translation *t, struct und_diag *diag);
void und_vote_key(uint8_t out[8], size_t question, size_t tag);
static inline size_t und_vote_question(const uint8_t *key)
{
	return (size_t)key[0] << 24 | (size_t)key[1] << 16 | (size_t)key[2] << 8 | key[3];
}
static inline size_t und_vote_tag(const uint8_t *key)
{
	return und_vote_question(key + 4);
}
/* SHA-256 of the message that a tag signs. */
UND_MUST_USE enum und_err und_message_hash(uint8_t out[32], const struct und_record *r);

/* ---- shape.c: a signing bundle holds what signing needs, and nothing else ---- */

UND_MUST_USE enum und_err und_bundle_takes(const struct und_record *r);
/* Statements that questions are about, and what these clarify: one bool a statement, to be freed; NULL when memory is out. */
bool *und_statements_needed(const struct und_letter *l);
/* At the end: *line is the first that does not belong. */
UND_MUST_USE enum und_err und_bundle_shape(uint64_t *line, const struct und_letter *l);

#endif
