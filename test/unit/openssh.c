/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* openssh.c: keys that ssh-keygen made (for these tests; they open nothing), and everything near them that is none */
#include <sodium.h>

#include "cli/openssh.h"
#include "tap.h"

static const char private_text[] =
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
	"QyNTUxOQAAACDhBqPAtVS7mh8VW+MuZz3umXwTawCLduDJoAhazzB35QAAAJDiYOGq4mDh\n"
	"qgAAAAtzc2gtZWQyNTUxOQAAACDhBqPAtVS7mh8VW+MuZz3umXwTawCLduDJoAhazzB35Q\n"
	"AAAEAOgEzjDREoZpJB4fhriYWWuqlD7uATgyoyaYzOqzN3qOEGo8C1VLuaHxVb4y5nPe6Z\n"
	"fBNrAIt24MmgCFrPMHflAAAAC3Rlc3QgdmVjdG9yAQI=\n"
	"-----END OPENSSH PRIVATE KEY-----\n";
static const char locked_text[] =
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"
	"b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABCxc+cImL\n"
	"9SZtfD1YyF1ZZEAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIHM3mqnb5L+11eye\n"
	"ge8/ZwmszXMXkeyzXqkqipHXeNa+AAAAkDniMYH5bRgGKqI/1qwIgNs0ZYkptLSZ+h2PcL\n"
	"tflKtheym3wBrszZreRv92x7sKMNxnrwBD/LgOGvgfW1MFAQIP4q9+JvI0TvyTPb4P/Fo8\n"
	"D8Fj6kxdD4LMk1vMQ/kTtNYNa66dfXsdZ8KtHiQfEJpGMHlEhKqE/ZgncwR0OXt15ZAmuV\n"
	"pVH8P1YWDI8uXzdA==\n"
	"-----END OPENSSH PRIVATE KEY-----\n";
static const char ecdsa_text[] =
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS\n"
	"1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQSieXChWzlbxukaqE+eOlMmkSvJmWF4\n"
	"1NToN4r6jzDAABLKZfdwT4HKwGIY5fXZ8tEAg63sBL+9jD6umVDIRqQ6AAAAoINb106DW9\n"
	"dOAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBKJ5cKFbOVvG6Rqo\n"
	"T546UyaRK8mZYXjU1Og3ivqPMMAAEspl93BPgcrAYhjl9dny0QCDrewEv72MPq6ZUMhGpD\n"
	"oAAAAgRbTN4tRRd9KfGgv/2iqNzZk+zYMgqU5eSJ/OWPafEMgAAAABZQECAwQFBgc=\n"
	"-----END OPENSSH PRIVATE KEY-----\n";
#define BLOB "AAAAC3NzaC1lZDI1NTE5AAAAIOEGo8C1VLuaHxVb4y5nPe6ZfBNrAIt24MmgCFrPMHfl"
#define BLOB_LINE "ssh-ed25519 " BLOB " me"
static const char public_hex[] = "e106a3c0b554bb9a1f155be32e673dee997c136b008b76e0c9a0085acf3077e5";
static const char seed_hex[] = "0e804ce30d1128669241e1f86b898596baa943eee013832a32698cceab3377a8";

/* ---- private ---- */

static enum und_err seed_of(uint8_t seed[32], const char *text)
{
	return cli_ssh_private_seed(seed, und_cstr(text));
}

TEST(a_private_key_gives_its_seed)
{
	enum cli_ssh_lock lock;
	enum cli_ssh_type type;
	uint8_t seed[32], wanted[32];

	OK(cli_ssh_private_look(&type, &lock, und_cstr(private_text)));
	EQ(type, CLI_SSH_ED25519);
	EQ(lock, CLI_SSH_NO_LOCK);
	OK(seed_of(seed, private_text));
	tap_hex(wanted, 32, seed_hex);
	MEM(seed, wanted, 32);
}

TEST(locked_and_other_keys_are_told_apart)
{
	enum cli_ssh_lock lock;
	enum cli_ssh_type type;
	uint8_t seed[32];

	OK(cli_ssh_private_look(&type, &lock, und_cstr(locked_text)));
	EQ(type, CLI_SSH_ED25519);
	EQ(lock, CLI_SSH_LOCK);
	IS(UND_ERR_SSH_LOCKED, seed_of(seed, locked_text));
	OK(cli_ssh_private_look(&type, &lock, und_cstr(ecdsa_text)));
	EQ(type, CLI_SSH_ECDSA);
	IS(UND_ERR_SSH_TYPE, seed_of(seed, ecdsa_text));
}

TEST(what_is_not_wrapped_as_openssh_does_is_refused)
{
	char text[sizeof private_text + 40];
	uint8_t seed[32];

	snprintf(text, sizeof text, "%s", private_text);
	text[strlen(text) - 1] = '\0'; /* the last break may lack */
	OK(seed_of(seed, text));
	snprintf(text, sizeof text, "%s\n", private_text);
	IS(UND_ERR_SSH_FORM, seed_of(seed, text));
	snprintf(text, sizeof text, " %s", private_text);
	IS(UND_ERR_SSH_FORM, seed_of(seed, text));
	for (size_t n = 0; n + 2 < sizeof private_text; n++)
		IS(UND_ERR_SSH_FORM, cli_ssh_private_seed(seed, und_bytes(private_text, n)));
	snprintf(text, sizeof text, "%s", private_text);
	text[100] = '*';
	IS(UND_ERR_SSH_FORM, seed_of(seed, text));
	snprintf(text, sizeof text, "%s", private_text);
	text[100] = '-';
	IS(UND_ERR_SSH_FORM, seed_of(seed, text));
}

/* The bytes between the marks, and wrapped again after a change. */
static size_t unwrap(uint8_t *out, size_t max)
{
	const char *from = strchr(private_text, '\n'), *to = strchr(from, '-');
	size_t n = 0;

	if (sodium_base642bin(out, max, from, (size_t)(to - from), "\n", &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		abort();
	return n;
}

static enum und_err seed_of_bytes(const uint8_t *bytes, size_t n)
{
	char text[1200], middle[1000];
	uint8_t seed[32];

	sodium_bin2base64(middle, sizeof middle, bytes, n, sodium_base64_VARIANT_ORIGINAL);
	snprintf(text, sizeof text, "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n", middle);
	return seed_of(seed, text);
}

TEST(every_byte_but_the_comment_matters)
{
	enum { COMMENT = 11, PADDING = 2 };
	uint8_t bytes[600];
	size_t n = unwrap(bytes, sizeof bytes), accepted = 0;

	OK(seed_of_bytes(bytes, n));
	for (size_t i = 0; i < n; i++) {
		bool in_comment = i >= n - PADDING - COMMENT && i < n - PADDING;

		for (unsigned bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1u << bit);
			accepted += seed_of_bytes(bytes, n) == UND_OK;
			bytes[i] ^= (uint8_t)(1u << bit);
		}
		EQ(accepted, in_comment ? 8 : 0);
		accepted = 0;
	}
	CHECK(seed_of_bytes(bytes, n - 1) != UND_OK);
	bytes[n] = 0;
	CHECK(seed_of_bytes(bytes, n + 1) != UND_OK);
}

/* ---- public ---- */

static enum und_err decode(struct cli_ssh_public *out, const char *line)
{
	return cli_ssh_public_decode(out, und_cstr(line));
}

static void accepts(const char *line, const char *comment)
{
	struct cli_ssh_public p = { .type = CLI_SSH_OTHER };
	uint8_t wanted[32];

	OK(decode(&p, line));
	EQ(p.type, CLI_SSH_ED25519);
	tap_hex(wanted, 32, public_hex);
	MEM(p.key, wanted, 32);
	CHECK(und_bytes_is(p.comment, comment));
}

static void refuses(const char *line)
{
	struct cli_ssh_public p;

	IS(UND_ERR_SSH_FORM, decode(&p, line));
}

TEST(public_lines)
{
	accepts("ssh-ed25519 " BLOB, "");
	accepts("ssh-ed25519 " BLOB " me@example.org, second", "me@example.org, second");
	accepts(" \tssh-ed25519\t" BLOB "  me \r", "me ");
	refuses("ssh-ed25519");
	refuses("ssh-ed25519 me");
	refuses(BLOB);
	refuses("");
	refuses("ssh-ed25519 " BLOB "A");
	refuses("ssh-ed25519 " BLOB "=");
}

TEST(options_before_the_type)
{
	accepts("no-pty " BLOB_LINE, "me");
	accepts("command=\"echo \\\"hi, you\\\" ssh-rsa\",no-pty,from=\"*.example.org\" " BLOB_LINE, "me");
	refuses("command=\"echo " BLOB_LINE);
	refuses("no-pty  no-user-rc " BLOB_LINE); /* options hold no bare space */
	refuses("no-pty");
}

TEST(authorities_keys_are_marked)
{
	struct cli_ssh_public p;

	OK(decode(&p, "cert-authority " BLOB_LINE));
	CHECK(p.is_authority);
	OK(decode(&p, "no-pty,Cert-Authority,principals=\"a\" " BLOB_LINE));
	CHECK(p.is_authority);
	OK(decode(&p, "command=\"cert-authority\" " BLOB_LINE));
	CHECK(!p.is_authority);
	OK(decode(&p, "command=\"a,cert-authority,b\" " BLOB_LINE));
	CHECK(!p.is_authority);
}

TEST(other_types_are_named)
{
	static const struct {
		const char *line;
		enum cli_ssh_type type;
		const char *reason;
	} others[] = {
		{ "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== x", CLI_SSH_RSA, "RSA" },
		{ "ssh-dss AAAA", CLI_SSH_DSA, "DSA" },
		{ "ecdsa-sha2-nistp384 AAAA", CLI_SSH_ECDSA, "ECDSA" },
		{ "sk-ssh-ed25519@openssh.com AAAA", CLI_SSH_HARDWARE, "hardware" },
		{ "sk-ecdsa-sha2-nistp256@openssh.com AAAA", CLI_SSH_HARDWARE, "hardware" },
		{ "ssh-ed25519-cert-v01@openssh.com AAAA", CLI_SSH_CERTIFICATE, "certificate" },
		{ "ssh-ed448 AAAA", CLI_SSH_OTHER, "unknown" },
	};
	struct cli_ssh_public p;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		OK(decode(&p, others[i].line));
		EQ(p.type, others[i].type);
		CHECK(strstr(cli_ssh_type_reason(p.type), others[i].reason) != NULL);
	}
	CHECK(cli_ssh_type_reason(CLI_SSH_ED25519) == NULL);
}

TEST(every_character_of_the_key_matters)
{
	char line[] = "ssh-ed25519 " BLOB;
	struct cli_ssh_public p = { .type = CLI_SSH_OTHER }, good;

	OK(decode(&good, line));
	for (size_t i = 12; i < sizeof line - 1; i++) {
		char was = line[i];

		line[i] = was == 'B' ? 'C' : 'B';
		/* the first 25 characters and a part of the 26th are type and lengths */
		CHECK(i < 12 + 25 ? decode(&p, line) != UND_OK : decode(&p, line) != UND_OK || memcmp(p.key, good.key, 32) != 0);
		line[i] = (char)0x89; /* libsodium 1.0.18 takes it for a letter */
		CHECK(decode(&p, line) != UND_OK);
		line[i] = was;
	}
}

TEST(blank_lines)
{
	CHECK(cli_ssh_line_is_blank(und_cstr("")));
	CHECK(cli_ssh_line_is_blank(und_cstr("  \t")));
	CHECK(cli_ssh_line_is_blank(und_cstr(" # a comment")));
	CHECK(cli_ssh_line_is_blank(und_cstr("\r")));
	CHECK(!cli_ssh_line_is_blank(und_cstr(" x")));
}
