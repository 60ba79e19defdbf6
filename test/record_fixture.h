/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record_fixture.h: invented records of every type, made from the table (src/record/table.h); after tap.h */
#ifndef UND_TEST_RECORD_FIXTURE_H
#define UND_TEST_RECORD_FIXTURE_H

#include "base/encode.h"
#include "group/group.h"
#include "proof/authority.h"
#include "record/table.h"

/* ---- keys and points that are some, ascending ---- */

enum {
	POOL = 40
};
static uint8_t pool_ed25519[POOL][32], pool_points[POOL][32];

static int fixture_compare(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static void fixture_pools(void)
{
	if (pool_points[0][0] != 0 || pool_points[1][0] != 0)
		return;
	for (unsigned i = 0; i < POOL; i++) {
		uint8_t seed[32] = { (uint8_t)i, 7 };
		struct und_scalar x;
		struct und_point p;

		und_authority_public(pool_ed25519[i], seed);
		und_scalar_from_u64(&x, i + 2);
		und_point_mul_base(&p, &x);
		und_point_encode(pool_points[i], &p);
	}
	qsort(pool_ed25519, POOL, 32, fixture_compare);
	qsort(pool_points, POOL, 32, fixture_compare);
}

/* ---- values ---- */

struct fixture_maker {
	struct und_arena *arena;
	size_t index;  /* of the element of a list that is being made: distinct and ascending values are made from it */
	bool in_list;
	size_t elements; /* how many every list gets, where its limits allow */
};

static struct und_bytes fixture_own(struct fixture_maker *f, const void *p, size_t n)
{
	struct und_bytes out;

	if (und_arena_copy(&out, f->arena, und_bytes(p, n)) != UND_OK)
		abort();
	return out;
}

/* Distinct and ascending over a list. */
static struct und_bytes fixture_id(struct fixture_maker *f)
{
	char text[40];
	int n = snprintf(text, sizeof text, f->in_list ? "i%05zu" : "id", f->index);

	while (n < UND_ID_TEXT_MAX && tap_below(4) != 0)
		text[n++] = "abyz059-"[tap_below(8)];
	return fixture_own(f, text, (size_t)n);
}

static struct und_bytes fixture_text(struct fixture_maker *f, const struct und_record_member *m)
{
	static const char *const pieces[] = { "a", "Z", " ", "\"", "\\", "/", "\xc3\xa9", "\xe2\x82\xac", "\xe2\x80\x8c", "\xf0\x9f\x8c\x8d", "~", "<" };
	static char text[1 << 17];
	size_t n = 0, want = tap_below(8) == 0 ? m->max : tap_below(m->max < 60 ? m->max + 1 : 60);

	if (f->in_list)
		n = (size_t)snprintf(text, sizeof text, "%05zu", f->index);
	else if (m->min > 0)
		text[n++] = 'x';
	while (n < want) {
		const char *piece = m->kind == UND_KIND_LONG && tap_below(6) == 0 ? "\n" : pieces[tap_below(UND_COUNT_OF(pieces))];

		if (n + strlen(piece) > m->max)
			piece = "k";
		memcpy(text + n, piece, strlen(piece));
		n += strlen(piece);
	}
	return fixture_own(f, text, n);
}

static struct und_bytes fixture_keys(struct fixture_maker *f, size_t count)
{
	uint8_t *p = und_arena_alloc(f->arena, count, 32);

	if (p == NULL)
		abort();
	tap_random_bytes(p, count * 32);
	for (size_t i = 0; i < count; i++)
		und_store_u32be(p + 32 * i, (uint32_t)(i * 1000 + tap_below(1000)));
	return und_bytes(p, count * 32);
}

static uint64_t fixture_number(struct fixture_maker *f, const struct und_record_member *m)
{
	if (m->order != UND_ORDER_NONE)
		return m->min + f->index;
	switch (tap_below(4)) {
	case 0:
		return m->min;
	case 1:
		return m->max;
	default:
		return m->min + tap_below((uint64_t)m->max - m->min + 1);
	}
}

static void fixture_object(struct fixture_maker *f, const struct und_shape *shape, void *object);

static void fixture_list(struct fixture_maker *f, const struct und_record_member *m, uint8_t *object)
{
	struct fixture_maker inner = *f;
	size_t n = f->elements < m->min ? m->min : f->elements > m->max ? m->max : f->elements;
	uint8_t *list = und_arena_alloc(f->arena, n, m->shape->size);

	if (list == NULL)
		abort();
	inner.in_list = true;
	for (inner.index = 0; inner.index < n; inner.index++)
		fixture_object(&inner, m->shape, list + inner.index * m->shape->size);
	memcpy(object + m->offset, &list, sizeof list);
	memcpy(object + m->count_offset, &n, sizeof n);
}

static void fixture_value(struct fixture_maker *f, const struct und_record_member *m, uint8_t *object)
{
	static const char *const languages[] = { "en", "fa", "de-CH-1996", "zh-Hans" };
	static const char *const urls[] = { "", "https://example.org/a?b=\"c\"", "http://x" };
	void *at = object + m->offset;
	struct und_bytes *slice = at;
	struct und_ref *ref = at;

	switch (m->kind) {
	case UND_KIND_NUMBER:
		*(uint64_t *)at = fixture_number(f, m);
		break;
	case UND_KIND_DATE:
		*(und_day *)at = (und_day)tap_below(365243);
		break;
	case UND_KIND_DATE0:
		*(und_day *)at = tap_below(3) == 0 ? UND_DAY_NONE : (und_day)tap_below(365243);
		break;
	case UND_KIND_ID:
		*slice = fixture_id(f);
		break;
	case UND_KIND_ID_ALL:
		*slice = f->index == 0 && tap_below(3) == 0 ? fixture_own(f, "*", 1) : fixture_id(f);
		break;
	case UND_KIND_TEXT: case UND_KIND_LONG:
		*slice = fixture_text(f, m);
		break;
	case UND_KIND_LANGUAGE:
		*slice = und_cstr(languages[tap_below(UND_COUNT_OF(languages))]);
		break;
	case UND_KIND_URL:
		*slice = und_cstr(urls[tap_below(UND_COUNT_OF(urls))]);
		break;
	case UND_KIND_BYTES:
		tap_random_bytes(at, m->max);
		if (m->order != UND_ORDER_NONE)
			und_store_u32be(at, (uint32_t)f->index);
		break;
	case UND_KIND_POINT:
		memcpy(at, pool_points[tap_below(POOL)], 32);
		break;
	case UND_KIND_ED25519:
		memcpy(at, pool_ed25519[f->index], 32);
		break;
	case UND_KIND_REF0: case UND_KIND_ED25519_0:
		ref->set = tap_below(3) != 0;
		memset(ref->id, 0, sizeof ref->id);
		if (ref->set && m->kind == UND_KIND_REF0)
			tap_random_bytes(ref->id, sizeof ref->id);
		else if (ref->set)
			memcpy(ref->id, pool_ed25519[f->index], 32);
		break;
	case UND_KIND_BLOB:
		*slice = fixture_keys(f, m->min / 32 + 1); /* made to fit by its repair */
		break;
	case UND_KIND_KEYS:
		*slice = fixture_keys(f, 1 + f->elements + tap_below(20));
		*(size_t *)(object + m->count_offset) = slice->n / 32;
		break;
	case UND_KIND_WORD:
		*(unsigned *)at = (unsigned)tap_below(m->max);
		break;
	case UND_KIND_BOOL:
		*(bool *)at = tap_below(2) == 1;
		break;
	case UND_KIND_OBJECT:
		fixture_object(f, m->shape, at);
		break;
	case UND_KIND_LIST:
		fixture_list(f, m, object);
		break;
	case UND_KIND_TYPE: case UND_KIND_VERSION: case UND_KIND_COUNT:
		break;
	}
}

/* ---- what members must be beside each other ---- */

static void fixture_repair(struct fixture_maker *f, const struct und_shape *shape, void *object)
{
	struct und_record *r = object;

	if (shape->check == und_check_roster) {
		if (r->u.roster.until < r->u.roster.from)
			r->u.roster.until = r->u.roster.from;
	} else if (shape->check == und_check_roster_body) {
		struct und_roster_body *b = object;

		b->count = b->keys.set ? 1 + tap_below(1000) : 0;
	} else if (shape->check == und_check_council) {
		struct und_council *c = object;

		c->quorum = 1 + tap_below(c->count);
	} else if (shape->check == und_check_rules) {
		struct und_rules *rules = object;

		if (rules->ends < rules->closes)
			rules->ends = rules->closes;
		if (rules->rings == UND_RINGS_ROSTER)
			rules->bodies = 0;
	} else if (shape->check == und_check_sealed) {
		size_t n = UND_SEALED_EXTRA + UND_SEALED_BLOCK * (1 + tap_below(3));

		r->u.sealed.ciphertext = und_bytes(fixture_keys(f, n / 32 + 1).p, n);
	} else if (shape->check == und_check_signature) {
		r->u.signature.proof = fixture_keys(f, 5 * (1 + tap_below(UND_RING_DIGITS_MAX)) + 4);
	} else if (shape->check == und_check_notice) {
		r->u.notice.closes = r->u.notice.kind == UND_NOTICE_DEADLINE ? (und_day)tap_below(365243) : UND_DAY_NONE;
	}
}

static void fixture_object(struct fixture_maker *f, const struct und_shape *shape, void *object)
{
	for (size_t i = 0; i < shape->count; i++)
		fixture_value(f, &shape->members[i], object);
	fixture_repair(f, shape, object);
}

/* A record that decode would take, its lists of that many elements where their limits allow. Signatures and proofs are of the right size only. */
static void fixture_record(struct und_record *r, enum und_type t, size_t elements)
{
	struct fixture_maker f = { .arena = &r->arena, .elements = elements };

	fixture_pools();
	und_record_init(r);
	r->type = t;
	r->v = 1;
	fixture_object(&f, und_type_shape(t), r);
}

#endif
