/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: every member of every type, from the table: missing, unknown, of another JSON type, beyond its limits, out of order */
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
