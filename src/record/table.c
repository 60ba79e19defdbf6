/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* table.c: spec/records.md, Types, as a table. A member is added here, in its struct (record.h), and nowhere else */
#include "record/table.h"

/* Offset of a field that must be of the type that its kind asks for: a slip does not compile. */
#define AT(s, f, type)                                                                                                 \
	(offsetof(struct s, f) + 0 * sizeof(int[__builtin_types_compatible_p(__typeof__(((struct s *)0)->f), type) ? 1 : -1]))
#define AT_ENUM(s, f)                                                                                                  \
	(offsetof(struct s, f) + 0 * sizeof(int[sizeof(((struct s *)0)->f) == sizeof(unsigned) ? 1 : -1]))

/* One line a member. s, f: struct and field. */
#define TYPE .name = "type", .kind = UND_KIND_TYPE
#define VERSION .name = "v", .kind = UND_KIND_VERSION, .min = 1, .max = 1, .offset = AT(und_record, v, uint64_t)
#define NUMBER(n, s, f, lo, hi) .name = n, .kind = UND_KIND_NUMBER, .min = lo, .max = hi, .offset = AT(s, f, uint64_t)
#define DATE(n, s, f) .name = n, .kind = UND_KIND_DATE, .min = 10, .max = 10, .offset = AT(s, f, und_day)
#define DATE0(n, s, f) .name = n, .kind = UND_KIND_DATE0, .min = 0, .max = 10, .offset = AT(s, f, und_day)
#define STRING(k, n, s, f, lo, hi) .name = n, .kind = k, .min = lo, .max = hi, .offset = AT(s, f, struct und_bytes)
#define ID(n, s, f) STRING(UND_KIND_ID, n, s, f, 1, UND_ID_TEXT_MAX)
#define ID_ALL(n, s, f) STRING(UND_KIND_ID_ALL, n, s, f, 1, UND_ID_TEXT_MAX)
#define TEXT(n, s, f, hi) STRING(UND_KIND_TEXT, n, s, f, 1, hi)
#define TEXT0(n, s, f, hi) STRING(UND_KIND_TEXT, n, s, f, 0, hi)
#define LONG(n, s, f, hi) STRING(UND_KIND_LONG, n, s, f, 1, hi)
#define LANGUAGE(n, s, f) STRING(UND_KIND_LANGUAGE, n, s, f, 2, UND_LANGUAGE_MAX)
#define URL(n, s, f) STRING(UND_KIND_URL, n, s, f, 0, UND_URL_MAX)
#define BLOB(n, s, f, lo, hi) STRING(UND_KIND_BLOB, n, s, f, lo, hi)
#define ARRAY(k, n, s, f, size) .name = n, .kind = k, .min = size, .max = size, .offset = AT(s, f, uint8_t[size])
#define BYTES(n, s, f, size) ARRAY(UND_KIND_BYTES, n, s, f, size)
#define REF(n, s, f) BYTES(n, s, f, UND_ID_SIZE)
#define POINT(n, s, f) ARRAY(UND_KIND_POINT, n, s, f, UND_POINT_SIZE)
#define ED25519(n, s, f) ARRAY(UND_KIND_ED25519, n, s, f, UND_ED25519_KEY_SIZE)
#define MAYBE(k, n, s, f) .name = n, .kind = k, .min = 0, .max = 32, .offset = AT(s, f, struct und_ref)
#define REF0(n, s, f) MAYBE(UND_KIND_REF0, n, s, f)
#define ED25519_0(n, s, f) MAYBE(UND_KIND_ED25519_0, n, s, f)
#define KEYS(n, s, f, c)                                                                                               \
	.name = n, .kind = UND_KIND_KEYS, .min = 1, .max = UND_KEYS_MAX, .offset = AT(s, f, struct und_bytes), .count_offset = AT(s, c, size_t)
#define WORD(n, s, f, w) .name = n, .kind = UND_KIND_WORD, .min = 1, .max = UND_COUNT_OF(w), .offset = AT_ENUM(s, f), .words = w
#define BOOL(n, s, f, w) .name = n, .kind = UND_KIND_BOOL, .min = 1, .max = 2, .offset = AT(s, f, bool), .words = w
#define OBJECT(n, s, f, type, sh) .name = n, .kind = UND_KIND_OBJECT, .offset = AT(s, f, type), .shape = &sh
#define LIST(n, s, f, type, c, sh, lo, hi)                                                                             \
	.name = n, .kind = UND_KIND_LIST, .min = lo, .max = hi, .offset = AT(s, f, type *), .count_offset = AT(s, c, size_t), .shape = &sh

/* In lists: what the member is beside that of the other elements. */
#define DISTINCT .order = UND_ORDER_DISTINCT
#define ASCENDING .order = UND_ORDER_ASCENDING

#define SHAPE(s, m, c) { .members = m, .count = UND_COUNT_OF(m), .size = sizeof(struct s), .check = c }

/* ---- what stands in several records ---- */

static const struct und_record_member authority_signature_members[] = {
	{ BYTES("key", und_authority_signature, key, UND_ED25519_KEY_SIZE), ASCENDING },
	{ BYTES("signature", und_authority_signature, signature, UND_ED25519_SIGNATURE_SIZE) },
};
static const struct und_shape authority_signature = SHAPE(und_authority_signature, authority_signature_members, NULL);

#define SIGNATURES                                                                                                     \
	LIST("signatures", und_record, signatures, struct und_authority_signature, signature_count, authority_signature, 0, \
	     UND_SIGNATURES_MAX)
#define LETTER(type) REF("letter", und_record, u.type.letter)

static const struct und_record_member source_members[] = {
	{ REF0("sha256", und_source, sha256) },
	{ URL("url", und_source, url) },
};
static const struct und_shape source = SHAPE(und_source, source_members, NULL);
#define SOURCE(type) OBJECT("source", und_record, u.type.source, struct und_source, source)

static const struct und_record_member council_key_members[] = {
	{ ED25519("key", und_council_member, key), ASCENDING },
	{ TEXT0("name", und_council_member, name, UND_NAME_MAX) },
	{ TEXT0("where", und_council_member, where, UND_PLACE_MAX) },
};
static const struct und_shape council_key = SHAPE(und_council_member, council_key_members, NULL);
static const struct und_record_member council_members[] = {
	{ LIST("keys", und_council, keys, struct und_council_member, count, council_key, 1, UND_COUNCIL_MAX) },
	{ NUMBER("quorum", und_council, quorum, 1, UND_COUNCIL_MAX) },
};
static const struct und_shape council = SHAPE(und_council, council_members, und_check_council);

static const struct und_record_member demand_members[] = {
	{ ID("id", und_demand, id), DISTINCT },
	{ TEXT("text", und_demand, text, UND_DEMAND_TEXT_MAX) },
};
static const struct und_shape demand = SHAPE(und_demand, demand_members, NULL);
#define DEMANDS(type)                                                                                                  \
	LIST("demands", und_record, u.type.demands, struct und_demand, u.type.demand_count, demand, 0, UND_DEMANDS_MAX)

/* ---- the roll ---- */

static const struct und_record_member roster_body_members[] = {
	{ NUMBER("count", und_roster_body, count, 0, UND_KEYS_MAX) },
	{ NUMBER("headcount", und_roster_body, headcount, 0, UND_HEADCOUNT_MAX) },
	{ ID("id", und_roster_body, id), ASCENDING },
	{ REF0("keys", und_roster_body, keys) },
	{ TEXT("name", und_roster_body, name, UND_NAME_MAX) },
};
static const struct und_shape roster_body = SHAPE(und_roster_body, roster_body_members, und_check_roster_body);

static const struct und_record_member roster_members[] = {
	{ LIST("bodies", und_record, u.roster.bodies, struct und_roster_body, u.roster.body_count, roster_body, 1, UND_BODIES_MAX) },
	{ NUMBER("edition", und_record, u.roster.edition, 0, UND_EDITION_MAX) },
	{ REF0("extends", und_record, u.roster.extends) },
	{ DATE("from", und_record, u.roster.from) },
	{ REF0("ledger", und_record, u.roster.ledger) },
	{ TEXT("name", und_record, u.roster.name, UND_NAME_MAX) },
	{ ID("series", und_record, u.roster.series) },
	{ SIGNATURES },
	{ SOURCE(roster) },
	{ TYPE },
	{ DATE("until", und_record, u.roster.until) },
	{ VERSION },
};

static const struct und_record_member keys_members[] = {
	{ ID("body", und_record, u.keys.body) },
	{ KEYS("keys", und_record, u.keys.keys, u.keys.count) },
	{ TYPE },
	{ VERSION },
};

/* ---- the letter ---- */

static const char *const rings_words[] = { "body", "roster", "either" };
static const char *const grows_words[] = { "fixed", "grows" };

static const struct und_record_member rules_members[] = {
	{ NUMBER("bodies", und_rules, bodies, 0, UND_BODIES_MAX) },
	{ DATE("closes", und_rules, closes) },
	{ DATE("ends", und_rules, ends) },
	{ NUMBER("max_share", und_rules, max_share, 1, 100) },
	{ NUMBER("max_share_all", und_rules, max_share_all, 1, 100) },
	{ NUMBER("min_ring", und_rules, min_ring, 2, UND_RING_SIZE_MAX) },
	{ NUMBER("release", und_rules, release, 1, UND_RING_SIZE_MAX) },
	{ WORD("rings", und_rules, rings, rings_words) },
	{ BOOL("roster", und_rules, grows, grows_words) },
	{ NUMBER("signers", und_rules, signers, 0, UND_RING_SIZE_MAX) },
};
static const struct und_shape rules = SHAPE(und_rules, rules_members, und_check_rules);

static const struct und_record_member letter_members[] = {
	{ OBJECT("organisers", und_record, u.letter.organisers, struct und_council, council) },
	{ OBJECT("registrars", und_record, u.letter.registrars, struct und_council, council) },
	{ REF("roster", und_record, u.letter.roster) },
	{ OBJECT("rules", und_record, u.letter.rules, struct und_rules, rules) },
	{ SIGNATURES },
	{ TYPE },
	{ VERSION },
	{ REF("words", und_record, u.letter.words) },
};

static const struct und_record_member addressee_members[] = {
	{ ID("id", und_addressee, id), DISTINCT },
	{ ED25519_0("key", und_addressee, key), DISTINCT },
	{ TEXT("name", und_addressee, name, UND_NAME_MAX), DISTINCT },
};
static const struct und_shape addressee = SHAPE(und_addressee, addressee_members, NULL);

static const struct und_record_member words_members[] = {
	{ LIST("addressees", und_record, u.words.addressees, struct und_addressee, u.words.addressee_count, addressee, 1, UND_ADDRESSEES_MAX) },
	{ LONG("body", und_record, u.words.body, UND_BODY_TEXT_MAX) },
	{ TEXT0("contact", und_record, u.words.contact, UND_PLACE_MAX) },
	{ DATE0("dated", und_record, u.words.dated) },
	{ DEMANDS(words) },
	{ LANGUAGE("language", und_record, u.words.language) },
	{ REF0("replaces", und_record, u.words.replaces) },
	{ BYTES("salt", und_record, u.words.salt, 32) },
	{ SIGNATURES },
	{ TEXT("title", und_record, u.words.title, UND_TITLE_MAX) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member sealed_members[] = {
	{ BLOB("ciphertext", und_record, u.sealed.ciphertext, UND_SEALED_EXTRA + UND_SEALED_BLOCK, UND_SEALED_EXTRA + UND_SEALED_BLOCKS_MAX * UND_SEALED_BLOCK) },
	{ LETTER(sealed) },
	{ SIGNATURES },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member translation_members[] = {
	{ LONG("body", und_record, u.translation.body, UND_BODY_TEXT_MAX) },
	{ DEMANDS(translation) },
	{ LANGUAGE("language", und_record, u.translation.language) },
	{ LETTER(translation) },
	{ DATE("on", und_record, u.translation.on) },
	{ SIGNATURES },
	{ TEXT("title", und_record, u.translation.title, UND_TITLE_MAX) },
	{ TYPE },
	{ VERSION },
};

/* ---- what the nameless do ---- */

static const struct und_record_member signature_members[] = {
	{ LETTER(signature) },
	{ BLOB("proof", und_record, u.signature.proof, 32 * (5 + 4), UND_PROOF_SIZE_MAX) },
	{ ID_ALL("ring", und_record, u.signature.ring) },
	{ REF("roster", und_record, u.signature.roster) },
	{ POINT("tag", und_record, u.signature.tag) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member withdrawal_members[] = {
	{ LETTER(withdrawal) },
	{ BYTES("proof", und_record, u.withdrawal.proof, UND_TAG_SIGNATURE_SIZE) },
	{ POINT("tag", und_record, u.withdrawal.tag) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member vote_members[] = {
	{ ID("choice", und_record, u.vote.choice) },
	{ LETTER(vote) },
	{ BYTES("proof", und_record, u.vote.proof, UND_TAG_SIGNATURE_SIZE) },
	{ REF("question", und_record, u.vote.question) },
	{ POINT("tag", und_record, u.vote.tag) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member enrolment_key_members[] = {
	{ NUMBER("edition", und_enrolment_key, edition, 0, UND_EDITION_MAX), ASCENDING },
	{ POINT("key", und_enrolment_key, key) },
	{ BYTES("proof", und_enrolment_key, proof, UND_TAG_SIGNATURE_SIZE) },
};
static const struct und_shape enrolment_key = SHAPE(und_enrolment_key, enrolment_key_members, NULL);

static const struct und_record_member enrolment_members[] = {
	{ ID("body", und_record, u.enrolment.body) },
	{ LIST("keys", und_record, u.enrolment.keys, struct und_enrolment_key, u.enrolment.key_count, enrolment_key, 1, UND_ENROLMENT_KEYS_MAX) },
	{ ID("series", und_record, u.enrolment.series) },
	{ TYPE },
	{ VERSION },
};

static const char *const entry_words[] = { "open", "used", "void" };

static const struct und_record_member cards_entry_members[] = {
	{ ID("body", und_cards_entry, body) },
	{ BYTES("code", und_cards_entry, code, 32), ASCENDING },
	{ WORD("state", und_cards_entry, state, entry_words) },
};
static const struct und_shape cards_entry = SHAPE(und_cards_entry, cards_entry_members, NULL);

static const struct und_record_member cards_members[] = {
	{ LIST("cards", und_record, u.cards.cards, struct und_cards_entry, u.cards.count, cards_entry, 0, UND_CARDS_MAX) },
	{ ID("series", und_record, u.cards.series) },
	{ SIGNATURES },
	{ TYPE },
	{ VERSION },
};

static const char *const request_words[] = { "create", "collect", "drop" };

static const struct und_record_member request_members[] = {
	{ WORD("act", und_record, u.request.act, request_words) },
	{ REF0("letter", und_record, u.request.letter) },
	{ BYTES("nonce", und_record, u.request.nonce, 32) },
	{ DATE("on", und_record, u.request.on) },
	{ URL("server", und_record, u.request.server) },
	{ SIGNATURES },
	{ TEXT("subject", und_record, u.request.subject, UND_SUBJECT_MAX) },
	{ TYPE },
	{ VERSION },
};

/* ---- what is said about the letter ---- */

static const struct und_record_member party_members[] = {
	{ ID("id", und_record, u.party.id) },
	{ ED25519_0("key", und_record, u.party.key) },
	{ LETTER(party) },
	{ TEXT("name", und_record, u.party.name, UND_NAME_MAX) },
	{ SIGNATURES },
	{ SOURCE(party) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member delivery_members[] = {
	{ LETTER(delivery) },
	{ DATE("on", und_record, u.delivery.on) },
	{ ID("party", und_record, u.delivery.party) },
	{ SIGNATURES },
	{ SOURCE(delivery) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member publication_members[] = {
	{ LETTER(publication) },
	{ DATE("on", und_record, u.publication.on) },
	{ TEXT("outlet", und_record, u.publication.outlet, UND_NAME_MAX) },
	{ SIGNATURES },
	{ SOURCE(publication) },
	{ TYPE },
	{ VERSION },
};

static const char *const stance_words[] = { "accepts", "rejects", "partly", "counter", "supports", "none" };

static const struct und_record_member stance_members[] = {
	{ ID_ALL("demand", und_stance_on, demand), DISTINCT },
	{ TEXT0("note", und_stance_on, note, UND_DEMAND_TEXT_MAX) },
	{ WORD("stance", und_stance_on, stance, stance_words) },
};
static const struct und_shape stance = SHAPE(und_stance_on, stance_members, NULL);

static const struct und_record_member statement_members[] = {
	{ REF0("clarifies", und_record, u.statement.clarifies) },
	{ LANGUAGE("language", und_record, u.statement.language) },
	{ LETTER(statement) },
	{ DATE("on", und_record, u.statement.on) },
	{ ID("party", und_record, u.statement.party) },
	{ SIGNATURES },
	{ SOURCE(statement) },
	{ LIST("stances", und_record, u.statement.stances, struct und_stance_on, u.statement.stance_count, stance, 0, UND_DEMANDS_MAX) },
	{ LONG("text", und_record, u.statement.text, UND_STATEMENT_TEXT_MAX) },
	{ TYPE },
	{ VERSION },
};

static const struct und_record_member choice_members[] = {
	{ ID("id", und_choice, id), DISTINCT },
	{ TEXT("text", und_choice, text, UND_CHOICE_TEXT_MAX) },
};
static const struct und_shape choice = SHAPE(und_choice, choice_members, NULL);

static const struct und_record_member question_members[] = {
	{ REF0("about", und_record, u.question.about) },
	{ LIST("choices", und_record, u.question.choices, struct und_choice, u.question.choice_count, choice, 2, UND_CHOICES_MAX) },
	{ DATE("closes", und_record, u.question.closes) },
	{ LANGUAGE("language", und_record, u.question.language) },
	{ LETTER(question) },
	{ SIGNATURES },
	{ LONG("text", und_record, u.question.text, UND_QUESTION_TEXT_MAX) },
	{ TYPE },
	{ VERSION },
};

static const char *const notice_words[] = { "note", "correction", "deadline", "closed", "replaced" };

static const struct und_record_member notice_members[] = {
	{ REF0("about", und_record, u.notice.about) },
	{ DATE0("closes", und_record, u.notice.closes) },
	{ WORD("kind", und_record, u.notice.kind, notice_words) },
	{ LANGUAGE("language", und_record, u.notice.language) },
	{ LETTER(notice) },
	{ DATE("on", und_record, u.notice.on) },
	{ SIGNATURES },
	{ LONG("text", und_record, u.notice.text, UND_STATEMENT_TEXT_MAX) },
	{ TYPE },
	{ VERSION },
};

/* ---- the types ---- */

static const struct type {
	const char *name;
	uint32_t line_max; /* spec/records.md, Limits of a line */
	bool is_signed;
	struct und_shape shape;
} types[UND_TYPE_COUNT] = {
#define SIGNED(s, max, check) { #s, max, true, SHAPE(und_record, s##_members, check) }
#define BARE(s, max, check) { #s, max, false, SHAPE(und_record, s##_members, check) }
	[UND_TYPE_ROSTER] = SIGNED(roster, 8 << 20, und_check_roster),
	[UND_TYPE_KEYS] = BARE(keys, UND_LINE_MAX, NULL),
	[UND_TYPE_LETTER] = SIGNED(letter, 64 << 10, NULL),
	[UND_TYPE_WORDS] = SIGNED(words, 512 << 10, NULL),
	[UND_TYPE_SEALED] = SIGNED(sealed, 8 << 20, und_check_sealed),
	[UND_TYPE_SIGNATURE] = BARE(signature, 64 << 10, und_check_signature),
	[UND_TYPE_WITHDRAWAL] = BARE(withdrawal, 64 << 10, NULL),
	[UND_TYPE_PARTY] = SIGNED(party, 64 << 10, NULL),
	[UND_TYPE_DELIVERY] = SIGNED(delivery, 64 << 10, NULL),
	[UND_TYPE_PUBLICATION] = SIGNED(publication, 64 << 10, NULL),
	[UND_TYPE_STATEMENT] = SIGNED(statement, 512 << 10, NULL),
	[UND_TYPE_QUESTION] = SIGNED(question, 64 << 10, NULL),
	[UND_TYPE_VOTE] = BARE(vote, 64 << 10, NULL),
	[UND_TYPE_NOTICE] = SIGNED(notice, 64 << 10, und_check_notice),
	[UND_TYPE_TRANSLATION] = SIGNED(translation, 512 << 10, NULL),
	[UND_TYPE_ENROLMENT] = BARE(enrolment, 64 << 10, NULL),
	[UND_TYPE_CARDS] = SIGNED(cards, 8 << 20, NULL),
	[UND_TYPE_REQUEST] = SIGNED(request, 64 << 10, NULL),
};

const struct und_shape *und_type_shape(enum und_type t)
{
	und_bug_if((unsigned)t >= UND_TYPE_COUNT);
	return &types[t].shape;
}

const char *und_type_name(enum und_type t)
{
	und_bug_if((unsigned)t >= UND_TYPE_COUNT);
	return types[t].name;
}

size_t und_type_line_max(enum und_type t)
{
	und_bug_if((unsigned)t >= UND_TYPE_COUNT);
	return types[t].line_max;
}

bool und_type_is_signed(enum und_type t)
{
	und_bug_if((unsigned)t >= UND_TYPE_COUNT);
	return types[t].is_signed;
}

enum und_err und_type_find(enum und_type *out, struct und_bytes name)
{
	for (size_t t = 0; t < UND_TYPE_COUNT; t++) {
		if (!und_bytes_is(name, types[t].name))
			continue;
		*out = (enum und_type)t;
		return UND_OK;
	}
	return UND_ERR_TYPE;
}

const char *und_stance_name(enum und_stance s)
{
	und_bug_if((unsigned)s >= UND_COUNT_OF(stance_words));
	return stance_words[s];
}

const char *und_notice_kind_name(enum und_notice_kind k)
{
	und_bug_if((unsigned)k >= UND_COUNT_OF(notice_words));
	return notice_words[k];
}

const char *und_entry_state_name(enum und_entry_state s)
{
	und_bug_if((unsigned)s >= UND_COUNT_OF(entry_words));
	return entry_words[s];
}
