/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve_ini.c: the configuration of a server */
#include "cli/serve_ini.h"

#include "base/encode.h"
#include "proof/authority.h"

static bool is_text(struct und_bytes section, struct und_bytes key)
{
	(void)key;
	return !und_bytes_is(section, "server");
}

/* ---- [server] ---- */

enum kind { STRING, NUMBER, ADDRESS };
static const struct row {
	const char *key;
	enum kind kind;
	size_t at;
	uint64_t min, max;
} rows[] = {
	{ "listen", STRING, offsetof(struct und_serve_options, listen), 1, 200 },
	{ "store", STRING, offsetof(struct und_serve_options, store), 1, 4096 },
	{ "address", ADDRESS, offsetof(struct und_serve_options, address), 1, 1024 },
	{ "threads", NUMBER, offsetof(struct und_serve_options, threads), 1, 256 },
	{ "queue", NUMBER, offsetof(struct und_serve_options, queue_max), 1, 1000000 },
	{ "wrong_codes", NUMBER, offsetof(struct und_serve_options, wrong_codes), 1, 1000000 },
};

static enum und_err take_number(unsigned *out, const struct row *row, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	uint64_t v = 0;
	bool good = entry->value.n >= 1 && entry->value.n <= 7;

	for (size_t i = 0; good && i < entry->value.n; i++) {
		good = entry->value.p[i] >= '0' && entry->value.p[i] <= '9';
		v = v * 10 + (uint64_t)(entry->value.p[i] - '0');
	}
	if (!good || v < row->min || v > row->max)
		return cli_fault_set(fault, entry->line, "%s: a whole number from %llu to %llu is wanted", row->key, (unsigned long long)row->min,
		                     (unsigned long long)row->max);
	*out = (unsigned)v;
	return UND_OK;
}

/* Cards and requests name the server by it: a web address without anything behind the host and path. */
static bool is_address(struct und_bytes s)
{
	return und_url_is_valid(s) && memchr(s.p, '#', s.n) == NULL && memchr(s.p, '?', s.n) == NULL && s.p[s.n - 1] != '/';
}

static enum und_err take_string(const char **out, struct und_arena *arena, const struct row *row, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	struct und_bytes copy;
	enum und_err e;

	if (entry->value.n < row->min || entry->value.n > row->max)
		return cli_fault_set(fault, entry->line, "%s: a value of %llu to %llu bytes is wanted", row->key, (unsigned long long)row->min, (unsigned long long)row->max);
	if (row->kind == ADDRESS && !is_address(entry->value))
		return cli_fault_set(fault, entry->line, "address: a web address without a slash at its end is wanted, such as https://letters.example.org");
	if ((e = und_arena_copy(&copy, arena, entry->value)) != UND_OK)
		return e;
	*out = (const char *)copy.p;
	return UND_OK;
}

static enum und_err take_setting(struct und_serve_options *out, struct und_arena *arena, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	for (size_t i = 0; i < UND_COUNT_OF(rows); i++) {
		uint8_t *at = (uint8_t *)out + rows[i].at;

		if (!und_bytes_is(entry->key, rows[i].key))
			continue;
		return rows[i].kind == NUMBER ? take_number((unsigned *)(void *)at, &rows[i], entry, fault) :
		                                take_string((const char **)(void *)at, arena, &rows[i], entry, fault);
	}
	return cli_fault_set(fault, entry->line, "no setting %.*s in [server]", (int)(entry->key.n < 60 ? entry->key.n : 60), (const char *)entry->key.p);
}

/* ---- keys ---- */

static enum und_err take_key(uint8_t keys[UND_SERVE_KEYS_MAX][UND_ED25519_KEY_SIZE], size_t *count, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	if (*count == UND_SERVE_KEYS_MAX)
		return cli_fault_set(fault, entry->line, "more than %d keys", UND_SERVE_KEYS_MAX);
	if (und_base64_decode(keys[*count], UND_ED25519_KEY_SIZE, entry->key) != UND_OK || und_ed25519_point_check_var(keys[*count]) != UND_OK)
		return cli_fault_set(fault, entry->line, "not a public key of 43 characters before the =");
	++*count;
	return UND_OK;
}

static enum und_err take_entry(struct und_serve_options *out, struct und_arena *arena, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	if (und_bytes_is(entry->section, "server"))
		return take_setting(out, arena, entry, fault);
	if (und_bytes_is(entry->section, "organisers"))
		return take_key(out->organisers, &out->organiser_count, entry, fault);
	if (und_bytes_is(entry->section, "registrars"))
		return take_key(out->registrars, &out->registrar_count, entry, fault);
	return cli_fault_set(fault, entry->line, "no section of that name: [server], [organisers] and [registrars] are known");
}

enum und_err cli_serve_ini_read(struct und_serve_options *out, struct und_arena *arena, struct und_bytes text, struct cli_fault *fault)
{
	struct cli_ini ini;
	enum und_err e;

	if ((e = cli_ini_read(&ini, text, is_text, fault)) != UND_OK)
		return e;
	for (size_t i = 0; i < ini.count && e == UND_OK; i++)
		e = take_entry(out, arena, &ini.entries[i], fault);
	cli_ini_clear(&ini);
	return e;
}
