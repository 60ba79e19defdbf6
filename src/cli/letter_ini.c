/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/letter_ini.c: LETTER.ini, what organisers write */
#include "cli/letter_ini.h"

#include <stdlib.h>

#include "cli/text.h"
#include "proof/authority.h"

enum kind { TEXT, TEXT0, PATH, LANGUAGE, DATE, DATE0, REF0, NUMBER, RINGS, GROWS };

/* The settings that have one place each; [addressees], [demands] and the keys of councils are lists. */
struct row {
	const char *section, *key;
	enum kind kind;
	size_t at, line_at; /* line_at 0: nobody asks */
	uint64_t min, max;
	bool required;
};
#define AT(member) offsetof(struct cli_letter_ini, member)
static const struct row rows[] = {
	{ "letter", "title", TEXT, AT(words.title), 0, 1, 300, true },
	{ "letter", "text", PATH, AT(text_path), 0, 1, 4096, true },
	{ "letter", "language", LANGUAGE, AT(words.language), 0, 2, 35, true },
	{ "letter", "dated", DATE0, AT(words.dated), 0, 0, 0, false },
	{ "letter", "contact", TEXT0, AT(words.contact), 0, 0, 300, false },
	{ "letter", "replaces", REF0, AT(words.replaces), 0, 0, 0, false },
	{ "organisers", "quorum", NUMBER, AT(organisers.quorum), 0, 1, UND_COUNCIL_MAX, false },
	{ "registrars", "quorum", NUMBER, AT(registrars.quorum), 0, 1, UND_COUNCIL_MAX, false },
	{ "rules", "rings", RINGS, AT(rules.rings), 0, 0, 0, true },
	{ "rules", "min_ring", NUMBER, AT(rules.min_ring), AT(min_ring_line), 2, UND_RING_SIZE_MAX, true },
	{ "rules", "max_share", NUMBER, AT(rules.max_share), 0, 1, 100, true },
	{ "rules", "max_share_all", NUMBER, AT(rules.max_share_all), 0, 1, 100, true },
	{ "rules", "roster", GROWS, AT(rules.grows), 0, 0, 0, true },
	{ "rules", "release", NUMBER, AT(rules.release), 0, 1, UND_RING_SIZE_MAX, true },
	{ "rules", "signers", NUMBER, AT(rules.signers), AT(signers_line), 0, UND_KEYS_MAX, true },
	{ "rules", "bodies", NUMBER, AT(rules.bodies), AT(bodies_line), 0, UND_BODIES_MAX, true },
	{ "rules", "closes", DATE, AT(rules.closes), AT(closes_line), 0, 0, true },
	{ "rules", "ends", DATE, AT(rules.ends), AT(ends_line), 0, 0, true },
};
static const char *const sections[] = { "letter", "addressees", "demands", "organisers", "registrars", "rules" };

/* Where a ';' is text. */
static bool is_text(struct und_bytes section, struct und_bytes key)
{
	if (und_bytes_is(section, "demands"))
		return true;
	if (und_bytes_is(section, "addressees"))
		return !(key.n > 4 && memcmp(key.p + key.n - 4, ".key", 4) == 0);
	if (und_bytes_is(section, "organisers") || und_bytes_is(section, "registrars"))
		return !und_bytes_is(key, "quorum");
	return und_bytes_is(section, "letter") && und_bytes_is(key, "title");
}

enum und_err cli_ini_bad_value(struct cli_fault *fault, const struct cli_ini_entry *entry, enum und_err e)
{
	if (e == UND_ERR_MEMORY)
		return e;
	return cli_fault_set(fault, entry->line, "%.*s: %s", (int)(entry->key.n < 60 ? entry->key.n : 60),
	                     (const char *)entry->key.p, und_err_text(e));
}

static enum und_err take_number(uint64_t *out, const struct row *row, const struct cli_ini_entry *entry,
                                struct cli_fault *fault)
{
	uint64_t v = 0;
	bool good = entry->value.n >= 1 && entry->value.n <= 9;

	for (size_t i = 0; good && i < entry->value.n; i++) {
		good = entry->value.p[i] >= '0' && entry->value.p[i] <= '9';
		v = v * 10 + (uint64_t)(entry->value.p[i] - '0');
	}
	if (!good || v < row->min || v > row->max)
		return cli_fault_set(fault, entry->line, "%s: a whole number from %llu to %llu is wanted", row->key,
		                     (unsigned long long)row->min, (unsigned long long)row->max);
	*out = v;
	return UND_OK;
}

static enum und_err take_ref(struct und_ref *out, struct und_bytes value)
{
	enum und_err e;

	if (value.n == 0)
		return UND_OK;
	e = und_base64_decode(out->id, sizeof out->id, value);
	out->set = e == UND_OK;
	return e;
}

static enum und_err take_rings(enum und_rings *out, struct und_bytes value)
{
	static const char *const names[] = { "body", "roster", "either" };

	for (size_t i = 0; i < UND_COUNT_OF(names); i++)
		if (und_bytes_is(value, names[i])) {
			*out = (enum und_rings)i;
			return UND_OK;
		}
	return UND_ERR_CHOICE;
}

static enum und_err take_grows(bool *out, struct und_bytes value)
{
	if (!und_bytes_is(value, "fixed") && !und_bytes_is(value, "grows"))
		return UND_ERR_CHOICE;
	*out = und_bytes_is(value, "grows");
	return UND_OK;
}

static enum und_err take_language(struct und_bytes *out, struct und_arena *arena, struct und_bytes value)
{
	return und_language_is_valid(value) ? und_arena_copy(out, arena, value) : UND_ERR_LANGUAGE_FORM;
}

static enum und_err take_row(struct cli_letter_ini *ini, const struct row *row, const struct cli_ini_entry *entry,
                             struct cli_fault *fault)
{
	void *to = (char *)ini + row->at;
	enum und_err e = UND_OK;

	if (row->line_at != 0)
		*(unsigned *)(void *)((char *)ini + row->line_at) = entry->line;
	switch (row->kind) {
	case TEXT:
	case TEXT0:
		e = cli_text_take(to, &ini->arena, entry->value, row->max, row->kind == TEXT0, false, NULL);
		break;
	case PATH:
		e = entry->value.n >= row->min && entry->value.n <= row->max
		            ? und_arena_copy(to, &ini->arena, entry->value)
		            : UND_ERR_TEXT_LENGTH;
		break;
	case LANGUAGE:
		e = take_language(to, &ini->arena, entry->value);
		break;
	case DATE0:
	case DATE:
		if (row->kind == DATE || entry->value.n > 0)
			e = und_date_decode(to, entry->value);
		break;
	case REF0:
		e = take_ref(to, entry->value);
		break;
	case NUMBER:
		return take_number(to, row, entry, fault);
	case RINGS:
		e = take_rings(to, entry->value);
		break;
	case GROWS:
		e = take_grows(to, entry->value);
		break;
	}
	return e == UND_OK ? UND_OK : cli_ini_bad_value(fault, entry, e);
}

/* ---- the lists ---- */

enum und_err cli_ini_take_demand(struct und_demand *demands, size_t *count, struct und_arena *arena, const struct cli_ini_entry *entry,
                                 struct cli_fault *fault)
{
	struct und_demand *d = &demands[*count];
	enum und_err e = und_id_text_is_valid(entry->key) ? UND_OK : UND_ERR_ID_FORM;

	if (*count == UND_DEMANDS_MAX)
		return cli_fault_set(fault, entry->line, "more than %d demands", UND_DEMANDS_MAX);
	if (e == UND_OK)
		e = und_arena_copy(&d->id, arena, entry->key);
	if (e == UND_OK)
		e = cli_text_take(&d->text, arena, entry->value, UND_DEMAND_TEXT_MAX, false, false, NULL);
	if (e != UND_OK)
		return cli_ini_bad_value(fault, entry, e);
	++*count;
	return UND_OK;
}

static struct und_addressee *find_addressee(struct cli_letter_ini *ini, struct und_bytes id)
{
	for (size_t i = 0; i < ini->words.addressee_count; i++)
		if (und_bytes_equal_var(ini->words.addressees[i].id, id))
			return &ini->words.addressees[i];
	return NULL;
}

/* president = The President; or president.key = KEY, below it. */
static enum und_err take_addressee(struct cli_letter_ini *ini, const struct cli_ini_entry *entry,
                                   struct cli_fault *fault)
{
	struct und_addressee *a;
	enum und_err e;

	if (entry->key.n > 4 && memcmp(entry->key.p + entry->key.n - 4, ".key", 4) == 0) {
		a = find_addressee(ini, und_bytes(entry->key.p, entry->key.n - 4));
		if (a == NULL)
			return cli_fault_set(fault, entry->line,
			                     "a key for somebody whose name does not stand above it");
		e = take_ref(&a->key, entry->value);
		if (e == UND_OK && a->key.set)
			e = und_ed25519_point_check_var(a->key.id);
		return e == UND_OK ? UND_OK : cli_ini_bad_value(fault, entry, e);
	}
	if (ini->words.addressee_count == UND_ADDRESSEES_MAX)
		return cli_fault_set(fault, entry->line, "more than %d addressees", UND_ADDRESSEES_MAX);
	a = &ini->words.addressees[ini->words.addressee_count];
	e = und_id_text_is_valid(entry->key) ? UND_OK : UND_ERR_ID_FORM;
	if (e == UND_OK)
		e = und_arena_copy(&a->id, &ini->arena, entry->key);
	if (e == UND_OK)
		e = cli_text_take(&a->name, &ini->arena, entry->value, 200, false, false, NULL);
	if (e != UND_OK)
		return cli_ini_bad_value(fault, entry, e);
	ini->words.addressee_count++;
	return UND_OK;
}

/* KEY = Name | where */
static enum und_err take_council_member(struct cli_letter_ini *ini, struct und_council *council,
                                        const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	struct und_council_member m = { 0 };
	struct und_bytes name = entry->value, where = { NULL, 0 };
	const uint8_t *bar = name.n == 0 ? NULL : memchr(name.p, '|', name.n);
	size_t at = council->count;
	enum und_err e;

	if (bar != NULL) {
		where = cli_trim(und_bytes(bar + 1, name.n - (size_t)(bar + 1 - name.p)));
		name = cli_trim(und_bytes(name.p, (size_t)(bar - name.p)));
	}
	if (council->count == UND_COUNCIL_MAX)
		return cli_fault_set(fault, entry->line, "more than %d keys", UND_COUNCIL_MAX);
	if (und_base64_decode(m.key, sizeof m.key, entry->key) != UND_OK)
		return cli_fault_set(
			fault, entry->line,
			"neither `quorum` nor a public key (43 characters, as `undersigned authority show` prints it)");
	e = und_ed25519_point_check_var(m.key);
	if (e == UND_OK)
		e = cli_text_take(&m.name, &ini->arena, name, 200, true, false, NULL);
	if (e == UND_OK)
		e = cli_text_take(&m.where, &ini->arena, where, 300, true, false, NULL);
	if (e != UND_OK)
		return cli_ini_bad_value(fault, entry, e);
	for (; at > 0 && memcmp(council->keys[at - 1].key, m.key, sizeof m.key) > 0; at--)
		council->keys[at] = council->keys[at - 1];
	council->keys[at] = m;
	council->count++;
	return UND_OK;
}

/* ---- all of it ---- */

static enum und_err take_entry(struct cli_letter_ini *ini, bool *seen, const struct cli_ini_entry *entry,
                               struct cli_fault *fault)
{
	bool known = false;

	for (size_t i = 0; i < UND_COUNT_OF(rows); i++)
		if (und_bytes_is(entry->section, rows[i].section) && und_bytes_is(entry->key, rows[i].key)) {
			seen[i] = true;
			return take_row(ini, &rows[i], entry, fault);
		}
	if (und_bytes_is(entry->section, "addressees"))
		return take_addressee(ini, entry, fault);
	if (und_bytes_is(entry->section, "demands"))
		return cli_ini_take_demand(ini->words.demands, &ini->words.demand_count, &ini->arena, entry, fault);
	if (und_bytes_is(entry->section, "organisers"))
		return take_council_member(ini, &ini->organisers, entry, fault);
	if (und_bytes_is(entry->section, "registrars"))
		return take_council_member(ini, &ini->registrars, entry, fault);
	for (size_t i = 0; i < UND_COUNT_OF(sections); i++)
		known |= und_bytes_is(entry->section, sections[i]);
	if (!known)
		return cli_fault_set(
			fault, entry->line,
			"not in a section that a letter has ([letter], [addressees], [demands], [organisers], [registrars], [rules])");
	return cli_fault_set(fault, entry->line, "no setting of [%.*s] has this name", (int)entry->section.n,
	                     (const char *)entry->section.p);
}

static enum und_err finish_council(struct und_council *council, const char *section, struct cli_fault *fault)
{
	if (council->count == 0)
		return cli_fault_set(fault, 0, "[%s] names nobody: a line KEY = Name | where for each", section);
	if (council->quorum == 0)
		council->quorum = council->count / 2 + 1;
	if (council->quorum > council->count)
		return cli_fault_set(fault, 0, "[%s] asks for %llu signatures and names only %zu", section,
		                     (unsigned long long)council->quorum, council->count);
	return UND_OK;
}

static enum und_err finish(struct cli_letter_ini *ini, const bool *seen, struct cli_fault *fault)
{
	enum und_err e;

	for (size_t i = 0; i < UND_COUNT_OF(rows); i++)
		if (rows[i].required && !seen[i])
			return cli_fault_set(fault, 0, "[%s] lacks %s", rows[i].section, rows[i].key);
	if (ini->words.addressee_count == 0)
		return cli_fault_set(fault, 0, "[addressees] names nobody");
	e = finish_council(&ini->organisers, "organisers", fault);
	if (e == UND_OK)
		e = finish_council(&ini->registrars, "registrars", fault);
	if (e == UND_OK && ini->rules.rings == UND_RINGS_ROSTER && ini->rules.bodies != 0)
		return cli_fault_set(fault, ini->bodies_line,
		                     "bodies: 0 is wanted where rings = roster, since signatures then name no body");
	if (e == UND_OK && ini->rules.closes > ini->rules.ends)
		return cli_fault_set(fault, ini->closes_line, "closes: after ends, the last day to withdraw or vote");
	return e;
}

static enum und_err prepare(struct cli_letter_ini *ini)
{
	und_arena_init(&ini->arena);
	ini->words.dated = ini->rules.closes = ini->rules.ends = UND_DAY_NONE;
	ini->words.addressees = und_arena_alloc(&ini->arena, UND_ADDRESSEES_MAX, sizeof *ini->words.addressees);
	ini->words.demands = und_arena_alloc(&ini->arena, UND_DEMANDS_MAX, sizeof *ini->words.demands);
	ini->organisers.keys = und_arena_alloc(&ini->arena, UND_COUNCIL_MAX, sizeof *ini->organisers.keys);
	ini->registrars.keys = und_arena_alloc(&ini->arena, UND_COUNCIL_MAX, sizeof *ini->registrars.keys);
	return ini->words.addressees != NULL && ini->words.demands != NULL && ini->organisers.keys != NULL &&
	                       ini->registrars.keys != NULL
	               ? UND_OK
	               : UND_ERR_MEMORY;
}

enum und_err cli_letter_ini_read(struct cli_letter_ini *out, struct und_bytes text, struct cli_fault *fault)
{
	struct cli_letter_ini ini = { 0 };
	struct cli_ini file = { 0 };
	bool seen[UND_COUNT_OF(rows)] = { false };
	enum und_err e = prepare(&ini);

	if (e == UND_OK)
		e = cli_ini_read(&file, text, is_text, fault);
	for (size_t i = 0; e == UND_OK && i < file.count; i++)
		e = take_entry(&ini, seen, &file.entries[i], fault);
	if (e == UND_OK)
		e = finish(&ini, seen, fault);
	cli_ini_clear(&file);
	if (e != UND_OK) {
		cli_letter_ini_clear(&ini);
		return e;
	}
	*out = ini;
	return UND_OK;
}

void cli_letter_ini_clear(struct cli_letter_ini *ini)
{
	und_arena_clear(&ini->arena);
	*ini = (struct cli_letter_ini){ 0 };
}
