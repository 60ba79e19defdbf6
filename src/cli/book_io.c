/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* book_io.c: the registrar's book from its file, and back */
#include "cli/book_io.h"

#include "base/secret.h"
#include "cli/roster_plan.h"

static const size_t file_max = (size_t)UND_BOOK_SIZE_MAX + UND_BOOK_HEADER_SIZE + 16;

void cli_book_close(struct cli_book *b)
{
	if (b->open)
		und_book_clear(&b->book);
	und_book_lock_wipe(&b->lock);
	if (b->guard.path != NULL)
		cli_guard_end(&b->guard);
	b->open = false;
}

static int tell_unopened(const struct cli_book *b, enum und_err e, unsigned kdf, const struct und_diag *diag)
{
	if (e == UND_ERR_PASSPHRASE && kdf == 0)
		return cli_fail(CLI_TRIED, "It has no passphrase, so the file itself is not what was written. Use a copy.", "%s was altered or damaged.", b->path);
	if (e == UND_ERR_PASSPHRASE)
		return cli_fail(CLI_TRIED, "Capitals and keyboard layout matter. A lost passphrase cannot be recovered.", "%s: %s.", b->path, und_err_text(e));
	return cli_fail_at(b->path, e, diag);
}

/* Three tries on a terminal, one with a file. */
static int try_open(struct cli_book *b, struct und_bytes file, unsigned kdf, const char *from)
{
	struct und_diag diag = { 0 };
	struct und_buf passphrase;
	char prompt[300];
	enum und_err e;
	int code = -1;

	und_buf_init_secret(&passphrase, 4 * CLI_SECRET_MAX);
	snprintf(prompt, sizeof prompt, "Passphrase of %.200s: ", b->path);
	for (int tries = 1;; tries++) {
		und_buf_reset(&passphrase);
		if (kdf != 0 && (code = cli_secret_read(&passphrase, from, prompt, false, true)) != -1)
			break;
		e = und_book_unlock(&b->lock, file, und_buf_bytes(&passphrase));
		if (e == UND_OK)
			e = und_book_open(&b->book, file, &b->lock, cli_random(), &diag);
		b->open = e == UND_OK;
		if (cli_interrupted())
			code = cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
		else if (e != UND_OK && (e != UND_ERR_PASSPHRASE || from != NULL || kdf == 0 || tries == 3))
			code = tell_unopened(b, e, kdf, &diag);
		else if (e != UND_OK) {
			cli_note("That is not it. Once more.");
			continue;
		}
		break;
	}
	und_buf_clear(&passphrase);
	return code;
}

static void warn_if_readable(const char *path, const struct stat *st)
{
	if (S_ISREG(st->st_mode) && (st->st_mode & 077) != 0)
		cli_note("Warning: others on this computer may read %s. If its file system can: chmod 600 %s", path, path);
}

int cli_book_open(struct cli_book *b, const char *path, const struct cli_secret_options *secret)
{
	struct und_buf file;
	unsigned kdf;
	enum und_err e;
	int code;

	b->path = path;
	if ((code = cli_guard_begin(&b->guard, path)) != -1)
		return code;
	und_buf_init(&file, file_max);
	e = und_file_read(&file, path, file_max);
	if (e == UND_ERR_LIMIT)
		e = UND_ERR_BOOK;
	if (e == UND_OK)
		e = und_book_kdf(&kdf, und_buf_bytes(&file));
	if (e != UND_OK) {
		code = cli_fail_at(path, e, NULL);
	} else {
		warn_if_readable(path, &b->guard.seen);
		code = try_open(b, und_buf_bytes(&file), kdf, secret->passphrase_file);
	}
	und_buf_clear(&file);
	return code;
}

static int write_book(struct cli_book *b, enum und_write_how how)
{
	struct und_bytes piece;
	struct und_buf file;
	enum und_err e;
	int code = -1;

	und_buf_init(&file, file_max);
	e = und_book_seal(&file, &b->book, &b->lock, cli_random());
	piece = und_buf_bytes(&file);
	if (e != UND_OK) {
		code = cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	} else if (cli_interrupted()) {
		code = cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
	} else if (how != UND_WRITE_REPLACE || b->guard.path == NULL || (code = cli_guard_check(&b->guard)) == -1) {
		e = und_file_write(b->path, &piece, 1, how, 0600);
		code = e == UND_OK ? -1 : cli_fail_file(b->path, "write", e);
	}
	und_buf_clear(&file);
	return code;
}

int cli_book_save(struct cli_book *b)
{
	int code = write_book(b, UND_WRITE_REPLACE);

	cli_guard_end(&b->guard);
	return code != -1 ? code : cli_guard_begin(&b->guard, b->path);
}

int cli_book_create(struct cli_book *b, const char *path, bool force, const struct cli_secret_options *secret)
{
	struct cli_lock lock;
	enum und_err e;
	int code;

	b->path = path;
	if ((code = cli_refuse_existing(path, force)) != -1)
		return code;
	code = cli_lock_new(&lock, path, secret);
	if (code == -1) {
		e = und_book_lock_new(&b->lock, (unsigned)lock.kdf, und_buf_bytes(&lock.passphrase), cli_random());
		if (e == UND_ERR_MEMORY && lock.kdf == UND_KDF_ARGON2ID_256) {
			cli_note("This computer has no 256 MiB to spare: the passphrase is stretched with 64 MiB instead.");
			e = und_book_lock_new(&b->lock, UND_KDF_ARGON2ID_64, und_buf_bytes(&lock.passphrase), cli_random());
		}
		code = e != UND_OK ? cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e)) : write_book(b, force ? UND_WRITE_REPLACE : UND_WRITE_NEW);
	}
	cli_lock_clear(&lock);
	return code;
}

int cli_book_bodies(struct und_book *b, const char *path)
{
	struct cli_roster_plan p;
	enum und_err e = UND_OK;
	int code;

	cli_roster_plan_init(&p);
	p.bodies_path = path;
	code = cli_roster_plan_bodies(&p);
	for (size_t i = 0; code == -1 && i < p.body_count; i++) {
		const struct cli_roster_body *body = &p.bodies[i];

		e = und_book_body_put(b, body->id, body->name, body->headcount);
		if (e == UND_ERR_BODY_RENAMED)
			code = cli_fail(CLI_FALSE, "A roll keeps the names of its bodies; a body with another name is another body, with its own id.",
					"%s: line %llu: the book calls this body \"%.*s\".", path, (unsigned long long)body->line, (int)und_book_body(b, body->id)->name.n,
					(const char *)und_book_body(b, body->id)->name.p);
		else if (e != UND_OK)
			code = cli_fail_at(path, e, NULL);
	}
	cli_roster_plan_clear(&p);
	return code;
}

int cli_book_find(struct und_slot **out, struct und_book *b, const char *what, const char *number)
{
	uint64_t n;
	int code;

	if (b->slot_count == 0)
		return cli_fail(CLI_FALSE, "Next: undersigned book issue.", "the book has no slot yet.");
	if ((code = cli_parse_number(&n, what, number, 1, b->slot_count)) != -1)
		return code;
	*out = und_book_slot(b, n);
	return -1;
}
