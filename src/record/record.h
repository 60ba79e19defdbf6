/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/record.h: every record of spec/records.md as a struct, and its one canonical line, both ways */
#ifndef UND_RECORD_RECORD_H
#define UND_RECORD_RECORD_H

#include "base/text.h"
#include "base/base.h"
#include "base/encode.h"

enum und_type {
	UND_TYPE_ROSTER,
	UND_TYPE_KEYS,
	UND_TYPE_LETTER,
	UND_TYPE_WORDS,
	UND_TYPE_SEALED,
	UND_TYPE_SIGNATURE,
	UND_TYPE_WITHDRAWAL,
	UND_TYPE_PARTY,
	UND_TYPE_DELIVERY,
	UND_TYPE_PUBLICATION,
	UND_TYPE_STATEMENT,
	UND_TYPE_QUESTION,
	UND_TYPE_VOTE,
	UND_TYPE_NOTICE,
	UND_TYPE_TRANSLATION,
	UND_TYPE_ENROLMENT, /* never in a letter file; has no `letter` and no signatures */
	UND_TYPE_CARDS,     /* never in a letter file; for a server: spec/cards.md */
	UND_TYPE_REQUEST,   /* never in a letter file; to a server: spec/server.md */
	UND_TYPE_COUNT
};
const char *und_type_name(enum und_type t);
/* Errors: UND_ERR_TYPE. */
UND_MUST_USE enum und_err und_type_find(enum und_type *out, struct und_bytes name);

/* Limits of spec/records.md, "Limits of a line" and the table of types. */
enum {
	UND_LINE_MAX = 64 << 20, /* of any line, without LF */
	UND_KEYS_MAX = 1 << 20,  /* in a file */
	UND_NESTING_MAX = 8,
	UND_ID_TEXT_MAX = 32,
	UND_LANGUAGE_MAX = 35,
	UND_URL_MAX = 2048,
	UND_NAME_MAX = 200,  /* names of rosters, bodies, parties, outlets, council members */
	UND_PLACE_MAX = 300, /* `where`, `contact` */
	UND_TITLE_MAX = 300,
	UND_BODY_TEXT_MAX = 65536,
	UND_STATEMENT_TEXT_MAX = 16384, /* and notices */
	UND_QUESTION_TEXT_MAX = 2048,
	UND_CHOICE_TEXT_MAX = 300,
	UND_DEMAND_TEXT_MAX = 2048, /* and notes on demands */
	UND_EDITION_MAX = 65535,
	UND_HEADCOUNT_MAX = 1000000000,
	UND_ENROLMENT_KEYS_MAX = 4096,
	UND_CARDS_MAX = 1 << 16, /* in one list */
	UND_SUBJECT_MAX = 64, /* of requests: a letter's short name, or a series */
	UND_SIGNATURES_MAX = 32,
	UND_COUNCIL_MAX = 16,
	UND_BODIES_MAX = 10000,
	UND_ADDRESSEES_MAX = 20,
	UND_DEMANDS_MAX = 50,
	UND_CHOICES_MAX = 20,
	UND_SEALED_EXTRA = 40, /* nonce and authenticator */
	UND_SEALED_BLOCK = 4096,
	UND_SEALED_BLOCKS_MAX = 1024
};
size_t und_type_line_max(enum und_type t);

/* A reference, key or id that may be absent (""): ref0 and `key or ""`. */
struct und_ref {
	bool set;
	uint8_t id[UND_ID_SIZE];
};

struct und_authority_signature {
	uint8_t key[UND_ED25519_KEY_SIZE];
	uint8_t signature[UND_ED25519_SIGNATURE_SIZE];
};

struct und_source {
	struct und_bytes url;
	struct und_ref sha256;
};

struct und_council_member {
	uint8_t key[UND_ED25519_KEY_SIZE];
	struct und_bytes name, where;
};
struct und_council {
	struct und_council_member *keys;
	size_t count;
	uint64_t quorum;
};

struct und_roster_body {
	struct und_bytes id, name;
	uint64_t headcount, count;
	struct und_ref keys;
};
struct und_roster {
	struct und_bytes series, name;
	uint64_t edition;
	und_day from, until;
	struct und_ref extends, ledger;
	struct und_source source;
	struct und_roster_body *bodies;
	size_t body_count;
};

struct und_keys {
	struct und_bytes body;
	struct und_bytes keys; /* count*32 bytes, decoded from base64url; ascending, distinct; group membership is the fold's check */
	size_t count;
};

enum und_rings { UND_RINGS_BODY, UND_RINGS_ROSTER, UND_RINGS_EITHER };
struct und_rules {
	enum und_rings rings;
	bool grows; /* rules.roster */
	uint64_t min_ring, max_share, max_share_all, release, signers, bodies;
	und_day closes, ends;
};
struct und_letter_record {
	uint8_t words[UND_ID_SIZE], roster[UND_ID_SIZE];
	struct und_council registrars, organisers;
	struct und_rules rules;
};

struct und_addressee {
	struct und_bytes id, name;
	struct und_ref key;
};
struct und_demand {
	struct und_bytes id, text;
};
struct und_words {
	struct und_bytes title, body, language, contact;
	struct und_addressee *addressees;
	size_t addressee_count;
	struct und_demand *demands;
	size_t demand_count;
	und_day dated; /* UND_DAY_NONE: "" */
	struct und_ref replaces;
	uint8_t salt[32];
};

struct und_sealed {
	uint8_t letter[UND_ID_SIZE];
	struct und_bytes ciphertext; /* 40 + k*4096, k = 1 … 1024 */
};

struct und_signature {
	uint8_t letter[UND_ID_SIZE], roster[UND_ID_SIZE];
	struct und_bytes ring; /* a body's id or "*" */
	uint8_t tag[UND_POINT_SIZE];
	struct und_bytes proof; /* 32*(5m+4) bytes for some m in 1 … 10 */
};
struct und_withdrawal {
	uint8_t letter[UND_ID_SIZE], tag[UND_POINT_SIZE], proof[UND_TAG_SIGNATURE_SIZE];
};

struct und_party {
	uint8_t letter[UND_ID_SIZE];
	struct und_bytes id, name;
	struct und_ref key;
	struct und_source source;
};
struct und_delivery {
	uint8_t letter[UND_ID_SIZE];
	struct und_bytes party;
	und_day on;
	struct und_source source;
};
struct und_publication {
	uint8_t letter[UND_ID_SIZE];
	struct und_bytes outlet;
	und_day on;
	struct und_source source;
};

enum und_stance { UND_STANCE_ACCEPTS, UND_STANCE_REJECTS, UND_STANCE_PARTLY, UND_STANCE_COUNTER, UND_STANCE_SUPPORTS, UND_STANCE_NONE };
const char *und_stance_name(enum und_stance s);
struct und_stance_on {
	struct und_bytes demand; /* an id, or "*": the whole letter */
	enum und_stance stance;
	struct und_bytes note;
};
struct und_statement {
	uint8_t letter[UND_ID_SIZE];
	struct und_bytes party, language, text;
	und_day on;
	struct und_stance_on *stances;
	size_t stance_count;
	struct und_source source;
	struct und_ref clarifies;
};

struct und_choice {
	struct und_bytes id, text;
};
struct und_question {
	uint8_t letter[UND_ID_SIZE];
	struct und_ref about;
	struct und_bytes language, text;
	struct und_choice *choices;
	size_t choice_count;
	und_day closes;
};
struct und_vote {
	uint8_t letter[UND_ID_SIZE], question[UND_ID_SIZE], tag[UND_POINT_SIZE], proof[UND_TAG_SIGNATURE_SIZE];
	struct und_bytes choice;
};

enum und_notice_kind { UND_NOTICE_NOTE, UND_NOTICE_CORRECTION, UND_NOTICE_DEADLINE, UND_NOTICE_CLOSED, UND_NOTICE_REPLACED };
const char *und_notice_kind_name(enum und_notice_kind k);
struct und_notice {
	uint8_t letter[UND_ID_SIZE];
	enum und_notice_kind kind;
	und_day on, closes; /* closes: UND_DAY_NONE unless a deadline */
	struct und_ref about;
	struct und_bytes language, text;
};
struct und_translation {
	uint8_t letter[UND_ID_SIZE];
	und_day on;
	struct und_bytes language, title, body;
	struct und_demand *demands;
	size_t demand_count;
};

struct und_enrolment_key {
	uint64_t edition;
	uint8_t key[UND_POINT_SIZE], proof[UND_TAG_SIGNATURE_SIZE];
};
struct und_enrolment {
	struct und_bytes series, body;
	struct und_enrolment_key *keys; /* 1 … 4096, ascending by edition */
	size_t key_count;
};

/* The cards of a series as a server is told of them: spec/cards.md §4. */
enum und_entry_state { UND_ENTRY_OPEN, UND_ENTRY_USED, UND_ENTRY_VOID };
const char *und_entry_state_name(enum und_entry_state s);
struct und_cards_entry {
	struct und_bytes body;
	uint8_t code[32]; /* what und_invite_hash makes of it */
	enum und_entry_state state;
};
struct und_cards {
	struct und_bytes series;
	struct und_cards_entry *cards; /* 0 … UND_CARDS_MAX, ascending by code */
	size_t count;
};

/* What somebody with a role asks of one server on one day: spec/server.md, Requests. */
enum und_act_asked { UND_ASK_CREATE, UND_ASK_COLLECT, UND_ASK_DROP };
struct und_request {
	enum und_act_asked act;
	struct und_ref letter;    /* create: the letter */
	uint8_t nonce[32];
	und_day on;
	struct und_bytes server;  /* the address that the server says of itself */
	struct und_bytes subject; /* create: the letter's short name there; collect: the series */
};

/*
 * One record. Slices point into its arena: und_record_clear frees all. To write a record, fill the struct with borrowed slices (the arena
 * may stay empty) and call und_record_encode.
 */
struct und_record {
	enum und_type type;
	uint64_t v;
	uint8_t id[UND_ID_SIZE]; /* SHA-256 of the core; set by decode and by und_record_set_id */
	struct und_authority_signature *signatures; /* ascending by key; empty for types that carry none */
	size_t signature_count;
	union {
		struct und_roster roster;
		struct und_keys keys;
		struct und_letter_record letter;
		struct und_words words;
		struct und_sealed sealed;
		struct und_signature signature;
		struct und_withdrawal withdrawal;
		struct und_party party;
		struct und_delivery delivery;
		struct und_publication publication;
		struct und_statement statement;
		struct und_question question;
		struct und_vote vote;
		struct und_notice notice;
		struct und_translation translation;
		struct und_enrolment enrolment;
		struct und_cards cards;
		struct und_request request;
	} u;
	struct und_arena arena;
};

void und_record_init(struct und_record *r); /* all zero, arena empty */
void und_record_clear(struct und_record *r);

/* Whether a record of this type carries `signatures`. */
bool und_type_is_signed(enum und_type t);

/*
 * One line, without its LF, that must be the canonical form of a record of a known type with v 1: form only (spec/records.md, Form, Types and Limits), whatever a
 * line says by itself: lengths, ranges, order within lists, distinct ids, Ed25519 points of councils and parties (protocol §8), group elements of tags. What depends on lines
 * above, and every signature and proof, is the letter's business.
 * Limits are checked before anything is allocated; then the record's own values are, and nothing besides: no tree of the JSON is made.
 * Errors: UND_ERR_* of form, the member in diag (elements of lists counted from 0: "bodies[3].name"); UND_ERR_NEWER: type "roster" or "letter" with v > 1 and a canonical form
 * (the caller judges where that is allowed, and takes it for UND_ERR_VERSION elsewhere); UND_ERR_MEMORY. diag keeps its line. What out held is not freed; it is
 * untouched on failure. Cost: about 5 ns a byte, one decoding for each tag, one Ed25519 check for each key of councils and parties.
 */
UND_MUST_USE enum und_err und_record_decode(struct und_record *out, struct und_bytes line, struct und_diag *diag);

/* Appends the canonical line, no LF. The record must be one that decode would accept (tests assert it); r->v is written as 1. */
UND_MUST_USE enum und_err und_record_encode(struct und_buf *out, const struct und_record *r);
/* Appends the core: without `signatures`. */
UND_MUST_USE enum und_err und_record_encode_core(struct und_buf *out, const struct und_record *r);
/* Appends the message of a tag signature: without `proof` (withdrawal, vote). */
UND_MUST_USE enum und_err und_record_encode_message(struct und_buf *out, const struct und_record *r);
/* Computes r->id from the core. */
UND_MUST_USE enum und_err und_record_set_id(struct und_record *r);

/*
 * Whether every entry of r->signatures verifies over the core (it does not ask who the keys are). Errors: UND_ERR_ED25519_POINT, UND_ERR_AUTHORITY_SIGNATURE, UND_ERR_MEMORY.
 */
UND_MUST_USE enum und_err und_record_check_signatures(const struct und_record *r, struct und_diag *diag);
/* Adds, or replaces, the signature of the key that belongs to seed; r->signatures moves into r's arena. Errors: UND_ERR_LIST_LENGTH (32 already), UND_ERR_MEMORY. */
UND_MUST_USE enum und_err und_record_sign(struct und_record *r, const uint8_t seed[32]);
/* Whether decode would take the line of r: for records filled by hand. Numbers must be <= 2^53-1, days from und_date_decode, enums of their list. Errors: as und_record_decode. */
UND_MUST_USE enum und_err und_record_check(const struct und_record *r, struct und_diag *diag);
/* Deep copy: all slices in out's own arena. */
UND_MUST_USE enum und_err und_record_copy(struct und_record *out, const struct und_record *r);

/* ---- values, for other readers of the same forms (ini, CSV, arguments) ---- */

bool und_id_text_is_valid(struct und_bytes s);
bool und_language_is_valid(struct und_bytes s);
bool und_language_equal(struct und_bytes a, struct und_bytes b); /* without case, as the spec compares */
bool und_url_is_valid(struct und_bytes s);                      /* "" or http(s), <= 2048 */

/* ---- the table that parser, writer, fuzzer and documentation read ---- */

struct und_member_doc {
	char name[64];    /* "rules.closes", "bodies.id" */
	const char *kind; /* "date", "text", "id", "ref0", … */
	uint64_t min, max; /* of numbers the values, of texts the bytes, of lists the elements, of words how many there are */
};
/* The i-th member of a type, from 0, in canonical order, nested ones behind the member that holds them. false: there are not so many; out untouched. */
UND_MUST_USE bool und_type_member(struct und_member_doc *out, enum und_type t, size_t i);

#endif
