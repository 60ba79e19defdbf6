/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/openssh.h: keys as OpenSSH writes them: lines of authorized_keys and .pub files, private key files. Strict; Ed25519 is what we want, the rest is named */
#ifndef UND_CLI_OPENSSH_H
#define UND_CLI_OPENSSH_H

#include "base/base.h"

enum cli_ssh_type {
	CLI_SSH_ED25519,
	CLI_SSH_RSA,
	CLI_SSH_DSA,
	CLI_SSH_ECDSA,
	CLI_SSH_HARDWARE, /* sk-…: FIDO tokens */
	CLI_SSH_CERTIFICATE,
	CLI_SSH_OTHER
};
enum cli_ssh_type cli_ssh_type_find(struct und_bytes name);
/* Why a key of this type cannot be a member's: "an RSA key: …"; NULL for Ed25519. */
const char *cli_ssh_type_reason(enum cli_ssh_type type);

/* ---- public: sshd(8), AUTHORIZED_KEYS FILE FORMAT; RFC 4253 §6.6, RFC 8709 §4 ---- */

enum { CLI_SSH_LINE_MAX = 64 << 10 };

struct cli_ssh_public {
	enum cli_ssh_type type;
	bool is_authority;     /* option cert-authority: it stands for others' keys */
	uint8_t key[32];       /* Ed25519 only */
	struct und_bytes name, text, comment; /* "ssh-ed25519", its base64, what follows; borrowed from the line */
};
/* Whether the line holds no key: empty, white space, # comment. */
bool cli_ssh_line_is_blank(struct und_bytes line);
/*
 * [options] type base64 [comment], without its line feed. Of types other than Ed25519 only the type is looked at.
 * Whether the 32 bytes are a good point is not asked here. Errors: UND_ERR_SSH_FORM, UND_ERR_LIMIT.
 */
UND_MUST_USE enum und_err cli_ssh_public_decode(struct cli_ssh_public *out, struct und_bytes line);

/* ---- private: OpenSSH's PROTOCOL.key ---- */

enum { CLI_SSH_PRIVATE_MAX = 64 << 10 };

enum cli_ssh_lock {
	CLI_SSH_NO_LOCK,
	CLI_SSH_LOCK,      /* bcrypt and AES in CTR or CBC mode: what ssh-keygen does unless told */
	CLI_SSH_LOCK_OTHER /* other ciphers: libssh 0.10 crashes on some of them, so it is never asked */
};
/* What an OpenSSH private key file says in the clear. Errors: UND_ERR_SSH_FORM, UND_ERR_LIMIT, UND_ERR_MEMORY. */
UND_MUST_USE enum und_err cli_ssh_private_look(enum cli_ssh_type *type, enum cli_ssh_lock *lock, struct und_bytes text);
/*
 * The Ed25519 seed of one without passphrase; its public key must be the one that the file names. Errors: as look,
 * UND_ERR_SSH_TYPE, UND_ERR_SSH_LOCKED.
 */
UND_MUST_USE enum und_err cli_ssh_private_seed(uint8_t seed[32], struct und_bytes text);

#endif
