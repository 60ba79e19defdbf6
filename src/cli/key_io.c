/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* key_io.c: key and authority files: opened with the passphrase asked for, sealed and written for their owner alone */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "cli/cli.h"

static const char *kind_name(enum und_key_kind kind)
{
	switch (kind) {
	case UND_KEY_CHAIN:
		return "a member's key";
	case UND_KEY_IMPORTED:
		return "a member's imported key";
	case UND_KEY_AUTHORITY:
		return "an organiser's, registrar's or party's key";
	}
	return "a key";
}

void cli_lock_clear(struct cli_lock *lock)
{
	und_buf_clear(&lock->passphrase);
}

static void warn_if_readable(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0)
		cli_note("Warning: others on this computer may read %s. If its file system can: chmod 600 %s", path, path);
}

/* Three tries on a terminal, one with a file. */
static int try_open(struct und_key_plain *out, struct cli_lock *lock, const char *path, struct und_bytes file, const struct cli_secret_options *secret)
{
	const char *from = secret == NULL ? NULL : secret->passphrase_file;
	char prompt[300];
	enum und_err e;
	int code;

	snprintf(prompt, sizeof prompt, "Passphrase of %.200s: ", path);
	for (int tries = 1;; tries++) {
		if (lock->kdf != UND_KDF_NONE) {
			und_buf_reset(&lock->passphrase);
			code = cli_secret_read(&lock->passphrase, from, prompt, false, true);
			if (code != -1)
				return code;
		}
		e = und_key_file_open(out, file, und_buf_bytes(&lock->passphrase));
		if (cli_interrupted()) {
			if (e == UND_OK)
				und_key_plain_wipe(out);
			return cli_fail(CLI_INTERRUPTED, NULL, "interrupted; nothing was changed.");
		}
		if (e == UND_ERR_PASSPHRASE && lock->kdf == UND_KDF_NONE)
			return cli_fail(CLI_TRIED, "It has no passphrase, so the file itself is not what was written. Use a copy.", "%s was altered or damaged.", path);
		if (e != UND_ERR_PASSPHRASE || from != NULL || tries == 3)
			break;
		cli_note("That is not it. Once more.");
	}
	return e == UND_OK ? -1 : cli_fail_at(path, e, NULL);
}

int cli_key_open_lock(struct und_key_plain *out, struct cli_lock *lock, const char *path, enum und_key_kind kind, const struct cli_secret_options *secret)
{
	struct und_key_plain plain = { 0 };
	struct und_buf file;
	enum und_err e;
	int code;

	lock->kdf = UND_KDF_NONE;
	und_buf_init_secret(&lock->passphrase, 4 * CLI_SECRET_MAX);
	und_buf_init_secret(&file, UND_KEY_FILE_SIZE);
	e = und_file_read(&file, path, UND_KEY_FILE_SIZE);
	if (e == UND_ERR_LIMIT)
		e = UND_ERR_KEY_FILE;
	if (e == UND_OK)
		e = und_key_file_kdf(&lock->kdf, und_buf_bytes(&file));
	if (e != UND_OK) {
		code = cli_fail_at(path, e, NULL);
		goto out;
	}
	warn_if_readable(path);
	code = try_open(&plain, lock, path, und_buf_bytes(&file), secret);
	if (code != -1)
		goto out;
	if (kind != 0 && plain.kind != kind)
		code = cli_fail(CLI_TRIED, NULL, "%s is %s; this needs %s.", path, kind_name(plain.kind), kind_name(kind));
	else
		*out = plain;
out:
	und_key_plain_wipe(&plain);
	und_buf_clear(&file);
	return code;
}

int cli_key_open(struct und_key_plain *out, const char *path, enum und_key_kind kind, const struct cli_secret_options *secret)
{
	struct cli_lock lock;
	int code;

	code = cli_key_open_lock(out, &lock, path, kind, secret);
	cli_lock_clear(&lock);
	return code;
}

/* ---- writing ---- */

/* What a stranger's first list of guesses holds. Not a measure of strength: a word of warning. */
static bool is_weak(struct und_bytes passphrase)
{
	bool seen[256] = { false };
	unsigned distinct = 0;

	for (size_t i = 0; i < passphrase.n; i++) {
		distinct += !seen[passphrase.p[i]];
		seen[passphrase.p[i]] = true;
	}
	und_wipe(seen, sizeof seen);
	return passphrase.n < 12 || distinct < 6;
}

int cli_lock_new(struct cli_lock *lock, const char *path, const struct cli_secret_options *secret)
{
	char prompt[300];
	int code;

	lock->kdf = UND_KDF_NONE;
	und_buf_init_secret(&lock->passphrase, 4 * CLI_SECRET_MAX);
	if (secret->no_passphrase && secret->passphrase_file != NULL)
		return cli_fail(CLI_TRIED, NULL, "--no-passphrase and --passphrase-file: one of the two.");
	if (secret->no_passphrase)
		return -1;
	snprintf(prompt, sizeof prompt, "New passphrase for %.200s: ", path);
	code = cli_secret_read(&lock->passphrase, secret->passphrase_file, prompt, true, true);
	if (code != -1)
		return code;
	if (is_weak(und_buf_bytes(&lock->passphrase)))
		cli_note("Warning: this passphrase is guessed soon by somebody who has the file. Better: six words drawn by lot.");
	lock->kdf = UND_KDF_ARGON2ID_256;
	return -1;
}

static enum und_err seal(uint8_t out[UND_KEY_FILE_SIZE], const struct und_key_plain *key, struct cli_lock *lock)
{
	const struct und_random *random = cli_random();
	struct und_bytes passphrase = und_buf_bytes(&lock->passphrase);
	uint8_t fresh[16 + 24];
	enum und_err e;

	if ((e = random->fill(random->ctx, fresh, sizeof fresh)) != UND_OK)
		return e;
	e = und_key_file_seal(out, key, lock->kdf, passphrase, fresh, fresh + 16);
	if (e == UND_ERR_MEMORY && lock->kdf == UND_KDF_ARGON2ID_256) {
		cli_note("This computer has no 256 MiB to spare: the passphrase is stretched with 64 MiB instead.");
		lock->kdf = UND_KDF_ARGON2ID_64;
		e = und_key_file_seal(out, key, lock->kdf, passphrase, fresh, fresh + 16);
	}
	return e;
}

static int write_sealed(const char *path, const struct und_key_plain *key, struct cli_lock *lock, enum und_write_how how)
{
	uint8_t file[UND_KEY_FILE_SIZE];
	struct und_bytes piece = und_bytes(file, sizeof file);
	enum und_err e;

	e = seal(file, key, lock);
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	if (cli_interrupted())
		e = UND_ERR_STOPPED;
	else
		e = und_file_write(path, &piece, 1, how, 0600);
	und_wipe(file, sizeof file); /* without a passphrase it is the key */
	if (e != UND_OK)
		return cli_fail_file(path, "write", e);
	warn_if_readable(path);
	return -1;
}

int cli_key_write(const char *path, const struct und_key_plain *key, struct cli_lock *lock, bool replace)
{
	return write_sealed(path, key, lock, replace ? UND_WRITE_REPLACE : UND_WRITE_NEW);
}

int cli_key_write_unsynced(const char *path, const struct und_key_plain *key, struct cli_lock *lock)
{
	return write_sealed(path, key, lock, UND_WRITE_NEW_UNSYNCED);
}

int cli_key_erase(const char *path, const struct und_key_plain *key, struct cli_lock *lock)
{
	return write_sealed(path, key, lock, UND_WRITE_ERASE);
}

int cli_key_save(const char *path, const struct und_key_plain *key, const struct cli_secret_options *secret, bool replace)
{
	struct cli_lock lock;
	int code;

	code = cli_refuse_existing(path, replace);
	if (code != -1)
		return code;
	code = cli_lock_new(&lock, path, secret);
	if (code == -1)
		code = cli_key_write(path, key, &lock, replace);
	cli_lock_clear(&lock);
	return code;
}

int cli_key_secret(struct und_scalar *x, uint8_t key[UND_POINT_SIZE], const struct und_key_plain *plain)
{
	struct und_point point;
	enum und_err e = und_key_plain_secret(x, plain);

	if (e == UND_ERR_KEY_KIND)
		return cli_fail(CLI_TRIED, "Members' keys are made by `undersigned key new` or `undersigned key import`.", "this is %s, not a member's.",
				kind_name(plain->kind));
	if (e != UND_OK)
		return cli_fail(cli_exit_of(e), cli_advice(e), "%s.", und_err_text(e));
	und_point_mul_base(&point, x);
	und_point_encode(key, &point);
	und_point_wipe(&point);
	return -1;
}
