/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* encode.c: from a record to its line, led by the table */
#include "base/hash.h"
#include "base/json.h"
#include "record/table.h"

static void put_object(struct und_json *j, const struct und_record *r, const struct und_shape *shape, const void *object, const char *without);

static void put_list(struct und_json *j, const struct und_record *r, const struct und_record_member *m, const void *object)
{
	const uint8_t *list;
	size_t n;

	memcpy(&list, (const uint8_t *)object + m->offset, sizeof list);
	memcpy(&n, (const uint8_t *)object + m->count_offset, sizeof n);
	und_json_open_list(j);
	for (size_t i = 0; i < n; i++)
		put_object(j, r, m->shape, list + i * m->shape->size, NULL);
	und_json_close_list(j);
}

static void put_ref(struct und_json *j, const struct und_ref *ref)
{
	und_json_base64(j, und_bytes(ref->id, ref->set ? sizeof ref->id : 0));
}

static void put_word(struct und_json *j, const struct und_record_member *m, unsigned i)
{
	und_bug_if(i >= m->max);
	und_json_cstr(j, m->words[i]);
}

static void put_value(struct und_json *j, const struct und_record *r, const struct und_record_member *m, const void *object)
{
	const void *at = (const uint8_t *)object + m->offset;

	switch (m->kind) {
	case UND_KIND_TYPE:
		und_json_cstr(j, und_type_name(r->type));
		break;
	case UND_KIND_VERSION:
		und_json_number(j, 1);
		break;
	case UND_KIND_NUMBER:
		und_json_number(j, *(const uint64_t *)at);
		break;
	case UND_KIND_DATE: case UND_KIND_DATE0:
		und_json_day(j, *(const und_day *)at);
		break;
	case UND_KIND_ID: case UND_KIND_ID_ALL: case UND_KIND_TEXT: case UND_KIND_LONG: case UND_KIND_LANGUAGE: case UND_KIND_URL:
		und_json_string(j, *(const struct und_bytes *)at);
		break;
	case UND_KIND_BYTES: case UND_KIND_POINT: case UND_KIND_ED25519:
		und_json_base64(j, und_bytes(at, m->max));
		break;
	case UND_KIND_REF0: case UND_KIND_ED25519_0:
		put_ref(j, at);
		break;
	case UND_KIND_BLOB: case UND_KIND_KEYS:
		und_json_base64(j, *(const struct und_bytes *)at);
		break;
	case UND_KIND_WORD:
		put_word(j, m, *(const unsigned *)at);
		break;
	case UND_KIND_BOOL:
		put_word(j, m, *(const bool *)at);
		break;
	case UND_KIND_OBJECT:
		put_object(j, r, m->shape, at, NULL);
		break;
	case UND_KIND_LIST:
		put_list(j, r, m, object);
		break;
	case UND_KIND_COUNT:
		und_bug_if(true);
	}
}

static void put_object(struct und_json *j, const struct und_record *r, const struct und_shape *shape, const void *object, const char *without)
{
	und_json_open_object(j);
	for (size_t i = 0; i < shape->count; i++) {
		const struct und_record_member *m = &shape->members[i];

		if (without != NULL && strcmp(m->name, without) == 0)
			continue;
		und_json_name(j, m->name);
		put_value(j, r, m, object);
	}
	und_json_close_object(j);
}

/* The canonical form without one of the record's own members. */
static enum und_err encode_without(struct und_buf *out, const struct und_record *r, const char *without)
{
	struct und_json j;

	und_json_init(&j, out);
	put_object(&j, r, und_type_shape(r->type), r, without);
	return out->err;
}

enum und_err und_object_encode(struct und_buf *out, const struct und_shape *shape, const void *object)
{
	struct und_json j;

	und_json_init(&j, out);
	put_object(&j, NULL, shape, object, NULL);
	return out->err;
}

enum und_err und_record_encode(struct und_buf *out, const struct und_record *r)
{
	return encode_without(out, r, NULL);
}

enum und_err und_record_encode_core(struct und_buf *out, const struct und_record *r)
{
	return encode_without(out, r, "signatures");
}

enum und_err und_record_encode_message(struct und_buf *out, const struct und_record *r)
{
	und_bug_if(r->type != UND_TYPE_WITHDRAWAL && r->type != UND_TYPE_VOTE);
	return encode_without(out, r, "proof");
}

enum und_err und_record_set_id(struct und_record *r)
{
	struct und_bytes core;
	struct und_buf b;
	enum und_err e;

	und_buf_init(&b, UND_LINE_MAX);
	e = und_record_encode_core(&b, r);
	if (e == UND_OK) {
		core = und_buf_bytes(&b);
		und_sha256(r->id, &core, 1);
	}
	und_buf_clear(&b);
	return e;
}
