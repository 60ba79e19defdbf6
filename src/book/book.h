/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book/book.h: the registrar's book: who may enrol, with which card, who did, and who stands on which roll (spec/cards.md) */
#ifndef UND_BOOK_BOOK_H
#define UND_BOOK_BOOK_H

#include "letter/letter.h"
#include "record/invite.h"

/*
 * One encrypted file, read whole, changed in memory, written whole. The calls below open no file: bytes go in and come out. A book belongs to one thread at a time.
 *
 * A slot is a place on the roll: one person of one body, by number, with or without a private name. It has one card at a time. Its code is kept while the card is unused, so that a lost sheet
 * can be printed again; once it is used, replaced or withdrawn only its hash is left.
 *
 * Everything here is secret: names, codes, and which keys of several editions belong to one slot. und_book_clear wipes it.
 */
enum {
	UND_BOOK_SLOTS_MAX = 1 << 20,
	UND_BOOK_LINE_MAX = 8 << 20,
	UND_BOOK_NAME_MAX = UND_NAME_MAX,
	UND_BOOK_HEADER_SIZE = 64,
	UND_BOOK_SIZE_MIN = 64 << 10, /* what is sealed has a power of two of bytes, this at least */
	UND_BOOK_SIZE_MAX = 1 << 30
};

enum und_slot_card {
	UND_SLOT_UNUSED, /* the card is out: its code is in the book */
	UND_SLOT_USED,   /* somebody enrolled with it */
	UND_SLOT_VOID    /* withdrawn: the slot's owner left, or a line was handed in instead */
};
const char *und_slot_card_name(enum und_slot_card c);

struct und_slot_key {
	uint64_t edition;
	uint8_t key[UND_POINT_SIZE];
};
struct und_slot_old {
	uint8_t code[32]; /* the hash of a card that was replaced */
};
struct und_slot {
	uint64_t number; /* from 1; stands on the card */
	struct und_bytes body, name;
	enum und_slot_card card;
	bool left;
	uint8_t hash[32];                /* of the card's code: und_invite_hash */
	struct und_bytes code;           /* UND_INVITE_DRAWN digits while the card is unused, else none */
	struct und_slot_key *keys;       /* of the latest enrolment, ascending by edition */
	size_t key_count;
	struct und_slot_key *placed;     /* what builds gave to rolls: ascending by edition, then as they came */
	size_t placed_count;
	struct und_slot_old *old;        /* cards replaced */
	size_t old_count;
};
struct und_book_body {
	struct und_bytes id, name;
	uint64_t headcount; /* 0: unknown */
};

struct und_book_index; /* codes and keys, found fast */

struct und_book {
	struct und_bytes series, name, address; /* name: of the roll. address: the server's, or "" */
	struct und_ref pin;
	uint64_t edition;             /* the one that people enrol for now: as the cards say */
	uint8_t ledger[32];           /* secret: the salts of ledgers come from it */
	struct und_book_body *bodies; /* ascending by id */
	size_t body_count, body_cap; /* body_cap: 0 where they came from the file */
	struct und_slot *slots;       /* slot n is slots[n - 1] */
	size_t slot_count, slot_cap;
	struct und_book_index *index;
	struct und_arena arena;
};

/* ---- the file: magic "undersigned book", version 1, kdf, 6 zeros, salt, nonce (64 bytes), then XChaCha20-Poly1305 with that header as associated data. spec/cards.md §5 ---- */

/* How it is locked; key is secret. The numbers of kdf are those of key files: 0 none, 1 Argon2id of 256 MiB, 2 of 64 MiB. */
struct und_book_lock {
	unsigned kdf;
	uint8_t salt[16], key[32];
};
/* passphrase: NFC UTF-8 without its final LF; empty iff kdf is 0. Errors: UND_ERR_RANDOM, UND_ERR_MEMORY (Argon2id needs its MiB). */
UND_MUST_USE enum und_err und_book_lock_new(struct und_book_lock *out, unsigned kdf, struct und_bytes passphrase, const struct und_random *random);
void und_book_lock_wipe(struct und_book_lock *lock);
/* What the header says, without a passphrase. Errors: UND_ERR_BOOK; UND_ERR_NEWER: of a later version. */
UND_MUST_USE enum und_err und_book_kdf(unsigned *kdf, struct und_bytes file);
/* The lock of that file, opened or not: und_book_open says whether the passphrase was right. Errors: as und_book_kdf; UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_book_unlock(struct und_book_lock *out, struct und_bytes file, struct und_bytes passphrase);

/*
 * Errors: UND_ERR_PASSPHRASE: wrong, or the file was altered; UND_ERR_BOOK: what is inside is no book (diag: its line and member); UND_ERR_MEMORY, UND_ERR_RANDOM. out is initialised only on UND_OK.
 * random: for the index. Cost: about 0.2 s for 10,000 slots with twelve keys each.
 */
UND_MUST_USE enum und_err und_book_open(struct und_book *out, struct und_bytes file, const struct und_book_lock *lock, const struct und_random *random, struct und_diag *diag);
/* Appends the whole file, with a fresh nonce. Errors: UND_ERR_RANDOM, UND_ERR_MEMORY, UND_ERR_LIMIT. */
UND_MUST_USE enum und_err und_book_seal(struct und_buf *out, const struct und_book *b, const struct und_book_lock *lock, const struct und_random *random);
/* The lines within, for tests and fuzzing: what is sealed without its padding. plain: a secret buffer. */
UND_MUST_USE enum und_err und_book_decode(struct und_book *out, struct und_bytes plain, const struct und_random *random, struct und_diag *diag);
UND_MUST_USE enum und_err und_book_encode(struct und_buf *plain, const struct und_book *b);

/* An empty book; the caller then fills in series, name, address, pin, edition with slices that live in out's arena (und_arena_copy). Errors: UND_ERR_RANDOM, UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_book_new(struct und_book *out, const struct und_random *random);
void und_book_clear(struct und_book *b);

/* ---- changes. A book that a call failed in (but for the errors named) is for und_book_clear alone ---- */

/* A body, or its newest headcount. Errors: UND_ERR_BODY_RENAMED (nothing changed); UND_ERR_LIMIT (10,000 bodies); UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_book_body_put(struct und_book *b, struct und_bytes id, struct und_bytes name, uint64_t headcount);
const struct und_book_body *und_book_body(const struct und_book *b, struct und_bytes id); /* NULL: none */

/* A new slot with a card: b->slots[b->slot_count - 1]. name "" or as a roster's names are. Errors: UND_ERR_BODY_UNKNOWN (nothing changed); UND_ERR_LIMIT; UND_ERR_RANDOM; UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_book_issue(struct und_book *b, struct und_bytes body, struct und_bytes name, const struct und_random *random);
/* The slot of that number; NULL: none. */
struct und_slot *und_book_slot(struct und_book *b, uint64_t number);
/*
 * A new card. The old one is void, and what was enrolled with it counts no more: the keys go on no further roll; on one that they stand on they stay until its edition ends.
 * Errors: UND_ERR_CARD_VOID: the slot's owner left; UND_ERR_RANDOM; UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_book_reissue(struct und_book *b, struct und_slot *s, const struct und_random *random);
/* Another body, on the next roll that the slot comes on. Errors: UND_ERR_BODY_UNKNOWN; UND_ERR_CARD_VOID: left. Nothing changed then. */
UND_MUST_USE enum und_err und_book_move(struct und_book *b, struct und_slot *s, struct und_bytes body);
/* The card is void and the slot comes on no further roll. */
void und_book_leave(struct und_slot *s);

enum und_book_fate {
	UND_BOOK_ENROLLED, /* the slot's first enrolment */
	UND_BOOK_REPLACED, /* instead of the one before: the latest counts */
	UND_BOOK_SAME,     /* these very keys are there */
	UND_BOOK_UNKNOWN,  /* not taken: no card of this book */
	UND_BOOK_VOID,     /* not taken: the card was replaced or withdrawn, or the slot's owner left */
	UND_BOOK_TAKEN,    /* not taken: one of the keys is another slot's */
	UND_BOOK_FATES
};
/*
 * An enrolment made with the card of that hash, or, where code is NULL, handed in for slot number: then its card, if it is unused, is void from now on. The caller has asked und_enrolment_check_var,
 * and that the series is the book's. The body it names does not count: the book's does. *number: the slot's, 0 where there is none; other: the slot whose key it is, for TAKEN.
 * Errors: UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_book_enrol(enum und_book_fate *fate, uint64_t *number, uint64_t *other, struct und_book *b, const uint8_t *code, const struct und_enrolment *e);

/* ---- what comes out ---- */

struct und_book_count {
	uint64_t slots;    /* of people who have not left */
	uint64_t unused;   /* cards among them that are out */
	uint64_t enrolled; /* with a key for the edition */
	uint64_t left;
};
/* Of a body (NULL: of all) for an edition. */
void und_book_count(struct und_book_count *out, const struct und_book *b, const struct und_book_body *body, uint64_t edition);
/* The key of an edition in the slot's latest enrolment, or NULL. */
const uint8_t *und_slot_key(const struct und_slot *s, uint64_t edition);

/* The text of an unused card. Errors: UND_ERR_CARD_USED, UND_ERR_CARD_VOID, UND_ERR_MEMORY, UND_ERR_LIMIT. */
UND_MUST_USE enum und_err und_book_card(struct und_invite *out, const struct und_book *b, const struct und_slot *s);

/* What a server is told of every card, replaced ones too: for records of type `cards`, UND_CARDS_MAX in each. */
struct und_book_entries {
	struct und_cards_entry *entries; /* ascending by code; bodies borrowed from the book */
	size_t count;
};
/* Errors: UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_book_entries(struct und_book_entries *out, const struct und_book *b);
void und_book_entries_clear(struct und_book_entries *e);

/* ---- building a roll ---- */

struct und_book_pick {
	uint64_t number; /* the slot */
	struct und_bytes body;
	const uint8_t *key;
};
struct und_book_picks {
	struct und_book_pick *picks; /* ascending by body, then key */
	size_t count;
	uint64_t there;   /* slots that stand on the base already */
	uint64_t missing; /* have not enrolled, or not for this edition */
	uint64_t left;    /* left, with a key for this edition */
	uint64_t held;    /* in bodies that are left out this time */
};
/*
 * The keys that a roll of this edition takes: of each slot that has not left the latest enrolment's, unless one of its keys stands on base (an ended ROSTER file; NULL: a new edition).
 * without: ids of bodies to leave out. Errors: UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_book_pick(struct und_book_picks *out, const struct und_book *b, uint64_t edition, const struct und_letter *base, const struct und_bytes *without,
                                        size_t without_count);
void und_book_picks_clear(struct und_book_picks *p);
/*
 * Whether a letter of these rules takes the picks as a wave, and newcomers can hide: UND_ERR_ROSTER_FIXED; UND_ERR_WAVE_SMALL: fewer than release or min_ring; UND_ERR_RING_BELOW_MIN: only rings of
 * bodies, and *body gains fewer than min_ring; *count: how many. spec/records.md, Growth and rings.
 */
UND_MUST_USE enum und_err und_book_wave_check(struct und_bytes *body, uint64_t *count, const struct und_book_picks *p, const struct und_rules *rules);
/* Remembers that the picks went onto a roll: before the roll leaves the house. Errors: UND_ERR_MEMORY, after which the book is as it was, but for some that are remembered. */
UND_MUST_USE enum und_err und_book_place(struct und_book *b, const struct und_book_picks *p, uint64_t edition);

/* ---- ledger.c: who stands behind each key, for an audit: RFC 6962 over salt | key | name. spec/records.md, Outside the letter file ---- */

struct und_ledger_leaf {
	uint64_t number; /* the slot */
	uint8_t key[UND_POINT_SIZE], salt[32];
	struct und_bytes name; /* the slot's, or "slot N" where it has none; in the arena */
	uint8_t hash[32];      /* SHA-256(0x00 | salt | key | name) */
};
struct und_ledger {
	struct und_ledger_leaf *leaves; /* in the order of the keys records */
	size_t count;
	struct und_arena arena;
};
/* The ledger of so many keys, 32 bytes each, in the order of the roster's keys records. Errors: UND_ERR_LEDGER: a key that no slot was placed with (*at: which); UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_ledger_make(struct und_ledger *out, size_t *at, const struct und_book *b, const uint8_t *keys, size_t count, uint64_t edition);
void und_ledger_clear(struct und_ledger *l);
void und_ledger_root(uint8_t out[32], const struct und_ledger *l);
enum { UND_LEDGER_PATH_MAX = 20 }; /* 2^20 leaves */
/* The audit path of leaf i (RFC 6962 §2.1.1), from the leaf up; returns its length. */
size_t und_ledger_path(uint8_t out[UND_LEDGER_PATH_MAX][32], const struct und_ledger *l, size_t i);
/* Whether the leaf's hash stands at place i of count under the root. Errors: UND_ERR_LEDGER. */
UND_MUST_USE enum und_err und_ledger_verify(const uint8_t root[32], const uint8_t leaf[32], size_t i, size_t count, const uint8_t (*path)[32], size_t length);

/* The leaf of one entry: SHA-256(0x00 | salt | key | name). */
void und_ledger_hash(uint8_t out[32], const uint8_t salt[32], const uint8_t key[UND_POINT_SIZE], struct und_bytes name);

/* ---- audit.c: the draw, what is opened for it, what the outcome says. spec/cards.md §7 ---- */

enum { UND_LEDGER_LINE_MAX = 8192 };

/* Who stands behind one key, as the registrar opens it. */
struct und_ledger_entry {
	uint64_t index; /* among the keys that this roster itself adds */
	uint8_t key[UND_POINT_SIZE], roster[UND_ID_SIZE], salt[32];
	struct und_bytes name, path; /* path: hashes of 32 bytes, from the leaf up; empty in a whole audit */
};
/* A line without LF, canonical and strict. What it points to goes into the arena, which stays its owner's to clear. Errors: as und_record_decode; UND_ERR_LIMIT. */
UND_MUST_USE enum und_err und_ledger_entry_decode(struct und_ledger_entry *out, struct und_arena *arena, struct und_bytes line, struct und_diag *diag);
UND_MUST_USE enum und_err und_ledger_entry_encode(struct und_buf *out, const struct und_ledger_entry *e);
/* Whether it stands under the root of a ledger of so many keys. Errors: UND_ERR_LEDGER. */
UND_MUST_USE enum und_err und_ledger_entry_check(const struct und_ledger_entry *e, const uint8_t root[32], uint64_t count);

/* The seed of a draw: from the roll's last roster and the number that was named afterwards. */
void und_audit_seed(uint8_t seed[32], const uint8_t roster[UND_ID_SIZE], uint64_t number);
/* k <= n places out of 0 … n-1, each once, in the order in which they are drawn: drawing more goes on after them. Errors: UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_audit_draw(uint64_t *out, size_t k, const uint8_t seed[32], uint64_t n);
/*
 * The least share of all, in tenths of a percent, at which a draw with so few invented, or fewer, comes out at most once in twenty: "fewer than that are invented, at 95 % confidence". 1000: nothing can be
 * said. Cost: about drawn multiplications, ten times.
 */
unsigned und_audit_bound(uint64_t drawn, uint64_t bad);

#endif
