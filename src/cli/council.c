/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* council.c: councils in words */
#include "cli/council.h"

#include "base/hash.h"
#include "cli/cli.h"

size_t cli_council_find(const struct und_council *c, const uint8_t key[UND_ED25519_KEY_SIZE])
{
	size_t i = 0;

	while (i < c->count && memcmp(c->keys[i].key, key, UND_ED25519_KEY_SIZE) != 0)
		i++;
	return i;
}

cli_members cli_council_signed(const struct und_council *c, const struct und_record *r)
{
	cli_members found = 0;

	for (size_t i = 0; i < r->signature_count; i++) {
		size_t at = cli_council_find(c, r->signatures[i].key);

		if (at < c->count)
			found |= (cli_members)1 << at;
	}
	return found;
}

static unsigned count(cli_members m)
{
	return (unsigned)__builtin_popcount(m);
}

uint64_t cli_council_lack(const struct und_council *c, const struct und_record *r)
{
	unsigned have = count(cli_council_signed(c, r));

	return have >= c->quorum ? 0 : c->quorum - have;
}

void cli_print_member(FILE *to, const struct und_council_member *m)
{
	char id[UND_SHORT_ID_SIZE];

	if (m->name.n > 0) {
		cli_print_text(to, m->name);
		return;
	}
	und_short_id(id, m->key);
	fprintf(to, "the key %s", id);
}

/* Of a set that is not empty, the one whose name comes first: the order of keys says nothing to people. */
static size_t first_by_name(const struct und_council *c, cli_members which)
{
	size_t first = c->count;

	for (size_t i = 0; i < c->count; i++)
		if ((which >> i & 1) != 0 &&
		    (first == c->count || und_bytes_compare_var(c->keys[i].name, c->keys[first].name) < 0))
			first = i;
	return first;
}

void cli_print_members(FILE *to, const struct und_council *c, cli_members which, const char *last)
{
	while (which != 0) {
		size_t i = first_by_name(c, which);
		unsigned left;

		cli_print_member(to, &c->keys[i]);
		which &= ~((cli_members)1 << i);
		left = count(which);
		if (left == 1)
			fprintf(to, " %s ", last);
		else if (left > 1)
			fputs(", ", to);
	}
}

bool cli_print_lack(FILE *to, const char *what, const struct und_council *c, const struct und_record *r)
{
	cli_members signed_by = cli_council_signed(c, r), rest = ~signed_by & (((cli_members)1 << c->count) - 1);
	uint64_t lack = cli_council_lack(c, r);

	if (lack == 0)
		return false;
	fprintf(to, "%s has %u of %llu signatures; ", what, count(signed_by), (unsigned long long)c->quorum);
	if (lack == count(rest)) {
		cli_print_members(to, c, rest, "and");
	} else {
		fprintf(to, "%llu of ", (unsigned long long)lack);
		cli_print_members(to, c, rest, "or");
	}
	fputs(" must sign it too.\n", to);
	return true;
}
