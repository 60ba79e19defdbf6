/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* offender.c: offender HOW FILE: replaces FILE rightly, or wrongly in one of the ways that sweep.py must find (sweep_test.py) */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static char *how;

static int is(const char *name)
{
	return strcmp(how, name) == 0;
}

static int complain(void)
{
	if (!is("silent"))
		fprintf(stderr, "offender: %s\n", strerror(errno));
	return is("lies") ? 0 : is("blames") ? 1 : 2;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
		if (is("short"))
			break;
	}
	return 0;
}

int main(int argc, char **argv)
{
	char *text;
	unsigned char random;
	const char *name = ".undersigned-draft";
	int fd;

	if (argc != 3)
		return 2;
	how = argv[1];
	signal(SIGINT, SIG_IGN);
	text = malloc(1000);
	if (text == NULL && !is("crashes"))
		return complain();
	memset(text, 'x', 1000);
	if (getrandom(&random, 1, 0) != 1 && !is("careless"))
		return complain();
	fd = open(is("in-place") ? argv[2] : name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		return complain();
	if (write_all(fd, text, 1000) != 0 || fsync(fd) != 0) {
		if (!is("leaves") && !is("in-place"))
			unlink(name);
		return complain();
	}
	close(fd);
	if (!is("in-place") && rename(name, argv[2]) != 0) {
		unlink(name);
		return complain();
	}
	free(text);
	if (puts("done") < 0 || (!is("unheard") && fflush(stdout) != 0))
		return complain();
	return 0;
}
