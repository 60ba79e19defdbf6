/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* request.c: what somebody with a role asks of this server, today (spec/server.md, Requests) */
#include "serve/parts.h"

bool serve_signed_by(const struct und_record *r, const uint8_t (*keys)[UND_ED25519_KEY_SIZE], size_t count)
{
	for (size_t i = 0; i < r->signature_count; i++)
		for (size_t j = 0; j < count; j++)
			if (memcmp(r->signatures[i].key, keys[j], UND_ED25519_KEY_SIZE) == 0)
				return true;
	return false;
}

size_t serve_organisers_signed(bool *listed, const struct und_record *r, const struct und_council *organisers, const struct und_serve *s)
{
	size_t n = 0;

	*listed = false;
	for (size_t i = 0; i < organisers->count; i++) {
		const uint8_t(*key)[UND_ED25519_KEY_SIZE] = (const uint8_t(*)[UND_ED25519_KEY_SIZE])organisers->keys[i].key;

		if (!serve_signed_by(r, key, 1))
			continue;
		n++;
		for (size_t j = 0; j < s->options.organiser_count; j++)
			*listed |= memcmp(s->options.organisers[j], *key, UND_ED25519_KEY_SIZE) == 0;
	}
	return n;
}

static enum und_err check(const struct und_record *r, struct und_serve *s, enum und_act_asked act, struct und_bytes subject, const uint8_t (*keys)[UND_ED25519_KEY_SIZE],
                          size_t count, struct und_diag *diag)
{
	const struct und_request *q = &r->u.request;
	und_day today = und_os_today();

	und_diag_member(diag, "act");
	if (q->act != act || q->letter.set != (act != UND_ASK_COLLECT))
		return UND_ERR_REQUEST_OTHER;
	und_diag_member(diag, "subject");
	if (!und_bytes_equal_var(q->subject, subject))
		return UND_ERR_REQUEST_OTHER;
	und_diag_member(diag, "server");
	if (!und_bytes_is(q->server, und_serve_address(s)))
		return UND_ERR_REQUEST_OTHER;
	und_diag_member(diag, "on");
	if (q->on + 1 < today || q->on > today + 1)
		return UND_ERR_REQUEST_DATE;
	und_diag_member(diag, "signatures");
	if (!serve_signed_by(r, keys, count))
		return UND_ERR_NO_ROLE;
	return und_record_check_signatures(r, diag);
}

enum und_err serve_request_check(struct und_record *out, struct und_serve *s, struct und_bytes line, enum und_act_asked act, struct und_bytes subject,
                                 const uint8_t (*keys)[UND_ED25519_KEY_SIZE], size_t count, struct und_diag *diag)
{
	enum und_err e;

	und_record_init(out);
	diag->line = 1;
	if ((e = und_record_decode(out, line, diag)) != UND_OK)
		return e;
	e = out->type == UND_TYPE_REQUEST ? check(out, s, act, subject, keys, count, diag) : UND_ERR_TYPE;
	if (e != UND_OK)
		und_record_clear(out);
	else
		*diag = (struct und_diag){ 0 };
	return e;
}
