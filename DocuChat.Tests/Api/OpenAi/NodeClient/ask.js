// OpenAI's own client, with nothing changed but its address and key.
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY, maxRetries: 0 });

const models = [];
for await (const model of client.models.list()) models.push(model.id);

const streamed = { text: '', annotations: [], finish: null, usage: null };
const stream = await client.chat.completions.create({
  model: 'gpt-4o',
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'How many days of paid leave are there?' }],
});
for await (const chunk of stream) {
  const choice = chunk.choices[0];
  streamed.text += choice?.delta.content ?? '';
  streamed.annotations.push(...(choice?.delta.annotations ?? []));
  streamed.finish = choice?.finish_reason ?? streamed.finish;
  streamed.usage = chunk.usage ?? streamed.usage;
}

const whole = await client.chat.completions.create({
  model: 'gpt-4o',
  messages: [
    { role: 'user', content: 'Is there paid leave?' },
    { role: 'assistant', content: 'Yes [1].' },
    { role: 'user', content: [{ type: 'text', text: 'How many days of it?' }] },
  ],
});

const vectors = await client.embeddings.create({ model: 'stand-in-embedding', input: ['one', 'three'] });

const refused = await client.chat.completions
  .create({ model: 'no-such-model', messages: [{ role: 'user', content: 'Hello?' }] })
  .then(() => null, (error) => ({ status: error.status, type: error.type, message: error.message }));

console.log(JSON.stringify({
  models,
  streamed,
  whole: { text: whole.choices[0].message.content, annotations: whole.choices[0].message.annotations, finish: whole.choices[0].finish_reason, usage: whole.usage },
  vectors: vectors.data.map((item) => item.embedding),
  refused,
}));
