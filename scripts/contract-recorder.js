/**
 * Preloaded into test processes by contract.js: writes down every request that reaches a local HTTP server.
 *
 * One JSON line per request: method, url, headers that matter, body. The server under test does not notice; the
 * bytes are copied on their way into the request stream.
 */
import { appendFileSync } from 'node:fs';
import { Server } from 'node:http';

const log = process.env.CODE2LORA_CONTRACT_LOG;
if (log === undefined) throw new Error('contract-recorder.js needs CODE2LORA_CONTRACT_LOG.');
const emit = Server.prototype.emit;

Server.prototype.emit = function record(event, ...args) {
  if (event === 'request') copy(args[0]);
  return emit.call(this, event, ...args);
};

function copy(request) {
  const chunks = [];
  const push = request.push;
  request.push = (chunk, ...rest) => {
    if (chunk === null) write(request, Buffer.concat(chunks));
    else chunks.push(Buffer.from(chunk));
    return push.call(request, chunk, ...rest);
  };
}

function write({ method, url, headers }, body) {
  const { accept, authorization, 'content-type': type, 'user-agent': agent = '' } = headers;
  const line = {
    method,
    url,
    agent,
    accept,
    type,
    isSigned: authorization !== undefined,
    body: body.toString(),
  };
  appendFileSync(log, `${JSON.stringify(line)}\n`);
}
