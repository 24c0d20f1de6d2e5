/* SPDX-License-Identifier: ISC */
/* Surviving SIGBUS. */

#include <sys/mman.h>

#include <signal.h>
#include <stdint.h>

#include "base/bus.h"

#define MAPS	4

static struct {
	void	*at;
	size_t	 size;
} maps[MAPS];

/* Memory without a file behind it becomes zeros, which nothing accepts. */
static void
on_bus_error(int signo, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr;

	(void)context;
	for (size_t i = 0; i < MAPS; i++) {
		uintptr_t start = (uintptr_t)maps[i].at;

		if (at < start || at - start >= maps[i].size)
			continue;
		if (mmap(maps[i].at, maps[i].size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
		    MAP_FAILED)
			return;
	}
	signal(signo, SIG_DFL);
}

void
bus_watch(void *at, size_t size)
{
	struct sigaction action = { .sa_flags = SA_SIGINFO };

	action.sa_sigaction = on_bus_error;
	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
	for (size_t i = 0; i < MAPS; i++)
		if (maps[i].at == NULL) {
			maps[i].size = size;
			maps[i].at = at;
			return;
		}
}

void
bus_forget(const void *at)
{
	for (size_t i = 0; i < MAPS; i++)
		if (maps[i].at == at)
			maps[i].at = NULL;
}
