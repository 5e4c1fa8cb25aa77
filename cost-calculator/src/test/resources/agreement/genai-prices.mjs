// Answers what @pydantic/genai-prices says: `data` prints its list, `price` takes one question a line.
//   node genai-prices.mjs PACKAGE_DIRECTORY data|price
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [directory, command] = process.argv.slice(2);
const file = join(directory, 'dist', 'index.js');

if (command === 'data') {
  // The package does not export its list: it is the module's first constant.
  const text = readFileSync(file, 'utf8');
  const begin = text.indexOf('[');
  const list = new Function('return ' + text.slice(begin, text.indexOf('\n]') + 2))();
  process.stdout.write(JSON.stringify(list));
} else {
  console.warn = () => {};
  const { calcPrice } = await import(pathToFileURL(file));
  const answers = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const { provider, model, timestamp, usage } = JSON.parse(line);
    try {
      const found = calcPrice(usage, model, { providerId: provider, timestamp: new Date(timestamp) });
      answers.push(found === null
        ? { error: 'no such model' }
        : { total: found.total_price, model: `${found.provider.id}/${found.model.id}`, rates: Object.keys(found.model_price) });
    } catch (e) {
      answers.push({ error: e.message });
    }
  }
  process.stdout.write(answers.map(answer => JSON.stringify(answer) + '\n').join(''));
}
