// Calls providers through their npm SDKs, each with its base URL as the one thing that is set, and prints a line of JSON
// for each call: what the SDK's user gets. Arguments: the base URL of everything, "gateway" or "direct", and a PKCS #12
// file with its password, the certificate of whoever terminates TLS on localhost.
import fs from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import {Anthropic} from '@anthropic-ai/sdk';
import {createAnthropic} from '@ai-sdk/anthropic';
import {createOpenAI} from '@ai-sdk/openai';
import {BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand} from '@aws-sdk/client-bedrock-runtime';
import {GoogleGenAI} from '@google/genai';
import {Mistral} from '@mistralai/mistralai';
import {NodeHttpHandler} from '@smithy/node-http-handler';
import {generateText, streamText} from 'ai';
import {CohereClientV2} from 'cohere-ai';
import {Groq} from 'groq-sdk';
import OpenAI from 'openai';
import {OpenAIRealtimeWS} from 'openai/realtime/ws';

const [base, way, certificate, passphrase] = process.argv.slice(2);
const direct = way === 'direct';
const key = 'any-key-the-simulator-takes';

// The simulator has each provider under its name; the gateway has the providers' own paths.
const at = (provider, path) => direct ? `${base}/${provider}${path}` : `${base}${path}`;

// Four more letters are one more token: no two calls of a provider have prompts of one length.
let calls = 0;
const prompt = () => 'What is the weather like in Hamburg? ' + 'Well '.repeat(4 * ++calls);

const tell = (name, provider, model, streamed, text, input, output, parts) =>
  console.log(JSON.stringify({name, provider, model, streamed, text, input, output, parts}));

async function collect(stream, textOf) {
  const all = [];
  for await (const part of stream) all.push(part);
  return {all, text: all.map(textOf).filter(Boolean).join('')};
}

const openai = new OpenAI({baseURL: at('openai', '/v1'), apiKey: key, maxRetries: 0});
const chat = () => ({model: 'gpt-4o-mini', messages: [{role: 'user', content: prompt()}]});

async function openAi() {
  const c = await openai.chat.completions.create(chat());
  tell('openai', 'openai', c.model, false, c.choices[0].message.content, c.usage.prompt_tokens, c.usage.completion_tokens);
  const s = await collect(await openai.chat.completions.create({...chat(), stream: true}), p => p.choices[0]?.delta?.content);
  tell('openai streamed', 'openai', s.all[0].model, true, s.text, null, null, s.all.length);
  const u = await collect(
    await openai.chat.completions.create({...chat(), stream: true, stream_options: {include_usage: true}}),
    p => p.choices[0]?.delta?.content);
  const usage = u.all.at(-1).usage;
  tell('openai streamed with usage', 'openai', u.all[0].model, true, u.text, usage.prompt_tokens, usage.completion_tokens, u.all.length);
  const r = await openai.responses.create({model: 'gpt-4.1-mini', input: prompt()});
  tell('openai responses', 'openai', r.model, false, r.output_text, r.usage.input_tokens, r.usage.output_tokens);
  const rs = await collect(
    await openai.responses.create({model: 'gpt-4.1-mini', input: prompt(), stream: true}),
    p => p.type === 'response.output_text.delta' ? p.delta : null);
  const end = rs.all.at(-1).response;
  tell('openai responses streamed', 'openai', end.model, true, rs.text, end.usage.input_tokens, end.usage.output_tokens, rs.all.length);
  const e = await openai.embeddings.create({model: 'text-embedding-3-small', input: prompt(), encoding_format: 'float'});
  tell('openai embeddings', 'openai', e.model, false, JSON.stringify(e.data[0].embedding), e.usage.prompt_tokens, 0);
}

// OpenAI's realtime client knows no connection without TLS; as anywhere, it ends before the gateway.
function terminateTls() {
  const {hostname, port} = new URL(base);
  const server = tls.createServer({pfx: fs.readFileSync(certificate), passphrase}, caller => {
    const inner = net.connect(port, hostname);
    caller.pipe(inner).pipe(caller);
    caller.on('error', () => inner.destroy());
    inner.on('error', () => caller.destroy());
  });
  return new Promise(resolve => server.listen(0, 'localhost', () => resolve(server)));
}

async function realtime() {
  const front = await terminateTls();
  const baseURL = `https://localhost:${front.address().port}${direct ? '/openai' : ''}/v1`;
  const session = new OpenAIRealtimeWS({model: 'gpt-realtime'}, new OpenAI({baseURL, apiKey: key}));
  await new Promise((resolve, reject) => {
    const asked = [prompt(), prompt()];
    let text = '';
    const ask = () => {
      session.send({type: 'conversation.item.create',
        item: {type: 'message', role: 'user', content: [{type: 'input_text', text: asked.shift()}]}});
      session.send({type: 'response.create'});
    };
    session.on('error', reject);
    session.on('session.created', ask);
    session.on('response.output_text.delta', event => text += event.delta);
    session.on('response.done', ({response}) => {
      tell('openai realtime, turn ' + (2 - asked.length), 'openai', 'gpt-realtime', true, text,
        response.usage.input_tokens, response.usage.output_tokens);
      text = '';
      if (asked.length > 0) ask();
      else resolve();
    });
  });
  session.close();
  front.close();
}

async function anthropic() {
  const client = new Anthropic({baseURL: at('anthropic', ''), apiKey: key, maxRetries: 0});
  const message = () => ({model: 'claude-sonnet-4-5', max_tokens: 300, messages: [{role: 'user', content: prompt()}]});
  const m = await client.messages.create(message());
  tell('anthropic', 'anthropic', m.model, false, m.content[0].text, m.usage.input_tokens, m.usage.output_tokens);
  const stream = client.messages.stream(message());
  let text = '';
  stream.on('text', piece => text += piece);
  const end = await stream.finalMessage();
  tell('anthropic streamed', 'anthropic', end.model, true, text, end.usage.input_tokens, end.usage.output_tokens);
}

async function google() {
  const client = new GoogleGenAI({apiKey: key, httpOptions: {baseUrl: at('gemini', '')}});
  const ask = () => ({model: 'gemini-2.5-flash', contents: prompt()});
  const of = usage => usage.candidatesTokenCount + usage.thoughtsTokenCount;
  const g = await client.models.generateContent(ask());
  tell('google', 'gemini', g.modelVersion, false, g.text, g.usageMetadata.promptTokenCount, of(g.usageMetadata));
  const s = await collect(await client.models.generateContentStream(ask()), p => p.text);
  const usage = s.all.at(-1).usageMetadata;
  tell('google streamed', 'gemini', s.all[0].modelVersion, true, s.text, usage.promptTokenCount, of(usage), s.all.length);
}

async function vercel() {
  const viaOpenAi = createOpenAI({baseURL: at('openai', '/v1'), apiKey: key});
  const viaAnthropic = createAnthropic({baseURL: at('anthropic', '/v1'), apiKey: key});
  const models = [
    ['ai, openai responses', 'openai', viaOpenAi('gpt-4o')],
    ['ai, openai chat', 'openai', viaOpenAi.chat('gpt-4o')],
    ['ai, anthropic', 'anthropic', viaAnthropic('claude-haiku-4-5')],
  ];
  for (const [name, provider, model] of models) {
    const ask = () => ({model, prompt: prompt(), maxOutputTokens: 400, maxRetries: 0});
    const g = await generateText(ask());
    tell(name, provider, g.response.modelId, false, g.text, g.usage.inputTokens, g.usage.outputTokens);
    const s = streamText(ask());
    let text = '';
    for await (const piece of s.textStream) text += piece;
    const usage = await s.usage;
    tell(name + ' streamed', provider, (await s.response).modelId, true, text, usage.inputTokens, usage.outputTokens);
  }
}

async function mistral() {
  const client = new Mistral({apiKey: key, serverURL: at('mistral', '')});
  const ask = () => ({model: 'mistral-small-latest', messages: [{role: 'user', content: prompt()}]});
  const m = await client.chat.complete(ask());
  tell('mistral', 'mistral', m.model, false, m.choices[0].message.content, m.usage.promptTokens, m.usage.completionTokens);
  const s = await collect(await client.chat.stream(ask()), p => p.data.choices[0]?.delta?.content);
  const usage = s.all.at(-1).data.usage;
  tell('mistral streamed', 'mistral', s.all[0].data.model, true, s.text, usage.promptTokens, usage.completionTokens, s.all.length);
}

async function cohere() {
  const client = new CohereClientV2({token: key, environment: at('cohere', '')});
  const ask = () => ({model: 'command-a-03-2025', messages: [{role: 'user', content: prompt()}]});
  const c = await client.chat(ask(), {maxRetries: 0});
  const billed = c.usage.billedUnits;
  tell('cohere', 'cohere', 'command-a-03-2025', false, c.message.content[0].text, billed.inputTokens, billed.outputTokens);
  const s = await collect(await client.chatStream(ask(), {maxRetries: 0}), p => p.delta?.message?.content?.text);
  const end = s.all.at(-1).delta.usage.billedUnits;
  tell('cohere streamed', 'cohere', 'command-a-03-2025', true, s.text, end.inputTokens, end.outputTokens, s.all.length);
}

async function groq() {
  // Its models have names of others' models: the path names the provider.
  const client = new Groq({baseURL: `${base}/groq`, apiKey: key, maxRetries: 0});
  const ask = () => ({model: 'llama-3.3-70b-versatile', messages: [{role: 'user', content: prompt()}]});
  const c = await client.chat.completions.create(ask());
  tell('groq', 'groq', c.model, false, c.choices[0].message.content, c.usage.prompt_tokens, c.usage.completion_tokens);
  const s = await collect(await client.chat.completions.create({...ask(), stream: true}), p => p.choices[0]?.delta?.content);
  const usage = s.all.find(p => p.x_groq?.usage).x_groq.usage;
  tell('groq streamed', 'groq', s.all[0].model, true, s.text, usage.prompt_tokens, usage.completion_tokens, s.all.length);
}

async function bedrock() {
  const client = new BedrockRuntimeClient({
    endpoint: at('bedrock', ''),
    region: 'eu-central-1',
    credentials: {accessKeyId: 'any', secretAccessKey: key},
    maxAttempts: 1,
    // This SDK speaks HTTP/2 unless told otherwise; so the gateway does, and the simulator does not.
    ...(direct ? {requestHandler: new NodeHttpHandler()} : {}),
  });
  const modelId = 'eu.anthropic.claude-haiku-4-5-20251001-v1:0';
  const ask = () => ({modelId, messages: [{role: 'user', content: [{text: prompt()}]}]});
  const c = await client.send(new ConverseCommand(ask()));
  tell('bedrock', 'bedrock', modelId, false, c.output.message.content[0].text, c.usage.inputTokens, c.usage.outputTokens);
  const answer = await client.send(new ConverseStreamCommand(ask()));
  const s = await collect(answer.stream, p => p.contentBlockDelta?.delta?.text);
  const usage = s.all.at(-1).metadata.usage;
  tell('bedrock streamed', 'bedrock', modelId, true, s.text, usage.inputTokens, usage.outputTokens, s.all.length);
  client.destroy();
}

for (const sdk of [openAi, realtime, anthropic, google, vercel, mistral, cohere, groq, bedrock]) {
  await sdk();
}
