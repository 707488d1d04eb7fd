// A small OpenAI-compatible server over node-llama-cpp, for tests with a real model.
// Usage: node server.mjs MODEL.gguf   (run where node_modules/ has node-llama-cpp)
// Prints {"port": N} once it listens on 127.0.0.1; answers GET /v1/models and
// POST /v1/chat/completions, streamed or not; a reader who leaves stops the generation.
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";
import {join} from "node:path";

// node_modules is beside the caller, not beside this file: it is installed outside the repository
const require = createRequire(join(process.cwd(), "package.json"));
const {getLlama, LlamaChatSession, LlamaLogLevel} =
    await import(pathToFileURL(require.resolve("node-llama-cpp")).href);

const llama = await getLlama({gpu: false, build: "never", logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath: process.argv[2]});
const context = await model.createContext({contextSize: 2048, threads: 1}); // two wait for each other on a busy machine
const LONGEST = 120; // tokens: tests do not wait for more
const NAME = "smollm2-135m-instruct";
let before = Promise.resolve(); // one generation at a time: there is one sequence

function textOf(messages, role) {
    return messages.filter((m) => m.role === role).map((m) => m.content).join("\n");
}

function chunk(delta, finish = null, usage = undefined) {
    return {id: "chat-1", object: "chat.completion.chunk", created: 0, model: NAME,
        choices: [{index: 0, delta, finish_reason: finish}], ...(usage ? {usage} : {})};
}

async function generate(body, onText, signal) {
    const sequence = context.getSequence();
    try {
        const session = new LlamaChatSession(
            {contextSequence: sequence, systemPrompt: textOf(body.messages, "system")});
        const answer = await session.promptWithMeta(textOf(body.messages, "user"), {
            maxTokens: Math.min(body.max_tokens ?? LONGEST, LONGEST), temperature: body.temperature ?? 0,
            seed: 1, onTextChunk: onText, signal, stopOnAbortSignal: true});
        const {usedInputTokens: input, usedOutputTokens: output} = sequence.tokenMeter;
        return {finish: answer.stopReason === "maxTokens" ? "length" : "stop",
            text: answer.responseText,
            usage: {prompt_tokens: input, completion_tokens: output, total_tokens: input + output}};
    } finally {
        sequence.dispose();
    }
}

async function complete(request, response) {
    let data = "";
    for await (const piece of request) data += piece;
    const body = JSON.parse(data);
    const left = new AbortController();
    response.on("close", () => left.abort());
    const send = (event) => response.write(`data: ${JSON.stringify(event)}\n\n`);
    if (body.stream) {
        response.writeHead(200, {"content-type": "text/event-stream"});
        send(chunk({role: "assistant", content: ""}));
    }
    const done = await generate(
        body, (text) => body.stream && send(chunk({content: text})), left.signal);
    if (left.signal.aborted) return console.error("aborted");
    if (body.stream) {
        send(chunk({}, done.finish, done.usage));
        response.end("data: [DONE]\n\n");
    } else {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({id: "chat-1", object: "chat.completion", model: NAME,
            choices: [{index: 0, finish_reason: done.finish,
                message: {role: "assistant", content: done.text}}], usage: done.usage}));
    }
}

const server = createServer((request, response) => {
    if (request.url === "/v1/models") {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({object: "list", data: [{id: NAME, object: "model"}]}));
    } else if (request.method === "POST" && request.url === "/v1/chat/completions") {
        before = before.then(() => complete(request, response)).catch((error) => {
            console.error(String(error));
            if (!response.headersSent) response.writeHead(500);
            response.end();
        });
    } else {
        response.writeHead(404).end();
    }
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({port: server.address().port})));
