/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record.c: a record's memory, copies, authorities' signatures, and the table as documentation */
#include "proof/authority.h"
#include "record/table.h"

void und_record_init(struct und_record *r)
{
	memset(r, 0, sizeof *r);
	und_arena_init(&r->arena);
}

void und_record_clear(struct und_record *r)
{
	und_arena_clear(&r->arena);
	und_record_init(r);
}

/* ---- copies ---- */

static enum und_err own_object(struct und_arena *a, const struct und_shape *shape, void *object);

static enum und_err own_list(struct und_arena *a, const struct und_record_member *m, void *object)
{
	const uint8_t *list;
	uint8_t *own;
	enum und_err e;
	size_t n;

	memcpy(&list, (uint8_t *)object + m->offset, sizeof list);
	memcpy(&n, (uint8_t *)object + m->count_offset, sizeof n);
	own = und_arena_alloc(a, n, m->shape->size);
	if (own == NULL)
		return UND_ERR_MEMORY;
	if (n != 0)
		memcpy(own, list, n * m->shape->size);
	memcpy((uint8_t *)object + m->offset, &own, sizeof own);
	for (size_t i = 0; i < n; i++) {
		e = own_object(a, m->shape, own + i * m->shape->size);
		if (e != UND_OK)
			return e;
	}
	return UND_OK;
}

/* Replaces every borrowed piece of a struct by a copy in the arena. */
static enum und_err own_object(struct und_arena *a, const struct und_shape *shape, void *object)
{
	enum und_err e = UND_OK;

	for (size_t i = 0; i < shape->count && e == UND_OK; i++) {
		const struct und_record_member *m = &shape->members[i];
		struct und_bytes *at = (void *)((uint8_t *)object + m->offset);

		switch (m->kind) {
		case UND_KIND_ID: case UND_KIND_ID_ALL: case UND_KIND_TEXT: case UND_KIND_LONG: case UND_KIND_LANGUAGE: case UND_KIND_URL:
		case UND_KIND_BLOB: case UND_KIND_KEYS:
			e = und_arena_copy(at, a, *at);
			break;
		case UND_KIND_OBJECT:
			e = own_object(a, m->shape, at);
			break;
		case UND_KIND_LIST:
			e = own_list(a, m, object);
			break;
		default:
			break;
		}
	}
	return e;
}

enum und_err und_record_copy(struct und_record *out, const struct und_record *r)
{
	struct und_record copy = *r;
	enum und_err e;

	und_arena_init(&copy.arena);
	e = own_object(&copy.arena, und_type_shape(r->type), &copy);
	if (e != UND_OK) {
		und_record_clear(&copy);
		return e;
	}
	*out = copy;
	return UND_OK;
}

enum und_err und_record_check(const struct und_record *r, struct und_diag *diag)
{
	struct und_record decoded;
	struct und_buf line;
	enum und_err e;

	und_buf_init(&line, UND_LINE_MAX);
	e = und_record_encode(&line, r);
	if (e == UND_OK)
		e = und_record_decode(&decoded, und_buf_bytes(&line), diag);
	if (e == UND_OK)
		und_record_clear(&decoded);
	und_buf_clear(&line);
	return e;
}

/* ---- signatures of authorities ---- */

enum und_err und_record_check_signatures(const struct und_record *r, struct und_diag *diag)
{
	struct und_buf core;
	enum und_err e;

	und_buf_init(&core, UND_LINE_MAX);
	e = r->signature_count == 0 ? UND_OK : und_record_encode_core(&core, r);
	for (size_t i = 0; i < r->signature_count && e == UND_OK; i++)
		e = und_authority_verify_var(r->signatures[i].key, und_type_name(r->type), und_buf_bytes(&core), r->signatures[i].signature);
	if (e != UND_OK)
		und_diag_member(diag, "signatures");
	und_buf_clear(&core);
	return e;
}

/* Where in the ascending list the key stands, or would. */
static size_t signature_place(const struct und_record *r, const uint8_t key[UND_ED25519_KEY_SIZE])
{
	size_t i = 0;

	while (i < r->signature_count && memcmp(r->signatures[i].key, key, UND_ED25519_KEY_SIZE) < 0)
		i++;
	return i;
}

/* The list with s in its place, in r's arena. */
static enum und_err put_signature(struct und_record *r, const struct und_authority_signature *s)
{
	size_t n = r->signature_count, i = signature_place(r, s->key);
	bool replaces = i < n && memcmp(r->signatures[i].key, s->key, sizeof s->key) == 0;
	struct und_authority_signature *list;

	if (!replaces && n == UND_SIGNATURES_MAX)
		return UND_ERR_LIST_LENGTH;
	list = und_arena_alloc(&r->arena, n + 1, sizeof *list);
	if (list == NULL)
		return UND_ERR_MEMORY;
	for (size_t k = 0; k < i; k++)
		list[k] = r->signatures[k];
	list[i] = *s;
	for (size_t k = replaces ? i + 1 : i; k < n; k++)
		list[replaces ? k : k + 1] = r->signatures[k];
	r->signatures = list;
	r->signature_count = replaces ? n : n + 1;
	return UND_OK;
}

enum und_err und_record_sign(struct und_record *r, const uint8_t seed[32])
{
	struct und_authority_signature s;
	struct und_buf core;
	enum und_err e;

	und_bug_if(!und_type_is_signed(r->type));
	und_buf_init(&core, UND_LINE_MAX);
	und_authority_public(s.key, seed);
	e = und_record_encode_core(&core, r);
	if (e != UND_OK)
		goto out;
	e = und_authority_sign(s.signature, seed, und_type_name(r->type), und_buf_bytes(&core));
	if (e != UND_OK)
		goto out;
	e = put_signature(r, &s);
out:
	und_buf_clear(&core);
	return e;
}

/* ---- the table, to read ---- */

/* The members of a shape and of what is in them, in order; *left counts down to the one that is asked for. */
static bool find_member(struct und_member_doc *out, const struct und_shape *shape, const char *prefix, size_t *left)
{
	char name[sizeof out->name];

	for (size_t i = 0; i < shape->count; i++) {
		const struct und_record_member *m = &shape->members[i];
		size_t n = strlen(prefix), more = strlen(m->name);

		und_bug_if(n + more + 2 > sizeof name);
		memcpy(name, prefix, n);
		memcpy(name + n, m->name, more + 1);
		if ((*left)-- == 0) {
			*out = (struct und_member_doc){ .kind = und_kind_name(m->kind), .min = m->min, .max = m->max };
			memcpy(out->name, name, n + more + 1);
			return true;
		}
		name[n + more] = '.';
		name[n + more + 1] = '\0';
		if (m->shape != NULL && find_member(out, m->shape, name, left))
			return true;
	}
	return false;
}

bool und_type_member(struct und_member_doc *out, enum und_type t, size_t i)
{
	return find_member(out, und_type_shape(t), "", &i);
}
