/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_roster_show.c: `roster show`: who could be on it, what a ring of it hides, and whether mine is in it */
#include "base/hash.h"
#include "base/json.h"
#include "cli/commands.h"
#include "proof/edition.h"

struct showing {
	struct cli_letter file;
	const struct und_record *newest;
	const struct und_roster *roster;
	bool has_key;
	struct und_key_plain plain;
	bool is_mine;        /* the key stands on the roster */
	uint16_t mine_at;    /* the edition at which it does */
	struct und_bytes body;
};

/* ---- mine ---- */

/* A chain's key at the roster's edition, when it can still be had. */
static int key_at(uint8_t key[UND_POINT_SIZE], const struct und_key_plain *plain, uint64_t edition)
{
	struct und_key_plain later = *plain;
	struct und_chain chain = { .edition = plain->edition };
	struct und_scalar x;
	enum und_err e = UND_OK;
	int code;

	memcpy(chain.state, plain->secret, sizeof chain.state);
	while (e == UND_OK && chain.edition < edition)
		e = und_chain_advance(&chain);
	later.edition = chain.edition;
	memcpy(later.secret, chain.state, sizeof chain.state);
	code = e == UND_OK ? cli_key_secret(&x, key, &later) : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	und_scalar_wipe(&x);
	und_chain_wipe(&chain);
	und_key_plain_wipe(&later);
	return code;
}

static int find_mine(struct showing *s, const char *path)
{
	const struct und_key_plain *k = &s->plain;
	uint8_t key[UND_POINT_SIZE];
	const uint8_t *roster;
	struct und_scalar x;
	int code;

	if (k->kind == UND_KEY_CHAIN && !und_bytes_is(s->roster->series, k->series))
		return cli_fail(CLI_FALSE, NULL, "%s is a key of series %s; this roster is of series %.*s.", path, k->series, (int)s->roster->series.n,
				(const char *)s->roster->series.p);
	if (k->kind == UND_KEY_CHAIN && k->edition > s->roster->edition)
		return cli_fail(CLI_FALSE, "What came before is gone; the roster of its edition is the one to look at.", "%s stands at edition %u; this roster is of edition %u.", path,
				k->edition, (unsigned)s->roster->edition);
	if (k->kind == UND_KEY_CHAIN) {
		code = key_at(key, k, s->roster->edition);
	} else {
		code = cli_key_secret(&x, key, k);
		und_scalar_wipe(&x);
	}
	if (code != -1)
		return code;
	s->is_mine = und_letter_find_key(&roster, &s->body, s->file.l, key) == UND_OK;
	s->mine_at = (uint16_t)s->roster->edition;
	return -1;
}

static const struct und_state_ring *ring_of(const struct showing *s, struct und_bytes id)
{
	for (size_t i = 0; i < s->file.state.ring_count; i++)
		if (und_bytes_equal_var(s->file.state.rings[i].id, id))
			return &s->file.state.rings[i];
	return NULL;
}

/* ---- for people ---- */

static void say(const char *text)
{
	cli_print_wrapped(stdout, und_cstr(text), 0, 80);
}

static void print_head(const struct showing *s)
{
	const struct und_state *state = &s->file.state;
	char id[UND_SHORT_ID_SIZE], from[11], until[11], a[32], b[32];

	und_short_id(id, state->roster);
	und_date_encode(from, s->roster->from);
	und_date_encode(until, s->roster->until);
	cli_print_text(stdout, s->roster->name);
	printf(" (series %.*s, edition %u)\n%s to %s, roster %s\n", (int)s->roster->series.n, (const char *)s->roster->series.p, (unsigned)s->roster->edition, from, until, id);
	printf("%s bodies, %s keys, ", cli_number(a, state->ring_count - 1), cli_number(b, state->keys));
	if (state->headcount != 0)
		printf("%s people\n", cli_number(a, state->headcount));
	else
		printf("how many people is not known for every body\n");
	if (s->roster->source.url.n != 0)
		printf("source: %.*s\n", (int)s->roster->source.url.n, (const char *)s->roster->source.url.p);
}

static void print_signatures(const struct showing *s)
{
	char id[UND_SHORT_ID_SIZE];

	if (s->newest->signature_count == 0)
		printf("signed by nobody yet\n");
	for (size_t i = 0; i < s->newest->signature_count; i++) {
		und_short_id(id, s->newest->signatures[i].key);
		printf("signed by the key %s\n", id);
	}
}

static void print_rings(const struct showing *s)
{
	const struct und_state *state = &s->file.state;
	char keys[32], people[32];
	int width = 4;

	for (size_t i = 1; i < state->ring_count; i++)
		width = (int)state->rings[i].id.n > width ? (int)state->rings[i].id.n : width;
	printf("\n%-*s %9s %9s  %s\n", width, "ring", "keys", "people", "a signature there is by");
	for (size_t i = 0; i < state->ring_count; i++) {
		const struct und_state_ring *r = &state->rings[i];

		printf("%-*.*s %9s %9s  ", width, (int)r->id.n, (const char *)r->id.p, cli_number(keys, r->keys), r->headcount == 0 ? "?" : cli_number(people, r->headcount));
		if (r->keys == 0)
			printf("nobody");
		else
			printf("one of %s", keys);
		if (i > 0) {
			printf(" in ");
			cli_print_text(stdout, r->name);
		}
		printf("%s\n", r->keys == 1 ? ": it names its signer" : r->keys > 1 && r->keys < 20 ? " (few letters allow so small a ring)" : "");
	}
}

static void print_mine(const struct showing *s)
{
	const struct und_state_ring *own = ring_of(s, s->body), *all = &s->file.state.rings[0];
	char a[32], b[32];

	if (!s->is_mine) {
		printf("\nYour key is not on this roster.\n");
		return;
	}
	printf("\nYour key is on this roster, in %.*s.\n", (int)s->body.n, (const char *)s->body.p);
	if (s->plain.edition != s->mine_at)
		printf("It stands at edition %u and signs letters of edition %u once it is advanced.\n", s->plain.edition, s->mine_at);
	if (own == NULL || own->keys >= all->keys) {
		printf("Both rings hold the same keys.\n");
		return;
	}
	cli_number(a, own->keys);
	cli_number(b, all->keys);
	printf("The safer ring is *: one of %s, against one of %s in %.*s.\n", b, a, (int)s->body.n, (const char *)s->body.p);
	say("But where a letter allows both, those in * are likelier from small or full bodies, and a body's ring shows that your body signs. No signature shows two labels.");
}

static void print_warning(const struct showing *s)
{
	putchar('\n');
	if (s->roster->edition == 0)
		say("Edition 0: keys that people had anyway. Being on it proves nothing about anyone; whoever gets such a key later can tell what it signed; members whose key sits in an agent or a token cannot sign.\n");
	say("What a ring hides is at most this: members whose keys the registrars invented hide nobody, and a ring in which all have signed hides nothing. Compare keys with people, and the registrars' keys with what they publish.");
}

/* ---- for programs ---- */

static void json_mine(struct und_json *j, const struct showing *s)
{
	const struct und_state_ring *own;

	und_json_name(j, "mine");
	if (!s->has_key || !s->is_mine) {
		if (s->has_key)
			und_json_bool(j, false);
		else
			und_json_null(j);
		return;
	}
	own = ring_of(s, s->body);
	und_json_open_object(j);
	und_json_name(j, "body");
	und_json_string(j, s->body);
	und_json_name(j, "safer");
	und_json_cstr(j, "*");
	und_json_name(j, "sizes");
	und_json_open_list(j);
	und_json_number(j, own == NULL ? 0 : own->keys);
	und_json_number(j, s->file.state.rings[0].keys);
	und_json_close_list(j);
	und_json_close_object(j);
}

static void json_rings(struct und_json *j, const struct und_state *state)
{
	und_json_name(j, "rings");
	und_json_open_list(j);
	for (size_t i = 0; i < state->ring_count; i++) {
		und_json_open_object(j);
		und_json_name(j, "headcount");
		und_json_number(j, state->rings[i].headcount);
		und_json_name(j, "id");
		und_json_string(j, state->rings[i].id);
		und_json_name(j, "keys");
		und_json_number(j, state->rings[i].keys);
		und_json_name(j, "name");
		und_json_string(j, state->rings[i].name);
		und_json_close_object(j);
	}
	und_json_close_list(j);
}

static int print_json(const struct showing *s)
{
	struct und_buf text;
	struct und_json j;
	enum und_err e;

	und_buf_init(&text, 64 << 20);
	und_json_init(&j, &text);
	und_json_open_object(&j);
	und_json_name(&j, "edition");
	und_json_number(&j, s->roster->edition);
	und_json_name(&j, "from");
	und_json_day(&j, s->roster->from);
	und_json_name(&j, "headcount");
	und_json_number(&j, s->file.state.headcount);
	und_json_name(&j, "keys");
	und_json_number(&j, s->file.state.keys);
	json_mine(&j, s);
	und_json_name(&j, "name");
	und_json_string(&j, s->roster->name);
	json_rings(&j, &s->file.state);
	und_json_name(&j, "roster");
	und_json_base64(&j, und_bytes(s->file.state.roster, UND_ID_SIZE));
	und_json_name(&j, "series");
	und_json_string(&j, s->roster->series);
	und_json_name(&j, "signatures");
	und_json_open_list(&j);
	for (size_t i = 0; i < s->newest->signature_count; i++)
		und_json_base64(&j, und_bytes(s->newest->signatures[i].key, UND_ED25519_KEY_SIZE));
	und_json_close_list(&j);
	und_json_name(&j, "until");
	und_json_day(&j, s->roster->until);
	und_json_close_object(&j);
	e = text.err;
	if (e == UND_OK)
		printf("%.*s\n", (int)text.n, (const char *)text.p);
	und_buf_clear(&text);
	return e == UND_OK ? CLI_OK : cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

static int show(struct showing *s, const char *key_path, bool json)
{
	const struct und_kept *kept;
	size_t n = und_letter_kept(&kept, s->file.l);
	int code;

	und_bug_if(n == 0 || kept[n - 1].record->type != UND_TYPE_ROSTER); /* letter.h: a ROSTER file holds nothing else */
	s->newest = kept[n - 1].record;
	s->roster = &s->newest->u.roster;
	if (s->has_key && (code = find_mine(s, key_path)) != -1)
		return code;
	if (json)
		return print_json(s);
	print_head(s);
	print_signatures(s);
	print_rings(s);
	if (s->has_key)
		print_mine(s);
	print_warning(s);
	return CLI_OK;
}

static int run(int argc, char **argv)
{
	struct cli_secret_options secret = { NULL, false };
	struct showing s = { .has_key = false };
	const char *path, *key = NULL;
	bool json = false;
	const struct cli_option options[] = {
		CLI_VALUE("key", 0, &key),
		CLI_VALUE("passphrase-file", 0, &secret.passphrase_file),
		CLI_FLAG("json", 0, &json),
	};
	int code;

	code = cli_parse(&cmd_roster_show, options, UND_COUNT_OF(options), argc, argv, &path, 1, 1, NULL);
	if (code != -1)
		return code;
	s.file.alone = key == NULL; /* else the key's file is opened afterwards, and perhaps the terminal */
	code = cli_letter_open(&s.file, path, UND_LETTER_ROSTER, true, 0);
	if (code != -1)
		return code;
	if (key != NULL)
		code = cli_key_open(&s.plain, key, 0, &secret);
	s.has_key = key != NULL;
	if (code == -1)
		code = show(&s, key, json);
	und_key_plain_wipe(&s.plain);
	cli_letter_close(&s.file);
	return code;
}

const struct cli_command cmd_roster_show = {
	.name = "roster show",
	.run = run,
	.group = "Keep the roll",
	.summary = "say how many keys each body has, and what its ring hides",
	.usage = "undersigned roster show ROSTER [--key FILE [--passphrase-file F]] [--json]",
	.help = "  --key FILE           say whether this key is on the roster, and which ring is\n"
		"                       the safer\n"
		"  --passphrase-file F  read its passphrase from F (- and /dev/fd/N too). Else\n"
		"                       it is asked for\n"
		"  --json               the same for programs\n",
};
