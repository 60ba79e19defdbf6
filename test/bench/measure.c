/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* measure.c: one run of a program, by the clock, by the processor and at its largest, with the yardstick V before and after it: measure FILE COMMAND… */
#include <fcntl.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Writes into FILE one line of JSON: cpu_s (user and system), wall_s, peak_kib, v_ns, code. The peak is of the program alone: whoever starts it lends its own size to it for a moment, so that is
 * done here, by something small. V is one Ed25519 verification by libsodium, the least of some rounds, in processor time. The program gets what stands on standard input and says what it says.
 */
extern char **environ;

static double clock_ns(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double yardstick(void)
{
	enum { ROUNDS = 20, CALLS = 50 };
	uint8_t key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES], message[64] = { 0 };
	double least = 0, ns;

	crypto_sign_seed_keypair(key, secret, message);
	crypto_sign_detached(signature, NULL, message, sizeof message, secret);
	for (int r = 0; r < ROUNDS; r++) {
		double begin = clock_ns(CLOCK_THREAD_CPUTIME_ID);

		for (int i = 0; i < CALLS; i++)
			if (crypto_sign_verify_detached(signature, message, sizeof message, key) != 0)
				exit(2);
		ns = (clock_ns(CLOCK_THREAD_CPUTIME_ID) - begin) / CALLS;
		if (r == 0 || ns < least)
			least = ns;
	}
	return least;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	double before, after, begin, wall;
	struct rusage usage;
	int status, code;
	FILE *out;
	pid_t pid;

	if (argc < 3 || sodium_init() < 0) {
		fprintf(stderr, "usage: measure FILE COMMAND…\n");
		return 2;
	}
	before = yardstick();
	begin = clock_ns(CLOCK_MONOTONIC);
	if (posix_spawnp(&pid, argv[2], NULL, NULL, argv + 2, environ) != 0 || wait4(pid, &status, 0, &usage) != pid) {
		perror(argv[2]);
		return 2;
	}
	wall = (clock_ns(CLOCK_MONOTONIC) - begin) / 1e9;
	after = yardstick();
	code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	out = fopen(argv[1], "w");
	if (out == NULL) {
		perror(argv[1]);
		return 2;
	}
	fprintf(out, "{\"code\": %d, \"cpu_s\": %.6f, \"peak_kib\": %ld, \"v_ns\": %.0f, \"wall_s\": %.6f}\n", code, seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
	        before < after ? before : after, wall);
	return fclose(out) != 0 ? 2 : 0;
}
