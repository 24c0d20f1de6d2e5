// SPDX-License-Identifier: ISC
// A client that swagger-client makes from the site's own description:
// node swagger-client.mjs FILE; FILE is JSON: origin, handle, login.

import { readFileSync } from "node:fs";
import SwaggerClient from "swagger-client";

const { origin, handle, login } = JSON.parse(readFileSync(process.argv[2]));
const client = await SwaggerClient({ url: `${origin}/openapi.json` });
const api = client.apis.Loccus;
const seen = {};

function as(token) {
	client.authorizations = { bearer: { value: token } };
}

// understanding it may take so long that the server hangs up meanwhile
const enter = () => api.credentialsCreate({}, { requestBody: login });
const session = await enter().catch(enter);
as(session.body.token);
const made = await api.namedCreate({}, { requestBody: { handle } });
const shown = await api.namedShow({ key: handle });
seen.made = made.status;
seen.shown = shown.body.token === made.body.token;
seen.listed = (await api.namedList({ "page-size": 1 })).body.length;
as(made.body.token);
seen.user = (await api.userOwn()).body.handle;
as(session.body.token);
seen.ended = (await api.namedEnd({ key: handle })).status;
as(made.body.token);
seen.afterwards = await api.userOwn().catch((error) => error.status);
console.log(JSON.stringify(seen));
