// Judges style files by the data of caniuse: which features does one of the browsers lack that the README names?
// Prints one line of JSON, the features with the places of each. A file is named on the command line.
import { readFileSync } from 'node:fs';
import doiuse from 'doiuse';
import postcss from 'postcss';

const browsers = ['chrome 90', 'firefox 90', 'safari 15'];
const lacking = {};
const note = ({ feature, featureData, usage }) => {
  if (!featureData.missing) return;
  const { input, start } = usage.source;
  (lacking[feature] = lacking[feature] || []).push(`${input.file}:${start.line}: ${featureData.missing}`);
};
for (const file of process.argv.slice(2)) {
  await postcss([doiuse({ browsers, onFeatureUsage: note })]).process(readFileSync(file, 'utf8'), { from: file });
}
console.log(JSON.stringify(lacking));
