/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* openssh.c: OpenSSH keys: public lines, private key files, and (after a first byte 1) what stands inside the latter, wrapped here */
#include <sodium.h>

#include "cli/openssh.h"
#include "fuzz.h"
#include "proof/authority.h"

static void public_line(struct und_bytes line)
{
	struct cli_ssh_public p = { .type = CLI_SSH_OTHER };
	uint8_t blob[51] = "\0\0\0\x0bssh-ed25519\0\0\0\x20";
	char text[80];
	enum und_err e;

	e = cli_ssh_public_decode(&p, line);
	if (e != UND_OK) {
		FUZZ_ASSERT(e == UND_ERR_SSH_FORM || e == UND_ERR_LIMIT);
		return;
	}
	FUZZ_ASSERT((p.type == CLI_SSH_ED25519) == (cli_ssh_type_reason(p.type) == NULL));
	if (p.type != CLI_SSH_ED25519)
		return;
	memcpy(blob + 19, p.key, 32);
	sodium_bin2base64(text, sizeof text, blob, sizeof blob, sodium_base64_VARIANT_ORIGINAL);
	FUZZ_ASSERT(und_bytes_is(p.name, "ssh-ed25519") && und_bytes_is(p.text, text));
}

static void private_key(struct und_bytes text)
{
	enum cli_ssh_type type = CLI_SSH_OTHER;
	enum cli_ssh_lock lock = CLI_SSH_LOCK;
	uint8_t seed[32], key[32];
	enum und_err look, e;

	look = cli_ssh_private_look(&type, &lock, text);
	e = cli_ssh_private_seed(seed, text);
	FUZZ_ASSERT(look == UND_OK || look == UND_ERR_SSH_FORM || look == UND_ERR_LIMIT);
	if (e == UND_OK) {
		FUZZ_ASSERT(look == UND_OK && type == CLI_SSH_ED25519 && lock == CLI_SSH_NO_LOCK);
		und_authority_public(key, seed);
		FUZZ_ASSERT(und_ed25519_point_check_var(key) == UND_OK);
	}
	FUZZ_ASSERT(look == UND_OK || e == look);
	FUZZ_ASSERT(e != UND_ERR_SSH_TYPE || type != CLI_SSH_ED25519);
	FUZZ_ASSERT(e != UND_ERR_SSH_LOCKED || lock != CLI_SSH_NO_LOCK);
}

/* The bytes in base64 between the marks. */
static void wrapped(struct und_bytes bytes)
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n", end[] = "-----END OPENSSH PRIVATE KEY-----\n";
	size_t room = sodium_base64_ENCODED_LEN(bytes.n, sodium_base64_VARIANT_ORIGINAL), n;
	char *text = malloc(sizeof begin + sizeof end + room);

	if (text == NULL)
		abort();
	memcpy(text, begin, sizeof begin - 1);
	n = sizeof begin - 1;
	sodium_bin2base64(text + n, room, bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
	n += strlen(text + n);
	memcpy(text + n, end, sizeof end - 1);
	n += sizeof end - 1;
	private_key(und_bytes(text, n));
	free(text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (sodium_init() < 0)
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct und_bytes text = { size > 0 ? data : NULL, size };

	if (size > 0 && *data == 1) {
		wrapped(und_bytes(data + 1, size - 1));
		return 0;
	}
	public_line(text);
	(void)cli_ssh_line_is_blank(text);
	private_key(text);
	return 0;
}
