/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cmd_key_import.c: `key import`: a member's key from an existing Ed25519 key of OpenSSH (spec/protocol.md §7) */
#include "base/secret.h"
#include "cli/commands.h"
#include "cli/key_words.h"
#include "cli/openssh.h"
#include "cli/ssh_unlock.h"
#include "proof/authority.h"

struct import {
	const char *out, *path, *pin, *ssh_passphrase_file;
	struct cli_secret_options secret;
	bool force;
};

/* Files that people take for it. */
static int name_mistake(const char *path, struct und_bytes text)
{
	static const struct {
		const char *beginning, *what, *advice;
	} mistakes[] = {
		{ "ssh-", "the public half of a key", "Give the file of the same name without .pub." },
		{ "ecdsa-", "the public half of a key, and an ECDSA one", "Only Ed25519 keys will do." },
		{ "sk-", "the public half of a key in hardware", "Its secret cannot leave the token, so it cannot be imported." },
		{ "-----BEGIN RSA PRIVATE KEY", "an RSA key", "Only Ed25519 keys lie on the curve of ring proofs." },
		{ "-----BEGIN EC PRIVATE KEY", "an ECDSA key", "Only Ed25519 keys lie on the curve of ring proofs." },
		{ "-----BEGIN DSA PRIVATE KEY", "a DSA key", "Only Ed25519 keys lie on the curve of ring proofs." },
		{ "-----BEGIN ", "a key in another format", "OpenSSH keys begin with -----BEGIN OPENSSH PRIVATE KEY-----" },
		{ "PuTTY-User-Key-File", "a PuTTY key", "puttygen can export it in OpenSSH format." },
	};

	for (size_t i = 0; i < UND_COUNT_OF(mistakes); i++) {
		size_t n = strlen(mistakes[i].beginning);

		if (text.n >= n && memcmp(text.p, mistakes[i].beginning, n) == 0)
			return cli_fail(CLI_FALSE, mistakes[i].advice, "%s is %s.", path, mistakes[i].what);
	}
	return cli_fail(CLI_TRIED, "OpenSSH keys begin with -----BEGIN OPENSSH PRIVATE KEY-----", "%s: %s.", path, und_err_text(UND_ERR_SSH_FORM));
}

static int take_seed(uint8_t seed[32], const struct import *o, struct und_bytes text)
{
	enum cli_ssh_type type;
	enum cli_ssh_lock lock;
	enum und_err e;

	e = cli_ssh_private_look(&type, &lock, text);
	if (e == UND_ERR_SSH_FORM && memcmp(text.p, "-----BEGIN OPENSSH", text.n < 18 ? text.n : 18) != 0)
		return name_mistake(o->path, text);
	if (e == UND_OK && type != CLI_SSH_ED25519)
		return cli_fail(CLI_FALSE, "Where you have an Ed25519 key too, give that one.", "%s is %s.", o->path, cli_ssh_type_reason(type));
	if (e == UND_OK && lock == CLI_SSH_LOCK_OTHER)
		return cli_fail(CLI_TRIED, "On a copy of it: ssh-keygen -p -Z aes256-ctr -f COPY", "%s is locked with a cipher that cannot be read here.", o->path);
	if (e == UND_OK && lock == CLI_SSH_LOCK)
		return cli_ssh_unlock(seed, o->path, text, o->ssh_passphrase_file);
	if (e == UND_OK)
		e = cli_ssh_private_seed(seed, text);
	return e == UND_OK ? -1 : cli_fail(CLI_TRIED, "The file may be damaged: ssh-keygen -y -f FILE should print its public key.", "%s: %s.", o->path, und_err_text(e));
}

static int import(struct und_key_plain *plain, const struct import *o)
{
	struct und_buf text;
	struct und_scalar x;
	uint8_t seed[32];
	enum und_err e;
	int code;

	und_buf_init_secret(&text, CLI_SSH_PRIVATE_MAX + 1);
	e = und_file_read(&text, o->path, CLI_SSH_PRIVATE_MAX);
	if (e == UND_OK) {
		und_buf_add_u8(&text, 0); /* for libssh */
		e = text.err;
	}
	if (e == UND_OK) {
		code = take_seed(seed, o, und_bytes(text.p, text.n - 1));
		if (code == -1) {
			und_member_secret_from_ed25519(&x, seed);
			und_scalar_encode(plain->secret, &x);
			und_scalar_wipe(&x);
		}
	} else {
		code = e == UND_ERR_LIMIT ? cli_fail(CLI_TRIED, NULL, "%s: %s.", o->path, und_err_text(UND_ERR_SSH_FORM)) : cli_fail_file(o->path, "read", e);
	}
	und_wipe(seed, sizeof seed);
	und_buf_clear(&text);
	return code;
}

static void warn(const char *path)
{
	cli_note("Know that %s is worth as much as the SSH key itself, and that such a key has no editions: as long as it exists anywhere,", path);
	cli_note("whoever gets it can tell which letters it signed. If you also decrypt with it (age and the like), do not use it here: delete %s.", path);
}

static int run(int argc, char **argv)
{
	struct und_key_plain plain = { .kind = UND_KEY_IMPORTED };
	struct import o = { 0 };
	const struct cli_option options[] = {
		CLI_VALUE("output", 'o', &o.out),
		CLI_VALUE("pin", 0, &o.pin),
		CLI_VALUE("ssh-passphrase-file", 0, &o.ssh_passphrase_file),
		CLI_VALUE("passphrase-file", 0, &o.secret.passphrase_file),
		CLI_FLAG("no-passphrase", 0, &o.secret.no_passphrase),
		CLI_FLAG("force", 0, &o.force),
	};
	int code;

	code = cli_parse(&cmd_key_import, options, UND_COUNT_OF(options), argc, argv, &o.path, 1, 1, NULL);
	if (code != -1)
		return code;
	if (o.out == NULL)
		return cli_missing(&cmd_key_import, "-o FILE");
	if ((code = cli_refuse_existing(o.out, o.force)) != -1 || (o.pin != NULL && (code = cli_parse_pin(plain.pin, o.pin)) != -1))
		return code;
	plain.has_pin = o.pin != NULL;
	code = import(&plain, &o);
	if (code == -1)
		code = cli_key_save(o.out, &plain, &o.secret, o.force);
	if (code == -1)
		code = cli_print_key(&plain);
	und_key_plain_wipe(&plain);
	if (code != -1)
		return code;
	warn(o.out);
	return CLI_OK;
}

const struct cli_command cmd_key_import = {
	.name = "key import",
	.run = run,
	.group = "Be a member",
	.summary = "make a member's key from an existing SSH key (Ed25519)",
	.usage = "undersigned key import -o FILE SSHKEY [--pin PIN] [--ssh-passphrase-file F] [--passphrase-file F | --no-passphrase] [--force]",
	.help = "For rosters of edition 0, gathered from keys that people have published anyway\n"
		"(`undersigned roster import`). SSHKEY is a private key file of OpenSSH, such as\n"
		"~/.ssh/id_ed25519. RSA and ECDSA keys lie on other curves; keys in hardware\n"
		"tokens or agents cannot be taken out.\n"
		"\n"
		"  -o FILE              where the member's key goes\n"
		"  --pin PIN            who the roll's registrars are, 43 characters from the\n"
		"                       invitation card\n"
		"  --ssh-passphrase-file F\n"
		"                       read the passphrase of SSHKEY from F (- and /dev/fd/N\n"
		"                       too). Else it is asked for\n"
		"  --passphrase-file F  read the new file's passphrase from F. Else it is asked\n"
		"                       for, twice\n"
		"  --no-passphrase      none: whoever has the file has the key\n"
		"  --force              replace FILE if it exists\n"
		"\n"
		"FILE is worth as much as the SSH key, and has no editions: who gets either can\n"
		"tell what it signed. Do not import a key that also decrypts (as age does with\n"
		"SSH keys).\n",
};
