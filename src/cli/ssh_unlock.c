/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ssh_unlock.c: an OpenSSH private key under a passphrase, opened by libssh, which alone knows OpenSSH's ciphers and bcrypt here */
#include <libssh/libssh.h>

#include "base/secret.h"
#include "cli/openssh.h"
#include "cli/ssh_unlock.h"

/* libssh hands out no secret bytes: it writes the key without passphrase, into memory, and our own reader takes the seed from there. */
static enum und_err unlock(uint8_t seed[32], const char *text, const char *passphrase)
{
	enum und_err e = UND_ERR_MEMORY;
	char *plain = NULL;
	ssh_key key = NULL;

	if (ssh_pki_import_privkey_base64(text, passphrase, NULL, NULL, &key) != SSH_OK)
		return UND_ERR_PASSPHRASE;
	if (ssh_key_type(key) != SSH_KEYTYPE_ED25519)
		e = UND_ERR_SSH_TYPE;
	else if (ssh_pki_export_privkey_base64(key, NULL, NULL, NULL, &plain) == SSH_OK)
		e = cli_ssh_private_seed(seed, und_cstr(plain));
	ssh_key_free(key); /* wipes */
	if (plain != NULL) {
		und_wipe(plain, strlen(plain));
		ssh_string_free_char(plain);
	}
	return e;
}

int cli_ssh_unlock(uint8_t seed[32], const char *path, struct und_bytes text, const char *passphrase_file)
{
	struct und_buf passphrase;
	char prompt[300];
	enum und_err e;
	int code;

	snprintf(prompt, sizeof prompt, "SSH passphrase of %.200s: ", path);
	und_buf_init_secret(&passphrase, CLI_SECRET_MAX + 1);
	for (int tries = 1;; tries++) {
		und_buf_reset(&passphrase);
		code = cli_secret_read(&passphrase, passphrase_file, prompt, false, false);
		if (code != -1)
			break;
		und_buf_add_u8(&passphrase, 0);
		e = passphrase.err;
		if (e == UND_OK)
			e = strlen((const char *)passphrase.p) + 1 != passphrase.n ? UND_ERR_PASSPHRASE :
										      unlock(seed, (const char *)text.p, (const char *)passphrase.p);
		if (e == UND_OK && cli_interrupted())
			e = UND_ERR_STOPPED;
		if (e == UND_ERR_PASSPHRASE && passphrase_file == NULL && tries < 3 && !cli_interrupted()) {
			cli_note("That is not it. Once more.");
			continue;
		}
		if (e == UND_ERR_PASSPHRASE)
			code = cli_fail(CLI_TRIED, "It is the passphrase that ssh asks for.", "%s: wrong SSH passphrase, or a damaged file.", path);
		else if (e != UND_OK)
			code = cli_fail_at(path, e, NULL);
		break;
	}
	und_buf_clear(&passphrase);
	return code;
}
