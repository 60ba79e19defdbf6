/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* openssh_pub.c: lines of authorized_keys and .pub files */
#include "cli/openssh.h"
#include "cli/openssh_wire.h"

static const struct {
	const char *name;
	enum cli_ssh_type type;
} types[] = {
	{ "ssh-ed25519", CLI_SSH_ED25519 },
	{ "ssh-rsa", CLI_SSH_RSA },
	{ "ssh-dss", CLI_SSH_DSA },
	{ "ecdsa-sha2-nistp256", CLI_SSH_ECDSA },
	{ "ecdsa-sha2-nistp384", CLI_SSH_ECDSA },
	{ "ecdsa-sha2-nistp521", CLI_SSH_ECDSA },
	{ "sk-ssh-ed25519@openssh.com", CLI_SSH_HARDWARE },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", CLI_SSH_HARDWARE },
};

static bool ends_with(struct und_bytes s, const char *end)
{
	size_t n = strlen(end);

	return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

enum cli_ssh_type cli_ssh_type_find(struct und_bytes name)
{
	for (size_t i = 0; i < UND_COUNT_OF(types); i++)
		if (und_bytes_is(name, types[i].name))
			return types[i].type;
	return ends_with(name, "-cert-v01@openssh.com") ? CLI_SSH_CERTIFICATE : CLI_SSH_OTHER;
}

const char *cli_ssh_type_reason(enum cli_ssh_type type)
{
	switch (type) {
	case CLI_SSH_ED25519:
		return NULL;
	case CLI_SSH_RSA:
		return "an RSA key: only Ed25519 keys lie on the curve of ring proofs";
	case CLI_SSH_DSA:
		return "a DSA key: only Ed25519 keys lie on the curve of ring proofs";
	case CLI_SSH_ECDSA:
		return "an ECDSA key: only Ed25519 keys lie on the curve of ring proofs";
	case CLI_SSH_HARDWARE:
		return "a key in hardware (FIDO token): its secret cannot leave the token, so its owner could not sign";
	case CLI_SSH_CERTIFICATE:
		return "a certificate, not a key";
	case CLI_SSH_OTHER:
		break;
	}
	return "an unknown kind of key: only Ed25519 keys will do";
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static void skip_spaces(struct und_bytes *s)
{
	while (s->n > 0 && is_space(*s->p)) {
		s->p++;
		s->n--;
	}
}

static struct und_bytes take_word(struct und_bytes *s)
{
	struct und_bytes word = { s->p, 0 };

	while (word.n < s->n && !is_space(s->p[word.n]))
		word.n++;
	s->p += word.n;
	s->n -= word.n;
	skip_spaces(s);
	return word;
}

/* Options end at the first white space that stands in no quotation marks; \" does not end them. */
static enum und_err take_options(struct und_bytes *options, struct und_bytes *s)
{
	bool quoted = false;
	size_t n = 0;

	for (; n < s->n && (quoted || !is_space(s->p[n])); n++) {
		if (s->p[n] == '\\' && n + 1 < s->n && s->p[n + 1] == '"')
			n++;
		else if (s->p[n] == '"')
			quoted = !quoted;
	}
	if (quoted || n >= s->n)
		return UND_ERR_SSH_FORM;
	*options = und_bytes(s->p, n);
	s->p += n;
	s->n -= n;
	skip_spaces(s);
	return UND_OK;
}

/* cert-authority among options that are parted by commas outside of quotation marks, without regard to case */
static bool has_cert_authority(struct und_bytes options)
{
	static const char name[] = "cert-authority";
	bool quoted = false;
	size_t begin = 0;

	for (size_t i = 0; i <= options.n; i++) {
		if (i < options.n && options.p[i] == '"' && (i == 0 || options.p[i - 1] != '\\'))
			quoted = !quoted;
		if (i < options.n && (quoted || options.p[i] != ','))
			continue;
		if (i - begin == sizeof name - 1 && strncasecmp((const char *)options.p + begin, name, sizeof name - 1) == 0)
			return true;
		begin = i + 1;
	}
	return false;
}

bool cli_ssh_line_is_blank(struct und_bytes line)
{
	skip_spaces(&line);
	return line.n == 0 || *line.p == '#' || und_bytes_is(line, "\r");
}

static bool is_key_type(struct und_bytes word)
{
	static const char *const beginnings[] = { "ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-" };

	for (size_t i = 0; i < UND_COUNT_OF(beginnings); i++)
		if (word.n > strlen(beginnings[i]) && memcmp(word.p, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	return false;
}

/* string "ssh-ed25519", string of 32 bytes, and nothing else: RFC 8709 §4 */
static enum und_err decode_blob(uint8_t key[32], struct und_bytes text)
{
	uint8_t blob[4 + 11 + 4 + 32];
	struct und_bytes rest = und_bytes(blob, sizeof blob), name, point;
	size_t n;

	if (text.n != (sizeof blob + 2) / 3 * 4)
		return UND_ERR_SSH_FORM;
	if (!cli_wire_base64(blob, sizeof blob, &n, text, NULL) || n != sizeof blob)
		return UND_ERR_SSH_FORM;
	if (!cli_wire_string(&name, &rest) || !und_bytes_is(name, "ssh-ed25519") || !cli_wire_string(&point, &rest) || point.n != 32 || rest.n != 0)
		return UND_ERR_SSH_FORM;
	memcpy(key, point.p, 32);
	return UND_OK;
}

enum und_err cli_ssh_public_decode(struct cli_ssh_public *out, struct und_bytes line)
{
	struct cli_ssh_public r = { .type = CLI_SSH_OTHER };
	struct und_bytes options = { NULL, 0 }, word;
	enum und_err e;

	if (line.n > CLI_SSH_LINE_MAX)
		return UND_ERR_LIMIT;
	if (line.n == 0)
		return UND_ERR_SSH_FORM;
	if (line.p[line.n - 1] == '\r')
		line.n--;
	skip_spaces(&line);
	word = line;
	if (!is_key_type(take_word(&word)) && (e = take_options(&options, &line)) != UND_OK)
		return e;
	r.is_authority = has_cert_authority(options);
	r.name = take_word(&line);
	r.text = take_word(&line);
	r.comment = line;
	if (!is_key_type(r.name) || r.text.n == 0)
		return UND_ERR_SSH_FORM;
	r.type = cli_ssh_type_find(r.name);
	if (r.type == CLI_SSH_ED25519 && (e = decode_blob(r.key, r.text)) != UND_OK)
		return e;
	*out = r;
	return UND_OK;
}
