/* SPDX-License-Identifier: ISC */
/* The process that sends notices, and the way to it. */

#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/nitems.h"

#include "serve/sender.h"

#define MESSAGE_MAX	65536

/* A message is these texts, each with its zero. */
enum part {
	PART_PROGRAM,
	PART_FROM,
	PART_TO,
	PART_SUBJECT,
	PART_TEXT,
	PARTS
};

static int sender = -1;		/* our end of the way */
static pid_t sender_pid;

/* -- the process ----------------------------------------------------------- */

static bool
send_message(const char *at, size_t left)
{
	const char *part[PARTS];

	for (int i = 0; i < PARTS; i++) {
		size_t n = strnlen(at, left);

		if (n == left)
			return false;
		part[i] = at;
		at += n + 1;
		left -= n + 1;
	}
	return notice_send(&(struct config){
	    .sendmail = part[PART_PROGRAM], .mail_from = part[PART_FROM],
	    }, &(struct notice){ .to = part[PART_TO],
	    .subject = part[PART_SUBJECT], .text = part[PART_TEXT] });
}

static bool
is_alone(void)
{
	struct pollfd peer = { .fd = STDIN_FILENO };

	return poll(&peer, 1, 0) > 0 && (peer.revents & POLLHUP) != 0;
}

/* It is told to stop by the end of its input; alone it has no patience. */
static _Noreturn void
send_notices(int way)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1 };
	static char message[MESSAGE_MAX];
	ssize_t n;

	/* as CGI the other end may be standard output, which was closed */
	dup2(way, STDIN_FILENO);
	dup2(way, STDOUT_FILENO);
	closefrom(STDERR_FILENO + 1);
	for (size_t i = 0; i < NITEMS(ignored); i++)
		signal(ignored[i], SIG_IGN);
	n = send(STDIN_FILENO, "", 1, MSG_NOSIGNAL);
	while (n > 0) {
		n = recv(STDIN_FILENO, message, sizeof(message), 0);
		if (n > 0 && !send_message(message, (size_t)n) && is_alone())
			break;
	}
	_exit(0);
}

/* -- the way to it --------------------------------------------------------- */

static void
forget_sender(void)
{
	close(sender);
	sender = -1;
	if (sender_pid != -1)
		waitpid(sender_pid, NULL, 0);
}

void
sender_start(void)
{
	int ends[2];
	char ready;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return;
	sender_pid = fork();
	if (sender_pid == 0)
		send_notices(ends[1]);
	close(ends[1]);
	sender = ends[0];
	if (sender_pid == -1 || recv(sender, &ready, 1, 0) != 1)
		forget_sender();
}

static bool
try_to_send(const struct msghdr *message)
{
	if (sender == -1)
		sender_start();
	return sender != -1 &&
	    sendmsg(sender, message, MSG_DONTWAIT | MSG_NOSIGNAL) != -1;
}

void
sender_send(const struct config *config, const struct notice *notice)
{
	const char *const text[PARTS] = {
		[PART_PROGRAM] = config->sendmail,
		[PART_FROM] = config->mail_from,
		[PART_TO] = notice->to,
		[PART_SUBJECT] = notice->subject,
		[PART_TEXT] = notice->text,
	};
	struct iovec parts[PARTS];
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = PARTS };
	bool sent;

	if (config->sendmail == NULL || notice->to == NULL)
		return;
	for (int i = 0; i < PARTS; i++)
		parts[i] = (struct iovec){ (void *)(uintptr_t)text[i],
		    strlen(text[i]) + 1 };
	sent = try_to_send(&message);
	if (!sent && sender != -1 && errno != EAGAIN && errno != EMSGSIZE) {
		forget_sender();
		sent = try_to_send(&message);
	}
	if (!sent)
		log_line(LOG_WARNING, "a notice was not sent: too many are"
		    " under way");
}
