/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* replay.c: runs a fuzz target over files and folders of inputs, without libFuzzer: one TAP line for each folder or file named */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

#pragma weak LLVMFuzzerInitialize

static unsigned inputs;

/* The input has a block of its own size, so that a read past its end is seen by ASan and valgrind. */
static void replay_file(const char *path, size_t size)
{
	uint8_t *data = malloc(size > 0 ? size : 1);
	FILE *f = fopen(path, "rb");

	if (data == NULL || f == NULL || fread(data, 1, size, f) != size) {
		printf("Bail out! cannot read %s\n", path);
		exit(1);
	}
	fclose(f);
	fprintf(stderr, "%s\n", path); /* the last one named is the one that failed */
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	inputs++;
}

static void replay(const char *path)
{
	struct dirent **names;
	struct stat st;
	char inner[4096];
	int n;

	if (stat(path, &st) != 0) {
		printf("Bail out! no %s\n", path);
		exit(1);
	}
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path, (size_t)st.st_size);
		return;
	}
	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
			replay(inner);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

int main(int argc, char **argv)
{
	if (LLVMFuzzerInitialize != NULL)
		LLVMFuzzerInitialize(&argc, &argv);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		inputs = 0;
		replay(argv[i]);
		printf("%s %d - %u inputs\n", inputs > 0 ? "ok" : "not ok", i, inputs);
		fflush(stdout);
	}
	return 0;
}
