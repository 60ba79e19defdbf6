/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* records.c: the lines of the sample letters one by one: what a line decides by itself is decided by decode, and what decode takes, encode gives back */
#include <jansson.h>

#include "base/hash.h"
#include "record/reader.h"
#include "record/record.h"
#include "tap.h"

/* The letters whose fault is one of form, or of the stream ("truncated"): what to say of it, and where. The others are the fold's. */
static const struct form {
	const char *name;
	enum und_err e;
	const char *member;
} forms[] = {
	{ "bad-addressee-key-with-torsion", UND_ERR_ED25519_POINT, "addressees[0].key" },
	{ "bad-addressees-none", UND_ERR_LIST_LENGTH, "addressees" },
	{ "bad-addressees-same-key", UND_ERR_DOUBLED, "addressees[1].key" },
	{ "bad-addressees-same-name", UND_ERR_DOUBLED, "addressees[1].name" },
	{ "bad-authority-key-of-small-order", UND_ERR_ED25519_POINT, "organisers.keys[0].key" },
	{ "bad-authority-key-with-order-two", UND_ERR_ED25519_POINT, "organisers.keys[0].key" },
	{ "bad-authority-key-with-torsion", UND_ERR_ED25519_POINT, "organisers.keys[0].key" },
	{ "bad-authority-signature-twice", UND_ERR_NOT_ASCENDING, "signatures[1].key" },
	{ "bad-base64-alphabet", UND_ERR_BASE64, "tag" },
	{ "bad-base64-padding", UND_ERR_BASE64, "tag" },
	{ "bad-base64-stray-bits", UND_ERR_BASE64, "tag" },
	{ "bad-bodies-not-ascending", UND_ERR_NOT_ASCENDING, "bodies[1].id" },
	{ "bad-bodies-with-roster-rings", UND_ERR_RULES_BODIES, "rules.bodies" },
	{ "bad-byte-order-mark", UND_ERR_JSON, "" },
	{ "bad-closes-after-ends", UND_ERR_DATES_ORDER, "rules.closes" },
	{ "bad-crlf", UND_ERR_CANONICAL, "v" },
	{ "bad-date", UND_ERR_DATE, "rules.closes" },
	{ "bad-date-form", UND_ERR_DATE, "dated" },
	{ "bad-dated", UND_ERR_DATE, "dated" },
	{ "bad-deep", UND_ERR_NESTING, "" },
	{ "bad-demands-doubled", UND_ERR_DOUBLED, "demands[1].id" },
	{ "bad-demands-too-many", UND_ERR_LIST_LENGTH, "demands" },
	{ "bad-duplicate-member", UND_ERR_DUPLICATE_MEMBER, "v" },
	{ "bad-edition-65536", UND_ERR_NUMBER, "edition" },
	{ "bad-empty-line", UND_ERR_JSON, "" },
	{ "bad-from-after-until", UND_ERR_DATES_ORDER, "until" },
	{ "bad-id-form", UND_ERR_ID_FORM, "demands[0].id" },
	{ "bad-id-long", UND_ERR_ID_FORM, "demands[0].id" },
	{ "bad-keys-doubled", UND_ERR_NOT_ASCENDING, "keys" },
	{ "bad-keys-newer-above-letter", UND_ERR_VERSION, "v" },
	{ "bad-keys-not-a-multiple-of-32", UND_ERR_SIZE, "keys" },
	{ "bad-keys-not-ascending", UND_ERR_NOT_ASCENDING, "keys" },
	{ "bad-language", UND_ERR_LANGUAGE_FORM, "language" },
	{ "bad-lone-surrogate", UND_ERR_CANONICAL, "outlet" },
	{ "bad-min-ring-one", UND_ERR_NUMBER, "rules.min_ring" },
	{ "bad-missing-member", UND_ERR_MEMBER_MISSING, "roster" },
	{ "bad-no-last-newline", UND_ERR_TRUNCATED, "" },
	{ "bad-not-an-object", UND_ERR_NOT_OBJECT, "" },
	{ "bad-not-canonical-escape", UND_ERR_CANONICAL, "roster" },
	{ "bad-not-canonical-order", UND_ERR_CANONICAL, "type" },
	{ "bad-not-canonical-slash", UND_ERR_CANONICAL, "source" },
	{ "bad-not-canonical-space", UND_ERR_CANONICAL, "letter" },
	{ "bad-not-canonical-unicode", UND_ERR_CANONICAL, "body" },
	{ "bad-not-utf8", UND_ERR_JSON, "outlet" },
	{ "bad-notice-closes-without-deadline", UND_ERR_CLOSES_KIND, "closes" },
	{ "bad-notice-kind", UND_ERR_CHOICE, "kind" },
	{ "bad-nul", UND_ERR_JSON, "outlet" },
	{ "bad-nul-escaped", UND_ERR_TEXT_CONTROL, "outlet" },
	{ "bad-number-exponent", UND_ERR_NUMBER_FORM, "v" },
	{ "bad-number-float", UND_ERR_NUMBER_FORM, "v" },
	{ "bad-number-huge", UND_ERR_NUMBER_FORM, "rules" },
	{ "bad-number-leading-zero", UND_ERR_NUMBER_FORM, "v" },
	{ "bad-number-minus-zero", UND_ERR_NUMBER_FORM, "v" },
	{ "bad-number-negative", UND_ERR_NUMBER_FORM, "rules" },
	{ "bad-number-null", UND_ERR_MEMBER_TYPE, "v" },
	{ "bad-number-of-5000-digits", UND_ERR_NUMBER_FORM, "v" },
	{ "bad-number-range", UND_ERR_NUMBER, "rules.max_share" },
	{ "bad-number-string", UND_ERR_MEMBER_TYPE, "v" },
	{ "bad-number-true", UND_ERR_MEMBER_TYPE, "v" },
	{ "bad-organiser-key-unused-with-torsion", UND_ERR_ED25519_POINT, "organisers.keys[2].key" },
	{ "bad-party-key-with-torsion", UND_ERR_ED25519_POINT, "key" },
	{ "bad-question-one-choice", UND_ERR_LIST_LENGTH, "choices" },
	{ "bad-quorum-over-keys", UND_ERR_QUORUM_SIZE, "organisers.quorum" },
	{ "bad-quorum-zero", UND_ERR_NUMBER, "registrars.quorum" },
	{ "bad-release-zero", UND_ERR_NUMBER, "rules.release" },
	{ "bad-replaces-size", UND_ERR_SIZE, "replaces" },
	{ "bad-salt-size", UND_ERR_SIZE, "salt" },
	{ "bad-same-member-tag-with-bit-255", UND_ERR_POINT, "tag" },
	{ "bad-sealed-size", UND_ERR_SIZE, "ciphertext" },
	{ "bad-second-letter-of-newer-version", UND_ERR_NEWER, "v" },
	{ "bad-statement-demand-twice", UND_ERR_DOUBLED, "stances[1].demand" },
	{ "bad-statement-unknown-stance", UND_ERR_CHOICE, "stances[0].stance" },
	{ "bad-tag", UND_ERR_POINT, "tag" },
	{ "bad-tag-identity", UND_ERR_IDENTITY, "tag" },
	{ "bad-text-alm", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-bidi-isolate", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-bidi-override", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-carriage-return", UND_ERR_TEXT_CONTROL, "body" },
	{ "bad-text-control", UND_ERR_TEXT_CONTROL, "title" },
	{ "bad-text-del", UND_ERR_TEXT_CONTROL, "body" },
	{ "bad-text-empty-title", UND_ERR_TEXT_LENGTH, "title" },
	{ "bad-text-feff", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-line-separator", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-lrm", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-newline-in-title", UND_ERR_TEXT_CONTROL, "title" },
	{ "bad-text-noncharacter", UND_ERR_TEXT_NONCHARACTER, "title" },
	{ "bad-text-outside-words", UND_ERR_TEXT_INVISIBLE, "stances[0].note" },
	{ "bad-text-tags", UND_ERR_TEXT_INVISIBLE, "body" },
	{ "bad-text-too-long", UND_ERR_TEXT_LENGTH, "title" },
	{ "bad-text-u007f", UND_ERR_TEXT_CONTROL, "title" },
	{ "bad-text-u0085", UND_ERR_TEXT_CONTROL, "title" },
	{ "bad-text-u00ad", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u034f", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u115f", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u17b4", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u180e", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u1bca0", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u1d173", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u1fffe", UND_ERR_TEXT_NONCHARACTER, "title" },
	{ "bad-text-u200e", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u2060", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u206a", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u2800", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-u3164", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-ue0001", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-ue0080", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-ue01f0", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-ufdd0", UND_ERR_TEXT_NONCHARACTER, "title" },
	{ "bad-text-ufeff", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-uffa0", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-ufff0", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-ufffb", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-text-zero-width", UND_ERR_TEXT_INVISIBLE, "title" },
	{ "bad-truncated", UND_ERR_TRUNCATED, "" },
	{ "bad-type-form", UND_ERR_TYPE, "type" },
	{ "bad-unknown-member", UND_ERR_MEMBER_UNKNOWN, "comment" },
	{ "bad-unknown-type", UND_ERR_TYPE, "type" },
	{ "bad-unknown-type-deep-9", UND_ERR_NESTING, "a" },
	{ "bad-unknown-type-not-canonical", UND_ERR_CANONICAL, "type" },
	{ "bad-unknown-version", UND_ERR_VERSION, "v" },
	{ "bad-url", UND_ERR_URL, "source.url" },
	{ "bad-url-not-ascii", UND_ERR_URL, "source.url" },
	{ "bad-url-space", UND_ERR_URL, "source.url" },
	{ "bad-version-zero", UND_ERR_VERSION, "v" },
	{ "bad-withdrawal-of-nobody", UND_ERR_POINT, "tag" },
	{ "newer-letter", UND_ERR_NEWER, "v" },
	{ "newer-roster", UND_ERR_NEWER, "v" },
};

static const struct form *find_form(const char *name)
{
	for (size_t i = 0; i < UND_COUNT_OF(forms); i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

/* ---- what must hold of every line that decode takes ---- */

static uint64_t taken;

/* An independent reader: one object, no name twice, and with sorted names the same bytes. */
static void check_oracle(struct und_bytes line)
{
	json_t *value = json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);

	REQUIRE(text != NULL);
	CHECK(und_bytes_is(line, text));
	free(text);
	json_decref(value);
}

static void check_encode(const struct und_record *r, struct und_bytes line)
{
	struct und_buf out;
	struct und_bytes core;
	uint8_t id[UND_ID_SIZE];

	und_buf_init(&out, UND_LINE_MAX);
	OK(und_record_encode(&out, r));
	CHECK(und_bytes_equal_var(und_buf_bytes(&out), line));
	und_buf_reset(&out);
	OK(und_record_encode_core(&out, r));
	core = und_buf_bytes(&out);
	und_sha256(id, &core, 1);
	MEM(id, r->id, sizeof id);
	CHECK(und_type_is_signed(r->type) == (core.n < line.n));
	und_buf_clear(&out);
}

/* ---- one letter ---- */

struct walk {
	const char *name;
	uint64_t fault; /* the line at fault; 0: none */
	struct und_diag diag;
};

static enum und_err walk_line(void *ctx, const struct und_line *l)
{
	struct walk *w = ctx;
	const struct form *form = l->number == w->fault ? find_form(w->name) : NULL;
	struct und_record r;
	enum und_err e;

	memset(&w->diag, 0, sizeof w->diag);
	e = und_record_decode(&r, l->bytes, &w->diag);
	if (w->fault == 0 || l->number < w->fault || (l->number == w->fault && form == NULL)) {
		if (e != UND_OK)
			tap_fail("%s, line %" PRIu64 ": %s %s", w->name, l->number, und_err_name(e), w->diag.member);
	} else if (form != NULL) {
		if (e != form->e || strcmp(w->diag.member, form->member) != 0)
			tap_fail("%s: %s %s, expected %s %s", w->name, und_err_name(e), w->diag.member, und_err_name(form->e), form->member);
	}
	tap_checks++;
	if (e != UND_OK)
		return UND_OK; /* the lines behind may be good again */
	check_encode(&r, l->bytes);
	check_oracle(l->bytes);
	und_record_clear(&r);
	taken++;
	return UND_OK;
}

static struct und_buf load(const char *name)
{
	char path[4096], chunk[4096];
	struct und_buf b;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/letters/%s", getenv("UND_VECTORS"), name);
	und_buf_init(&b, 1 << 24);
	f = fopen(path, "rb");
	if (f == NULL) {
		printf("Bail out! no %s\n", path);
		exit(1);
	}
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		und_buf_add(&b, chunk, n);
	fclose(f);
	if (b.err != UND_OK)
		abort();
	return b;
}

static void walk(const char *name, json_t *verdict)
{
	struct walk w = { .name = name, .fault = (uint64_t)json_integer_value(json_object_get(verdict, "line")) };
	const struct form *form = find_form(name);
	struct und_reader reader;
	struct und_diag diag = { 0 };
	struct und_buf file;
	char base[256];

	snprintf(base, sizeof base, "%s.letter", name);
	file = load(base);
	und_reader_init(&reader, UND_LINE_MAX, walk_line, &w);
	OK(und_reader_feed(&reader, und_buf_bytes(&file), &diag));
	if (form != NULL && form->e == UND_ERR_TRUNCATED) {
		IS(UND_ERR_TRUNCATED, und_reader_finish(&reader, &diag));
		EQ(diag.line, w.fault);
	} else {
		OK(und_reader_finish(&reader, &diag));
	}
	und_reader_clear(&reader);
	und_buf_clear(&file);
}

TEST(every_line_of_the_sample_letters_is_judged_and_comes_back)
{
	struct und_buf text = load("expected.json");
	json_t *letters = json_loadb((const char *)text.p, text.n, 0, NULL), *verdict;
	const char *name;
	size_t found = 0;

	json_object_foreach(letters, name, verdict) {
		walk(name, verdict);
		found += find_form(name) != NULL;
	}
	EQ(found, UND_COUNT_OF(forms)); /* no row of ours that names nothing */
	CHECK(taken > 4000);
	json_decref(letters);
	und_buf_clear(&text);
}
