/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* openssh.c: OpenSSH private key files (its PROTOCOL.key): what they say in the clear, and the seed of an Ed25519 key without passphrase */
#include "base/secret.h"
#include "cli/openssh.h"
#include "cli/openssh_wire.h"
#include "proof/authority.h"

static const char begin_mark[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
static const char end_mark[] = "-----END OPENSSH PRIVATE KEY-----";
static const char magic[] = "openssh-key-v1"; /* and its zero byte */

/* The parts of the outer structure, borrowed from the decoded bytes. */
struct outer {
	struct und_bytes cipher, kdf, kdf_options, public_key, secret;
	enum cli_ssh_type type;
};

static bool take_mark(struct und_bytes *text, const char *mark)
{
	size_t n = strlen(mark);

	if (text->n < n || memcmp(text->p, mark, n) != 0)
		return false;
	text->p += n;
	text->n -= n;
	return true;
}

static bool take_break(struct und_bytes *text)
{
	return take_mark(text, "\n") || take_mark(text, "\r\n");
}

/* Between the marks stands base64 with line breaks, and after them at most one break. */
static enum und_err unwrap(struct und_buf *out, struct und_bytes text)
{
	const uint8_t *end;
	struct und_bytes body;
	size_t n;

	if (text.n > CLI_SSH_PRIVATE_MAX)
		return UND_ERR_LIMIT;
	if (!take_mark(&text, begin_mark) || !take_break(&text))
		return UND_ERR_SSH_FORM;
	end = text.n == 0 ? NULL : memchr(text.p, '-', text.n);
	if (end == NULL)
		return UND_ERR_SSH_FORM;
	body = und_bytes(text.p, (size_t)(end - text.p));
	text = und_bytes(end, text.n - body.n);
	if (!take_mark(&text, end_mark))
		return UND_ERR_SSH_FORM;
	(void)take_break(&text);
	if (text.n != 0 || body.n == 0)
		return UND_ERR_SSH_FORM;
	und_buf_add(out, body.p, body.n); /* room; overwritten by what it stands for */
	if (out->err != UND_OK)
		return out->err;
	if (!cli_wire_base64(out->p, out->n, &n, body, "\r\n"))
		return UND_ERR_SSH_FORM;
	und_wipe(out->p + n, out->n - n);
	out->n = n;
	return UND_OK;
}

static enum und_err read_outer(struct outer *out, struct und_bytes rest)
{
	struct und_bytes inside, name;
	struct outer o;
	uint32_t count;

	if (rest.n < sizeof magic || memcmp(rest.p, magic, sizeof magic) != 0)
		return UND_ERR_SSH_FORM;
	rest.p += sizeof magic;
	rest.n -= sizeof magic;
	if (!cli_wire_string(&o.cipher, &rest) || !cli_wire_string(&o.kdf, &rest) || !cli_wire_string(&o.kdf_options, &rest) || !cli_wire_u32(&count, &rest) || count != 1 ||
	    !cli_wire_string(&o.public_key, &rest) || !cli_wire_string(&o.secret, &rest))
		return UND_ERR_SSH_FORM;
	if (und_bytes_is(o.cipher, "none") && rest.n != 0) /* some ciphers put a tag behind */
		return UND_ERR_SSH_FORM;
	inside = o.public_key;
	if (!cli_wire_string(&name, &inside))
		return UND_ERR_SSH_FORM;
	o.type = cli_ssh_type_find(name);
	*out = o;
	return UND_OK;
}

static enum cli_ssh_lock lock_of(const struct outer *o)
{
	static const char *const ciphers[] = { "aes256-ctr", "aes192-ctr", "aes128-ctr", "aes256-cbc", "aes192-cbc", "aes128-cbc" };

	if (und_bytes_is(o->cipher, "none"))
		return CLI_SSH_NO_LOCK;
	for (size_t i = 0; i < UND_COUNT_OF(ciphers); i++)
		if (und_bytes_is(o->cipher, ciphers[i]) && und_bytes_is(o->kdf, "bcrypt"))
			return CLI_SSH_LOCK;
	return CLI_SSH_LOCK_OTHER;
}

enum und_err cli_ssh_private_look(enum cli_ssh_type *type, enum cli_ssh_lock *lock, struct und_bytes text)
{
	struct und_buf bytes;
	struct outer o;
	enum und_err e;

	und_buf_init_secret(&bytes, CLI_SSH_PRIVATE_MAX);
	e = unwrap(&bytes, text);
	if (e == UND_OK)
		e = read_outer(&o, und_buf_bytes(&bytes));
	if (e == UND_OK) {
		*type = o.type;
		*lock = lock_of(&o);
	}
	und_buf_clear(&bytes);
	return e;
}

/* 1, 2, 3, … up to a multiple of 8 bytes (OpenSSH) or of 16 (libssh): what a file without cipher is padded with */
static bool padding_is_good(struct und_bytes padding, size_t whole)
{
	if (whole % 8 != 0 || padding.n >= 16)
		return false;
	for (size_t i = 0; i < padding.n; i++)
		if (padding.p[i] != i + 1)
			return false;
	return true;
}

static bool public_blob_is(struct und_bytes blob, const uint8_t key[32])
{
	struct und_bytes name, point;

	return cli_wire_string(&name, &blob) && und_bytes_is(name, "ssh-ed25519") && cli_wire_string(&point, &blob) && point.n == 32 && blob.n == 0 &&
	       memcmp(point.p, key, 32) == 0;
}

/* check twice, "ssh-ed25519", public key, seed | public key, comment, padding */
static enum und_err read_secret(uint8_t seed[32], const struct outer *o)
{
	struct und_bytes rest = o->secret, name, point, both, comment;
	uint32_t check, again;
	uint8_t key[32];

	if (!cli_wire_u32(&check, &rest) || !cli_wire_u32(&again, &rest) || check != again)
		return UND_ERR_SSH_FORM;
	if (!cli_wire_string(&name, &rest) || !und_bytes_is(name, "ssh-ed25519") || !cli_wire_string(&point, &rest) || point.n != 32)
		return UND_ERR_SSH_FORM;
	if (!cli_wire_string(&both, &rest) || both.n != 64 || !cli_wire_string(&comment, &rest) || !padding_is_good(rest, o->secret.n))
		return UND_ERR_SSH_FORM;
	und_authority_public(key, both.p);
	if (memcmp(key, point.p, 32) != 0 || memcmp(key, both.p + 32, 32) != 0 || !public_blob_is(o->public_key, key))
		return UND_ERR_SSH_FORM;
	memcpy(seed, both.p, 32);
	return UND_OK;
}

enum und_err cli_ssh_private_seed(uint8_t seed[32], struct und_bytes text)
{
	struct und_buf bytes;
	struct outer o;
	enum und_err e;

	und_buf_init_secret(&bytes, CLI_SSH_PRIVATE_MAX);
	e = unwrap(&bytes, text);
	if (e == UND_OK)
		e = read_outer(&o, und_buf_bytes(&bytes));
	if (e == UND_OK && o.type != CLI_SSH_ED25519)
		e = UND_ERR_SSH_TYPE;
	if (e == UND_OK && lock_of(&o) != CLI_SSH_NO_LOCK)
		e = UND_ERR_SSH_LOCKED;
	if (e == UND_OK && (!und_bytes_is(o.kdf, "none") || o.kdf_options.n != 0))
		e = UND_ERR_SSH_FORM;
	if (e == UND_OK)
		e = read_secret(seed, &o);
	und_buf_clear(&bytes);
	return e;
}
