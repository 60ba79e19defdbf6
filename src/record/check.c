/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* check.c: what the members of one record must be beside each other (spec/records.md, Types) */
#include "record/table.h"

static enum und_err fault(const char **member, const char *name, enum und_err e)
{
	*member = name;
	return e;
}

/* A roster whose counts exceed the keys of a file is at fault before its keys come. */
enum und_err und_check_roster(const char **member, const void *record)
{
	const struct und_roster *r = &((const struct und_record *)record)->u.roster;
	uint64_t keys = 0;

	if (r->until < r->from)
		return fault(member, "until", UND_ERR_DATES_ORDER);
	for (size_t i = 0; i < r->body_count; i++)
		keys += r->bodies[i].count;
	if (keys > UND_KEYS_MAX)
		return fault(member, "bodies", UND_ERR_KEYS_TOO_MANY);
	return UND_OK;
}

/* `keys` is "" iff `count` is 0 */
enum und_err und_check_roster_body(const char **member, const void *body)
{
	const struct und_roster_body *b = body;

	return b->keys.set == (b->count != 0) ? UND_OK : fault(member, "keys", UND_ERR_SIZE);
}

enum und_err und_check_council(const char **member, const void *council)
{
	const struct und_council *c = council;

	return c->quorum <= c->count ? UND_OK : fault(member, "quorum", UND_ERR_QUORUM_SIZE);
}

enum und_err und_check_rules(const char **member, const void *rules)
{
	const struct und_rules *r = rules;

	if (r->ends < r->closes)
		return fault(member, "closes", UND_ERR_DATES_ORDER);
	if (r->rings == UND_RINGS_ROSTER && r->bodies != 0)
		return fault(member, "bodies", UND_ERR_RULES_BODIES);
	return UND_OK;
}

/* nonce and tag, 40 bytes, and whole blocks; the table has limited how many */
enum und_err und_check_sealed(const char **member, const void *record)
{
	const struct und_sealed *s = &((const struct und_record *)record)->u.sealed;

	return s->ciphertext.n % UND_SEALED_BLOCK == UND_SEALED_EXTRA ? UND_OK : fault(member, "ciphertext", UND_ERR_SIZE);
}

/* 32(5m+4) bytes, m = 1 … 10 (spec/protocol.md §3); which m, the ring says */
enum und_err und_check_signature(const char **member, const void *record)
{
	const struct und_signature *s = &((const struct und_record *)record)->u.signature;

	return s->proof.n % 160 == 128 ? UND_OK : fault(member, "proof", UND_ERR_SIZE);
}

/* a new last day to sign comes with the kind "deadline", and only with it */
enum und_err und_check_notice(const char **member, const void *record)
{
	const struct und_notice *n = &((const struct und_record *)record)->u.notice;

	return (n->closes != UND_DAY_NONE) == (n->kind == UND_NOTICE_DEADLINE) ? UND_OK : fault(member, "closes", UND_ERR_CLOSES_KIND);
}
