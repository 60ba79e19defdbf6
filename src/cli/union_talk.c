/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* union_talk.c: why two copies cannot be merged, in words */
#include "cli/union_talk.h"

#include <stdlib.h>

#include "base/hash.h"
#include "cli/council.h"
#include "cli/lines.h"

struct found {
	const char *path;
	uint64_t line;
	struct und_record record;
};
struct search {
	struct found *rosters;
	size_t count, cap;
	struct und_record letter;
	bool has_letter;
};

/* The letter, and the rosters that extend another. What cannot be read here is left out: the copies were valid a moment ago. */
static void scan(struct search *s, const char *path, struct und_bytes text)
{
	struct und_bytes rest = text, line;
	struct found f = { .path = path };

	for (f.line = 1; cli_next_line(&line, &rest); f.line++) {
		if (und_record_decode(&f.record, line, NULL) != UND_OK)
			continue;
		if (f.record.type == UND_TYPE_LETTER && !s->has_letter) {
			s->letter = f.record;
			s->has_letter = true;
		} else if (f.record.type == UND_TYPE_ROSTER && f.record.u.roster.extends.set &&
		           und_grow(&s->rosters, &s->cap, s->count + 1, sizeof *s->rosters) == UND_OK) {
			s->rosters[s->count++] = f;
		} else {
			und_record_clear(&f.record);
		}
	}
}

static void name_roster(const struct search *s, const struct found *f)
{
	char id[UND_SHORT_ID_SIZE];

	und_short_id(id, f->record.id);
	cli_note("  %s, line %llu: the roster %s", f->path, (unsigned long long)f->line, id);
	if (!s->has_letter)
		return;
	fputs("    signed by ", stderr);
	cli_print_members(stderr, &s->letter.u.letter.registrars,
	                  cli_council_signed(&s->letter.u.letter.registrars, &f->record), "and");
	fputc('\n', stderr);
}

static bool collide(const struct und_record *a, const struct und_record *b)
{
	return memcmp(a->id, b->id, UND_ID_SIZE) != 0 &&
	       memcmp(a->u.roster.extends.id, b->u.roster.extends.id, UND_ID_SIZE) == 0;
}

int cli_tell_double_dealing(const char *const *paths, const struct und_bytes *copies, size_t n)
{
	struct search s = { 0 };
	bool told = false;

	for (size_t i = 0; i < n; i++)
		scan(&s, paths[i], copies[i]);
	cli_fail(
		CLI_FALSE,
		"The registrars signed two different rolls for one wave. Ask them which one holds, and tell everybody.",
		"%s: %s.", paths[0], und_err_text(UND_ERR_UNION_ROSTERS));
	for (size_t i = 0; i < s.count; i++)
		for (size_t j = i + 1; j < s.count && !told; j++) {
			if (!collide(&s.rosters[i].record, &s.rosters[j].record))
				continue;
			name_roster(&s, &s.rosters[i]);
			name_roster(&s, &s.rosters[j]);
			told = true;
		}
	for (size_t i = 0; i < s.count; i++)
		und_record_clear(&s.rosters[i].record);
	if (s.has_letter)
		und_record_clear(&s.letter);
	free(s.rosters);
	return CLI_FALSE;
}
