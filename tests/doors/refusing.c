/* SPDX-License-Identifier: ISC */
/* In the place of the check: it answers with the status that X-Status says. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <fcgiapp.h>

int
main(void)
{
	FCGX_Request request;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	signal(SIGTERM, SIG_DFL);
	while (FCGX_Accept_r(&request) == 0) {
		const char *status = FCGX_GetParam("HTTP_X_STATUS",
		    request.envp);

		if (status == NULL)
			status = "500";
		if (strcmp(status, "none") == 0)
			exit(1);
		FCGX_FPrintF(request.out, "Status: %s X\r\n"
		    "Retry-After: 7\r\nContent-Type: application/problem+json"
		    "\r\n\r\n{\"status\": %s}", status, status);
		FCGX_Finish_r(&request);
	}
	return 0;
}
