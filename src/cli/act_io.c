/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* act_io.c: what sign, withdraw and vote begin and end with */
#include "cli/act_io.h"
#include "cli/say.h"

#include "base/hash.h"
#include "base/secret.h"
#include "cli/notices.h"
#include "cli/words.h"

static int silent(const struct cli_act *a)
{
	return cli_fail(
		CLI_FALSE,
		"The letter is silent now: nothing more can be signed, withdrawn or voted on it with this key, and nobody can learn from this key whether it ever signed.",
		"%s belongs to edition %llu; your key has moved on to edition %u.", a->path,
		(unsigned long long)a->edition->edition, a->plain.edition);
}

/* A chain's key is one of its edition; an imported one belongs to rosters of edition 0. */
static int check_edition(const struct cli_act *a)
{
	const struct und_roster *r = a->edition;
	unsigned long long edition = r->edition;

	if (a->plain.kind == UND_KEY_IMPORTED) {
		if (edition == 0)
			return -1;
		return cli_fail(CLI_FALSE, "Use the key that you enrolled (`undersigned key new`).",
		                "%s is an imported key, and the letter's roster is of edition %llu.", a->key_path,
		                edition);
	}
	if (edition == 0)
		return cli_fail(CLI_FALSE, "Import yours: `undersigned key import -o FILE ~/.ssh/id_ed25519`.",
		                "%s is signed with keys that people had already (edition 0); %s is not one.", a->path,
		                a->key_path);
	if (!und_bytes_is(r->series, a->plain.series))
		return cli_fail(CLI_FALSE, "Use the key that you enrolled there.",
		                "%s is a key for the series %s; the letter's roster is %.*s.", a->key_path,
		                a->plain.series, (int)r->series.n, (const char *)r->series.p);
	if (a->plain.edition > edition)
		return silent(a);
	if (a->plain.edition < edition)
		return cli_fail(CLI_FALSE, "On the day announced for everybody: `undersigned key advance`.",
		                "%s is at edition %u; the letter is of edition %llu.", a->key_path, a->plain.edition,
		                edition);
	return -1;
}

static int check_pin(const struct cli_act *a)
{
	char mine[UND_SHORT_ID_SIZE], theirs[UND_SHORT_ID_SIZE];
	uint8_t pin[UND_ID_SIZE];

	if (!a->plain.has_pin)
		return -1;
	und_letter_pin(pin, a->letter.l);
	if (und_equal(pin, a->plain.pin, sizeof pin))
		return -1;
	und_short_id(mine, a->plain.pin);
	und_short_id(theirs, pin);
	return cli_fail(CLI_FALSE, cli_advice(UND_ERR_PIN), "%s: its registrars have the pin %s; yours is %s.", a->path,
	                theirs, mine);
}

static int open_letter(struct cli_act *a)
{
	const struct und_kept *kept;
	int code = cli_letter_open_for_acts(&a->letter, a->path, &a->is_bundle, 0);

	if (code != -1)
		return code;
	if (und_letter_kept(&kept, a->letter.l) == 0 || kept[0].record->type != UND_TYPE_ROSTER)
		return cli_fail_at(a->path, UND_ERR_NO_LETTER, NULL);
	a->edition = &kept[0].record->u.roster;
	if (!a->letter.state.sealed)
		return -1;
	if (a->link_file == NULL)
		return cli_fail(
			CLI_TRIED,
			"Nobody should sign what they have not read. Give --link-file FILE with the key from the organisers' link.",
			"%s: its words are sealed.", a->path);
	return cli_letter_unseal(&a->letter, a->link_file);
}

static void show_words(const struct cli_act *a)
{
	const struct und_words *words = a->letter.state.words;

	if (words == NULL)
		return; /* und_act_tag refuses */
	if (a->show_words) {
		cli_print_words(stderr, words);
		cli_print_warnings(stderr, &a->letter);
	} else {
		cli_print_wrapped(stderr, words->title, 0, und_tty_width());
	}
}

int cli_act_begin(struct cli_act *a)
{
	enum und_err e;
	int code;

	if ((code = open_letter(a)) != -1)
		return code;
	if ((code = cli_key_open(&a->plain, a->key_path, 0, &a->secret)) != -1)
		return code;
	if (a->plain.kind == UND_KEY_AUTHORITY)
		return cli_fail(CLI_TRIED,
		                "Members' keys are made by `undersigned key new` or `undersigned key import`.",
		                "%s is the key of an organiser, registrar or party.", a->key_path);
	if ((code = check_pin(a)) != -1 || (code = check_edition(a)) != -1)
		return code;
	if ((code = cli_key_secret(&a->x, a->key, &a->plain)) != -1)
		return code;
	e = und_letter_find_key(&a->roster, &a->body, a->letter.l, a->key);
	if (e == UND_OK) {
		show_words(a);
		a->member = (struct und_member){ &a->x, a->plain.has_pin ? a->plain.pin : NULL };
		e = und_act_tag(a->tag, a->letter.l, &a->member);
	}
	return e == UND_OK ? -1 : cli_act_fail(a, e);
}

void cli_act_end(struct cli_act *a)
{
	und_key_plain_wipe(&a->plain);
	und_scalar_wipe(&a->x);
	und_wipe(a->tag, sizeof a->tag); /* says who signed, to whoever reads it here */
	und_wipe(a->key, sizeof a->key);
	cli_letter_close(&a->letter);
}

int cli_act_in_time(const struct cli_act *a, und_day last, const char *what)
{
	char day[11], today[11];

	if (cli_today() <= last)
		return -1;
	und_date_encode(day, last);
	und_date_encode(today, cli_today());
	return cli_fail(CLI_FALSE, NULL, "%s: the last day to %s was %s, and today is %s.", a->path, what, day, today);
}

int cli_act_fail(const struct cli_act *a, enum und_err e)
{
	if (e == UND_ERR_NOT_IN_RING && a->is_bundle)
		return cli_fail(CLI_FALSE, "Get the bundle of your own body, or the whole letter.",
		                "%s: your key is not in this bundle.", a->path);
	if (e == UND_ERR_NOT_IN_RING)
		return cli_fail(
			CLI_FALSE,
			"Only keys that the registrars put there can sign. Is it the right key file? Who enrols later needs a roster that grows.",
			"%s: your key is not on this letter's roster.", a->path);
	if (e == UND_ERR_TAG_UNKNOWN)
		return cli_fail(
			CLI_FALSE,
			"If it still waits for its batch, act on a signing bundle (`undersigned bundle`), which does not ask: a withdrawal removes it at once.",
			"%s: there is no signature of yours in this copy.", a->path);
	return cli_fail_at(a->path, e, NULL);
}

int cli_act_write(const struct cli_act *a, struct und_bytes line, const char *what)
{
	int code = cli_write_line(a->out, a->force, line);

	if (code != -1)
		return code;
	cli_say(0,
	        "Give %s to those who collect for the letter (`undersigned add`), by a way that does not name you; then delete it here: whoever finds it on your machine knows that it was you.",
	        a->out != NULL ? a->out : what);
	return CLI_OK;
}
