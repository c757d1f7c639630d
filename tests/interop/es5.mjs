// Reads scripts as a browser of 2011 would: the fifth edition of the language, no newer word. Exits with 1 and says
// where one is newer.
import { readFileSync } from 'node:fs';
import { parse } from 'acorn';

for (const file of process.argv.slice(2)) {
  try {
    parse(readFileSync(file, 'utf8'), { ecmaVersion: 5, sourceType: 'script' });
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
