/* SPDX-License-Identifier: ISC */
/* A FastCGI program that does nothing: what no check can be faster than. */

#include <stddef.h>
#include <stdlib.h>

#include <fcgiapp.h>

/* Ends as libfcgi does, or with DETACHED set as Latchkey's programs do. */
int
main(void)
{
	FCGX_Request request;
	char rest[64];
	int detached = getenv("DETACHED") != NULL;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Content-Type: application/json\r\n"
		    "Content-Length: 15\r\n\r\n{\"active\":true}",
		    request.out);
		if (detached)
			while (FCGX_GetStr(rest, sizeof(rest), request.in) > 0)
				continue;
		request.detached = detached;
		FCGX_Finish_r(&request);
		request.detached = 0;
	}
	return 0;
}
