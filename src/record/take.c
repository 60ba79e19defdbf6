/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* take.c: the value of one member, by its kind */
#include "group/group.h"
#include "proof/authority.h"
#include "record/take.h"

struct und_bytes und_take_raw(struct und_take *t)
{
	const uint8_t *first, *quote;
	size_t slashes;

	und_bug_if(t->p >= t->end || *t->p != '"');
	first = ++t->p;
	do { /* a quote behind an odd number of backslashes is escaped */
		quote = memchr(t->p, '"', (size_t)(t->end - t->p));
		und_bug_if(quote == NULL);
		for (slashes = 0; quote - slashes > first && quote[-(ptrdiff_t)slashes - 1] == '\\'; slashes++)
			;
		t->p = quote + 1;
	} while (slashes % 2 != 0);
	return und_bytes(first, (size_t)(quote - first));
}

/* ---- numbers ---- */

static enum und_err take_number(struct und_take *t, const struct und_record_member *m, void *at)
{
	uint64_t v = 0;

	for (; t->p < t->end && *t->p >= '0' && *t->p <= '9'; t->p++)
		v = v * 10 + (uint64_t)(*t->p - '0');
	if (v < m->min || v > m->max)
		return UND_ERR_NUMBER;
	*(uint64_t *)at = v;
	return UND_OK;
}

/* ---- texts ---- */

/* What a canonical escape stands for; *p stands behind the backslash and moves behind the rest. */
static uint8_t unescaped(const uint8_t **p)
{
	uint8_t c = *(*p)++;

	switch (c) {
	case 'b':
		return '\b';
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'f':
		return '\f';
	case 'r':
		return '\r';
	case 'u': /* 00xx, below 0x20 */
		*p += 4;
		return (uint8_t)(((*p)[-2] - '0') * 16 + ((*p)[-1] <= '9' ? (*p)[-1] - '0' : (*p)[-1] - 'a' + 10));
	default:
		return c;
	}
}

/* Into the arena, without escapes. A text longer than max is refused before it is copied: no escape stands for less than a sixth of itself. */
static enum und_err take_text(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes raw = und_take_raw(t), text;
	const uint8_t *p = raw.p, *end = raw.p + raw.n;
	uint8_t *out;
	enum und_err e;

	if (raw.n / 6 > m->max)
		return UND_ERR_TEXT_LENGTH;
	if (raw.n == 0 || memchr(raw.p, '\\', raw.n) == NULL) {
		text = raw;
		e = und_text_check(text, m->max, m->min == 0, m->kind == UND_KIND_LONG, NULL);
		return e != UND_OK ? e : und_arena_copy(at, t->arena, text);
	}
	out = und_arena_alloc(t->arena, raw.n, 1);
	if (out == NULL)
		return UND_ERR_MEMORY;
	text = und_bytes(out, 0);
	while (p < end) {
		uint8_t c = *p++;

		out[text.n++] = c == '\\' ? unescaped(&p) : c;
	}
	e = und_text_check(text, m->max, m->min == 0, m->kind == UND_KIND_LONG, NULL);
	if (e == UND_OK)
		*(struct und_bytes *)at = text;
	return e;
}

/* Forms of ASCII without quotes and backslashes: what is escaped is none. */
static enum und_err take_form(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes raw = und_take_raw(t);
	enum und_err e = UND_OK;

	switch (m->kind) {
	case UND_KIND_ID:
		e = und_id_text_is_valid(raw) ? UND_OK : UND_ERR_ID_FORM;
		break;
	case UND_KIND_ID_ALL:
		e = und_id_text_is_valid(raw) || und_bytes_is(raw, "*") ? UND_OK : UND_ERR_ID_FORM;
		break;
	case UND_KIND_LANGUAGE:
		e = und_language_is_valid(raw) ? UND_OK : UND_ERR_LANGUAGE_FORM;
		break;
	default:
		und_bug_if(true);
	}
	return e != UND_OK ? e : und_arena_copy(at, t->arena, raw);
}

/* A web address may hold '"' and '\', which come escaped. */
static enum und_err take_url(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes url;
	enum und_err e;

	e = take_text(t, m, &url);
	if (e == UND_ERR_MEMORY)
		return e;
	if (e != UND_OK || !und_url_is_valid(url))
		return UND_ERR_URL;
	*(struct und_bytes *)at = url;
	return UND_OK;
}

static enum und_err take_date(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes raw = und_take_raw(t);

	if (raw.n == 0 && m->kind == UND_KIND_DATE0) {
		*(und_day *)at = UND_DAY_NONE;
		return UND_OK;
	}
	return und_date_decode(at, raw);
}

static enum und_err take_word(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes raw = und_take_raw(t);

	for (unsigned i = 0; i < m->max; i++) {
		if (!und_bytes_is(raw, m->words[i]))
			continue;
		if (m->kind == UND_KIND_BOOL)
			*(bool *)at = i == 1;
		else
			*(unsigned *)at = i;
		return UND_OK;
	}
	return UND_ERR_CHOICE;
}

/* The type was found by the scan, and led here. */
static enum und_err take_type(struct und_take *t, const struct und_record_member *m, void *at)
{
	(void)m;
	(void)at;
	(void)und_take_raw(t);
	return UND_OK;
}

/* ---- bytes ---- */

static enum und_err take_bytes(struct und_take *t, const struct und_record_member *m, void *at)
{
	return und_base64_decode(at, m->max, und_take_raw(t));
}

static enum und_err take_point(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_point point;
	enum und_err e;

	e = take_bytes(t, m, at);
	return e != UND_OK ? e : und_point_decode(&point, at);
}

static enum und_err take_ed25519(struct und_take *t, const struct und_record_member *m, void *at)
{
	enum und_err e;

	e = take_bytes(t, m, at);
	return e != UND_OK ? e : und_ed25519_point_check_var(at);
}

static enum und_err take_ref(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes raw = und_take_raw(t);
	struct und_ref *ref = at;
	enum und_err e;

	ref->set = raw.n != 0;
	if (!ref->set)
		return UND_OK;
	e = und_base64_decode(ref->id, sizeof ref->id, raw);
	if (e == UND_OK && m->kind == UND_KIND_ED25519_0)
		e = und_ed25519_point_check_var(ref->id);
	return e;
}

/* min … max bytes; how many is known before room is made for them */
static enum und_err take_sized(struct und_take *t, struct und_bytes *out, size_t min, size_t max)
{
	struct und_bytes raw = und_take_raw(t);
	uint8_t *p;
	size_t n;
	enum und_err e;

	e = und_base64_size(&n, raw);
	if (e != UND_OK)
		return e;
	if (n < min || n > max)
		return UND_ERR_SIZE;
	p = und_arena_alloc(t->arena, n, 1);
	if (p == NULL)
		return UND_ERR_MEMORY;
	e = und_base64_decode(p, n, raw);
	if (e == UND_OK)
		*out = und_bytes(p, n);
	return e;
}

static enum und_err take_blob(struct und_take *t, const struct und_record_member *m, void *at)
{
	return take_sized(t, at, m->min, m->max);
}

/* Whole keys of 32 bytes, strictly ascending. */
static enum und_err take_keys(struct und_take *t, const struct und_record_member *m, void *at)
{
	struct und_bytes keys;
	enum und_err e;

	e = take_sized(t, &keys, (size_t)m->min * UND_POINT_SIZE, (size_t)m->max * UND_POINT_SIZE);
	if (e != UND_OK)
		return e;
	if (keys.n % UND_POINT_SIZE != 0)
		return UND_ERR_SIZE;
	for (size_t i = UND_POINT_SIZE; i < keys.n; i += UND_POINT_SIZE)
		if (memcmp(keys.p + i - UND_POINT_SIZE, keys.p + i, UND_POINT_SIZE) >= 0)
			return UND_ERR_NOT_ASCENDING;
	*(struct und_bytes *)at = keys;
	keys.n /= UND_POINT_SIZE;
	memcpy((uint8_t *)at - m->offset + m->count_offset, &keys.n, sizeof keys.n);
	return UND_OK;
}

/* ---- the kinds ---- */

static const struct kind {
	const char *name;
	uint8_t begins;
	enum und_err (*take)(struct und_take *t, const struct und_record_member *m, void *at);
} kinds[UND_KIND_COUNT] = {
	[UND_KIND_TYPE] = { "the type's name", '"', take_type },
	[UND_KIND_VERSION] = { "version", '0', take_number },
	[UND_KIND_NUMBER] = { "number", '0', take_number },
	[UND_KIND_DATE] = { "date", '"', take_date },
	[UND_KIND_DATE0] = { "date or \"\"", '"', take_date },
	[UND_KIND_ID] = { "id", '"', take_form },
	[UND_KIND_ID_ALL] = { "id or *", '"', take_form },
	[UND_KIND_TEXT] = { "text", '"', take_text },
	[UND_KIND_LONG] = { "long text", '"', take_text },
	[UND_KIND_LANGUAGE] = { "language", '"', take_form },
	[UND_KIND_URL] = { "web address or \"\"", '"', take_url },
	[UND_KIND_BYTES] = { "bytes", '"', take_bytes },
	[UND_KIND_REF0] = { "reference or \"\"", '"', take_ref },
	[UND_KIND_POINT] = { "group element", '"', take_point },
	[UND_KIND_ED25519] = { "key", '"', take_ed25519 },
	[UND_KIND_ED25519_0] = { "key or \"\"", '"', take_ref },
	[UND_KIND_BLOB] = { "bytes", '"', take_blob },
	[UND_KIND_KEYS] = { "member keys", '"', take_keys },
	[UND_KIND_WORD] = { "word", '"', take_word },
	[UND_KIND_BOOL] = { "word", '"', take_word },
	[UND_KIND_OBJECT] = { "object", '{', NULL },
	[UND_KIND_LIST] = { "list", '[', NULL },
};

const char *und_kind_name(enum und_kind k)
{
	und_bug_if((unsigned)k >= UND_KIND_COUNT);
	return kinds[k].name;
}

uint8_t und_kind_begins(enum und_kind k)
{
	und_bug_if((unsigned)k >= UND_KIND_COUNT);
	return kinds[k].begins;
}

enum und_err und_take_simple(struct und_take *t, const struct und_record_member *m, void *object)
{
	und_bug_if(kinds[m->kind].take == NULL);
	return kinds[m->kind].take(t, m, (uint8_t *)object + m->offset);
}
