/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_forge.c: three ways to make a letter say what is not so */
#include <stdlib.h>

#include "base/secret.h"
#include "cli/demo.h"
#include "cli/lines.h"
#include "letter/act.h"

static int fail(enum und_err e)
{
	return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
}

static const struct demo_body *body_of(const struct demo *d, size_t signer)
{
	return d->plan.members[d->plan.list[signer].member].body;
}

static int write_forgery(struct demo_forgery *f, const struct und_bytes *pieces, size_t n)
{
	return cli_write_file(f->path, false, pieces, n, 0644);
}

/* ---- 1: a copied proof under a tag of one's own ---- */

static enum und_err borrow_proof(struct und_buf *line, const struct demo *d, size_t signer)
{
	const struct und_random *random = cli_random();
	struct und_diag diag;
	struct und_record r;
	struct und_scalar x;
	uint8_t wide[64];
	enum und_err e = und_record_decode(&r, und_buf_bytes(&d->records[signer]), &diag);

	if (e != UND_OK)
		return e;
	if ((e = random->fill(random->ctx, wide, sizeof wide)) == UND_OK) {
		und_scalar_reduce(&x, wide);
		und_tag(r.u.signature.tag, &x, r.u.signature.letter);
		e = cli_add_line(line, &r);
	}
	und_record_clear(&r);
	return e;
}

static int forge_proof(struct demo *d, struct demo_forgery *f, struct und_bytes letter)
{
	size_t victim = d->plan.in_all; /* the first in a body's ring */
	struct und_buf line;
	enum und_err e;
	int code;

	snprintf(f->story, sizeof f->story,
	         "Somebody who is on no roll wants to be counted. They copy a signature from the ring of %s and put a tag of their own on it.", body_of(d, victim)->name);
	f->expected = UND_ERR_PROOF;
	und_buf_init(&line, 1 << 20);
	e = borrow_proof(&line, d, victim);
	code = e == UND_OK ? write_forgery(f, (const struct und_bytes[]){ letter, und_buf_bytes(&line) }, 2) : fail(e);
	und_buf_clear(&line);
	return code;
}

/* ---- 2: the same member once more, in the other ring ---- */

static int sign_again(struct und_buf *line, struct demo *d, size_t signer)
{
	struct und_key_plain plain = { 0 };
	uint8_t key[UND_POINT_SIZE];
	struct und_scalar x = { { 0 } };
	struct und_member m = { &x, NULL };
	char *path = demo_key_path(d, d->plan.list[signer].member);
	enum und_err e;
	int code;

	if (path == NULL)
		return CLI_TRIED;
	code = cli_key_open(&plain, path, UND_KEY_CHAIN, NULL);
	if (code == -1)
		code = cli_key_secret(&x, key, &plain);
	if (code == -1) {
		e = und_act_sign(line, d->open.l, &m, d->open.state.roster, und_cstr(body_of(d, signer)->id), cli_random(), cli_runner(0));
		code = e == UND_OK ? -1 : cli_fail_at(path, e, NULL);
	}
	und_scalar_wipe(&x);
	und_key_plain_wipe(&plain);
	free(path);
	return code;
}

static int forge_second(struct demo *d, struct demo_forgery *f, struct und_bytes letter)
{
	size_t signer = d->plan.in_all - 1; /* the last of those in `*` */
	struct und_buf line;
	int code;

	snprintf(f->story, sizeof f->story,
	         "A member of %s who signed in '*' wants to count twice. On the copy that they kept from before, they sign again, in their body's ring: a new proof, and a true one.",
	         body_of(d, signer)->name);
	f->expected = UND_ERR_TAG_KNOWN;
	und_buf_init(&line, 1 << 20);
	code = sign_again(&line, d, signer);
	if (code == -1)
		code = write_forgery(f, (const struct und_bytes[]){ letter, und_buf_bytes(&line), und_cstr("\n") }, 3);
	und_buf_clear(&line);
	return code;
}

/* ---- 3: other words above the same signatures ---- */

static enum und_err change_words(struct und_buf *out, struct und_bytes line)
{
	static const char demand[] = "Publish no inspection reports on bridges, dams, mines and food for thirty years.";
	struct und_diag diag;
	struct und_record r;
	enum und_err e = und_record_decode(&r, line, &diag);

	if (e != UND_OK)
		return e;
	und_bug_if(r.type != UND_TYPE_WORDS || r.u.words.demand_count == 0);
	for (size_t i = 0; i < r.u.words.demand_count; i++)
		if (und_bytes_is(r.u.words.demands[i].id, "publish"))
			r.u.words.demands[i].text = und_cstr(demand);
	e = cli_add_line(out, &r);
	und_record_clear(&r);
	return e;
}

/* The words' own line. Quotes in texts are escaped, so this is a member. */
static struct und_bytes words_line(struct und_bytes letter)
{
	static const char member[] = "\"type\":\"words\"";
	struct und_bytes rest = letter, line = { NULL, 0 };
	bool found = false;

	while (!found && cli_next_line(&line, &rest))
		found = memmem(line.p, line.n, member, sizeof member - 1) != NULL;
	und_bug_if(!found); /* the letter was opened */
	return line;
}

static int forge_words(struct demo *d, struct demo_forgery *f, struct und_bytes letter)
{
	struct und_bytes line = words_line(letter), before, rest;
	struct und_buf words;
	enum und_err e;
	int code;

	snprintf(f->story, sizeof f->story, "Somebody changes a demand after all have signed it, and leaves the signatures below as they are.");
	f->expected = UND_ERR_WORDS_OTHER;
	(void)d;
	before = und_bytes(letter.p, (size_t)(line.p - letter.p));
	rest = und_bytes(line.p + line.n + 1, letter.n - before.n - line.n - 1);
	und_buf_init(&words, 1 << 20);
	e = change_words(&words, line);
	code = e == UND_OK ? write_forgery(f, (const struct und_bytes[]){ before, und_buf_bytes(&words), rest }, 3) : fail(e);
	und_buf_clear(&words);
	return code;
}

int demo_forge(struct demo *d)
{
	static int (*const forge[DEMO_FORGERIES])(struct demo *d, struct demo_forgery *f, struct und_bytes letter) = { forge_proof, forge_second, forge_words };
	struct und_file_view view;
	enum und_err e = und_file_view_open(&view, DEMO_LETTER, CLI_FILE_MAX);
	int code = e == UND_OK ? -1 : cli_fail_file(DEMO_LETTER, "read", e);

	for (size_t i = 0; i < DEMO_FORGERIES && code == -1; i++) {
		snprintf(d->forged[i].path, sizeof d->forged[i].path, "forged/%zu.letter", i + 1);
		code = forge[i](d, &d->forged[i], view.bytes);
	}
	if (e == UND_OK)
		und_file_view_close(&view);
	return code;
}
