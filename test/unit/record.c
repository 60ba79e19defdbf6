/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: every member of every type, from the table: missing, unknown, of another JSON type, beyond its limits, out of order; then the checks between members */
#include <jansson.h>

#include "record/take.h"
#include "tap.h"

#include "record_fixture.h"

/* ---- one line, as a tree that a test may spoil ---- */

struct spoiled {
	enum und_type type;
	json_t *root;
	unsigned spoils; /* how many have been judged */
};

static struct und_bytes line_of(struct und_buf *b, const struct und_record *r)
{
	und_buf_init(b, UND_LINE_MAX);
	if (und_record_encode(b, r) != UND_OK)
		abort();
	return und_buf_bytes(b);
}

/* A record whose lists hold two elements, so that there is something to spoil in each. */
static void open_spoiled(struct spoiled *s, enum und_type t)
{
	struct und_record r;
	struct und_buf b;
	struct und_bytes line;

	fixture_record(&r, t, 2);
	line = line_of(&b, &r);
	*s = (struct spoiled){ .type = t, .root = json_loadb((const char *)line.p, line.n, 0, NULL) };
	if (s->root == NULL)
		abort();
	und_buf_clear(&b);
	und_record_clear(&r);
}

static enum und_err decode_tree(struct spoiled *s, struct und_diag *diag)
{
	char *text = json_dumps(s->root, JSON_COMPACT | JSON_SORT_KEYS);
	struct und_record r;
	enum und_err e;

	if (text == NULL)
		abort();
	memset(diag, 0, sizeof *diag);
	e = und_record_decode(&r, und_cstr(text), diag);
	if (e == UND_OK)
		und_record_clear(&r);
	free(text);
	return e;
}

static void expect(struct spoiled *s, enum und_err expected, const char *path, const char *what)
{
	struct und_diag diag;
	enum und_err e = decode_tree(s, &diag);
	size_t n = strlen(path), cut = n < sizeof diag.member ? 0 : n - sizeof diag.member + 1;

	tap_checks++;
	s->spoils++;
	if (e != expected || strcmp(diag.member, path + cut) != 0)
		tap_fail("%s.%s %s: %s %s, expected %s", und_type_name(s->type), path, what, und_err_name(e), diag.member, und_err_name(expected));
}

/* Puts value in the member's place, sees what decode says, puts the old one back. value is taken over. */
static void expect_with(struct spoiled *s, json_t *object, const struct und_record_member *m, json_t *value, enum und_err expected,
			const char *path, const char *what)
{
	json_t *old = json_incref(json_object_get(object, m->name));

	if (old == NULL || value == NULL || json_object_set_new(object, m->name, value) != 0)
		abort();
	expect(s, expected, path, what);
	json_object_set_new(object, m->name, old);
}

/* ---- what every member has in common ---- */

static void spoil_presence(struct spoiled *s, json_t *object, const struct und_record_member *m, const char *path)
{
	json_t *old = json_incref(json_object_get(object, m->name));
	char near[80], other[256];

	json_object_del(object, m->name);
	expect(s, UND_ERR_MEMBER_MISSING, path, "missing");
	json_object_set_new(object, m->name, old);

	/* names that nobody asked for, just behind and (but for the first letter) just before the member's own */
	snprintf(near, sizeof near, "%s0", m->name);
	snprintf(other, sizeof other, "%s0", path);
	json_object_set_new(object, near, json_integer(0));
	expect(s, UND_ERR_MEMBER_UNKNOWN, other, "unknown behind");
	json_object_del(object, near);
	snprintf(near, sizeof near, "%.*s", (int)strlen(m->name) - 1, m->name);
	snprintf(other, sizeof other, "%.*s", (int)strlen(path) - 1, path);
	if (near[0] != '\0' && json_object_get(object, near) == NULL) {
		json_object_set_new(object, near, json_string("x"));
		expect(s, UND_ERR_MEMBER_UNKNOWN, other, "unknown before");
		json_object_del(object, near);
	}
}

static void spoil_json_type(struct spoiled *s, json_t *object, const struct und_record_member *m, const char *path)
{
	uint8_t begins = und_kind_begins(m->kind);

	if (begins != '"')
		expect_with(s, object, m, json_string("1"), UND_ERR_MEMBER_TYPE, path, "a string");
	if (begins != '0')
		expect_with(s, object, m, json_integer(1), UND_ERR_MEMBER_TYPE, path, "a number");
	if (begins != '[')
		expect_with(s, object, m, json_array(), UND_ERR_MEMBER_TYPE, path, "a list");
	if (begins != '{')
		expect_with(s, object, m, json_object(), UND_ERR_MEMBER_TYPE, path, "an object");
	expect_with(s, object, m, json_true(), UND_ERR_MEMBER_TYPE, path, "true");
	expect_with(s, object, m, json_null(), UND_ERR_MEMBER_TYPE, path, "null");
}

/* ---- what each kind refuses ---- */

static json_t *repeated(char c, size_t n)
{
	char *text = malloc(n + 1);
	json_t *value;

	if (text == NULL)
		abort();
	memset(text, c, n);
	value = json_stringn(text, n);
	free(text);
	return value;
}

/* base64url of n bytes 'c'. */
static json_t *base64_of(uint8_t c, size_t n)
{
	struct und_buf bytes, text;
	json_t *value;

	und_buf_init(&bytes, n);
	und_buf_init(&text, 2 * n + 4);
	for (size_t i = 0; i < n; i++)
		und_buf_add_u8(&bytes, c);
	und_base64_add(&text, und_buf_bytes(&bytes));
	value = json_stringn((const char *)text.p, text.n);
	und_buf_clear(&bytes);
	und_buf_clear(&text);
	return value;
}

#define REFUSES(value, e, what) expect_with(s, object, m, value, e, path, what)

static void spoil_string(struct spoiled *s, json_t *object, const struct und_record_member *m, const char *path)
{
	switch (m->kind) {
	case UND_KIND_TYPE: /* the scan names the member, whatever else the line lacks */
		REFUSES(json_string("nothing"), UND_ERR_TYPE, "nothing");
		REFUSES(json_string("Letter"), UND_ERR_TYPE, "Letter");
		REFUSES(json_string(""), UND_ERR_TYPE, "empty");
		break;
	case UND_KIND_DATE:
		REFUSES(json_string(""), UND_ERR_DATE, "empty");
		__attribute__((fallthrough));
	case UND_KIND_DATE0:
		REFUSES(json_string("2027-02-29"), UND_ERR_DATE, "no day");
		REFUSES(json_string("3000-01-01"), UND_ERR_DATE, "year 3000");
		break;
	case UND_KIND_ID:
		REFUSES(json_string("*"), UND_ERR_ID_FORM, "*");
		__attribute__((fallthrough));
	case UND_KIND_ID_ALL:
		REFUSES(json_string(""), UND_ERR_ID_FORM, "empty");
		REFUSES(json_string("A"), UND_ERR_ID_FORM, "upper case");
		REFUSES(json_string("a\"b"), UND_ERR_ID_FORM, "escaped");
		REFUSES(json_string("**"), UND_ERR_ID_FORM, "**");
		REFUSES(repeated('a', 33), UND_ERR_ID_FORM, "33 long");
		break;
	case UND_KIND_TEXT:
		REFUSES(json_string("a\nb"), UND_ERR_TEXT_CONTROL, "LF");
		__attribute__((fallthrough));
	case UND_KIND_LONG:
		REFUSES(repeated('a', m->max + 1), UND_ERR_TEXT_LENGTH, "too long");
		REFUSES(repeated('"', m->max + 1), UND_ERR_TEXT_LENGTH, "too long, escaped");
		REFUSES(json_string("a\tb"), UND_ERR_TEXT_CONTROL, "TAB");
		REFUSES(json_stringn("a\0b", 3), UND_ERR_TEXT_CONTROL, "NUL");
		REFUSES(json_string("a\xe2\x80\x8e"), UND_ERR_TEXT_INVISIBLE, "LRM");
		REFUSES(json_string("\"\xef\xbf\xbe"), UND_ERR_TEXT_NONCHARACTER, "FFFE");
		if (m->min > 0)
			REFUSES(json_string(""), UND_ERR_TEXT_LENGTH, "empty");
		break;
	case UND_KIND_LANGUAGE:
		REFUSES(json_string(""), UND_ERR_LANGUAGE_FORM, "empty");
		REFUSES(json_string("e"), UND_ERR_LANGUAGE_FORM, "e");
		break;
	case UND_KIND_URL:
		REFUSES(json_string("ftp://example.org"), UND_ERR_URL, "ftp");
		REFUSES(json_string("https://a\\\" b"), UND_ERR_URL, "a space");
		REFUSES(json_string("https://a\xe2\x80\x8e"), UND_ERR_URL, "LRM");
		break;
	case UND_KIND_WORD: case UND_KIND_BOOL:
		REFUSES(json_string(""), UND_ERR_CHOICE, "empty");
		REFUSES(json_string("nothing"), UND_ERR_CHOICE, "nothing");
		break;
	default:
		break;
	}
}

static void spoil_bytes(struct spoiled *s, json_t *object, const struct und_record_member *m, const char *path)
{
	bool is_sized = m->kind == UND_KIND_BLOB || m->kind == UND_KIND_KEYS; /* their size is looked at first */
	size_t least = m->kind == UND_KIND_KEYS ? 32 : m->kind == UND_KIND_BLOB ? m->min : m->max;

	REFUSES(base64_of(1, least - 1), UND_ERR_SIZE, "a byte less");
	REFUSES(json_string("AA=="), is_sized ? UND_ERR_SIZE : UND_ERR_BASE64, "padding");
	REFUSES(json_string("AB"), is_sized ? UND_ERR_SIZE : UND_ERR_BASE64, "stray bits");
	REFUSES(repeated('A', 4 * least + 1), UND_ERR_BASE64, "no length");
	REFUSES(repeated('/', und_base64_length(least)), UND_ERR_BASE64, "another alphabet");
	if (m->kind != UND_KIND_KEYS && !(m->kind == UND_KIND_BLOB && m->max > 1 << 20))
		REFUSES(base64_of(1, m->max + 1), UND_ERR_SIZE, "a byte more");
	if (m->kind != UND_KIND_REF0 && m->kind != UND_KIND_ED25519_0)
		REFUSES(json_string(""), UND_ERR_SIZE, "empty");
	if (m->kind == UND_KIND_POINT) {
		REFUSES(base64_of(0, 32), UND_ERR_IDENTITY, "the identity");
		REFUSES(base64_of(1, 32), UND_ERR_POINT, "no element");
	}
	if (m->kind == UND_KIND_ED25519 || m->kind == UND_KIND_ED25519_0) {
		REFUSES(base64_of(0, 32), UND_ERR_ED25519_POINT, "of order 4");
		REFUSES(base64_of(0xff, 32), UND_ERR_ED25519_POINT, "no point");
	}
	if (m->kind == UND_KIND_KEYS) {
		REFUSES(base64_of(1, 33), UND_ERR_SIZE, "a byte too many");
		REFUSES(base64_of(1, 64), UND_ERR_NOT_ASCENDING, "the same twice");
	}
}

static void spoil_number(struct spoiled *s, json_t *object, const struct und_record_member *m, const char *path)
{
	bool is_version = m->kind == UND_KIND_VERSION;
	bool may_be_newer = s->type == UND_TYPE_ROSTER || s->type == UND_TYPE_LETTER;

	REFUSES(json_integer((json_int_t)m->max + 1), !is_version ? UND_ERR_NUMBER : may_be_newer ? UND_ERR_NEWER : UND_ERR_VERSION, "one more");
	if (m->min > 0)
		REFUSES(json_integer((json_int_t)m->min - 1), is_version ? UND_ERR_VERSION : UND_ERR_NUMBER, "one less");
}

static void spoil_list(struct spoiled *s, json_t *object, const struct und_record_member *m, const char *path)
{
	json_t *list = json_object_get(object, m->name), *longer = json_deep_copy(list);
	char inner[256];

	snprintf(inner, sizeof inner, "%s[0]", path);
	expect_with(s, object, m, json_pack("[ni]", 1), UND_ERR_MEMBER_TYPE, inner, "null inside");
	if (m->min > 0)
		REFUSES(json_array(), UND_ERR_LIST_LENGTH, "empty");
	/* of numbers: as long as a line of any type takes; how many is asked before what they are */
	json_array_clear(longer);
	for (size_t i = 0; i <= m->max; i++)
		json_array_append_new(longer, json_integer(1));
	REFUSES(longer, UND_ERR_LIST_LENGTH, "too many");
	for (size_t k = 0; k < m->shape->count; k++) {
		const struct und_record_member *inside = &m->shape->members[k];
		json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);
		json_t *a = json_incref(json_object_get(first, inside->name)), *b = json_incref(json_object_get(second, inside->name));

		snprintf(inner, sizeof inner, "%s[1].%s", path, inside->name);
		if (inside->order != UND_ORDER_NONE && !(json_is_string(a) && json_string_length(a) == 0)) {
			json_object_set(second, inside->name, a);
			expect(s, inside->order == UND_ORDER_DISTINCT ? UND_ERR_DOUBLED : UND_ERR_NOT_ASCENDING, inner, "as the one before");
		}
		if (inside->order == UND_ORDER_ASCENDING) {
			json_object_set(first, inside->name, b);
			expect(s, UND_ERR_NOT_ASCENDING, inner, "before the one before");
		}
		json_object_set_new(first, inside->name, a);
		json_object_set_new(second, inside->name, b);
	}
}

/* ---- the walk over a shape and the tree beside it ---- */

static void spoil_object(struct spoiled *s, json_t *object, const struct und_shape *shape, const char *prefix)
{
	for (size_t i = 0; i < shape->count; i++) {
		const struct und_record_member *m = &shape->members[i];
		json_t *value = json_object_get(object, m->name);
		char path[128], inner[128];

		snprintf(path, sizeof path, "%s%s", prefix, m->name);
		spoil_presence(s, object, m, path);
		spoil_json_type(s, object, m, path);
		switch (m->kind) {
		case UND_KIND_NUMBER: case UND_KIND_VERSION:
			spoil_number(s, object, m, path);
			break;
		case UND_KIND_BYTES: case UND_KIND_POINT: case UND_KIND_ED25519: case UND_KIND_ED25519_0: case UND_KIND_REF0: case UND_KIND_BLOB:
		case UND_KIND_KEYS:
			spoil_bytes(s, object, m, path);
			break;
		case UND_KIND_OBJECT:
			snprintf(inner, sizeof inner, "%.120s.", path);
			spoil_object(s, value, m->shape, inner);
			break;
		case UND_KIND_LIST:
			spoil_list(s, object, m, path);
			for (unsigned k = 0; k < 2; k++) {
				snprintf(inner, sizeof inner, "%.110s[%u].", path, k);
				spoil_object(s, json_array_get(value, k), m->shape, inner);
			}
			break;
		default:
			spoil_string(s, object, m, path);
		}
	}
}

TEST(every_member_is_needed_known_typed_and_limited)
{
	struct spoiled s;
	unsigned spoils = 0;

	tap_seed(31);
	for (unsigned t = 0; t < UND_TYPE_COUNT; t++) {
		struct und_diag diag;

		open_spoiled(&s, (enum und_type)t);
		OK(decode_tree(&s, &diag));
		spoil_object(&s, s.root, und_type_shape((enum und_type)t), "");
		OK(decode_tree(&s, &diag)); /* everything was put back */
		spoils += s.spoils;
		json_decref(s.root);
	}
	printf("# %u spoilt lines\n", spoils);
	CHECK(spoils > 2500);
}

/* ---- the edges that are still good ---- */

static void at_limits(enum und_type t, bool most)
{
	struct spoiled s;
	struct und_diag diag;
	const struct und_shape *shape = und_type_shape(t);

	open_spoiled(&s, t);
	for (size_t i = 0; i < shape->count; i++) {
		const struct und_record_member *m = &shape->members[i];
		json_t *old = json_incref(json_object_get(s.root, m->name)), *value = NULL;

		if (m->kind == UND_KIND_TEXT || m->kind == UND_KIND_LONG)
			value = repeated('"', most ? m->max : m->min);
		else if (m->kind == UND_KIND_ID || m->kind == UND_KIND_LANGUAGE)
			value = m->kind == UND_KIND_ID ? repeated('a', most ? m->max : m->min) : json_string(most ? "aa-12345678-12345678-12345678-12345" : "aa");
		else if (m->kind == UND_KIND_NUMBER)
			value = json_integer(most ? m->max : m->min);
		else if (m->kind == UND_KIND_REF0 || m->kind == UND_KIND_BYTES)
			value = base64_of(0xff, most ? m->max : m->min);
		if (value != NULL) {
			json_object_set_new(s.root, m->name, value);
			tap_checks++;
			if (decode_tree(&s, &diag) != UND_OK)
				tap_fail("%s.%s: %s", und_type_name(t), m->name, und_err_name(decode_tree(&s, &diag)));
		}
		json_object_set_new(s.root, m->name, old);
	}
	json_decref(s.root);
}

TEST(values_at_their_limits_are_taken)
{
	tap_seed(32);
	for (unsigned t = 0; t < UND_TYPE_COUNT; t++) {
		at_limits((enum und_type)t, false);
		at_limits((enum und_type)t, true);
	}
}

TEST(lists_at_their_limits_are_taken)
{
	tap_seed(33);
	for (unsigned t = 0; t < UND_TYPE_COUNT; t++) {
		struct und_record r;

		fixture_record(&r, (enum und_type)t, t == UND_TYPE_ROSTER ? UND_BODIES_MAX : UND_DEMANDS_MAX); /* councils 16, addressees 20 … */
		for (size_t i = 0; t == UND_TYPE_ROSTER && i < UND_BODIES_MAX; i++)
			r.u.roster.bodies[i].count = r.u.roster.bodies[i].keys.set;
		OK(und_record_check(&r, NULL));
		und_record_clear(&r);
	}
}

/* ---- the line as a whole ---- */

TEST(a_line_longer_than_its_type_allows_is_refused)
{
	struct und_record r;
	struct und_buf b;
	struct und_diag diag = { 0 };

	for (unsigned t = 0; t < UND_TYPE_COUNT; t++) {
		size_t max = und_type_line_max((enum und_type)t);

		if (max > 1 << 20)
			continue; /* the same code; these would be slow */
		for (size_t n = max; n <= max + 1; n++) {
			char tail[64];
			int m = snprintf(tail, sizeof tail, "\",\"type\":\"%s\",\"v\":1}", und_type_name((enum und_type)t));

			und_buf_init(&b, n);
			und_buf_add_str(&b, "{\"A\":\"");
			while (b.n < n - (size_t)m)
				und_buf_add_u8(&b, 'x');
			und_buf_add(&b, tail, (size_t)m);
			EQ(b.n, n);
			IS(n == max ? UND_ERR_MEMBER_UNKNOWN : UND_ERR_LIMIT, und_record_decode(&r, und_buf_bytes(&b), &diag));
			und_buf_clear(&b);
		}
	}
}

TEST(newer_rosters_and_letters_are_checked_for_form_alone)
{
	struct und_record r;
	struct und_diag diag = { 0 };

	IS(UND_ERR_NEWER, und_record_decode(&r, und_cstr("{\"any\":[{\"x\":null}],\"type\":\"roster\",\"v\":2}"), &diag));
	IS(UND_ERR_NEWER, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":9007199254740991}"), &diag));
	IS(UND_ERR_NEWER, und_record_decode(&r, und_cstr("{\"any\":\"\\u0000\xe2\x80\x8e\",\"type\":\"letter\",\"v\":2}"), &diag));
	IS(UND_ERR_NUMBER_FORM, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":9007199254740992}"), &diag));
	IS(UND_ERR_CANONICAL, und_record_decode(&r, und_cstr("{\"type\":\"letter\", \"v\":2}"), &diag));
	IS(UND_ERR_NESTING, und_record_decode(&r, und_cstr("{\"a\":[[[[[[[[]]]]]]]],\"type\":\"letter\",\"v\":2}"), &diag));
	IS(UND_ERR_JSON, und_record_decode(&r, und_cstr("{\"a\":\"\xff\",\"type\":\"letter\",\"v\":2}"), &diag));
	IS(UND_ERR_VERSION, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":0}"), &diag));
	IS(UND_ERR_VERSION, und_record_decode(&r, und_cstr("{\"type\":\"keys\",\"v\":2}"), &diag));
	IS(UND_ERR_VERSION, und_record_decode(&r, und_cstr("{\"type\":\"signature\",\"v\":2}"), &diag));
	IS(UND_ERR_TYPE, und_record_decode(&r, und_cstr("{\"type\":\"later\",\"v\":2}"), &diag));
	STR(diag.member, "type");
	IS(UND_ERR_MEMBER_TYPE, und_record_decode(&r, und_cstr("{\"type\":[\"letter\"],\"v\":1}"), &diag));
	IS(UND_ERR_MEMBER_MISSING, und_record_decode(&r, und_cstr("{\"v\":1}"), &diag));
	IS(UND_ERR_MEMBER_MISSING, und_record_decode(&r, und_cstr("{}"), NULL));
}

TEST(a_refused_line_leaves_the_record_alone)
{
	struct und_record r, same;

	memset(&r, 0x5a, sizeof r);
	same = r;
	IS(UND_ERR_MEMBER_MISSING, und_record_decode(&r, und_cstr("{\"type\":\"letter\",\"v\":1}"), NULL));
	IS(UND_ERR_JSON, und_record_decode(&r, und_cstr(""), NULL));
	MEM(&r, &same, sizeof r);
}

/* ---- members beside each other ---- */

#define FAULT(code, path)                                                                                              \
	do {                                                                                                           \
		struct und_diag diag_ = { 0 };                                                                         \
		IS(code, und_record_check(&r, &diag_));                                                                \
		STR(diag_.member, path);                                                                               \
	} while (0)

TEST(a_roster_ends_after_it_begins_and_counts_what_it_names)
{
	struct und_record r;

	tap_seed(34);
	fixture_record(&r, UND_TYPE_ROSTER, 3);
	r.u.roster.from = r.u.roster.until = 5;
	OK(und_record_check(&r, NULL));
	r.u.roster.until = 4;
	FAULT(UND_ERR_DATES_ORDER, "until");
	r.u.roster.until = 5;
	r.u.roster.bodies[1].keys.set = true;
	r.u.roster.bodies[1].count = 0;
	FAULT(UND_ERR_SIZE, "bodies[1].keys");
	r.u.roster.bodies[1].keys.set = false;
	OK(und_record_check(&r, NULL));
	r.u.roster.bodies[1].count = 1;
	FAULT(UND_ERR_SIZE, "bodies[1].keys");
	for (unsigned i = 0; i < 3; i++) {
		r.u.roster.bodies[i].keys.set = true;
		r.u.roster.bodies[i].count = i == 0 ? UND_KEYS_MAX - 2 : 1;
	}
	OK(und_record_check(&r, NULL));
	r.u.roster.bodies[2].count = 2;
	FAULT(UND_ERR_KEYS_TOO_MANY, "bodies");
	und_record_clear(&r);
}

TEST(a_letter_has_a_quorum_it_can_reach_and_ends_no_sooner_than_it_closes)
{
	struct und_record r;

	tap_seed(35);
	fixture_record(&r, UND_TYPE_LETTER, 2);
	r.u.letter.organisers.quorum = 2;
	OK(und_record_check(&r, NULL));
	r.u.letter.organisers.quorum = 3;
	FAULT(UND_ERR_QUORUM_SIZE, "organisers.quorum");
	r.u.letter.organisers.quorum = 1;
	r.u.letter.registrars.quorum = 3;
	FAULT(UND_ERR_QUORUM_SIZE, "registrars.quorum");
	r.u.letter.registrars.quorum = 2;
	r.u.letter.rules.closes = r.u.letter.rules.ends;
	OK(und_record_check(&r, NULL));
	r.u.letter.rules.closes = 9;
	r.u.letter.rules.ends = 8;
	FAULT(UND_ERR_DATES_ORDER, "rules.closes");
	r.u.letter.rules.ends = 9;
	r.u.letter.rules.bodies = 1;
	r.u.letter.rules.rings = UND_RINGS_EITHER;
	OK(und_record_check(&r, NULL));
	r.u.letter.rules.rings = UND_RINGS_ROSTER;
	FAULT(UND_ERR_RULES_BODIES, "rules.bodies");
	r.u.letter.rules.bodies = 0;
	OK(und_record_check(&r, NULL));
	und_record_clear(&r);
}

TEST(a_notice_closes_iff_it_is_a_deadline)
{
	struct und_record r;

	tap_seed(36);
	fixture_record(&r, UND_TYPE_NOTICE, 2);
	for (unsigned k = UND_NOTICE_NOTE; k <= UND_NOTICE_REPLACED; k++) {
		r.u.notice.kind = (enum und_notice_kind)k;
		r.u.notice.closes = k == UND_NOTICE_DEADLINE ? 1 : UND_DAY_NONE;
		OK(und_record_check(&r, NULL));
		r.u.notice.closes = k == UND_NOTICE_DEADLINE ? UND_DAY_NONE : 1;
		FAULT(UND_ERR_CLOSES_KIND, "closes");
	}
	und_record_clear(&r);
}

TEST(proofs_and_ciphertexts_come_in_their_sizes_only)
{
	static uint8_t bytes[UND_SEALED_EXTRA + 3 * UND_SEALED_BLOCK];
	struct und_record r;
	unsigned taken = 0;

	tap_seed(37);
	fixture_record(&r, UND_TYPE_SIGNATURE, 1);
	for (size_t n = 0; n < 2000; n++) {
		r.u.signature.proof = und_bytes(bytes, n);
		if (und_record_check(&r, NULL) != UND_OK)
			continue;
		taken++;
		EQ((n / 32 - 4) % 5, 0);
		EQ(n % 32, 0);
	}
	EQ(taken, UND_RING_DIGITS_MAX);
	und_record_clear(&r);
	fixture_record(&r, UND_TYPE_SEALED, 1);
	for (unsigned blocks = 1; blocks <= 3; blocks++) {
		size_t n = UND_SEALED_EXTRA + blocks * UND_SEALED_BLOCK;

		r.u.sealed.ciphertext = und_bytes(bytes, n);
		OK(und_record_check(&r, NULL));
		r.u.sealed.ciphertext.n = n - 1;
		FAULT(UND_ERR_SIZE, "ciphertext");
		r.u.sealed.ciphertext.n = n - UND_SEALED_EXTRA;
		FAULT(UND_ERR_SIZE, "ciphertext");
	}
	und_record_clear(&r);
}

TEST(two_addressees_without_a_key_do_not_share_one)
{
	struct und_record r;

	tap_seed(38);
	fixture_record(&r, UND_TYPE_WORDS, 3);
	for (unsigned i = 0; i < 3; i++)
		r.u.words.addressees[i].key.set = false;
	OK(und_record_check(&r, NULL));
	for (unsigned i = 0; i < 3; i += 2) {
		r.u.words.addressees[i].key.set = true;
		memcpy(r.u.words.addressees[i].key.id, pool_ed25519[0], 32);
	}
	FAULT(UND_ERR_DOUBLED, "addressees[2].key");
	und_record_clear(&r);
}

/* ---- signatures of authorities ---- */

TEST(a_record_is_signed_by_many_and_each_signature_counts)
{
	struct und_record r;
	struct und_diag diag = { 0 };
	uint8_t seed[32] = { 1 };

	tap_seed(39);
	fixture_record(&r, UND_TYPE_PUBLICATION, 0);
	OK(und_record_check_signatures(&r, &diag));
	for (unsigned i = 0; i < UND_SIGNATURES_MAX; i++) {
		seed[1] = (uint8_t)(i * 7);
		OK(und_record_sign(&r, seed));
		EQ(r.signature_count, i + 1);
	}
	OK(und_record_check(&r, NULL)); /* ascending */
	OK(und_record_check_signatures(&r, &diag));
	OK(und_record_sign(&r, seed)); /* once more: replaced */
	EQ(r.signature_count, UND_SIGNATURES_MAX);
	OK(und_record_check_signatures(&r, &diag));
	seed[1] = 255;
	IS(UND_ERR_LIST_LENGTH, und_record_sign(&r, seed));
	r.signatures[17].signature[40] ^= 1;
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_record_check_signatures(&r, &diag));
	STR(diag.member, "signatures");
	r.signatures[17].signature[40] ^= 1;
	r.u.publication.on ^= 1;
	IS(UND_ERR_AUTHORITY_SIGNATURE, und_record_check_signatures(&r, &diag));
	und_record_clear(&r);
}

TEST(the_message_of_a_tag_signature_is_the_record_without_its_proof)
{
	struct und_record r;
	struct und_buf line, message;
	json_t *tree;
	char *text;

	tap_seed(40);
	for (unsigned t = 0; t < 2; t++) {
		fixture_record(&r, t == 0 ? UND_TYPE_WITHDRAWAL : UND_TYPE_VOTE, 1);
		line_of(&line, &r);
		und_buf_init(&message, 1 << 16);
		OK(und_record_encode_message(&message, &r));
		tree = json_loadb((const char *)line.p, line.n, 0, NULL);
		EQ(json_object_del(tree, "proof"), 0);
		text = json_dumps(tree, JSON_COMPACT | JSON_SORT_KEYS);
		CHECK(und_bytes_is(und_buf_bytes(&message), text));
		free(text);
		json_decref(tree);
		und_buf_clear(&message);
		und_buf_clear(&line);
		und_record_clear(&r);
	}
}

/* ---- the table ---- */

TEST(the_table_lists_its_members_and_its_types)
{
	struct und_member_doc doc;
	enum und_type t;
	size_t n = 0;

	for (unsigned i = 0; i < UND_TYPE_COUNT; i++) {
		OK(und_type_find(&t, und_cstr(und_type_name((enum und_type)i))));
		EQ(t, i);
	}
	IS(UND_ERR_TYPE, und_type_find(&t, und_cstr("")));
	IS(UND_ERR_TYPE, und_type_find(&t, und_cstr("lette")));
	CHECK(und_type_member(&doc, UND_TYPE_LETTER, 0));
	STR(doc.name, "organisers");
	CHECK(und_type_member(&doc, UND_TYPE_LETTER, 2));
	STR(doc.name, "organisers.keys.key");
	STR(doc.kind, "key");
	for (n = 0; und_type_member(&doc, UND_TYPE_LETTER, n); n++)
		if (strcmp(doc.name, "rules.min_ring") == 0)
			CHECK(doc.min == 2 && doc.max == 1 << 20);
	EQ(n, 8 + 2 * 5 + 10 + 2);
	STR(und_stance_name(UND_STANCE_NONE), "none");
	STR(und_notice_kind_name(UND_NOTICE_DEADLINE), "deadline");
}
