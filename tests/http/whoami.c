/* SPDX-License-Identifier: ISC */
/* An application behind the gate: it shows its environment and the body. */

#include <signal.h>
#include <stddef.h>

#include <fcgiapp.h>

/* No settings, no Latchkey: just a program that was there before. */
int
main(void)
{
	FCGX_Request request;
	char body[1024];
	int n;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	/* libfcgi's own handler would wait for one more request. */
	signal(SIGTERM, SIG_DFL);
	while (FCGX_Accept_r(&request) == 0) {
		n = FCGX_GetStr(body, sizeof(body) - 1, request.in);
		FCGX_FPrintF(request.out,
		    "Content-Type: text/plain; charset=utf-8\r\n\r\n");
		for (char **one = request.envp; *one != NULL; one++)
			FCGX_FPrintF(request.out, "%s\n", *one);
		FCGX_FPrintF(request.out, "BODY=%.*s\n", n, body);
		FCGX_Finish_r(&request);
	}
	return 0;
}
