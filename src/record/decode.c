/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* decode.c: from a line to its record, led by the table. The line has been scanned: it is canonical JSON, so shape is all there is to ask */
#include "base/hash.h"
#include "record/place.h"
#include "record/scan.h"
#include "record/take.h"

/* ---- moving through a canonical line ---- */

/* In a scanned line every byte that is asked for is there. */
static uint8_t peek(const struct und_take *t)
{
	und_bug_if(t->p >= t->end);
	return *t->p;
}

static void step_over(struct und_take *t, uint8_t c)
{
	und_bug_if(peek(t) != c);
	t->p++;
}

/* How many elements the list at p has: asked before room is made for them. */
static size_t count_elements(const struct und_take *t)
{
	struct und_take c = *t;
	size_t commas = 0;
	unsigned depth = 0;

	if (c.p[0] == '[' && c.p[1] == ']')
		return 0;
	do {
		switch (peek(&c)) {
		case '"':
			(void)und_take_raw(&c);
			continue;
		case '[': case '{':
			depth++;
			break;
		case ']': case '}':
			depth--;
			break;
		case ',':
			commas += depth == 1;
			break;
		default:
			break;
		}
		c.p++;
	} while (depth != 0);
	return commas + 1;
}

/* ---- objects ---- */

/*
 * The next name must be that of the member: a lesser one is nobody's, a greater one says that this member is missing.
 * at: where the object stands, for the diag.
 */
static enum und_err take_name(struct und_take *t, const struct und_place *at, const struct und_record_member *m, bool first)
{
	struct und_bytes name, expected = und_cstr(m->name);
	struct und_place place = { .up = at, .name = expected };
	enum und_err e = UND_ERR_MEMBER_MISSING;

	if (peek(t) != '}') {
		if (!first)
			step_over(t, ',');
		name = und_take_raw(t);
		step_over(t, ':');
		if (und_bytes_equal_var(name, expected))
			return UND_OK;
		if (und_bytes_compare_var(name, expected) < 0) {
			e = UND_ERR_MEMBER_UNKNOWN;
			place.name = name;
		}
	}
	und_place_tell(t->diag, &place);
	return e;
}

static enum und_err take_end(struct und_take *t, const struct und_place *at)
{
	if (peek(t) == '}') {
		t->p++;
		return UND_OK;
	}
	step_over(t, ',');
	und_place_tell(t->diag, &(struct und_place){ .up = at, .name = und_take_raw(t) });
	return UND_ERR_MEMBER_UNKNOWN;
}

static enum und_err take_object(struct und_take *t, const struct und_place *at, const struct und_shape *shape, void *object);
static enum und_err take_list(struct und_take *t, const struct und_place *at, const struct und_record_member *m, void *object);

static bool begins_as(enum und_kind kind, uint8_t c)
{
	return und_kind_begins(kind) == (c >= '0' && c <= '9' ? '0' : c);
}

static enum und_err take_value(struct und_take *t, const struct und_place *at, const struct und_record_member *m, void *object)
{
	enum und_err e;

	if (!begins_as(m->kind, peek(t))) {
		und_place_tell(t->diag, at);
		return UND_ERR_MEMBER_TYPE;
	}
	if (m->kind == UND_KIND_OBJECT)
		return take_object(t, at, m->shape, (uint8_t *)object + m->offset);
	if (m->kind == UND_KIND_LIST)
		return take_list(t, at, m, object);
	e = und_take_simple(t, m, object);
	if (e != UND_OK)
		und_place_tell(t->diag, at);
	return e;
}

/* The record's core is its line without `,"signatures":[…]`: remember what to leave out. */
static void note_signatures(struct und_take *t, const struct und_record_member *m, const uint8_t *first)
{
	if (strcmp(m->name, "signatures") == 0)
		t->signatures = und_bytes(first, (size_t)(t->p - first));
}

static enum und_err take_object(struct und_take *t, const struct und_place *at, const struct und_shape *shape, void *object)
{
	struct und_place place = { .up = at };
	const char *member;
	enum und_err e;

	step_over(t, '{');
	for (size_t i = 0; i < shape->count; i++) {
		const struct und_record_member *m = &shape->members[i];
		const uint8_t *first = t->p;

		e = take_name(t, at, m, i == 0);
		if (e != UND_OK)
			return e;
		place.name = und_cstr(m->name);
		e = take_value(t, &place, m, object);
		if (e != UND_OK)
			return e;
		note_signatures(t, m, first);
	}
	e = take_end(t, at);
	if (e != UND_OK || shape->check == NULL)
		return e;
	e = shape->check(&member, object);
	if (e != UND_OK) {
		place.name = und_cstr(member);
		und_place_tell(t->diag, &place);
	}
	return e;
}

/* ---- lists ---- */

static int compare_members(const struct und_record_member *m, const void *a, const void *b)
{
	const void *x = (const uint8_t *)a + m->offset, *y = (const uint8_t *)b + m->offset;

	switch (m->kind) {
	case UND_KIND_NUMBER:
		return (*(const uint64_t *)x > *(const uint64_t *)y) - (*(const uint64_t *)x < *(const uint64_t *)y);
	case UND_KIND_ID: case UND_KIND_ID_ALL: case UND_KIND_TEXT:
		return und_bytes_compare_var(*(const struct und_bytes *)x, *(const struct und_bytes *)y);
	case UND_KIND_BYTES: case UND_KIND_ED25519:
		return memcmp(x, y, m->max);
	case UND_KIND_ED25519_0: /* two that are not set are not the same key */
		if (!((const struct und_ref *)x)->set || !((const struct und_ref *)y)->set)
			return -1;
		return memcmp(((const struct und_ref *)x)->id, ((const struct und_ref *)y)->id, UND_ID_SIZE);
	default:
		und_bug(__FILE__, __LINE__);
	}
}

/* Whether the last element of i+1 stands where it may beside those before it. */
static enum und_err check_order(const struct und_record_member *m, const uint8_t *list, size_t size, size_t i)
{
	const uint8_t *last = list + i * size;

	if (m->order == UND_ORDER_ASCENDING && i > 0 && compare_members(m, last - size, last) >= 0)
		return UND_ERR_NOT_ASCENDING;
	if (m->order == UND_ORDER_DISTINCT)
		for (size_t k = 0; k < i; k++)
			if (compare_members(m, list + k * size, last) == 0)
				return UND_ERR_DOUBLED;
	return UND_OK;
}

static enum und_err take_element(struct und_take *t, const struct und_place *at, const struct und_shape *shape, uint8_t *list, size_t i)
{
	struct und_place element = { .up = at, .index = i };
	enum und_err e;

	if (i > 0)
		step_over(t, ',');
	if (peek(t) != '{') {
		und_place_tell(t->diag, &element);
		return UND_ERR_MEMBER_TYPE;
	}
	e = take_object(t, &element, shape, list + i * shape->size);
	if (e != UND_OK)
		return e;
	for (size_t k = 0; k < shape->count; k++) {
		e = check_order(&shape->members[k], list, shape->size, i);
		if (e != UND_OK) {
			und_place_tell(t->diag, &(struct und_place){ .up = &element, .name = und_cstr(shape->members[k].name) });
			return e;
		}
	}
	return UND_OK;
}

static enum und_err take_list(struct und_take *t, const struct und_place *at, const struct und_record_member *m, void *object)
{
	size_t n = count_elements(t);
	uint8_t *list;
	enum und_err e;

	if (n < m->min || n > m->max) {
		und_place_tell(t->diag, at);
		return UND_ERR_LIST_LENGTH;
	}
	list = und_arena_alloc(t->arena, n, m->shape->size);
	if (list == NULL)
		return UND_ERR_MEMORY;
	step_over(t, '[');
	for (size_t i = 0; i < n; i++) {
		e = take_element(t, at, m->shape, list, i);
		if (e != UND_OK)
			return e;
	}
	step_over(t, ']');
	memcpy((uint8_t *)object + m->offset, &list, sizeof list);
	memcpy((uint8_t *)object + m->count_offset, &n, sizeof n);
	return UND_OK;
}

/* ---- the record ---- */

static enum und_err fault(struct und_diag *diag, const char *member, enum und_err e)
{
	und_place_tell(diag, &(struct und_place){ .name = und_cstr(member) });
	return e;
}

/* The type, and that the version is ours: before anything else of the line is looked at. */
static enum und_err find_type(enum und_type *out, const struct und_scan *scan, struct und_bytes line, struct und_diag *diag)
{
	enum und_err e;

	if (scan->type.n == 0)
		return fault(diag, "type", UND_ERR_MEMBER_MISSING);
	if (scan->type.p[0] != '"')
		return fault(diag, "type", UND_ERR_MEMBER_TYPE);
	e = und_type_find(out, und_bytes(scan->type.p + 1, scan->type.n - 2));
	if (e != UND_OK)
		return fault(diag, "type", e);
	if (line.n > und_type_line_max(*out))
		return UND_ERR_LIMIT;
	if (scan->v.n == 0)
		return fault(diag, "v", UND_ERR_MEMBER_MISSING);
	if (scan->v.p[0] < '0' || scan->v.p[0] > '9')
		return fault(diag, "v", UND_ERR_MEMBER_TYPE);
	if (und_bytes_is(scan->v, "1"))
		return UND_OK;
	if ((*out == UND_TYPE_ROSTER || *out == UND_TYPE_LETTER) && !und_bytes_is(scan->v, "0"))
		return fault(diag, "v", UND_ERR_NEWER);
	return fault(diag, "v", UND_ERR_VERSION);
}

/* SHA-256 of the line without its signatures, which is the core's canonical form */
static void hash_core(uint8_t id[UND_ID_SIZE], struct und_bytes line, struct und_bytes left_out)
{
	struct und_bytes pieces[2] = { line, { NULL, 0 } };

	if (left_out.n != 0) {
		pieces[0] = und_bytes(line.p, (size_t)(left_out.p - line.p));
		pieces[1] = und_bytes(left_out.p + left_out.n, line.n - pieces[0].n - left_out.n);
	}
	und_sha256(id, pieces, 2);
}

enum und_err und_record_decode(struct und_record *out, struct und_bytes line, struct und_diag *diag)
{
	struct und_record r;
	struct und_take t = { .diag = diag, .arena = &r.arena };
	struct und_scan scan;
	enum und_err e;

	if (line.n > UND_LINE_MAX)
		return fault(diag, "", UND_ERR_LIMIT);
	e = und_scan_line(&scan, line, diag);
	if (e != UND_OK)
		return e;
	und_place_tell(diag, NULL);
	und_record_init(&r);
	e = find_type(&r.type, &scan, line, diag);
	if (e != UND_OK)
		return e;
	t.p = line.p;
	t.end = line.p + line.n;
	e = take_object(&t, NULL, und_type_shape(r.type), &r);
	if (e != UND_OK) {
		und_record_clear(&r);
		return e;
	}
	hash_core(r.id, line, t.signatures);
	*out = r;
	return UND_OK;
}

enum und_err und_object_decode(void *object, struct und_arena *arena, const struct und_shape *shape, struct und_bytes line, struct und_diag *diag)
{
	struct und_take t = { .p = line.p, .end = line.p + line.n, .arena = arena, .diag = diag };
	struct und_scan scan;
	enum und_err e;

	if (line.n > UND_LINE_MAX)
		return fault(diag, "", UND_ERR_LIMIT);
	e = und_scan_line(&scan, line, diag);
	if (e != UND_OK)
		return e;
	und_place_tell(diag, NULL);
	return take_object(&t, NULL, shape, object);
}
